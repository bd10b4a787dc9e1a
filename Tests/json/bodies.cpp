#include "bodies.hpp"

#include <cstdio>

#include "hosts.hpp"

// A text as it stands, or so that some readers take it for the same.
std::string Bodies::spelled(const std::string &text, bool is_name) {
  static const std::vector<std::string> behind = {"\\u0000", "\\u0000x", " ", "\\t", "\\u200b", "\\ufeff", "\\\\", ";"};
  std::string out;
  bool in_escapes = random.one_in(8), in_other_case = is_name && is_odd(12), folded = is_name && is_odd(10);
  for (char c : text) {
    char escape[8];
    snprintf(escape, sizeof escape, random.one_in(2) ? "\\u%04x" : "\\u%04X", static_cast<unsigned char>(c));
    if (folded && c == 's')
      out += random.one_in(2) ? "\\u017f" : "\xC5\xBF";
    else if (folded && c == 'k')
      out += random.one_in(2) ? "\\u212A" : "\xE2\x84\xAA";
    else if (in_escapes && random.one_in(3))
      out += escape;
    else if (c == '/' && is_odd(8))
      out += "\\/";
    else if (in_other_case && random.one_in(2))
      out += char(toupper(c));
    else
      out += c;
  }
  if (is_odd(25)) out += random.one_of(behind);
  if (is_odd(60)) out.insert(0, random.one_of(behind));
  if (is_odd(60)) out.insert(random.below(out.size() + 1), 1, '\0');
  return out;
}

std::string Bodies::string(const std::string &text, bool is_name) { return '"' + spelled(text, is_name) + '"'; }

std::string Bodies::member(const std::string &name, const std::string &value) {
  static const std::vector<std::string> colons = {":", ":", ":", " : ", ":\n", "\t:", ":/**/", "=", ""};
  return string(name, true) + (is_odd(10) ? random.one_of(colons) : ":") + value;
}

std::string Bodies::object(std::vector<std::string> members) {
  static const std::vector<std::string> commas = {",", ",", ", ", ",\n", ",,", ";", ",/*\"*/", ",//\n", ""};
  for (size_t i = members.size(); i > 1; i--) std::swap(members[i - 1], members[random.below(i)]);
  std::string out = "{";
  for (size_t i = 0; i < members.size(); i++) {
    if (i > 0) out += is_odd(12) ? random.one_of(commas) : ",";
    out += members[i];
  }
  if (is_odd(40)) out += ',';
  return out + (is_odd(60) ? "" : "}");
}

std::string Bodies::noise() {
  static const std::vector<std::string> harmless = {"1", "null", "[{\"name\":\"guarded\"}]", "18446744073709551616",
                                                    "\"\\\"},\""};
  static const std::vector<std::string> values = {"1",
                                                  "null",
                                                  "\"x\"",
                                                  "18446744073709551616",
                                                  "-0",
                                                  "1e400",
                                                  "NaN",
                                                  "Infinity",
                                                  "0x1",
                                                  "01",
                                                  "[]",
                                                  "{}",
                                                  "[[[[[]]]]]",
                                                  "{\"method\":\"tools/call\"}",
                                                  "{\"name\":\"guarded\"}",
                                                  "\"\\ud800\"",
                                                  "\"\xFF\"",
                                                  "\"\xC0\x80\"",
                                                  "\"\\\"\"",
                                                  "\"\\\\\"",
                                                  "'x'",
                                                  "\"},\\\"method\\\":\\\"tools/call\\\"\"",
                                                  "/*\"*/1",
                                                  "\"\t\"",
                                                  "true",
                                                  "\"\xE2\x80\xA8\"",
                                                  "\"\x7F\""};
  if (is_odd(30)) {
    size_t depth = random.below(600);
    return std::string(depth, '[') + "1" + std::string(random.one_in(10) ? depth / 2 : depth, ']');
  }
  return is_odd(1) ? random.one_of(values) : random.one_of(harmless);
}

std::string Bodies::params(const std::string &key, const std::string &target) {
  std::vector<std::string> members = {member(key, is_odd(25) ? noise() : string(target))};
  if (random.one_in(3)) members.push_back(member("arguments", noise()));
  if (is_odd(4)) members.push_back(member(key, string(random.one_in(2) ? target : "free")));
  if (is_odd(10)) members.push_back(member("name", noise()));
  std::string out = object(members);
  return is_odd(40) ? "[" + out + "]" : out;
}

std::string Bodies::message() {
  bool is_resource = random.one_in(4), is_free = random.one_in(3);
  std::string method = is_resource ? "resources/read" : "tools/call", key = is_resource ? "uri" : "name";
  std::string target = is_free       ? (is_resource ? "file:///free" : "free")
                       : is_resource ? guarded_resource
                                     : guarded_tool;
  std::vector<std::string> members = {member("jsonrpc", "\"2.0\""),
                                      member("method", string(random.one_in(8) ? "ping" : method)),
                                      member("params", params(key, target))};
  if (random.one_in(2)) members.push_back(member("id", noise()));
  if (is_odd(5)) members.push_back(member("method", string(random.one_in(2) ? "ping" : method)));
  if (is_odd(5)) members.push_back(member("params", params(key, random.one_in(2) ? "free" : target)));
  if (random.one_in(10)) members.push_back(member("result", noise()));
  if (random.one_in(10)) members.push_back(member("x", noise()));
  if (is_odd(12)) members.erase(members.begin() + long(random.below(members.size())));
  return object(members);
}

void Bodies::spoil(std::string &body) {
  static const std::vector<std::string> parts = {
      "\"", "\\",           "{",        "}",    "[",        "]", ",",    ":",  "/*",   "*/", "//", "\n", "\\u0000", "'",
      " ",  "\xEF\xBB\xBF", "\xC5\xBF", "\x1F", "\xC2\xA0", "#", "\\\"", "{}", "\"\":"};
  size_t at = random.below(body.size() + 1);
  switch (random.below(6)) {
    case 0: body.insert(at, random.one_of(parts)); break;
    case 1: body.insert(at, 1, '\0'); break;
    case 2: body.erase(at, 1 + random.below(3)); break;
    case 3:
      if (at < body.size()) body[at] = char(body[at] ^ 1 << random.below(8));
      break;
    case 4: body.replace(at, random.below(4), random.one_of(parts)); break;
    default: body.insert(at, body.substr(random.below(body.size() + 1), random.below(40)));
  }
}

std::string Bodies::next() {
  static const std::vector<std::string> before = {"\xEF\xBB\xBF", " ",  "/**/", "//\n",   "\xFE\xFF",
                                                  "1 ",           "{}", "[]",   ")]}'\n", "\n\n"};
  static const std::vector<std::string> between = {"", " ", "\n", ",", "\x1E", "//"};
  calm = 1 + random.below(2) * 9;
  std::string body = message();
  if (random.one_in(6)) {
    body = "[" + body;
    for (uint64_t count = random.below(3); count > 0; count--) body += "," + message();
    body += is_odd(20) ? ",]" : "]";
    if (is_odd(20)) body = "[" + body + "]";
  }
  if (is_odd(25)) body = random.one_of(before) + body;
  if (is_odd(25)) body += random.one_of(between) + message();
  if (is_odd(40)) body += '\0' + message();
  if (is_odd(100)) body = '\0' + body;
  if (is_odd(4)) spoil(body);
  return body;
}

#include "documents.hpp"

#include <cstdio>
#include <cstring>

// ---- by the grammar ---------------------------------------------------------------------------------------------------

static const std::vector<std::string> names = {"a",
                                               "b",
                                               "c",
                                               "iss",
                                               "aud",
                                               "exp",
                                               "scope",
                                               "alg",
                                               "",
                                               "method",
                                               "params",
                                               "name",
                                               "\xC3\xA9",
                                               "e\xCC\x81",
                                               "\xF0\x9F\x98\x80",
                                               "a/b",
                                               "long name that is not short",
                                               "prefix-1-suffix",
                                               "prefix-2-suffix",
                                               "prefix-3-suffix",
                                               "prefix-4-suffix",
                                               "prefix-5-suffix",
                                               "prefix-6-suffix"};

static const std::vector<std::string> odd_numbers = {
    "0", "-0", "-0.0", "0.0", "0e0", "0E+0", "0e-0", "1", "-1", "10", "1.0", "1e0", "1E400", "-1e400", "1e-400",
    "1e308", "1e309", "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308",
    "179769313486231580793e289", "2.2250738585072011e-308", "2.2250738585072014e-308", "5e-324",
    "4.9406564584124654e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "9007199254740991",
    "9007199254740992", "9007199254740993", "9007199254740993.0", "9007199254740992.5", "9007199254740993e0",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
    "18446744073709551615", "18446744073709551616", "9223372036854775807.0", "9223372036854775806.5",
    "123456789012345678901234567890", "-123456789012345678901234567890", "0.1", "0.2", "0.3", "1.5",
    "3.141592653589793", "1e22", "1e23", "8.5e22", "9.5e-23", "0.000000000000000000000000000000000000000000000001",
    "1e1000000000000", "1e-1000000000000", "0e1000000000000", "6.631236846766476e-316", "100000000000000000000000e-23",
    "7.2057594037927933e16", "2.2250738585072012e-308", "0.500000000000000166533453693773481063544750213623046875",
    "1.00000000000000011102230246251565", "1.00000000000000011102230246251566", "30078505129381147446200",
    "1777820000000000000001", "1.0000000000000000000000000",
    // no numbers
    "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x10", "1.e5", "--1", "-01", "1_0", "Infinity", "-Infinity", "NaN",
    "1e5.5", "00"};

void Documents::digits(std::string &out, uint64_t most) {
  for (uint64_t count = 1 + random.below(most); count > 0; count--) out += char('0' + random.below(10));
}

void Documents::number(std::string &out) {
  if (random.one_in(3)) {
    out += random.one_of(odd_numbers);
    return;
  }
  if (random.one_in(4)) out += '-';
  if (random.one_in(6))
    out += '0';
  else {
    out += char('1' + random.below(9));
    if (random.one_in(2)) digits(out, random.one_in(20) ? 400 : 18);
  }
  if (random.one_in(3)) out += '.', digits(out, random.one_in(20) ? 800 : 20);
  if (random.one_in(4)) {
    out += random.one_in(2) ? 'e' : 'E';
    if (random.one_in(2)) out += random.one_in(2) ? '-' : '+';
    digits(out, random.one_in(10) ? 4 : 2);
  }
}

static void put_utf8(std::string &out, uint32_t code) {
  if (code < 0x80)
    out += char(code);
  else if (code < 0x800)
    out += {char(0xC0 | code >> 6), char(0x80 | (code & 63))};
  else if (code < 0x10000)
    out += {char(0xE0 | code >> 12), char(0x80 | (code >> 6 & 63)), char(0x80 | (code & 63))};
  else
    out += {char(0xF0 | code >> 18), char(0x80 | (code >> 12 & 63)), char(0x80 | (code >> 6 & 63)),
            char(0x80 | (code & 63))};
}

static void put_escape(std::string &out, unsigned unit, bool is_upper) {
  char escape[8];
  snprintf(escape, sizeof escape, is_upper ? "\\u%04X" : "\\u%04x", unit);
  out += escape;
}

void Documents::character(std::string &out) {
  static const std::vector<std::string> escapes = {"\\\"", "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"};
  static const std::vector<uint32_t> edges = {0x7F,     0x80,     0x7FF,  0x800,  0xFFF,  0x1000,  0x2028,  0x2029,
                                              0xD7FF,   0xE000,   0xFEFF, 0xFFFD, 0xFFFF, 0x10000, 0x1F600, 0xFFFFF,
                                              0x100000, 0x10FFFF, '<',    '>',    '&',    0x17F,   0x212A};
  switch (random.below(40)) {
    case 0:
    case 1:
    case 2: out += random.one_of(escapes); break;
    case 3: put_escape(out, unsigned(1 + random.below(0xD7FF)), random.one_in(2)); break;
    case 4: put_escape(out, unsigned(0x20 + random.below(0x60)), random.one_in(2)); break;
    case 5:
      put_escape(out, unsigned(0xD800 + random.below(0x400)), random.one_in(2));
      put_escape(out, unsigned(0xDC00 + random.below(0x400)), random.one_in(2));
      break;
    case 6:
    case 7: put_utf8(out, random.one_of(edges)); break;
    case 8: put_utf8(out, uint32_t(0x80 + random.below(0xD000))); break;
    case 9: put_utf8(out, uint32_t(0x10000 + random.below(0x100000))); break;
    case 10:
      if (random.one_in(30)) put_escape(out, unsigned(random.below(0x10000)), random.one_in(2));
      if (random.one_in(30)) out += "\\u0000";
      break;
    default: out += char(random.one_in(8) ? 0x20 + random.below(0x5F) : 'a' + random.below(26));
  }
  if (out.back() == '"' && (out.size() < 2 || out[out.size() - 2] != '\\')) out.back() = '\'';
}

void Documents::string(std::string &out) {
  out += '"';
  uint64_t count = random.one_in(12) ? random.below(300) : random.below(12);
  if (random.one_in(3)) {
    out.append(count, 'x'); // the long run that a reader takes in words
  } else {
    for (; count > 0; count--) {
      character(out);
      if (out.back() == '\\' && out[out.size() - 2] != '\\') out += '\\';
    }
  }
  out += '"';
}

void Documents::name(std::string &out) {
  if (random.one_in(6)) return string(out);
  out += '"';
  for (unsigned char c : random.one_of(names)) {
    if (c < 0x80 && random.one_in(20))
      put_escape(out, c, random.one_in(2));
    else
      out += char(c);
  }
  if (random.one_in(2)) out += std::to_string(random.below(1000));
  out += '"';
}

void Documents::blank(std::string &out) {
  static const std::vector<std::string> blanks = {" ", "\n", "\t", "\r\n", "  ", "            "};
  if (random.one_in(6)) out += random.one_of(blanks);
}

void Documents::container(std::string &out, int depth, bool is_object) {
  out += is_object ? '{' : '[';
  blank(out);
  uint64_t count = random.one_in(60) ? random.below(60) : random.below(5);
  for (uint64_t i = 0; i < count; i++) {
    if (i > 0) out += ',', blank(out);
    if (is_object) name(out), blank(out), out += ':', blank(out);
    value(out, depth - 1);
    blank(out);
  }
  out += is_object ? '}' : ']';
}

void Documents::value(std::string &out, int depth) {
  static const std::vector<std::string> words = {"true", "false", "null"};
  switch (depth > 0 ? random.below(10) : 4 + random.below(6)) {
    case 0:
    case 1: return container(out, depth, true);
    case 2:
    case 3: return container(out, depth, false);
    case 4:
    case 5: return number(out);
    case 6: out += random.one_of(words); return;
    default: return string(out);
  }
}

// ---- not by the grammar -----------------------------------------------------------------------------------------------

std::string Documents::tokens() {
  static const std::vector<std::string> all = {"{",          "}",
                                               "[",          "]",
                                               ",",          ":",
                                               "\"",         "\"a\"",
                                               "\"a\":",     "\"b\":1",
                                               "1",          "-",
                                               "0",          "1.5",
                                               "1e5",        "true",
                                               "false",      "null",
                                               "nul",        "tru",
                                               "True",       "NaN",
                                               " ",          "\n",
                                               "\f",         "\v",
                                               "\\",         "\\u",
                                               "\\u0000",    "\\ud800",
                                               "\\udc00",    "/*",
                                               "*/",         "//",
                                               "'",          "\xEF\xBB\xBF",
                                               "\xC2\xA0",   std::string(1, '\0'),
                                               "\xFF",       "{}",
                                               "[]",         "\"\"",
                                               "{\"a\":{}}", "[[]]"};
  std::string text;
  for (uint64_t count = 1 + random.below(9); count > 0; count--) text += random.one_of(all);
  return text;
}

std::string Documents::nested() {
  std::string opened, closed;
  uint64_t depth = random.one_in(3)   ? 28 + random.below(8)
                   : random.one_in(6) ? 500 + random.below(20)
                                      : random.below(70);
  for (uint64_t i = 0; i < depth; i++) {
    bool is_object = random.one_in(2);
    opened += is_object ? "{\"a\":" : "[";
    closed.insert(closed.begin(), is_object ? '}' : ']');
    if (random.one_in(5)) opened += is_object ? "{\"b\":[]}" : "0,", closed.insert(0, is_object ? ",\"c\":1" : "");
    if (opened.back() == '}') opened += ",\"d\":";
  }
  if (random.one_in(8) && !closed.empty()) closed[random.below(closed.size())] ^= 6;
  return opened + "0" + closed;
}

void Documents::mutate(std::string &text) {
  static const char bytes[] =
      "\"\\{}[],:0123456789eE.+-truefalsn \t\n\r\0\x01\x1F\x7F\x80\xBF\xC0\xC2\xE0\xED\xEF\xF0\xF4\xFF/u";
  static const std::string interesting(bytes, sizeof bytes - 1);
  size_t at = random.below(text.size() + 1), count = random.one_in(3) ? 1 + random.below(12) : 1;
  char byte = interesting[random.below(interesting.size())];
  switch (random.below(9)) {
    case 0:
    case 1: text.insert(at, count, byte); break;
    case 2:
    case 3:
      if (at < text.size()) text[at] = byte;
      break;
    case 4:
      if (at < text.size()) text[at] = char(text[at] ^ 1 << random.below(8));
      break;
    case 5:
      if (at < text.size()) text.erase(at, count);
      break;
    case 6: text.insert(at, text.substr(random.below(text.size() + 1), 1 + random.below(30))); break;
    case 7: text.resize(at); break;
    default:
      if (recent.empty()) break;
      const std::string &other = random.one_of(recent);
      text.replace(at, random.below(20), other.substr(random.below(other.size() + 1), 1 + random.below(40)));
  }
}

static const std::vector<std::string> messages = {
    R"({"alg":"RS256","typ":"at+jwt","kid":"k1"})",
    R"({"iss":"https://issuer.example","aud":["https://mcp.example/mcp"],"sub":"u","exp":1900000000,"nbf":1.5,"scope":"a b c"})",
    R"({"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"BB","kid":"1"},{"kty":"RSA","n":"AQ","e":"AQAB"}]})",
    R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"add","arguments":{"a":1,"b":[1.5,null,{"c":true}]}}})",
    R"([{"jsonrpc":"2.0","method":"ping","id":18446744073709551615},{"jsonrpc":"2.0","id":null,"result":{}}])"};

std::string Documents::next() {
  std::string text;
  switch (random.below(20)) {
    case 0: text = tokens(); break;
    case 1: text = nested(); break;
    case 2:
    case 3: text = random.one_of(messages); break;
    default:
      blank(text);
      value(text, random.one_in(10) ? 9 : 3);
      blank(text);
  }
  if (recent.size() < 64)
    recent.push_back(text);
  else
    recent[random.below(64)] = text;
  if (random.one_in(2)) {
    for (uint64_t count = 1 + random.below(3); count > 0; count--) mutate(text);
  }
  return text;
}

// ---- all of a family --------------------------------------------------------------------------------------------------

void for_each_of_families(const std::function<void(const std::string &)> &body) {
  auto in_string = [&](const std::string &inside, size_t before) {
    body("[\"" + std::string(before, 'a') + inside + std::string(7, 'z') + "\"]");
  };
  for (unsigned unit = 0; unit < 0x10000; unit++) {
    std::string escape;
    put_escape(escape, unit, unit & 1);
    in_string(escape, unit % 9);
  }
  for (unsigned first : {0xD7FF, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xE000}) {
    for (unsigned second : {0x41, 0xD7FF, 0xD800, 0xDBFF, 0xDC00, 0xDFFF, 0xE000}) {
      std::string pair;
      put_escape(pair, first, false), put_escape(pair, second, true);
      in_string(pair, 0);
      in_string(pair.substr(0, 11), 1);
    }
  }
  for (unsigned first = 0; first < 256; first++) {
    for (unsigned second = 0; second < 256; second++) in_string({char(first), char(second)}, (first + second) % 17);
    for (size_t before = 0; before < 40; before++) in_string({char(first)}, before);
    for (const char *text :
         {"%[]", "[%1]", "[1%]", "[1%2]", "{%\"a\":1}", "{\"a\"%:1}", "{\"a\":%1}", "{\"a\":1%}", "[]%", "tru%", "1%",
          "-%", "1.%", "1e%", "\"\\%\"", "\"\\u%000\"", "\"\\u0%41\"", "\"\\u00%1\"", "\"\\u004%\""}) {
      std::string spoiled = text;
      spoiled[spoiled.find('%')] = char(first);
      body(spoiled);
    }
  }
  for (unsigned lead = 0xE0; lead <= 0xFF; lead++) {
    for (unsigned second = 0; second < 256; second++) {
      for (unsigned last : {0x22, 0x7F, 0x80, 0xBF, 0xC0}) {
        in_string({char(lead), char(second), char(last)}, second % 13);
        if (lead >= 0xF0) in_string({char(lead), char(second), char(0x80), char(last)}, second % 13);
      }
      if (lead >= 0xF0) in_string({char(lead), char(second), char(0xC0), char(0x80)}, second % 7);
    }
  }
}

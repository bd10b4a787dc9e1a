// json.cpp: the library's JSON reader by itself, beside jansson (strict, duplicates refused) and simdjson (DOM, which lets
// duplicates pass).
//
// usage: json ROUNDS PROBE [OTHER_PROBE]   prints one JSON object
//
// PROBE is build/json/libjson_probe.so; OTHER_PROBE, such as that of an older version, is measured in the same rounds. In
// every round each reader reads the same text for some milliseconds; a round's ratio is to the same round's jansson.
#include <dlfcn.h>
#include <jansson.h>
#include <simdjson.h>

#include <algorithm>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <string>
#include <vector>

[[noreturn]] static void fail(const std::string &what) {
  fprintf(stderr, "json: %s\n", what.c_str());
  exit(1);
}

static double cpu_ns() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return double(t.tv_sec) * 1e9 + double(t.tv_nsec);
}

struct Probe {
  ptrdiff_t (*token)(const void *, size_t, const void *, size_t);
  int64_t (*read)(const void *, size_t, size_t, ptrdiff_t);

  explicit Probe(const char *path) {
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);
    if (!library) fail(dlerror());
    token = reinterpret_cast<decltype(token)>(dlsym(library, "json_probe_token"));
    read = reinterpret_cast<decltype(read)>(dlsym(library, "json_probe_read"));
    if (!token || !read) fail(std::string(path) + " is no probe");
  }
};

// ---- texts --------------------------------------------------------------------------------------------------------------

static constexpr size_t largest_body = 4 << 20;

static std::string repeated(const std::string &before, const std::function<std::string(size_t)> &element,
                            const std::string &after, size_t room = largest_body) {
  std::string text = before;
  for (size_t i = 0;; i++) {
    std::string next = (i > 0 ? "," : "") + element(i);
    if (text.size() + next.size() + after.size() > room) return text + after;
    text += next;
  }
}

static std::string padded_number(size_t number) {
  std::string digits = std::to_string(number);
  return std::string(8 - digits.size(), '0') + digits;
}

static std::string long_string(const std::string &piece) {
  std::string text = "[\"";
  while (text.size() + piece.size() + 2 < largest_body) text += piece;
  return text + "\"]";
}

// So many members whose names begin, end and are as long as all others'.
static std::string clashing(size_t count) {
  std::string text = "{";
  for (size_t i = 0; i < count; i++) text += (i ? ",\"name" : "\"name") + padded_number(i) + "tail\":1";
  return text + "}";
}

static std::string escaped_names() {
  auto unit = [](size_t value) {
    char escape[8];
    snprintf(escape, sizeof escape, "\\u%04x", unsigned(0x4E00 + value % 1000));
    return std::string(escape);
  };
  return repeated(
      "[",
      [&](size_t) {
        std::string object = "{";
        for (size_t name = 0; name < 16; name++) {
          object += name ? ",\"" : "\"";
          for (size_t i = 0; i < 60; i++) object += unit(i == 30 ? name : i);
          object += "\":0";
        }
        return object + "}";
      },
      "]");
}

// ---- readers --------------------------------------------------------------------------------------------------------------

static const char *const header_names[] = {"alg", "kid", "crit"};
static const char *const claim_names[] = {"iss", "aud", "sub", "exp", "nbf", "client_id"};

static ptrdiff_t jansson_token(const std::string &header, const std::string &claims) {
  json_t *head = json_loadb(header.data(), header.size(), JSON_REJECT_DUPLICATES, nullptr);
  json_t *body = json_loadb(claims.data(), claims.size(), JSON_REJECT_DUPLICATES, nullptr);
  if (!head || !body) fail("jansson refuses a token");
  ptrdiff_t found = 0;
  for (const char *name : header_names) found += json_object_get(head, name) != nullptr;
  for (const char *name : claim_names) found += json_object_get(body, name) != nullptr;
  json_t *scope = json_object_get(body, "scope");
  found += json_is_array(scope) ? ptrdiff_t(json_array_size(scope)) : scope != nullptr;
  json_decref(head), json_decref(body);
  return found;
}

static ptrdiff_t simdjson_token(const simdjson::padded_string &header, const simdjson::padded_string &claims) {
  static simdjson::dom::parser header_parser, parser;
  simdjson::dom::element head, body, found_member;
  if (header_parser.parse(header).get(head) || parser.parse(claims).get(body)) fail("simdjson refuses a token");
  ptrdiff_t found = 0;
  for (const char *name : header_names) found += !head[name].get(found_member);
  for (const char *name : claim_names) found += !body[name].get(found_member);
  simdjson::dom::array list;
  if (body["scope"].get(found_member)) return found;
  return found + (found_member.get(list) ? 1 : ptrdiff_t(list.size()));
}

// ---- rounds ---------------------------------------------------------------------------------------------------------------

struct Reader {
  std::string name;
  std::function<void()> read;
  std::vector<double> ns, ratio;
};

static double measure(const Reader &reader, long calls) {
  double start = cpu_ns();
  for (long i = 0; i < calls; i++) reader.read();
  return (cpu_ns() - start) / double(calls);
}

static void print_spread(const char *name, std::vector<double> values) {
  std::sort(values.begin(), values.end());
  printf("\"%s\":{\"min\":%.4f,\"median\":%.4f,\"max\":%.4f}", name, values.front(), values[values.size() / 2],
         values.back());
}

static bool is_first = true;

static void compare(const char *name, size_t bytes, std::vector<Reader> readers, int rounds) {
  constexpr double slice_ns = 2e6;
  std::vector<long> calls;
  for (Reader &reader : readers) {
    reader.read();
    calls.push_back(std::max(1L, long(slice_ns / std::max(1.0, measure(reader, 3)))));
  }
  for (int round = 0; round < rounds; round++) {
    double jansson = 0;
    for (size_t i = 0; i < readers.size(); i++) {
      size_t at = (i + size_t(round)) % readers.size();
      readers[at].ns.push_back(measure(readers[at], calls[at]));
      if (at == 0) jansson = readers[at].ns.back();
    }
    for (Reader &reader : readers) reader.ratio.push_back(reader.ns.back() / jansson);
  }
  printf("%s\"%s\":{\"bytes\":%zu,\"readers\":{", is_first ? "" : ",", name, bytes);
  is_first = false;
  for (size_t i = 0; i < readers.size(); i++) {
    printf("%s\"%s\":{", i ? "," : "", readers[i].name.c_str());
    print_spread("ns", readers[i].ns);
    printf(",");
    print_spread("ratio", readers[i].ratio);
    printf("}");
  }
  printf("}}");
  fflush(stdout);
}

static std::vector<std::pair<std::string, Probe>> probes;

static void compare_tokens(const char *name, const std::string &header, const std::string &claims, ptrdiff_t found,
                           int rounds) {
  auto must = [=](ptrdiff_t count) {
    if (count != found) fail(std::string(name) + ": " + std::to_string(count) + " found");
  };
  simdjson::padded_string padded_header(header), padded_claims(claims);
  std::vector<Reader> readers = {{"jansson", [&] { must(jansson_token(header, claims)); }, {}, {}},
                                 {"simdjson", [&] { must(simdjson_token(padded_header, padded_claims)); }, {}, {}}};
  for (auto &[probe_name, probe] : probes) {
    auto token = probe.token;
    readers.push_back(
        {probe_name, [&, token] { must(token(header.data(), header.size(), claims.data(), claims.size())); }, {}, {}});
  }
  compare(name, header.size() + claims.size(), readers, rounds);
}

static void compare_bodies(const char *name, const std::string &text, int rounds) {
  simdjson::padded_string padded(text);
  simdjson::dom::parser parser;
  auto must = [=](bool accepted) {
    if (!accepted) fail(std::string(name) + " is refused");
  };
  std::vector<Reader> readers = {{"jansson",
                                  [&] {
                                    json_t *root = json_loadb(text.data(), text.size(),
                                                              JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, nullptr);
                                    must(root);
                                    json_decref(root);
                                  },
                                  {},
                                  {}},
                                 {"simdjson",
                                  [&] {
                                    simdjson::dom::element root;
                                    must(!parser.parse(padded).get(root));
                                  },
                                  {},
                                  {}}};
  for (auto &[probe_name, probe] : probes) {
    auto read = probe.read;
    readers.push_back({probe_name, [&, read] { must(read(text.data(), text.size(), 512, LONG_MAX)); }, {}, {}});
  }
  compare(name, text.size(), readers, rounds);
}

int main(int argc, char **argv) {
  if (argc < 3) fail("usage: json ROUNDS PROBE [OTHER_PROBE]");
  int rounds = atoi(argv[1]), large_rounds = std::max(3, rounds / 10);
  probes.emplace_back("libmcpauth", Probe(argv[2]));
  if (argc > 3) probes.emplace_back("other version", Probe(argv[3]));

  std::string header = R"({"alg":"RS256","typ":"at+jwt","kid":"2026-07-28T00:00:00Z-0123456789abcdef-key-1"})";
  auto claims = [](const std::string &scope, const std::string &more = "") {
    return R"({"iss":"https://as.example.com","sub":"user|000000000000000000000001","aud":"https://mcp.example.com/mcp",)"
           R"("exp":1900000000,"iat":1899996400,"nbf":1899996400,"jti":"00000000000000000000000000000001",)"
           R"("client_id":"4f9d1c52-7c1f-4b62-9c29-8bfb6d1a5f0e","scope":)" +
           scope + more + "}";
  };
  std::string scopes = "\"mcp:tools";
  while (scopes.size() < 10700) scopes += " s:" + std::to_string(scopes.size());
  std::string list = "[\"mcp:tools\"";
  for (int i = 1; i < 1000; i++) list += ",\"s:" + std::to_string(i) + "\"";

  printf("{");
  compare_tokens(
      "a token's header and claims, 10 look-ups", header,
      claims(
          "\"mcp:tools\"",
          ",\"email\":\"user.number.one@example.com\",\"azp\":\"4f9d1c52-7c1f-4b62-9c29-8bfb6d1a5f0e\",\"ver\":\"1.0.2026\""),
      9, rounds);
  compare_tokens("those of a token of 960 bytes", R"({"alg":"RS256","typ":"JWT","kid":"bench-RS256"})",
                 claims("\"mcp:tools mcp:resources mcp:prompts\"", ",\"filler\":\"" + std::string(107, 'x') + "\""), 9,
                 rounds);
  compare_tokens("claims with a scope of 11 KB", header, claims(scopes + "\""), 9, rounds);
  compare_tokens("claims with 1,000 scopes", header, claims(list + "]"), 8 + 1000, rounds);
  compare_bodies("4 MiB of small values",
                 repeated(
                     "[",
                     [](size_t i) {
                       static const char *const values[] = {"1", "true", "\"a\"", "null", "{\"a\":1}", "[]", "-5"};
                       return std::string(values[i % 7]);
                     },
                     "]"),
                 large_rounds);
  compare_bodies("4 MiB of 1,2,3,...",
                 repeated("[", [](size_t i) { return std::to_string(i % 9 + 1); }, "]"), large_rounds);
  compare_bodies("a string of 4 MiB, ASCII", long_string("the quick brown fox "), large_rounds);
  compare_bodies("a string of 4 MiB, Cyrillic", long_string("\xD0\xB1\xD1\x8B\xD1\x81\xD1\x82\xD1\x80\xD0\xBE "),
                 large_rounds);
  compare_bodies("a string of 4 MiB, CJK", long_string("\xE6\xBC\xA2\xE5\xAD\x97\xE4\xBB\xAE\xE5\x90\x8D"),
                 large_rounds);
  compare_bodies("a string of 4 MiB, with escapes", long_string("two words\\n\\u00e9 "), large_rounds);
  compare_bodies("10,000 members, names that clash", clashing(10000), large_rounds);
  compare_bodies("4 MiB of objects with 16 long escaped names", escaped_names(), large_rounds);
  printf("}\n");
  return 0;
}

// No body gets a guarded tool called, or a guarded resource read, for a caller without the scope: whatever the host's own
// reader makes of it. What mcpauth_authorize lets pass is read by the readers of hosts.cpp.
//
// usage: bodies_differential [COUNT [SEED]]
#include <mcpauth.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>

#include "bodies.hpp"
#include "hosts.hpp"

#define MUST(condition)                                               \
  do {                                                                \
    if (!(condition)) {                                               \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      exit(2);                                                        \
    }                                                                 \
  } while (0)

static constexpr const char *issuer = "https://issuer.example", *resource = "https://mcp.example/mcp";

// Everybody is let in, with a scope that is not the one the rules ask for.
static mcpauth_result accept_all(void *, const char *, size_t, mcpauth_authinfo_builder *builder) {
  MUST(mcpauth_authinfo_builder_set_issuer(builder, issuer, strlen(issuer)) == MCPAUTH_OK);
  MUST(mcpauth_authinfo_builder_set_subject(builder, "user", 4) == MCPAUTH_OK);
  MUST(mcpauth_authinfo_builder_add_audience(builder, resource, strlen(resource)) == MCPAUTH_OK);
  MUST(mcpauth_authinfo_builder_add_scope(builder, "read", 4) == MCPAUTH_OK);
  return MCPAUTH_OK;
}

static mcpauth_verifier *make_verifier() {
  mcpauth_config *config;
  mcpauth_issuer *trusted;
  mcpauth_verifier *verifier;
  mcpauth_error *error = nullptr;
  MUST(mcpauth_config_new(resource, &config) == MCPAUTH_OK);
  MUST(mcpauth_config_add_issuer(config, issuer, &trusted) == MCPAUTH_OK);
  MUST(mcpauth_config_set_custom_verifier(config, accept_all, nullptr, nullptr) == MCPAUTH_OK);
  MUST(mcpauth_config_add_tool_scope(config, guarded_tool, "admin") == MCPAUTH_OK);
  MUST(mcpauth_config_add_resource_scope(config, guarded_resource, "admin") == MCPAUTH_OK);
  MUST(mcpauth_verifier_new(config, &verifier, &error) == MCPAUTH_OK);
  mcpauth_config_free(config);
  return verifier;
}

static mcpauth_result authorize(const mcpauth_verifier *verifier, const std::string &body) {
  mcpauth_str field = {"Bearer x", 8};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.authorization = &field;
  request.authorization_count = 1;
  request.method = {"POST", 4};
  request.body = {body.data(), body.size()};
  mcpauth_authinfo *info = nullptr;
  mcpauth_result result = mcpauth_authorize(verifier, &request, &info, nullptr);
  mcpauth_authinfo_free(info);
  return result;
}

// The rules work, and so does each reader.
static void check_controls(const mcpauth_verifier *verifier) {
  auto call = [](const char *tool) {
    return std::string(R"({"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":")") + tool + "\"}}";
  };
  MUST(authorize(verifier, call("free")) == MCPAUTH_OK);
  MUST(authorize(verifier, call(guarded_tool)) == MCPAUTH_ERR_INSUFFICIENT_SCOPE);
  for (const HostReader &reader : host_readers) {
    MUST(reader.calls_guarded(call(guarded_tool)));
    MUST(reader.calls_guarded("[" + call("free") + "," + call(guarded_tool) + "]"));
    MUST(!reader.calls_guarded(call("free")));
  }
}

static void print(const std::string &body) {
  for (unsigned char c : body) printf(c < 0x20 || c > 0x7E ? "<%02X>" : "%c", c);
  printf("\n");
}

int main(int argc, char **argv) {
  long count = argc > 1 ? atol(argv[1]) : 500000, failures = 0;
  Bodies bodies(argc > 2 ? strtoull(argv[2], nullptr, 0) : 20260728);
  mcpauth_verifier *verifier = make_verifier();
  check_controls(verifier);
  std::map<std::string, long> results, guarded;
  for (long i = 0; i < count; i++) {
    std::string body = bodies.next();
    mcpauth_result result = authorize(verifier, body);
    results[mcpauth_result_name(result)]++;
    for (const HostReader &reader : host_readers) {
      if (!reader.calls_guarded(body)) continue;
      guarded[reader.name]++;
      if (result == MCPAUTH_OK && ++failures <= 30) {
        printf("not ok - %s finds a guarded call in a body that passed: ", reader.name);
        print(body);
      }
    }
  }
  mcpauth_verifier_free(verifier);
  printf("%ld bodies:", count);
  for (auto &[name, times] : results) printf(" %ld %s", times, name.c_str());
  printf("\nguarded calls in them, by reader:\n");
  for (const HostReader &reader : host_readers) {
    printf("  %8ld  %s\n", guarded[reader.name], reader.name);
    if (guarded[reader.name] < count / 100) printf("not ok - hardly any for %s\n", reader.name), failures++;
  }
  printf("%ld failures\n", failures);
  return failures != 0;
}

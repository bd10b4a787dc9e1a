/*
 * argument_scopes.c: scopes that depend on what a tool is called with.
 *
 * Rules by name (mcpauth_config_add_tool_scope) say that the tool `pay` needs the scope `pay`. What they cannot say is said by
 * an operation check, which sees who asks and with which parameters:
 *
 *   1. a limit: from an amount of 1000 on, `pay` needs the scope `pay:large` as well. The check adds it to the list of scopes
 *      needed, and the library asks for all of them in one challenge;
 *   2. a folder: the resource file:///home/NAME/... is read by NAME alone. No scope would help anybody else: the check refuses.
 *
 * Parameters that cannot be understood are refused too: a rule that a strange spelling gets around is none.
 *
 * pkg-config: jansson
 * build:  cc -std=c11 argument_scopes.c -o argument_scopes $(pkg-config --cflags --libs mcpauth jansson)
 * usage:  argument_scopes    tries its samples; exit status 0 when each was answered as expected
 */
#include <jansson.h>
#include <mcpauth.h>
#include <stdio.h>
#include <string.h>

enum { LARGE = 1000 };

/* ---- the check ----------------------------------------------------------------------------------------------------- */

static mcpauth_result check_payment(const json_t *params, mcpauth_scope_list *needed) {
  const json_t *amount = json_object_get(json_object_get(params, "arguments"), "amount");
  if (!json_is_integer(amount) || json_integer_value(amount) <= 0) return MCPAUTH_ERR_OPERATION_NOT_ALLOWED;
  if (json_integer_value(amount) >= LARGE) mcpauth_scope_list_add(needed, "pay:large");
  return MCPAUTH_OK;
}

/* The caller's own folder, without a way out of it. */
static mcpauth_result check_folder(const mcpauth_authinfo *caller, mcpauth_str uri) {
  char own[256];
  const int length = snprintf(own, sizeof own, "file:///home/%s/", mcpauth_authinfo_subject(caller).data);
  if (length < 0 || (size_t)length >= sizeof own) return MCPAUTH_ERR_OPERATION_NOT_ALLOWED;
  const bool inside = strncmp(uri.data, own, (size_t)length) == 0 && strstr(uri.data, "..") == NULL &&
                      strchr(uri.data, '%') == NULL && strchr(uri.data, '\\') == NULL;
  return inside ? MCPAUTH_OK : MCPAUTH_ERR_OPERATION_NOT_ALLOWED;
}

/* Runs on the thread that asks; the texts end with a NUL and have none inside. */
static mcpauth_result check(void *userdata, const mcpauth_authinfo *caller, mcpauth_str method, mcpauth_str name,
                            mcpauth_str params_json, mcpauth_scope_list *needed) {
  (void)userdata;
  if (strcmp(method.data, "tools/call") == 0 && strcmp(name.data, "pay") == 0) {
    json_t *params = json_loadb(params_json.data, params_json.len, JSON_REJECT_DUPLICATES, NULL);
    const mcpauth_result result = check_payment(params, needed);
    json_decref(params);
    return result;
  }
  return strcmp(method.data, "resources/read") == 0 ? check_folder(caller, name) : MCPAUTH_OK;
}

/* ---- samples ------------------------------------------------------------------------------------------------------- */

/* For this program a token is a name and maybe a scope: "alice~pay". A real server has an issuer in its place. */
static mcpauth_result know(void *userdata, const char *token, size_t len, mcpauth_authinfo_builder *builder) {
  const size_t name = strcspn(token, "~");
  (void)userdata;
  mcpauth_authinfo_builder_set_subject(builder, token, name);
  if (name < len) mcpauth_authinfo_builder_add_scope(builder, token + name + 1, len - name - 1);
  return MCPAUTH_OK;
}

static bool sample(const mcpauth_verifier *verifier, const char *token, const char *body, const char *expected) {
  char credential[64];
  snprintf(credential, sizeof credential, "Bearer %s", token);
  const mcpauth_header field = {{"Authorization", 13}, {credential, strlen(credential)}};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *caller = NULL;
  mcpauth_response *answer = NULL;
  request.method = (mcpauth_str){"POST", 4};
  request.headers = &field, request.header_count = 1;
  request.body = (mcpauth_str){body, strlen(body)};
  const mcpauth_result result = mcpauth_handle(verifier, &request, &caller, &answer);
  const char *name = mcpauth_result_name(result);
  printf("%-9s %s\n          %s\n", token, body, name);
  for (size_t i = 0; i < mcpauth_response_header_count(answer); i++)
    if (strcmp(mcpauth_response_header_name(answer, i).data, "WWW-Authenticate") == 0)
      printf("          %s\n", mcpauth_response_header_value(answer, i).data);
  mcpauth_authinfo_free(caller);
  mcpauth_response_free(answer);
  return strcmp(name, expected) == 0;
}

#define PAY(amount)                                                                                                        \
  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"pay\",\"arguments\":{\"amount\":" amount \
  "}}}"
#define READ(uri) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/read\",\"params\":{\"uri\":\"" uri "\"}}"

int main(void) {
  mcpauth_config *config = NULL;
  mcpauth_verifier *verifier = NULL;
  mcpauth_error *why = NULL;
  mcpauth_config_new("https://mcp.example.com/mcp", &config);
  mcpauth_config_dangerous_disable_audience_check(config); /* these tokens name none */
  mcpauth_config_set_custom_verifier(config, know, NULL, NULL);
  mcpauth_config_add_tool_scope(config, "pay", "pay");
  mcpauth_config_set_operation_check(config, check, NULL, NULL);
  if (mcpauth_verifier_new(config, &verifier, &why) != MCPAUTH_OK) {
    fprintf(stderr, "argument_scopes: %s\n", mcpauth_error_message(why).data);
    return 1;
  }
  bool ok = sample(verifier, "alice~pay", PAY("999"), "MCPAUTH_OK");
  ok &= sample(verifier, "alice~pay", PAY("1000"), "MCPAUTH_ERR_INSUFFICIENT_SCOPE");
  ok &= sample(verifier, "alice", PAY("1000"), "MCPAUTH_ERR_INSUFFICIENT_SCOPE");
  ok &= sample(verifier, "alice~pay", PAY("\"1000\""), "MCPAUTH_ERR_OPERATION_NOT_ALLOWED");
  ok &= sample(verifier, "alice", READ("file:///home/alice/a.txt"), "MCPAUTH_OK");
  ok &= sample(verifier, "bob", READ("file:///home/alice/a.txt"), "MCPAUTH_ERR_OPERATION_NOT_ALLOWED");
  ok &= sample(verifier, "bob", READ("file:///home/bob/../alice/a.txt"), "MCPAUTH_ERR_OPERATION_NOT_ALLOWED");
  ok &= sample(verifier, "bob", READ("file:///home/bob/%2e%2e/alice/a.txt"), "MCPAUTH_ERR_OPERATION_NOT_ALLOWED");
  mcpauth_verifier_free(verifier);
  mcpauth_config_free(config);
  return ok ? 0 : 1;
}

/* Scopes that depend on arguments: the host's check, and header fields that repeat a tool's parameters. */
#include <stdlib.h>

#include "fixture.h"

#define PAY(amount)                                                                                                        \
  "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"pay\",\"arguments\":{\"amount\":" amount \
  "}}}"

typedef struct {
  unsigned calls, destroyed;
  mcpauth_result returns;
  const char *adds;
  char method[64], name[64], params[256], subject[64];
} host;

static mcpauth_result check(void *userdata, const mcpauth_authinfo *info, mcpauth_str method, mcpauth_str name,
                            mcpauth_str params, mcpauth_scope_list *needed) {
  host *at = userdata;
  at->calls++;
  snprintf(at->method, sizeof at->method, "%s", method.data);
  snprintf(at->name, sizeof at->name, "%s", name.data);
  snprintf(at->params, sizeof at->params, "%s", params.data);
  snprintf(at->subject, sizeof at->subject, "%s", mcpauth_authinfo_subject(info).data);
  CHECK_INT(strlen(method.data), method.len);
  CHECK_INT(strlen(name.data), name.len);
  CHECK_INT(strlen(params.data), params.len);
  if (at->adds != NULL && strstr(params.data, "\"amount\":1000") != NULL)
    CHECK((mcpauth_scope_list_add(needed, at->adds) == MCPAUTH_OK) == (strchr(at->adds, ' ') == NULL));
  return at->returns;
}

static void destroy(void *userdata) { ((host *)userdata)->destroyed++; }

static mcpauth_verifier *verifier_of(host *at) {
  mcpauth_config *config = fixture_config(NULL);
  mcpauth_config_add_required_scope(config, "mcp:read");
  mcpauth_config_add_tool_scope(config, "pay", "mcp:pay");
  mcpauth_config_add_public_method(config, "tools/list");
  CHECK_RESULT(mcpauth_config_set_operation_check(config, check, at, destroy), MCPAUTH_OK);
  return fixture_verifier(config);
}

/* The scope of the challenge, to be freed; NULL where there is none. */
static char *post(const mcpauth_verifier *verifier, const char *scopes, const char *body, mcpauth_result expected) {
  char *claims = format("{\"scope\":\"%s\"}", scopes != NULL ? scopes : ""), *token = fixture_token(claims);
  char *header = format("Bearer %s", token), *scope = NULL;
  mcpauth_header field = {{"Authorization", 13}, {header, strlen(header)}};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info = NULL;
  mcpauth_response *response = NULL;
  request.method = (mcpauth_str){"POST", 4};
  request.headers = &field, request.header_count = scopes != NULL;
  request.body = (mcpauth_str){body, strlen(body)};
  CHECK_RESULT(mcpauth_handle(verifier, &request, &info, &response), expected);
  const mcpauth_str challenge = response_header(response, "WWW-Authenticate");
  if (challenge.len > 0) scope = challenge_param(challenge.data, "scope");
  mcpauth_authinfo_free(info);
  mcpauth_response_free(response);
  free(header), free(token), free(claims);
  return scope;
}

static void expect_scope(char *scope, const char *expected) {
  if ((scope == NULL) != (expected == NULL) || (scope != NULL && strcmp(scope, expected) != 0))
    CHECK_FAIL("the challenge asks for %s, not %s", scope != NULL ? scope : "nothing", expected ? expected : "nothing");
  free(scope);
}

static void one_challenge_asks_for_what_the_arguments_need(void) {
  host at = {.returns = MCPAUTH_OK, .adds = "mcp:much"};
  mcpauth_verifier *verifier = verifier_of(&at);
  expect_scope(post(verifier, "mcp:read mcp:pay", PAY("10"), MCPAUTH_OK), NULL);
  CHECK(strcmp(at.method, "tools/call") == 0 && strcmp(at.name, "pay") == 0 && strcmp(at.subject, SUBJECT) == 0);
  CHECK(strcmp(at.params, "{\"name\":\"pay\",\"arguments\":{\"amount\":10}}") == 0);
  const mcpauth_result lacks = MCPAUTH_ERR_INSUFFICIENT_SCOPE;
  expect_scope(post(verifier, "mcp:read mcp:pay", PAY("1000"), lacks), "mcp:read mcp:pay mcp:much");
  expect_scope(post(verifier, "other", PAY("1000"), lacks), "mcp:read mcp:pay mcp:much");
  expect_scope(post(verifier, "mcp:pay", PAY("1000"), lacks), "mcp:read mcp:pay mcp:much");
  expect_scope(post(verifier, "mcp:read mcp:pay mcp:much", PAY("1000"), MCPAUTH_OK), NULL);
  at.calls = 0;
  expect_scope(post(verifier, "mcp:read mcp:pay", "[" PAY("1") "," PAY("1000") "]", lacks),
               "mcp:read mcp:pay mcp:much");
  CHECK_INT(at.calls, 2);
  mcpauth_verifier_free(verifier);
  CHECK_INT(at.destroyed, 1);
}

static void A34_an_answer_it_may_not_give_is_no_yes(void) {
  static const struct {
    mcpauth_result returned, result;
  } rows[] = {{MCPAUTH_ERR_OPERATION_NOT_ALLOWED, MCPAUTH_ERR_OPERATION_NOT_ALLOWED},
              {MCPAUTH_ERR_CALLBACK_FAILED, MCPAUTH_ERR_CALLBACK_FAILED},
              {MCPAUTH_WOULD_BLOCK, MCPAUTH_ERR_INTERNAL},
              {MCPAUTH_RESPONDED, MCPAUTH_ERR_INTERNAL},
              {MCPAUTH_ERR_TOKEN_EXPIRED, MCPAUTH_ERR_INTERNAL},
              {UINT32_MAX, MCPAUTH_ERR_INTERNAL}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    host at = {.returns = rows[i].returned};
    mcpauth_verifier *verifier = verifier_of(&at);
    expect_scope(post(verifier, "mcp:read mcp:pay", PAY("1"), rows[i].result), NULL);
    mcpauth_verifier_free(verifier);
  }
  host at = {.returns = MCPAUTH_OK, .adds = "two scopes"};
  mcpauth_verifier *verifier = verifier_of(&at);
  expect_scope(post(verifier, "mcp:read mcp:pay", PAY("1000"), MCPAUTH_ERR_INTERNAL), NULL);
  mcpauth_verifier_free(verifier);
}

static mcpauth_result check_without_scope(void *userdata, const mcpauth_authinfo *info, mcpauth_str method,
                                          mcpauth_str name, mcpauth_str params, mcpauth_scope_list *needed) {
  (void)userdata, (void)info, (void)method, (void)name, (void)params;
  CHECK_RESULT(mcpauth_scope_list_add(needed, NULL), MCPAUTH_ERR_NULL_PARAMETER);
  return MCPAUTH_OK;
}

/* A check that looks its scope up and finds none has asked for one all the same. */
static void A34_a_scope_that_is_null_lets_nobody_in(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_operation_check(config, check_without_scope, NULL, NULL), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  expect_scope(post(verifier, "mcp:read", PAY("1"), MCPAUTH_ERR_INTERNAL), NULL);
  mcpauth_verifier_free(verifier);
}

static mcpauth_result check_with_two(void *userdata, const mcpauth_authinfo *info, mcpauth_str method, mcpauth_str name,
                                     mcpauth_str params, mcpauth_scope_list *needed) {
  (void)userdata, (void)info, (void)method, (void)name, (void)params;
  CHECK_RESULT(mcpauth_scope_list_add(needed, "one"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_scope_list_add(needed, "two"), MCPAUTH_OK);
  return MCPAUTH_OK;
}

static void a_long_batch_asks_for_each_scope_once(void) {
  enum { MESSAGES = 1000 };
  static const char message[] = "{\"jsonrpc\":\"2.0\",\"method\":\"x/y\"},";
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_operation_check(config, check_with_two, NULL, NULL), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *body = malloc(MESSAGES * strlen(message) + 2), *end = body;
  *end++ = '[';
  for (int i = 0; i < MESSAGES; i++, end += strlen(message)) memcpy(end, message, strlen(message));
  end[-1] = ']';
  *end = 0;
  expect_scope(post(verifier, "two", body, MCPAUTH_ERR_INSUFFICIENT_SCOPE), "one two");
  expect_scope(post(verifier, "one two", body, MCPAUTH_OK), NULL);
  free(body);
  mcpauth_verifier_free(verifier);
}

static void an_anonymous_caller_is_asked_about_too(void) {
  static const char list[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"amount\":1000}}";
  host at = {.returns = MCPAUTH_OK};
  mcpauth_verifier *verifier = verifier_of(&at);
  expect_scope(post(verifier, NULL, list, MCPAUTH_OK), NULL);
  CHECK_INT(strlen(at.subject), 0);
  at.adds = "mcp:much";
  expect_scope(post(verifier, NULL, list, MCPAUTH_ERR_MISSING_AUTH_HEADER), "mcp:read mcp:much");
  at.returns = MCPAUTH_ERR_OPERATION_NOT_ALLOWED;
  expect_scope(post(verifier, NULL, list, MCPAUTH_ERR_OPERATION_NOT_ALLOWED), NULL);
  mcpauth_verifier_free(verifier);
}

static void bad_arguments_are_kept_by_the_configuration(void) {
  host at = {.returns = MCPAUTH_OK};
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_operation_check(config, NULL, &at, destroy), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_INT(at.destroyed, 0);
  CHECK_RESULT(mcpauth_error_result(mcpauth_config_error(config)), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_scope_list_add(NULL, "x"), MCPAUTH_ERR_NULL_PARAMETER);
  CHECK_RESULT(mcpauth_config_add_parameter_header(config, "t", "p", "a b"), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(mcpauth_config_add_parameter_header(config, "t", "", "A"), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(mcpauth_config_add_parameter_header(config, "t", "p", NULL), MCPAUTH_ERR_NULL_PARAMETER);
  mcpauth_config_free(config);
}

/* ---- Mcp-Param-* ------------------------------------------------------------------------------------------------- */

static const struct {
  const char *arguments, *value; /* of Mcp-Param-Region; NULL: not sent */
  bool agrees;
} PARAMETERS[] = {
    {"{\"region\":\"us-west1\"}", "us-west1", true},
    {"{\"region\":\"us-west1\"}", " us-west1\t", true},
    {"{\"region\":\"us-west1\"}", "US-west1", false},
    {"{\"region\":\"us-west1\"}", NULL, false},
    {"{\"region\":\"us-west1\"}", "=?base64?dXMtd2VzdDE=?=", true},
    {"{\"region\":\" padded \"}", "=?base64?IHBhZGRlZCA=?=", true},
    {"{\"region\":\" padded \"}", " padded ", false},
    {"{\"region\":42}", "42", true},
    {"{\"region\":42}", "42.0", true},
    {"{\"region\":-42}", "-42", true},
    {"{\"region\":42}", "42.5", false},
    {"{\"region\":42}", "4.2e1", false},
    {"{\"region\":\"42\"}", "42.0", false},
    {"{\"region\":true}", "true", true},
    {"{\"region\":true}", "True", false},
    {"{\"region\":null}", NULL, true},
    {"{\"region\":null}", "null", false},
    {"{}", NULL, true},
    {"{}", "us-west1", false},
    {"{}", "", false},
    {"{\"region\":\"\"}", "", true},
    {"{\"region\":\"\"}", NULL, false},
    {"{\"region\":[\"us-west1\"]}", "us-west1", false},
    {"{\"region\":1.5}", "1.5", false},
};

static void A53_a_parameters_header_says_what_the_argument_says(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_parameter_header(config, "query", "region", "Region"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *token = fixture_token(NULL), *header = format("Bearer %s", token);
  for (size_t i = 0; i < sizeof PARAMETERS / sizeof *PARAMETERS; i++) {
    char *body = format(
        "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"query\",\"arguments\":%s}}",
        PARAMETERS[i].arguments);
    const char *value = PARAMETERS[i].value != NULL ? PARAMETERS[i].value : "";
    mcpauth_header fields[] = {{{"Authorization", 13}, {header, strlen(header)}},
                               {{"Mcp-Protocol-Version", 20}, {"2026-07-28", 10}},
                               {{"Mcp-Method", 10}, {"tools/call", 10}},
                               {{"Mcp-Name", 8}, {"query", 5}},
                               {{"mcp-param-REGION", 16}, {value, strlen(value)}}};
    mcpauth_request request = MCPAUTH_REQUEST_INIT;
    mcpauth_authinfo *info = NULL;
    mcpauth_response *response = NULL;
    request.method = (mcpauth_str){"POST", 4};
    request.headers = fields, request.header_count = PARAMETERS[i].value != NULL ? 5 : 4;
    request.body = (mcpauth_str){body, strlen(body)};
    printf("# row %zu\n", i);
    CHECK_RESULT(mcpauth_handle(verifier, &request, &info, &response),
                 PARAMETERS[i].agrees ? MCPAUTH_OK : MCPAUTH_ERR_INVALID_REQUEST);
    if (response != NULL) CHECK(strstr(mcpauth_response_body(response).data, "\"code\":-32020") != NULL);
    mcpauth_authinfo_free(info);
    mcpauth_response_free(response);
    free(body);
  }
  free(header), free(token);
  mcpauth_verifier_free(verifier);
}

/* A field behind more than are kept is one that a proxy reads, and nobody compares. */
static void A53_no_number_of_fields_hides_one(void) {
  enum { HEAD = 4, MANY = 300 };
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_parameter_header(config, "query", "region", "Region"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *token = fixture_token(NULL), *header = format("Bearer %s", token);
  static const char body[] =
      "{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"tools/call\",\"params\":{\"name\":\"query\",\"arguments\":{}}}";
  mcpauth_header fields[MANY] = {{{"Authorization", 13}, {header, strlen(header)}},
                                 {{"Mcp-Protocol-Version", 20}, {"2026-07-28", 10}},
                                 {{"Mcp-Method", 10}, {"tools/call", 10}},
                                 {{"Mcp-Name", 8}, {"query", 5}}};
  for (size_t i = HEAD; i < MANY; i++) fields[i] = (mcpauth_header){{"Mcp-Param-Other", 15}, {"x", 1}};
  fields[MANY - 1].name = (mcpauth_str){"Mcp-Param-Region", 16};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info = NULL;
  mcpauth_response *response = NULL;
  request.method = (mcpauth_str){"POST", 4};
  request.body = (mcpauth_str){body, strlen(body)};
  request.headers = fields, request.header_count = MANY / 2;
  CHECK_RESULT(mcpauth_handle(verifier, &request, &info, &response), MCPAUTH_OK);
  mcpauth_authinfo_free(info);
  request.header_count = MANY;
  CHECK_RESULT(mcpauth_handle(verifier, &request, &info, &response), MCPAUTH_ERR_INVALID_REQUEST);
  mcpauth_response_free(response);
  free(header), free(token);
  mcpauth_verifier_free(verifier);
}

CHECK_MAIN(CASE(one_challenge_asks_for_what_the_arguments_need), CASE(A34_an_answer_it_may_not_give_is_no_yes),
           CASE(A34_a_scope_that_is_null_lets_nobody_in), CASE(a_long_batch_asks_for_each_scope_once),
           CASE(an_anonymous_caller_is_asked_about_too), CASE(bad_arguments_are_kept_by_the_configuration),
           CASE(A53_a_parameters_header_says_what_the_argument_says), CASE(A53_no_number_of_fields_hides_one))

/*
 * M8: no input takes more than 16 KiB of stack, in any call. Each call is made on a thread whose stack was filled with a
 * pattern; what is no longer there was used.
 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "fixture.h"

enum { STACK = 512 << 10, PATTERN = 0xA5, ALLOWED = 16 << 10 };

struct call {
  void (*run)(struct call *);
  const mcpauth_verifier *verifier;
  const char *text;
  size_t len;
  mcpauth_result result;
  size_t entered; /* where the stack was when the call was made, from its end */
  char *stack_end;
};

static void *on_thread(void *argument) {
  struct call *call = argument;
  char here;
  call->entered = (size_t)(call->stack_end - &here);
  call->run(call);
  return NULL;
}

/* Bytes of stack that the call took below the thread's own. */
static size_t used_by(struct call *call) {
  char *stack = mmap(NULL, STACK, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  if (stack == MAP_FAILED) abort();
  memset(stack, PATTERN, STACK);
  call->stack_end = stack + STACK;
  pthread_attr_t attributes;
  pthread_t thread;
  if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstack(&attributes, stack, STACK) != 0) abort();
  if (pthread_create(&thread, &attributes, on_thread, call) != 0) abort();
  pthread_join(thread, NULL);
  pthread_attr_destroy(&attributes);
  size_t untouched = 0;
  while (untouched < STACK && (unsigned char)stack[untouched] == PATTERN) untouched++;
  munmap(stack, STACK);
  return STACK - untouched - call->entered;
}

static size_t most;

static void check(const char *what, struct call call, mcpauth_result expected) {
  used_by(&call); /* the first use prepares what stays */
  size_t used = used_by(&call);
  CHECK_RESULT(call.result, expected);
  if (used > ALLOWED) CHECK_FAIL("%s: %zu bytes of stack", what, used);
  if (used > most) most = used;
}

static void verify(struct call *call) {
  mcpauth_authinfo *info = NULL;
  call->result = mcpauth_verify(call->verifier, call->text, call->len, &info, NULL);
  mcpauth_authinfo_free(info);
}

static char *good_token;

static void authorize(struct call *call) {
  static char header[4096];
  mcpauth_authinfo *info = NULL;
  mcpauth_response *denial = NULL;
  snprintf(header, sizeof header, "Bearer %s", good_token);
  mcpauth_str field = {header, strlen(header)};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.authorization = &field;
  request.authorization_count = 1;
  request.body = (mcpauth_str){call->text, call->len};
  call->result = mcpauth_authorize(call->verifier, &request, &info, &denial);
  mcpauth_authinfo_free(info);
  mcpauth_response_free(denial);
}

static void set_keys(struct call *call) {
  mcpauth_config *config = NULL;
  mcpauth_issuer *issuer = NULL;
  if (mcpauth_config_new(RESOURCE, &config) != MCPAUTH_OK) abort();
  if (mcpauth_config_add_issuer(config, ISSUER, &issuer) != MCPAUTH_OK) abort();
  call->result = mcpauth_issuer_set_jwks_json(issuer, call->text, call->len);
  mcpauth_config_free(config);
}

/* count times opening, then middle, then count times closing. To be freed. */
static char *nested(size_t count, const char *opening, const char *middle, const char *closing) {
  size_t room = count * (strlen(opening) + strlen(closing)) + strlen(middle) + 1;
  char *text = malloc(room), *end = text;
  if (text == NULL) abort();
  for (size_t i = 0; i < count; i++) end = stpcpy(end, opening);
  end = stpcpy(end, middle);
  for (size_t i = 0; i < count; i++) end = stpcpy(end, closing);
  return text;
}

static void M8_bodies(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_add_tool_scope(config, "guarded", "admin"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  good_token = fixture_token(NULL);
  static const struct {
    size_t count;
    const char *opening, *middle, *closing, *before, *after;
    mcpauth_result expected;
  } bodies[] = {
      {509, "[", "1", "]", "{\"method\":\"ping\",\"params\":", "}", MCPAUTH_OK},
      {509, "{\"a\":", "1", "}", "{\"method\":\"ping\",\"params\":", "}", MCPAUTH_OK},
      {509, "[", "", "", "", "", MCPAUTH_ERR_INVALID_REQUEST},
      {100000, "[", "1", "]", "", "", MCPAUTH_ERR_INVALID_REQUEST},
      {300000, "\\u00e9", "", "", "{\"method\":\"ping\",\"id\":\"", "\"}", MCPAUTH_OK},
      {40000, "1,", "1", "", "{\"method\":\"ping\",\"id\":[", "]}", MCPAUTH_OK},
      {1, "{\"name\":\"guarded\"}", "", "", "{\"method\":\"tools/call\",\"params\":", "}",
       MCPAUTH_ERR_INSUFFICIENT_SCOPE},
  };
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    char *inside = nested(bodies[i].count, bodies[i].opening, bodies[i].middle, bodies[i].closing);
    char *body = format("%s%s%s", bodies[i].before, inside, bodies[i].after);
    check(bodies[i].opening, (struct call){authorize, verifier, body, strlen(body), 0, 0, NULL}, bodies[i].expected);
    free(body), free(inside);
  }
  printf("# at most %zu bytes\n", most);
  mcpauth_verifier_free(verifier);
}

static void M8_tokens_and_keys(void) {
  mcpauth_config *config = fixture_config(NULL);
  CHECK_RESULT(mcpauth_config_set_token_cache(config, 0, 0, 0), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  most = 0;
  char *inside = nested(31, "[", "1.5e3", "]"), *changes = format("{\"x\":%s,\"y\":18446744073709551616.5}", inside);
  char *token = fixture_token(changes), *expired = fixture_token("{\"exp\":1}");
  check("a good token", (struct call){verify, verifier, token, strlen(token), 0, 0, NULL}, MCPAUTH_OK);
  check("an expired token", (struct call){verify, verifier, expired, strlen(expired), 0, 0, NULL},
        MCPAUTH_ERR_TOKEN_EXPIRED);
  char *deep = nested(3000, "[", "", "]"), *claims = format("{\"x\":%s}", deep);
  char *flood = sign_token(fixture_key(), "ES256", "{\"alg\":\"ES256\",\"kid\":\"" KID "\"}", claims);
  check("a deep token", (struct call){verify, verifier, flood, strlen(flood), 0, 0, NULL}, MCPAUTH_ERR_TOKEN_MALFORMED);
  check("keys", (struct call){set_keys, NULL, fixture_jwks(), strlen(fixture_jwks()), 0, 0, NULL}, MCPAUTH_OK);
  check("deep keys", (struct call){set_keys, NULL, deep, strlen(deep), 0, 0, NULL}, MCPAUTH_ERR_INVALID_ARGUMENT);
  printf("# at most %zu bytes\n", most);
  free(inside), free(changes), free(token), free(expired), free(deep), free(claims), free(flood);
  mcpauth_verifier_free(verifier);
}

CHECK_MAIN(CASE(M8_bodies), CASE(M8_tokens_and_keys))

/* Requests beyond every bound: no part of one is judged for the whole, and asynchronous calls say what the others say. */
#include <semaphore.h>
#include <stdlib.h>

#include "exchange.h"

enum { LARGEST_BODY = 4 << 20 };

#define MODERN "\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}"

typedef struct {
  sem_t ended;
  mcpauth_result result;
} outcome;

static void done(void *userdata, mcpauth_result result, mcpauth_authinfo *info, mcpauth_response *response) {
  outcome *out = userdata;
  mcpauth_authinfo_free(info);
  mcpauth_response_free(response);
  out->result = result;
  sem_post(&out->ended);
}

static mcpauth_result later(const mcpauth_verifier *verifier, const mcpauth_request *request) {
  outcome out;
  sem_init(&out.ended, 0, 0);
  const mcpauth_result begun = mcpauth_handle_async(verifier, request, done, &out);
  if (begun == MCPAUTH_OK) sem_wait(&out.ended);
  sem_destroy(&out.ended);
  return begun == MCPAUTH_OK ? out.result : begun;
}

/* text, then blanks up to count bytes, then end. */
static char *padded(const char *text, size_t count, const char *end) {
  char *body = malloc(count + 1);
  if (!body) abort();
  memset(body, ' ', count);
  memcpy(body, text, strlen(text));
  memcpy(body + count - strlen(end), end, strlen(end));
  body[count] = 0;
  return body;
}

/* What a large body is answered: with a token or without one, whether anybody waits or not. */
static void answered(const mcpauth_verifier *verifier, const char *token, const char *text, size_t count,
                     const char *end, mcpauth_result expected) {
  char *body = padded(text, count, end);
  exchange at;
  asking(&at, "POST", PATH, body);
  with(&at, "Content-Type", "application/json");
  if (token) with(&at, "Authorization", token);
  CHECK_RESULT(send(verifier, &at), expected);
  clear(&at);
  CHECK_RESULT(later(verifier, &at.request), expected);
  free(body);
}

static void a_large_body_is_answered_alike_by_all_calls(void) {
  mcpauth_verifier *plain = fixture_verifier(config_of(RESOURCE));
  mcpauth_config *config = config_of(RESOURCE);
  CHECK_RESULT(mcpauth_config_add_tool_scope(config, "delete", "notes:delete"), MCPAUTH_OK);
  mcpauth_verifier *ruled = fixture_verifier(config);
  char *token = good_token();
  static const size_t sizes[] = {LARGEST_BODY, LARGEST_BODY + 1, LARGEST_BODY + 2, 9 << 20};
  for (size_t index = 0; index < sizeof sizes / sizeof *sizes; index++) {
    const size_t size = sizes[index];
    const mcpauth_result read = size > LARGEST_BODY ? MCPAUTH_ERR_INVALID_REQUEST : MCPAUTH_OK;
    /* No rule reads it. */
    answered(plain, token, CALL("add"), size, "", MCPAUTH_OK);
    answered(plain, token, "[" CALL("add") "]", size, "", MCPAUTH_OK);
    answered(plain, NULL, CALL("add"), size, "", MCPAUTH_ERR_MISSING_AUTH_HEADER);
    /* A rule does, after the token. */
    answered(ruled, token, CALL("add"), size, "", read);
    answered(ruled, NULL, CALL("add"), size, "", MCPAUTH_ERR_MISSING_AUTH_HEADER);
    answered(ruled, "Bearer x", CALL("add"), size, "", MCPAUTH_ERR_TOKEN_MALFORMED);
    /* Its revision, wherever it stands in it, asks for header fields, before the token. */
    answered(plain, NULL, "{" MODERN ",\"method\":\"ping\",", size, "\"id\":1}", MCPAUTH_ERR_INVALID_REQUEST);
    answered(plain, token, "{\"id\":1,\"method\":\"ping\",", size, MODERN "}", MCPAUTH_ERR_INVALID_REQUEST);
  }
  free(token);
  mcpauth_verifier_free(plain);
  mcpauth_verifier_free(ruled);
}

static void no_text_is_cut_at_4_gib(void) {
  mcpauth_verifier *verifier = fixture_verifier(config_of(RESOURCE));
  char *token = good_token();
  /* Nobody looks at so many bytes: the length alone is judged. */
  const size_t lengths[] = {(size_t)UINT32_MAX + 1, (size_t)UINT32_MAX + 1 + strlen(token), SIZE_MAX / 2};
  for (size_t index = 0; index < sizeof lengths / sizeof *lengths; index++) {
    exchange at;
    asking(&at, "POST", PATH, CALL("add"));
    with(&at, "Authorization", token);
    mcpauth_str *texts[] = {&at.fields[0].value, &at.fields[0].name, &at.request.method, &at.request.path,
                            &at.request.body};
    for (size_t text = 0; text < sizeof texts / sizeof *texts; text++) {
      const size_t kept = texts[text]->len;
      expect(verifier, &at, MCPAUTH_OK, 0);
      texts[text]->len = lengths[index];
      expect(verifier, &at, MCPAUTH_ERR_INVALID_ARGUMENT, 500);
      CHECK_RESULT(later(verifier, &at.request), MCPAUTH_ERR_INVALID_ARGUMENT);
      texts[text]->len = kept;
    }
  }
  free(token);
  mcpauth_verifier_free(verifier);
}

CHECK_MAIN(CASE(a_large_body_is_answered_alike_by_all_calls), CASE(no_text_is_cut_at_4_gib))

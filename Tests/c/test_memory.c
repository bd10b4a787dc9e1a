/*
 * MCPAUTH_ERR_NO_MEMORY: jansson, which this program shares with the library, is made to run out of memory at its n-th
 * allocation, for every n. Whatever fails, nobody is let in by it and nothing crashes. Where jansson has no memory for
 * a string it reports an invalid token of JSON, so that TOKEN_MALFORMED cannot be excluded.
 */
#include <jansson.h>
#include <stdlib.h>

#include "fixture.h"

static long allocations_left = -1; /* negative: no limit */

static void *limited_malloc(size_t size) {
  if (allocations_left == 0) return NULL;
  if (allocations_left > 0) allocations_left--;
  return malloc(size);
}

/* authorize with only so many allocations; checks what must hold whatever happens. */
static mcpauth_result authorize_within(const mcpauth_verifier *verifier, const char *token, long allocations) {
  mcpauth_authinfo *info = NULL;
  mcpauth_response *denial = NULL;
  allocations_left = allocations;
  mcpauth_result result = authorize_token(verifier, token, &info, &denial);
  allocations_left = -1;
  CHECK((info != NULL) == (result == MCPAUTH_OK));
  CHECK((denial != NULL) == (result != MCPAUTH_OK));
  if (result == MCPAUTH_ERR_NO_MEMORY) {
    CHECK_INT(mcpauth_response_status(denial), 500);
    /* built, or the plain 500 that is ready for when nothing can be built */
    mcpauth_result reason = mcpauth_error_result(mcpauth_response_error(denial));
    CHECK(reason == MCPAUTH_ERR_NO_MEMORY || reason == MCPAUTH_ERR_INTERNAL);
    CHECK_JSON(mcpauth_response_body(denial),
               "{\"error\":\"server_error\",\"error_description\":\"An error occurred "
               "with the authorization server.\"}");
    CHECK_STR(response_header(denial, "WWW-Authenticate"), "");
  }
  mcpauth_authinfo_free(info);
  mcpauth_response_free(denial);
  return result;
}

/* The verdict is final or for want of memory at every limit; final and MCPAUTH_ERR_NO_MEMORY both occur. */
static void check_verdict_without_memory(const char *changes, mcpauth_result final) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(changes);
  unsigned no_memory = 0;
  long limit = 0;
  for (unsigned finals = 0; finals < 20 && limit < 2000; limit++) {
    mcpauth_result result = authorize_within(verifier, token, limit);
    if (result == final)
      finals++;
    else if (result == MCPAUTH_ERR_NO_MEMORY)
      no_memory++, finals = 0;
    else if (result == MCPAUTH_ERR_TOKEN_MALFORMED)
      finals = 0;
    else
      CHECK_FAIL("after %ld allocations: %s", limit, mcpauth_result_name(result));
  }
  CHECK(no_memory > 0);
  CHECK(limit < 2000);
  CHECK_RESULT(authorize_within(verifier, token, -1), final);
  free(token);
  mcpauth_verifier_free(verifier);
}

static void a_good_token(void) { check_verdict_without_memory(NULL, MCPAUTH_OK); }
static void an_expired_token(void) { check_verdict_without_memory("{\"exp\":1}", MCPAUTH_ERR_TOKEN_EXPIRED); }

/* First, as it also sets the limit up; and without it the cases above could not fail as they should. */
static void the_limit_works(void) {
  json_set_alloc_funcs(limited_malloc, free);
  allocations_left = 0;
  CHECK(json_object() == NULL);
  allocations_left = -1;
}

CHECK_MAIN(CASE(the_limit_works), CASE(a_good_token), CASE(an_expired_token))

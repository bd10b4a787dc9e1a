/*
 * Numbers are read the same whatever the process's locale is, and while another thread changes it: a decimal point that is
 * a comma (de_DE), or has two bytes (ps_AF). The locales are made by mk/json.mk; LOCPATH says where they are.
 */
#include <locale.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "fixture.h"

static const char *const locales[] = {"C", "ps_AF.UTF-8", "de_DE.UTF-8"};

static void the_locales_are_there(void) {
  for (size_t i = 0; i < 3; i++)
    if (setlocale(LC_ALL, locales[i]) == NULL) CHECK_FAIL("no locale %s: is LOCPATH set?", locales[i]);
  CHECK(setlocale(LC_ALL, "de_DE.UTF-8") && strcmp(localeconv()->decimal_point, ",") == 0);
  CHECK(setlocale(LC_ALL, "ps_AF.UTF-8") && strlen(localeconv()->decimal_point) == 2);
  setlocale(LC_ALL, "C");
}

static mcpauth_verifier *verifier_without_cache(void) {
  mcpauth_config *config = fixture_config(NULL);
  if (mcpauth_config_set_token_cache(config, 0, 0, 0) != MCPAUTH_OK) abort();
  return fixture_verifier(config);
}

static char *numbers, *too_early, *unsigned_token;

/* Numbers as they are spelled here, which a writer of JSON might change. */
static void make_tokens(void) {
  if (numbers != NULL) return;
  static const char claims[] = "{\"iss\":\"" ISSUER "\",\"sub\":\"" SUBJECT "\",\"aud\":\"" RESOURCE
                               "\",\"exp\":1800000300.75,\"nbf\":1.5,\"half\":1.5,\"small\":-2.5e-3,\"list\":[0.1,1e3],"
                               "\"integer\":3}";
  numbers = sign_token(fixture_key(), "ES256", "{\"alg\":\"ES256\",\"kid\":\"" KID "\"}", claims);
  too_early = fixture_token("{\"nbf\":1800000900.5}");
  char *header = base64url("{\"alg\":\"none\"}", 14), *payload = base64url(claims, strlen(claims));
  unsigned_token = format("%s.%s.", header, payload);
  free(header), free(payload);
}

static double number(const mcpauth_authinfo *info, const char *path) {
  double value = 0;
  if (!mcpauth_authinfo_claim_number(info, path, &value)) CHECK_FAIL("%s is no number", path);
  return value;
}

/* What must be so in any locale. */
static void check_numbers(const mcpauth_verifier *verifier) {
  mcpauth_authinfo *info = NULL;
  mcpauth_error *error = NULL;
  CHECK_RESULT(mcpauth_verify(verifier, numbers, strlen(numbers), &info, &error), MCPAUTH_OK);
  if (error) printf("# %s\n", mcpauth_error_message(error).data);
  mcpauth_error_free(error);
  REQUIRE(info != NULL);
  CHECK(number(info, "half") == 1.5);
  CHECK(number(info, "small") == -2.5e-3);
  CHECK(number(info, "exp") == 1800000300.75);
  CHECK(number(info, "integer") == 3);
  CHECK_INT(mcpauth_authinfo_expires_at(info), 1800000300);
  CHECK_CONTAINS(mcpauth_authinfo_claims_json(info), "\"half\":1.5,");
  CHECK_CONTAINS(mcpauth_authinfo_claims_json(info), "[0.1,1e3]");
  mcpauth_authinfo_free(info);
  CHECK_RESULT(verify_result(verifier, too_early), MCPAUTH_ERR_TOKEN_NOT_YET_VALID);
  CHECK_RESULT(verify_result(verifier, unsigned_token), MCPAUTH_ERR_ALGORITHM_NOT_ALLOWED);
}

static void check_documents(void) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = fixture_config(&issuer);
  static const char metadata[] = "{\"x\":[1.5,-0.25]}";
  CHECK_RESULT(mcpauth_config_set_resource_metadata_json(config, metadata, strlen(metadata)), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  mcpauth_response *document = NULL;
  static const char path[] = "/.well-known/oauth-protected-resource/mcp";
  CHECK_RESULT(mcpauth_well_known(verifier, "GET", 3, path, strlen(path), &document), MCPAUTH_OK);
  CHECK_CONTAINS(mcpauth_response_body(document), "[1.5,-0.25]");
  mcpauth_response_free(document);
  mcpauth_verifier_free(verifier);
}

static void M2_numbers_under_each_locale(void) {
  make_tokens();
  mcpauth_verifier *verifier = verifier_without_cache();
  for (size_t i = 0; i < 3; i++) {
    CHECK(setlocale(LC_ALL, locales[i]) != NULL);
    check_numbers(verifier);
    check_documents();
  }
  setlocale(LC_ALL, "C");
  mcpauth_verifier_free(verifier);
}

static _Atomic int is_over;

static void *change_locales(void *changes) {
  for (size_t i = 0; !is_over; i++) {
    setlocale(LC_ALL, locales[i % 3]);
    ++*(_Atomic long *)changes;
  }
  return NULL;
}

static void M2_numbers_while_a_thread_changes_the_locale(void) {
  enum { VERIFICATIONS = 1500 };
  make_tokens();
  mcpauth_verifier *verifier = verifier_without_cache();
  _Atomic long changes = 0;
  pthread_t thread;
  REQUIRE(pthread_create(&thread, NULL, change_locales, &changes) == 0);
  for (int i = 0; i < VERIFICATIONS || changes < 1000; i++) {
    check_numbers(verifier);
    if (check_failures_of_case > 0) break;
  }
  is_over = 1;
  pthread_join(thread, NULL);
  CHECK(changes >= 1000);
  setlocale(LC_ALL, "C");
  mcpauth_verifier_free(verifier);
}

CHECK_MAIN(CASE(the_locales_are_there), CASE(M2_numbers_under_each_locale),
           CASE(M2_numbers_while_a_thread_changes_the_locale))

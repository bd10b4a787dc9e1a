/* What the fuzz programs share: a verifier with fixed keys, and the checks that every answer makes sense. */
#ifndef HARNESS_H
#define HARNESS_H

#include <mcpauth.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ISSUER "https://issuer.example"
#define RESOURCE "https://mcp.example/mcp"
#define KEY_SET                                                                                                   \
  "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"p256\","                                                \
  "\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}," \
  "{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"kid\":\"ed\",\"x\":\"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo\"}]}"
#define SECRET "a secret of the fuzz programs, which is long enough for HS256"
#define NOW 1900000000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Aborts, which the fuzzer reports with the input. */
#define MUST(condition)                                               \
  do {                                                                \
    if (!(condition)) {                                               \
      fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
      abort();                                                        \
    }                                                                 \
  } while (0)

static inline int64_t fixed_time(void *unused) {
  (void)unused;
  return NOW;
}

/* A configuration with one issuer, which has no keys yet. To be freed. */
static inline mcpauth_config *new_config(mcpauth_issuer **issuer) {
  mcpauth_config *config;
  MUST(mcpauth_config_new(RESOURCE, &config) == MCPAUTH_OK);
  MUST(mcpauth_config_set_clock(config, fixed_time, NULL, NULL) == MCPAUTH_OK);
  MUST(mcpauth_config_set_show_error_details(config, true) == MCPAUTH_OK);
  MUST(mcpauth_config_add_issuer(config, ISSUER, issuer) == MCPAUTH_OK);
  return config;
}

static mcpauth_verifier *kept_verifier;

static inline void free_kept_verifier(void) { mcpauth_verifier_free(kept_verifier); }

/* Makes the verifier of a configuration that was made right, for all inputs of the program. Without a cache, so that no
 * input leaves anything behind for the next one. */
static inline void keep_verifier(mcpauth_config *config) {
  MUST(mcpauth_config_set_token_cache(config, 0, 0, 0) == MCPAUTH_OK);
  MUST(mcpauth_verifier_new(config, &kept_verifier, NULL) == MCPAUTH_OK);
  mcpauth_config_free(config);
  atexit(free_kept_verifier);
}

/* One that trusts the key set and the secret above. */
static inline const mcpauth_verifier *verifier_with_keys(void) {
  if (kept_verifier != NULL) return kept_verifier;
  mcpauth_issuer *issuer;
  mcpauth_config *config = new_config(&issuer);
  MUST(mcpauth_issuer_set_jwks_json(issuer, KEY_SET, strlen(KEY_SET)) == MCPAUTH_OK);
  MUST(mcpauth_issuer_add_shared_secret(issuer, SECRET, strlen(SECRET), "HS256", "secret") == MCPAUTH_OK);
  MUST(mcpauth_config_add_scope_claim(config, "realm_access.roles") == MCPAUTH_OK);
  keep_verifier(config);
  return kept_verifier;
}

/* A text that is lent: terminated, and readable to its end. */
static inline void check_text(mcpauth_str text) {
  MUST(text.data != NULL);
  MUST(text.data[text.len] == '\0');
}

/* One line of ASCII, whatever was in the input. */
static inline void check_line(mcpauth_str text) {
  check_text(text);
  for (size_t i = 0; i < text.len; i++) MUST(text.data[i] >= 0x20 && text.data[i] < 0x7F);
}

static inline void check_error(mcpauth_result result, mcpauth_error *error) {
  MUST(error != NULL);
  MUST(mcpauth_error_result(error) == result);
  MUST(strcmp(mcpauth_result_name(result), "MCPAUTH_UNKNOWN_RESULT") != 0);
  check_line(mcpauth_error_message(error));
  mcpauth_error_free(error);
}

static inline void check_info(mcpauth_authinfo *info) {
  MUST(info != NULL);
  check_text(mcpauth_authinfo_subject(info));
  check_text(mcpauth_authinfo_client_id(info));
  check_text(mcpauth_authinfo_claims_json(info));
  check_text(mcpauth_authinfo_principal(info));
  for (size_t i = 0; i < mcpauth_authinfo_scope_count(info); i++) check_text(mcpauth_authinfo_scope_at(info, i));
  for (size_t i = 0; i < mcpauth_authinfo_audience_count(info); i++) check_text(mcpauth_authinfo_audience_at(info, i));
  mcpauth_authinfo_free(info);
}

static inline void check_denial(mcpauth_response *denial) {
  MUST(denial != NULL);
  MUST(mcpauth_response_status(denial) >= 400);
  for (size_t i = 0; i < mcpauth_response_header_count(denial); i++) {
    check_line(mcpauth_response_header_name(denial, i));
    check_line(mcpauth_response_header_value(denial, i));
  }
  check_text(mcpauth_response_body(denial));
  mcpauth_response_free(denial);
}

static inline void verify(const mcpauth_verifier *verifier, const char *token, size_t size) {
  mcpauth_authinfo *info;
  mcpauth_error *error;
  mcpauth_result result = mcpauth_verify(verifier, token, size, &info, &error);
  if (result == MCPAUTH_OK) {
    MUST(error == NULL);
    check_info(info);
  } else {
    MUST(info == NULL);
    check_error(result, error);
  }
}

static inline void authorize(const mcpauth_verifier *verifier, const mcpauth_request *request) {
  mcpauth_authinfo *info;
  mcpauth_response *denial;
  if (mcpauth_authorize(verifier, request, &info, &denial) == MCPAUTH_OK) {
    MUST(denial == NULL);
    check_info(info);
  } else {
    MUST(info == NULL);
    check_denial(denial);
  }
}

/* The configuration is free to refuse what it was given; the verifier it makes, if any, has to work. */
static inline void finish(mcpauth_config *config) {
  mcpauth_verifier *verifier;
  mcpauth_error *error;
  mcpauth_result result = mcpauth_verifier_new(config, &verifier, &error);
  mcpauth_config_free(config);
  if (result != MCPAUTH_OK) {
    MUST(verifier == NULL);
    check_error(result, error);
    return;
  }
  mcpauth_verifier_free(verifier);
}

#endif

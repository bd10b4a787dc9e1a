/*
 * JSON by each way into the library; the first byte says which: c the claims of a custom verifier, k a key set, i an
 * issuer's metadata, m what this server adds to its own, anything else a request's body. What is accepted as claims is
 * JSON to jansson as well, and is written so that it is read as the same.
 */
#include <jansson.h>

#include "harness.h"

static const char *claims;
static size_t claims_len;

static mcpauth_result give_claims(void *unused, const char *token, size_t size, mcpauth_authinfo_builder *builder) {
  (void)unused, (void)token, (void)size;
  MUST(mcpauth_authinfo_builder_set_issuer(builder, ISSUER, strlen(ISSUER)) == MCPAUTH_OK);
  MUST(mcpauth_authinfo_builder_set_subject(builder, "user", 4) == MCPAUTH_OK);
  MUST(mcpauth_authinfo_builder_add_audience(builder, RESOURCE, strlen(RESOURCE)) == MCPAUTH_OK);
  if (claims != NULL) (void)!mcpauth_authinfo_builder_set_claims_json(builder, claims, claims_len);
  return MCPAUTH_OK;
}

static const mcpauth_verifier *verifier_with_claims(void) {
  if (kept_verifier != NULL) return kept_verifier;
  mcpauth_issuer *issuer;
  mcpauth_config *config = new_config(&issuer);
  MUST(mcpauth_config_set_custom_verifier(config, give_claims, NULL, NULL) == MCPAUTH_OK);
  MUST(mcpauth_config_add_tool_scope(config, "delete", "admin") == MCPAUTH_OK);
  MUST(mcpauth_config_add_resource_scope(config, "file:///x", "admin") == MCPAUTH_OK);
  keep_verifier(config);
  return kept_verifier;
}

static mcpauth_authinfo *info_of(const char *text, size_t size, mcpauth_error **error) {
  mcpauth_authinfo *info;
  claims = text;
  claims_len = size;
  mcpauth_result result = mcpauth_verify(verifier_with_claims(), "x", 1, &info, error);
  MUST((result == MCPAUTH_OK) == (info != NULL));
  MUST(result == MCPAUTH_OK || result == MCPAUTH_ERR_INVALID_ARGUMENT);
  return info;
}

/* As jansson has it, and nothing that is read otherwise elsewhere. */
static int is_accepted_by_jansson(const char *text, size_t size, int *is_out_of_range) {
  json_error_t error;
  json_t *value = json_loadb(text, size, JSON_REJECT_DUPLICATES, &error);
  *is_out_of_range = value == NULL && json_error_code(&error) == json_error_numeric_overflow;
  json_decref(value);
  return value != NULL;
}

static void check_claims(const char *text, size_t size) {
  mcpauth_error *error;
  mcpauth_authinfo *info = info_of(text, size, &error), *again;
  int is_out_of_range, is_accepted = is_accepted_by_jansson(text, size, &is_out_of_range);
  if (info == NULL) {
    /* what jansson alone accepts: too deep, a 0x00 byte, or claims that have calls of their own */
    int is_not_json = strstr(mcpauth_error_message(error).data, "strict JSON") != NULL;
    if (is_accepted && is_not_json && memchr(text, 0, size) == NULL)
      MUST(strstr(mcpauth_error_message(error).data, "nesting") != NULL);
    check_error(mcpauth_error_result(error), error);
    return;
  }
  MUST(is_accepted || is_out_of_range);
  mcpauth_str written = mcpauth_authinfo_claims_json(info);
  check_line(written);
  MUST(strpbrk(written.data, "<>&\x7F") == NULL);
  /* The same members once more, without those that have calls of their own. */
  json_t *object = json_loadb(written.data, written.len, JSON_REJECT_DUPLICATES, NULL);
  MUST(object != NULL || is_out_of_range);
  if (object != NULL) {
    json_object_del(object, "iss"), json_object_del(object, "sub"), json_object_del(object, "aud");
    char *rest = json_dumps(object, JSON_COMPACT);
    MUST(rest != NULL);
    again = info_of(rest, strlen(rest), &error);
    MUST(again != NULL);
    json_t *second = json_loads(mcpauth_authinfo_claims_json(again).data, 0, NULL);
    json_t *first = json_loadb(written.data, written.len, 0, NULL);
    MUST(json_equal(first, second));
    json_decref(first), json_decref(second), json_decref(object);
    mcpauth_authinfo_free(again);
    free(rest);
  }
  check_info(info);
}

static void check_body(const char *text, size_t size) {
  mcpauth_str field = {"Bearer x", 8};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.authorization = &field;
  request.authorization_count = 1;
  request.method = (mcpauth_str){"POST", 4};
  request.body = (mcpauth_str){text, size};
  claims = NULL;
  authorize(verifier_with_claims(), &request);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2) return -1;
  /* Of the very size, so that a byte too many is seen. */
  char *text = malloc(--size);
  MUST(text != NULL);
  memcpy(text, data + 1, size);
  mcpauth_issuer *issuer;
  mcpauth_config *config;
  switch (data[0]) {
    case 'c': check_claims(text, size); break;
    case 'k':
      config = new_config(&issuer);
      (void)!mcpauth_issuer_set_jwks_json(issuer, text, size);
      finish(config);
      break;
    case 'i':
      config = new_config(&issuer);
      (void)!mcpauth_issuer_set_metadata_json(issuer, text, size);
      finish(config);
      break;
    case 'm':
      config = new_config(&issuer);
      (void)!mcpauth_config_set_resource_metadata_json(config, text, size);
      finish(config);
      break;
    default: check_body(text, size);
  }
  free(text);
  return 0;
}

#include "fixture.h"

#include <jansson.h>
#include <stdlib.h>
#include <strings.h>

static void need(int condition, const char *what) {
  if (condition) return;
  fprintf(stderr, "fixture.c: %s failed\n", what);
  abort();
}

signing_key *fixture_key(void) {
  static signing_key *key;
  if (key == NULL) key = signing_key_ec("P-256");
  return key;
}

signing_key *fixture_rsa_key(void) {
  static signing_key *key;
  if (key == NULL) key = signing_key_rsa(2048);
  return key;
}

const char *fixture_jwks(void) {
  static char *jwks;
  if (jwks == NULL) jwks = signing_key_jwks(fixture_key(), KID, "ES256");
  return jwks;
}

int64_t fixture_clock(void *unused) {
  (void)unused;
  return NOW;
}

mcpauth_config *fixture_config(mcpauth_issuer **issuer_out) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  need(mcpauth_config_new(RESOURCE, &config) == MCPAUTH_OK, "mcpauth_config_new");
  need(mcpauth_config_add_issuer(config, ISSUER, &issuer) == MCPAUTH_OK, "mcpauth_config_add_issuer");
  need(mcpauth_issuer_set_jwks_json(issuer, fixture_jwks(), strlen(fixture_jwks())) == MCPAUTH_OK, "set_jwks_json");
  need(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL) == MCPAUTH_OK, "mcpauth_config_set_clock");
  if (issuer_out) *issuer_out = issuer;
  return config;
}

mcpauth_verifier *fixture_verifier(mcpauth_config *config) {
  mcpauth_verifier *verifier;
  mcpauth_error *error = NULL;
  mcpauth_result result = mcpauth_verifier_new(config, &verifier, &error);
  need(result == MCPAUTH_OK, mcpauth_error_message(error).data);
  mcpauth_config_free(config);
  return verifier;
}

/* ---- tokens ----------------------------------------------------------------------------------------------------- */

char *fixture_claims(const char *changes) {
  json_t *claims = json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:s}", "iss", ISSUER, "sub", SUBJECT, "aud", RESOURCE,
                             "iat", (json_int_t)(NOW - 10), "exp", (json_int_t)(NOW + 300), "client_id", "client-1",
                             "scope", "mcp:read mcp:write");
  if (changes) {
    json_error_t error;
    json_t *object = json_loads(changes, 0, &error), *value;
    need(object != NULL, changes);
    const char *name;
    json_object_foreach(object, name, value) {
      if (name[0] == '-')
        json_object_del(claims, name + 1);
      else
        json_object_set(claims, name, value);
    }
    json_decref(object);
  }
  char *text = json_dumps(claims, JSON_COMPACT);
  json_decref(claims);
  need(text != NULL, "json_dumps");
  return text;
}

char *fixture_token(const char *changes) {
  char *claims = fixture_claims(changes);
  char *token =
      sign_token(fixture_key(), "ES256", "{\"alg\":\"ES256\",\"kid\":\"" KID "\",\"typ\":\"at+jwt\"}", claims);
  free(claims);
  return token;
}

mcpauth_result verify_result(const mcpauth_verifier *verifier, const char *token) {
  mcpauth_authinfo *info = NULL;
  mcpauth_error *error = NULL;
  mcpauth_result result = mcpauth_verify(verifier, token, strlen(token), &info, &error);
  CHECK((info != NULL) == (result == MCPAUTH_OK));
  CHECK((error != NULL) == (result != MCPAUTH_OK));
  if (error) CHECK_RESULT(mcpauth_error_result(error), result);
  mcpauth_authinfo_free(info);
  mcpauth_error_free(error);
  return result;
}

mcpauth_result verify_claims(const mcpauth_verifier *verifier, const char *changes) {
  char *token = fixture_token(changes);
  mcpauth_result result = verify_result(verifier, token);
  free(token);
  return result;
}

/* ---- requests and responses ------------------------------------------------------------------------------------- */

mcpauth_result authorize_header(const mcpauth_verifier *verifier, const char *header, mcpauth_authinfo **info,
                                mcpauth_response **denial) {
  mcpauth_str field = {header, strlen(header)};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.authorization = &field;
  request.authorization_count = 1;
  return mcpauth_authorize(verifier, &request, info, denial);
}

mcpauth_result authorize_token(const mcpauth_verifier *verifier, const char *token, mcpauth_authinfo **info,
                               mcpauth_response **denial) {
  char *header = format("Bearer %s", token);
  mcpauth_result result = authorize_header(verifier, header, info, denial);
  free(header);
  return result;
}

mcpauth_str response_header(const mcpauth_response *response, const char *name) {
  mcpauth_str found = {"", 0};
  unsigned matches = 0;
  for (size_t i = 0; i < mcpauth_response_header_count(response); i++)
    if (strcasecmp(mcpauth_response_header_name(response, i).data, name) == 0) {
      found = mcpauth_response_header_value(response, i);
      matches++;
    }
  if (matches > 1) CHECK_FAIL("%u header fields %s", matches, name);
  return found;
}

/* One name="value" at *cursor, which is moved behind it; the value unescaped, or NULL when there is none. */
static char *next_param(const char **cursor, char name[64]) {
  const char *at = *cursor;
  size_t name_len = strcspn(at, "=\" ,");
  if (name_len == 0 || name_len >= 64 || at[name_len] != '=' || at[name_len + 1] != '"') return NULL;
  memcpy(name, at, name_len);
  name[name_len] = '\0';
  char *value = malloc(strlen(at) + 1), *end = value;
  for (at += name_len + 2; *at != '"'; at++) {
    if (*at == '\\') at++;
    if (*at < 0x20 || *at > 0x7E) { /* the end of the text too */
      free(value);
      return NULL;
    }
    *end++ = *at;
  }
  *end = '\0';
  *cursor = at + 1;
  return value;
}

char *challenge_param(const char *challenge, const char *wanted) {
  char *found = NULL, name[64], seen[512] = ",";
  if (strncmp(challenge, "Bearer ", 7) != 0) {
    CHECK_FAIL("a challenge that is not for Bearer: %s", challenge);
    return NULL;
  }
  for (const char *cursor = challenge + 7;; cursor += 2) {
    char *value = next_param(&cursor, name), mark[80];
    if (value == NULL) {
      CHECK_FAIL("no name=\"value\" at \"%s\" of %s", cursor, challenge);
      break;
    }
    snprintf(mark, sizeof mark, ",%s,", name);
    if (strstr(seen, mark)) CHECK_FAIL("%s twice in %s", name, challenge);
    strncat(seen, mark + 1, sizeof seen - strlen(seen) - 1);
    if (strcmp(name, wanted) == 0 && found == NULL)
      found = value;
    else
      free(value);
    if (strncmp(cursor, ", ", 2) != 0) {
      if (*cursor != '\0') CHECK_FAIL("\"%s\" is left over of %s", cursor, challenge);
      break;
    }
  }
  return found;
}

char *json_member(mcpauth_str json, const char *member) {
  json_t *object = json_loadb(json.data, json.len, JSON_REJECT_DUPLICATES, NULL);
  const char *value = json_string_value(json_object_get(object, member));
  char *copy = value ? format("%s", value) : NULL;
  json_decref(object);
  return copy;
}

void check_json(const char *file, int line, mcpauth_str actual, const char *expected) {
  json_t *left = json_loadb(actual.data, actual.len, JSON_REJECT_DUPLICATES, NULL);
  json_t *right = json_loads(expected, JSON_REJECT_DUPLICATES, NULL);
  need(right != NULL, expected);
  if (left == NULL || !json_equal(left, right)) check_fail(file, line, "%s is not the JSON %s", actual.data, expected);
  json_decref(left);
  json_decref(right);
}

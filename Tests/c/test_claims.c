/* Any claim by its path, and the principal. */
#include <stdlib.h>

#include "vectors.h"

static mcpauth_authinfo *info_of(const char *changes) {
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(changes);
  mcpauth_authinfo *info = NULL;
  CHECK_RESULT(mcpauth_verify(verifier, token, strlen(token), &info, NULL), MCPAUTH_OK);
  mcpauth_verifier_free(verifier);
  free(token);
  return info;
}

#define CLAIMS                                                                                                   \
  "{\"text\":\"a\\u00e9\",\"empty\":\"\",\"n\":-7,\"big\":9007199254740993,\"f\":2.5,\"yes\":true,\"no\":false," \
  "\"nil\":null,\"list\":[\"x\",1,\"y\"],\"realm\":{\"roles\":[\"r1\",\"r2\"],\"deep\":{\"er\":\"z\"}},"         \
  "\"a.b\":\"dotted\",\"https://example.com/roles\":[\"admin\"],\"client\":{\"client-1\":{\"level\":3}},\"~\":1}"

static mcpauth_claim_type type_of(const char *json) {
  if (json == NULL) return MCPAUTH_CLAIM_NONE;
  switch (json[0]) {
    case '"': return MCPAUTH_CLAIM_STRING;
    case '[': return MCPAUTH_CLAIM_ARRAY;
    case '{': return MCPAUTH_CLAIM_OBJECT;
    case 'n': return MCPAUTH_CLAIM_NULL;
    case 't':
    case 'f': return MCPAUTH_CLAIM_BOOLEAN;
    default: return strpbrk(json, ".e") ? MCPAUTH_CLAIM_NUMBER : MCPAUTH_CLAIM_INTEGER;
  }
}

static void check_path(const mcpauth_authinfo *info, const char *path, const char *expected) {
  char found[256] = "";
  CHECK_INT(mcpauth_authinfo_claim_type(info, path), type_of(expected));
  CHECK_INT(mcpauth_authinfo_claim_json(info, path, found, sizeof found), expected ? strlen(expected) : 0);
  CHECK(strcmp(found, expected ? expected : "") == 0);
}

/* The context is the table's documents. */
static void check_claim_path(const json_t *row, void *documents) {
  const json_t *document = json_object_get(documents, row_text(row, "claims"));
  char *changes = json_dumps(document, 0);
  /* The usual claims name a client. */
  char *all =
      json_object_get(document, "client_id") ? format("%s", changes) : format("{\"-client_id\":0,%s", changes + 1);
  mcpauth_authinfo *info = info_of(all);
  check_path(info, row_text(row, "path"), row_text(row, "json"));
  mcpauth_authinfo_free(info);
  free(all);
  free(changes);
}

static void check_bad_path(const json_t *path, void *info) {
  const char *text = json_string_value(path);
  mcpauth_config *config = fixture_config(NULL);
  if (strlen(text) < json_string_length(path)) { /* a C string has no NUL in it */
    mcpauth_config_free(config);
    return;
  }
  check_path(info, text, NULL);
  CHECK_RESULT(mcpauth_config_add_scope_claim(config, text), MCPAUTH_ERR_INVALID_ARGUMENT);
  mcpauth_config_free(config);
}

static void claims_by_their_path(void) {
  json_t *table = vector_table("claim-paths");
  mcpauth_authinfo *info = info_of("{\"a\":{\"b\":1},\"\":{\"\":1}}");
  check_rows(table, "rows", check_claim_path, json_object_get(table, "documents"));
  check_rows(table, "bad", check_bad_path, info);
  mcpauth_authinfo_free(info);
  json_decref(table);
}

static void strings(void) {
  mcpauth_authinfo *info = info_of(CLAIMS);
  CHECK_STR(mcpauth_authinfo_claim_string(info, "text"), "a\xc3\xa9");
  CHECK_STR(mcpauth_authinfo_claim_string(info, "empty"), "");
  CHECK_STR(mcpauth_authinfo_claim_string(info, "n"), "");
  CHECK_STR(mcpauth_authinfo_claim_string(info, "absent"), "");
  CHECK_STR(mcpauth_authinfo_claim_string(info, "realm.roles.1"), "r2");
  CHECK_STR(mcpauth_authinfo_claim_string(info, "/a.b"), "dotted");
  CHECK_INT(mcpauth_authinfo_claim_count(info, "list"), 3);
  CHECK_INT(mcpauth_authinfo_claim_count(info, "realm"), 2);
  CHECK_INT(mcpauth_authinfo_claim_count(info, "text"), 0);
  CHECK_STR(mcpauth_authinfo_claim_string_at(info, "list", 0), "x");
  CHECK_STR(mcpauth_authinfo_claim_string_at(info, "list", 1), ""); /* a number */
  CHECK_STR(mcpauth_authinfo_claim_string_at(info, "list", 2), "y");
  CHECK_STR(mcpauth_authinfo_claim_string_at(info, "list", 3), "");
  CHECK_STR(mcpauth_authinfo_claim_string_at(info, "list", SIZE_MAX), "");
  CHECK_STR(mcpauth_authinfo_claim_string_at(info, "text", 0), "");
  mcpauth_authinfo_free(info);
}

static void numbers_and_booleans(void) {
  mcpauth_authinfo *info = info_of(CLAIMS);
  int64_t integer = 5;
  double number = 5;
  bool boolean = true;
  CHECK(mcpauth_authinfo_claim_integer(info, "n", &integer) && integer == -7);
  CHECK(mcpauth_authinfo_claim_integer(info, "big", &integer) && integer == 9007199254740993);
  CHECK(!mcpauth_authinfo_claim_integer(info, "f", &integer) && integer == 0);
  CHECK(!mcpauth_authinfo_claim_integer(info, "text", &integer) && integer == 0);
  CHECK(mcpauth_authinfo_claim_number(info, "f", &number) && number == 2.5);
  CHECK(mcpauth_authinfo_claim_number(info, "n", &number) && number == -7);
  CHECK(!mcpauth_authinfo_claim_number(info, "yes", &number) && number == 0);
  CHECK(mcpauth_authinfo_claim_boolean(info, "no", &boolean) && !boolean);
  CHECK(mcpauth_authinfo_claim_boolean(info, "yes", &boolean) && boolean);
  CHECK(!mcpauth_authinfo_claim_boolean(info, "n", &boolean) && !boolean);
  mcpauth_authinfo_free(info);
}

static void as_json(void) {
  mcpauth_authinfo *info = info_of(CLAIMS);
  const char *whole = "[\"x\",1,\"y\"]";
  size_t len = strlen(whole);
  char buffer[64];
  CHECK_INT(mcpauth_authinfo_claim_json(info, "list", NULL, 0), len);
  for (size_t size = 1; size <= len + 2; size++) { /* cut off at every length, always with its NUL, never past it */
    memset(buffer, '#', sizeof buffer);
    CHECK_INT(mcpauth_authinfo_claim_json(info, "list", buffer, size), len);
    size_t written = size <= len ? size - 1 : len;
    CHECK(strncmp(buffer, whole, written) == 0 && buffer[written] == '\0' && buffer[size] == '#');
  }
  CHECK_INT(mcpauth_authinfo_claim_json(info, "absent", buffer, sizeof buffer), 0);
  CHECK(buffer[0] == '\0');
  CHECK_INT(mcpauth_authinfo_claim_json(info, "nil", buffer, sizeof buffer), 4);
  CHECK(strcmp(buffer, "null") == 0);
  mcpauth_authinfo_free(info);
}

/* Two different callers have different principals; a renewed token of one has the same. */
static void the_principal(void) {
  static const char *const others[] = {"{\"sub\":\"bob\"}", "{\"client_id\":\"client-2\"}", "{\"-client_id\":0}",
                                       "{\"sub\":\"alice client-1\",\"-client_id\":0}",
                                       "{\"sub\":\"alice\\nclient-1\",\"-client_id\":0}"};
  mcpauth_authinfo *alice = info_of(NULL), *renewed = info_of("{\"jti\":\"2\",\"exp\":1800000400}");
  CHECK(mcpauth_authinfo_principal(alice).len > 0);
  CHECK_STR(mcpauth_authinfo_principal(renewed), mcpauth_authinfo_principal(alice).data);
  for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
    mcpauth_authinfo *other = info_of(others[i]);
    if (strcmp(mcpauth_authinfo_principal(other).data, mcpauth_authinfo_principal(alice).data) == 0)
      CHECK_FAIL("%s has the same principal", others[i]);
    mcpauth_authinfo_free(other);
  }
  mcpauth_authinfo_free(alice);
  mcpauth_authinfo_free(renewed);
}

CHECK_MAIN(CASE(claims_by_their_path), CASE(strings), CASE(numbers_and_booleans), CASE(as_json), CASE(the_principal))

/* Any claim by its path, and the principal. */
#include <stdlib.h>

#include "fixture.h"

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

static void types(void) {
  static const struct {
    const char *path;
    mcpauth_claim_type type;
  } rows[] = {{"text", MCPAUTH_CLAIM_STRING},
              {"n", MCPAUTH_CLAIM_INTEGER},
              {"f", MCPAUTH_CLAIM_NUMBER},
              {"yes", MCPAUTH_CLAIM_BOOLEAN},
              {"list", MCPAUTH_CLAIM_ARRAY},
              {"realm", MCPAUTH_CLAIM_OBJECT},
              {"nil", MCPAUTH_CLAIM_NULL},
              {"absent", MCPAUTH_CLAIM_NONE},
              {"", MCPAUTH_CLAIM_NONE},
              {"realm.roles", MCPAUTH_CLAIM_ARRAY},
              {"realm.roles.0", MCPAUTH_CLAIM_STRING},
              {"realm.roles.2", MCPAUTH_CLAIM_NONE},
              {"realm.roles.-1", MCPAUTH_CLAIM_NONE},
              {"realm.roles.99999999999999999999", MCPAUTH_CLAIM_NONE},
              {"realm.deep.er", MCPAUTH_CLAIM_STRING},
              {"realm.deep.er.more", MCPAUTH_CLAIM_NONE},
              {"a.b", MCPAUTH_CLAIM_NONE}, /* a dot leads down */
              {"/a.b", MCPAUTH_CLAIM_STRING},
              {"/https:~1~1example.com~1roles", MCPAUTH_CLAIM_ARRAY},
              {"/~0", MCPAUTH_CLAIM_INTEGER},
              {"client.{client}.level", MCPAUTH_CLAIM_INTEGER}};
  mcpauth_authinfo *info = info_of(CLAIMS);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    mcpauth_claim_type type = mcpauth_authinfo_claim_type(info, rows[i].path);
    if (type != rows[i].type) CHECK_FAIL("%s is of type %u", rows[i].path, type);
  }
  mcpauth_authinfo_free(info);
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

CHECK_MAIN(CASE(types), CASE(strings), CASE(numbers_and_booleans), CASE(as_json), CASE(the_principal))

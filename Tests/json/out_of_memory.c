/*
 * A44: the n-th allocation fails, for every n, in what reads JSON and in what OpenSSL does for it. Nobody is let in by it,
 * nobody is told another value than is there, nothing crashes; what was refused is refused still, or there was no memory.
 *
 * This program's malloc, calloc and realloc come before libc's, so that they see the calls of the library and of OpenSSL.
 * What Swift allocates for its own objects, which nothing survives without, it takes from posix_memalign.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <openssl/opensslv.h>
#include <stdlib.h>

#include "fixture.h"

/* ---- allocations that fail -------------------------------------------------------------------------------------- */

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *old, size_t size);

static _Thread_local int limited;        /* whether this thread's allocations are counted */
static _Thread_local long seen, failing; /* those counted, and the number of the one that fails; below 0: none */
static _Thread_local int failing_ever_after;
static void *failed_caller;

static int fails(void *caller) {
  if (!limited) return 0;
  long number = seen++;
  if (failing < 0 || (failing_ever_after ? number < failing : number != failing)) return 0;
  if (number == failing) failed_caller = caller;
  return 1;
}

void *malloc(size_t size) { return fails(__builtin_return_address(0)) ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) {
  return fails(__builtin_return_address(0)) ? NULL : __libc_calloc(count, size);
}
void *realloc(void *old, size_t size) { return fails(__builtin_return_address(0)) ? NULL : __libc_realloc(old, size); }

/* ---- what is tried ------------------------------------------------------------------------------------------------ */

/* An outcome: the result, and what the host is told then. */
struct outcome {
  mcpauth_result result;
  char told[16384];
};

static void tell(struct outcome *outcome, mcpauth_str text) {
  size_t used = strlen(outcome->told);
  snprintf(outcome->told + used, sizeof outcome->told - used, "%.*s|", (int)text.len, text.data ? text.data : "");
}

static void tell_info(struct outcome *outcome, const mcpauth_authinfo *info) {
  if (info == NULL) return;
  tell(outcome, mcpauth_authinfo_issuer(info));
  tell(outcome, mcpauth_authinfo_subject(info));
  tell(outcome, mcpauth_authinfo_client_id(info));
  tell(outcome, mcpauth_authinfo_claims_json(info));
  for (size_t i = 0; i < mcpauth_authinfo_scope_count(info); i++) tell(outcome, mcpauth_authinfo_scope_at(info, i));
  for (size_t i = 0; i < mcpauth_authinfo_audience_count(info); i++)
    tell(outcome, mcpauth_authinfo_audience_at(info, i));
}

static const mcpauth_verifier *verifier;
static const char *input;
static size_t input_len;
static char *good_token;

#define LIMITED(call) (limited = 1, call, limited = 0)

static void verify(struct outcome *outcome) {
  mcpauth_authinfo *info = NULL;
  mcpauth_error *error = NULL;
  LIMITED(outcome->result = mcpauth_verify(verifier, input, input_len, &info, &error));
  CHECK((info != NULL) == (outcome->result == MCPAUTH_OK));
  tell_info(outcome, info);
  mcpauth_authinfo_free(info);
  mcpauth_error_free(error);
}

static void authorize_body(struct outcome *outcome) {
  mcpauth_authinfo *info = NULL;
  mcpauth_response *denial = NULL;
  char *header = format("Bearer %s", good_token);
  mcpauth_str field = {header, strlen(header)};
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  request.authorization = &field;
  request.authorization_count = 1;
  request.method = (mcpauth_str){"POST", 4};
  request.body = (mcpauth_str){input, input_len};
  LIMITED(outcome->result = mcpauth_authorize(verifier, &request, &info, &denial));
  CHECK((info != NULL) == (outcome->result == MCPAUTH_OK));
  CHECK((denial != NULL) == (outcome->result != MCPAUTH_OK));
  if (outcome->result == MCPAUTH_ERR_NO_MEMORY) CHECK_INT(mcpauth_response_status(denial), 500);
  tell_info(outcome, info);
  mcpauth_authinfo_free(info);
  mcpauth_response_free(denial);
  free(header);
}

/* The verifier of a configuration that is made with too little memory: what it then says is asked with enough. */
static void try_config(struct outcome *outcome, mcpauth_config *config) {
  mcpauth_verifier *made = NULL;
  LIMITED(outcome->result = mcpauth_verifier_new(config, &made, NULL));
  CHECK((made != NULL) == (outcome->result == MCPAUTH_OK));
  mcpauth_config_free(config);
  if (made == NULL) return;
  mcpauth_authinfo *info = NULL;
  mcpauth_result result = mcpauth_verify(made, good_token, strlen(good_token), &info, NULL);
  tell(outcome, (mcpauth_str){mcpauth_result_name(result), strlen(mcpauth_result_name(result))});
  mcpauth_authinfo_free(info);
  static const char *const paths[] = {"/.well-known/oauth-protected-resource/mcp",
                                      "/.well-known/oauth-authorization-server"};
  for (size_t i = 0; i < 2; i++) {
    mcpauth_response *document = NULL;
    if (mcpauth_well_known(made, "GET", 3, paths[i], strlen(paths[i]), &document) == MCPAUTH_OK)
      tell(outcome, mcpauth_response_body(document));
    mcpauth_response_free(document);
  }
  mcpauth_verifier_free(made);
}

static mcpauth_config *config_without_keys(mcpauth_issuer **issuer) {
  mcpauth_config *config = NULL;
  if (mcpauth_config_new(RESOURCE, &config) != MCPAUTH_OK ||
      mcpauth_config_set_clock(config, fixture_clock, NULL, NULL) != MCPAUTH_OK ||
      mcpauth_config_add_issuer(config, ISSUER, issuer) != MCPAUTH_OK)
    abort();
  return config;
}

static void key_set(struct outcome *outcome) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = config_without_keys(&issuer);
  mcpauth_result result;
  LIMITED(result = mcpauth_issuer_set_jwks_json(issuer, input, input_len));
  CHECK((result == MCPAUTH_OK) == (mcpauth_config_error(config) == NULL));
  try_config(outcome, config);
}

static void issuer_metadata(struct outcome *outcome) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = config_without_keys(&issuer);
  mcpauth_result result;
  LIMITED(result = mcpauth_issuer_set_metadata_json(issuer, input, input_len));
  (void)result;
  try_config(outcome, config);
}

static void resource_metadata(struct outcome *outcome) {
  mcpauth_config *config = fixture_config(NULL);
  mcpauth_result result;
  LIMITED(result = mcpauth_config_set_resource_metadata_json(config, input, input_len));
  (void)result;
  try_config(outcome, config);
}

static void served_metadata(struct outcome *outcome) {
  mcpauth_config *config = fixture_config(NULL);
  mcpauth_result result;
  LIMITED(result = mcpauth_config_serve_authorization_server_metadata_json(config, input, input_len));
  (void)result;
  try_config(outcome, config);
}

/* The claims of a custom verifier. */
static mcpauth_result give_claims(void *unused, const char *token, size_t len, mcpauth_authinfo_builder *builder) {
  (void)unused, (void)token, (void)len;
  limited = 0;
  if (mcpauth_authinfo_builder_set_issuer(builder, ISSUER, strlen(ISSUER)) != MCPAUTH_OK ||
      mcpauth_authinfo_builder_set_subject(builder, SUBJECT, strlen(SUBJECT)) != MCPAUTH_OK ||
      mcpauth_authinfo_builder_add_audience(builder, RESOURCE, strlen(RESOURCE)) != MCPAUTH_OK)
    abort();
  limited = 1;
  (void)!mcpauth_authinfo_builder_set_claims_json(builder, input, input_len);
  return MCPAUTH_OK;
}

static void custom_claims(struct outcome *outcome) {
  mcpauth_authinfo *info = NULL;
  mcpauth_error *error = NULL;
  LIMITED(outcome->result = mcpauth_verify(verifier, "key", 3, &info, &error));
  CHECK((info != NULL) == (outcome->result == MCPAUTH_OK));
  tell_info(outcome, info);
  mcpauth_authinfo_free(info);
  mcpauth_error_free(error);
}

/* ---- every n ------------------------------------------------------------------------------------------------------- */

static unsigned long runs, unchanged, no_memory, otherwise, of_library;

/* Whether the allocation that failed was the library's own; another was OpenSSL's or libc's. */
static int is_of_library(void *caller) {
  Dl_info where;
  return dladdr(caller, &where) && where.dli_fname && strstr(where.dli_fname, "libmcpauth");
}

/* What is not as it was with enough memory, and no want of memory either. A denial for another reason lets nobody in, and
 * may come from OpenSSL 3.5 and newer alone, which does not always say why it failed. */
static void judge(const char *what, long n, const struct outcome *full, const struct outcome *found) {
  runs++;
  int is_own = is_of_library(failed_caller);
  of_library += (unsigned)is_own;
  if (found->result == full->result && strcmp(found->told, full->told) == 0) {
    unchanged++;
  } else if (found->result == MCPAUTH_ERR_NO_MEMORY) {
    no_memory++;
  } else if (found->result == MCPAUTH_OK) {
    CHECK_FAIL("%s, allocation %ld fails: OK for %s, told %s, not %s", what, n, mcpauth_result_name(full->result),
               found->told, full->told);
  } else if (is_own || OPENSSL_VERSION_NUMBER < 0x30500000L) {
    CHECK_FAIL("%s, allocation %ld fails: %s", what, n, mcpauth_result_name(found->result));
  } else {
    otherwise++;
  }
}

static void with_every_failure(const char *what, void (*try)(struct outcome *), const char *text, size_t len,
                               mcpauth_result expected) {
  static struct outcome full, found;
  input = text;
  input_len = len;
  for (int warm = 0; warm < 2; warm++) { /* the first use allocates what stays */
    memset(&full, 0, sizeof full);
    failing = -1;
    try(&full);
  }
  if (full.result != expected)
    CHECK_FAIL("%s: %s, not %s", what, mcpauth_result_name(full.result), mcpauth_result_name(expected));
  for (failing_ever_after = 0; failing_ever_after < 2; failing_ever_after++) {
    for (long n = 0;; n++) {
      memset(&found, 0, sizeof found);
      seen = 0;
      failing = n;
      failed_caller = NULL;
      try(&found);
      if (failed_caller == NULL) break;
      judge(what, n, &full, &found);
      if (n > 100000) {
        CHECK_FAIL("%s: no end of allocations", what);
        break;
      }
    }
  }
  failing = -1;
  memset(&found, 0, sizeof found);
  try(&found); /* nothing stays behind */
  CHECK_RESULT(found.result, full.result);
  CHECK(strcmp(found.told, full.told) == 0);
}

/* ---- the cases ------------------------------------------------------------------------------------------------------ */

static void begin(void) { runs = unchanged = no_memory = otherwise = of_library = 0; }

static void end(const char *what) {
  printf(
      "# %s: %lu allocations failed, %lu of them the library's own: %lu times no memory, %lu times no difference, %lu "
      "times refused for another reason\n",
      what, runs, of_library, no_memory, unchanged, otherwise);
}

static mcpauth_config *config_without_cache(void) {
  mcpauth_config *config = fixture_config(NULL);
  if (mcpauth_config_set_token_cache(config, 0, 0, 0) != MCPAUTH_OK) abort();
  return config;
}

static void A44_tokens(void) {
  static const struct {
    const char *changes;
    mcpauth_result expected;
  } cases[] = {
      {NULL, MCPAUTH_OK},
      {"{\"aud\":[\"a\",\"" RESOURCE "\"],\"scope\":\"a b c d\",\"x\":{\"y\":[1,1.5,\"\\u00e9\\n\",null,true]}}",
       MCPAUTH_OK},
      {"{\"exp\":1}", MCPAUTH_ERR_TOKEN_EXPIRED},
      {"{\"aud\":\"" RESOURCE "x\"}", MCPAUTH_ERR_AUDIENCE_MISMATCH},
      {"{\"iss\":\"https://evil.example\"}", MCPAUTH_ERR_ISSUER_MISMATCH},
      {"{\"nbf\":1900000000}", MCPAUTH_ERR_TOKEN_NOT_YET_VALID},
      {"{\"sub\":5}", MCPAUTH_ERR_CLAIM_INVALID},
  };
  mcpauth_verifier *made = fixture_verifier(config_without_cache());
  verifier = made;
  begin();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    char *token = fixture_token(cases[i].changes);
    with_every_failure(cases[i].changes ? cases[i].changes : "a good token", verify, token, strlen(token),
                       cases[i].expected);
    free(token);
  }
  static const char *const refused[] = {"{\"iss\":\"" ISSUER "\",\"iss\":\"x\"}", "{\"a\":\"\\u0000\"}", "{\"a\":[1,]}",
                                        "{\"a\":\"\xFF\"}", "[]"};
  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
    char *token = sign_token(fixture_key(), "ES256", "{\"alg\":\"ES256\",\"kid\":\"" KID "\"}", refused[i]);
    with_every_failure(refused[i], verify, token, strlen(token), MCPAUTH_ERR_TOKEN_MALFORMED);
    free(token);
  }
  end("tokens");
  mcpauth_verifier_free(made);
}

#define CALL(name) "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" name "\"}}"

static void A44_bodies(void) {
  static const struct {
    const char *body;
    mcpauth_result expected;
  } cases[] = {
      {CALL("free"), MCPAUTH_OK},
      {CALL("guarded"), MCPAUTH_ERR_INSUFFICIENT_SCOPE},
      {CALL("g\\u0075arded"), MCPAUTH_ERR_INSUFFICIENT_SCOPE},
      {"[" CALL("free") "," CALL("guarded") "]", MCPAUTH_ERR_INSUFFICIENT_SCOPE},
      {"{\"method\":\"tools/call\",\"params\":{\"name\":\"free\",\"name\":\"guarded\"}}", MCPAUTH_ERR_INVALID_REQUEST},
      {"{\"method\":\"ping\",\"id\":[[[[[[{\"a\":[1,2,3,4,5,6,7,8,9,10,11,12,13]}]]]]]]}", MCPAUTH_OK},
      {"{", MCPAUTH_ERR_INVALID_REQUEST},
  };
  mcpauth_config *config = fixture_config(NULL);
  if (mcpauth_config_add_tool_scope(config, "guarded", "admin") != MCPAUTH_OK) abort();
  mcpauth_verifier *made = fixture_verifier(config);
  verifier = made;
  begin();
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    with_every_failure(cases[i].body, authorize_body, cases[i].body, strlen(cases[i].body), cases[i].expected);
  end("bodies");
  mcpauth_verifier_free(made);
}

static void A44_key_sets(void) {
  begin();
  const char *good = fixture_jwks();
  with_every_failure("a good key set", key_set, good, strlen(good), MCPAUTH_OK);
  char *twice = replaced(good, "\"kty\"", "\"kid\":\"other\",\"kty\"");
  with_every_failure("a kid twice", key_set, twice, strlen(twice), MCPAUTH_ERR_INVALID_ARGUMENT);
  char *other = signing_key_jwks(fixture_rsa_key(), KID, NULL);
  with_every_failure("an RSA key", key_set, other, strlen(other), MCPAUTH_OK);
  free(twice);
  free(other);
  end("key sets");
}

static void A44_metadata(void) {
  static const char good[] =
      "{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"" ISSUER "/keys\",\"x\":[\"\\u00e9\",{\"y\":1.5}]}";
  static const char other[] = "{\"issuer\":\"https://evil.example\",\"jwks_uri\":\"" ISSUER "/keys\"}";
  static const char twice[] =
      "{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"" ISSUER "/keys\",\"jwks_uri\":\"" ISSUER "/k\"}";
  begin();
  with_every_failure("good metadata", issuer_metadata, good, strlen(good), MCPAUTH_OK);
  with_every_failure("metadata of another", issuer_metadata, other, strlen(other), MCPAUTH_ERR_METADATA_INVALID);
  with_every_failure("jwks_uri twice", issuer_metadata, twice, strlen(twice), MCPAUTH_ERR_METADATA_INVALID);
  end("metadata");
}

static void A44_documents(void) {
  static const char more[] = "{\"resource_name\":\"caf\\u00e9 <b>\",\"x\":{\"y\":[1,2.50,18446744073709551616]}}";
  static const char server[] = "{\"issuer\":\"" ISSUER "\",\"authorization_endpoint\":\"" ISSUER "/a\"}";
  begin();
  with_every_failure("resource metadata", resource_metadata, more, strlen(more), MCPAUTH_OK);
  with_every_failure("broken resource metadata", resource_metadata, more, strlen(more) - 1,
                     MCPAUTH_ERR_INVALID_ARGUMENT);
  with_every_failure("served metadata", served_metadata, server, strlen(server), MCPAUTH_OK);
  end("documents");
}

static void A44_claims_of_a_custom_verifier(void) {
  static const char good[] = "{\"roles\":[\"a\",\"b\"],\"n\":1.5,\"t\":\"\\u00e9\\\"\",\"o\":{\"p\":null}}";
  mcpauth_config *config = fixture_config(NULL);
  if (mcpauth_config_set_custom_verifier(config, give_claims, NULL, NULL) != MCPAUTH_OK) abort();
  mcpauth_verifier *made = fixture_verifier(config);
  verifier = made;
  begin();
  with_every_failure("claims", custom_claims, good, strlen(good), MCPAUTH_OK);
  with_every_failure("broken claims", custom_claims, good, strlen(good) - 1, MCPAUTH_ERR_INVALID_ARGUMENT);
  end("claims of a custom verifier");
  mcpauth_verifier_free(made);
}

/* Without this the others could pass for nothing. */
static void the_limit_works(void) {
  good_token = fixture_token(NULL);
  failing = 0, seen = 0;
  void *none;
  LIMITED(none = malloc(10));
  CHECK(none == NULL && seen == 1);
  failing = -1;
}

CHECK_MAIN(CASE(the_limit_works), CASE(A44_tokens), CASE(A44_bodies), CASE(A44_key_sets), CASE(A44_metadata),
           CASE(A44_documents), CASE(A44_claims_of_a_custom_verifier))

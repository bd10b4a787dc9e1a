/* What memory is there, and what is not: OpenSSL gets none, a secret has one copy, a thread has little stack. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fixture.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZED = 1 };
#elif defined(__has_feature)
enum { SANITIZED = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) };
#else
enum { SANITIZED = 0 };
#endif

static bool is_under_valgrind(void) {
  const char *preloaded = getenv("LD_PRELOAD");
  return preloaded != NULL && strstr(preloaded, "vgpreload") != NULL;
}

/* ---- OpenSSL without memory ------------------------------------------------------------------------------------- */

/* -1: every allocation succeeds. Else so many more do, and then one fails, or all that follow. */
static _Thread_local long allocations_left = -1;
static _Thread_local bool all_that_follow;

static bool is_to_fail(void) {
  if (allocations_left < 0) return false;
  if (allocations_left > 0) {
    allocations_left--;
    return false;
  }
  if (!all_that_follow) allocations_left = -2; /* it was this one */
  return true;
}

static void *allocate(size_t size, const char *file, int line) {
  (void)file, (void)line;
  return is_to_fail() ? NULL : malloc(size);
}

static void *reallocate(void *memory, size_t size, const char *file, int line) {
  (void)file, (void)line;
  return is_to_fail() ? NULL : realloc(memory, size);
}

static void release(void *memory, const char *file, int line) {
  (void)file, (void)line;
  free(memory);
}

/* Before anything else allocates. */
__attribute__((constructor)) static void install(void) { CRYPTO_set_mem_functions(allocate, reallocate, release); }

typedef mcpauth_result attempt(const void *subject);

/* Every allocation fails in its turn, until none is left to fail: the result is the expected one or NO_MEMORY. */
static void fail_each_allocation(const char *what, attempt *run, const void *subject, mcpauth_result expected) {
  for (int follow = 0; follow < 2; follow++) {
    unsigned refused = 0;
    bool failed = true;
    for (long n = 0; failed && n < 100000; n++) {
      all_that_follow = follow;
      allocations_left = n;
      const mcpauth_result result = run(subject);
      failed = allocations_left == -2 || allocations_left == 0;
      allocations_left = -1;
      if (result == MCPAUTH_ERR_NO_MEMORY)
        refused++;
      else if (result != expected)
        CHECK_FAIL("%s, allocation %ld: %s", what, n, mcpauth_result_name(result));
    }
    CHECK_RESULT(run(subject), expected);
    printf("#   %s: %u allocations refused\n", what, refused);
  }
}

typedef struct {
  mcpauth_verifier *verifier;
  char *token;
} verification;

static mcpauth_result run_verification(const void *subject) {
  const verification *one = subject;
  return verify_result(one->verifier, one->token);
}

static char *token_by(const signing_key *key, const char *algorithm) {
  char *header = format("{\"alg\":\"%s\",\"kid\":\"" KID "\"}", algorithm), *claims = fixture_claims(NULL);
  char *token = sign_token(key, algorithm, header, claims);
  free(header), free(claims);
  return token;
}

static mcpauth_config *config_with(const char *jwks) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_token_cache(config, 0, 1, 1), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(issuer, jwks, strlen(jwks)), MCPAUTH_OK);
  return config;
}

/* A key of each kind, and one that signs in its name. */
typedef struct {
  const char *algorithm;
  signing_key *key, *stranger;
} kind;

enum { KINDS = 5 };

/* What watches every access takes minutes to make large keys, and they allocate as the first does. */
static int kinds_to_try(void) { return SANITIZED || is_under_valgrind() ? 2 : KINDS; }

static void make_kinds(kind kinds[KINDS]) {
  kinds[0] = (kind){"ES256", signing_key_ec("P-256"), signing_key_ec("P-256")};
  kinds[1] = (kind){"EdDSA", signing_key_ed25519(), signing_key_ed25519()};
  if (kinds_to_try() == 2) return;
  kinds[2] = (kind){"RS256", signing_key_rsa(2048), signing_key_rsa(2048)};
  kinds[3] = (kind){"PS512", signing_key_rsa(4096), signing_key_rsa(4096)};
  kinds[4] = (kind){"ES512", signing_key_ec("P-521"), signing_key_ec("P-521")};
}

static void free_kinds(kind kinds[KINDS]) {
  for (int i = 0; i < kinds_to_try(); i++) signing_key_free(kinds[i].key), signing_key_free(kinds[i].stranger);
}

static void A44_a_verification_without_memory_is_no_verdict(void) {
  kind kinds[KINDS];
  make_kinds(kinds);
  for (int i = 0; i < kinds_to_try(); i++) {
    char *jwks = signing_key_jwks(kinds[i].key, KID, kinds[i].algorithm);
    mcpauth_verifier *verifier = fixture_verifier(config_with(jwks));
    const verification good = {verifier, token_by(kinds[i].key, kinds[i].algorithm)},
                       forged = {verifier, token_by(kinds[i].stranger, kinds[i].algorithm)};
    fail_each_allocation(kinds[i].algorithm, run_verification, &good, MCPAUTH_OK);
    fail_each_allocation("forged", run_verification, &forged, MCPAUTH_ERR_SIGNATURE_INVALID);
    mcpauth_verifier_free(verifier);
    free(good.token), free(forged.token), free(jwks);
  }
  free_kinds(kinds);
}

/* A key that there was no memory for is not left out: the set is refused as a whole. */
static mcpauth_result import_keys(const void *jwks) {
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  const mcpauth_result result = mcpauth_issuer_set_jwks_json(issuer, jwks, strlen(jwks));
  if (result == MCPAUTH_OK) CHECK_STR(mcpauth_issuer_skipped_keys(issuer), "");
  mcpauth_config_free(config);
  return result;
}

static void A44_no_key_is_lost_for_want_of_memory(void) {
  kind kinds[KINDS];
  make_kinds(kinds);
  for (int i = 0; i < kinds_to_try(); i++) {
    char *jwks = signing_key_jwks(kinds[i].key, KID, NULL);
    fail_each_allocation(kinds[i].algorithm, import_keys, jwks, MCPAUTH_OK);
    free(jwks);
  }
  free_kinds(kinds);
}

/* ---- one copy of a secret --------------------------------------------------------------------------------------- */

enum { SECRET_BYTES = 48 };
static unsigned char secret_byte(unsigned i) { return (unsigned char)(i * 37 + 11); }

static unsigned char window[1 << 16];

/* How often the secret is in this process' memory. It is nowhere else as a whole than where the library has it. */
static unsigned copies_of_secret(void) {
  unsigned found = 0;
  char line[512];
  FILE *maps = fopen("/proc/self/maps", "re");
  const int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
  while (maps != NULL && fgets(line, sizeof line, maps) != NULL) {
    unsigned long start, end;
    char rights[8];
    if (sscanf(line, "%lx-%lx %7s", &start, &end, rights) != 3 || strncmp(rights, "rw", 2) != 0) continue;
    for (unsigned long at = start; at < end; at += sizeof window - SECRET_BYTES) {
      const size_t wanted = end - at < sizeof window ? end - at : sizeof window;
      const ssize_t count = pread(memory, window, wanted, (off_t)at);
      for (ssize_t i = 0; i + SECRET_BYTES <= count; i++) {
        const unsigned long address = at + (unsigned long)i;
        if (address + SECRET_BYTES > (unsigned long)window && address < (unsigned long)window + sizeof window) continue;
        unsigned j = 0;
        while (j < SECRET_BYTES && window[i + j] == secret_byte(j)) j++;
        /* One that lies where two windows overlap is seen once: the next begins behind its first byte. */
        if (j == SECRET_BYTES && (size_t)i < sizeof window - SECRET_BYTES) found++;
      }
    }
  }
  if (maps != NULL) fclose(maps);
  close(memory);
  return found;
}

static void a_shared_secret_has_one_copy_which_is_wiped(void) {
  if (SANITIZED ||
      is_under_valgrind()) { /* their shadow of all memory would be searched, and what they keep is not ours */
    printf("#   not searched: what watches this program keeps memory of its own\n");
    return;
  }
  mcpauth_config *config;
  mcpauth_issuer *issuer;
  char *secret = malloc(SECRET_BYTES), *claims = fixture_claims(NULL);
  for (unsigned i = 0; i < SECRET_BYTES; i++) secret[i] = (char)secret_byte(i);
  CHECK_INT(copies_of_secret(), 1);
  char *token = sign_token_hmac(secret, SECRET_BYTES, "{\"alg\":\"HS256\"}", claims);
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, ISSUER, &issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_shared_secret(issuer, secret, SECRET_BYTES, "HS256", NULL), MCPAUTH_OK);
  OPENSSL_cleanse(secret, SECRET_BYTES);
  CHECK_INT(copies_of_secret(), 1);
  mcpauth_verifier *verifier = fixture_verifier(config);
  CHECK_RESULT(verify_result(verifier, token), MCPAUTH_OK);
  CHECK_INT(copies_of_secret(), 1);
  mcpauth_verifier_free(verifier);
  CHECK_INT(copies_of_secret(), 0);
  free(secret), free(claims), free(token);
}

/* ---- little stack ----------------------------------------------------------------------------------------------- */

enum { STACK_BYTES = 512 * 1024, MOST_STACK = 16 * 1024, PAINT = 0xA5 };

typedef void painted_body(const void *subject);

typedef struct {
  painted_body *body;
  const void *subject;
} painted;

static void *run_painted(void *argument) {
  const painted *own = argument;
  own->body(own->subject);
  return NULL;
}

static void do_nothing(const void *subject) { (void)subject; }

/* How deep a thread's stack was written to, whose frames begin where those of do_nothing do. */
static size_t depth_of(painted_body *body, const void *subject) {
  pthread_attr_t attributes;
  pthread_t thread;
  painted own = {body, subject};
  unsigned char *stack =
      mmap(NULL, STACK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
  memset(stack, PAINT, STACK_BYTES);
  pthread_attr_init(&attributes);
  pthread_attr_setstack(&attributes, stack, STACK_BYTES);
  if (pthread_create(&thread, &attributes, run_painted, &own) != 0)
    CHECK_FAIL("no thread");
  else
    pthread_join(thread, NULL);
  size_t untouched = 0;
  while (untouched < STACK_BYTES && stack[untouched] == PAINT) untouched++;
  pthread_attr_destroy(&attributes);
  munmap(stack, STACK_BYTES);
  return STACK_BYTES - untouched;
}

static void check_stack(const char *what, painted_body *body, const void *subject) {
  static size_t empty;
  if (SANITIZED || is_under_valgrind()) { /* their frames are larger: it is run all the same */
    body(subject);
    return;
  }
  if (empty == 0) empty = depth_of(do_nothing, NULL);
  body(subject); /* what is done once in a process is not what a thread has to have room for each time */
  const size_t used = depth_of(body, subject) - empty;
  printf("#   %s: %zu bytes of stack\n", what, used);
  if (used > MOST_STACK) CHECK_FAIL("%s takes %zu bytes of stack", what, used);
}

typedef struct {
  mcpauth_verifier *verifier;
  char *token, *body;
} call;

static void call_verify(const void *subject) {
  const call *one = subject;
  mcpauth_authinfo *info;
  mcpauth_error *error;
  (void)!mcpauth_verify(one->verifier, one->token, strlen(one->token), &info, &error);
  (void)mcpauth_error_message(error);
  mcpauth_authinfo_free(info);
  mcpauth_error_free(error);
}

static void call_authorize(const void *subject) {
  const call *one = subject;
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *info;
  mcpauth_response *denial;
  char *header = format("Bearer %s", one->token);
  mcpauth_str field = {header, strlen(header)};
  request.authorization = &field;
  request.authorization_count = 1;
  request.method = (mcpauth_str){"POST", 4};
  request.body = (mcpauth_str){one->body, strlen(one->body)};
  (void)!mcpauth_authorize(one->verifier, &request, &info, &denial);
  mcpauth_authinfo_free(info);
  mcpauth_response_free(denial);
  free(header);
}

static void call_well_known(const void *subject) {
  const call *one = subject;
  mcpauth_response *response;
  const char *path = "/.well-known/oauth-protected-resource/mcp";
  (void)!mcpauth_well_known(one->verifier, "GET", 3, path, strlen(path), &response);
  mcpauth_response_free(response);
}

static void make_verifier(const void *subject) {
  mcpauth_config *config;
  mcpauth_verifier *verifier;
  mcpauth_error *error;
  mcpauth_issuer *issuer;
  const char *jwks = subject;
  (void)!mcpauth_config_new(RESOURCE, &config);
  (void)!mcpauth_config_add_issuer(config, ISSUER, &issuer);
  (void)!mcpauth_issuer_set_jwks_json(issuer, jwks, strlen(jwks));
  (void)!mcpauth_config_add_tool_scope(config, "erase", "mcp:admin");
  (void)!mcpauth_verifier_new(config, &verifier, &error);
  mcpauth_error_free(error);
  mcpauth_config_free(config);
  mcpauth_verifier_free(verifier);
}

/* count times begin, middle, count times end. */
static char *nested(size_t count, const char *begin, const char *middle, const char *end) {
  const size_t first = strlen(begin), last = strlen(end);
  char *text = malloc(count * (first + last) + strlen(middle) + 1), *at = text;
  for (size_t i = 0; i < count; i++, at += first) memcpy(at, begin, first);
  at += strlen(strcpy(at, middle));
  for (size_t i = 0; i < count; i++, at += last) memcpy(at, end, last);
  *at = '\0';
  return text;
}

static void a_verification_takes_little_stack(void) {
  kind kinds[KINDS];
  make_kinds(kinds);
  for (int i = 0; i < kinds_to_try(); i++) {
    char *jwks = signing_key_jwks(kinds[i].key, KID, kinds[i].algorithm);
    call good = {fixture_verifier(config_with(jwks)), token_by(kinds[i].key, kinds[i].algorithm), NULL};
    check_stack(kinds[i].algorithm, call_verify, &good);
    check_stack("its import", make_verifier, jwks);
    mcpauth_verifier_free(good.verifier);
    free(good.token), free(jwks);
  }
  free_kinds(kinds);
}

static void no_input_takes_more_stack(void) {
  mcpauth_config *config = config_with(fixture_jwks());
  CHECK_RESULT(mcpauth_config_add_tool_scope(config, "erase", "mcp:admin"), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_show_error_details(config, true), MCPAUTH_OK);
  call one = {fixture_verifier(config), fixture_token(NULL), NULL};
  const struct {
    size_t count;
    const char *begin, *middle, *end;
  } bodies[] = {
      {509, "[", "", "]"},
      {509, "[", "", ""},
      {100000, "[", "", ""},
      {509, "{\"params\":", "1", "}"},
      {1, "[", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"erase\"}}", "]"},
      {20000, "1e5,", "", ""},
      {5000, "\\u0041", "", ""}};
  for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
    char *text = nested(bodies[i].count, bodies[i].begin, bodies[i].middle, bodies[i].end);
    char *params = format(
        "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"x\",\"arguments\":%s}}", text);
    one.body = text;
    check_stack("a body", call_authorize, &one);
    one.body = params;
    check_stack("its params", call_authorize, &one);
    free(text), free(params);
  }
  free(one.token);
  char *deep = nested(400, "{\"a\":", "1", "}"), *changes = format("{\"x\":%s}", deep);
  one.token = fixture_token(changes);
  check_stack("deep claims", call_verify, &one);
  free(one.token), free(changes), free(deep);
  one.token = fixture_token("{\"aud\":[\"a\",\"b\",\"c\"],\"exp\":1}");
  check_stack("a refusal", call_verify, &one);
  one.body = "";
  check_stack("a challenge", call_authorize, &one);
  check_stack("metadata", call_well_known, &one);
  free(one.token);
  one.token = nested(60000, ".", "", "");
  check_stack("dots", call_verify, &one);
  free(one.token);
  one.token = nested(60000, "A", ".AAAA.", "A");
  check_stack("a long token", call_verify, &one);
  free(one.token);
  char *path = nested(60, "a.", "b", "");
  mcpauth_verifier_free(one.verifier);
  free(path);
}

CHECK_MAIN(CASE(A44_a_verification_without_memory_is_no_verdict), CASE(A44_no_key_is_lost_for_want_of_memory),
           CASE(a_shared_secret_has_one_copy_which_is_wiped), CASE(a_verification_takes_little_stack),
           CASE(no_input_takes_more_stack))

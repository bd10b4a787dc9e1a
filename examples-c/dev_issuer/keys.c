/*
 * keys.c: the issuer's signing keys, which are made at start and replaced on a signal (SIGHUP). The key set publishes
 * the newest generations (--published-keys), so that tokens of a replaced key are good until it is withdrawn.
 */
#include "issuer.h"

#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <string.h>

enum { RSA_BITS = 2048 };

static const char *const names[ALGORITHM_COUNT] = {"ES256", "RS256"};
static const char *const prefixes[ALGORITHM_COUNT] = {"dev-es256", "dev-rs256"};

const char *algorithm_name(int algorithm) { return names[algorithm]; }

/* ALGORITHM_COUNT when this issuer has no such algorithm. */
int algorithm_named(const char *name) {
  int algorithm = 0;
  while (algorithm < ALGORITHM_COUNT && strcmp(name, names[algorithm]) != 0) algorithm++;
  return algorithm;
}

EVP_PKEY *new_key(int algorithm) { return algorithm == ES256 ? EVP_EC_gen("P-256") : EVP_RSA_gen(RSA_BITS); }

static void free_generation(struct key_generation *generation) {
  for (int i = 0; i < ALGORITHM_COUNT; i++) EVP_PKEY_free(generation->keys[i]);
  *generation = (struct key_generation){0};
}

/*
 * The kid: a prefix and the begin of the key's thumbprint. After a restart it is another, so that a server that has the
 * old key set looks for a new one, and does not take new tokens for forged ones.
 */
static bool name_key(struct key_generation *generation, int algorithm) {
  char thumbprint[64];
  json_t *jwk = jwk_of(generation->keys[algorithm], algorithm);
  const bool ok = jwk_thumbprint(jwk, algorithm, thumbprint);
  json_decref(jwk);
  if (ok) snprintf(generation->ids[algorithm], sizeof generation->ids[0], "%s-%.8s", prefixes[algorithm], thumbprint);
  return ok;
}

static bool make_generation(struct key_generation *generation, unsigned number) {
  *generation = (struct key_generation){.number = number};
  for (int i = 0; i < ALGORITHM_COUNT; i++) {
    generation->keys[i] = new_key(i);
    if (generation->keys[i] == NULL || !name_key(generation, i)) {
      free_generation(generation);
      return false;
    }
  }
  return true;
}

bool keys_open(struct issuer *issuer) { return make_generation(&issuer->generations[0], 1); }

void keys_close(struct issuer *issuer) {
  for (int i = 0; i < MAX_GENERATIONS; i++) free_generation(&issuer->generations[i]);
}

/* New keys sign from now on. To be called without the lock: making RSA keys takes a while. */
bool keys_rotate(struct issuer *issuer) {
  struct key_generation made;
  if (!make_generation(&made, issuer->generations[0].number + 1)) return false;
  pthread_mutex_lock(&issuer->lock);
  struct key_generation last = issuer->generations[MAX_GENERATIONS - 1];
  memmove(issuer->generations + 1, issuer->generations, sizeof made * (MAX_GENERATIONS - 1));
  issuer->generations[0] = made;
  pthread_mutex_unlock(&issuer->lock);
  free_generation(&last);
  log_event("new keys: generation %u signs from now on", made.number);
  return true;
}

/* The key set: public members only, by construction. NULL when OpenSSL or memory failed. */
json_t *key_set(const struct issuer *issuer) {
  json_t *keys = json_array();
  bool ok = keys != NULL;
  for (int g = 0; ok && g < issuer->options.published_keys && issuer->generations[g].number > 0; g++) {
    for (int i = 0; ok && i < ALGORITHM_COUNT; i++) {
      json_t *jwk = jwk_of(issuer->generations[g].keys[i], i);
      ok = json_object_set_new(jwk, "kid", json_string(issuer->generations[g].ids[i])) == 0 &&
           json_object_set_new(jwk, "use", json_string("sig")) == 0 &&
           json_object_set_new(jwk, "alg", json_string(names[i])) == 0 && json_array_append(keys, jwk) == 0;
      json_decref(jwk);
    }
  }
  json_t *set = ok ? json_pack("{s:O}", "keys", keys) : NULL;
  json_decref(keys);
  return set;
}

/*
 * dpop.c: proofs of possession of a key (RFC 9449) at the token endpoint. A request with a good proof gets a token that
 * is bound to the key: cnf.jkt is its thumbprint. With --dpop-nonce each proof has to carry this issuer's nonce.
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>

enum {
  MAX_PROOF_BYTES = 8192,
  MAX_SIGNATURE_BYTES = 512,
  PROOF_SECONDS = 300,
  NONCE_SECONDS = 300,
  MAX_ID_BYTES = 256
};

struct proof {
  json_t *header, *claims;
  const char *text;
  size_t signed_len; /* of the first two segments with the dot between them */
  unsigned char signature[MAX_SIGNATURE_BYTES];
  size_t signature_len;
};

static json_t *decoded_object(const char *text, size_t len) {
  unsigned char bytes[MAX_PROOF_BYTES];
  size_t decoded_len = 0;
  if (!base64url_decode(text, len, bytes, sizeof bytes, &decoded_len)) return NULL;
  json_t *value = json_loadb((const char *)bytes, decoded_len, JSON_REJECT_DUPLICATES, NULL);
  if (json_is_object(value)) return value;
  json_decref(value);
  return NULL;
}

static bool parse(const char *text, struct proof *proof) {
  const char *first = strlen(text) <= MAX_PROOF_BYTES ? strchr(text, '.') : NULL;
  const char *second = first != NULL ? strchr(first + 1, '.') : NULL;
  if (second == NULL) return false;
  proof->text = text;
  proof->signed_len = (size_t)(second - text);
  proof->header = decoded_object(text, (size_t)(first - text));
  proof->claims = decoded_object(first + 1, (size_t)(second - first - 1));
  return proof->header != NULL && proof->claims != NULL &&
         base64url_decode(second + 1, strlen(second + 1), proof->signature, sizeof proof->signature,
                          &proof->signature_len);
}

static bool has_private_member(const json_t *jwk) {
  static const char *const names[] = {"d", "p", "q", "dp", "dq", "qi", "oth", "k"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    if (json_object_get(jwk, names[i]) != NULL) return true;
  }
  return false;
}

static bool is(const char *value, const char *expected) { return value != NULL && strcmp(value, expected) == 0; }

/* What is wrong with the proof (RFC 9449 section 4.3); NULL when nothing is. */
static const char *problem(const struct issuer *issuer, const struct exchange *exchange, const struct proof *proof,
                           char thumbprint[64]) {
  const json_t *jwk = json_object_get(proof->header, "jwk"), *iat = json_object_get(proof->claims, "iat");
  const char *alg = text_of(proof->header, "alg"), *id = text_of(proof->claims, "jti");
  const int algorithm = alg != NULL ? algorithm_named(alg) : ALGORITHM_COUNT;
  char here[128];
  snprintf(here, sizeof here, "%s%s", issuer->url, exchange->path);
  if (!is(text_of(proof->header, "typ"), "dpop+jwt")) return "its typ is not dpop+jwt";
  if (algorithm == ALGORITHM_COUNT) return "its alg is not ES256 or RS256";
  if (!json_is_object(jwk) || has_private_member(jwk)) return "its jwk is missing, or holds a private key";
  EVP_PKEY *key = key_of_jwk(jwk, algorithm);
  const bool verified =
      key != NULL && jws_verify(key, algorithm, proof->text, proof->signed_len, proof->signature, proof->signature_len);
  EVP_PKEY_free(key);
  if (!verified) return "its signature is not by its jwk";
  if (!is(text_of(proof->claims, "htm"), exchange->method)) return "its htm is not the request's method";
  if (!is(text_of(proof->claims, "htu"), here)) return "its htu is not this endpoint's URL";
  if (id == NULL || id[0] == '\0' || strlen(id) > MAX_ID_BYTES) return "its jti is missing or longer than 256 bytes";
  const int64_t now = issuer_now(issuer), made = json_integer_value(iat);
  if (!json_is_integer(iat) || made < now - PROOF_SECONDS || made > now + PROOF_SECONDS) {
    return "its iat is missing, or more than 300 seconds from this issuer's clock";
  }
  return jwk_thumbprint(jwk, algorithm, thumbprint) ? NULL : "its key has no thumbprint";
}

/* Makes a new nonce when the current one is old; the one before stays good until the next. */
static bool renew_nonce(struct issuer *issuer) {
  const int64_t now = issuer_now(issuer);
  if (issuer->nonces[0][0] != '\0' && now < issuer->nonce_made + NONCE_SECONDS) return true;
  memcpy(issuer->nonces[1], issuer->nonces[0], sizeof issuer->nonces[0]);
  issuer->nonce_made = now;
  return random_text(issuer->nonces[0]);
}

/* Whether the nonce is one of ours. The answer carries the current one in any case. */
static bool nonce_fits(struct issuer *issuer, struct exchange *exchange, const char *nonce) {
  if (!issuer->options.dpop_nonce || !renew_nonce(issuer)) return !issuer->options.dpop_nonce;
  add_header(exchange, "DPoP-Nonce", issuer->nonces[0]);
  return nonce != NULL && nonce[0] != '\0' &&
         (same_text(nonce, issuer->nonces[0]) || same_text(nonce, issuer->nonces[1]));
}

static bool refuse(struct exchange *exchange, const char *error, const char *why) {
  char *description = joined("DPoP proof", ": ", why);
  log_event("%s: %s", error, why);
  answer_error(exchange, 400, error, description != NULL ? description : why);
  free(description);
  return false;
}

bool dpop_check(struct issuer *issuer, struct exchange *exchange, bool *bound, char thumbprint[64]) {
  const char *field = http_header(exchange, "DPoP");
  struct proof proof = {0};
  char used[64];
  bool ok = false;
  *bound = field != NULL;
  if (field == NULL) return true;
  if (http_header_count(exchange, "DPoP") > 1) return refuse(exchange, "invalid_dpop_proof", "there are two of them");
  const char *why = parse(field, &proof) ? problem(issuer, exchange, &proof, thumbprint) : "it is no signed JWT";
  const char *id = text_of(proof.claims, "jti");
  const int64_t now = issuer_now(issuer);
  if (why != NULL) {
    refuse(exchange, "invalid_dpop_proof", why);
  } else if (!nonce_fits(issuer, exchange, text_of(proof.claims, "nonce"))) {
    refuse(exchange, "use_dpop_nonce", "it needs the nonce of the DPoP-Nonce header");
  } else if (!digest_text(id, used) || store_get(&issuer->proofs, used, now) != NULL) {
    refuse(exchange, "invalid_dpop_proof", "it was used before (jti)");
  } else if (!store_put(&issuer->proofs, used, json_object(), now, now + 2 * PROOF_SECONDS + 1)) {
    answer_error(exchange, 500, "server_error", "no memory");
  } else {
    ok = true;
  }
  json_decref(proof.header);
  json_decref(proof.claims);
  return ok;
}

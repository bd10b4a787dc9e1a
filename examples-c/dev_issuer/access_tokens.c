/*
 * access_tokens.c: access tokens, as JWTs (RFC 9068) or opaque. Each good one is recorded under its digest, so that
 * introspection and revocation know it whatever its form.
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>

static const char *const kinds[] = {"good",         "expired",      "not-yet-valid", "other-audience", "no-audience",
                                    "other-issuer", "fewer-scopes", "forged",        "unknown-key",    "unsigned"};

bool is_token_kind(const char *kind) {
  for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
    if (strcmp(kind, kinds[i]) == 0) return true;
  }
  return false;
}

static bool is_kind(const struct token_request *request, const char *kind) { return strcmp(request->kind, kind) == 0; }

/* What the requested kind of token says; --claim adds to it and may replace everything but the times. */
static json_t *make_claims(const struct issuer *issuer, const struct token_request *request) {
  const int64_t now = issuer_now(issuer);
  int64_t begins = now;
  const char *audience = request->audience, *url = issuer->url;
  size_t scope_len = request->scope != NULL ? strlen(request->scope) : 0;
  char id[64];
  if (!random_text(id)) return NULL;

  if (is_kind(request, "expired")) begins = now - request->lifetime - 600;
  if (is_kind(request, "not-yet-valid")) begins = now + 3600;
  if (is_kind(request, "other-audience")) audience = "https://other-server.example.com/mcp";
  if (is_kind(request, "other-issuer")) url = "https://other-issuer.example.com";
  if (is_kind(request, "fewer-scopes")) {
    const char *last = request->scope != NULL ? strrchr(request->scope, ' ') : NULL;
    scope_len = last != NULL ? (size_t)(last - request->scope) : 0;
  }
  json_t *claims = json_pack("{s:s, s:s, s:s, s:s, s:s}", "iss", url, "sub", request->subject, "aud", audience,
                             "client_id", request->client_id, "jti", id);
  bool ok = claims != NULL;
  if (is_kind(request, "no-audience")) json_object_del(claims, "aud");
  if (ok && scope_len > 0) ok = json_object_set_new(claims, "scope", json_stringn(request->scope, scope_len)) == 0;
  if (ok && request->thumbprint != NULL) {
    ok = json_object_set_new(claims, "cnf", json_pack("{s:s}", "jkt", request->thumbprint)) == 0;
  }
  ok = ok && json_object_update(claims, issuer->options.claims) == 0 &&
       json_object_set_new(claims, "iat", json_integer(begins)) == 0 &&
       json_object_set_new(claims, "nbf", json_integer(begins)) == 0 &&
       json_object_set_new(claims, "exp", json_integer(begins + request->lifetime)) == 0;
  if (ok) return claims;
  json_decref(claims);
  return NULL;
}

static char *make_jwt(const struct issuer *issuer, const struct token_request *request, json_t *claims) {
  const struct key_generation *current = &issuer->generations[0];
  if (is_kind(request, "unsigned")) {
    return jws_sign(NULL, request->algorithm, json_pack("{s:s, s:s}", "alg", "none", "typ", "at+jwt"), claims);
  }
  const bool unknown = is_kind(request, "unknown-key");
  const bool forged = unknown || is_kind(request, "forged") || issuer->fault == FAULT_WRONG_KEY;
  EVP_PKEY *own = forged ? new_key(request->algorithm) : NULL; /* made for this token only */
  char *token = NULL;
  if (forged && own == NULL) {
    json_decref(claims);
  } else {
    token = jws_sign(forged ? own : current->keys[request->algorithm], request->algorithm,
                     json_pack("{s:s, s:s, s:s}", "alg", algorithm_name(request->algorithm), "typ", "at+jwt", "kid",
                               unknown ? "not-published" : current->ids[request->algorithm]),
                     claims);
  }
  EVP_PKEY_free(own);
  return token;
}

static bool record(struct issuer *issuer, const struct token_request *request, const char *token, json_t *claims) {
  char digest[64];
  json_t *entry =
      json_pack("{s:O, s:s*, s:b}", "claims", claims, "grant", request->grant_id, "bound", request->thumbprint != NULL);
  const int64_t now = issuer_now(issuer);
  if (entry == NULL || !digest_text(token, digest)) {
    json_decref(entry);
    return false;
  }
  return store_put(&issuer->tokens, digest, entry, now, now + request->lifetime);
}

/* The caller frees it; NULL when a text is no UTF-8, the token would be too long, or OpenSSL or memory failed. */
char *access_token_new(struct issuer *issuer, const struct token_request *request) {
  json_t *claims = make_claims(issuer, request);
  char opaque[64];
  char *token = NULL;
  if (claims == NULL) return NULL;
  if (!request->opaque) {
    token = make_jwt(issuer, request, json_incref(claims));
  } else if (random_text(opaque)) {
    token = strdup(opaque);
  }
  if (token != NULL && is_kind(request, "good") && !record(issuer, request, token, claims)) {
    free(token);
    token = NULL;
  }
  json_decref(claims);
  return token;
}

/* The record of a token that is good at this moment; NULL when there is none. Borrowed. */
json_t *access_token_find(const struct issuer *issuer, const char *token) {
  char digest[64];
  return token != NULL && digest_text(token, digest) ? store_get(&issuer->tokens, digest, issuer_now(issuer)) : NULL;
}

void access_token_remove(struct issuer *issuer, const char *token) {
  char digest[64];
  if (digest_text(token, digest)) store_remove(&issuer->tokens, digest);
}

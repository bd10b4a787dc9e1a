/*
 * grants.c: what a user agreed to lives as a grant, with the one refresh token that is good at this moment. Each use
 * replaces it (OAuth 2.1 section 4.3.1); a token that was replaced comes from a thief or his victim, and nobody can tell
 * which, so the whole grant ends, with its access tokens.
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>

/* A new refresh token for the grant; the caller frees it. It is GRANT.SECRET, of which the digest is kept. */
char *grant_refresh_token(struct issuer *issuer, const char *grant_id) {
  const struct options *options = &issuer->options;
  const int64_t now = issuer_now(issuer);
  const int64_t lifetime =
      options->refresh_lifetime > options->access_lifetime ? options->refresh_lifetime : options->access_lifetime;
  json_t *grant = store_get(&issuer->grants, grant_id, now);
  char secret[64], digest[64];
  if (grant == NULL || !random_text(secret) || !digest_text(secret, digest)) return NULL;
  if (json_object_set_new(grant, "refresh", json_string(digest)) != 0 ||
      json_object_set_new(grant, "refresh_expires", json_integer(now + options->refresh_lifetime)) != 0 ||
      json_object_set_new(grant, "expires", json_integer(now + lifetime)) != 0) {
    return NULL;
  }
  return joined(grant_id, ".", secret);
}

/* The grant whose present refresh token this is; NULL otherwise, and then *reused says whether an older one was shown. */
json_t *grant_of_refresh_token(struct issuer *issuer, const char *token, const char **grant_id, bool *reused) {
  char id[64], digest[64];
  const char *dot = token != NULL ? strchr(token, '.') : NULL;
  *reused = false;
  *grant_id = NULL;
  if (dot == NULL || dot - token >= (ptrdiff_t)sizeof id) return NULL;
  memcpy(id, token, (size_t)(dot - token));
  id[dot - token] = '\0';
  json_t *grant = store_get(&issuer->grants, id, issuer_now(issuer));
  if (grant == NULL || !digest_text(dot + 1, digest)) return NULL;
  if (json_integer_value(json_object_get(grant, "refresh_expires")) <= issuer_now(issuer)) return NULL;
  *grant_id = text_of(grant, "id");
  *reused = !same_text(text_of(grant, "refresh"), digest);
  return *reused ? NULL : grant;
}

/* Its access tokens are no longer active either: they name the grant. */
void grant_remove(struct issuer *issuer, const char *grant_id) {
  if (grant_id != NULL) store_remove(&issuer->grants, grant_id);
}

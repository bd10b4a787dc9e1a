/*
 * codes.c: authorization codes. A code works once, within its lifetime, for the client, the redirect URI and the PKCE
 * verifier of its login. One that is used twice was stolen: the tokens of the first use are withdrawn (RFC 6749
 * section 4.1.2), and whoever fails with a code has used it up.
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>

enum { MIN_VERIFIER_BYTES = 43, MAX_VERIFIER_BYTES = 128 };

/* A code for what the user agreed to; the caller frees it. NULL without memory. */
char *code_new(struct issuer *issuer, const json_t *request, const char *subject, const char *scope) {
  char code[64], grant_id[64];
  const int64_t now = issuer_now(issuer);
  if (!random_text(code) || !random_text(grant_id)) return NULL;
  json_t *record =
      json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s*, s:s, s:b}", "client_id", text_of(request, "client_id"),
                "redirect_uri", text_of(request, "redirect_uri"), "code_challenge", text_of(request, "code_challenge"),
                "resource", text_of(request, "resource"), "sub", subject, "scope", scope, "jkt",
                text_of(request, "dpop_jkt"), "grant", grant_id, "used", 0);
  return store_put(&issuer->codes, code, record, now, now + issuer->options.code_lifetime) ? strdup(code) : NULL;
}

/* RFC 7636 section 4.6 */
static bool verifier_fits(const char *verifier, const char *challenge) {
  char digest[64];
  return verifier != NULL && strlen(verifier) >= MIN_VERIFIER_BYTES && strlen(verifier) <= MAX_VERIFIER_BYTES &&
         digest_text(verifier, digest) && same_text(digest, challenge);
}

static bool same(const json_t *record, const char *name, const char *value) {
  const char *member = text_of(record, name);
  return member != NULL && value != NULL && strcmp(member, value) == 0;
}

/*
 * What the code was given for: sub, scope, resource, grant, maybe jkt. Borrowed; NULL with the reason. thumbprint is that
 * of the request's DPoP proof, NULL when there was none.
 */
json_t *code_redeem(struct issuer *issuer, const json_t *client, const json_t *form, const char *thumbprint,
                    const char **why) {
  const char *code = parameter(form, "code"), *resource = parameter(form, "resource");
  json_t *record = store_get(&issuer->codes, code, issuer_now(issuer));
  *why = "there is no such code, or its time is over";
  if (record == NULL) return NULL;
  if (json_is_true(json_object_get(record, "used"))) {
    *why = "the code was used before: the tokens it gave are withdrawn";
    grant_remove(issuer, text_of(record, "grant"));
    return NULL;
  }
  if (json_object_set_new(record, "used", json_true()) != 0) return NULL;
  *why = NULL;
  if (!same(record, "client_id", text_of(client, "client_id"))) {
    *why = "the code was given to another client";
  } else if (!same(record, "redirect_uri", parameter(form, "redirect_uri"))) {
    *why = "redirect_uri is not the one of the login";
  } else if (!verifier_fits(parameter(form, "code_verifier"), text_of(record, "code_challenge"))) {
    *why = "code_verifier does not fit the login's code_challenge";
  } else if (resource != NULL && !same(record, "resource", resource)) {
    *why = "resource is not the one of the login";
  } else if (text_of(record, "jkt") != NULL && !same(record, "jkt", thumbprint)) {
    *why = "the DPoP proof is not of the key that the login named (dpop_jkt)";
  }
  return *why == NULL ? record : NULL;
}

/* Where keys come from: JSON, PEM, a URL, discovery. */
#include <stdlib.h>

#include "fixture.h"
#include "key_server.h"

/* A configuration whose issuer has no keys yet. */
static mcpauth_config *config_of(const char *issuer_url, mcpauth_issuer **issuer) {
  mcpauth_config *config;
  CHECK_RESULT(mcpauth_config_new(RESOURCE, &config), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_add_issuer(config, issuer_url, issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_config_set_clock(config, fixture_clock, NULL, NULL), MCPAUTH_OK);
  return config;
}

/* ---- JSON ------------------------------------------------------------------------------------------------------- */

static mcpauth_result set_jwks(const char *jwks, const char *reason) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = config_of(ISSUER, &issuer);
  mcpauth_result result = mcpauth_issuer_set_jwks_json(issuer, jwks, strlen(jwks));
  if (result != MCPAUTH_OK) CHECK_CONTAINS(mcpauth_error_message(mcpauth_config_error(config)), reason);
  mcpauth_config_free(config);
  return result;
}

static void a_key_set_needs_a_usable_key(void) {
  char *encryption_key = signing_key_jwk(fixture_key(), KID, NULL, "\"use\":\"enc\"");
  char *only_encryption = format("{\"keys\":[%s]}", encryption_key);
  char *beside_a_good_one = format("{\"keys\":[{\"kty\":\"AKP\"},%s,%.*s]}", encryption_key,
                                   (int)strlen(fixture_jwks()) - 11, fixture_jwks() + 9);
  CHECK_RESULT(set_jwks(fixture_jwks(), ""), MCPAUTH_OK);
  CHECK_RESULT(set_jwks(beside_a_good_one, ""), MCPAUTH_OK);
  CHECK_RESULT(set_jwks(only_encryption, "use"), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(set_jwks("{\"keys\":[]}", ""), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(set_jwks("{\"keys\":[{\"kty\":\"oct\",\"k\":\"AAAA\"}]}", ""), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(set_jwks("{}", "keys"), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(set_jwks("[]", ""), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(set_jwks("", ""), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(set_jwks("<html>", ""), MCPAUTH_ERR_INVALID_ARGUMENT);
  free(encryption_key);
  free(only_encryption);
  free(beside_a_good_one);
}

static void skipped_keys_are_reported(void) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = config_of(ISSUER, &issuer);
  char *encryption_key = signing_key_jwk(fixture_key(), "for-encryption", NULL, "\"use\":\"enc\"");
  char *jwks = format("{\"keys\":[%s,%.*s]}", encryption_key, (int)strlen(fixture_jwks()) - 11, fixture_jwks() + 9);
  CHECK_STR(mcpauth_issuer_skipped_keys(issuer), "");
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(issuer, jwks, strlen(jwks)), MCPAUTH_OK);
  CHECK_CONTAINS(mcpauth_issuer_skipped_keys(issuer), "for-encryption");
  CHECK(strstr(mcpauth_issuer_skipped_keys(issuer).data, KID) == NULL);
  mcpauth_config_free(config);

  config = fixture_config(&issuer); /* nothing was skipped of this one */
  CHECK_STR(mcpauth_issuer_skipped_keys(issuer), "");
  mcpauth_config_free(config);
  free(encryption_key);
  free(jwks);
}

static void a_key_set_is_at_most_a_mebibyte(void) {
  size_t limit = 1024 * 1024, len = strlen(fixture_jwks());
  char *jwks = malloc(limit + 2);
  memcpy(jwks, fixture_jwks(), len);
  memset(jwks + len, ' ', limit + 1 - len);
  jwks[limit + 1] = '\0';
  CHECK_RESULT(set_jwks(jwks, ""), MCPAUTH_ERR_INVALID_ARGUMENT);
  jwks[limit] = '\0';
  CHECK_RESULT(set_jwks(jwks, ""), MCPAUTH_OK);
  free(jwks);
}

/* ---- PEM -------------------------------------------------------------------------------------------------------- */

static mcpauth_result add_pem(const char *pem, const char *kid, const char *token_kid) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = config_of(ISSUER, &issuer);
  mcpauth_result result = mcpauth_issuer_add_public_key_pem(issuer, pem, strlen(pem), kid);
  if (result != MCPAUTH_OK) {
    CHECK(mcpauth_error_message(mcpauth_config_error(config)).len > 10);
    mcpauth_config_free(config);
    return result;
  }
  char *header = token_kid ? format("{\"alg\":\"RS256\",\"kid\":\"%s\"}", token_kid) : format("{\"alg\":\"RS256\"}");
  char *claims = fixture_claims(NULL), *token = sign_token(fixture_rsa_key(), "RS256", header, claims);
  mcpauth_verifier *verifier = fixture_verifier(config);
  result = verify_result(verifier, token);
  mcpauth_verifier_free(verifier);
  free(header);
  free(claims);
  free(token);
  return result;
}

static void a_public_key_or_certificate_in_pem(void) {
  char *public_key = signing_key_public_pem(fixture_rsa_key()),
       *certificate = signing_key_certificate_pem(fixture_rsa_key());
  char *private_key = signing_key_private_pem(fixture_rsa_key());
  signing_key *weak = signing_key_rsa(1024), *other = signing_key_rsa(2048);
  char *weak_key = signing_key_public_pem(weak), *other_key = signing_key_public_pem(other);
  char *cut = format("%.*s", (int)strlen(public_key) / 2, public_key);

  CHECK_RESULT(add_pem(public_key, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(add_pem(public_key, NULL, "any"), MCPAUTH_OK);
  CHECK_RESULT(add_pem(public_key, "mine", "mine"), MCPAUTH_OK);
  CHECK_RESULT(add_pem(public_key, "mine", NULL), MCPAUTH_OK);
  CHECK_RESULT(add_pem(public_key, "mine", "other"), MCPAUTH_ERR_KEY_NOT_FOUND);
  CHECK_RESULT(add_pem(certificate, NULL, NULL), MCPAUTH_OK);
  CHECK_RESULT(add_pem(other_key, NULL, NULL), MCPAUTH_ERR_SIGNATURE_INVALID);
  CHECK_RESULT(add_pem(private_key, NULL, NULL), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(add_pem(weak_key, NULL, NULL), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(add_pem(cut, NULL, NULL), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(add_pem("", NULL, NULL), MCPAUTH_ERR_INVALID_ARGUMENT);
  CHECK_RESULT(add_pem("not a key", NULL, NULL), MCPAUTH_ERR_INVALID_ARGUMENT);
  free(public_key);
  free(certificate);
  free(private_key);
  free(weak_key);
  free(other_key);
  free(cut);
  signing_key_free(weak);
  signing_key_free(other);
}

static void a_kid_is_at_most_256_bytes(void) {
  char kid[258], *pem = signing_key_public_pem(fixture_rsa_key());
  memset(kid, 'k', 257);
  kid[257] = '\0';
  CHECK_RESULT(add_pem(pem, kid, kid), MCPAUTH_ERR_INVALID_ARGUMENT);
  kid[256] = '\0';
  CHECK_RESULT(add_pem(pem, kid, kid), MCPAUTH_OK);
  free(pem);
}

static void several_keys_of_one_issuer(void) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = config_of(ISSUER, &issuer);
  char *pem = signing_key_public_pem(fixture_rsa_key());
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(issuer, fixture_jwks(), strlen(fixture_jwks())), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_add_public_key_pem(issuer, pem, strlen(pem), "rsa"), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *claims = fixture_claims(NULL);
  char *rsa_token = sign_token(fixture_rsa_key(), "RS256", "{\"alg\":\"RS256\",\"kid\":\"rsa\"}", claims);
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  CHECK_RESULT(verify_result(verifier, rsa_token), MCPAUTH_OK);
  mcpauth_verifier_free(verifier);
  free(pem);
  free(claims);
  free(rsa_token);
}

/* A21: the keys of one issuer do not verify another's tokens, even under the same kid. */
static void A21_keys_stay_with_their_issuer(void) {
  mcpauth_issuer *second;
  mcpauth_config *config = fixture_config(NULL);
  signing_key *other = signing_key_ec("P-256");
  char *jwks = signing_key_jwks(other, KID, "ES256");
  CHECK_RESULT(mcpauth_config_add_issuer(config, "https://second.example.com", &second), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_jwks_json(second, jwks, strlen(jwks)), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  char *claims = fixture_claims("{\"iss\":\"https://second.example.com\"}");
  char *second_token = sign_token(other, "ES256", "{\"alg\":\"ES256\",\"kid\":\"" KID "\"}", claims);
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  CHECK_RESULT(verify_result(verifier, second_token), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(verifier, "{\"iss\":\"https://second.example.com\"}"), MCPAUTH_ERR_SIGNATURE_INVALID);
  mcpauth_verifier_free(verifier);
  signing_key_free(other);
  free(jwks);
  free(claims);
  free(second_token);
}

/* ---- fetched ---------------------------------------------------------------------------------------------------- */

static mcpauth_verifier *fetching_verifier(const char *issuer_url, const char *jwks_uri) {
  mcpauth_issuer *issuer;
  mcpauth_config *config = config_of(issuer_url, &issuer);
  CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(issuer), MCPAUTH_OK);
  if (jwks_uri) CHECK_RESULT(mcpauth_issuer_set_jwks_uri(issuer, jwks_uri), MCPAUTH_OK);
  return fixture_verifier(config);
}

static void keys_are_fetched_at_first_use_and_kept(void) {
  key_server *server = key_server_start();
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  char *uri = format("%s/jwks", key_server_url(server));
  mcpauth_verifier *verifier = fetching_verifier(ISSUER, uri);
  CHECK_INT(key_server_hits(server, NULL), 0);
  CHECK_RESULT(verify_claims(verifier, "{\"iss\":\"https://other.example.com\"}"), MCPAUTH_ERR_ISSUER_MISMATCH);
  CHECK_RESULT(verify_result(verifier, "opaque"), MCPAUTH_ERR_TOKEN_MALFORMED);
  CHECK_INT(key_server_hits(server, NULL), 0); /* nothing was needed yet */
  for (int i = 0; i < 5; i++) CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  CHECK_INT(key_server_hits(server, "/jwks"), 1);
  key_server_stop(server); /* and they outlast the server */
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  mcpauth_verifier_free(verifier);
  free(uri);
}

/* A26: unknown kids cannot make the library hammer the issuer. */
static void A26_unknown_kids_cause_one_fetch_per_cooldown(void) {
  key_server *server = key_server_start();
  key_server_route(server, "/jwks", 200, fixture_jwks(), NULL);
  char *uri = format("%s/jwks", key_server_url(server)), *claims = fixture_claims(NULL);
  mcpauth_verifier *verifier = fetching_verifier(ISSUER, uri);
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  for (int i = 0; i < 50; i++) {
    char *header = format("{\"alg\":\"ES256\",\"kid\":\"unknown-%d\"}", i);
    char *token = sign_token(fixture_key(), "ES256", header, claims);
    /* The first was fetched for; whether the others exist is not known, and nobody is logged out for that. */
    CHECK_RESULT(verify_result(verifier, token), i == 0 ? MCPAUTH_ERR_KEY_NOT_FOUND : MCPAUTH_ERR_KEYS_UNAVAILABLE);
    free(header);
    free(token);
  }
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  CHECK(key_server_hits(server, "/jwks") <= 2);
  mcpauth_verifier_free(verifier);
  free(uri);
  free(claims);
  key_server_stop(server);
}

/* A5: a token that names a key's URL, or brings its own key, causes no request and no trust. */
static void A5_nothing_in_a_token_causes_a_request(void) {
  key_server *canary = key_server_start();
  signing_key *own = signing_key_ec("P-256");
  const char *url = key_server_url(canary);
  char *jwk = signing_key_jwk(own, KID, "ES256", NULL), *claims = fixture_claims(NULL),
       *jwks = format("{\"keys\":[%s]}", jwk);
  key_server_route(canary, "/jwks", 200, jwks, NULL);
  char *header = format("{\"alg\":\"ES256\",\"kid\":\"" KID "\",\"jku\":\"%s/jwks\",\"x5u\":\"%s/x5u\",\"jwk\":%s}",
                        url, url, jwk);
  char *token = sign_token(own, "ES256", header, claims), *good = sign_token(fixture_key(), "ES256", header, claims);
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  CHECK_RESULT(verify_result(verifier, token), MCPAUTH_ERR_SIGNATURE_INVALID);
  CHECK_RESULT(verify_result(verifier, good), MCPAUTH_OK);
  CHECK_INT(key_server_hits(canary, NULL), 0);
  mcpauth_verifier_free(verifier);
  free(jwk);
  free(jwks);
  free(claims);
  free(header);
  free(token);
  free(good);
  signing_key_free(own);
  key_server_stop(canary);
}

/* Each of these answers in place of a key set: not now, never a bad token. */
static void what_is_no_key_set_is_an_outage(void) {
  static const struct {
    unsigned status;
    const char *body;
  } rows[] = {{404, "not found"},     {500, ""}, {503, "{}"}, {200, "<html>maintenance</html>"}, {200, "{\"keys\":["},
              {200, "{\"keys\":[]}"}, {200, ""}, {204, ""}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    key_server *server = key_server_start();
    key_server_route(server, "/jwks", rows[i].status, rows[i].body, NULL);
    char *uri = format("%s/jwks", key_server_url(server));
    mcpauth_verifier *verifier = fetching_verifier(ISSUER, uri);
    mcpauth_result result = verify_claims(verifier, NULL);
    if (result != MCPAUTH_ERR_KEYS_UNAVAILABLE)
      CHECK_FAIL("%u \"%s\" gives %s", rows[i].status, rows[i].body, mcpauth_result_name(result));
    mcpauth_verifier_free(verifier);
    free(uri);
    key_server_stop(server);
  }
}

/* A22: a redirect is not followed, wherever it leads. */
static void A22_redirects_are_not_followed(void) {
  static const unsigned statuses[] = {301, 302, 303, 307, 308};
  for (size_t i = 0; i < sizeof statuses / sizeof *statuses; i++) {
    key_server *server = key_server_start();
    char *uri = format("%s/jwks", key_server_url(server)), *target = format("%s/target", key_server_url(server));
    key_server_route(server, "/jwks", statuses[i], fixture_jwks(), target);
    key_server_route(server, "/target", 200, fixture_jwks(), NULL);
    mcpauth_verifier *verifier = fetching_verifier(ISSUER, uri);
    CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_ERR_KEYS_UNAVAILABLE);
    CHECK_INT(key_server_hits(server, "/jwks"), 1);
    CHECK_INT(key_server_hits(server, "/target"), 0);
    mcpauth_verifier_free(verifier);
    free(uri);
    free(target);
    key_server_stop(server);
  }
}

/* ---- discovery -------------------------------------------------------------------------------------------------- */

/* The issuer is server + issuer_path; its metadata is at well_known only, after tries requests. */
static void check_discovery(const char *issuer_path, const char *well_known, unsigned tries) {
  key_server *server = key_server_start();
  const char *url = key_server_url(server);
  char *issuer_url = format("%s%s", url, issuer_path);
  char *metadata = format("{\"issuer\":\"%s\",\"jwks_uri\":\"%s/keys\"}", issuer_url, url);
  char *changes = format("{\"iss\":\"%s\"}", issuer_url);
  key_server_route(server, well_known, 200, metadata, NULL);
  key_server_route(server, "/keys", 200, fixture_jwks(), NULL);
  mcpauth_verifier *verifier = fetching_verifier(issuer_url, NULL);
  CHECK_RESULT(verify_claims(verifier, changes), MCPAUTH_OK);
  CHECK_RESULT(verify_claims(verifier, changes), MCPAUTH_OK);
  CHECK_INT(key_server_hits(server, well_known), 1);
  CHECK_INT(key_server_hits(server, "/keys"), 1);
  CHECK_INT(key_server_hits(server, NULL), tries + 1);
  mcpauth_verifier_free(verifier);
  free(issuer_url);
  free(metadata);
  free(changes);
  key_server_stop(server);
}

/* MCP authorization, "authorization server metadata discovery": the order for issuers without and with a path. */
static void discovery_tries_the_well_known_paths_in_order(void) {
  check_discovery("", "/.well-known/oauth-authorization-server", 1);
  check_discovery("", "/.well-known/openid-configuration", 2);
  check_discovery("/tenant", "/.well-known/oauth-authorization-server/tenant", 1);
  check_discovery("/tenant", "/.well-known/openid-configuration/tenant", 2);
  check_discovery("/tenant", "/tenant/.well-known/openid-configuration", 3);
}

/* A23: metadata of another issuer is not this one's, whatever keys it names. */
static void A23_the_metadatas_issuer_is_the_configured_one(void) {
  static const char *const documents[] = {"{\"issuer\":\"URL/\",\"jwks_uri\":\"URL/keys\"}",
                                          "{\"issuer\":\"https://other.example.com\",\"jwks_uri\":\"URL/keys\"}",
                                          "{\"jwks_uri\":\"URL/keys\"}"};
  for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
    key_server *server = key_server_start();
    const char *url = key_server_url(server);
    char *metadata = replaced(documents[i], "URL", url);
    char *changes = format("{\"iss\":\"%s\"}", url);
    key_server_route(server, "/.well-known/oauth-authorization-server", 200, metadata, NULL);
    key_server_route(server, "/keys", 200, fixture_jwks(), NULL);
    mcpauth_verifier *verifier = fetching_verifier(url, NULL);
    CHECK_RESULT(verify_claims(verifier, changes), MCPAUTH_ERR_METADATA_INVALID);
    CHECK_INT(key_server_hits(server, "/keys"), 0);
    mcpauth_verifier_free(verifier);
    free(metadata);
    free(changes);
    key_server_stop(server);
  }
}

/* The metadata given as JSON: its keys are fetched, it itself is not. */
static void metadata_as_json(void) {
  key_server *server = key_server_start();
  mcpauth_issuer *issuer;
  mcpauth_config *config = config_of(ISSUER, &issuer);
  char *metadata = format("{\"issuer\":\"" ISSUER "\",\"jwks_uri\":\"%s/keys\"}", key_server_url(server));
  key_server_route(server, "/keys", 200, fixture_jwks(), NULL);
  CHECK_RESULT(mcpauth_issuer_allow_http_on_loopback(issuer), MCPAUTH_OK);
  CHECK_RESULT(mcpauth_issuer_set_metadata_json(issuer, metadata, strlen(metadata)), MCPAUTH_OK);
  mcpauth_verifier *verifier = fixture_verifier(config);
  CHECK_RESULT(verify_claims(verifier, NULL), MCPAUTH_OK);
  CHECK_INT(key_server_hits(server, "/keys"), 1);
  CHECK_INT(key_server_hits(server, NULL), 1);
  mcpauth_verifier_free(verifier);
  free(metadata);
  key_server_stop(server);
}

CHECK_MAIN(CASE(a_key_set_needs_a_usable_key), CASE(skipped_keys_are_reported), CASE(a_key_set_is_at_most_a_mebibyte),
           CASE(a_public_key_or_certificate_in_pem), CASE(a_kid_is_at_most_256_bytes), CASE(several_keys_of_one_issuer),
           CASE(A21_keys_stay_with_their_issuer), CASE(keys_are_fetched_at_first_use_and_kept),
           CASE(A26_unknown_kids_cause_one_fetch_per_cooldown), CASE(A5_nothing_in_a_token_causes_a_request),
           CASE(what_is_no_key_set_is_an_outage), CASE(A22_redirects_are_not_followed),
           CASE(discovery_tries_the_well_known_paths_in_order), CASE(A23_the_metadatas_issuer_is_the_configured_one),
           CASE(metadata_as_json))

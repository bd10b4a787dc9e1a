/* Whom the library speaks to: no redirect is followed, TLS is always judged, metadata counts for its own issuer only. */
#include <stdlib.h>

#include "fault_injection.h"
#include "issuer.h"
#include "tokens.h"

void A22_redirects_lead_nowhere(void) {
  char *to_canary = format("keys /redirect?http://127.0.0.1:%u/jwks", issuer_canary_port());
  fault(to_canary, "keys good", MCPAUTH_ERR_KEYS_UNAVAILABLE, "redirect");
  issuer_obey("metadata /redirect?http://127.0.0.1:%u/jwks", issuer_canary_port());
  expect_outcome(MCPAUTH_ERR_METADATA_UNAVAILABLE, "redirect");
  const char *const elsewhere[] = {"file:///etc/passwd", "http://169.254.169.254/latest/meta-data/", "//127.0.0.1/",
                                   "https://localhost/jwks"};
  for (int i = 0; i < 4; i++) {
    issuer_obey("metadata /redirect?%s", elsewhere[i]);
    expect_outcome(MCPAUTH_ERR_METADATA_UNAVAILABLE, "redirect");
    issuer_obey("metadata good");
    issuer_obey("keys /redirect?%s", elsewhere[i]);
    expect_outcome(MCPAUTH_ERR_KEYS_UNAVAILABLE, "redirect");
    issuer_obey("keys good");
  }
  CHECK_INT(issuer_asked().canary, 0);
  free(to_canary);
}

void A24_certificates_are_judged(void) {
  fault("cert expired", "cert trusted", MCPAUTH_ERR_METADATA_UNAVAILABLE, "certificate");
  const uint64_t failures = load_stats().fetch_failures;
  issuer_obey("cert selfsigned");
  load_wait_for_failure(failures); /* so that no fetch is under way that saw the trusted one */
  const issuer_hits before = issuer_asked();
  expect_outcome(MCPAUTH_ERR_METADATA_UNAVAILABLE, "certificate");
  issuer_obey("cert othername");
  expect_outcome(MCPAUTH_ERR_METADATA_UNAVAILABLE, "certificate");
  CHECK_INT(issuer_asked().metadata, before.metadata); /* nothing was said to whoever it was */
  issuer_obey("cert trusted");
}

/* The authority of the issuer's certificate is private: it is trusted where it was named, and nowhere else. */
void A24_private_authorities(void) {
  const verifier_options by_file = {.timeout_ms = FETCH_MS - 1},
                         by_directory = {.timeout_ms = FETCH_MS - 1, .ca_directory = "authorities"},
                         by_system = {.timeout_ms = FETCH_MS - 1, .ca_file = ""},
                         by_another = {.timeout_ms = FETCH_MS - 1, .ca_file = "selfsigned.crt"};
  expect_outcome_of(by_file, load_token(), MCPAUTH_OK, "");
  expect_outcome_of(by_directory, load_token(), MCPAUTH_OK, "");
  expect_outcome_of(by_system, load_token(), MCPAUTH_ERR_METADATA_UNAVAILABLE, "certificate");
  expect_outcome_of(by_another, load_token(), MCPAUTH_ERR_METADATA_UNAVAILABLE, "certificate");
}

void A23_metadata_of_another_issuer(void) {
  fault("issuer https://evil.example.com", "issuer", MCPAUTH_ERR_METADATA_INVALID, "evil.example.com");
  issuer_obey("issuer %s/", issuer_url());
  expect_outcome(MCPAUTH_ERR_METADATA_INVALID, "only a trailing /");
  issuer_obey("issuer");
}

void a_name_that_does_not_resolve(void) {
  const verifier_options lost = {.issuer = "https://nowhere.invalid", .timeout_ms = 5000};
  char *token = issuer_token_of(lost.issuer);
  expect_outcome_of(lost, token, MCPAUTH_ERR_METADATA_UNAVAILABLE, "");
  /* Where no DNS server answers at all, it is the time that runs out. */
  CHECK(strstr(last_message, "cannot be resolved") != NULL || strstr(last_message, "in time") != NULL);
  free(token);
}

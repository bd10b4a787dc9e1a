/* The issuer's keys come and go, and strangers ask for keys that there never were. */
#include <stdlib.h>

#include "fault_injection.h"
#include "issuer.h"
#include "tokens.h"

long long first_of_new_key_us, flood_us;
unsigned long flood_count;

/* Between two requests for keys is a cooldown; at the ends of a time there may be one more each. */
unsigned most_requests(long long us) { return (unsigned)(us / 1000000) + 2; }

void A33_rotation_under_load(void) {
  issuer_obey("max-age 600"); /* no refresh of its own, which would begin another cooldown */
  load_wait_for_fresh_keys();
  sleep_ms(1100); /* the cooldown of whatever was asked for before */
  issuer_obey("max-age 1");
  issuer_publish(FIRST_KEY, 2, "");
  const issuer_hits before = issuer_asked();
  const long long begun = now_us();
  CHECK_RESULT(verify(load_verifier(), load_token_by(SECOND_KEY)), MCPAUTH_OK); /* at once: its key is fetched for it */
  first_of_new_key_us = now_us() - begun;
  CHECK(issuer_asked().keys > before.keys);
  CHECK_RESULT(verify(load_verifier(), load_token_by(FIRST_KEY)), MCPAUTH_OK); /* in the token cache, and good still */
  load_use_key(SECOND_KEY);
}

/* Its tokens are refused with the next set, those that are in the token cache too. */
void A33_a_withdrawn_key(void) {
  if (load_key() == FIRST_KEY) A33_rotation_under_load();
  CHECK_RESULT(verify(load_verifier(), load_token_by(FIRST_KEY)), MCPAUTH_OK);
  issuer_publish(SECOND_KEY, 1, "");
  load_wait_for_fresh_keys();
  for (int i = 0; i < 20; i++) {
    CHECK_RESULT(verify(load_verifier(), load_token_by(FIRST_KEY)), MCPAUTH_ERR_KEY_NOT_FOUND);
    CHECK_RESULT(verify(load_verifier(), load_token_by(SECOND_KEY)), MCPAUTH_OK);
  }
}

/*
 * Tokens with a kid each of its own, for so many seconds at least and at least 10,000 for each of these. Requests for keys
 * are one for each cooldown of a second: whom it was made for is told that there is no such key, unless the issuer is out
 * of order, and all others that they have to come back.
 */
static void flood(bool is_out_of_order, unsigned seconds) {
  static unsigned long number;
  char *template = issuer_token(NOBODYS_KEY, NOBODYS_KEY, -10, 3600), *rest = strchr(template, '.');
  const long long begun = now_us();
  const unsigned before = issuer_asked().keys;
  unsigned long count = 0, not_found = 0, others = 0;
  while (now_us() - begun < seconds * 1000000LL || count < 10000UL * seconds) {
    char header[64];
    const int len = snprintf(header, sizeof header, "{\"alg\":\"ES256\",\"kid\":\"stranger-%lu\"}", number++);
    char *start = base64url(header, (size_t)len), *token = format("%s%s", start, rest);
    mcpauth_authinfo *info;
    const mcpauth_result result = mcpauth_verify(load_verifier(), token, strlen(token), &info, NULL);
    if (result == MCPAUTH_ERR_KEY_NOT_FOUND)
      not_found++;
    else if (result != MCPAUTH_ERR_KEYS_UNAVAILABLE)
      others++;
    if (++count % 25 == 0) sleep_ms(1);
    mcpauth_authinfo_free(info);
    free(start), free(token);
  }
  const unsigned fetched = issuer_asked().keys - before;
  const long long took = now_us() - begun;
  printf("#   %lu unknown kids in %.1f s: %u requests for keys\n", count, (double)took / 1e6, fetched);
  CHECK_INT(others, 0);
  CHECK(is_out_of_order ? not_found == 0 : not_found >= 1 && not_found <= fetched);
  CHECK(fetched >= 1 && fetched <= most_requests(took));
  flood_count += count;
  flood_us += took;
  free(template);
}

/* Until the keys are fetched again: at the latest when somebody asks for one that is not among them. */
static void recover(void) {
  char *stranger = issuer_token(NOBODYS_KEY, NOBODYS_KEY, -10, 3600);
  mcpauth_result result = MCPAUTH_ERR_KEYS_UNAVAILABLE;
  for (int i = 0; i < PATIENCE_MS / 10 && is_outage(result); i++, sleep_ms(10))
    result = verify(load_verifier(), stranger);
  CHECK_RESULT(result, MCPAUTH_ERR_KEY_NOT_FOUND);
  free(stranger);
}

void A26_ten_thousand_unknown_kids(void) {
  issuer_obey("max-age 600"); /* no refresh of its own: the requests are those that the strangers cause */
  load_wait_for_fresh_keys();
  sleep_ms(1100);
  flood(false, 2);
  issuer_obey("keys /status/500"); /* failed attempts count too (CVE-2026-48524) */
  sleep_ms(1100);
  flood(true, 2);
  issuer_obey("keys good");
  issuer_obey("max-age 1");
  recover();
  load_wait_for_fresh_keys();
}

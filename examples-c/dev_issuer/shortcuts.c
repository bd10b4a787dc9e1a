/*
 * shortcuts.c: what no authorization server offers: a token, good or bad, for whoever asks, and a key as PEM. No page of
 * another origin can read them.
 */
#include "issuer.h"

#include <openssl/pem.h>
#include <stdlib.h>

enum { MAX_PEM_BYTES = 4096 };

static const char *wanted(const struct exchange *exchange, const char *name, const char *otherwise) {
  const char *value = parameter(exchange->query, name);
  return value != NULL ? value : otherwise;
}

/* GET /key.pem?alg=ES256 */
void send_pem(struct issuer *issuer, struct exchange *exchange) {
  const int algorithm = algorithm_named(wanted(exchange, "alg", algorithm_name(issuer->options.algorithm)));
  char pem[MAX_PEM_BYTES];
  int len = 0;
  if (algorithm == ALGORITHM_COUNT) {
    answer_text(exchange, 400, "alg is ES256 or RS256\n");
    return;
  }
  BIO *memory = BIO_new(BIO_s_mem());
  if (memory != NULL && PEM_write_bio_PUBKEY(memory, issuer->generations[0].keys[algorithm]) == 1) {
    len = BIO_read(memory, pem, sizeof pem - 1);
  }
  BIO_free(memory);
  if (len <= 0) {
    answer_text(exchange, 500, "the key cannot be written\n");
    return;
  }
  pem[len] = '\0';
  answer_text(exchange, 200, pem);
  exchange->content_type = "application/x-pem-file";
}

/* GET /token?kind=good&audience=URL&scope=S+T&sub=NAME&client_id=ID&alg=ES256 */
void give_token_away(struct issuer *issuer, struct exchange *exchange) {
  const struct token_request request = {
      .kind = wanted(exchange, "kind", "good"),
      .audience = wanted(exchange, "audience", issuer->options.resource),
      .scope = wanted(exchange, "scope", "mcp:use"),
      .subject = wanted(exchange, "sub", "alice"),
      .client_id = wanted(exchange, "client_id", "dev-client"),
      .algorithm = algorithm_named(wanted(exchange, "alg", algorithm_name(issuer->options.algorithm))),
      .lifetime = issuer->options.access_lifetime,
      .opaque = issuer->options.opaque};
  if (!is_token_kind(request.kind) || request.algorithm == ALGORITHM_COUNT) {
    answer_text(exchange, 400, "kind or alg is none that this issuer knows: see " PROGRAM " --help\n");
    return;
  }
  char *token = access_token_new(issuer, &request);
  if (token == NULL) {
    answer_text(exchange, 400, "a parameter is too long\n");
    return;
  }
  log_event("DEVELOPMENT ONLY: gave away a token (%s)", request.kind);
  answer(exchange, 200, "text/plain; charset=utf-8", token);
}

/*
 * issuer.h: the types that the files of the development issuer share, and the functions that each file offers.
 *
 * To be included first: it asks for POSIX.
 *
 * One mutex (issuer.lock) is held while a request is answered, so that nothing below needs a lock of its own. Records
 * are jansson objects: they are bounded by what a request may hold, and freed in one place.
 */
#ifndef ISSUER_H
#define ISSUER_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif

#include <jansson.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#ifndef PROGRAM
#define PROGRAM "dev_issuer" /* the packages have it as mcpauth-dev-issuer */
#endif

enum {
  ES256,
  RS256,
  ALGORITHM_COUNT,
  MAX_OPTION_LIST = 16,
  MAX_BODY_BYTES = 16 * 1024,
  MAX_PARAMETERS = 64,
  SECRET_BYTES = 32 /* of randomness in every code, token, session and client secret */
};

/* What can be wrong with this issuer on demand (faults.c). */
enum fault { FAULT_NONE, FAULT_SLOW, FAULT_DOWN, FAULT_ERROR, FAULT_GARBAGE, FAULT_WRONG_KEY };

/* What the command line says (options.c). */
struct options {
  uint16_t port;
  int64_t access_lifetime, refresh_lifetime, code_lifetime, clock_offset;
  int algorithm; /* ES256 or RS256 */
  bool opaque, dpop_nonce, http_client_documents;
  enum fault fault;
  int published_keys;   /* how many generations of keys the key set holds */
  const char *resource; /* the audience where a client names none */
  const char *resources[MAX_OPTION_LIST], *scopes[MAX_OPTION_LIST];
  size_t resource_count, scope_count;
  json_t *claims, *clients; /* NAME: value; ID: secret */
};

/* A bounded table of records that expire (store.c). */
struct store {
  json_t *records;
  size_t capacity;
};

struct key_generation {
  EVP_PKEY *keys[ALGORITHM_COUNT];
  char ids[ALGORITHM_COUNT][24]; /* what they are called in the key set (kid) */
  unsigned number;               /* 1 for the keys made at start */
};

enum { MAX_GENERATIONS = 4 };

struct issuer {
  struct options options;
  pthread_mutex_t lock;
  char url[64], host[32], host_by_name[32];
  struct key_generation generations[MAX_GENERATIONS]; /* the newest first */
  struct store own_clients, clients, pending, sessions, codes, grants, tokens, proofs;
  enum fault fault;
  unsigned slow_seconds;
  bool stopping;      /* answers that wait (the fault slow) wait no longer */
  char nonces[2][64]; /* what a DPoP proof may carry: the current nonce, and the one before */
  int64_t nonce_made;
};

/* A request with its body, and the answer to it (http.c). */
struct exchange {
  struct MHD_Connection *connection;
  const char *method, *path;
  json_t *query, *form, *json; /* query and form: name to array of values. json: NULL unless the body is an object */
  json_t *client_document;     /* fetched before the lock is taken, when the client ID is a URL */
  char *client_document_error;
  /* the answer */
  unsigned status;
  const char *content_type;
  char *body;
  json_t *headers;
  bool readable_by_pages; /* by pages of any origin (CORS) */
  bool dropped;           /* the connection is closed without an answer */
};

/* ---- http.c: requests and answers ---- */
bool http_start(struct issuer *issuer, int listener);
void http_stop(void);
const char *http_header(const struct exchange *exchange, const char *name);
size_t http_header_count(const struct exchange *exchange, const char *name);
void answer(struct exchange *exchange, unsigned status, const char *content_type, char *body);
void answer_text(struct exchange *exchange, unsigned status, const char *text);
void answer_json(struct exchange *exchange, unsigned status, json_t *value);
void answer_error(struct exchange *exchange, unsigned status, const char *error, const char *description);
void answer_redirect(struct exchange *exchange, char *location);
void add_header(struct exchange *exchange, const char *name, const char *value);

/* ---- parameters.c: names and values of queries and forms ---- */
bool parameters_from_form(const char *body, size_t len, json_t *parameters);
bool parameters_add(json_t *parameters, const char *name, size_t name_len, const char *value, size_t value_len);
const char *parameter(const json_t *parameters, const char *name);
size_t parameter_count(const json_t *parameters, const char *name);
const char *parameter_at(const json_t *parameters, const char *name, size_t index);
const char *repeated_parameter(const json_t *parameters);

/* ---- routes.c: which function answers which path ---- */
void route(struct issuer *issuer, struct exchange *exchange);

/* ---- store.c ---- */
bool store_open(struct store *store, size_t capacity);
void store_close(struct store *store);
bool store_put(struct store *store, const char *key, json_t *record, int64_t now, int64_t expires);
json_t *store_get(const struct store *store, const char *key, int64_t now);
void store_remove(struct store *store, const char *key);

/* ---- encoding.c: base64url, randomness, digests, percent-encoding ---- */
char *base64url(const unsigned char *data, size_t len);
bool base64url_decode(const char *text, size_t len, unsigned char *data, size_t capacity, size_t *data_len);
bool random_text(char text[64]);
bool digest_text(const char *text, char digest[64]);
bool same_text(const char *a, const char *b);
void put_percent_encoded(FILE *out, const char *text);
char *joined(const char *a, const char *separator, const char *b);
const char *text_of(const json_t *record, const char *name);

/* ---- keys.c, jwk.c, jws.c ---- */
EVP_PKEY *new_key(int algorithm);
bool keys_open(struct issuer *issuer);
void keys_close(struct issuer *issuer);
bool keys_rotate(struct issuer *issuer);
const char *algorithm_name(int algorithm);
int algorithm_named(const char *name);
json_t *key_set(const struct issuer *issuer);
json_t *jwk_of(const EVP_PKEY *key, int algorithm);
EVP_PKEY *key_of_jwk(const json_t *jwk, int algorithm);
bool jwk_thumbprint(const json_t *jwk, int algorithm, char thumbprint[64]);
char *jws_sign(EVP_PKEY *key, int algorithm, json_t *header, json_t *claims);
bool jws_verify(EVP_PKEY *key, int algorithm, const char *input, size_t input_len, const unsigned char *signature,
                size_t signature_len);

/* ---- access_tokens.c ---- */
struct token_request {
  const char *kind; /* "good", or one of the kinds that a server has to refuse */
  const char *audience, *scope, *subject, *client_id, *grant_id, *thumbprint;
  int algorithm;
  int64_t lifetime;
  bool opaque;
};
bool is_token_kind(const char *kind);
char *access_token_new(struct issuer *issuer, const struct token_request *request);
json_t *access_token_find(const struct issuer *issuer, const char *token);
void access_token_remove(struct issuer *issuer, const char *token);

/* ---- clients.c, redirect_uris.c, registration.c, client_documents.c ---- */
json_t *client_find(struct issuer *issuer, const char *client_id);
char *client_id_of(const struct exchange *exchange);
json_t *client_authenticated(struct issuer *issuer, struct exchange *exchange, bool secret_needed);
bool client_may(const json_t *client, const char *grant_type);
bool clients_open(struct issuer *issuer);
bool redirect_uri_is_acceptable(const char *uri);
bool redirect_uri_matches(const json_t *registered, const char *uri);
bool is_loopback_http(const char *uri);
void register_client(struct issuer *issuer, struct exchange *exchange);
json_t *client_from_metadata(const json_t *metadata, const char **error, const char **description);
bool is_client_document_url(const char *client_id, bool http_on_loopback);
void client_document_fetch(struct issuer *issuer, struct exchange *exchange);
bool client_document_keep(struct issuer *issuer, const struct exchange *exchange);

/* ---- authorize.c, login.c, pages.c, scopes.c ---- */
void authorize(struct issuer *issuer, struct exchange *exchange);
void show_next_page(struct issuer *issuer, struct exchange *exchange, const char *request_id, const json_t *request);
void log_in(struct issuer *issuer, struct exchange *exchange);
void log_out(struct issuer *issuer, struct exchange *exchange);
void show_consent(struct issuer *issuer, struct exchange *exchange);
void decide(struct issuer *issuer, struct exchange *exchange);
void redirect_error(struct issuer *issuer, struct exchange *exchange, const json_t *request, const char *error,
                    const char *description);
void redirect_code(struct issuer *issuer, struct exchange *exchange, const json_t *request, const char *code);
void browser_session(struct issuer *issuer, struct exchange *exchange, char id[64]);
char *login_page(const char *request_id, const json_t *request, const char *hint);
char *consent_page(const char *request_id, const json_t *request, const char *name);
void answer_error_page(struct exchange *exchange, unsigned status, const char *what, const char *advice);
bool scope_is_valid(const char *scope);
bool scope_contains(const char *scope, const char *wanted, size_t wanted_len);
bool scope_within(const char *scope, const char *limit);
bool scope_is_offered(const struct issuer *issuer, const char *scope);
bool resource_is_offered(const struct issuer *issuer, const char *resource);

/* ---- codes.c, grants.c, token_endpoint.c, token_status.c, dpop.c ---- */
char *code_new(struct issuer *issuer, const json_t *request, const char *subject, const char *scope);
json_t *code_redeem(struct issuer *issuer, const json_t *client, const json_t *form, const char *thumbprint,
                    const char **why);
char *grant_refresh_token(struct issuer *issuer, const char *grant_id);
json_t *grant_of_refresh_token(struct issuer *issuer, const char *token, const char **grant_id, bool *reused);
void grant_remove(struct issuer *issuer, const char *grant_id);
void token_endpoint(struct issuer *issuer, struct exchange *exchange);
void introspect(struct issuer *issuer, struct exchange *exchange);
void revoke(struct issuer *issuer, struct exchange *exchange);
/* Whether the request may go on. *bound says that it carries a proof, thumbprint of which key. */
bool dpop_check(struct issuer *issuer, struct exchange *exchange, bool *bound, char thumbprint[64]);

/* ---- metadata.c, shortcuts.c, faults.c, log.c, options.c, main.c ---- */
void send_metadata(struct issuer *issuer, struct exchange *exchange);
void send_key_set(struct issuer *issuer, struct exchange *exchange);
void send_pem(struct issuer *issuer, struct exchange *exchange);
void give_token_away(struct issuer *issuer, struct exchange *exchange);
void set_fault(struct issuer *issuer, struct exchange *exchange);
const char *fault_name(enum fault fault);
bool fault_answers(struct issuer *issuer, struct exchange *exchange);
bool fault_named(const char *name, enum fault *fault);
void log_event(const char *format, ...) __attribute__((format(printf, 1, 2)));
bool parse_options(int argc, char **argv, struct options *options);
void free_options(struct options *options);
int64_t issuer_now(const struct issuer *issuer);

#endif

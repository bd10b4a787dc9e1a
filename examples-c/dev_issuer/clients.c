/*
 * clients.c: who may ask for tokens, and whether a client is the one it says it is (RFC 6749 section 2.3). A client is
 * a record: redirect_uris, grant_types, token_endpoint_auth_method, client_name, client_secret (its digest).
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MAX_CREDENTIALS_BYTES = 1024 };

/* The clients of the command line (--client ID:SECRET): they get tokens for themselves, and may introspect.
 * In a table of their own, out of which no registration pushes them. */
bool clients_open(struct issuer *issuer) {
  const char *id = NULL;
  json_t *secret = NULL;
  json_object_foreach(issuer->options.clients, id, secret) {
    char digest[64];
    if (!digest_text(json_string_value(secret), digest)) return false;
    json_t *client = json_pack("{s:s, s:s, s:s, s:[], s:[s], s:s}", "client_id", id, "client_name", id, "client_secret",
                               digest, "redirect_uris", "grant_types", "client_credentials",
                               "token_endpoint_auth_method", "client_secret_basic");
    if (!store_put(&issuer->own_clients, id, client, 0, INT64_MAX)) return false;
  }
  return true;
}

/* A registered client, or one that a metadata document describes; NULL for any other. Borrowed. */
json_t *client_find(struct issuer *issuer, const char *client_id) {
  json_t *own = store_get(&issuer->own_clients, client_id, issuer_now(issuer));
  return own != NULL ? own : store_get(&issuer->clients, client_id, issuer_now(issuer));
}

bool client_may(const json_t *client, const char *grant_type) {
  size_t i = 0;
  const json_t *one = NULL;
  json_array_foreach(json_object_get(client, "grant_types"), i, one) {
    if (strcmp(json_string_value(one), grant_type) == 0) return true;
  }
  return false;
}

/* Basic credentials as form parameters client_id and client_secret: both are form-encoded (RFC 6749 section 2.3.1). */
static bool basic_credentials(const char *field, json_t *parameters) {
  char text[MAX_CREDENTIALS_BYTES], form[MAX_CREDENTIALS_BYTES + 64];
  size_t len = 0;
  if (strncasecmp(field, "Basic ", 6) != 0 || strlen(field + 6) >= MAX_CREDENTIALS_BYTES) return false;
  /* The standard alphabet with padding, brought to the one that base64url_decode reads. */
  snprintf(form, sizeof form, "%s", field + 6);
  for (char *c = form; *c != '\0'; c++) *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
  size_t encoded_len = strlen(form);
  while (encoded_len > 0 && form[encoded_len - 1] == '=') encoded_len--;
  if (!base64url_decode(form, encoded_len, (unsigned char *)text, sizeof text - 1, &len)) return false;
  text[len] = '\0';
  char *colon = strchr(text, ':');
  if (colon == NULL || strlen(text) != len || strpbrk(text, "&=") != NULL) return false;
  *colon = '\0';
  snprintf(form, sizeof form, "client_id=%s&client_secret=%s", text, colon + 1);
  return parameters_from_form(form, strlen(form), parameters);
}

/* The client that a request names, whether or not it is that client; the caller frees it. NULL when it names none. */
char *client_id_of(const struct exchange *exchange) {
  const char *id = parameter(exchange->query, "client_id");
  if (id == NULL) id = parameter(exchange->form, "client_id");
  return id != NULL ? strdup(id) : NULL;
}

static json_t *refuse(struct exchange *exchange, const char *why) {
  if (http_header(exchange, "Authorization") != NULL)
    add_header(exchange, "WWW-Authenticate", "Basic realm=\"dev_issuer\"");
  answer_error(exchange, 401, "invalid_client", why);
  return NULL;
}

static bool secret_fits(const json_t *client, const char *secret) {
  char digest[64];
  return secret != NULL && digest_text(secret, digest) && same_text(text_of(client, "client_secret"), digest);
}

/*
 * The client of a request to the token endpoint and its like; NULL after the refusal was made. Borrowed. A client with a
 * secret has to show it, by Basic or in the form but not both; where secret_needed, others are refused.
 */
json_t *client_authenticated(struct issuer *issuer, struct exchange *exchange, bool secret_needed) {
  json_t *credentials = json_object(), *client = NULL;
  const char *field = http_header(exchange, "Authorization");
  const json_t *from = exchange->form;
  if (field != NULL && (http_header_count(exchange, "Authorization") > 1 || !basic_credentials(field, credentials))) {
    refuse(exchange, "the Authorization header is not one field of Basic credentials, form-encoded");
    goto done;
  }
  if (field != NULL) {
    const char *named = parameter(exchange->form, "client_id"), *own = parameter(credentials, "client_id");
    if (parameter(exchange->form, "client_secret") != NULL ||
        (named != NULL && (own == NULL || strcmp(named, own) != 0))) {
      answer_error(exchange, 400, "invalid_request", "the client authenticates twice: use Basic or the form, not both");
      goto done;
    }
    from = credentials;
  }
  const char *client_id = parameter(from, "client_id"), *secret = parameter(from, "client_secret");
  if (client_id == NULL) {
    refuse(exchange, "client_id is missing");
    goto done;
  }
  client = client_find(issuer, client_id);
  if (client == NULL) {
    client = refuse(exchange, exchange->client_document_error != NULL
                                  ? exchange->client_document_error
                                  : "no such client: register it again, this issuer forgets all clients when it ends");
  } else if (text_of(client, "client_secret") != NULL && !secret_fits(client, secret)) {
    client = refuse(exchange, "the client's secret is missing or wrong");
  } else if (text_of(client, "client_secret") == NULL && (secret != NULL || secret_needed)) {
    client = refuse(exchange, secret_needed ? "only clients with a secret may do this: see --client"
                                            : "this client has no secret: send client_id alone");
  }
done:
  json_decref(credentials);
  return client;
}

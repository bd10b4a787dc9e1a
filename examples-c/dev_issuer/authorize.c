/*
 * authorize.c: the authorization endpoint (OAuth 2.1 section 4.1.1). What is wrong with the client or its redirect URI is
 * shown to the user and sent nowhere; everything else goes back to the client, with state and iss (RFC 9207).
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>

enum { PENDING_SECONDS = 600, CHALLENGE_LENGTH = 43, MAX_STATE_BYTES = 2048 };

/* Sends the browser back to the client of request, a record with redirect_uri and maybe state. */
static void redirect_back(struct issuer *issuer, struct exchange *exchange, const json_t *request, const char *name,
                          const char *value, const char *description) {
  const char *uri = text_of(request, "redirect_uri"), *state = text_of(request, "state");
  char *location = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&location, &size);
  if (out == NULL) {
    answer_error_page(exchange, 500, "There is no memory.", "Try again.");
    return;
  }
  fprintf(out, "%s%c%s=", uri, strchr(uri, '?') != NULL ? '&' : '?', name);
  put_percent_encoded(out, value);
  if (description != NULL) {
    fputs("&error_description=", out);
    put_percent_encoded(out, description);
  }
  if (state != NULL) {
    fputs("&state=", out);
    put_percent_encoded(out, state);
  }
  fputs("&iss=", out);
  put_percent_encoded(out, issuer->url);
  if (fclose(out) != 0) {
    free(location);
    location = NULL;
  }
  answer_redirect(exchange, location);
}

void redirect_error(struct issuer *issuer, struct exchange *exchange, const json_t *request, const char *error,
                    const char *description) {
  log_event("authorization refused: %s: %s", error, description);
  redirect_back(issuer, exchange, request, "error", error, description);
}

void redirect_code(struct issuer *issuer, struct exchange *exchange, const json_t *request, const char *code) {
  redirect_back(issuer, exchange, request, "code", code, NULL);
}

static bool is_challenge(const char *challenge) {
  unsigned char bytes[SECRET_BYTES];
  size_t len = 0;
  return challenge != NULL && strlen(challenge) == CHALLENGE_LENGTH &&
         base64url_decode(challenge, CHALLENGE_LENGTH, bytes, sizeof bytes, &len);
}

/* What is wrong with the parameters besides client and redirect URI; NULL when nothing is. */
static const char *problem(const struct issuer *issuer, const json_t *client, const json_t *query, const char **why) {
  const char *type = parameter(query, "response_type"), *method = parameter(query, "code_challenge_method");
  const char *scope = parameter(query, "scope"), *resource = parameter(query, "resource");
  const char *mode = parameter(query, "response_mode"), *state = parameter(query, "state");
  *why = "a parameter is there twice";
  if (repeated_parameter(query) != NULL) return "invalid_request";
  *why = "requests as JWTs are not supported: send plain parameters";
  if (parameter(query, "request") != NULL || parameter(query, "request_uri") != NULL) return "request_not_supported";
  *why = "response_type is missing";
  if (type == NULL) return "invalid_request";
  *why = "response_type has to be code";
  if (strcmp(type, "code") != 0) return "unsupported_response_type";
  *why = "response_mode has to be query";
  if (mode != NULL && strcmp(mode, "query") != 0) return "invalid_request";
  *why = "this client is not registered for the authorization code";
  if (!client_may(client, "authorization_code")) return "unauthorized_client";
  *why = "PKCE is needed: code_challenge is missing, or no base64url of a SHA-256 hash";
  if (!is_challenge(parameter(query, "code_challenge"))) return "invalid_request";
  *why = "code_challenge_method has to be S256";
  if (method == NULL || strcmp(method, "S256") != 0) return "invalid_request";
  *why = "state is longer than 2048 bytes";
  if (state != NULL && strlen(state) > MAX_STATE_BYTES) return "invalid_request";
  *why = "scope is no list of scopes with one blank between them, or this issuer does not offer one of them";
  if (scope != NULL && (!scope_is_valid(scope) || !scope_is_offered(issuer, scope))) return "invalid_scope";
  *why = "ask for one resource: an absolute http or https URL without fragment, and one that this issuer knows";
  if (parameter_count(query, "resource") > 1 || (resource != NULL && !resource_is_offered(issuer, resource))) {
    return "invalid_target";
  }
  *why = NULL;
  return NULL;
}

/* The request as a record, which also says to which browser it belongs. */
static json_t *pending_request(const struct issuer *issuer, const json_t *client, const json_t *query,
                               const char *browser) {
  const char *scope = parameter(query, "scope"), *resource = parameter(query, "resource");
  return json_pack("{s:s, s:s, s:s, s:s*, s:s, s:s, s:s*, s:s*, s:s}", "client_id", text_of(client, "client_id"),
                   "client_name", text_of(client, "client_name"), "redirect_uri", parameter(query, "redirect_uri"),
                   "state", parameter(query, "state"), "scope", scope != NULL ? scope : "", "resource",
                   resource != NULL ? resource : issuer->options.resource, "code_challenge",
                   parameter(query, "code_challenge"), "dpop_jkt", parameter(query, "dpop_jkt"), "browser", browser);
}

/* Client and redirect URI; NULL after the user was told what is wrong with them. */
static json_t *known_client(struct issuer *issuer, struct exchange *exchange) {
  const char *client_id = parameter(exchange->query, "client_id"), *uri = parameter(exchange->query, "redirect_uri");
  json_t *client = client_find(issuer, client_id);
  if (client_id == NULL) {
    answer_error_page(exchange, 400, "The request names no client.", "client_id is missing, or there twice.");
  } else if (client == NULL) {
    answer_error_page(exchange, 400, "This issuer does not know the client.",
                      exchange->client_document_error != NULL
                          ? exchange->client_document_error
                          : "Register it again (POST /register): this issuer forgets all clients when it ends.");
  } else if (uri == NULL || !redirect_uri_matches(json_object_get(client, "redirect_uris"), uri)) {
    answer_error_page(
        exchange, 400, "The redirect URI is not one that the client registered.",
        "They are compared byte by byte; only the port of a URI on loopback is free. Nothing was sent there.");
    client = NULL;
  }
  return client;
}

void authorize(struct issuer *issuer, struct exchange *exchange) {
  const json_t *client = known_client(issuer, exchange);
  const char *why = NULL, *prompt = parameter(exchange->query, "prompt");
  char browser[64], request_id[64];
  if (client == NULL) return;
  browser_session(issuer, exchange, browser);
  json_t *request = pending_request(issuer, client, exchange->query, browser);
  const char *error = problem(issuer, client, exchange->query, &why);
  if (request == NULL) {
    answer_error_page(exchange, 500, "There is no memory.", "Try again.");
  } else if (error != NULL) {
    redirect_error(issuer, exchange, request, error, why);
  } else if (prompt != NULL && strcmp(prompt, "none") == 0) {
    redirect_error(issuer, exchange, request, "interaction_required", "this issuer always asks the user");
  } else if (random_text(request_id) && store_put(&issuer->pending, request_id, json_incref(request),
                                                  issuer_now(issuer), issuer_now(issuer) + PENDING_SECONDS)) {
    if (prompt != NULL && strcmp(prompt, "login") == 0) store_remove(&issuer->sessions, browser);
    show_next_page(issuer, exchange, request_id, request);
  } else {
    answer_error_page(exchange, 500, "There is no memory.", "Try again.");
  }
  json_decref(request);
}

/*
 * answers.c: filling in the answer of an exchange. Where memory fails the body stays NULL, and http.c answers 500.
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>

/* Takes body over. Called a second time it replaces the answer. */
void answer(struct exchange *exchange, unsigned status, const char *content_type, char *body) {
  free(exchange->body);
  exchange->status = status;
  exchange->content_type = content_type;
  exchange->body = body;
}

void answer_text(struct exchange *exchange, unsigned status, const char *text) {
  answer(exchange, status, "text/plain; charset=utf-8", strdup(text));
}

/* Takes value over. */
void answer_json(struct exchange *exchange, unsigned status, json_t *value) {
  answer(exchange, status, "application/json", json_dumps(value, JSON_COMPACT));
  json_decref(value);
}

/* RFC 6749 section 5.2 */
void answer_error(struct exchange *exchange, unsigned status, const char *error, const char *description) {
  answer_json(exchange, status, json_pack("{s:s, s:s}", "error", error, "error_description", description));
}

/* Takes location over. 303: what follows is a GET, so that a form's fields go no further (RFC 9700 section 4.12). */
void answer_redirect(struct exchange *exchange, char *location) {
  if (location != NULL) {
    add_header(exchange, "Location", location);
    answer_text(exchange, 303, "");
  }
  free(location);
}

void add_header(struct exchange *exchange, const char *name, const char *value) {
  if (json_object_set_new(exchange->headers, name, json_string(value)) != 0) {
    json_decref(exchange->headers);
    exchange->headers = NULL;
  }
}

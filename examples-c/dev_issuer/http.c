/*
 * http.c: the HTTP server (libmicrohttpd), with a thread for each connection: requests come in with their body, which is
 * bounded, and go to route; the answer goes out. Only requests for 127.0.0.1 or localhost are heard: a web page whose
 * host name was pointed at 127.0.0.1 (DNS rebinding) comes with that name.
 */
#include "issuer.h"

#include <microhttpd.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { CONNECTIONS = 64, IDLE_SECONDS = 30 };
static struct MHD_Daemon *http_daemon;

struct body {
  char bytes[MAX_BODY_BYTES];
  size_t len;
  bool too_large;
};

/* ---- what a request says ---- */

const char *http_header(const struct exchange *exchange, const char *name) {
  return MHD_lookup_connection_value(exchange->connection, MHD_HEADER_KIND, name);
}

struct count {
  const char *name;
  size_t count;
};

static enum MHD_Result count_one(void *userdata, enum MHD_ValueKind kind, const char *name, const char *value) {
  struct count *count = userdata;
  (void)kind, (void)value;
  if (strcasecmp(name, count->name) == 0) count->count++;
  return MHD_YES;
}

size_t http_header_count(const struct exchange *exchange, const char *name) {
  struct count count = {name, 0};
  MHD_get_connection_values(exchange->connection, MHD_HEADER_KIND, count_one, &count);
  return count.count;
}

struct query {
  json_t *parameters;
  bool ok;
};

static enum MHD_Result add_query(void *userdata, enum MHD_ValueKind kind, const char *name, size_t name_len,
                                 const char *value, size_t value_len) {
  struct query *query = userdata;
  (void)kind;
  query->ok = query->ok && parameters_add(query->parameters, name, name_len, value != NULL ? value : "", value_len);
  return query->ok ? MHD_YES : MHD_NO;
}

static bool has_type(const struct exchange *exchange, const char *type) {
  const char *field = http_header(exchange, "Content-Type");
  const size_t len = strlen(type);
  return field != NULL && strncasecmp(field, type, len) == 0 &&
         (field[len] == '\0' || strchr("; \t", field[len]) != NULL);
}

/* Query and body as values; false when they cannot be read. */
static bool read_request(struct exchange *exchange, const struct body *body) {
  exchange->query = json_object();
  exchange->form = json_object();
  struct query query = {exchange->query, exchange->query != NULL && exchange->form != NULL};
  MHD_get_connection_values_n(exchange->connection, MHD_GET_ARGUMENT_KIND, add_query, &query);
  if (!query.ok) return false;
  if (has_type(exchange, "application/json")) {
    exchange->json = json_loadb(body->bytes, body->len, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_object(exchange->json)) {
      json_decref(exchange->json);
      exchange->json = NULL;
    }
    return true;
  }
  const bool is_form = has_type(exchange, "application/x-www-form-urlencoded");
  return !is_form || parameters_from_form(body->bytes, body->len, exchange->form);
}

/* ---- the answer ---- */

static enum MHD_Result send_answer(const struct exchange *exchange) {
  static const char failed[] = "no memory\n";
  const bool ok = exchange->body != NULL && exchange->headers != NULL;
  const char *body = ok ? exchange->body : failed, *name = NULL;
  json_t *value = NULL;
  struct MHD_Response *response = MHD_create_response_from_buffer(strlen(body), (void *)body, MHD_RESPMEM_MUST_COPY);
  if (response == NULL) return MHD_NO;
  enum MHD_Result sent = MHD_add_response_header(response, "Content-Type", ok ? exchange->content_type : "text/plain");
  if (ok) {
    json_object_foreach(exchange->headers, name, value) {
      if (sent == MHD_YES) sent = MHD_add_response_header(response, name, json_string_value(value));
    }
  }
  if (sent == MHD_YES) sent = MHD_queue_response(exchange->connection, ok ? exchange->status : 500, response);
  MHD_destroy_response(response);
  return sent;
}

static void add_common_headers(struct exchange *exchange) {
  add_header(exchange, "Cache-Control", "no-store");
  add_header(exchange, "X-Content-Type-Options", "nosniff");
  if (exchange->readable_by_pages) {
    add_header(exchange, "Access-Control-Allow-Origin", "*");
    add_header(exchange, "Access-Control-Expose-Headers", "WWW-Authenticate, DPoP-Nonce");
  }
  if (exchange->content_type != NULL && strncmp(exchange->content_type, "text/html", 9) == 0) {
    add_header(exchange, "Content-Security-Policy",
               "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'");
    add_header(exchange, "X-Frame-Options", "DENY");
    add_header(exchange, "Referrer-Policy", "no-referrer");
  }
}

/* ---- one request ---- */

static bool is_for_this_machine(const struct issuer *issuer, const struct exchange *exchange) {
  const char *host = http_header(exchange, "Host");
  return host != NULL && http_header_count(exchange, "Host") == 1 &&
         (strcasecmp(host, issuer->host) == 0 || strcasecmp(host, issuer->host_by_name) == 0);
}

static void handle_exchange(struct issuer *issuer, struct exchange *exchange, const struct body *body) {
  if (!is_for_this_machine(issuer, exchange)) {
    answer_text(exchange, 403, "ask for 127.0.0.1 or localhost\n");
  } else if (body->too_large) {
    answer_error(exchange, 413, "invalid_request", "the body is larger than 16 KiB");
  } else if (!read_request(exchange, body)) {
    answer_error(exchange, 400, "invalid_request",
                 "query or form cannot be read: UTF-8, percent-encoded, 64 parameters at most");
  } else if (!fault_answers(issuer, exchange)) {
    client_document_fetch(issuer, exchange);
    pthread_mutex_lock(&issuer->lock);
    client_document_keep(issuer, exchange);
    route(issuer, exchange);
    pthread_mutex_unlock(&issuer->lock);
  }
}

static enum MHD_Result handle(void *userdata, struct MHD_Connection *connection, const char *path, const char *method,
                              const char *version, const char *data, size_t *data_len, void **state) {
  struct body *body = *state;
  (void)version;
  if (body == NULL) { /* first call: the header only */
    *state = calloc(1, sizeof *body);
    return *state != NULL ? MHD_YES : MHD_NO;
  }
  if (*data_len > 0) {
    if (*data_len > sizeof body->bytes - body->len) body->too_large = true;
    if (!body->too_large) {
      memcpy(body->bytes + body->len, data, *data_len);
      body->len += *data_len;
    }
    *data_len = 0;
    return MHD_YES;
  }
  struct exchange exchange = {.connection = connection, .method = method, .path = path, .headers = json_object()};
  handle_exchange(userdata, &exchange, body);
  add_common_headers(&exchange);
  const enum MHD_Result sent = exchange.dropped ? MHD_NO : send_answer(&exchange);
  json_decref(exchange.query);
  json_decref(exchange.form);
  json_decref(exchange.json);
  json_decref(exchange.client_document);
  json_decref(exchange.headers);
  free(exchange.client_document_error);
  free(exchange.body);
  return sent;
}

static void forget(void *userdata, struct MHD_Connection *connection, void **state,
                   enum MHD_RequestTerminationCode why) {
  (void)userdata, (void)connection, (void)why;
  free(*state);
}

bool http_start(struct issuer *issuer, int listener) {
  http_daemon = MHD_start_daemon(
      MHD_USE_AUTO_INTERNAL_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, issuer,
      MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_NOTIFY_COMPLETED, forget, NULL, MHD_OPTION_CONNECTION_LIMIT,
      (unsigned)CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)IDLE_SECONDS, MHD_OPTION_END);
  return http_daemon != NULL;
}

/* Waits for the requests under way. */
void http_stop(void) { MHD_stop_daemon(http_daemon); }

/*
 * login.c: the user's part of a login: a name, then consent. A name is enough, because this issuer is for development.
 * A request belongs to the browser that began it (a cookie), so that no other page can answer for the user (CSRF).
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>

enum { SESSION_SECONDS = 8 * 3600, MAX_NAME_BYTES = 64 };
static const char cookie_name[] = "dev_issuer=";

/* The browser's cookie, when it has the form of ours. */
static bool cookie_of(const struct exchange *exchange, char id[64]) {
  const char *field = http_header(exchange, "Cookie");
  while (field != NULL && *field != '\0') {
    field += strspn(field, " ;");
    const size_t len = strcspn(field, ";");
    if (strncmp(field, cookie_name, strlen(cookie_name)) == 0) {
      const size_t id_len = len - strlen(cookie_name);
      if (id_len == 0 || id_len >= 64) return false;
      memcpy(id, field + strlen(cookie_name), id_len);
      id[id_len] = '\0';
      return true;
    }
    field += len;
  }
  return false;
}

static void set_cookie(struct exchange *exchange, const char *id) {
  char cookie[160];
  snprintf(cookie, sizeof cookie, "%s%s; Path=/; HttpOnly; SameSite=Lax", cookie_name, id);
  add_header(exchange, "Set-Cookie", cookie);
}

/* The session that the browser has, or a new one, which nobody has logged in to. */
void browser_session(struct issuer *issuer, struct exchange *exchange, char id[64]) {
  const int64_t now = issuer_now(issuer);
  if (cookie_of(exchange, id) && store_get(&issuer->sessions, id, now) != NULL) return;
  if (!random_text(id) || !store_put(&issuer->sessions, id, json_object(), now, now + SESSION_SECONDS)) id[0] = '\0';
  set_cookie(exchange, id);
}

/* The request that the form or the link is about; NULL after the user was told why there is none. Borrowed. */
static json_t *request_of(struct issuer *issuer, struct exchange *exchange, const json_t *parameters, const char **id,
                          char browser[64]) {
  *id = parameter(parameters, "request");
  json_t *request = store_get(&issuer->pending, *id, issuer_now(issuer));
  if (request == NULL || !cookie_of(exchange, browser) || !same_text(text_of(request, "browser"), browser)) {
    answer_error_page(exchange, 400, "This login is over, or began in another browser.",
                      "Go back to the application and log in again. Cookies have to be allowed for this address.");
    return NULL;
  }
  return request;
}

/* Consent when the browser's user has given a name, else the question for it. */
void show_next_page(struct issuer *issuer, struct exchange *exchange, const char *request_id, const json_t *request) {
  const char *name = text_of(store_get(&issuer->sessions, text_of(request, "browser"), issuer_now(issuer)), "name");
  char *page = name != NULL ? consent_page(request_id, request, name) : login_page(request_id, request, NULL);
  answer(exchange, 200, "text/html; charset=utf-8", page);
}

static bool is_name(const char *name) {
  if (name == NULL || strlen(name) > MAX_NAME_BYTES || name[0] == ' ') return false;
  for (const char *c = name; *c != '\0'; c++) {
    if ((unsigned char)*c < ' ' || *c == 0x7f) return false;
  }
  return true;
}

/* POST /login. The session gets a new ID, so that nobody who knew the old one is logged in with it. */
void log_in(struct issuer *issuer, struct exchange *exchange) {
  const char *request_id = NULL, *name = parameter(exchange->form, "name");
  char browser[64] = "", session[64], location[160];
  json_t *request = request_of(issuer, exchange, exchange->form, &request_id, browser);
  const int64_t now = issuer_now(issuer);
  if (request == NULL) return;
  if (!is_name(name)) {
    answer(exchange, 400, "text/html; charset=utf-8",
           login_page(request_id, request, "A name has 1 to 64 bytes and no control characters."));
    return;
  }
  store_remove(&issuer->sessions, browser);
  if (!random_text(session) || json_object_set_new(request, "browser", json_string(session)) != 0 ||
      !store_put(&issuer->sessions, session, json_pack("{s:s}", "name", name), now, now + SESSION_SECONDS)) {
    answer_error_page(exchange, 500, "There is no memory.", "Try again.");
    return;
  }
  log_event("%s logged in, by name alone", name);
  set_cookie(exchange, session);
  snprintf(location, sizeof location, "/consent?request=%s", request_id);
  answer_redirect(exchange, strdup(location));
}

/* POST /logout: another name for the same request. */
void log_out(struct issuer *issuer, struct exchange *exchange) {
  const char *request_id = NULL;
  char browser[64] = "";
  json_t *request = request_of(issuer, exchange, exchange->form, &request_id, browser);
  if (request == NULL) return;
  json_object_del(store_get(&issuer->sessions, browser, issuer_now(issuer)), "name");
  show_next_page(issuer, exchange, request_id, request);
}

/* GET /consent */
void show_consent(struct issuer *issuer, struct exchange *exchange) {
  const char *request_id = NULL;
  char browser[64] = "";
  json_t *request = request_of(issuer, exchange, exchange->query, &request_id, browser);
  if (request != NULL) show_next_page(issuer, exchange, request_id, request);
}

/* The scopes that the user left ticked, with one blank between them. The caller frees it. */
static char *granted_scope(const json_t *form, const char *asked) {
  char *scope = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&scope, &size);
  if (out == NULL) return NULL;
  for (const char *one = asked; *one != '\0';) {
    const size_t len = strcspn(one, " ");
    for (size_t i = 0; i < parameter_count(form, "scope"); i++) {
      const char *ticked = parameter_at(form, "scope", i);
      if (strlen(ticked) == len && memcmp(ticked, one, len) == 0) {
        fprintf(out, "%s%.*s", ftell(out) > 0 ? " " : "", (int)len, one);
        break;
      }
    }
    one += len + (one[len] == ' ');
  }
  if (fclose(out) == 0) return scope;
  free(scope);
  return NULL;
}

/* POST /consent */
void decide(struct issuer *issuer, struct exchange *exchange) {
  const char *request_id = NULL, *decision = parameter(exchange->form, "decision");
  char browser[64] = "";
  json_t *request = request_of(issuer, exchange, exchange->form, &request_id, browser);
  const char *name = text_of(store_get(&issuer->sessions, browser, issuer_now(issuer)), "name");
  if (request == NULL) return;
  if (name == NULL || decision == NULL) {
    show_next_page(issuer, exchange, request_id, request);
    return;
  }
  json_incref(request);
  store_remove(&issuer->pending, request_id);
  if (strcmp(decision, "allow") != 0) {
    redirect_error(issuer, exchange, request, "access_denied", "the user said no");
  } else {
    char *scope = granted_scope(exchange->form, text_of(request, "scope"));
    char *code = scope != NULL ? code_new(issuer, request, name, scope) : NULL;
    if (code != NULL) {
      log_event("%s lets %s have: %s", name, text_of(request, "client_name"), scope);
      redirect_code(issuer, exchange, request, code);
    } else {
      answer_error_page(exchange, 500, "There is no memory.", "Try again.");
    }
    free(code);
    free(scope);
  }
  json_decref(request);
}

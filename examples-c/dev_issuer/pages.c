/*
 * pages.c: the three pages that a user sees: login, consent, and what went wrong. No script, nothing from elsewhere, in no
 * frame; every text of a client is escaped. Each page says that this issuer is for development.
 */
#include "issuer.h"

#include <stdlib.h>
#include <string.h>

static void put_escaped(FILE *out, const char *text, size_t len) {
  for (size_t i = 0; i < len; i++) {
    switch (text[i]) {
      case '&': fputs("&amp;", out); break;
      case '<': fputs("&lt;", out); break;
      case '>': fputs("&gt;", out); break;
      case '"': fputs("&quot;", out); break;
      case '\'': fputs("&#39;", out); break;
      default: fputc(text[i], out);
    }
  }
}

static void put_text(FILE *out, const char *text) {
  put_escaped(out, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
}

static void begin(FILE *out, const char *title) {
  fprintf(
      out,
      "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
      "<title>%s: development issuer</title><style>"
      "body{font:16px/1.5 sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#222;background:#fff}"
      ".warning{background:#b00020;color:#fff;padding:.75rem 1rem;font-weight:bold}"
      "button{font:inherit;padding:.4rem 1.2rem;margin:.5rem .5rem 0 0}input[type=text]{font:inherit;width:100%%}"
      "label{display:block;margin:.3rem 0}dt{font-weight:bold}dd{margin:0 0 .5rem;overflow-wrap:anywhere}"
      "</style><p class=warning role=alert>FOR DEVELOPMENT ONLY. This issuer asks for no password: whoever is at this "
      "machine can be anybody. Never let a server that matters trust it.</p><h1>%s</h1>",
      title, title);
}

/* The page's text, which the caller frees; NULL when there was no memory. */
static char *end(FILE *out, char **page) {
  if (fclose(out) == 0) return *page;
  free(*page);
  return NULL;
}

static void put_request(FILE *out, const json_t *request) {
  fputs("<dl><dt>Application<dd id=client>", out);
  put_text(out, text_of(request, "client_name"));
  fputs(" (it says so itself)<dt>wants tokens for<dd id=resource>", out);
  put_text(out, text_of(request, "resource"));
  fputs("<dt>and you are sent back to<dd id=redirect>", out);
  put_text(out, text_of(request, "redirect_uri"));
  fputs("</dl>", out);
}

static void put_form(FILE *out, const char *action, const char *request_id) {
  fprintf(out, "<form method=post action=%s><input type=hidden name=request value=\"%s\">", action, request_id);
}

/* hint says what was wrong with the name before; NULL when nothing was. */
char *login_page(const char *request_id, const json_t *request, const char *hint) {
  char *page = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&page, &size);
  if (out == NULL) return NULL;
  begin(out, "Who do you want to be?");
  put_request(out, request);
  if (hint != NULL) fprintf(out, "<p role=alert id=hint>%s</p>", hint);
  put_form(out, "/login", request_id);
  fputs(
      "<label for=name>Name</label><input type=text id=name name=name maxlength=64 required autofocus autocomplete=off>"
      "<button type=submit>Log in</button></form></html>\n",
      out);
  return end(out, &page);
}

/* A box for each scope; what is not ticked is not granted. */
static void put_scopes(FILE *out, const char *scope) {
  if (*scope == '\0') fputs("<p>It asks for no scope.</p>", out);
  while (*scope != '\0') {
    const size_t len = strcspn(scope, " ");
    fputs("<label><input type=checkbox name=scope checked value=\"", out);
    put_escaped(out, scope, len);
    fputs("\"> <code>", out);
    put_escaped(out, scope, len);
    fputs("</code></label>", out);
    scope += len + (scope[len] == ' ');
  }
}

char *consent_page(const char *request_id, const json_t *request, const char *name) {
  char *page = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&page, &size);
  if (out == NULL) return NULL;
  begin(out, "Let this application in?");
  fputs("<p>You are <strong id=user>", out);
  put_text(out, name);
  fputs("</strong>.</p>", out);
  put_request(out, request);
  put_form(out, "/consent", request_id);
  put_scopes(out, text_of(request, "scope"));
  fputs(
      "<button type=submit name=decision value=allow>Allow</button>"
      "<button type=submit name=decision value=deny>Deny</button></form>",
      out);
  put_form(out, "/logout", request_id);
  fputs("<button type=submit>Be somebody else</button></form></html>\n", out);
  return end(out, &page);
}

void answer_error_page(struct exchange *exchange, unsigned status, const char *what, const char *advice) {
  char *page = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&page, &size);
  log_event("page: %u: %s %s", status, what, advice);
  if (out != NULL) {
    begin(out, "This login cannot go on");
    fputs("<p id=error>", out);
    put_text(out, what);
    fputs("</p><p>", out);
    put_text(out, advice);
    fputs("</p></html>\n", out);
    page = end(out, &page);
  }
  answer(exchange, status, "text/html; charset=utf-8", page);
}

/*
 * redirect_uris.c: which redirect URIs may be registered, and which a login may name. They are compared byte by byte
 * (OAuth 2.1 section 2.3.1); only the port of a URI on this machine's loopback is free (RFC 8252 section 7.3), because a
 * native client listens wherever it finds one. The name localhost is treated like the addresses: many clients use it.
 */
#include "issuer.h"

#include <string.h>
#include <strings.h>

enum { MAX_URI_BYTES = 1024 };

static const char *const loopback_hosts[] = {"127.0.0.1", "[::1]", "localhost"};

/* Where the host of an http URI on loopback ends; NULL when it is none. */
static const char *loopback_host_end(const char *uri) {
  if (strncmp(uri, "http://", 7) != 0) return NULL;
  for (size_t i = 0; i < sizeof loopback_hosts / sizeof loopback_hosts[0]; i++) {
    const size_t len = strlen(loopback_hosts[i]);
    const char *end = uri + 7 + len;
    if (strncmp(uri + 7, loopback_hosts[i], len) == 0 && (*end == '\0' || strchr(":/?", *end) != NULL)) return end;
  }
  return NULL;
}

/* The rest after an optional port. */
static const char *after_port(const char *text) {
  if (*text == ':') text += 1 + strspn(text + 1, "0123456789");
  return text;
}

bool is_loopback_http(const char *uri) {
  const char *end = loopback_host_end(uri);
  if (end == NULL) return false;
  end = after_port(end);
  return *end == '\0' || *end == '/' || *end == '?';
}

/* Schemes that a browser runs or opens itself: a redirect to them would be an attack on the user. */
static bool is_browsers_own(const char *uri, size_t scheme_len) {
  static const char *const schemes[] = {"javascript",  "data",   "file", "vbscript", "blob", "about", "filesystem",
                                        "view-source", "chrome", "http", "ws",       "wss",  "ftp"};
  for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
    if (scheme_len == strlen(schemes[i]) && strncasecmp(uri, schemes[i], scheme_len) == 0) return true;
  }
  return false;
}

/* https of any host, http on loopback, or an app's own scheme (RFC 8252 section 7); without fragment, user or blanks. */
bool redirect_uri_is_acceptable(const char *uri) {
  static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  const size_t len = strlen(uri);
  const size_t scheme_len = strspn(uri, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");
  if (len == 0 || len > MAX_URI_BYTES || strchr(letters, uri[0]) == NULL || uri[scheme_len] != ':') return false;
  for (const char *c = uri; *c != '\0'; c++) {
    if (*c <= ' ' || *c > '~' || strchr("#\\\"<>^`{|}", *c) != NULL) return false;
  }
  if (is_loopback_http(uri)) return true;
  if (is_browsers_own(uri, scheme_len)) return false;
  if (strncmp(uri + scheme_len, "://", 3) != 0) return uri[scheme_len + 1] != '\0' && scheme_len != strlen("https");
  const char *authority = uri + scheme_len + 3;
  const size_t authority_len = strcspn(authority, "/?");
  return memchr(authority, '@', authority_len) == NULL && (strncasecmp(uri, "https:", 6) != 0 || authority_len > 0);
}

static bool same_but_for_the_port(const char *registered, const char *uri) {
  const char *a = loopback_host_end(registered), *b = loopback_host_end(uri);
  return a != NULL && b != NULL && is_loopback_http(registered) && is_loopback_http(uri) && a - registered == b - uri &&
         strncmp(registered, uri, (size_t)(a - registered)) == 0 && strcmp(after_port(a), after_port(b)) == 0;
}

bool redirect_uri_matches(const json_t *registered, const char *uri) {
  size_t i = 0;
  const json_t *one = NULL;
  if (!redirect_uri_is_acceptable(uri)) return false;
  json_array_foreach(registered, i, one) {
    if (strcmp(json_string_value(one), uri) == 0 || same_but_for_the_port(json_string_value(one), uri)) return true;
  }
  return false;
}

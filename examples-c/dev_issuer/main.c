/*
 * dev_issuer: an authorization server for DEVELOPMENT ONLY. A name is enough to log in as anybody, and it gives a token to
 * whoever asks, without a question. Use it to try an MCP server and its clients on your own machine, without an account.
 *
 * What it knows is in memory and dies with it: keys, clients, logins, tokens. It listens on 127.0.0.1 only.
 * This file starts it, waits for signals (SIGHUP: new keys; SIGTERM, SIGINT: the end), and stops it.
 *
 * pkg-config: libmicrohttpd jansson libcrypto libcurl
 * build:  cc -std=c11 dev_issuer/?*.c -o dev_issuer -pthread $(pkg-config --cflags --libs libmicrohttpd jansson libcrypto libcurl)
 * usage:  see below, or dev_issuer --help; `listening on URL` on standard output names the issuer
 *
 *   GET  /.well-known/oauth-authorization-server, /.well-known/openid-configuration   metadata (RFC 8414)
 *   GET  /jwks           public keys (RFC 7517)
 *   GET  /authorize      login page, then consent, then back to the client with a code (OAuth 2.1, PKCE, RFC 8707, RFC 9207)
 *   POST /token          codes, refresh tokens (rotated), client credentials; DPoP proofs are honoured (RFC 9449)
 *   POST /register       dynamic client registration (RFC 7591); client IDs that are https URLs need none
 *   POST /introspect     RFC 7662;  POST /revoke  RFC 7009
 *   PUT  /dev/fault?name=slow&seconds=10     slow, down, error, garbage, wrong-key; none ends it
 *   GET  /key.pem?alg=ES256                  one public key, as PEM
 *   GET  /token?kind=good&audience=URL&scope=S+T&sub=NAME&client_id=ID&alg=ES256      one token, as text
 *
 * All parameters of GET /token are optional: audience is http://127.0.0.1:8080/mcp, scope is mcp:use, sub is alice,
 * client_id is dev-client and alg is ES256 (or RS256) unless given. kind is good, or one that a server has to refuse:
 *
 *   expired           its time was over ten minutes ago, more than any server's leeway
 *   not-yet-valid     its time begins in an hour
 *   other-audience    issued for another server
 *   no-audience       does not say for which server
 *   other-issuer      says that another authorization server issued it
 *   fewer-scopes      without the last of the scopes asked for
 *   forged            signed with a key that is not the published one of that name
 *   unknown-key       names a key that is not published
 *   unsigned          alg is none and there is no signature
 *
 * TOKEN=$(curl -s 'http://127.0.0.1:9000/token?audience=http://127.0.0.1:8080/mcp')
 */
#include "issuer.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../loopback.h"

static const char usage[] =
    "usage: " PROGRAM
    " [OPTION]...\n"
    "  --port N                listen on 127.0.0.1:N; 9000 unless given, 0 picks a free one\n"
    "  --scope SCOPE           a scope that may be asked for; may be given several times; any, unless given\n"
    "  --resource URL          an MCP server that tokens may be for; several times; any, unless given. The first is the\n"
    "                          audience where a client names none (http://127.0.0.1:8080/mcp unless given)\n"
    "  --client ID:SECRET      a client that gets tokens for itself (client credentials) and may introspect\n"
    "  --claim NAME=VALUE      a further claim of every token, or another value; VALUE is JSON, or else a text\n"
    "  --alg ES256|RS256       what tokens are signed with; ES256 unless given\n"
    "  --opaque                access tokens that are no JWTs\n"
    "  --access-lifetime SECONDS, --refresh-lifetime SECONDS, --code-lifetime SECONDS   3600, 30 days, 60\n"
    "  --clock-offset SECONDS  this issuer's clock is ahead by so much; behind, where negative\n"
    "  --published-keys N      how many generations of keys are published, 1 to 4; 2 unless given. SIGHUP makes new keys\n"
    "  --dpop-nonce            DPoP proofs need a nonce\n"
    "  --fault NAME            begin with a fault: slow, down, error, garbage, wrong-key (later: PUT /dev/fault?name=NAME)\n"
    "  --http-client-documents client IDs may be http URLs of this machine too\n"
    "GET /token?audience=URL&scope=A+B&sub=NAME&kind=KIND gives one token; KIND is good unless given, or expired,\n"
    "not-yet-valid, other-audience, no-audience, other-issuer, fewer-scopes, forged, unknown-key, unsigned\n";

int64_t issuer_now(const struct issuer *issuer) { return (int64_t)time(NULL) + issuer->options.clock_offset; }

/* Tables, keys and clients of an issuer on this port. */
static bool open_issuer(struct issuer *issuer, uint16_t port) {
  snprintf(issuer->url, sizeof issuer->url, "http://127.0.0.1:%" PRIu16, port);
  snprintf(issuer->host, sizeof issuer->host, "127.0.0.1:%" PRIu16, port);
  snprintf(issuer->host_by_name, sizeof issuer->host_by_name, "localhost:%" PRIu16, port);
  issuer->fault = issuer->options.fault;
  issuer->slow_seconds = 10;
  return store_open(&issuer->own_clients, MAX_OPTION_LIST) && store_open(&issuer->clients, 256) &&
         store_open(&issuer->pending, 256) && store_open(&issuer->sessions, 256) && store_open(&issuer->codes, 256) &&
         store_open(&issuer->grants, 1024) && store_open(&issuer->tokens, 4096) && store_open(&issuer->proofs, 4096) &&
         keys_open(issuer) && clients_open(issuer);
}

static void close_issuer(struct issuer *issuer) {
  struct store *const stores[] = {&issuer->own_clients, &issuer->clients, &issuer->pending, &issuer->sessions,
                                  &issuer->codes,       &issuer->grants,  &issuer->tokens,  &issuer->proofs};
  for (size_t i = 0; i < sizeof stores / sizeof stores[0]; i++) store_close(stores[i]);
  keys_close(issuer);
  free_options(&issuer->options);
  pthread_mutex_destroy(&issuer->lock);
  curl_global_cleanup();
}

/* Returns when the user or the system asks the program to end. */
static void serve_until_stopped(struct issuer *issuer, const sigset_t *signals) {
  int received = 0;
  for (;;) {
    if (sigwait(signals, &received) != 0) continue;
    if (received != SIGHUP) break;
    if (!keys_rotate(issuer)) log_event("no new keys could be made: the old ones stay");
  }
  pthread_mutex_lock(&issuer->lock);
  issuer->stopping = true;
  pthread_mutex_unlock(&issuer->lock);
}

int main(int argc, char **argv) {
  static struct issuer issuer;
  sigset_t signals;
  int listener = -1, status = 1;
  if (argc == 2 && strcmp(argv[1], "--help") == 0) return fputs(usage, stdout) < 0;
  if (!parse_options(argc, argv, &issuer.options)) {
    fputs(usage, stderr);
    free_options(&issuer.options);
    return 2;
  }
  fprintf(stderr,
          "*********************************************************************\n"
          "*  dev_issuer: FOR DEVELOPMENT ONLY. It gives a token for any user  *\n"
          "*  to whoever asks. Never let a server that matters trust it.       *\n"
          "*********************************************************************\n");
  pthread_mutex_init(&issuer.lock, NULL);
  curl_global_init(CURL_GLOBAL_DEFAULT);
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGHUP);
  pthread_sigmask(SIG_BLOCK, &signals, NULL); /* before there is any thread: they inherit the mask */

  uint16_t port = issuer.options.port;
  listener = listen_on_loopback(&port);
  if (listener < 0) {
    fprintf(stderr, PROGRAM ": cannot listen on 127.0.0.1:%" PRIu16 ": %s\n", port, strerror(errno));
  } else if (!open_issuer(&issuer, port) || !http_start(&issuer, listener)) {
    fprintf(stderr, PROGRAM ": no keys could be made, or the HTTP server did not start\n");
  } else {
    printf("listening on %s\n", issuer.url);
    fflush(stdout);
    serve_until_stopped(&issuer, &signals);
    http_stop();
    status = 0;
  }
  close_issuer(&issuer);
  return status;
}

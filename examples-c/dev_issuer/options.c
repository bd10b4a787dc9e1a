/*
 * options.c: the command line.
 */
#include "issuer.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "../loopback.h"

enum { MAX_SECONDS = 365 * 24 * 3600 };

static bool parse_number(const char *text, int64_t least, int64_t most, int64_t *number) {
  char *end = NULL;
  errno = 0;
  const long long value = strtoll(text, &end, 10);
  if (errno != 0 || end == text || *end != '\0' || value < least || value > most) return false;
  *number = value;
  return true;
}

static bool add(const char **list, size_t *count, const char *value, bool ok) {
  if (!ok || *count == MAX_OPTION_LIST) return false;
  list[(*count)++] = value;
  return true;
}

/* NAME=VALUE: VALUE is JSON, or else a text. The times are not to be set so. */
static bool add_claim(json_t *claims, const char *text) {
  const char *equals = strchr(text, '=');
  char name[64];
  if (equals == NULL || equals == text || (size_t)(equals - text) >= sizeof name) return false;
  memcpy(name, text, (size_t)(equals - text));
  name[equals - text] = '\0';
  if (strcmp(name, "exp") == 0 || strcmp(name, "iat") == 0 || strcmp(name, "nbf") == 0) {
    fprintf(stderr, PROGRAM ": times are set with --access-lifetime and --clock-offset\n");
    return false;
  }
  json_t *value = json_loads(equals + 1, JSON_DECODE_ANY, NULL);
  return json_object_set_new(claims, name, value != NULL ? value : json_string(equals + 1)) == 0;
}

/* ID:SECRET */
static bool add_client(json_t *clients, const char *text) {
  const char *colon = strchr(text, ':');
  char id[64];
  if (colon == NULL || colon == text || colon[1] == '\0' || (size_t)(colon - text) >= sizeof id) return false;
  memcpy(id, text, (size_t)(colon - text));
  id[colon - text] = '\0';
  return json_object_size(clients) < MAX_OPTION_LIST && json_object_set_new(clients, id, json_string(colon + 1)) == 0;
}

static bool take(struct options *options, int option, const char *value) {
  int64_t number = 0;
  switch (option) {
    case 'p': return parse_port(value, &options->port) == 0;
    case 'a': options->algorithm = algorithm_named(value); return options->algorithm != ALGORITHM_COUNT;
    case 'o': options->opaque = true; return true;
    case 'n': options->dpop_nonce = true; return true;
    case 'd': options->http_client_documents = true; return true;
    case 'A': return parse_number(value, 1, MAX_SECONDS, &options->access_lifetime);
    case 'R': return parse_number(value, 1, MAX_SECONDS, &options->refresh_lifetime);
    case 'C': return parse_number(value, 1, 3600, &options->code_lifetime);
    case 'O': return parse_number(value, -MAX_SECONDS, MAX_SECONDS, &options->clock_offset);
    case 'k':
      if (!parse_number(value, 1, MAX_GENERATIONS, &number)) return false;
      options->published_keys = (int)number;
      return true;
    case 's':
      return add(options->scopes, &options->scope_count, value, scope_is_valid(value) && strchr(value, ' ') == NULL);
    case 'r': return add(options->resources, &options->resource_count, value, value[0] != '\0');
    case 'c': return add_claim(options->claims, value);
    case 'i': return add_client(options->clients, value);
    case 'f': return fault_named(value, &options->fault);
    default: return false;
  }
}

/* False when the command line is not understood; what went wrong has been said. */
bool parse_options(int argc, char **argv, struct options *options) {
  static const struct option known[] = {{"port", required_argument, NULL, 'p'},
                                        {"alg", required_argument, NULL, 'a'},
                                        {"opaque", no_argument, NULL, 'o'},
                                        {"dpop-nonce", no_argument, NULL, 'n'},
                                        {"http-client-documents", no_argument, NULL, 'd'},
                                        {"access-lifetime", required_argument, NULL, 'A'},
                                        {"refresh-lifetime", required_argument, NULL, 'R'},
                                        {"code-lifetime", required_argument, NULL, 'C'},
                                        {"clock-offset", required_argument, NULL, 'O'},
                                        {"published-keys", required_argument, NULL, 'k'},
                                        {"scope", required_argument, NULL, 's'},
                                        {"resource", required_argument, NULL, 'r'},
                                        {"claim", required_argument, NULL, 'c'},
                                        {"client", required_argument, NULL, 'i'},
                                        {"fault", required_argument, NULL, 'f'},
                                        {NULL, 0, NULL, 0}};
  *options = (struct options){.port = 9000,
                              .access_lifetime = 3600,
                              .refresh_lifetime = 30 * 24 * 3600,
                              .code_lifetime = 60,
                              .algorithm = ES256,
                              .published_keys = 2,
                              .claims = json_object(),
                              .clients = json_object()};
  if (options->claims == NULL || options->clients == NULL) return false;
  for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    if (take(options, option, optarg)) continue;
    if (option != '?')
      fprintf(stderr, PROGRAM ": %s is not a value of this option\n", optarg != NULL ? optarg : "that");
    return false;
  }
  options->resource = options->resource_count > 0 ? options->resources[0] : "http://127.0.0.1:8080/mcp";
  return optind == argc;
}

void free_options(struct options *options) {
  json_decref(options->claims);
  json_decref(options->clients);
}

/*
 * verify_token.c: verifies one access token and prints who it is, or why not.
 *
 * build:  cc -std=c11 verify_token.c -o verify_token $(pkg-config --cflags --libs mcpauth)
 * usage:  verify_token [options] TOKEN ISSUER AUDIENCE
 *
 *   TOKEN             the token without "Bearer "; `-` reads it from standard input, which keeps it out of the list of
 *                     processes and of the shell's history
 *   ISSUER            the authorization server that has to have issued it
 *   AUDIENCE          the server it has to be for: usually that server's URL
 *   --jwks FILE       take the issuer's keys from a file; nothing is fetched then
 *   --pem FILE        the same, from a file with one public key or certificate
 *   --jwks-uri URL    fetch the keys from here; discovered from the issuer's metadata unless given
 *   --http-loopback   the issuer is on this machine and speaks http (development)
 *   --scope SCOPE     a scope the token must carry; may be given several times
 *
 * Exit status: 0 the token is good; 1 it is not; 2 the question was wrong (usage, configuration, the issuer's
 * metadata); 3 nobody can tell now, as the issuer's keys cannot be had: try again later.
 */
#include <getopt.h>
#include <inttypes.h>
#include <mcpauth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef PROGRAM
#define PROGRAM "verify_token" /* the packages have it as mcpauth-verify */
#endif

enum {
  GOOD = 0,
  REFUSED = 1,
  WRONG = 2,
  UNAVAILABLE = 3,
  MAX_SCOPES = 16,
  MAX_TOKEN_BYTES = 64 * 1024,
  MAX_KEYS_BYTES = 1024 * 1024
};

struct options {
  const char *token, *issuer, *audience;
  const char *jwks_file, *pem_file, *jwks_uri;
  const char *scopes[MAX_SCOPES];
  size_t scope_count;
  bool http_loopback;
};

/* All of a file (NULL: standard input), at most limit bytes; the caller frees it. NULL: the reason was printed. */
static char *read_all(const char *path, size_t limit, size_t *len) {
  FILE *file = path != NULL ? fopen(path, "rb") : stdin;
  char *text = malloc(limit + 1);
  bool ok = file != NULL && text != NULL;
  *len = 0;
  if (ok) {
    *len = fread(text, 1, limit + 1, file);
    ok = !ferror(file) && *len <= limit;
  }
  if (file != NULL && path != NULL) fclose(file);
  if (ok) return text;
  fprintf(stderr, PROGRAM ": cannot read %s, or it is longer than %zu bytes\n", path != NULL ? path : "standard input",
          limit);
  free(text);
  return NULL;
}

/* keys: the text of the file with the keys, or NULL. The configuration keeps the first failure of a setter, and
 * mcpauth_verifier_new reports it. */
static mcpauth_result make_verifier(const struct options *options, const char *keys, size_t keys_len,
                                    mcpauth_verifier **out, mcpauth_error **err) {
  mcpauth_config *config = NULL;
  mcpauth_issuer *issuer = NULL; /* belongs to config */

  /* A configuration is made for a server, and accepts tokens for its URL. This program is no server: it says which
   * audience it asks about, which need not be a URL. */
  mcpauth_config_new("https://localhost", &config);
  mcpauth_config_add_audience(config, options->audience);
  mcpauth_config_add_issuer(config, options->issuer, &issuer);
  if (options->http_loopback) mcpauth_issuer_allow_http_on_loopback(issuer);
  if (options->jwks_uri != NULL) mcpauth_issuer_set_jwks_uri(issuer, options->jwks_uri);
  if (options->jwks_file != NULL) mcpauth_issuer_set_jwks_json(issuer, keys, keys_len);
  if (options->pem_file != NULL) mcpauth_issuer_add_public_key_pem(issuer, keys, keys_len, NULL);
  for (size_t i = 0; i < options->scope_count; i++) mcpauth_config_add_required_scope(config, options->scopes[i]);
  const mcpauth_result result = mcpauth_verifier_new(config, out, err);
  mcpauth_config_free(config);
  return result;
}

static void print_caller(const mcpauth_authinfo *info) {
  printf("subject:   %s\n", mcpauth_authinfo_subject(info).data);
  printf("issuer:    %s\n", mcpauth_authinfo_issuer(info).data);
  printf("client:    %s\n", mcpauth_authinfo_client_id(info).data);
  for (size_t i = 0; i < mcpauth_authinfo_audience_count(info); i++) {
    printf("audience:  %s\n", mcpauth_authinfo_audience_at(info, i).data);
  }
  for (size_t i = 0; i < mcpauth_authinfo_scope_count(info); i++) {
    printf("scope:     %s\n", mcpauth_authinfo_scope_at(info, i).data);
  }
  printf("expires:   %" PRId64 " (seconds since 1970)\n", mcpauth_authinfo_expires_at(info));
  printf("claims:    %s\n", mcpauth_authinfo_claims_json(info).data);
}

static int print_reason(const mcpauth_error *err) {
  const int http = mcpauth_error_http_status(err);
  fprintf(stderr, "%s: %s\n", mcpauth_result_name(mcpauth_error_result(err)), mcpauth_error_message(err).data);
  return http == 503 ? UNAVAILABLE : http == 500 ? WRONG : REFUSED;
}

static int verify(const struct options *options, const char *token, size_t token_len) {
  mcpauth_verifier *verifier = NULL;
  mcpauth_authinfo *info = NULL;
  mcpauth_error *err = NULL;
  const char *path = options->jwks_file != NULL ? options->jwks_file : options->pem_file;
  char *keys = NULL;
  size_t keys_len = 0;
  int status = GOOD;

  if (path != NULL && (keys = read_all(path, MAX_KEYS_BYTES, &keys_len)) == NULL) return WRONG;
  if (make_verifier(options, keys, keys_len, &verifier, &err) == MCPAUTH_OK &&
      mcpauth_verify(verifier, token, token_len, &info, &err) == MCPAUTH_OK) {
    print_caller(info);
  } else {
    status = print_reason(err);
  }
  free(keys);
  mcpauth_error_free(err);
  mcpauth_authinfo_free(info);
  mcpauth_verifier_free(verifier);
  return status;
}

static bool parse_options(int argc, char **argv, struct options *options) {
  static const struct option known[] = {
      {"jwks", required_argument, NULL, 'k'},     {"pem", required_argument, NULL, 'p'},
      {"jwks-uri", required_argument, NULL, 'j'}, {"http-loopback", no_argument, NULL, 'l'},
      {"scope", required_argument, NULL, 's'},    {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    switch (option) {
      case 'k': options->jwks_file = optarg; break;
      case 'p': options->pem_file = optarg; break;
      case 'j': options->jwks_uri = optarg; break;
      case 'l': options->http_loopback = true; break;
      case 's':
        if (options->scope_count == MAX_SCOPES) return false;
        options->scopes[options->scope_count++] = optarg;
        break;
      default: return false;
    }
  }
  if (argc - optind != 3 || (options->jwks_file != NULL && options->pem_file != NULL)) return false;
  options->token = argv[optind];
  options->issuer = argv[optind + 1];
  options->audience = argv[optind + 2];
  return true;
}

static const char usage[] = "usage: " PROGRAM
                            " [--jwks FILE | --pem FILE | --jwks-uri URL] [--http-loopback] "
                            "[--scope SCOPE]... TOKEN ISSUER AUDIENCE\n";

int main(int argc, char **argv) {
  struct options options = {0};
  if (argc == 2 && strcmp(argv[1], "--help") == 0) return fputs(usage, stdout) < 0 ? WRONG : GOOD;
  if (!parse_options(argc, argv, &options)) {
    fputs(usage, stderr);
    return WRONG;
  }
  if (strcmp(options.token, "-") != 0) return verify(&options, options.token, strlen(options.token));

  size_t len = 0;
  char *token = read_all(NULL, MAX_TOKEN_BYTES, &len);
  if (token == NULL) return WRONG;
  while (len > 0 && (token[len - 1] == '\n' || token[len - 1] == '\r')) len--; /* the line's end is not the token's */
  const int status = verify(&options, token, len);
  free(token);
  return status;
}

/*
 * check_issuer.c: tells an operator whether an authorization server will work with MCP, before anything depends on it.
 *
 * It fetches what a server would fetch, metadata and keys, and says what is wrong with them, what that means and how to
 * fix it. mcpauth_issuer_check does the work; this program shows its report.
 *
 * pkg-config: jansson
 * build:  cc -std=c11 check_issuer.c -o check_issuer $(pkg-config --cflags --libs mcpauth jansson)
 * usage:  check_issuer [options] ISSUER; --help lists the options
 *
 * Exit status: 0 it works, perhaps with warnings; 1 it does not, until somebody fixes something; 2 the question was wrong
 * (usage, a file that cannot be read); 3 nobody can tell now, as the metadata or the keys cannot be had.
 */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <getopt.h>
#include <jansson.h>
#include <mcpauth.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "issuer_advice.h"

#ifndef PROGRAM
#define PROGRAM "check_issuer" /* the packages have it as mcpauth-check */
#endif

enum { WORKS = 0, WORKS_NOT = 1, WRONG = 2, UNREACHABLE = 3, WIDTH = 100, INDENT = 11, MAX_SHOWN = 20, MAX_TEXT = 300 };

static const char usage[] =
    "usage: " PROGRAM
    " [options] ISSUER\n"
    "Tells whether the authorization server ISSUER (https://..., as tokens name it in iss) will work with MCP.\n"
    "\n"
    "  --metadata-url URL       where its metadata is, unless at a well-known place (RFC 8414, OpenID Connect Discovery)\n"
    "  --metadata-issuer NAME   what its metadata calls it, if not ISSUER\n"
    "  --jwks-uri URL           where its keys are; its metadata is not looked at then\n"
    "  --ca-file FILE           trust the certificate authorities of this PEM file instead of the system's\n"
    "  --ca-directory DIR       the same, a directory of files with hashed names\n"
    "  --proxy URL              the proxy to go through; \"\" for none; https_proxy and the like unless given\n"
    "  --timeout MS             how long one HTTP request may take: 100 to 60000, 5000 unless given\n"
    "  --connect-timeout MS     how long connecting may take of that: 50 to 60000, 3000 unless given\n"
    "  --http-loopback          also fetch over http, from this machine only (development)\n"
    "  --json                   print the report as JSON\n"
    "  --help                   print this\n"
    "\n"
    "Exit status: 0 works (perhaps with warnings), 1 works not until somebody fixes something, 2 wrong usage,\n"
    "3 cannot be told now: the metadata or the keys cannot be had.\n";

struct options {
  const char *issuer, *metadata_url, *metadata_issuer, *jwks_uri, *ca_file, *ca_directory, *proxy;
  uint32_t timeout_ms, connect_timeout_ms; /* 0: not given */
  bool http_loopback, json, help;
};

/* ---- the question -------------------------------------------------------------------------------------------------- */

static bool parse_milliseconds(const char *text, uint32_t *out) {
  char *end = NULL;
  errno = 0;
  const unsigned long value = strtoul(text, &end, 10);
  if (errno != 0 || text[0] < '0' || text[0] > '9' || *end != '\0' || value == 0 || value > UINT32_MAX) return false;
  *out = (uint32_t)value;
  return true;
}

static bool parse_options(int argc, char **argv, struct options *options) {
  static const struct option known[] = {{"metadata-url", required_argument, NULL, 'm'},
                                        {"metadata-issuer", required_argument, NULL, 'i'},
                                        {"jwks-uri", required_argument, NULL, 'k'},
                                        {"ca-file", required_argument, NULL, 'c'},
                                        {"ca-directory", required_argument, NULL, 'd'},
                                        {"proxy", required_argument, NULL, 'p'},
                                        {"timeout", required_argument, NULL, 't'},
                                        {"connect-timeout", required_argument, NULL, 'T'},
                                        {"http-loopback", no_argument, NULL, 'l'},
                                        {"json", no_argument, NULL, 'j'},
                                        {"help", no_argument, NULL, 'h'},
                                        {NULL, 0, NULL, 0}};
  for (int option; (option = getopt_long(argc, argv, "", known, NULL)) != -1;) {
    bool fits = true;
    switch (option) {
      case 'm': options->metadata_url = optarg; break;
      case 'i': options->metadata_issuer = optarg; break;
      case 'k': options->jwks_uri = optarg; break;
      case 'c': options->ca_file = optarg; break;
      case 'd': options->ca_directory = optarg; break;
      case 'p': options->proxy = optarg; break;
      case 't': fits = parse_milliseconds(optarg, &options->timeout_ms); break;
      case 'T': fits = parse_milliseconds(optarg, &options->connect_timeout_ms); break;
      case 'l': options->http_loopback = true; break;
      case 'j': options->json = true; break;
      case 'h': options->help = true; return true;
      default: return false;
    }
    if (!fits) {
      fprintf(stderr, PROGRAM ": a timeout is a number of milliseconds, 50 (connecting) or 100 to 60000\n");
      return false;
    }
  }
  if (optind + 1 != argc) return false;
  options->issuer = argv[optind];
  return true;
}

/* Over http nothing is fetched but from this machine, and that only where it was asked for. What may be fetched is what
 * may be a resource: https, or http on a loopback host. */
static bool may_be_fetched(const struct options *options) {
  mcpauth_config *probe = NULL;
  if (options->metadata_url != NULL || options->jwks_uri != NULL || strncasecmp(options->issuer, "http:", 5) != 0) {
    return true;
  }
  const bool loopback = mcpauth_config_new(options->issuer, &probe) == MCPAUTH_OK;
  mcpauth_config_free(probe);
  if (loopback && options->http_loopback) return true;
  fprintf(stderr, loopback ? PROGRAM ": the issuer is http: to ask it on this machine, add --http-loopback\n"
                           : PROGRAM
                      ": the issuer is http, over which nothing is fetched. If tokens do name it so, "
                      "give --metadata-url or --jwks-uri with an https URL\n");
  return false;
}

/* Sees the metadata as it was fetched, and leaves it as it is. */
static mcpauth_result keep_metadata(void *userdata, const char *json, size_t len, mcpauth_buffer *out) {
  json_t **metadata = userdata;
  json_decref(*metadata);
  *metadata = json_loadb(json, len, 0, NULL); /* NULL where it is no JSON: the report says so */
  return mcpauth_buffer_append(out, json, len);
}

/* A setter that fails is kept by the config, and mcpauth_issuer_check returns it. */
static mcpauth_result check(const struct options *options, json_t **metadata, mcpauth_report **report,
                            mcpauth_error **err) {
  mcpauth_config *config = NULL;
  mcpauth_issuer *issuer = NULL;
  /* The resource is a formality: no token is verified. */
  mcpauth_config_new("https://mcp.example.com/mcp", &config);
  mcpauth_config_add_issuer(config, options->issuer, &issuer);
  if (options->jwks_uri == NULL) mcpauth_issuer_set_metadata_transform(issuer, keep_metadata, metadata, NULL);
  if (options->metadata_url) mcpauth_issuer_set_metadata_url(issuer, options->metadata_url);
  if (options->metadata_issuer) mcpauth_issuer_set_metadata_issuer(issuer, options->metadata_issuer);
  if (options->jwks_uri) mcpauth_issuer_set_jwks_uri(issuer, options->jwks_uri);
  if (options->ca_file) mcpauth_issuer_set_ca_file(issuer, options->ca_file);
  if (options->ca_directory) mcpauth_issuer_set_ca_directory(issuer, options->ca_directory);
  if (options->proxy) mcpauth_issuer_set_proxy(issuer, options->proxy);
  if (options->timeout_ms) mcpauth_issuer_set_fetch_timeout_ms(issuer, options->timeout_ms);
  if (options->connect_timeout_ms) mcpauth_issuer_set_connect_timeout_ms(issuer, options->connect_timeout_ms);
  if (options->http_loopback) mcpauth_issuer_allow_http_on_loopback(issuer);

  const mcpauth_error *failure = mcpauth_config_error(config);
  mcpauth_result r = failure != NULL ? mcpauth_error_result(failure) : mcpauth_issuer_check(issuer, report, err);
  if (failure != NULL) fprintf(stderr, PROGRAM ": %s\n", mcpauth_error_message(failure).data);
  mcpauth_config_free(config);
  return r;
}

/* ---- the answer ---------------------------------------------------------------------------------------------------- */

/* WORKS, WORKS_NOT or UNREACHABLE. What cannot be had now says nothing about what it is like: one error that somebody has
 * to fix decides, be something else reachable or not. */
static int verdict_of(const mcpauth_report *report) {
  int verdict = WORKS;
  for (size_t i = 0; i < mcpauth_report_finding_count(report); i++) {
    if (!mcpauth_report_finding_is_error(report, i)) continue;
    if (!mcpauth_report_finding_is_outage(report, i)) return WORKS_NOT;
    verdict = UNREACHABLE;
  }
  return verdict;
}

/* Text of the other side: what could steer a terminal, or fake a line of this report, is shown as \xNN. */
static void print_foreign(const char *text, size_t len) {
  for (size_t i = 0; i < len && i < MAX_TEXT; i++) {
    const unsigned char byte = (unsigned char)text[i];
    if (byte >= 0x20 && byte < 0x7F && byte != '\\') {
      putchar(byte);
    } else {
      printf("\\x%02x", byte);
    }
  }
  if (len > MAX_TEXT) printf("...");
}

/* Broken between words, and indented. The library's messages are ASCII without control characters. */
static void print_wrapped(const char *label, const char *text) {
  int column = printf("    %s", label);
  for (const char *blank = " "; *text != '\0'; text += *text == ' ') {
    const int word = (int)strcspn(text, " ");
    if (column > INDENT && column + 1 + word > WIDTH) {
      column = printf("\n%*s", INDENT, "") - 1;
      blank = "";
    }
    column += printf("%s%.*s", blank, word, text);
    blank = " ";
    text += word;
  }
  putchar('\n');
}

/* The members of the metadata that say how clients log in. */
static const char *const shown_members[] = {"issuer",
                                            "authorization_endpoint",
                                            "token_endpoint",
                                            "registration_endpoint",
                                            "introspection_endpoint",
                                            "revocation_endpoint",
                                            "response_types_supported",
                                            "grant_types_supported",
                                            "code_challenge_methods_supported",
                                            "token_endpoint_auth_methods_supported",
                                            "client_id_metadata_document_supported",
                                            "authorization_response_iss_parameter_supported",
                                            "scopes_supported"};
enum { SHOWN_COUNT = sizeof shown_members / sizeof shown_members[0] };

static void print_value(const json_t *value) {
  if (json_is_string(value)) {
    print_foreign(json_string_value(value), json_string_length(value));
  } else if (json_is_boolean(value)) {
    printf("%s", json_is_true(value) ? "true" : "false");
  } else {
    printf("(of an unexpected type)");
  }
}

/* In a list each string has its quotes, so that one with a blank or a comma in it is not taken for two. */
static void print_element(const json_t *value) {
  if (!json_is_string(value)) {
    print_value(value);
    return;
  }
  const char *text = json_string_value(value);
  putchar('"');
  for (size_t len = json_string_length(value); len > 0;) {
    const char *quote = memchr(text, '"', len);
    const size_t part = quote != NULL ? (size_t)(quote - text) : len;
    print_foreign(text, part);
    if (quote == NULL) break;
    printf("\\x22");
    text += part + 1;
    len -= part + 1;
  }
  putchar('"');
}

static void print_member(const char *name, const json_t *value) {
  printf("  %s: ", name);
  if (!json_is_array(value)) {
    print_value(value);
  } else {
    const size_t count = json_array_size(value), shown = count < MAX_SHOWN ? count : MAX_SHOWN;
    for (size_t i = 0; i < shown; i++) {
      printf("%s", i > 0 ? ", " : "");
      print_element(json_array_get(value, i));
    }
    if (count > shown) printf(" and %zu more", count - shown);
    if (count == 0) printf("(none)");
  }
  putchar('\n');
}

static void print_found(const mcpauth_report *report, const json_t *metadata) {
  const mcpauth_str metadata_url = mcpauth_report_metadata_url(report), jwks_uri = mcpauth_report_jwks_uri(report);
  printf("Found:\n  metadata: ");
  print_foreign(metadata_url.data, metadata_url.len);
  printf("%s\n  keys: ", metadata_url.len == 0 ? "(none)" : "");
  print_foreign(jwks_uri.data, jwks_uri.len);
  printf("%s\n  usable keys: %zu\n", jwks_uri.len == 0 ? "(unknown)" : "", mcpauth_report_key_count(report));
  for (size_t i = 0; i < SHOWN_COUNT; i++) {
    const json_t *value = json_object_get(metadata, shown_members[i]);
    if (value != NULL) print_member(shown_members[i], value);
  }
}

static void print_text(const mcpauth_report *report, const json_t *metadata, const struct options *options,
                       int verdict) {
  static const char *const sentences[] = {"works with MCP", "does not work with MCP", "", "cannot be reached now"};
  print_foreign(options->issuer, strlen(options->issuer));
  printf(": %s.\n", sentences[verdict]);
  const char *previous = "";
  for (size_t i = 0; i < mcpauth_report_finding_count(report); i++) {
    const char *code = mcpauth_report_finding_code(report, i).data;
    const struct advice *advice = advice_on(code);
    if (strcmp(code, previous) != 0) {
      printf("\n%s %s\n", mcpauth_report_finding_is_error(report, i) ? "ERROR  " : "WARNING", code);
    }
    previous = code;
    print_wrapped("Found:", mcpauth_report_finding_message(report, i).data);
    /* Once for all findings of a code, which the library may have several of in a row. */
    if (advice == NULL || strcmp(mcpauth_report_finding_code(report, i + 1).data, code) == 0) continue;
    print_wrapped("Means:", advice->meaning);
    print_wrapped("To do:", advice->fix);
  }
  printf("\n");
  print_found(report, metadata);
  if (options->jwks_uri != NULL) printf("The metadata, which clients need, was not looked at: --jwks-uri was given.\n");
}

static json_t *json_text(mcpauth_str text) { return json_stringn(text.data, text.len); }

/* False: out of memory. Everything but ASCII, and every control character, is escaped. */
static bool print_json(const mcpauth_report *report, const json_t *metadata, const char *issuer, int verdict) {
  static const char *const names[] = {"works", "works_not", "", "unreachable"};
  json_t *findings = json_array(), *members = json_object();
  for (size_t i = 0; i < mcpauth_report_finding_count(report); i++) {
    const mcpauth_str code = mcpauth_report_finding_code(report, i);
    const struct advice *advice = advice_on(code.data);
    json_array_append_new(
        findings, json_pack("{s:s, s:o, s:o, s:s?, s:s?}", "severity",
                            mcpauth_report_finding_is_error(report, i) ? "error" : "warning", "code", json_text(code),
                            "message", json_text(mcpauth_report_finding_message(report, i)), "meaning",
                            advice ? advice->meaning : NULL, "fix", advice ? advice->fix : NULL));
  }
  for (size_t i = 0; i < SHOWN_COUNT; i++) {
    json_t *value = json_object_get(metadata, shown_members[i]);
    if (value != NULL) json_object_set(members, shown_members[i], value);
  }
  json_t *all =
      json_pack("{s:s, s:s, s:o, s:o, s:I, s:o, s:o}", "issuer", issuer, "verdict", names[verdict], "metadata_url",
                json_text(mcpauth_report_metadata_url(report)), "jwks_uri", json_text(mcpauth_report_jwks_uri(report)),
                "usable_keys", (json_int_t)mcpauth_report_key_count(report), "metadata", members, "findings", findings);
  char *text = json_dumps(all, JSON_INDENT(2) | JSON_ENSURE_ASCII);
  for (const char *at = text; at != NULL && *at != '\0'; at++) {
    if (*at == 0x7F)
      fputs("\\u007f", stdout); /* DEL, the one that jansson leaves */
    else
      putchar(*at);
  }
  putchar('\n');
  free(text);
  json_decref(all);
  return text != NULL;
}

int main(int argc, char **argv) {
  struct options options = {0};
  json_t *metadata = NULL;
  mcpauth_report *report = NULL;
  mcpauth_error *err = NULL;
  if (!parse_options(argc, argv, &options)) {
    fputs(usage, stderr);
    return WRONG;
  }
  if (options.help) return fputs(usage, stdout) < 0 || fflush(stdout) != 0 ? WRONG : WORKS;
  if (!may_be_fetched(&options)) return WRONG;

  int status = WRONG;
  if (check(&options, &metadata, &report, &err) == MCPAUTH_OK) {
    status = verdict_of(report);
    if (!options.json) {
      print_text(report, metadata, &options, status);
    } else if (!print_json(report, metadata, options.issuer, status)) {
      fprintf(stderr, PROGRAM ": out of memory\n");
      status = WRONG;
    }
    if (fflush(stdout) != 0 || ferror(stdout)) status = WRONG; /* a report that nobody could read is none */
  } else if (err != NULL) {
    fprintf(stderr, PROGRAM ": %s\n", mcpauth_error_message(err).data);
  }
  mcpauth_error_free(err);
  mcpauth_report_free(report);
  json_decref(metadata);
  return status;
}

/* The settings file: a line is NAME = VALUE, empty, or a comment that begins with #. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "authz.h"

/* Any thread may call this, several at once. The message is ASCII and has no line break, whatever the other side sent. */
static void write_log(void *userdata, mcpauth_log_level level, const char *message, size_t len) {
  (void)userdata, (void)level;
  fprintf(stderr, "mcpauth-authz: %.*s\n", (int)len, message);
}

/* ---- what a line may set: each returns NULL, or what is wrong ------------------------------------------------------ */

/* What stands before the first blank of value, which is cut off there; *rest is behind the blanks. NULL: nothing is. */
static char *first_word(char *value, char **rest) {
  *rest = value + strcspn(value, " \t");
  if (**rest == '\0') return NULL;
  *(*rest)++ = '\0';
  *rest += strspn(*rest, " \t");
  return value;
}

static const char *set_resource(struct settings *settings, char *value) {
  if (settings->config != NULL) return "it is there already";
  mcpauth_config_new(value, &settings->config); /* a URL that is none is reported below, as any setter's failure */
  return NULL;
}

static const char *set_listen(struct settings *settings, char *value) {
  if (settings->listen != NULL) return "it is there already";
  settings->listen = strdup(value);
  return settings->listen != NULL ? NULL : "there is no memory";
}

static const char *add_issuer(struct settings *settings, char *value) {
  settings->issuer = NULL;
  mcpauth_config_add_issuer(settings->config, value, &settings->issuer);
  return NULL;
}

static const char *allow_http(struct settings *settings, char *value) {
  if (strcmp(value, "yes") != 0) return "say yes, or leave the line out";
  if (settings->issuer == NULL) return "it belongs behind the issuer it is about";
  mcpauth_issuer_allow_http_on_loopback(settings->issuer);
  return NULL;
}

static const char *trust_mcp_headers(struct settings *settings, char *value) {
  if (strcmp(value, "yes") != 0) return "say yes, or leave the line out";
  settings->upstream_compares_mcp_headers = true;
  return NULL;
}

static const char *add_tool_scope(struct settings *settings, char *value) {
  char *scope, *tool = first_word(value, &scope);
  if (tool == NULL) return "say which tool and which scope: tool_scope = write_note notes:write";
  settings->has_tool_scopes = true;
  mcpauth_config_add_tool_scope(settings->config, tool, scope);
  return NULL;
}

static const char *add_claim_header(struct settings *settings, char *value) {
  static const char of_names[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-";
  static const char *const taken[] = {"X-MCP-Issuer", "X-MCP-Subject", "X-MCP-Client", "X-MCP-Scopes"};
  char *claim, *name = first_word(value, &claim);
  if (name == NULL) return "say which header field and which claim: claim_header = X-MCP-Email email";
  if (strncmp(name, "X-MCP-", 6) != 0 || name[strspn(name, of_names)] != '\0')
    return "the header field's name is X-MCP- and letters, digits and hyphens";
  for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
    if (strcasecmp(name, taken[i]) == 0) return "this header field is there without being asked for";
  for (size_t i = 0; i < settings->claim_count; i++)
    if (strcasecmp(name, settings->claims[i].name) == 0) return "this header field has a claim already";
  if (settings->claim_count == MAX_CLAIM_HEADERS) return "there are too many";
  struct claim_header *added = &settings->claims[settings->claim_count];
  *added = (struct claim_header){strdup(name), strdup(claim)};
  settings->claim_count++;
  return added->name != NULL && added->claim != NULL ? NULL : "there is no memory";
}

static const char *set_log(struct settings *settings, char *value) {
  static const char *const levels[] = {"error", "warning", "info", "debug"};
  for (mcpauth_log_level i = 0; i < 4; i++) {
    if (strcmp(value, levels[i]) != 0) continue;
    mcpauth_config_set_log(settings->config, MCPAUTH_LOG_ERROR + i, write_log, NULL, NULL);
    return NULL;
  }
  return "it is error, warning, info or debug";
}

/* Where the library's own setter is enough, it stands here. */
static const struct {
  const char *name;
  const char *(*own)(struct settings *settings, char *value);
  mcpauth_result (*of_config)(mcpauth_config *config, const char *value);
  mcpauth_result (*of_issuer)(mcpauth_issuer *issuer, const char *value);
} known[] = {
    {"resource", set_resource, NULL, NULL},
    {"listen", set_listen, NULL, NULL},
    {"issuer", add_issuer, NULL, NULL},
    {"http_on_loopback", allow_http, NULL, NULL},
    {"tool_scope", add_tool_scope, NULL, NULL},
    {"upstream_compares_mcp_headers", trust_mcp_headers, NULL, NULL},
    {"claim_header", add_claim_header, NULL, NULL},
    {"log", set_log, NULL, NULL},
    {"audience", NULL, mcpauth_config_add_audience, NULL},
    {"required_scope", NULL, mcpauth_config_add_required_scope, NULL},
    {"allowed_client", NULL, mcpauth_config_add_allowed_client, NULL},
    {"allowed_origin", NULL, mcpauth_config_add_allowed_origin, NULL},
    {"allowed_host", NULL, mcpauth_config_add_allowed_host, NULL},
    {"jwks_uri", NULL, NULL, mcpauth_issuer_set_jwks_uri},
    {"jwks_file", NULL, NULL, mcpauth_issuer_set_jwks_file},
    {"ca_file", NULL, NULL, mcpauth_issuer_set_ca_file},
};

static const char *apply(struct settings *settings, const char *name, char *value) {
  for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
    if (strcmp(known[i].name, name) != 0) continue;
    if (settings->config == NULL && known[i].own != set_resource) return "the file has to begin with the resource";
    if (known[i].of_issuer != NULL && settings->issuer == NULL) return "it belongs behind the issuer it is about";
    if (known[i].own != NULL) return known[i].own(settings, value);
    if (known[i].of_config != NULL) known[i].of_config(settings->config, value);
    if (known[i].of_issuer != NULL) known[i].of_issuer(settings->issuer, value);
    return NULL;
  }
  return "there is no such setting";
}

/* ---- the file ------------------------------------------------------------------------------------------------------ */

static char *trimmed(char *text) {
  text += strspn(text, " \t");
  size_t len = strlen(text);
  while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL) text[--len] = '\0';
  return text;
}

static bool read_line(char *line, struct settings *settings, const char *file, unsigned number) {
  char *name = trimmed(line), *equals = strchr(name, '=');
  const char *wrong = "a line is NAME = VALUE";
  if (*name == '\0' || *name == '#') return true;
  if (equals != NULL) {
    *equals = '\0';
    name = trimmed(name);
    wrong = apply(settings, name, trimmed(equals + 1));
  }
  const mcpauth_error *error = mcpauth_config_error(settings->config);
  if (wrong == NULL && error != NULL) wrong = mcpauth_error_message(error).data;
  if (wrong != NULL) fprintf(stderr, "mcpauth-authz: %s:%u: %s: %s\n", file, number, name, wrong);
  return wrong == NULL;
}

/* What only the whole file shows. */
static const char *missing(const struct settings *settings) {
  if (settings->config == NULL) return "resource is missing: the public URL of the MCP server";
  if (settings->listen == NULL) return "listen is missing: 127.0.0.1:PORT or unix:PATH";
  if (settings->has_tool_scopes && !settings->upstream_compares_mcp_headers)
    return "tool_scope needs upstream_compares_mcp_headers = yes: nginx shows no body to an authorizer, so the tool's name "
           "is that of the header field Mcp-Name, and whoever lies there calls another tool unless the MCP server "
           "compares it with the body (MCP 2026-07-28)";
  return NULL;
}

bool read_settings(const char *file, struct settings *settings) {
  FILE *opened = fopen(file, "re");
  if (opened == NULL) {
    fprintf(stderr, "mcpauth-authz: %s: %s\n", file, strerror(errno));
    return false;
  }
  char *line = NULL;
  size_t size = 0;
  bool good = true;
  for (unsigned number = 1; good && getline(&line, &size, opened) >= 0; number++)
    good = read_line(line, settings, file, number);
  if (good && ferror(opened)) {
    fprintf(stderr, "mcpauth-authz: %s: it cannot be read\n", file);
    good = false;
  }
  free(line);
  fclose(opened);
  const char *wrong = good ? missing(settings) : NULL;
  if (wrong != NULL) fprintf(stderr, "mcpauth-authz: %s: %s\n", file, wrong);
  return good && wrong == NULL;
}

void forget_settings(struct settings *settings) {
  for (size_t i = 0; i < settings->claim_count; i++) free(settings->claims[i].name), free(settings->claims[i].claim);
  free(settings->listen);
  mcpauth_config_free(settings->config);
}

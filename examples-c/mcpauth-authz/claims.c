/* Who the caller is, in header fields for the upstream. */
#include <stdio.h>
#include <string.h>

#include "authz.h"

/* Printable ASCII as it stands; percent-encoded (RFC 3986 section 2.1) what could end a field or be read in two ways
 * (attack A59). */
static bool add(struct MHD_Response *response, const char *name, mcpauth_str value) {
  static const char digits[] = "0123456789ABCDEF";
  char text[3 * MAX_CLAIM_BYTES + 1];
  size_t len = 0;
  if (value.len == 0) return true;
  if (value.len > MAX_CLAIM_BYTES) {
    fprintf(stderr, "mcpauth-authz: the value of %s is longer than %d bytes: the request is not let in\n", name,
            MAX_CLAIM_BYTES);
    return false;
  }
  for (size_t i = 0; i < value.len; i++) {
    const unsigned char byte = (unsigned char)value.data[i];
    const bool at_end = i == 0 || i == value.len - 1;
    if (byte > 0x20 && byte < 0x7F && byte != '%') {
      text[len++] = (char)byte;
    } else if (byte == ' ' && !at_end) {
      text[len++] = ' ';
    } else {
      text[len++] = '%', text[len++] = digits[byte >> 4], text[len++] = digits[byte & 15];
    }
  }
  text[len] = '\0';
  return MHD_add_response_header(response, name, text) == MHD_YES;
}

static bool add_scopes(struct MHD_Response *response, const mcpauth_authinfo *caller) {
  char text[MAX_CLAIM_BYTES + 2];
  size_t len = 0;
  for (size_t i = 0; i < mcpauth_authinfo_scope_count(caller); i++) {
    const mcpauth_str scope = mcpauth_authinfo_scope_at(caller, i);
    if (len + 1 + scope.len > MAX_CLAIM_BYTES) return add(response, "X-MCP-Scopes", (mcpauth_str){text, sizeof text});
    if (len > 0) text[len++] = ' ';
    memcpy(text + len, scope.data, scope.len);
    len += scope.len;
  }
  return add(response, "X-MCP-Scopes", (mcpauth_str){text, len});
}

/* A text as it is, anything else as JSON. */
static bool add_claim(struct MHD_Response *response, const struct claim_header *wanted,
                      const mcpauth_authinfo *caller) {
  char json[MAX_CLAIM_BYTES + 2];
  mcpauth_str value = mcpauth_authinfo_claim_string(caller, wanted->claim);
  if (mcpauth_authinfo_claim_type(caller, wanted->claim) != MCPAUTH_CLAIM_STRING) {
    value.len = mcpauth_authinfo_claim_json(caller, wanted->claim, json, sizeof json);
    value.data = json;
  }
  return add(response, wanted->name, value);
}

bool add_caller(struct MHD_Response *response, const struct settings *settings, const mcpauth_authinfo *caller) {
  bool good = add(response, "X-MCP-Issuer", mcpauth_authinfo_issuer(caller)) &&
              add(response, "X-MCP-Subject", mcpauth_authinfo_subject(caller)) &&
              add(response, "X-MCP-Client", mcpauth_authinfo_client_id(caller)) && add_scopes(response, caller);
  for (size_t i = 0; good && i < settings->claim_count; i++) good = add_claim(response, &settings->claims[i], caller);
  return good;
}

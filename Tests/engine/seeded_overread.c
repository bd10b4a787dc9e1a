/* Gives the engine a length that is larger than the text, so that a run shows that AddressSanitizer sees into the engine. */
#include <mcpauth.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static mcpauth_result refuse(void *userdata, const char *token, size_t len, mcpauth_authinfo_builder *builder) {
  (void)userdata, (void)token, (void)len, (void)builder;
  return MCPAUTH_ERR_TOKEN_REJECTED;
}

int main(void) {
  static const char text[] = "eyJhbGciOiJFUzI1NiJ9.e30.e30";
  char *token = malloc(sizeof text - 1);
  mcpauth_config *config;
  mcpauth_verifier *verifier;
  mcpauth_authinfo *info;
  memcpy(token, text, sizeof text - 1);
  if (mcpauth_config_new("https://mcp.example.com", &config) != MCPAUTH_OK ||
      mcpauth_config_set_custom_verifier(config, refuse, NULL, NULL) != MCPAUTH_OK ||
      mcpauth_verifier_new(config, &verifier, NULL) != MCPAUTH_OK)
    return 2;
  if (mcpauth_verify(verifier, token, sizeof text, &info, NULL) == MCPAUTH_OK) return 2;
  puts("nobody saw it");
  return 0;
}

/*
 * seeded_leak.c: verifies a token and forgets mcpauth_authinfo_free, unless it is called with the argument `free`.
 *
 * Tests/c/valgrind.sh runs it both ways: a leak that valgrind does not report here would go unseen in the examples too.
 */
#include <mcpauth.h>
#include <stdio.h>
#include <string.h>

static mcpauth_result accept_all(void *userdata, const char *token, size_t token_len,
                                 mcpauth_authinfo_builder *builder) {
  (void)userdata;
  return mcpauth_authinfo_builder_set_subject(builder, token, token_len);
}

int main(int argc, char **argv) {
  mcpauth_config *config = NULL;
  mcpauth_verifier *verifier = NULL;
  mcpauth_authinfo *info = NULL;
  const bool leak = !(argc == 2 && strcmp(argv[1], "free") == 0);
  const bool ok = mcpauth_config_new("https://localhost", &config) == MCPAUTH_OK &&
                  mcpauth_config_dangerous_disable_audience_check(config) == MCPAUTH_OK &&
                  mcpauth_config_set_custom_verifier(config, accept_all, NULL, NULL) == MCPAUTH_OK &&
                  mcpauth_verifier_new(config, &verifier, NULL) == MCPAUTH_OK &&
                  mcpauth_verify(verifier, "token", 5, &info, NULL) == MCPAUTH_OK;
  if (ok) printf("%s\n", mcpauth_authinfo_subject(info).data);
  if (!leak) mcpauth_authinfo_free(info);
  info = NULL;
  mcpauth_verifier_free(verifier);
  mcpauth_config_free(config);
  return ok ? 0 : 1;
}

#include <mcpauth.h>
#include <stdio.h>

/* A request without a token is refused: 401. */
int main(void) {
  mcpauth_config *config = NULL;
  mcpauth_verifier *verifier = NULL;
  mcpauth_error *error = NULL;
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_authinfo *caller = NULL;
  mcpauth_response *answer = NULL;
  mcpauth_config_new("https://mcp.example.com/mcp", &config);
  mcpauth_config_add_issuer(config, "https://auth.example.com", NULL);
  if (mcpauth_verifier_new(config, &verifier, &error) != MCPAUTH_OK) return 1;
  request.method.data = "POST", request.method.len = 4;
  request.path.data = "/mcp", request.path.len = 4;
  const mcpauth_result result = mcpauth_handle(verifier, &request, &caller, &answer);
  printf("%s: %s %d\n", mcpauth_version(), mcpauth_result_name(result), mcpauth_response_status(answer));
  const int status = mcpauth_response_status(answer);
  mcpauth_response_free(answer);
  mcpauth_verifier_free(verifier);
  mcpauth_config_free(config);
  return status != 401;
}

/* So many requests with a token that was seen before, from C: beside handle_cpp.cpp, which does the same. */
#include <stdlib.h>

#include "../c/fixture.h"
#include "handle_fields.h"

check_counter check_failures_of_case;

int main(int argc, char **argv) {
  const long count = argc > 1 ? atol(argv[1]) : 1000;
  mcpauth_verifier *verifier = fixture_verifier(fixture_config(NULL));
  char *token = fixture_token(NULL);
  char *authorization = format("Bearer %s", token);
  size_t let_in = 0;
  for (long i = 0; i < count; i++) {
    mcpauth_header fields[FIELD_COUNT + 1];
    mcpauth_request request = MCPAUTH_REQUEST_INIT;
    mcpauth_authinfo *info = NULL;
    mcpauth_response *answer = NULL;
    for (size_t at = 0; at < FIELD_COUNT; at++) {
      fields[at].name.data = FIELDS[at][0], fields[at].name.len = strlen(FIELDS[at][0]);
      fields[at].value.data = FIELDS[at][1], fields[at].value.len = strlen(FIELDS[at][1]);
    }
    fields[FIELD_COUNT].name.data = "Authorization", fields[FIELD_COUNT].name.len = 13;
    fields[FIELD_COUNT].value.data = authorization, fields[FIELD_COUNT].value.len = strlen(authorization);
    request.method.data = "POST", request.method.len = 4;
    request.path.data = "/mcp", request.path.len = 4;
    request.headers = fields, request.header_count = FIELD_COUNT + 1;
    request.body.data = BODY, request.body.len = strlen(BODY);
    if (mcpauth_handle(verifier, &request, &info, &answer) == MCPAUTH_OK) let_in += mcpauth_authinfo_subject(info).len;
    mcpauth_response_free(answer);
    mcpauth_authinfo_free(info);
  }
  mcpauth_verifier_free(verifier);
  free(authorization), free(token);
  return let_in == (size_t)count * strlen(SUBJECT) ? 0 : 1;
}

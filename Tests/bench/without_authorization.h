/*
 * Included in front of the example server, it makes one that lets every request pass: the same program without the work of
 * authorization. The first request is authorized, so that there is a caller to answer about; its token has to be good.
 */
#include <mcpauth.h>

static mcpauth_result pass(const mcpauth_verifier *verifier, const mcpauth_request *request, mcpauth_authinfo **info,
                           mcpauth_response **response) {
  static mcpauth_authinfo *_Atomic first;
  if (response) *response = NULL;
  if (!first) {
    mcpauth_result result = mcpauth_handle(verifier, request, info, response);
    if (result != MCPAUTH_OK) return result;
    mcpauth_authinfo *kept = NULL;
    result = mcpauth_authinfo_retain(*info, &kept);
    first = kept;
    return result;
  }
  return mcpauth_authinfo_retain(first, info);
}

#define mcpauth_handle pass

#include "../../include/mcpauth.h"

/* The header's version as a text, put together by the preprocessor: it stands in the header alone. */
#define MCPAUTH_QUOTED(text) #text
#define MCPAUTH_DOTTED(major, minor, patch) MCPAUTH_QUOTED(major) "." MCPAUTH_QUOTED(minor) "." MCPAUTH_QUOTED(patch)
static inline const char *cmcpauth_version(void) {
  return MCPAUTH_DOTTED(MCPAUTH_VERSION_MAJOR, MCPAUTH_VERSION_MINOR, MCPAUTH_VERSION_PATCH);
}

/* The size of mcpauth_request in version 0.1: what came later stands behind it. */
static inline size_t cmcpauth_oldest_request_size(void) { return offsetof(mcpauth_request, headers); }

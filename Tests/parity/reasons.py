"""Why libmcpauth answers otherwise than MCP Auth, where it does: the whole list. docs/mcp-auth-parity.md says it at length."""

REASONS = {
    # the challenge
    "rfc6750-codes": "the header's error is one of RFC 6750 section 3.1, not MCP Auth's own name, which stays in the body",
    "no-error-without-credentials": "RFC 6750 section 3.1: no error is told to a request that brought no credentials",
    "token68-is-400": "RFC 6750 section 3.1: a request that is malformed, or has two credentials, is invalid_request, 400",
    "challenge-scope": "MCP 2026-07-28: the challenge says which scopes to ask for",
    "challenge-metadata-everywhere": "RFC 9728 section 5.1: every challenge says where the metadata is, in a 403 too",
    "challenge-escaped": "a quote inside a quoted-string (RFC 9110 section 5.6.4) ends it; none is in ours",
    # the Authorization header
    "one-or-more-spaces": "RFC 9110 section 11.4: one space or more between scheme and credentials",
    "nothing-after-bearer": "Bearer with nothing behind it has its own message: the code is MCP Auth's, which never gets there",
    "empty-is-no-scheme": "an Authorization header without a value is there, and is no Bearer",
    # what a token may be
    "more-algorithms": "RFC 7518, 8037, 9864: every asymmetric algorithm, unless the issuer's are narrowed",
    "kid-optional": "RFC 7515 section 4.1.4: kid is optional; the one key that fits is used",
    "exp-required": "a token that never expires is accepted by an explicit call only",
    "audience-required": "MCP 2026-07-28 and RFC 8707: the resource is the audience, and no check only by an explicit call",
    "fractions": "RFC 7519 section 2: a NumericDate may have a fraction",
    "strict-shapes": "a claim of the wrong type rejects the token; it is never converted or skipped",
    "strict-json": "RFC 8725: a duplicate member means different things to different readers",
    "empty-is-a-value": "an empty issuer or audience is a wrong one like any other",
    "crit": "RFC 7515 section 4.1.11: what crit demands is not supported, so it rejects, whatever it is",
    "token-type": "RFC 8725 section 3.11: what is signed by the same issuer and is no access token is refused",
    "bound-tokens": "RFC 7800: a token bound to a key is no bearer token",
    "bounded": "what an attacker sends is bounded: 16 KiB for a token",
    "more-scope-claims": "scp is read too: Entra ID and Okta send it",
    "more-client-claims": "appid and cid are read too: Entra ID, AD FS and Okta send them",
    "no-blank-scopes": "two spaces make no empty scope",
    "scope-that-is-there": "a scope claim that is present counts, be it empty; scopes is for tokens without one",
    # outcomes
    "outage-is-503": "an outage of the issuer's side is no fault of the token: 503 and Retry-After, so that nobody is logged out",
    "no-500-by-a-token": "what is wrong with a token is a 401, never a 500",
    "json-500": "a programming error is answered with the JSON body of every other 500",
    # the body's cause
    "cause-says-more": "the cause is a sentence that says what is wrong and how to fix it",
    "cause-where-there-is-none": "MCP Auth's cause is the text \"None\" where there is none; ours says what is wrong",
    "cause-is-a-list": "several issuers or audiences are an array, not one text with commas",
    "cause-not-for-500": "what is wrong with the server's own configuration is for its log, never for a client",
    # custom verification
    "custom-issuer-checked": "MCP Auth's documentation promises that the issuer of a custom verifier is checked; here it is",
    "custom-expiry-checked": "an expiry that a custom verifier sets is judged",
    # metadata
    "405-names-methods": "the 405 carries the CORS headers and names the methods; its body is empty",
}

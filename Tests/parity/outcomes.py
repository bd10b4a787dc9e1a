"""Deliberate differences that come in groups: {value's name: (reason, theirs, ours)} for comparison.compare."""

METADATA = "https://mcp.example/.well-known/oauth-protected-resource/mcp"
FORMAT = "Invalid `Authorization` header format. Expected {}Bearer <token>{}."
INVALID = "The provided token is invalid or malformed."
MISSING_TOKEN = "Missing bearer token in `Authorization` header. Please provide a valid token."


def let_in(reason, theirs="401 invalid_token"):
    """MCP Auth refuses it."""
    return {"verdict": (reason, theirs, "200")}


def refused(reason, ours="401 invalid_token"):
    """MCP Auth lets it in."""
    return {"verdict": (reason, "200", ours)}


def code(theirs, ours="invalid_token"):
    return {"challenge.error": ("rfc6750-codes", theirs, ours)}


WRONG_ISSUER, WRONG_AUDIENCE = code("invalid_issuer"), code("invalid_audience")
MISSING_SCOPES = {**code("missing_required_scopes", "insufficient_scope"),
                  "challenge.scope": ("challenge-scope", "(absent)", "read write"),
                  "challenge.resource_metadata": ("challenge-metadata-everywhere", "(absent)", METADATA)}
SCOPE_TO_ASK_FOR = {"challenge.scope": ("challenge-scope", "(absent)", "read write")}

# Where the value that is wrong is an empty text, it is wrong like any other, with its own code.
EMPTY_ISSUER, EMPTY_AUDIENCE = ({
    "body.error": ("empty-is-a-value", "invalid_token", f"invalid_{what}"),
    "body.error_description": "empty-is-a-value", "challenge.error_description": "empty-is-a-value",
} for what in ("issuer", "audience"))

NO_HEADER = {"challenge.error": ("no-error-without-credentials", "missing_auth_header", "(absent)"),
             "challenge.error_description": "no-error-without-credentials"}
EMPTY_HEADER = {**NO_HEADER, "body.error": ("empty-is-no-scheme", "missing_auth_header", "invalid_auth_header_format"),
                "body.error_description": "empty-is-no-scheme"}

# Their description holds quotes, which end it; what stands behind it, the metadata's URL, is lost with it.
BROKEN = {"challenge.broken": ("challenge-escaped", True, "(absent)"),
          "challenge.resource_metadata": ("challenge-escaped", "(absent)", METADATA)}
OTHER_SCHEME = {**BROKEN, "challenge.error": ("no-error-without-credentials", "invalid_auth_header_format", "(absent)")}
NOTHING_AFTER_BEARER = {**OTHER_SCHEME,
                        "body.error": ("nothing-after-bearer", "invalid_auth_header_format", "missing_bearer_token"),
                        "body.error_description": ("nothing-after-bearer", FORMAT.format('"', '"'), MISSING_TOKEN)}
NOT_ONE_TOKEN = {"status": ("token68-is-400", 401, 400), **BROKEN,
                 "challenge.error": ("token68-is-400", "invalid_auth_header_format", "invalid_request"),
                 "challenge.error_description": ("challenge-escaped", "(absent)", FORMAT.format("'", "'"))}
# One word for them, and no token68.
NOT_TOKEN68 = {"status": ("token68-is-400", 401, 400),
               "body.error": ("token68-is-400", "invalid_token", "invalid_auth_header_format"),
               "body.error_description": ("token68-is-400", INVALID, FORMAT.format('"', '"')),
               "challenge.error": ("token68-is-400", "invalid_token", "invalid_request"),
               "challenge.error_description": ("token68-is-400", INVALID, FORMAT.format("'", "'"))}

OUTAGE = {"status": ("outage-is-503", 401, 503), "body.error": ("outage-is-503", "invalid_token", "server_error"),
          "body.error_description": "outage-is-503", "challenge.error": ("outage-is-503", "invalid_token", "(absent)"),
          "challenge.error_description": "outage-is-503", "challenge.resource_metadata": "outage-is-503"}
CRASH = {"status": ("no-500-by-a-token", 500, 401), "body": ("no-500-by-a-token", "Internal Server Error", "(absent)"),
         "body.error": "no-500-by-a-token", "body.error_description": "no-500-by-a-token",
         "challenge.error": "no-500-by-a-token", "challenge.error_description": "no-500-by-a-token",
         "challenge.resource_metadata": "no-500-by-a-token"}

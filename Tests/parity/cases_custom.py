"""The requests of custom mode: what the function says of a token, and where the answers differ on purpose.

One description drives both functions: `info` is what they return, `fails` how they fail instead.
"""
from dataclasses import dataclass, field

from making import ISSUER, RESOURCE, soon
from outcomes import MISSING_SCOPES, WRONG_AUDIENCE, refused

GOOD = {"issuer": ISSUER, "subject": "user-1", "client_id": "client-1", "audience": [RESOURCE],
        "scopes": ["read", "write"], "claims": {}}


@dataclass
class Custom:
    name: str
    info: dict = field(default_factory=lambda: dict(GOOD))
    fails: str = None  # invalid, verification, outage, bug
    option: str = "plain"
    differs: dict = field(default_factory=dict)


def saying(name, option="plain", differs=None, **changes):
    return Custom(name, {**GOOD, **changes}, None, option, differs or {})


CASES = [
    saying("good"),
    saying("audience array", audience=["urn:other", RESOURCE]),
    saying("further claims", claims={"email": "ada@example.com", "tier": 3}),
    saying("no client", client_id=None),
    saying("no scopes", scopes=[]),
    saying("another audience", audience=["urn:other"], differs=WRONG_AUDIENCE),
    saying("no audience", audience=[], differs=WRONG_AUDIENCE),
    saying("no audience, check off", "no-audience", audience=[]),
    saying("all scopes", "scopes", scopes=["write", "read"]),
    saying("one scope missing", "scopes", MISSING_SCOPES, scopes=["read"]),
    saying("another issuer", differs=refused("custom-issuer-checked", "401 invalid_issuer"), issuer="https://other.example"),
    saying("expired", differs=refused("custom-expiry-checked"), claims={"exp": soon(-100)}),
    saying("not expired", claims={"exp": soon(3600)}),
    Custom("rejected", fails="verification"),
    Custom("invalid", fails="invalid"),
    Custom("its backend is down", fails="outage", differs={
        "status": ("outage-is-503", 401, 503),
        "body.error": ("outage-is-503", "token_verification_failed", "server_error"),
        "body.error_description": "outage-is-503", "challenge.error": "outage-is-503",
        "challenge.error_description": "outage-is-503", "challenge.resource_metadata": "outage-is-503"}),
    Custom("a bug in it", fails="bug", differs={
        "body": ("json-500", "Internal Server Error", "(absent)"),
        "body.error": ("json-500", "(absent)", "server_error"), "body.error_description": "json-500"}),
]
for one in CASES:
    if one.fails == "verification":
        one.differs = {"challenge.error": ("rfc6750-codes", "token_verification_failed", "invalid_token")}

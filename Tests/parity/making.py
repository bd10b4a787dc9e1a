"""Requests for both: Authorization fields around tokens of the present moment."""
import time
from dataclasses import dataclass, field

from keys import P256
from tokens import changed, signed

ISSUER, RESOURCE = "https://issuer.example", "https://mcp.example/mcp"


@dataclass
class Case:
    """`fields()` makes the Authorization fields; `differs` are the deliberate differences, see comparison.compare."""
    name: str
    fields: object
    differs: dict = field(default_factory=dict)
    option: str = "plain"


def claims(**changes):
    now = int(time.time())
    return changed({"iss": ISSUER, "sub": "user-1", "aud": RESOURCE, "exp": now + 300, "iat": now - 10,
                    "client_id": "client-1", "scope": "read write"}, changes)


def soon(seconds):
    return int(time.time()) + seconds


def bearer(payload=None, head=None, key=P256, algorithm="ES256"):
    """One field with a token whose signature is right."""
    head = changed({"alg": algorithm, "typ": "JWT", "kid": key.kid}, head or {})
    return [b"Bearer " + signed(key, algorithm, head, claims() if payload is None else payload)]

"""Tokens made by hand: any bytes for a header, any bytes for a payload, any bytes for a signature."""
from encoding import b64, compact

ISSUER = b"https://issuer.example"
RESOURCE = b"https://mcp.example/mcp"
NOW = 1_900_000_000
LEEWAY = 60

ABSENT = object()


def changed(members, changes):
    merged = {**members, **changes}
    return {name: value for name, value in merged.items() if value is not ABSENT}


def claims(**changes):
    """The claims of a good access token, with these changed, added or (ABSENT) left out."""
    return changed({"iss": ISSUER.decode(), "sub": "user-1", "aud": RESOURCE.decode(), "exp": NOW + 300,
                    "iat": NOW - 10, "client_id": "client-1", "scope": "read write"}, changes)


def header(key, algorithm, **changes):
    return changed({"alg": algorithm, "typ": "at+jwt", "kid": key.kid}, changes)


def signing_input(head, payload):
    """`head` and `payload` are JSON values, or bytes that are taken as they are."""
    return b64(compact(head)) + b"." + b64(compact(payload))


def signed(key, algorithm, head=None, payload=None):
    """A token whose signature is right. `head` and `payload` default to those of a good token."""
    data = signing_input(header(key, algorithm) if head is None else head, claims() if payload is None else payload)
    return data + b"." + b64(key.sign(algorithm, data))


def with_signature(token, signature):
    """The same token with other signature bytes."""
    return token[:token.rindex(b".") + 1] + b64(signature)

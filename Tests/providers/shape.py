"""Access tokens as a provider sends them: header and claims with its names, its kinds of values and its habits."""
from dataclasses import dataclass, field

from encoding import b64, compact
from keys import RSA
from tokens import ABSENT, NOW, changed, signing_input

__all__ = ["ABSENT", "NOW", "RESOURCE", "Shape", "times"]

RESOURCE = "https://mcp.example.com/mcp"


def times(lifetime=3600, **more):
    """iat a little while ago, exp after a lifetime; in the order and of the kind that most providers send."""
    return {"iat": NOW - 30, "exp": NOW - 30 + lifetime, **more}


@dataclass(frozen=True)
class Shape:
    """`key` signs. `published` are the members of its JWK that differ from kid, kty and the key's own (None: left out)."""
    header: dict
    claims: dict
    key: object = RSA
    published: dict = field(default_factory=dict)

    def token(self, header=(), without=(), **claims):
        """A token of this shape with these claims changed, added or (in `without`, by name) left out."""
        head = changed(self.header, dict(header))
        body = changed(self.claims, {**claims, **dict.fromkeys(without, ABSENT)})
        data = signing_input(head, body)
        return data + b"." + b64(self.key.sign(head["alg"], data))

    def jwk(self):
        """The key as the provider publishes it."""
        return self.key.jwk(**{"kid": self.header.get("kid"), "use": "sig", "alg": self.header["alg"], **self.published})

    def jwks(self, *others):
        """The provider's key set; `others` are JWKs that it publishes too."""
        return compact({"keys": [*others, self.jwk()]})

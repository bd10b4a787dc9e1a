"""Tokens for the differential test, from a seeded source: good ones, and ones spoiled at one or two layers."""
import dataclasses
import random

from draft_content import HEADER, PAYLOAD, TEXT
from draft_spelling import reparted, resigned, respelled
from encoding import b64, compact
from keys import ECKey, EdwardsKey, RSAKey, Secret
from references import KEYS
from tokens import ABSENT, LEEWAY, NOW, claims, header


@dataclasses.dataclass
class Draft:
    """A token before it is signed."""
    source: random.Random
    algorithm: str
    key: object
    head: object = None
    payload: object = None
    notes: list = dataclasses.field(default_factory=list)  # what was done to it

    def pick(self, *choices):
        return self.source.choice(choices)

    def sign(self, data):
        """By its key; where that cannot sign so, by one that can: as an attacker with a key would."""
        fits = {RSAKey: ("RS", "PS"), ECKey: ("ES", ), EdwardsKey: ("Ed", ), Secret: ("HS", )}[type(self.key)]
        key = self.key if self.algorithm.startswith(fits) else KEYS[self.algorithm]
        return key.sign(self.algorithm, data)


def good_claims(d):
    exp = d.pick(NOW + 300, NOW + 300.5, NOW - LEEWAY + 1, NOW + 10**8, NOW - 1)
    return claims(exp=exp,
                  iat=d.pick(NOW, NOW - 10**8, NOW + LEEWAY, NOW - 0.5, ABSENT, 0),
                  nbf=d.pick(ABSENT, ABSENT, NOW, NOW + LEEWAY, 0),
                  aud=d.pick(TEXT, [TEXT], ["x", TEXT], [TEXT, "y", ""], [TEXT, TEXT]),
                  sub=d.pick("user-1", "\u00e9\U0001f600", " ", "u" * 200),
                  jti=d.pick(ABSENT, "1", "\u20ac"),
                  scope=d.pick("read", "", ABSENT, ["a", "b"]),
                  client_id=d.pick("client-1", ABSENT),
                  extra=d.pick(ABSENT, None, 1, -1.5e-7, [], {"a": [1, {"b": None}]}, True, "x" * 500, {}))


def good_header(d):
    return header(d.key,
                  d.algorithm,
                  typ=d.pick("at+jwt", "JWT", ABSENT, "application/at+jwt"),
                  cty=d.pick(ABSENT, ABSENT, "JWT"),
                  x5t=d.pick(ABSENT, "AAAA"),
                  foo=d.pick(ABSENT, ABSENT, 1, None, {"alg": "none"}))


def drafted(seed, number):
    """(the token, what was done to it)"""
    source = random.Random(f"{seed} {number}")
    algorithm = source.choice(list(KEYS))
    d = Draft(source, algorithm, KEYS[algorithm])
    d.head, d.payload = good_header(d), good_claims(d)
    after = []
    for _ in range(source.choice((0, 1, 1, 1, 1, 1, 2))):
        layer = source.choice(("header", "payload", "payload", "spelling", "parts", "signature"))
        if layer in ("header", "payload"):
            spoil = source.choice(HEADER if layer == "header" else PAYLOAD)
            d.notes.append(spoil.__name__)
            spoil(d)
        else:
            after.append({"spelling": respelled, "parts": reparted, "signature": resigned}[layer])
    parts = [b64(compact(d.head)), b64(compact(d.payload))]
    parts.append(b64(d.sign(b".".join(parts))))
    for spoil in after:
        if len(parts) == 3:
            d.notes.append(spoil.__name__)
            spoil(d, parts)
    return b".".join(parts), ", ".join(d.notes) or "nothing"

"""The differences to PyJWT and joserfc that are accepted, each with its reason. The list is closed.

A predicate looks at the token alone: at what is in it, not at how the test made it.
"""
import functools
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from encoding import unb64
from mcpauth_abi import R
from strictness import strictness_faults
from tokens import LEEWAY, NOW

BOTH = ("PyJWT", "joserfc")
DATES = ("exp", "nbf", "iat")
LATEST = 253402300799


class Case:
    """A token and what this library said of it."""
    def __init__(self, token, note, result, message):
        self.token, self.note, self.result, self.message = token, note, result, message

    @functools.cached_property
    def texts(self):
        """Header and payload as JSON text, where they can be decoded at all."""
        parts = self.token.split(b".")[:2]
        try:
            return [unb64(part.rstrip(b"=")) for part in parts]
        except ValueError:
            return []

    def parsed(self, index):
        """As Python's json reads it, which is lax: an empty object where it cannot."""
        try:
            value = json.loads(self.texts[index])
        except (ValueError, IndexError, RecursionError):
            return {}
        return value if isinstance(value, dict) else {}

    @functools.cached_property
    def header(self):
        return self.parsed(0)

    @functools.cached_property
    def claims(self):
        return self.parsed(1)

    @functools.cached_property
    def faults(self):
        return {fault for text in self.texts for fault in strictness_faults(text)}


@dataclass(frozen=True)
class Difference:
    libraries: tuple
    result: R  # of this library
    reason: str
    occurs: Callable[[Case], bool]


def fault(name):
    return lambda case: name in case.faults


def outside(claim):
    """A number, and no date between 1970 and 9999."""
    return type(claim) in (int, float) and not 0 <= claim <= LATEST


def cut_off(claim, edge):
    """Above the edge, and not above it any more without its fraction."""
    return isinstance(claim, float) and int(claim) <= edge < claim


def wrong_words(value):
    words = value if isinstance(value, list) else [value]
    return any(not isinstance(word, str) for word in words)


ACCEPTED = [
    # ---- refused here and accepted there: this library is stricter
    Difference(BOTH, R.TOKEN_MALFORMED, "compressed content is refused by the name of the header member (A29)",
               lambda c: "zip" in c.header),
    Difference(BOTH, R.TOKEN_ENCRYPTED, "enc is the mark of an encrypted token, whatever else the header says (A29)",
               lambda c: "enc" in c.header),
    Difference(BOTH, R.TOKEN_MALFORMED, "a token has at most 16 KiB (A17)", lambda c: len(c.token) > 16384),
    Difference(BOTH, R.TOKEN_MALFORMED,
               "JSON is UTF-8 without a mark (RFC 8259 section 8.1); Python's also guesses UTF-16 and UTF-32 (A31)",
               fault("not UTF-8")),
    Difference(BOTH, R.TOKEN_MALFORMED, "a member name twice: Python takes the last, others the first (A16)",
               fault("name twice")),
    Difference(BOTH, R.TOKEN_MALFORMED, "NaN and Infinity are no JSON (A18)", fault("NaN or Infinity")),
    Difference(BOTH, R.TOKEN_MALFORMED, "nesting is bounded (A17)", fault("nested deeper than 32")),
    Difference(BOTH, R.TOKEN_MALFORMED, "U+0000 ends a C string early (A31)", fault("NUL in a string")),
    Difference(BOTH, R.TOKEN_MALFORMED, "half a surrogate pair is no character (A31)", fault("half a surrogate pair")),
    Difference(("joserfc", ), R.TOKEN_MALFORMED, "an empty crit is forbidden (RFC 7515 section 4.1.11, A14)",
               lambda c: c.header.get("crit") == []),
    Difference(("PyJWT", ), R.TOKEN_MALFORMED, "typ is a string (RFC 7515 section 4.1.9)",
               lambda c: not isinstance(c.header.get("typ", ""), str)),
    Difference(("PyJWT", ), R.TOKEN_MALFORMED, "b64 other than true is refused, and not only false (A15)",
               lambda c: c.header.get("b64", True) is not True),
    Difference(("PyJWT", ), R.TOKEN_MALFORMED, "base64url in JOSE has no padding (A30)", lambda c: b"=" in c.token),
    Difference(
        BOTH, R.CLAIM_INVALID, "client_id and azp name the client, and are strings with something in them",
        lambda c: any(name in c.claims and (not isinstance(c.claims[name], str) or not c.claims[name])
                      for name in ("client_id", "azp"))),
    Difference(BOTH, R.CLAIM_INVALID,
               "scope is a string or an array of strings: it decides, so its shape is checked (A41)",
               lambda c: "scope" in c.claims and wrong_words(c.claims["scope"])),
    Difference(BOTH, R.CLAIM_INVALID, "jti and sub are no empty strings",
               lambda c: "" in (c.claims.get("jti"), c.claims.get("sub"))),
    Difference(BOTH, R.CLAIM_INVALID, "a date lies between 1970 and 9999 (A18)",
               lambda c: any(outside(c.claims.get(name)) for name in DATES)),
    Difference(("PyJWT", ), R.CLAIM_INVALID, "a date is a number; Python's int() takes strings and booleans too (A18)",
               lambda c: any(isinstance(c.claims.get(name), (str, bool)) for name in DATES)),
    Difference(("PyJWT", ), R.TOKEN_NOT_YET_VALID,
               "a fraction of a second counts; int() cuts it off (RFC 7519 section 2)",
               lambda c: any(cut_off(c.claims.get(name), NOW + LEEWAY) for name in ("nbf", "iat"))),
    Difference(BOTH, R.BINDING_MISMATCH, "a token bound to a key is no bearer token (RFC 7800)",
               lambda c: "cnf" in c.claims),

    # ---- accepted here and refused there: each of these has to be harmless
    Difference(
        BOTH,
        R.OK,
        "a number nobody asks for harms nobody, however long it is; Python's int() takes 4,300 digits at most",
        lambda c: any(re.search(rb"\d{4301}", text) for text in c.texts),
    ),
    Difference(("PyJWT", ), R.OK, "the names Ed25519 and Ed448 of RFC 9864 are newer than it",
               lambda c: c.header.get("alg") in ("Ed25519", "Ed448")),
    Difference(("PyJWT", ), R.OK,
               "a fraction of a second counts: exp is later than its whole seconds (RFC 7519 section 2)",
               lambda c: cut_off(c.claims.get("exp"), NOW - LEEWAY)),
    Difference(BOTH, R.OK,
               "kid is optional: the only key that is for the algorithm is the one (RFC 7515 section 4.1.4)",
               lambda c: "kid" not in c.header),
    Difference(("joserfc", ), R.OK, "x5u, x5c and cty are never read, and x5t only without a kid: their shape does not matter (A5)",
               lambda c: any(name in c.header for name in ("x5t", "x5u", "x5c", "cty"))),
    Difference(("joserfc", ), R.OK, "the header has no bound of its own, the token has",
               lambda c: len(c.texts[0]) > 512),
]

"""A verifier and a token that it lets pass: every refusal is asserted beside its control."""
import re

from encoding import compact
from mcpauth_abi import Config, R
from tokens import ISSUER, NOW, RESOURCE

TOKEN68 = re.compile(rb"[A-Za-z0-9._~+/-]+=*")


def configured(now=lambda: NOW, issuer=ISSUER, resource=RESOURCE):
    """A configuration at a fixed time, and its issuer, which has no keys yet."""
    config = Config(resource).clock(now).log()
    return config, config.issuer(issuer)


def verifier(jwks=(), secrets=(), algorithms=None, settings=(), now=lambda: NOW):
    """A verifier with these JWKs, (secret, algorithm) pairs and further (setter, argument...) of the configuration."""
    config, issuer = configured(now)
    if jwks:
        issuer.jwks(compact({"keys": list(jwks)}))
    for key, algorithm in secrets:
        issuer.secret(key.secret, algorithm.encode(), key.kid.encode())
    if algorithms:
        issuer.set("set_algorithms", algorithms.encode())
    for setting in settings:
        config.set(*setting)
    return config.verifier()


class Gate:
    """`refuses` fails as soon as the verifier does not accept the control, or refuses for another reason."""

    def __init__(self, verifier, control):
        self.verifier, self.control = verifier, control

    def accepts(self, token):
        outcome = self.verifier.verify(token)
        assert outcome.result == R.OK, f"{outcome.result.name}: {outcome.message}\n{token[:600]}"
        assert outcome.info["token"] == token
        assert self.verifier.request(token, method=b"GET").info == outcome.info
        return outcome.info

    def refuses(self, token, result, saying=""):
        self.accepts(self.control)
        outcome = self.verifier.verify(token)
        assert outcome.result == result, f"{outcome.result.name}: {outcome.message}\n{token[:600]}"
        assert saying in outcome.message, outcome.message
        assert len(token) < 40 or token[-40:] not in outcome.message.encode(), "no token in a message"
        if TOKEN68.fullmatch(token):  # what no Authorization field can hold is refused before it is looked at
            denied = self.verifier.request(token, method=b"GET")
            assert (denied.result, denied.status) == (result, outcome.status)
        return outcome

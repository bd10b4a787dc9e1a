"""A5, A6, A14, A15, A29: what a header may not say, and what is not listened to."""
import base64
import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from canary import canary
from encoding import b64, compact, spelled
from gate import Gate, configured, verifier
from keys import P256, ec_key
from mcpauth_abi import R
from tokens import ABSENT, ISSUER, claims, header, signed

ATTACKER = ec_key("attacker")


def gate(**settings):
    return Gate(verifier([P256.jwk()], **settings), signed(P256, "ES256"))


def certificate(key):
    """Self-signed, DER, base64 (not base64url), as x5c wants it."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "attacker")])
    start = datetime.datetime(2026, 1, 1)
    made = x509.CertificateBuilder(name, name, key.private.public_key(), 1, start,
                                   start.replace(year=2046)).sign(key.private, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.DER)


def own_keys(url):
    """Every header member through which a token could bring or name its own key."""
    chain = [base64.b64encode(certificate(ATTACKER)).decode()]
    return [{"jwk": ATTACKER.jwk()}, {"jku": url + "/jwks.json"}, {"x5u": url + "/chain.pem"}, {"x5c": chain},
            {"jwk": ATTACKER.jwk(), "jku": url + "/jwks.json", "x5u": url + "/chain.pem", "x5c": chain}]


def test_A05_a_token_never_brings_or_names_its_own_key():
    with canary(compact({"keys": [ATTACKER.jwk(), ATTACKER.jwk(kid=P256.kid)]})) as (url, heard):
        for members in own_keys(url):
            for kid, result in ((P256.kid, R.SIGNATURE_INVALID), (ATTACKER.kid, R.KEY_NOT_FOUND),
                                (ABSENT, R.SIGNATURE_INVALID)):
                forged = signed(ATTACKER, "ES256", header(ATTACKER, "ES256", kid=kid, **members))
                gate().refuses(forged, result)
            gate().accepts(signed(P256, "ES256", header(P256, "ES256", **members)))  # they do no harm either
        assert heard == []


def test_A05_no_token_causes_a_request_for_an_issuer_that_is_not_configured():
    with canary() as (url, heard):
        for name in (url, url + "/", url.replace("http", "https"), ISSUER.decode() + "@" + url[7:]):
            gate().refuses(signed(P256, "ES256", payload=claims(iss=name)), R.ISSUER_MISMATCH)
        assert heard == []


def test_A05_control_a_configured_key_set_is_fetched_and_its_tokens_header_is_not():
    """The canary does hear what it is meant to: one request, whatever the headers of the tokens say."""
    with canary(compact({"keys": [P256.jwk()]})) as (url, heard):
        config, issuer = configured()
        issuer.set("allow_http_on_loopback").set("set_jwks_uri", url.encode() + b"/configured.json")
        fetching = config.verifier()
        for members in own_keys(url):
            Gate(fetching, None).accepts(signed(P256, "ES256", header(P256, "ES256", **members)))
            forged = signed(ATTACKER, "ES256", header(P256, "ES256", **members))
            assert fetching.verify(forged).result == R.SIGNATURE_INVALID
        assert heard == ["/configured.json"]


HOSTILE_KIDS = [
    "../../../../etc/passwd", "' OR '1'='1", "x'; DROP TABLE keys; --", "$(id)", "`id`", "%s%n%p", "\r\nX-Injected: 1",
    "\x1b[2J", "p256 ", " p256", "P256", "p256\n", "p25", "p2566", "\u0440256", "", "*", "http://127.0.0.1/", "k" * 256,
    "\u00e9" * 128
]


@pytest.mark.parametrize("kid", HOSTILE_KIDS)
def test_A06_kid_is_looked_up_and_nothing_else(kid):
    token = signed(P256, "ES256", header(P256, "ES256", kid=kid))
    outcome = gate().refuses(token, R.KEY_NOT_FOUND)
    assert "\r" not in outcome.message and "\n" not in outcome.message and "\x1b" not in outcome.message
    named = Gate(verifier([P256.jwk(kid=kid)]), None)
    named.accepts(token)  # it is a name like any other where a key has it


@pytest.mark.parametrize("kid", ["k" * 257, "\u00e9" * 129, "k" * 8000])
def test_A06_kid_is_bounded(kid):
    gate().refuses(signed(P256, "ES256", header(P256, "ES256", kid=kid)), R.TOKEN_MALFORMED, "kid")


def test_A06_kid_of_a_mebibyte():
    gate().refuses(signed(P256, "ES256", header(P256, "ES256", kid="k" * (1 << 20))), R.TOKEN_MALFORMED, "bytes")


@pytest.mark.parametrize("kid", [1, 1.5, True, None, ["p256"], {"kid": "p256"}])
def test_A06_kid_is_a_string(kid):
    gate().refuses(signed(P256, "ES256", header(P256, "ES256", kid=kid)), R.TOKEN_MALFORMED, "kid")


@pytest.mark.parametrize("text", ['"p256\\u0000"', '"\\u0000p256"', '"p256\0"'])
def test_A06_kid_with_nul(text):
    """A C string would end there and be the right kid."""
    gate().refuses(signed(P256, "ES256", spelled(header(P256, "ES256"), kid=text)), R.TOKEN_MALFORMED)


CRITS = [
    "[]", '["exp"]', '["unknown"]', '["alg"]', '["b64"]', '["kid","typ"]', "null", '"exp"', "true", "{}", "0", '[""]',
    "[1]", '["http://example.com/UNDEFINED"]'
]


@pytest.mark.parametrize("text", CRITS)
def test_A14_crit_in_any_form(text):
    gate().refuses(signed(P256, "ES256", spelled(header(P256, "ES256"), crit=text)), R.TOKEN_MALFORMED, "crit")


def test_A14_crit_with_the_member_it_names():
    head = header(P256, "ES256", crit=["http://example.com/ext"], **{"http://example.com/ext": True})
    gate().refuses(signed(P256, "ES256", head), R.TOKEN_MALFORMED, "crit")
    gate().accepts(signed(P256, "ES256", header(P256, "ES256", **{"http://example.com/ext": True})))


def test_A14_crit_twice():
    head = spelled(header(P256, "ES256"), crit='[],"crit":["exp"]')
    gate().refuses(signed(P256, "ES256", head), R.TOKEN_MALFORMED, "duplicate")


def test_A14_crit_in_the_payload_is_no_header():
    gate().accepts(signed(P256, "ES256", payload=claims(crit=["exp"])))


@pytest.mark.parametrize("text", ["false", "null", "0", "1", '"true"', '"false"', "[]", "[true]"])
def test_A15_b64_other_than_true(text):
    gate().refuses(signed(P256, "ES256", spelled(header(P256, "ES256"), b64=text)), R.TOKEN_MALFORMED, "b64")
    with_crit = spelled(header(P256, "ES256"), crit='["b64"]', b64=text)
    gate().refuses(signed(P256, "ES256", with_crit), R.TOKEN_MALFORMED)


def test_A15_b64_true_changes_nothing():
    gate().accepts(signed(P256, "ES256", header(P256, "ES256", b64=True)))


def test_A15_unencoded_payload():
    """RFC 7797: the payload as it is, signed as it is."""
    for payload in (b'{"sub":"user-1"}', b"$02", b""):
        data = b64(spelled(header(P256, "ES256"), crit='["b64"]', b64="false")) + b"." + payload
        gate().refuses(data + b"." + b64(P256.sign("ES256", data)), R.TOKEN_MALFORMED)


def test_A15_detached_payload():
    head, payload, signature = signed(P256, "ES256").split(b".")
    gate().refuses(head + b".." + signature, R.TOKEN_MALFORMED, "detached")
    data = head + b"."
    gate().refuses(data + b"." + b64(P256.sign("ES256", data)), R.TOKEN_MALFORMED, "detached")


def test_A29_five_parts_are_a_jwe():
    head = {"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": P256.kid}
    jwe = b".".join([b64(compact(head))] + [b64(b"x" * count) for count in (256, 12, 300, 16)])
    gate().refuses(jwe, R.TOKEN_ENCRYPTED, "encrypted")
    gate().refuses(b"....", R.TOKEN_ENCRYPTED)
    gate().refuses(signed(P256, "ES256") + b"..", R.TOKEN_ENCRYPTED)


def test_A29_jwe_in_disguise():
    """CVE-2026-29000: three parts, a good signature, and the header of an encrypted token."""
    gate().refuses(signed(P256, "ES256", header(P256, "ES256", enc="A256GCM")), R.TOKEN_ENCRYPTED, "encrypted")
    gate().refuses(signed(P256, "ES256", header(P256, "ES256", enc=None)), R.TOKEN_ENCRYPTED, "encrypted")
    gate().refuses(signed(P256, "ES256", header(P256, "ES256", zip="DEF")), R.TOKEN_MALFORMED, "zip")
    gate().refuses(signed(P256, "ES256", header(P256, "dir")), R.ALGORITHM_NOT_ALLOWED)


def test_A29_json_serialization():
    head, payload, signature = (part.decode() for part in signed(P256, "ES256").split(b"."))
    flattened = {"payload": payload, "protected": head, "signature": signature}
    general = {"payload": payload, "signatures": [{"protected": head, "signature": signature}]}
    for message in (flattened, general):
        gate().refuses(compact(message), R.TOKEN_MALFORMED, "JSON serialization")


def test_A29_algorithm_of_an_unprotected_header():
    """There is no place for one in the compact form; a header member of that name says nothing."""
    head = header(P256, "none", header={"alg": "ES256"})
    gate().refuses(signed(P256, "ES256", head), R.ALGORITHM_NOT_ALLOWED)
    gate().accepts(signed(P256, "ES256", header(P256, "ES256", header={"alg": "none"})))

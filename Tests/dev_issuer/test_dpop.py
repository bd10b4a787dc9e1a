"""DPoP (RFC 9449) at the token endpoint: proofs by PyJWT, each with one thing wrong."""

import json
import time
import uuid

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from conftest import DevIssuer
from walk import Client, basic

EC, RSA = ec.generate_private_key(ec.SECP256R1()), rsa.generate_private_key(65537, 2048)
OTHER = ec.generate_private_key(ec.SECP256R1())


def public(key):
    algorithm = jwt.algorithms.RSAAlgorithm if key is RSA else jwt.algorithms.ECAlgorithm
    return {name: value for name, value in algorithm.to_jwk(key.public_key(), as_dict=True).items() if name != "key_ops"}


def proof(issuer, key=EC, signed_by=None, algorithm=None, header=None, **claims):
    content = {"jti": str(uuid.uuid4()), "htm": "POST", "htu": issuer.url + "/token", "iat": int(time.time())} | claims
    content = {name: value for name, value in content.items() if value is not None}
    head = {"typ": "dpop+jwt", "jwk": public(key)} | (header or {})
    head = {name: value for name, value in head.items() if value is not None}
    return ("DPoP", jwt.encode(content, signed_by or key, algorithm or ("RS256" if key is RSA else "ES256"), headers=head))


def thumbprint(key):
    import base64
    import hashlib
    members = {name: value for name, value in public(key).items() if name in ("kty", "crv", "x", "y", "n", "e")}
    text = json.dumps(members, sort_keys=True, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(hashlib.sha256(text).digest()).rstrip(b"=").decode()


@pytest.mark.parametrize("key", [EC, RSA], ids=["ES256", "RS256"])
def test_a_proof_binds_the_tokens_to_its_key(issuer, client, key):
    tokens = client.exchange(client.code(), [proof(issuer, key)]).json
    assert tokens["token_type"] == "DPoP"
    assert issuer.claims(tokens["access_token"])["cnf"] == {"jkt": thumbprint(key)}
    said = Client(issuer.url, "service").post("/introspect", {"token": tokens["access_token"]}, [basic("service", "s3cret")]).json
    assert said["token_type"] == "DPoP" and said["cnf"] == {"jkt": thumbprint(key)}
    assert client.refresh(tokens["refresh_token"]).json["error"] == "invalid_grant"
    assert client.refresh(tokens["refresh_token"], [proof(issuer, OTHER)]).json["error"] == "invalid_grant"
    assert client.refresh(tokens["refresh_token"], [proof(issuer, key)]).json["token_type"] == "DPoP"


def test_a_login_can_name_its_key(issuer, client):
    code = client.code(dpop_jkt=thumbprint(EC))
    assert client.exchange(code, [proof(issuer, OTHER)]).json["error"] == "invalid_grant"
    assert client.exchange(client.code(dpop_jkt=thumbprint(EC))).json["error"] == "invalid_grant"
    assert client.exchange(client.code(dpop_jkt=thumbprint(EC)), [proof(issuer)]).status == 200


HMAC = "0123456789abcdef0123456789abcdef"
WRONG = {
    "another method": {"htm": "GET"}, "no method": {"htm": None}, "another endpoint": {"htu": "http://127.0.0.1:1/token"},
    "no endpoint": {"htu": None}, "no ID": {"jti": None}, "an empty ID": {"jti": ""}, "a long ID": {"jti": "x" * 257},
    "no time": {"iat": None},
    "a time that is a text": {"iat": "now"}, "too old": {"iat": int(time.time()) - 3600},
    "of the future": {"iat": int(time.time()) + 3600},
    "signed by another": {"signed_by": OTHER}, "another type": {"header": {"typ": "JWT"}}, "no key": {"header": {"jwk": None}},
    "HS256": {"algorithm": "HS256", "signed_by": HMAC}, "a key of another type": {"header": {"jwk": public(RSA)}},
    "a key that is no object": {"header": {"jwk": "x"}}, "half a key": {"header": {"jwk": {"kty": "EC", "crv": "P-256",
    "x": "AA"}}},
    "a point off the curve": {"header": {"jwk": {"kty": "EC", "crv": "P-256", "x": "A" * 43, "y": "A" * 43}}},
    "a private key": {"header": {"jwk": jwt.algorithms.ECAlgorithm.to_jwk(EC, as_dict=True)}},
    "another algorithm": {"algorithm": "PS256", "key": RSA},
}


@pytest.mark.parametrize("changes", WRONG.values(), ids=WRONG.keys())
def test_proofs_that_are_refused(issuer, client, changes):
    answer = client.refresh("x.y", [proof(issuer, **changes)])
    assert answer.status == 400 and answer.json["error"] == "invalid_dpop_proof" and answer.json["error_description"]


@pytest.mark.parametrize("text", ["", "x", "..", "a.b.c", "e30.e30.e30", "eyJ.eyJ.x", "x" * 9000, "W10.W10.AA", "." * 20])
def test_proofs_that_are_none(client, text):
    assert client.refresh("x.y", [("DPoP", text)]).json["error"] == "invalid_dpop_proof"


def test_a_minute_between_the_clocks_is_forgiven(issuer, client):
    for seconds in (-60, 60):
        assert client.exchange(client.code(), [proof(issuer, iat=int(time.time()) + seconds)]).status == 200


def test_a_proof_works_once(issuer, client):
    once = proof(issuer)
    assert client.exchange(client.code(), [once]).status == 200
    assert client.exchange(client.code(), [once]).json["error"] == "invalid_dpop_proof"
    assert client.exchange(client.code(), [proof(issuer), proof(issuer)]).json["error"] == "invalid_dpop_proof"


def test_nonces():
    with DevIssuer("--dpop-nonce") as issuer:
        client = Client(issuer.url)
        code = client.code()
        refused = client.exchange(code, [proof(issuer)])
        assert refused.status == 400 and refused.json["error"] == "use_dpop_nonce"
        assert "DPoP-Nonce" in refused.headers["access-control-expose-headers"]
        nonce = refused.headers["dpop-nonce"]
        assert client.exchange(code, [proof(issuer, nonce="made up")]).json["error"] == "use_dpop_nonce"
        assert client.exchange(code, [proof(issuer, nonce=nonce)]).status == 200, "the code is not used up by it"

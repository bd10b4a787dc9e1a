"""What an operator, a client and an attacker do at each authorization server, step by step, without a client library."""

import base64
import hashlib
import secrets
import subprocess
import time
import urllib.parse
import uuid

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from browser import Browser
from conftest import NAMES
from running import EXAMPLES, PROGRAMS
from servers import MORE, OTHER_RESOURCE, USE
from walk import basic, until

REDIRECT = "http://127.0.0.1:1/callback"
ID_TOKENS = {"Glewlwyd", "NanoIDP"}
BOUND = {"dev_issuer", "Glewlwyd"}


@pytest.fixture(scope="module", params=NAMES)
def setting(settings, request):
    return settings(request.param)


@pytest.fixture(params=PROGRAMS)
def mcp(setting, request):
    return setting.programs[request.param]


def log_in(server, resource, scope=USE, headers=(), **more):
    """A login by plain HTTP, as alice: what the token endpoint gives."""
    method = {"token_endpoint_auth_method": server.auth_method or "none"}
    client = server.register(REDIRECT, scope=f"{scope} {MORE}", **method)
    verifier = secrets.token_urlsafe(48)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    query = {"response_type": "code", "client_id": client["client_id"], "redirect_uri": REDIRECT, "state": "xyz", "scope": scope,
             "resource": resource, "code_challenge": challenge, "code_challenge_method": "S256"} | more
    end = Browser().log_in(server.metadata()["authorization_endpoint"] + "?" + urllib.parse.urlencode(query))
    back = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(end).query))
    assert back.get("state") == "xyz" and "code" in back, end
    form = {"grant_type": "authorization_code", "code": back["code"], "redirect_uri": REDIRECT, "code_verifier": verifier,
            "client_id": client["client_id"], "resource": resource}
    if "client_secret" in client:
        form["client_secret"] = client["client_secret"]
    answer = server.post("token_endpoint", form, headers)
    assert answer.status == 200, answer.text
    return answer.json


def refused(answer, error=None):
    """A 401 with a challenge, which tells the client to log in again."""
    assert answer.status == 401, (answer.status, answer.text)
    assert "resource_metadata=" in answer.headers["www-authenticate"]
    if error:
        assert answer.json["error"] == error, answer.text


def test_check_issuer_says_that_it_works(setting):
    said = subprocess.run([EXAMPLES / "check_issuer", "--http-loopback", setting.server.issuer], capture_output=True, text=True,
                          timeout=120)
    assert said.returncode == 0 and "works with MCP" in said.stdout, said.stdout + said.stderr


def test_a_login_with_pkce_and_resource(setting, mcp):
    tokens = log_in(setting.server, mcp.url)
    answer = mcp.call(tokens["access_token"])
    assert answer.status == 200, answer.text
    more = mcp.call(tokens["access_token"], "whoami")
    assert more.status == 403 and f'scope="{USE} {MORE}"' in more.headers["www-authenticate"]
    assert mcp.call(log_in(setting.server, mcp.url, f"{USE} {MORE}")["access_token"], "whoami").status == 200


def test_client_credentials(setting, mcp):
    assert mcp.call(setting.server.client_credentials(mcp.url)).status == 200


def test_another_servers_token_is_refused(setting, mcp):
    refused(mcp.call(setting.server.client_credentials(OTHER_RESOURCE)), "invalid_audience")
    other, = [program for program in setting.programs.values() if program is not mcp]
    refused(mcp.call(setting.server.client_credentials(other.url)), "invalid_audience")


def test_no_token_and_no_real_token_are_refused(setting, mcp):
    refused(mcp.call(None), "missing_auth_header")
    token = setting.server.client_credentials(mcp.url)
    head, claims, signature = token.split(".")
    refused(mcp.call(f"{head}.{claims}.{signature[:-8]}AAAAAAAA"), "invalid_token")
    refused(mcp.call(f"{head}.{claims}."), "invalid_token")


def test_a_refresh_token_is_refused(setting, mcp):
    """NanoIDP's are JWTs of the same key, issuer and, for the first of the servers, audience."""
    token = log_in(setting.server, mcp.url)["refresh_token"]
    if setting.server.name == "NanoIDP" and mcp.url == setting.server.resources[0]:
        assert jwt.decode(token, options={"verify_signature": False})["aud"] == mcp.url
    refused(mcp.call(token))


def test_an_id_token_is_refused(setting, mcp):
    if setting.server.name not in ID_TOKENS:
        pytest.skip("it has none")
    tokens = log_in(setting.server, mcp.url, f"openid {USE}", nonce="n-0S6_WzA2Mj")
    refused(mcp.call(tokens["id_token"]))


def test_a_bound_token_sent_as_bearer_is_refused(setting, mcp):
    server = setting.server
    if server.name not in BOUND:
        pytest.skip("it binds no tokens")
    key = ec.generate_private_key(ec.SECP256R1())
    public = jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    proof = jwt.encode({"jti": str(uuid.uuid4()), "htm": "POST", "htu": server.metadata()["token_endpoint"],
        "iat": int(time.time())},
                       key, "ES256", headers={"typ": "dpop+jwt", "jwk": {n: v for n, v in public.items() if n != "key_ops"}})
    answer = server.post("token_endpoint", {"grant_type": "client_credentials", "scope": USE, "resource": mcp.url},
                         [basic(*server.service), ("DPoP", proof)])
    assert answer.status == 200, answer.text
    assert "cnf" in jwt.decode(answer.json["access_token"], options={"verify_signature": False})
    refused(mcp.call(answer.json["access_token"]), "invalid_token")


@pytest.mark.skip(reason="comes with introspection in the library")
def test_a_revoked_token_is_refused_where_it_is_introspected():
    pass


@pytest.mark.skip(reason="comes with introspection in the library")
def test_opaque_tokens():
    pass


@pytest.mark.skip(reason="comes with DPoP in the library")
def test_a_bound_token_with_its_proof_is_accepted():
    pass


def test_an_expired_token_is_refused(setting):
    """Really waited for: its lifetime and the minute of leeway. One of before the other tests, which took some of that."""
    for program in PROGRAMS:
        token, mcp = setting.aged[program], setting.programs[program]
        expires = jwt.decode(token, options={"verify_signature": False})["exp"]
        until(lambda expires=expires: time.time() > expires + 61, "its expiry", 400)
        answer = mcp.call(token)
        refused(answer, "invalid_token")
        assert "expired" in answer.text


def test_new_keys_are_found(setting):
    """Twice within the cooldown of fetches. Good tokens are never refused: what cannot be judged yet is 503."""
    for _ in range(2):
        setting.server.rotate()
        for mcp in setting.programs.values():
            token = setting.server.client_credentials(mcp.url)
            answer = mcp.call(token)
            assert answer.status in (200, 503), answer.text
            if answer.status == 503:
                assert int(answer.headers["retry-after"]) >= 0
                until(lambda mcp=mcp, token=token: mcp.call(token).status == 200, "the new key", 120)


"""The token endpoint: codes, refresh tokens, client authentication; and what became of a token: introspection, revocation."""

import time

import pytest

from conftest import DevIssuer
from walk import FORM, REDIRECT, RESOURCE, Client, basic, send, until


def is_active(issuer, token):
    answer = Client(issuer.url, "service").post("/introspect", {"token": token}, [basic("service", "s3cret")])
    assert answer.status == 200
    return answer.json["active"]


def error(answer):
    assert answer.status in (400, 401), answer.text
    assert answer.json["error_description"] and answer.headers["cache-control"] == "no-store"
    return answer.json["error"]


# ---- codes ----


def test_a_code_works_once_and_its_second_use_withdraws_the_tokens(issuer, client):
    code = client.code()
    tokens = client.exchange(code).json
    assert is_active(issuer, tokens["access_token"])
    assert error(client.exchange(code)) == "invalid_grant"
    assert not is_active(issuer, tokens["access_token"])
    assert error(client.refresh(tokens["refresh_token"])) == "invalid_grant"


MISUSES = {
    "another verifier": {"code_verifier": "v" * 43}, "no verifier": {"code_verifier": None},
    "a short verifier": {"code_verifier": "short"},
    "another redirect URI": {"redirect_uri": REDIRECT + "/x"}, "another port": {"redirect_uri": "http://127.0.0.1:2/callback"},
    "no redirect URI": {"redirect_uri": None}, "another resource": {"resource": "https://other.example.com/mcp"},
}


@pytest.mark.parametrize("changes", MISUSES.values(), ids=MISUSES.keys())
def test_a_code_is_bound_to_its_login(client, changes):
    code = client.code()
    assert error(client.exchange(code, **changes)) == "invalid_grant"
    assert error(client.exchange(code)) == "invalid_grant", "whoever failed with a code has used it up"


def test_a_code_is_bound_to_its_client(issuer, client):
    code, other = client.code(), Client(issuer.url)
    assert error(client.exchange(code, client_id=other.client_id)) == "invalid_grant"


@pytest.mark.parametrize("code", ["", "unknown", "x" * 5000, "\u00e9", None])
def test_an_unknown_code(client, code):
    assert error(client.exchange(code)) == "invalid_grant"


def test_a_code_expires():
    with DevIssuer("--code-lifetime", "1") as issuer:
        client = Client(issuer.url)
        code = client.code()
        time.sleep(2.1)  # whole seconds are compared
        assert error(client.exchange(code)) == "invalid_grant"


# ---- refresh tokens ----


def test_a_refresh_token_is_replaced_and_an_old_one_ends_the_login(issuer, client):
    first = client.tokens()
    second = client.refresh(first["refresh_token"]).json
    assert second["refresh_token"] != first["refresh_token"] and second["access_token"] != first["access_token"]
    claims = issuer.claims(second["access_token"])
    assert claims["sub"] == "alice" and claims["scope"] == "mcp:use mcp:more" and claims["aud"] == RESOURCE
    assert error(client.refresh(first["refresh_token"])) == "invalid_grant"
    assert error(client.refresh(second["refresh_token"])) == "invalid_grant", "thief and victim cannot be told apart"
    assert not is_active(issuer, second["access_token"])


def test_a_refresh_may_narrow_the_scope_but_not_widen_it(client):
    token = client.tokens()["refresh_token"]
    assert error(client.refresh(token, scope="mcp:use admin")) == "invalid_scope"
    assert error(client.refresh(token, resource="https://other.example.com/mcp")) == "invalid_target"
    narrow = client.refresh(token, scope="mcp:use").json
    assert narrow["scope"] == "mcp:use"
    assert client.refresh(narrow["refresh_token"]).json["scope"] == "mcp:use mcp:more", "the login keeps what it had"


def test_a_refresh_token_is_its_clients(issuer, client):
    token = client.tokens()["refresh_token"]
    assert error(Client(issuer.url).refresh(token)) == "invalid_grant"
    assert client.refresh(token).status == 200, "nobody else's attempt ends the login"


@pytest.mark.parametrize("token", ["x", ".", "a.b", "." * 100, "x" * 5000, None])
def test_an_unknown_refresh_token(client, token):
    assert error(client.refresh(token)) == "invalid_grant"


def test_a_client_that_did_not_register_for_refresh_tokens_gets_none(issuer):
    client = Client(issuer.url, grant_types=["authorization_code"])
    assert "refresh_token" not in client.tokens()
    assert error(client.refresh("x.y")) == "unauthorized_client"


def test_lifetimes_are_kept():
    with DevIssuer("--access-lifetime", "2", "--refresh-lifetime", "3", "--client", "service:s3cret") as issuer:
        client = Client(issuer.url)
        tokens = client.tokens()
        assert tokens["expires_in"] == 2
        claims = issuer.claims(tokens["access_token"])
        assert claims["exp"] - claims["iat"] == 2
        until(lambda: not is_active(issuer, tokens["access_token"]), "the end of the access token")
        until(lambda: time.time() > claims["iat"] + 4, "the end of the refresh token")
        assert error(client.refresh(tokens["refresh_token"])) == "invalid_grant"


# ---- who asks ----


@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
def test_a_client_with_a_secret_has_to_show_it(issuer, method):
    client = Client(issuer.url, token_endpoint_auth_method=method)
    secret, client.secret = client.secret, None
    token = client.exchange(client.code(), client_secret=secret).json["refresh_token"]
    assert error(client.refresh(token)) == "invalid_client"
    assert error(client.refresh(token, client_secret=secret + "x")) == "invalid_client"
    wrong = client.refresh(token, [basic(client.client_id, "wrong")], client_id=None)
    assert error(wrong) == "invalid_client" and wrong.headers["www-authenticate"].startswith("Basic")
    both = client.refresh(token, [basic(client.client_id, secret)], client_secret=secret)
    assert error(both) == "invalid_request"
    assert client.refresh(token, [basic(client.client_id, secret)], client_id=None).status == 200


@pytest.mark.parametrize("field", ["Basic", "Basic !!!", "Basic YWxpY2U", "Bearer x", "Basic " + "A" * 4000, "Basic Jj06Jj0="])
def test_credentials_that_cannot_be_read(client, field):
    assert error(client.refresh("x.y", [("Authorization", field)])) == "invalid_client"


def test_an_unknown_client(client):
    for client_id in ("unknown", None):
        assert error(client.refresh("x.y", client_id=client_id)) == "invalid_client"


def test_requests_that_are_none(issuer, client):
    assert error(client.post("/token", {"client_id": client.client_id})) == "invalid_request"
    assert error(client.post("/token", {"grant_type": "password", "client_id": client.client_id})) == "unsupported_grant_type"
    assert error(client.post("/token", {"grant_type": ["a", "b"], "client_id": client.client_id})) == "invalid_request"
    for body in (b"grant_type=%zz", b"grant_type=%", b"grant_type=%00", b"grant_type=\xff\xfe",
            b"&".join(b"a%d=1" % i for i in range(99))):
        assert error(send(issuer.url, "POST", "/token", body, [("Content-Type", FORM)])) == "invalid_request"
    large = send(issuer.url, "POST", "/token", b"a=" + b"x" * 100_000, [("Content-Type", FORM)])
    assert large.status == 413 and large.json["error"] == "invalid_request"
    assert send(issuer.url, "POST", "/token", b"", [("Content-Type", "text/plain")]).status == 400


# ---- clients for themselves, introspection, revocation ----


def test_client_credentials_are_for_clients_of_the_command_line(issuer, client):
    service = Client(issuer.url, "service", "s3cret")
    answer = service.post("/token", {"grant_type": "client_credentials", "scope": "mcp:use", "resource": RESOURCE},
                          [basic("service", "s3cret")])
    claims = issuer.claims(answer.json["access_token"])
    assert claims["sub"] == claims["client_id"] == "service" and claims["aud"] == RESOURCE and "refresh_token" not in answer.json
    asked = {"grant_type": "client_credentials"}
    assert error(service.post("/token", asked, [basic("service", "wrong")])) == "invalid_client"
    assert error(service.post("/token", asked | {"scope": 'a"'}, [basic("service", "s3cret")])) == "invalid_scope"
    assert error(client.post("/token", asked | {"client_id": client.client_id})) == "unauthorized_client"


def test_introspection_tells_what_the_token_says(issuer, client):
    tokens = client.tokens()
    asked = Client(issuer.url, "service")
    said = asked.post("/introspect", {"token": tokens["access_token"]}, [basic("service", "s3cret")]).json
    assert said == issuer.claims(tokens["access_token"]) | {"active": True, "token_type": "Bearer"}
    for other in (tokens["refresh_token"], "garbage", issuer.get("/token?kind=forged").text):
        assert not is_active(issuer, other)
    assert is_active(issuer, issuer.get("/token").text)
    assert error(client.post("/introspect", {"token": "x", "client_id": client.client_id})) == "invalid_client"
    assert error(asked.post("/introspect", {}, [basic("service", "s3cret")])) == "invalid_request"


def test_revocation(issuer, client):
    tokens, other = client.tokens(), Client(issuer.url)

    def withdraw(who, token):
        return who.post("/revoke", {"token": token, "client_id": who.client_id}).status

    assert withdraw(other, tokens["access_token"]) == withdraw(other, tokens["refresh_token"]) == 200
    assert is_active(issuer, tokens["access_token"]), "another client's revocation does nothing"
    assert withdraw(client, tokens["access_token"]) == 200 and not is_active(issuer, tokens["access_token"])
    second = client.refresh(tokens["refresh_token"]).json
    assert withdraw(client, second["refresh_token"]) == 200 and not is_active(issuer, second["access_token"])
    assert error(client.refresh(second["refresh_token"])) == "invalid_grant"
    assert withdraw(client, "garbage") == 200
    assert error(client.post("/revoke", {"client_id": client.client_id})) == "invalid_request"


def test_opaque_tokens():
    with DevIssuer("--opaque", "--client", "service:s3cret") as issuer:
        token = Client(issuer.url).tokens()["access_token"]
        assert "." not in token and is_active(issuer, token)
        assert "." not in issuer.get("/token").text

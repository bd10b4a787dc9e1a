"""What the server answers to requests it refuses: status, body, challenge, each beside a token that is let in."""
import time

import pytest

from conftest import SCOPE, challenge
from issuer import SUBJECT, Issuer

INVALID = "The provided token is invalid or malformed."


@pytest.fixture(autouse=True)
def control(issuer, server):
    """The good token, in the same test: what refuses everything refuses nothing."""
    status, headers, body = server.ask_who(f"Bearer {issuer.token(server.url)}")
    assert status == 200 and SUBJECT in str(body["result"])
    assert "www-authenticate" not in headers


def check(answer, server, status, body, error):
    """error: of the challenge; None: it has none."""
    got_status, headers, got_body = answer
    assert got_status == status
    assert got_body == body
    assert headers["content-type"] == "application/json"
    found = challenge(headers)
    assert found.pop("resource_metadata") == server.metadata_url
    assert found.pop("scope") == SCOPE
    assert found.pop("error", None) == error
    found.pop("error_description", None)
    assert found == {}
    assert headers["access-control-expose-headers"] == "WWW-Authenticate, Retry-After"
    assert headers["access-control-allow-origin"] == "*"


def invalid(code, description):
    return {"error": code, "error_description": description}


def test_no_header(server):
    check(server.ask_who(), server, 401, invalid(
        "missing_auth_header", "Missing `Authorization` header. Please provide a valid bearer token."), None)


def test_another_scheme(server):
    check(server.ask_who("Basic YWxpY2U6c2VjcmV0"), server, 401, invalid(
        "invalid_auth_header_format", 'Invalid `Authorization` header format. Expected "Bearer <token>".'), None)


def test_no_token(server):
    check(server.ask_who("Bearer"), server, 401, invalid(
        "missing_bearer_token", "Missing bearer token in `Authorization` header. Please provide a valid token."), None)


def test_two_headers(server, issuer):
    token = issuer.token(server.url)
    check(server.ask_who(f"Bearer {token}", f"Bearer {token}"), server, 400, invalid(
        "invalid_auth_header_format", 'Invalid `Authorization` header format. Expected "Bearer <token>".'),
        "invalid_request")


def test_not_a_token(server):
    check(server.ask_who("Bearer opaque"), server, 401, invalid("invalid_token", INVALID), "invalid_token")


def test_expired(server, issuer):
    token = issuer.token(server.url, exp=int(time.time()) - 100)
    check(server.ask_who(f"Bearer {token}"), server, 401, invalid("invalid_token", INVALID), "invalid_token")


def test_wrong_audience(server, issuer):
    token = issuer.token("https://other.example.com/mcp")
    check(server.ask_who(f"Bearer {token}"), server, 401, invalid(
        "invalid_audience", "The token audience does not match the expected audience."), "invalid_token")


def test_wrong_issuer(server, issuer):
    token = issuer.token(server.url, iss="https://other.example.com")
    check(server.ask_who(f"Bearer {token}"), server, 401, invalid(
        "invalid_issuer", "The token issuer does not match the expected issuer."), "invalid_token")


def test_forged(server, issuer):
    token = issuer.forged(server.url)
    check(server.ask_who(f"Bearer {token}"), server, 401, invalid("invalid_token", INVALID), "invalid_token")


def test_unsigned(server, issuer):
    token = issuer.unsigned(server.url)
    assert token.endswith(".")
    check(server.ask_who(f"Bearer {token}"), server, 401, invalid("invalid_token", INVALID), "invalid_token")


def test_missing_scope(server, issuer):
    token = issuer.token(server.url, scope="profile")
    check(server.ask_who(f"Bearer {token}"), server, 403, invalid(
        "missing_required_scopes", "The token does not contain the necessary scopes for this request.") | {
        "missing_scopes": [SCOPE]}, "insufficient_scope")


def test_a_token_in_the_query_is_none(server, issuer):
    status, _, body = server.request(path=f"/mcp?access_token={issuer.token(server.url)}")
    assert (status, body["error"]) == (401, "missing_auth_header")


def test_an_answer_says_no_more_than_it_must(server, issuer):
    """The sentence about an expired and a forged token is the same, and none repeats what was sent."""
    bodies = [server.ask_who(f"Bearer {token}")[2] for token in (
        issuer.token(server.url, exp=1), issuer.forged(server.url), "opaque")]
    assert bodies[0] == bodies[1] == bodies[2]


# ---- the issuer's side -----------------------------------------------------------------------------------------------

SERVER_ERROR = {"error": "server_error", "error_description": "An error occurred with the authorization server."}


def check_unavailable(answer):
    status, headers, body = answer
    assert status == 503 and body == SERVER_ERROR
    assert int(headers["retry-after"]) > 0
    assert challenge(headers) is None


def test_a_dead_issuer_is_an_outage(serve, issuer, dead_url):
    """503 and no challenge: a 401 would log every user out."""
    with serve("--issuer", dead_url, "--scope", SCOPE) as server:
        check_unavailable(server.ask_who(f"Bearer {issuer.token(server.url, iss=dead_url)}"))
        assert server.ask_who()[0] == 401  # what needs no keys is still judged


def test_dead_keys_are_an_outage(serve, issuer, dead_url):
    with serve("--issuer", issuer.url, "--jwks-uri", f"{dead_url}/jwks") as server:
        check_unavailable(server.ask_who(f"Bearer {issuer.token(server.url)}"))


def test_an_issuer_that_says_it_is_another_is_a_broken_configuration(serve, issuer):
    """500 and no challenge: no other token would help."""
    class Liar(Issuer):
        def metadata(self):
            return super().metadata() | {"issuer": issuer.url}

    with Liar() as liar, serve("--issuer", liar.url) as server:
        status, headers, body = server.ask_who(f"Bearer {liar.token(server.url)}")
        assert (status, body) == (500, SERVER_ERROR)
        assert challenge(headers) is None and "retry-after" not in headers


def test_keys_outlive_their_server(serve):
    with Issuer() as issuer, serve("--issuer", issuer.url) as server:
        assert server.ask_who(f"Bearer {issuer.token(server.url)}")[0] == 200
        issuer.stop()
        assert server.ask_who(f"Bearer {issuer.token(server.url)}")[0] == 200

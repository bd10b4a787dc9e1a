"""Whose tokens are taken, and for whom they have to be: each of the development issuer's kinds, in each revision."""

import pytest

from target import EARLIER, NEWEST, challenge, headers_of, probe

REFUSED = {  # kind of token: the body's `error`
    "other-audience": "invalid_audience", "no-audience": "invalid_audience",
    "expired": "invalid_token",  # for 600 seconds
    "not-yet-valid": "invalid_token", "other-issuer": "invalid_issuer", "forged": "invalid_token", "unsigned": "invalid_token"}


@pytest.mark.parametrize("revision", [NEWEST, *EARLIER])
def test_the_right_audience_is_let_in(target, revision):
    answer = target.send(probe(revision), target.token())
    assert answer.status == 200 and "result" in answer.json


@pytest.mark.parametrize("revision", [NEWEST, *EARLIER])
@pytest.mark.parametrize("kind", REFUSED)
def test_the_others_are_refused(target, kind, revision):
    answer = target.send(probe(revision), target.token(kind))
    assert answer.status == 401 and answer.json["error"] == REFUSED[kind]
    assert challenge(answer)["error"] == "invalid_token"


def test_a_key_that_nobody_published_is_refused(target):
    """Once only: the issuer is asked for it, and within the cooldown a second one is answered 503."""
    answer = target.send(probe(NEWEST), target.token("unknown-key"))
    assert answer.status == 401 and challenge(answer)["error"] == "invalid_token"


def test_a_token_for_one_server_is_none_for_another(target, public):
    token = target.token()
    assert target.send(probe(NEWEST), token).status == 200
    assert public.send(probe(NEWEST), token).status == 401


@pytest.mark.parametrize("audience,status", [
    ("HTTPS://MCP.Example.COM/mcp", 200), ("https://mcp.example.com/MCP", 401),
    ("https://mcp.example.com/mcp/", 401), ("https://mcp.example.com", 401), ("https://mcp.example.com/mcp#x", 401)])
def test_the_case_of_scheme_and_host_means_nothing(public, audience, status):
    answer = public.send(probe(NEWEST), public.token(audience=audience), [("Host", "mcp.example.com"), *headers_of(probe(NEWEST))])
    assert answer.status == status

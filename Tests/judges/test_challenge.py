"""The checks of a 401, of a request without a token and of one with a token that is none."""

import re
from urllib.parse import urlsplit

import pytest

from conftest import PUBLIC
from servers import USE
from target import EARLIER, NEWEST, challenge, headers_of, message, probe
from walk import send

SCOPE = re.compile(r"[!#-\[\]-~]+( [!#-\[\]-~]+)*")  # RFC 6749 section 3.3
ERRORS = {"invalid_request", "invalid_token", "insufficient_scope"}  # RFC 6750 section 3.1

CHECKS = {
    "status-code": lambda answer: answer.status == 401,
    "www-authenticate-present": lambda answer: "www-authenticate" in answer.headers,
    "bearer-scheme": lambda answer: answer.headers["www-authenticate"].split()[0] == "Bearer",
    "one-challenge": lambda answer: [name.lower() for name, _ in answer.fields].count("www-authenticate") == 1,
    "resource-metadata": lambda answer: urlsplit(challenge(answer)["resource_metadata"]).netloc != "",
    "scope-format": lambda answer: SCOPE.fullmatch(challenge(answer)["scope"]) is not None,
    "scope-is-what-every-call-needs": lambda answer: challenge(answer)["scope"].split() == [USE],
    "error-code": lambda answer: challenge(answer).get("error") in ERRORS | {None},
    "response-json": lambda answer: answer.headers["content-type"] == "application/json" and isinstance(answer.json, dict),
    "not-cached": lambda answer: "no-store" in answer.headers["cache-control"],
}
REQUESTS = {f"{body['method']} {revision}": body for revision in (NEWEST, *EARLIER)
            for body in (probe(revision), message("tools/list", revision=revision))}


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("body", REQUESTS.values(), ids=REQUESTS.keys())
def test_401_without_a_token(target, body, check):
    answer = target.send(body)
    assert CHECKS[check](answer) and "error" not in challenge(answer), "a request without credentials made no error"


@pytest.mark.parametrize("check", CHECKS)
def test_401_for_what_is_no_token(target, check):
    answer = target.send(probe(NEWEST), "authlab.no-token")
    assert CHECKS[check](answer) and challenge(answer)["error"] == "invalid_token"


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_401_whatever_the_method(target, method):
    assert target.send(method=method).status == 401


def test_the_metadata_that_the_challenge_names_is_there(target):
    place = urlsplit(challenge(target.send(probe(NEWEST)))["resource_metadata"])
    assert send(f"{place.scheme}://{place.netloc}", "GET", place.path).json["resource"] == target.url


def test_the_challenge_behind_a_gateway_names_the_public_place(public):
    answer = public.send(probe(NEWEST), headers=[("Host", "mcp.example.com"), *headers_of(probe(NEWEST))])
    assert challenge(answer)["resource_metadata"] == f"{PUBLIC.removesuffix('/mcp')}/.well-known/oauth-protected-resource/mcp"


def test_a_token_in_the_query_is_none(target):
    assert send(target.origin, "POST", f"/mcp?access_token={target.token()}").status == 401

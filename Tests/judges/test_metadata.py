"""The checks of the protected resource metadata (RFC 9728), by the names that the official conformance suite proposes."""

from urllib.parse import urlsplit

import pytest

from conftest import PUBLIC
from walk import send

PLACE = "/.well-known/oauth-protected-resource/mcp"


def is_url(text):
    return isinstance(text, str) and urlsplit(text).scheme in ("http", "https") and bool(urlsplit(text).netloc)


CHECKS = {
    "endpoint-exists": lambda answer, url: answer.status == 200,
    "valid-json": lambda answer, url: answer.headers["content-type"] == "application/json" and isinstance(answer.json, dict),
    "has-resource": lambda answer, url: bool(answer.json["resource"]),
    "has-authorization-servers": lambda answer, url: bool(answer.json["authorization_servers"]) and all(
        map(is_url, answer.json["authorization_servers"])),
    "scopes-supported-valid": lambda answer, url: bool(answer.json["scopes_supported"]) and all(
        isinstance(scope, str) and scope and " " not in scope for scope in answer.json["scopes_supported"]),
    "resource-valid-uri": lambda answer, url: is_url(answer.json["resource"]),
    "resource-no-fragment": lambda answer, url: "#" not in answer.json["resource"],
    "resource-matches-server": lambda answer, url: answer.json["resource"] == url,
    "resource-no-trailing-slash": lambda answer, url: not answer.json["resource"].endswith("/"),
    "no-offline-access": lambda answer, url: "offline_access" not in answer.json["scopes_supported"],
    "header-only": lambda answer, url: answer.json["bearer_methods_supported"] == ["header"],
}


@pytest.mark.parametrize("check", CHECKS)
def test_metadata(target, check):
    assert CHECKS[check](send(target.origin, "GET", PLACE), target.url)


@pytest.mark.parametrize("check", CHECKS)
def test_metadata_behind_a_gateway(public, check):
    assert CHECKS[check](send(public.origin, "GET", PLACE, headers=[("Host", "mcp.example.com")]), PUBLIC)


def test_resource_https_behind_a_gateway(public):
    document = send(public.origin, "GET", PLACE, headers=[("Host", "mcp.example.com")]).json
    assert urlsplit(document["resource"]).scheme == "https"


def test_the_metadata_is_that_of_the_issuer(target, issuer):
    assert send(target.origin, "GET", PLACE).json["authorization_servers"] == [issuer.metadata()["issuer"]]

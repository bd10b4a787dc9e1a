"""mode "jwt": the same tokens and header fields to both, under the same options."""
import pytest
from mcpauth import MCPAuth

import ours
import theirs
from cases_jwt import CASES
from comparison import compare
from endpoint import endpoint
from keys import ED25519, P256, P384, P521, RSA
from making import ISSUER, RESOURCE

NO_AUDIENCE_CHECK = ["dangerous_disable_audience_check"]
SCOPES = [["add_required_scope", b"read"], ["add_required_scope", b"write"]]

# MCP Auth's options, and the settings that mean the same here.
OPTIONS = {
    "plain": ({"audience": RESOURCE}, []),
    "defaults": ({}, []),
    "no-audience": ({}, [NO_AUDIENCE_CHECK]),
    "scopes": ({"audience": RESOURCE, "required_scopes": ["read", "write"]}, SCOPES),
    "details": ({"audience": RESOURCE, "required_scopes": ["read", "write"], "show_error_details": True},
                [*SCOPES, ["set_show_error_details", True]]),
    "leeway-0": ({"audience": RESOURCE, "leeway": 0}, [["set_leeway_seconds", 0]]),
    "no-expiry": ({"audience": RESOURCE}, [["dangerous_allow_missing_expiry"]]),
    "other-audience": ({"audience": "urn:example:api"}, [["add_audience", b"urn:example:api"]]),
}


@pytest.fixture(scope="module")
def both():
    """{name: (their path, our verifier)} and their port."""
    with endpoint() as provider:
        keys = [key.jwk(alg=None) for key in (RSA, P256, P384, P521, ED25519)]
        provider.answers["/jwks"] = (200, {"keys": keys})
        metadata = theirs.server_metadata(ISSUER, provider.url + "/jwks")
        dead = theirs.server_metadata("https://dead.example", provider.url + "/gone")
        config = theirs.resource_config(RESOURCE, [metadata, dead])
        apps = {name: theirs.protected(MCPAuth(protected_resources=config), "jwt", resource=RESOURCE, **options)
                for name, (options, _) in OPTIONS.items()}
        verifiers = {name: ours.configured(RESOURCE, [metadata, dead], settings).verifier()
                     for name, (_, settings) in OPTIONS.items()}
        with theirs.serving(apps) as port:
            yield port, verifiers


def ask_both(both, option, fields):
    port, verifiers = both
    return theirs.answer(port, f"/{option}/", fields), ours.answer(verifiers[option], fields)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_parity_jwt(both, case):
    compare(case.name, *ask_both(both, case.option, case.fields()), case.differs)

"""Custom mode: a function of the server's own in place of JWT verification."""
import json

import pytest
from mcpauth import MCPAuth
from mcpauth.exceptions import MCPAuthTokenVerificationException, MCPAuthTokenVerificationExceptionCode
from mcpauth.types import AuthInfo

import ours
import theirs
from cases_custom import CASES
from comparison import compare
from making import ISSUER, RESOURCE
from mcpauth_abi import LIB, R

OPTIONS = {
    "plain": ({"audience": RESOURCE}, []),
    "no-audience": ({}, [["dangerous_disable_audience_check"]]),
    "scopes": ({"audience": RESOURCE, "required_scopes": ["read", "write"]},
               [["add_required_scope", b"read"], ["add_required_scope", b"write"]]),
}
BY_NAME = {case.name.replace(" ", "-").replace(",", ""): case for case in CASES}
CODES = {"invalid": MCPAuthTokenVerificationExceptionCode.INVALID_TOKEN,
         "verification": MCPAuthTokenVerificationExceptionCode.TOKEN_VERIFICATION_FAILED,
         "outage": MCPAuthTokenVerificationExceptionCode.TOKEN_VERIFICATION_FAILED}
RESULTS = {"invalid": R.TOKEN_INACTIVE, "verification": R.TOKEN_REJECTED, "outage": R.CALLBACK_FAILED, "bug": 77}


def their_function(token):
    case = BY_NAME[token]
    if case.fails == "bug":
        raise RuntimeError("a bug")
    if case.fails:
        raise MCPAuthTokenVerificationException(CODES[case.fails])
    return AuthInfo(token=token, **case.info)


def our_function(token, builder):
    case = BY_NAME[token.decode()]
    if case.fails:
        return RESULTS[case.fails]

    def say(setter, text):
        assert getattr(LIB, "mcpauth_authinfo_builder_" + setter)(builder, text.encode(), len(text.encode())) == R.OK

    info = case.info
    say("set_issuer", info["issuer"])
    say("set_subject", info["subject"])
    if info["client_id"]:
        say("set_client_id", info["client_id"])
    for audience in info["audience"]:
        say("add_audience", audience)
    for scope in info["scopes"]:
        say("add_scope", scope)
    if "exp" in info["claims"]:
        assert LIB.mcpauth_authinfo_builder_set_expires_at(builder, info["claims"]["exp"]) == R.OK
    say("set_claims_json", json.dumps(info["claims"]))
    return R.OK


@pytest.fixture(scope="module")
def both():
    metadata = theirs.server_metadata(ISSUER, ISSUER + "/jwks")
    config = theirs.resource_config(RESOURCE, [metadata])
    apps = {name: theirs.protected(MCPAuth(protected_resources=config), their_function, resource=RESOURCE, **options)
            for name, (options, _) in OPTIONS.items()}
    verifiers = {name: ours.configured(RESOURCE, [metadata], settings, our_function).verifier()
                 for name, (_, settings) in OPTIONS.items()}
    with theirs.serving(apps) as port:
        yield port, verifiers


@pytest.mark.parametrize("token", BY_NAME)
def test_parity_custom(both, token):
    port, verifiers = both
    case, fields = BY_NAME[token], [b"Bearer " + token.encode()]
    left = theirs.answer(port, f"/{case.option}/", fields)
    right = ours.answer(verifiers[case.option], fields)
    if right.status == 200:  # all that the function said is among our claims, under the names a JWT has for it
        names = {"iss", "sub", "client_id", "aud", "scope", "exp"}
        right.caller["claims"] = {name: value for name, value in right.caller["claims"].items()
                                  if name not in names or name in case.info["claims"]}
    compare("custom: " + case.name, left, right, case.differs)

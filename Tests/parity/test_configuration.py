"""Configurations: which are refused, and where an authorization server's metadata is looked for."""
import json

import pytest
from mcpauth import MCPAuth
from mcpauth.config import AuthServerType
from mcpauth.exceptions import MCPAuthAuthServerException, MCPAuthException
from mcpauth.utils import fetch_server_config, validate_server_config

import ours
import theirs
from comparison import compare
from endpoint import endpoint
from keys import P256
from making import ISSUER, RESOURCE, bearer, claims
from mcpauth_abi import Config, R, SetterFailed


def refusal_of_theirs(make):
    with pytest.raises(MCPAuthAuthServerException) as failed:
        make()
    return failed.value.code.value


def refusal_of_ours(make):
    with pytest.raises(SetterFailed) as failed:
        make()
    return failed.value.result


def test_parity_duplicate_issuer():
    server = theirs.server_metadata(ISSUER, ISSUER + "/jwks")
    assert refusal_of_theirs(lambda: MCPAuth(protected_resources=theirs.resource_config(RESOURCE, [server, server]))) == \
        "invalid_server_config"
    assert refusal_of_ours(lambda: ours.configured(RESOURCE, [server, server])) == R.INVALID_CONFIG


def test_parity_no_authorization_server():
    """MCP Auth makes a check that refuses every token; here there is no verifier."""
    app = theirs.protected(MCPAuth(protected_resources=theirs.resource_config(RESOURCE, [])), "jwt", resource=RESOURCE)
    with theirs.serving({"none": app}) as port:
        assert theirs.answer(port, "/none/", bearer()).status == 401
    assert refusal_of_ours(lambda: ours.configured(RESOURCE, []).verifier()) == R.INVALID_CONFIG


def test_parity_a_server_without_keys():
    """500 on both sides, as no token is to blame; MCP Auth says so to each request, here no verifier is made from it."""
    server = theirs.server_metadata(ISSUER, None)
    app = theirs.protected(MCPAuth(protected_resources=theirs.resource_config(RESOURCE, [server])), "jwt", resource=RESOURCE)
    with theirs.serving({"keyless": app}) as port:
        answer = theirs.answer(port, "/keyless/", bearer())
    assert (answer.status, answer.body["error"]) == (500, "server_error")
    assert refusal_of_ours(lambda: ours.configured(RESOURCE, [server]).verifier()) == R.JWKS_URI_MISSING


def test_parity_a_server_whose_fetched_metadata_names_no_keys():
    with endpoint() as provider:
        server = theirs.server_metadata(provider.url, None)
        provider.answers["/.well-known/openid-configuration"] = (200, server)
        fetched = fetch_server_config(provider.url, AuthServerType.OIDC)
        app = theirs.protected(MCPAuth(protected_resources=theirs.resource_config(
            RESOURCE, [fetched.metadata.model_dump(exclude_none=True)])), "jwt", resource=RESOURCE)
        config = Config(RESOURCE.encode())
        config.issuer(provider.url.encode()).set("allow_http_on_loopback")
        fields = bearer(claims(iss=provider.url))
        with theirs.serving({"keyless": app}) as port:
            compare("fetched metadata without keys", theirs.answer(port, "/keyless/", fields),
                    ours.answer(config.verifier(), fields), {})


@pytest.mark.parametrize("kind,path,well_known", [
    (AuthServerType.OAUTH, "", "/.well-known/oauth-authorization-server"),
    (AuthServerType.OAUTH, "/tenant", "/.well-known/oauth-authorization-server/tenant"),
    (AuthServerType.OIDC, "", "/.well-known/openid-configuration"),
    (AuthServerType.OIDC, "/tenant", "/tenant/.well-known/openid-configuration"),
])
def test_parity_metadata_is_found_in_the_same_places(kind, path, well_known):
    with endpoint() as provider:
        issuer = provider.url + path
        provider.answers["/jwks"] = (200, {"keys": [P256.jwk()]})
        provider.answers[well_known] = (200, theirs.server_metadata(issuer, provider.url + "/jwks"))
        assert fetch_server_config(issuer, kind).metadata.jwks_uri == provider.url + "/jwks"
        config = Config(RESOURCE.encode())
        config.issuer(issuer.encode()).set("allow_http_on_loopback")
        assert ours.answer(config.verifier(), bearer(claims(iss=issuer))).status == 200


# What MCP Auth's validation says of an authorization server's metadata, and what our report says.
METADATA = {
    "good": {},
    "no registration": {"registration_endpoint": None},
    "no code response type": {"response_types_supported": ["token", "id_token"]},
    "code among others": {"response_types_supported": ["id_token", "code token"]},
    "grant types absent": {"grant_types_supported": None},
    "no authorization code grant": {"grant_types_supported": ["client_credentials"]},
    "no PKCE": {"code_challenge_methods_supported": None},
    "PKCE list empty": {"code_challenge_methods_supported": []},
    "plain PKCE only": {"code_challenge_methods_supported": ["plain"]},
    "everything wrong": {"response_types_supported": ["token"], "grant_types_supported": ["implicit"],
                         "code_challenge_methods_supported": ["plain"], "registration_endpoint": None},
}


@pytest.mark.parametrize("name", METADATA)
def test_parity_what_is_wrong_with_a_servers_metadata(name):
    with endpoint() as provider:
        provider.answers["/jwks"] = (200, {"keys": [P256.jwk()]})
        metadata = theirs.server_metadata(provider.url, provider.url + "/jwks", **METADATA[name])
        metadata = {member: value for member, value in metadata.items() if value is not None}
        judged = validate_server_config(theirs.server_config(metadata))
        expected = {error.code.value for error in judged.errors}
        # What MCP Auth warns of, dynamic registration, is no longer how clients get their identifiers.
        assert {warning.code.value for warning in judged.warnings} <= {"dynamic_registration_not_supported"}
        text = json.dumps(metadata).encode()
        issuer = Config(RESOURCE.encode()).issuer(provider.url.encode()).set("allow_http_on_loopback")
        found = issuer.set("set_metadata_json", text, len(text)).check()
        assert sorted(code for code, _, is_error in found if is_error) == sorted(expected)
        assert "client_id_metadata_document_not_supported" in [code for code, _, is_error in found if not is_error]
        assert all(message for _, message, _ in found)


@pytest.mark.parametrize("answer,status,code", [
    (b"not JSON", 200, "invalid_server_metadata"), ({"issuer": 7}, 200, "invalid_server_metadata"),
    ({}, 404, "fetch_server_config_error"), (b"", 500, "fetch_server_config_error"),
])
def test_parity_metadata_that_cannot_be_used(answer, status, code):
    """MCP Auth raises at start; the report says it here, and requests are answered with 500 or 503."""
    with endpoint() as provider:
        provider.answers["/.well-known/oauth-authorization-server"] = (status, answer)
        with pytest.raises(MCPAuthException) as failed:
            fetch_server_config(provider.url, AuthServerType.OAUTH)
        found = Config(RESOURCE.encode()).issuer(provider.url.encode()).set("allow_http_on_loopback").check()
        codes = {code for code, _, is_error in found if is_error}
        assert code in codes
        theirs_code = getattr(failed.value.code, "value", failed.value.code)
        assert theirs_code == (code if answer != b"not JSON" else "fetch_server_config_error"), "a text that is no JSON"


def test_parity_transpile_data():
    """Metadata that is not quite what it should be, fixed before it is judged."""
    with endpoint() as provider:
        provider.answers["/jwks"] = (200, {"keys": [P256.jwk()]})
        odd = {"issuer_url": provider.url, "keys": provider.url + "/jwks"}
        provider.answers["/.well-known/oauth-authorization-server"] = (200, odd)

        def mend(document):
            return theirs.server_metadata(document["issuer_url"], document["keys"])

        assert fetch_server_config(provider.url, AuthServerType.OAUTH, mend).metadata.jwks_uri == provider.url + "/jwks"
        config = Config(RESOURCE.encode())
        issuer = config.issuer(provider.url.encode()).set("allow_http_on_loopback")
        issuer.transform(lambda text: json.dumps(mend(json.loads(text))).encode())
        assert ours.answer(config.verifier(), bearer(claims(iss=provider.url))).status == 200

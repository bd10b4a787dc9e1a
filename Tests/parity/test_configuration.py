"""Configurations: which are refused, and where an authorization server's metadata is looked for."""
import ours
import pytest
import theirs
from comparison import compare
from endpoint import endpoint
from keys import P256
from making import ISSUER, RESOURCE, bearer, claims
from mcpauth import MCPAuth
from mcpauth.config import AuthServerType
from mcpauth.exceptions import MCPAuthAuthServerException
from mcpauth.utils import fetch_server_config
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

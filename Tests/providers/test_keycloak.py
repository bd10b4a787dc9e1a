"""Keycloak: an audience only by a mapper, no subject in lightweight tokens, an encryption key in the set, nested roles."""
import pytest

from gate import Gate
from keys import rsa_key
from mcpauth_abi import R, SetterFailed
from shape import RESOURCE, Shape, times

KEYCLOAK = Shape({"alg": "RS256", "typ": "JWT", "kid": "FJ86GcF3jTbNLOco4NvZkUCIUmfYCqoqtOQeMfbhNlE"}, {
    **times(300), "auth_time": 1_899_999_970, "jti": "onrtac:9d8b0c1e-3c0a-4a59-8f9c-9c7a1d1e2f30",
    "iss": "https://keycloak.example.com/realms/mcp", "aud": [RESOURCE, "account"],
    "sub": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "typ": "Bearer", "azp": "claude-desktop",
    "sid": "5f2b0f6d-2d0a-4a91-b7b0-7a1a4e3c2b10", "acr": "1", "allowed-origins": ["https://mcp.example.com"],
    "realm_access": {"roles": ["default-roles-mcp", "offline_access", "file-admin"]},
    "resource_access": {"claude-desktop": {"roles": ["file-reader"]}, "account": {"roles": ["manage-account"]}},
    "scope": "openid email profile", "email_verified": True, "preferred_username": "ada", "email": "ada@example.com"})

# What every realm publishes beside its signing key.
ENCRYPTION_KEY = rsa_key("keycloak encryption").jwk(kid="Xw3rF1sU", use="enc", alg="RSA-OAEP")

# A lightweight access token, or one of a client without the basic scope.
LIGHTWEIGHT = Shape(KEYCLOAK.header, {
    name: KEYCLOAK.claims[name] for name in ("exp", "iat", "jti", "iss", "typ", "azp", "sid", "scope")})


def gate(recipes, name="keycloak", shape=KEYCLOAK):
    return Gate(recipes.verifier(name, shape, ENCRYPTION_KEY), shape.token())


def test_provider_18_keycloak_encryption_key_is_skipped(recipes):
    gate(recipes).accepts(KEYCLOAK.token())
    encryption = Shape({**KEYCLOAK.header, "kid": "Xw3rF1sU"}, KEYCLOAK.claims, rsa_key("keycloak encryption"))
    outcome = gate(recipes).refuses(encryption.token(), R.KEY_NOT_FOUND, "cannot be used")
    assert "use" in outcome.message


def test_provider_19_keycloak_roles_of_realm_and_client_are_scopes(recipes):
    info = gate(recipes).accepts(KEYCLOAK.token())
    assert info["scopes"] == [b"openid", b"email", b"profile", b"default-roles-mcp", b"offline_access", b"file-admin",
                              b"file-reader"]
    assert b"manage-account" not in info["scopes"], "roles of another client are none here"


@pytest.mark.parametrize("changes", [
    {"realm_access": {"roles": ["default-roles-mcp"]}}, {"realm_access": {}}, {"azp": "other"},
    {"realm_access": None}, {"realm_access": "file-admin"},
])
def test_provider_19_keycloak_without_the_role_the_tool_is_refused(recipes, changes):
    verifier = recipes.verifier("keycloak", KEYCLOAK)
    call = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_file"}}'
    client_role = {"azp": "claude-desktop", "realm_access": {"roles": []},
                   "resource_access": {"claude-desktop": {"roles": ["file-admin"]}}}
    assert verifier.request(KEYCLOAK.token(), method=b"POST", body=call).result == R.OK
    assert verifier.request(KEYCLOAK.token(**client_role), method=b"POST", body=call).result == R.OK
    denied = verifier.request(KEYCLOAK.token(**{**client_role, "resource_access": {}, **changes}), method=b"POST",
                              body=call)
    assert (denied.result, denied.status) == (R.INSUFFICIENT_SCOPE, 403)


def test_provider_19_keycloak_roles_of_a_wrong_shape(recipes):
    gate(recipes).refuses(KEYCLOAK.token(realm_access={"roles": {"file-admin": True}}), R.CLAIM_INVALID)


@pytest.mark.parametrize("audience", ["account", ["account"], ["account", "broker"]])
def test_provider_16_keycloak_account_is_nobodys_audience(recipes, audience):
    outcome = gate(recipes).refuses(KEYCLOAK.token(aud=audience), R.AUDIENCE_MISMATCH, "account")
    assert "audience mapper" in outcome.message
    assert "mcpauth_config_add_audience" not in outcome.message, "that would let in every token of the realm"


def test_provider_16_keycloak_account_cannot_be_added(recipes):
    with pytest.raises(SetterFailed) as failed:
        recipes.config("keycloak").set("add_audience", b"account")
    assert failed.value.result == R.INVALID_ARGUMENT and "audience mapper" in failed.value.message


def test_provider_16_keycloak_no_audience_at_all(recipes):
    gate(recipes).refuses(KEYCLOAK.token(without=["aud"]), R.AUDIENCE_MISMATCH, "names no audience")


def test_provider_16_keycloak_by_client_is_explicit(recipes):
    by_client = gate(recipes, "keycloak_by_client", LIGHTWEIGHT)
    assert by_client.accepts(LIGHTWEIGHT.token())["client_id"] == b"claude-desktop"
    by_client.refuses(LIGHTWEIGHT.token(azp="other-app"), R.CLIENT_NOT_ALLOWED, "other-app")
    by_client.refuses(LIGHTWEIGHT.token(without=["azp"]), R.CLIENT_NOT_ALLOWED)
    by_client.refuses(LIGHTWEIGHT.token(aud="account"), R.AUDIENCE_MISMATCH)
    by_client.refuses(LIGHTWEIGHT.token(aud=[]), R.AUDIENCE_MISMATCH)


def test_provider_17_keycloak_without_subject(recipes):
    gate(recipes).refuses(KEYCLOAK.token(without=["sub"]), R.CLAIM_MISSING, "no sub claim")
    assert gate(recipes, "keycloak_by_client", LIGHTWEIGHT).accepts(LIGHTWEIGHT.token())["subject"] == b""


def test_provider_11_keycloak_id_token(recipes):
    """typ of the header is JWT for both; the claims tell them apart."""
    identity = KEYCLOAK.token(typ="ID", aud="claude-desktop", at_hash="zDkPHD1u3VsK3Ga1FdOyOA")
    gate(recipes).refuses(identity, R.TOKEN_TYPE, "ID token")

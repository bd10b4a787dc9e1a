"""Auth0: the issuer ends with a slash, permissions are in a claim of their own, and without audience there is no JWT."""
import pytest

from encoding import b64, compact
from gate import Gate
from mcpauth_abi import Config, R
from shape import NOW, RESOURCE, Shape, times

AUTH0 = Shape({"alg": "RS256", "typ": "JWT", "kid": "Q0VFNEZCMkQwQjBEMkE3RkY"}, {
    "iss": "https://example.eu.auth0.com/", "sub": "auth0|65f1c0ffee0000000000d00d",
    "aud": [RESOURCE, "https://example.eu.auth0.com/userinfo"], **times(86400), "scope": "openid profile",
    "azp": "mQ3kZc7YvB1nT9aLxE5rU2wJ8sHd4fGp", "permissions": ["read:files", "delete:files"]})

# The other profile of Auth0's (RFC 9068), chosen per API.
AUTH0_9068 = Shape({"alg": "RS256", "typ": "at+jwt", "kid": "Q0VFNEZCMkQwQjBEMkE3RkY"}, {
    **{name: value for name, value in AUTH0.claims.items() if name != "azp"},
    "client_id": AUTH0.claims["azp"], "jti": "f2Zb1Kp8Yq"})


def gate(recipes, shape=AUTH0):
    return Gate(recipes.verifier("auth0", shape), shape.token())


@pytest.mark.parametrize("shape", [AUTH0, AUTH0_9068])
def test_provider_03_auth0_client_is_azp_or_client_id(recipes, shape):
    info = gate(recipes, shape).accepts(shape.token())
    assert info["client_id"] == b"mQ3kZc7YvB1nT9aLxE5rU2wJ8sHd4fGp"
    assert info["issuer"] == b"https://example.eu.auth0.com/"
    assert RESOURCE.encode() in info["audiences"]


@pytest.mark.parametrize("changes,result", [
    ({"aud": "https://other.example.com/"}, R.AUDIENCE_MISMATCH),
    ({"aud": ["https://example.eu.auth0.com/userinfo"]}, R.AUDIENCE_MISMATCH),
    ({"iss": "https://other.eu.auth0.com/"}, R.ISSUER_MISMATCH),
    ({"exp": AUTH0.claims["iat"] - 1000}, R.TOKEN_EXPIRED),
    ({"sub": ""}, R.CLAIM_INVALID),
])
def test_provider_03_auth0_one_claim_changed(recipes, changes, result):
    gate(recipes).refuses(AUTH0.token(**changes), result)


def test_provider_04_auth0_permissions_are_scopes(recipes):
    verifier = recipes.verifier("auth0", AUTH0)
    info = Gate(verifier, AUTH0.token()).accepts(AUTH0.token())
    assert info["scopes"] == [b"openid", b"profile", b"read:files", b"delete:files"]
    call = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_file"}}'
    assert verifier.request(AUTH0.token(), method=b"POST", body=call).result == R.OK
    denied = verifier.request(AUTH0.token(permissions=["read:files"]), method=b"POST", body=call)
    assert (denied.result, denied.status) == (R.INSUFFICIENT_SCOPE, 403)
    assert 'scope="delete:files"' in denied.headers["WWW-Authenticate"]


def test_provider_04_auth0_permissions_of_a_wrong_shape(recipes):
    gate(recipes).refuses(AUTH0.token(permissions=["read:files", 7]), R.CLAIM_INVALID, "permissions")


def test_provider_01_auth0_configured_without_the_slash(recipes):
    config = recipes.config("auth0", AUTH0.jwks())
    assert config.said == ["issuer https://example.eu.auth0.com/"]
    without = AUTH0.token(iss="https://example.eu.auth0.com")
    gate(recipes).refuses(without, R.ISSUER_MISMATCH, "must be equal to the byte")


def test_provider_02_auth0_opaque_token(recipes):
    outcome = gate(recipes).refuses(b"7hN2mUe0xQkZ3vXr9pLwTb4yJc8sGfDa", R.TOKEN_MALFORMED, "opaque token")
    for mend in ("resource or audience parameter", "audience at the provider", "custom verifier"):
        assert mend in outcome.message


def test_provider_02_auth0_encrypted_token(recipes):
    head = b64(compact({"alg": "dir", "enc": "A256GCM", "iss": "https://example.eu.auth0.com/"}))
    outcome = gate(recipes).refuses(head + b"..c2l4dGVlbg.c2VjcmV0.dGFn", R.TOKEN_ENCRYPTED, "encrypted (JWE")
    assert "set the API's audience at the provider" in outcome.message


def test_provider_02_auth0_id_token(recipes):
    client = AUTH0.claims["azp"]
    identity = AUTH0.token(aud=client, nonce="n-0S6_WzA2Mj", at_hash="MTIzNDU2Nzg5MDEyMzQ1Ng", sid="1", without=["azp"])
    assert gate(recipes).refuses(identity, R.TOKEN_TYPE, "ID token").message.endswith("has to send the access token")


@pytest.mark.parametrize("configured", ["https://example.eu.auth0.com/", "https://example.eu.auth0.com"])
@pytest.mark.parametrize("named", ["https://example.eu.auth0.com/", "https://example.eu.auth0.com"])
def test_provider_01_auth0_slash_ignored_on_request(configured, named):
    config = Config(RESOURCE.encode()).clock(lambda: NOW)
    config.issuer(configured.encode()).jwks(AUTH0.jwks()).set("ignore_trailing_slash")
    opted = Gate(config.verifier(), AUTH0.token(iss=named))
    opted.accepts(AUTH0.token(iss=named))
    for other in ("https://example.eu.auth0.com//", "https://example.eu.auth0.com/x", "http://example.eu.auth0.com/"):
        opted.refuses(AUTH0.token(iss=other), R.ISSUER_MISMATCH)

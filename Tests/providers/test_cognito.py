"""Amazon Cognito: no aud in access tokens; the client and token_use say whom and what they are for."""
import pytest

from gate import Gate
from mcpauth_abi import Config, R, SetterFailed
from shape import NOW, RESOURCE, Shape, times

COGNITO = Shape({"kid": "1234example=", "alg": "RS256"}, {
    "sub": "b2c4e6f8-0a1b-2c3d-4e5f-60718293a4b5", "cognito:groups": ["file-admins"],
    "iss": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI", "version": 2,
    "client_id": "6k3e1c0h2v5b8n7m4a9s2d1f0g", "origin_jti": "5b9f50a3-05da-454a-8b99-b79c2349de77",
    "event_id": "0ed5ad5c-7182-4ecf-a9b5-8ef1b2c3d4e5", "token_use": "access", "scope": "openid mcp/files.read",
    "auth_time": 1_899_999_970, **times(), "jti": "a1b2c3d4-e5f6-4a5b-8c9d-0e1f2a3b4c5d", "username": "ada"})


def gate(recipes):
    return Gate(recipes.verifier("cognito", COGNITO), COGNITO.token())


def test_provider_13_cognito_client_in_place_of_audience(recipes):
    info = gate(recipes).accepts(COGNITO.token())
    assert info["audiences"] == [] and info["client_id"] == b"6k3e1c0h2v5b8n7m4a9s2d1f0g"
    assert info["scopes"] == [b"openid", b"mcp/files.read", b"file-admins"]


@pytest.mark.parametrize("changes,result", [
    ({"client_id": "7k3e1c0h2v5b8n7m4a9s2d1f0g"}, R.CLIENT_NOT_ALLOWED),
    ({"client_id": "6K3E1C0H2V5B8N7M4A9S2D1F0G"}, R.CLIENT_NOT_ALLOWED),
    ({"token_use": "id"}, R.TOKEN_TYPE), ({"token_use": ["id"]}, R.CLAIM_INVALID),
    ({"token_use": None}, R.CLAIM_INVALID),
    ({"iss": "https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_ZZZZZZZZZ"}, R.ISSUER_MISMATCH),
    ({"aud": "https://other.example.com/"}, R.AUDIENCE_MISMATCH), ({"aud": []}, R.AUDIENCE_MISMATCH),
    ({"aud": None}, R.CLAIM_INVALID), ({"cognito:groups": "a b"}, R.OK),
])
def test_provider_13_cognito_one_claim_changed(recipes, changes, result):
    if result == R.OK:
        assert gate(recipes).accepts(COGNITO.token(**changes))["scopes"][-1] == b"b"
    else:
        gate(recipes).refuses(COGNITO.token(**changes), result)


@pytest.mark.parametrize("missing,result", [("client_id", R.CLIENT_NOT_ALLOWED), ("token_use", R.CLAIM_MISSING)])
def test_provider_13_cognito_one_claim_left_out(recipes, missing, result):
    gate(recipes).refuses(COGNITO.token(without=[missing]), result)


def test_provider_13_cognito_id_token(recipes):
    """Its audience is the client; it has no client_id."""
    identity = COGNITO.token(token_use="id", aud=COGNITO.claims["client_id"], at_hash="FHaWLEVXyCkZ2pZSIPL8Ng",
                             email="ada@example.com", without=["client_id", "scope", "username"],
                             **{"cognito:username": "ada"})
    gate(recipes).refuses(identity, R.TOKEN_TYPE, "ID token")


def test_provider_13_cognito_without_a_client_there_is_no_verifier(recipes):
    config = recipes.config("okta", COGNITO.jwks()).set("dangerous_allow_missing_audience")
    with pytest.raises(SetterFailed) as failed:
        config.verifier()
    assert failed.value.result == R.INVALID_CONFIG and "mcpauth_config_add_allowed_client" in failed.value.message


def test_provider_47_without_the_dangerous_call_an_audience_is_asked_for(recipes):
    """The control of the recipe's one dangerous setting: the same token, the setting left out."""
    config = recipes.config("cognito", COGNITO.jwks())
    assert Gate(config.verifier(), COGNITO.token()).accepts(COGNITO.token())
    strict = Config(RESOURCE.encode()).clock(lambda: NOW)
    strict.issuer(COGNITO.claims["iss"].encode()).jwks(COGNITO.jwks())
    outcome = strict.verifier().verify(COGNITO.token())
    assert outcome.result == R.AUDIENCE_MISMATCH and "names no audience" in outcome.message

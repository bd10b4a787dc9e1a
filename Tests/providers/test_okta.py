"""Okta: scp is an array, the client is cid, there is no typ; and tokens of the org server that nobody else can verify."""
import pytest

from gate import Gate
from keys import rsa_key
from mcpauth_abi import R
from shape import RESOURCE, Shape, times

OKTA = Shape({"kid": "Q3nYp0dZ7mN1vXq8Rt5s", "alg": "RS256"}, {
    "ver": 1, "jti": "AT.0mP4JKAZX1iACIT4vbEDF7LpvDVjxypPMf0D7uX39RE", "iss": "https://example.okta.com/oauth2/default",
    "aud": RESOURCE, **times(), "cid": "0oa1b2c3d4e5f6g7h8i9", "uid": "00u1a2b3c4d5e6f7g8h9",
    "scp": ["openid", "files.read"], "auth_time": 1_899_999_000, "sub": "ada@example.com"})

# The org authorization server: its issuer has no path, its audience is itself, its key is not in the key set.
OKTA_ORG = Shape({"kid": "o1r2g3K4e5y6", "alg": "RS256"}, {
    **OKTA.claims, "iss": "https://example.okta.com", "aud": "https://example.okta.com"}, rsa_key("okta org"))


def gate(recipes):
    return Gate(recipes.verifier("okta", OKTA), OKTA.token())


def test_provider_14_okta_scp_is_an_array_and_the_client_is_cid(recipes):
    info = gate(recipes).accepts(OKTA.token())
    assert info["scopes"] == [b"openid", b"files.read"]
    assert info["client_id"] == b"0oa1b2c3d4e5f6g7h8i9"


@pytest.mark.parametrize("changes,result", [
    ({"scp": ["openid"]}, R.INSUFFICIENT_SCOPE), ({"scp": ["openid", "files.reader"]}, R.INSUFFICIENT_SCOPE),
    ({"scp": ["openid files.read"]}, R.INSUFFICIENT_SCOPE), ({"scp": ["files.read", None]}, R.CLAIM_INVALID),
    ({"aud": "api://default"}, R.AUDIENCE_MISMATCH), ({"iss": "https://example.okta.com/oauth2/other"}, R.ISSUER_MISMATCH),
])
def test_provider_14_okta_one_claim_changed(recipes, changes, result):
    gate(recipes).refuses(OKTA.token(**changes), result)


def test_provider_15_okta_org_server_where_a_custom_one_is_configured(recipes):
    gate(recipes).refuses(OKTA_ORG.token(), R.ISSUER_MISMATCH, "https://example.okta.com/oauth2/default")


def test_provider_15_okta_org_server_configured(recipes):
    """Its metadata and key set are there, and its tokens' key is not among them."""
    config = recipes.config("okta", OKTA.jwks())
    config.issuer(OKTA_ORG.claims["iss"].encode()).jwks(OKTA.jwks())
    outcome = Gate(config.verifier(), OKTA.token()).refuses(OKTA_ORG.token(), R.KEY_NOT_FOUND, "o1r2g3K4e5y6")
    assert "meant for the issuer itself, as those of Okta's org authorization server are" in outcome.message

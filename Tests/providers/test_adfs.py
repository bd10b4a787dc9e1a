"""AD FS: access tokens name another issuer than the metadata, an http URL, and the keys come over https from elsewhere."""
import pytest

from gate import Gate
from mcpauth_abi import R
from shape import Shape, times

ADFS = Shape({"typ": "JWT", "alg": "RS256", "x5t": "kTfY5Jm4bUPoZ0vR2aWq", "kid": "kTfY5Jm4bUPoZ0vR2aWq"}, {
    "aud": "microsoft:identityserver:5f2d8f0e-6f4b-4a40-8d1c-2a9b7c3e4d5f",
    "iss": "http://adfs.example.com/adfs/services/trust", **times(3600, nbf=1_899_999_970), "apptype": "Public",
    "appid": "0c1b2a39-4857-4667-8594-a3b2c1d0e9f8", "authmethod": "urn:oasis:names:tc:SAML:2.0:ac:classes:Kerberos",
    "auth_time": "2030-03-17T17:46:10.000Z", "ver": "1.0", "scp": "files.read openid", "sub": "ada@example.com"},
    published={"alg": None, "x5t": "kTfY5Jm4bUPoZ0vR2aWq"})


def gate(recipes):
    return Gate(recipes.verifier("adfs", ADFS), ADFS.token())


def test_provider_12_adfs_http_issuer_and_https_keys(recipes):
    assert recipes.config("adfs", ADFS.jwks()).said == [
        "issuer http://adfs.example.com/adfs/services/trust", "jwks_uri https://adfs.example.com/adfs/discovery/keys"]
    info = gate(recipes).accepts(ADFS.token())
    assert info["client_id"] == b"0c1b2a39-4857-4667-8594-a3b2c1d0e9f8" and info["scopes"] == [b"files.read", b"openid"]


@pytest.mark.parametrize("changes,result", [
    ({"iss": "https://adfs.example.com/adfs"}, R.ISSUER_MISMATCH),
    ({"iss": "https://adfs.example.com/adfs/services/trust"}, R.ISSUER_MISMATCH),
    ({"aud": "microsoft:identityserver:00000000-0000-0000-0000-000000000000"}, R.AUDIENCE_MISMATCH),
    ({"aud": "urn:microsoft:userinfo"}, R.AUDIENCE_MISMATCH), ({"exp": "2030-03-17T18:46:10Z"}, R.CLAIM_INVALID),
])
def test_provider_12_adfs_one_claim_changed(recipes, changes, result):
    gate(recipes).refuses(ADFS.token(**changes), result)


def test_provider_12_adfs_without_the_claim_rule_there_is_no_subject(recipes):
    gate(recipes).refuses(ADFS.token(without=["sub"]), R.CLAIM_MISSING, "have the issuer add it")

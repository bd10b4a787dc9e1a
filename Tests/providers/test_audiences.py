"""Providers whose tokens name themselves, their clients, or every sibling for an audience."""
import ctypes

import pytest

from gate import Gate
from keys import P256, secret
from mcpauth_abi import R, Str, checked, read_response, take_info
from shape import RESOURCE, Shape, times

SUPABASE = Shape({"alg": "ES256", "kid": "b6b0a7de-4b2c-4c2f-8f5e-0f5a0f6c7d8e", "typ": "JWT"}, {
    "aal": "aal1", "amr": [{"method": "oauth", "timestamp": 1_899_999_970}], "app_metadata": {"provider": "email"},
    "aud": "authenticated", "client_id": "9a8b7c6d-5e4f-4321-8765-0fedcba98765", "email": "ada@example.com", **times(),
    "iss": "https://abcdefghijklmnop.supabase.co/auth/v1", "phone": "", "role": "authenticated",
    "session_id": "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "sub": "c0ffee00-1234-4abc-8def-0123456789ab",
    "user_metadata": {}, "is_anonymous": False}, P256, {"key_ops": ["verify"], "ext": True})

ZITADEL = Shape({"alg": "RS256", "kid": "284571111111111111", "typ": "JWT"}, {
    "aud": ["284573954832111222", "284573954832111333", "284573902834567891"], "client_id": "284573954832111222",
    **times(43200, nbf=1_899_999_970), "iss": "https://example-abc123.zitadel.cloud", "jti": "V2_284579999999999999",
    "sub": "284570000000000001",
    "urn:zitadel:iam:org:project:roles": {"file-admin": {"284570000000000099": "example.zitadel.cloud"}}})

AUTHENTIK = Shape({"alg": "RS256", "kid": "0d5b9c8e7f6a5b4c3d2e1f0a9b8c7d6e", "typ": "JWT"}, {
    "iss": "https://authentik.example.com/application/o/mcp/", "sub": "6f1d0c3b2a99887766554433221100ffeeddccbb",
    "aud": "Zx8Kq1Lm2Np3Rs4Tu5Vw6Xy7", **times(300), "auth_time": 1_899_999_970,
    "acr": "goauthentik.io/providers/oauth2/default",
    "amr": ["pwd"], "azp": "Zx8Kq1Lm2Np3Rs4Tu5Vw6Xy7", "uid": "9Kq1Lm2Np3Rs4Tu5", "scope": "openid profile",
    "groups": ["mcp-users"]})

CLOUDFLARE = Shape({"alg": "RS256", "kid": "4d1f2a3b5c6d7e8f90a1b2c3d4e5f60718293a4b5c6d7e8f90a1b2c3d4e5f607"}, {
    "aud": ["f70ff985a4ef9d643dd0ac2e3d3f6c8a1b2c3d4e5f60718293a4b5c6d7e8f901"], "email": "ada@example.com",
    **times(86400, nbf=1_899_999_970), "iss": "https://example.cloudflareaccess.com", "type": "app",
    "identity_nonce": "6ei69kawdKzMIAPF", "sub": "7335d417-61da-459d-899c-0a01c76a2f94", "country": "DE"})

SHAPES = {"supabase": SUPABASE, "zitadel": ZITADEL, "authentik": AUTHENTIK, "cloudflare_access": CLOUDFLARE}


def gate(recipes, name):
    return Gate(recipes.verifier(name, SHAPES[name]), SHAPES[name].token())


def test_provider_29_supabase_audience_authenticated(recipes):
    info = gate(recipes, "supabase").accepts(SUPABASE.token())
    assert info["audiences"] == [b"authenticated"] and info["scopes"] == []
    assert info["client_id"] == b"9a8b7c6d-5e4f-4321-8765-0fedcba98765"


@pytest.mark.parametrize("changes,without,result", [
    ({"aud": "anon"}, [], R.AUDIENCE_MISMATCH), ({"aud": RESOURCE}, [], R.AUDIENCE_MISMATCH),
    ({"iss": "https://abcdefghijklmnop.supabase.co/auth/v1/"}, [], R.ISSUER_MISMATCH),
    ({"iss": "https://zzzzzzzzzzzzzzzz.supabase.co/auth/v1"}, [], R.ISSUER_MISMATCH),
    ({"client_id": "other"}, [], R.CLIENT_NOT_ALLOWED), ({}, ["client_id"], R.CLIENT_NOT_ALLOWED),
    ({"role": "anon"}, [], R.CLAIM_INVALID), ({"role": "service_role"}, [], R.CLAIM_INVALID),
])
def test_provider_29_supabase_one_claim_changed(recipes, changes, without, result):
    gate(recipes, "supabase").refuses(SUPABASE.token(without=without, **changes), result)


def test_provider_29_supabase_legacy_secret(recipes):
    """The project's older HS256 tokens, before asymmetric keys were turned on."""
    legacy = Shape({"alg": "HS256", "typ": "JWT"}, SUPABASE.claims, secret("supabase"))
    gate(recipes, "supabase").refuses(legacy.token(), R.ALGORITHM_NOT_ALLOWED, "mcpauth_issuer_add_shared_secret")


def test_provider_34_zitadel_audience_lists_siblings_so_the_client_counts(recipes):
    info = gate(recipes, "zitadel").accepts(ZITADEL.token())
    assert len(info["audiences"]) == 3 and info["client_id"] == b"284573954832111222"


@pytest.mark.parametrize("changes,result", [
    ({"client_id": "284573954832111333"}, R.CLIENT_NOT_ALLOWED), ({"aud": ["284573954832111222"]}, R.AUDIENCE_MISMATCH),
    ({"aud": ["284573902834567892"]}, R.AUDIENCE_MISMATCH),
    ({"iss": "https://example-abc124.zitadel.cloud"}, R.ISSUER_MISMATCH),
])
def test_provider_34_zitadel_one_claim_changed(recipes, changes, result):
    gate(recipes, "zitadel").refuses(ZITADEL.token(**changes), result)


def test_provider_34_zitadel_roles_are_members_of_an_object(recipes):
    caller = recipes.verifier("zitadel", ZITADEL).caller(ZITADEL.token())
    has_role = recipes.library.zitadel_has_role
    has_role.argtypes, has_role.restype = [ctypes.c_void_p, ctypes.c_char_p], ctypes.c_bool
    assert has_role(caller.handle, b"file-admin")
    assert not has_role(caller.handle, b"file") and not has_role(caller.handle, b"file-admin/284570000000000099")


def test_provider_35_authentik_audience_is_the_client(recipes):
    info = gate(recipes, "authentik").accepts(AUTHENTIK.token())
    assert info["audiences"] == [info["client_id"]] == [b"Zx8Kq1Lm2Np3Rs4Tu5Vw6Xy7"]


@pytest.mark.parametrize("changes,result", [
    ({"aud": "Zx8Kq1Lm2Np3Rs4Tu5Vw6Xy8"}, R.AUDIENCE_MISMATCH), ({"aud": RESOURCE}, R.AUDIENCE_MISMATCH),
    ({"iss": "https://authentik.example.com/application/o/other/"}, R.ISSUER_MISMATCH),
])
def test_provider_35_authentik_one_claim_changed(recipes, changes, result):
    gate(recipes, "authentik").refuses(AUTHENTIK.token(**changes), result)


def test_provider_01_authentik_token_without_the_slash(recipes):
    token = AUTHENTIK.token(iss="https://authentik.example.com/application/o/mcp")
    gate(recipes, "authentik").refuses(token, R.ISSUER_MISMATCH, "must be equal to the byte")


def test_provider_33_cloudflare_jwt_of_its_own_header(recipes):
    assert recipes.config("cloudflare_access").said[1].endswith("/cdn-cgi/access/certs")
    info = gate(recipes, "cloudflare_access").accepts(CLOUDFLARE.token())
    assert info["subject"] == b"7335d417-61da-459d-899c-0a01c76a2f94"


@pytest.mark.parametrize("changes,result", [
    ({"aud": ["a70ff985a4ef9d643dd0ac2e3d3f6c8a1b2c3d4e5f60718293a4b5c6d7e8f901"]}, R.AUDIENCE_MISMATCH),
    ({"iss": "https://other.cloudflareaccess.com"}, R.ISSUER_MISMATCH), ({"type": "org"}, R.CLAIM_INVALID),
])
def test_provider_33_cloudflare_one_claim_changed(recipes, changes, result):
    gate(recipes, "cloudflare_access").refuses(CLOUDFLARE.token(**changes), result)


@pytest.mark.parametrize("assertion,status", [(None, 200), (b"", 401), (b"CF_Authorization=x", 401)])
def test_provider_33_cloudflare_snippet_answers_what_it_refuses(recipes, assertion, status):
    verifier = recipes.verifier("cloudflare_access", CLOUDFLARE)
    assertion = CLOUDFLARE.token() if assertion is None else assertion
    info, denial = ctypes.c_void_p(), ctypes.c_void_p()
    function = recipes.library.authorize_access
    function.argtypes = [ctypes.c_void_p, Str, ctypes.c_void_p, ctypes.c_void_p]
    result = checked(function(verifier.handle, Str.of(assertion), ctypes.byref(info), ctypes.byref(denial)))
    if status == 200:
        assert result == R.OK and take_info(info)["token"] == assertion and not denial.value
    else:
        assert not info.value and read_response(denial)[0] == status


def test_provider_33_cloudflare_opaque_bearer_beside_it(recipes):
    """The bearer token is Cloudflare's business; whoever sends it here learns that it is not what is wanted."""
    outcome = recipes.verifier("cloudflare_access", CLOUDFLARE).authorize(b"Bearer 3yQ0pV7b")
    assert (outcome.result, outcome.status) == (R.TOKEN_MALFORMED, 401) and "opaque token" in outcome.message

"""Providers that bind a token to this server, and those that bind it to a client or to nothing but themselves."""
import pytest

from gate import Gate
from keys import P384
from mcpauth_abi import R
from shape import ABSENT, NOW, RESOURCE, Shape, times

CLERK = Shape({"alg": "RS256", "cat": "cl_B7d4PD333AAA", "kid": "ins_2abcDEFghi", "typ": "at+jwt"}, {
    "client_id": "qRs7TuVwXyZaBcDe", **times(86400, nbf=NOW - 40), "iss": "https://example.clerk.accounts.dev",
    "jti": "oat_2f8d0e6f4b4a40", "scp": ["profile", "email"], "sub": "user_2abcDEFghiJKLmnoPQRstuVWXyz"})

# A browser session's token: azp is the page's origin.
CLERK_SESSION = Shape({"alg": "RS256", "cat": "cl_B7d4PD111AAA", "kid": "ins_2abcDEFghi", "typ": "JWT"}, {
    "azp": "https://app.example.com", **times(60, nbf=NOW - 40), "fva": [0, -1],
    "iss": "https://example.clerk.accounts.dev", "sid": "sess_2abc", "sts": "active", "v": 2,
    "sub": "user_2abcDEFghiJKLmnoPQRstuVWXyz"})

WORKOS = Shape({"alg": "RS256", "kid": "sso_oidc_key_pair_01HXYZABCDEFGHJKMNPQRSTVWX", "typ": "JWT"}, {
    "aud": RESOURCE, "iss": "https://example.authkit.app", "sub": "user_01HXYZABCDEFGHJKMNPQRSTVWX",
    "sid": "app_consent_01HXYZ", "jti": "01HXYZABCDEFGHJKMNPQRSTVWX", **times(300), "permissions": ["files:read"]})

WORKOS_SESSION = Shape({"alg": "RS256", "kid": "sso_oidc_key_pair_01HXYZABCDEFGHJKMNPQRSTVWX"}, {
    "iss": "https://api.workos.com/user_management/client_01HXYZABCDEFGHJKMNPQRSTVWX",
    "sub": "user_01HXYZABCDEFGHJKMNPQRSTVWX", "sid": "session_01HXYZ", "jti": "01HXYZ",
    "org_id": "org_01HXYZABCDEFGHJKMNPQRSTVWX", "role": "member", "permissions": ["files:read"], **times(300)})

LOGTO = Shape({"alg": "ES384", "typ": "at+jwt", "kid": "Xk9-2bQ7cLmNpRsT0vWxYz1AbCdEfGhI"}, {
    "jti": "v1r2s3t4u5w6", "sub": "k1o2p3q4r5s6", **times(), "scope": "read:files delete:files", "client_id": "m7n8o9p0q1r2",
    "iss": "https://example.logto.app/oidc", "aud": RESOURCE}, P384)

GLEWLWYD = Shape({"typ": "at+jwt", "alg": "RS256", "kid": "x2Ty7Wq1"}, {
    "iss": "https://glewlwyd.example.com/api/oidc", "sub": "4321zyxdcba", "aud": RESOURCE, "client_id": "client1",
    "jti": "abcdxyz1234", "type": "access_token", **times(3600, nbf=NOW - 30), "scope": "openid mcp"})

NANOIDP = Shape({"alg": "RS256", "kid": "9e0d78e694a641baa9d6e1b832839a9f", "typ": "JWT"}, {
    "jti": "7c60053b-282f-4b03-b70e-745b8de80056", "iss": "http://127.0.0.1:8000", "sub": "alice", "aud": RESOURCE,
    **times(60, nbf=NOW - 30), "roles": ["USER"], "tenant": "default", "authorities": ["ROLE_USER"], "scope": "mcp:use",
    "client_id": "dcr-BUClp64SKsZJGZOD", "token_use": "access"})

SHAPES = {"clerk": CLERK, "workos": WORKOS, "workos_session": WORKOS_SESSION, "logto": LOGTO, "glewlwyd": GLEWLWYD,
          "nanoidp": NANOIDP}


def gate(recipes, name):
    return Gate(recipes.verifier(name, SHAPES[name]), SHAPES[name].token())


def test_provider_30_clerk_client_in_place_of_audience(recipes):
    info = gate(recipes, "clerk").accepts(CLERK.token())
    assert info["client_id"] == b"qRs7TuVwXyZaBcDe" and info["scopes"] == [b"profile", b"email"]


@pytest.mark.parametrize("changes,result", [
    ({"client_id": "other"}, R.CLIENT_NOT_ALLOWED), ({"aud": "https://other.example.com"}, R.AUDIENCE_MISMATCH),
    ({"iss": "https://other.clerk.accounts.dev"}, R.ISSUER_MISMATCH), ({"scp": ["profile", 1]}, R.CLAIM_INVALID),
])
def test_provider_30_clerk_one_claim_changed(recipes, changes, result):
    gate(recipes, "clerk").refuses(CLERK.token(**changes), result)


def test_provider_30_clerk_session_token_only_where_its_origin_was_added(recipes):
    gate(recipes, "clerk").refuses(CLERK_SESSION.token(), R.CLIENT_NOT_ALLOWED, "https://app.example.com")
    config = recipes.config("clerk", CLERK.jwks()).set("add_allowed_client", b"https://app.example.com")
    session = Gate(config.verifier(), CLERK_SESSION.token())
    assert session.accepts(CLERK_SESSION.token())["client_id"] == b"https://app.example.com"
    session.refuses(CLERK_SESSION.token(azp="https://evil.example.com"), R.CLIENT_NOT_ALLOWED)


def test_provider_30_clerk_opaque_token_where_jwts_are_expected(recipes):
    outcome = gate(recipes, "clerk").refuses(b"oat_2f8d0e6f4b4a40", R.TOKEN_MALFORMED, "opaque token")
    assert "introspection or a custom verifier" in outcome.message


def test_provider_31_workos_resource_indicator_is_the_audience(recipes):
    assert gate(recipes, "workos").accepts(WORKOS.token())["scopes"] == [b"files:read"]


@pytest.mark.parametrize("changes,result", [
    ({"aud": "client_01HXYZABCDEFGHJKMNPQRSTVWX"}, R.AUDIENCE_MISMATCH), ({"aud": ABSENT}, R.AUDIENCE_MISMATCH),
    ({"aud": RESOURCE + "/"}, R.AUDIENCE_MISMATCH), ({"iss": "https://other.authkit.app"}, R.ISSUER_MISMATCH),
])
def test_provider_31_workos_one_claim_changed(recipes, changes, result):
    without = [name for name, value in changes.items() if value is ABSENT]
    gate(recipes, "workos").refuses(WORKOS.token(without=without, **changes), result)


def test_provider_31_workos_session_keys_are_elsewhere(recipes):
    said = recipes.config("workos_session", WORKOS_SESSION.jwks()).said
    assert said[1] == "jwks_uri https://api.workos.com/sso/jwks/client_01HXYZABCDEFGHJKMNPQRSTVWX"
    info = gate(recipes, "workos_session").accepts(WORKOS_SESSION.token())
    assert info["audiences"] == [] and info["client_id"] == b"" and info["scopes"] == [b"files:read"]


@pytest.mark.parametrize("changes,result", [
    ({"org_id": "org_01OTHER"}, R.CLAIM_INVALID), ({"iss": "https://api.workos.com"}, R.ISSUER_MISMATCH),
    ({"iss": "https://api.workos.com/user_management/client_01OTHER"}, R.ISSUER_MISMATCH),
])
def test_provider_31_workos_session_one_claim_changed(recipes, changes, result):
    gate(recipes, "workos_session").refuses(WORKOS_SESSION.token(**changes), result)
    without = WORKOS_SESSION.token(without=["org_id"])
    gate(recipes, "workos_session").refuses(without, R.CLAIM_MISSING, "org_id")


def test_provider_logto(recipes):
    assert gate(recipes, "logto").accepts(LOGTO.token())["scopes"] == [b"read:files", b"delete:files"]


@pytest.mark.parametrize("changes,header,result", [
    ({"aud": "https://example.logto.app/api"}, {}, R.AUDIENCE_MISMATCH), ({}, {"typ": "JWT"}, R.TOKEN_TYPE),
    ({"client_id": ABSENT}, {}, R.CLAIM_MISSING), ({"jti": ABSENT}, {}, R.CLAIM_MISSING),
    ({"iss": "https://example.logto.app"}, {}, R.ISSUER_MISMATCH),
])
def test_provider_logto_one_claim_changed(recipes, changes, header, result):
    without = [name for name, value in changes.items() if value is ABSENT]
    gate(recipes, "logto").refuses(LOGTO.token(header, without, **changes), result)


def test_provider_logto_permissions_are_scopes(recipes):
    verifier = recipes.verifier("logto", LOGTO)
    call = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"delete_file"}}'
    assert verifier.request(LOGTO.token(), method=b"POST", body=call).result == R.OK
    denied = verifier.request(LOGTO.token(scope="read:files"), method=b"POST", body=call)
    assert (denied.result, denied.status) == (R.INSUFFICIENT_SCOPE, 403)


def test_provider_glewlwyd(recipes):
    info = gate(recipes, "glewlwyd").accepts(GLEWLWYD.token())
    assert info["client_id"] == b"client1" and info["scopes"] == [b"openid", b"mcp"]


@pytest.mark.parametrize("changes,result", [
    ({"aud": "openid mcp"}, R.AUDIENCE_MISMATCH), ({"scope": "openid"}, R.INSUFFICIENT_SCOPE),
    ({"iss": "https://glewlwyd.example.com"}, R.ISSUER_MISMATCH),
    ({"cnf": {"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}}, R.BINDING_MISMATCH),
    ({"cnf": {"x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}}, R.BINDING_MISMATCH),
])
def test_provider_glewlwyd_one_claim_changed(recipes, changes, result):
    gate(recipes, "glewlwyd").refuses(GLEWLWYD.token(**changes), result)


@pytest.mark.parametrize("header,without,result", [({"typ": "JWT"}, [], R.TOKEN_TYPE), ({}, ["jti"], R.CLAIM_MISSING)])
def test_provider_glewlwyd_keeps_the_profile(recipes, header, without, result):
    gate(recipes, "glewlwyd").refuses(GLEWLWYD.token(header, without), result, "RFC 9068")


def test_provider_nanoidp(recipes):
    info = gate(recipes, "nanoidp").accepts(NANOIDP.token())
    assert info["client_id"] == b"dcr-BUClp64SKsZJGZOD" and info["scopes"] == [b"mcp:use"]


@pytest.mark.parametrize("changes,result", [
    ({"aud": "my-app"}, R.AUDIENCE_MISMATCH), ({"scope": "openid"}, R.INSUFFICIENT_SCOPE), ({"token_use": "none"}, R.CLAIM_INVALID),
    ({"token_use": "refresh", "token_type": "refresh"}, R.TOKEN_TYPE), ({"iss": "http://127.0.0.1:8001"}, R.ISSUER_MISMATCH)])
def test_provider_nanoidp_one_claim_changed(recipes, changes, result):
    gate(recipes, "nanoidp").refuses(NANOIDP.token(**changes), result)


@pytest.mark.parametrize("member", ["jkt", "x5t#S256", "jwk", "unheard-of"])
def test_provider_49_bound_tokens_are_refused_as_bearer_tokens(recipes, member):
    """Whatever a token is bound to: nothing here proves that its sender holds it."""
    bound = GLEWLWYD.token(cnf={member: "x"})
    gate(recipes, "glewlwyd").refuses(bound, R.BINDING_MISMATCH, "ask the issuer for unbound tokens")

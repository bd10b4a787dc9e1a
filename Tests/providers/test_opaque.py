"""Opaque tokens, asked about at the provider by the page's custom verifiers: Google's tokeninfo, RFC 7662 introspection."""
import base64
import ctypes
import socket

import pytest

from endpoint import endpoint
from mcpauth_abi import R
from shape import ABSENT, NOW, RESOURCE
from tokens import changed

GOOGLE_TOKEN = b"ya29.a0AfB_byC1d2E3f4G5h6I7j8K9l0"
CLIENT = "407408718192-abcdef.apps.googleusercontent.com"
TOKENINFO = {"azp": CLIENT, "aud": CLIENT, "sub": "108204268033311374519", "email": "ada@example.com",
             "scope": "https://www.googleapis.com/auth/userinfo.email openid", "exp": str(NOW + 1800),
             "expires_in": "1800", "email_verified": "true", "access_type": "online"}

CLERK_TOKEN = b"oat_2f8d0e6f4b4a40"
CLERK = {"active": True, "sub": "user_2abcDEFghiJKLmnoPQRstuVWXyz", "client_id": "qRs7TuVwXyZaBcDe",
         "scope": "profile email", "exp": NOW + 86400, "iat": NOW - 30, "token_type": "access_token"}


class TokenEndpoint(ctypes.Structure):
    """struct token_endpoint of the page"""
    _fields_ = [("url", ctypes.c_char_p), ("user_password", ctypes.c_char_p)]


def verifier(recipes, recipe, function, url, user_password=None):
    """The recipe, its callback asking at `url` instead of the provider's own endpoint."""
    config = recipes.config(recipe)
    where = TokenEndpoint(url.encode(), user_password)
    config.kept.append(where)
    return config.set("set_custom_verifier", recipes.function(function), ctypes.addressof(where), None).verifier()


@pytest.fixture
def google(recipes):
    with endpoint() as server:
        server.answers["/tokeninfo"] = (200, TOKENINFO)
        server.verifier = verifier(recipes, "google", "google_token", server.url + "/tokeninfo")
        yield server


@pytest.fixture
def clerk(recipes):
    with endpoint() as server:
        server.answers["/oauth/token_info"] = (200, CLERK)
        server.verifier = verifier(recipes, "clerk_opaque", "introspected_token", server.url + "/oauth/token_info",
                                   b"client-id:client-secret")
        yield server


def test_provider_32_google_opaque_token(google):
    info = google.verifier.verify(GOOGLE_TOKEN).info
    assert info["issuer"] == b"https://accounts.google.com" and info["subject"] == b"108204268033311374519"
    assert info["audiences"] == [info["client_id"]] == [CLIENT.encode()] and info["expires_at"] == NOW + 1800
    assert info["scopes"] == [b"https://www.googleapis.com/auth/userinfo.email", b"openid"]
    assert google.asked == [("GET", "/tokeninfo?access_token=" + GOOGLE_TOKEN.decode(), None, b"")]


@pytest.mark.parametrize("changes,result", [
    ({"aud": "1-other.apps.googleusercontent.com"}, R.AUDIENCE_MISMATCH), ({"aud": ABSENT}, R.AUDIENCE_MISMATCH),
    ({"exp": str(NOW - 61)}, R.TOKEN_EXPIRED), ({"sub": ABSENT}, R.CLAIM_MISSING), ({"sub": ""}, R.INVALID_ARGUMENT),
    ({"exp": "soon"}, R.INVALID_ARGUMENT), ({"sub": 7}, R.CLAIM_MISSING),
])
def test_provider_32_google_one_member_changed(google, changes, result):
    assert google.verifier.verify(GOOGLE_TOKEN).result == R.OK
    google.answers["/tokeninfo"] = (200, changed(TOKENINFO, changes))
    outcome = google.verifier.verify(GOOGLE_TOKEN)
    assert outcome.result == result, outcome.message


@pytest.mark.parametrize("status,answer,result,http", [
    (400, {"error": "invalid_token", "error_description": "Invalid Value"}, R.TOKEN_REJECTED, 401),
    (500, {}, R.CALLBACK_FAILED, 503), (429, {}, R.CALLBACK_FAILED, 503), (200, b"<html>", R.CALLBACK_FAILED, 503),
    (200, b"x" * 20000, R.CALLBACK_FAILED, 503),
])
def test_provider_32_google_says_no_or_says_nothing(google, status, answer, result, http):
    google.answers["/tokeninfo"] = (status, answer)
    outcome = google.verifier.authorize(b"Bearer " + GOOGLE_TOKEN)
    assert (outcome.result, outcome.status) == (result, http), outcome.message
    assert ("Retry-After" in outcome.headers) == (http == 503)


def test_provider_32_google_is_not_asked_about_what_is_no_token_of_its(google):
    for token in (b"ya29.a&access_token=b", b"a b", b"ya29.a%26b", b"ya29.a\r\nHost: x", b"ya29.\xc3\xa9"):
        assert google.verifier.verify(token).result == R.TOKEN_REJECTED
    assert google.verifier.verify(b"a" * 5000).result == R.TOKEN_REJECTED
    assert google.asked == []


def test_provider_32_google_cannot_be_reached(recipes):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: nobody else can answer there
        dead = verifier(recipes, "google", "google_token", f"http://127.0.0.1:{closed.getsockname()[1]}/tokeninfo")
        outcome = dead.authorize(b"Bearer " + GOOGLE_TOKEN)
    assert (outcome.result, outcome.status) == (R.CALLBACK_FAILED, 503)


def test_provider_30_clerk_opaque_token_by_introspection(clerk):
    info = clerk.verifier.verify(CLERK_TOKEN).info
    assert info["subject"] == b"user_2abcDEFghiJKLmnoPQRstuVWXyz" and info["scopes"] == [b"profile", b"email"]
    basic = "Basic " + base64.b64encode(b"client-id:client-secret").decode()
    assert clerk.asked == [("POST", "/oauth/token_info", basic, b"token_type_hint=access_token&token=" + CLERK_TOKEN)]


@pytest.mark.parametrize("changes,result", [
    ({"active": False}, R.TOKEN_INACTIVE), ({"active": "true"}, R.CALLBACK_FAILED), ({"active": 1}, R.CALLBACK_FAILED),
    ({"active": ABSENT}, R.CALLBACK_FAILED), ({"client_id": "other"}, R.CLIENT_NOT_ALLOWED),
    ({"client_id": ABSENT}, R.CLIENT_NOT_ALLOWED), ({"iss": "https://other.clerk.accounts.dev"}, R.ISSUER_MISMATCH),
    ({"aud": ["https://other.example.com"]}, R.AUDIENCE_MISMATCH), ({"exp": NOW - 61}, R.TOKEN_EXPIRED),
    ({"aud": "https://other.example.com"}, R.AUDIENCE_MISMATCH), ({"aud": RESOURCE}, R.OK),
    ({"aud": ["https://other.example.com", RESOURCE]}, R.OK),
    ({"sub": ABSENT}, R.CLAIM_MISSING),
])
def test_provider_30_clerk_one_member_changed(clerk, changes, result):
    assert clerk.verifier.verify(CLERK_TOKEN).result == R.OK
    clerk.answers["/oauth/token_info"] = (200, changed(CLERK, changes))
    outcome = clerk.verifier.verify(CLERK_TOKEN)
    assert outcome.result == result, outcome.message


@pytest.mark.parametrize("status", [401, 403, 500])
def test_provider_44_our_own_credentials_refused_is_no_fault_of_the_caller(clerk, status):
    clerk.answers["/oauth/token_info"] = (status, {"error": "invalid_client"})
    outcome = clerk.verifier.authorize(b"Bearer " + CLERK_TOKEN)
    assert (outcome.result, outcome.status) == (R.CALLBACK_FAILED, 503)


def test_provider_44_every_request_is_asked_about(clerk):
    """What a custom verifier says is never cached: a token that is revoked is refused at once."""
    assert [clerk.verifier.verify(CLERK_TOKEN).result for _ in range(3)] == [R.OK] * 3
    clerk.answers["/oauth/token_info"] = (200, {"active": False})
    assert clerk.verifier.verify(CLERK_TOKEN).result == R.TOKEN_INACTIVE
    assert len(clerk.asked) == 4

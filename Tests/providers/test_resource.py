"""This server's own identity: its metadata, its audience, its challenge, and whom a session belongs to."""
import json

import pytest

from encoding import compact
from gate import verifier
from keys import P256
from mcpauth_abi import Config, R, SetterFailed
from shape import NOW
from tokens import ISSUER, claims, signed

WELL_KNOWN = b"/.well-known/oauth-protected-resource"


def server(resource, *settings):
    config = Config(resource).clock(lambda: NOW)
    config.issuer(ISSUER).jwks(compact({"keys": [P256.jwk()]}))
    for setting in settings:
        config.set(*setting)
    return config.verifier()


def token(audience, **changes):
    return signed(P256, "ES256", payload=claims(aud=audience, **changes))


@pytest.mark.parametrize("resource,audience,forgiven", [
    (b"https://mcp.example.com", "https://mcp.example.com/", True),
    (b"https://mcp.example.com/", "https://mcp.example.com", True),
    (b"https://mcp.example.com/mcp", "https://mcp.example.com/mcp/", False),
    (b"https://mcp.example.com/mcp/", "https://mcp.example.com/mcp", False),
    (b"https://mcp.example.com", "https://mcp.example.com//", False),
    (b"https://mcp.example.com", "http://mcp.example.com/", False),
    (b"https://mcp.example.com", "https://mcp.example.com:443/", False),
])
def test_provider_40_a_trailing_slash_is_another_audience_but_at_the_root_on_request(resource, audience, forgiven):
    strict = server(resource).verify(token(audience))
    assert strict.result == R.AUDIENCE_MISMATCH
    if audience.rstrip("/") == resource.decode().rstrip("/") and not audience.endswith("//"):
        assert "they differ in a trailing slash" in strict.message
    opted = server(resource, ["ignore_root_slash"]).verify(token(audience))
    assert opted.result == (R.OK if forgiven else R.AUDIENCE_MISMATCH)


def test_provider_40_the_slash_message_names_the_mend():
    outcome = server(b"https://mcp.example.com").verify(token("https://mcp.example.com/"))
    assert "mcpauth_config_ignore_root_slash" in outcome.message


@pytest.mark.parametrize("resource", [b"http://mcp.example.com/mcp", b"http://192.0.2.1/mcp", b"http://localhost.example.com/",
                                      b"mcp.example.com/mcp", b"https://mcp.example.com/mcp?x=1", b"https://u:p@mcp.example.com/",
                                      b"https://mcp.example.com/mcp#f", b""])
def test_provider_41_behind_a_proxy_the_resource_is_the_public_https_url(resource):
    with pytest.raises(SetterFailed) as failed:
        server(resource)
    assert failed.value.result == R.INVALID_ARGUMENT


def test_provider_41_http_behind_a_proxy_the_message_names_the_mend():
    with pytest.raises(SetterFailed) as failed:
        server(b"http://mcp.example.com/mcp")
    assert "https" in failed.value.message and "proxy" in failed.value.message


@pytest.mark.parametrize("resource,path", [
    (b"https://mcp.example.com", b""), (b"https://mcp.example.com/", b""), (b"https://mcp.example.com/mcp", b"/mcp"),
    (b"https://mcp.example.com/a/b", b"/a/b"), (b"https://mcp.example.com/mcp/", b"/mcp/"),
    (b"https://mcp.example.com:8443/mcp", b"/mcp"), (b"http://127.0.0.1:8080/mcp", b"/mcp"),
])
def test_provider_42_metadata_at_the_resources_path_names_the_resource(resource, path):
    here = server(resource)
    status, headers, body = here.well_known(b"GET", WELL_KNOWN + path)
    assert status == 200 and headers["Content-Type"] == "application/json"
    document = json.loads(body)
    assert document["resource"].encode() == resource, "RFC 9728 section 3.3: to the byte"
    assert document["authorization_servers"] == [ISSUER.decode()]
    assert here.well_known(b"GET", WELL_KNOWN + path + b"?x=1")[0] == 200
    for other in (WELL_KNOWN + path + b"/", WELL_KNOWN + b"/other", b"/", WELL_KNOWN.upper() + path,
                  b"/.well-known/oauth-authorization-server" + path):
        if other.rstrip(b"/") != (WELL_KNOWN + path).rstrip(b"/") or other != WELL_KNOWN + path:
            assert here.well_known(b"GET", other) is None, other
    origin = resource.split(b"/", 3)
    location = b"/".join(origin[:3]) + WELL_KNOWN + path
    challenge = here.authorize().headers["WWW-Authenticate"]
    assert challenge == f'Bearer resource_metadata="{location.decode()}"'


def test_provider_42_metadata_at_the_root_too_on_request():
    plain, rooted = server(b"https://mcp.example.com/mcp"), server(b"https://mcp.example.com/mcp", ["serve_metadata_at_root"])
    assert plain.well_known(b"GET", WELL_KNOWN) is None
    assert rooted.well_known(b"GET", WELL_KNOWN)[2] == rooted.well_known(b"GET", WELL_KNOWN + b"/mcp")[2]


@pytest.mark.parametrize("method,status,length", [(b"GET", 200, 1), (b"HEAD", 200, 0), (b"OPTIONS", 204, 0),
                                                  (b"POST", 405, 0), (b"get", 405, 0), (b"", 405, 0)])
def test_provider_42_metadata_methods(method, status, length):
    got, headers, body = server(b"https://mcp.example.com/mcp").well_known(method, WELL_KNOWN + b"/mcp")
    assert got == status and bool(body) == bool(length)
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert (headers.get("Allow") == "GET, HEAD, OPTIONS") == (status == 405)


def test_provider_42_several_resources_in_one_process():
    files, mail = server(b"https://mcp.example.com/files"), server(b"https://mcp.example.com/mail")
    assert files.well_known(b"GET", WELL_KNOWN + b"/mail") is None
    assert b"/mail" in mail.well_known(b"GET", WELL_KNOWN + b"/mail")[2]
    assert files.verify(token("https://mcp.example.com/files")).result == R.OK
    assert mail.verify(token("https://mcp.example.com/files")).result == R.AUDIENCE_MISMATCH
    assert "/mail" in mail.authorize().headers["WWW-Authenticate"]


def test_provider_43_each_refusal_has_its_own_challenge():
    here = server(b"https://mcp.example.com/mcp", ["add_required_scope", b"files.read"])
    metadata = 'scope="files.read", resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"'
    missing = here.authorize()
    assert (missing.status, missing.headers["WWW-Authenticate"]) == (401, f"Bearer {metadata}")
    expired = here.authorize(b"Bearer " + token("https://mcp.example.com/mcp", exp=NOW - 100))
    assert expired.status == 401 and expired.headers["WWW-Authenticate"] == (
        f'Bearer error="invalid_token", error_description="The provided token is invalid or malformed.", {metadata}')
    narrow = here.authorize(b"Bearer " + token("https://mcp.example.com/mcp"))
    assert narrow.status == 403 and narrow.headers["WWW-Authenticate"] == (
        'Bearer error="insufficient_scope", error_description="The token does not contain the necessary scopes for this '
        f'request.", {metadata}')


def test_provider_46_a_session_is_bound_to_the_caller_and_not_to_the_token():
    here = server(b"https://mcp.example.com/mcp")

    def principal(**changes):
        return here.caller(token("https://mcp.example.com/mcp", **changes)).text("principal")

    mine = principal()
    assert mine == principal(jti="another", exp=NOW + 900), "it stays the same when the client renews its token"
    others = {principal(sub="user-2"), principal(client_id="client-2"), principal(sub="user-1,8:client-1"),
              principal(sub="user-", client_id="1client-1"), principal(sub="user-1,", client_id="client-1")}
    assert mine not in others and len(others) == 5


def test_provider_47_an_audience_is_always_asked_for():
    here = server(b"https://mcp.example.com/mcp")
    payload = {name: value for name, value in claims().items() if name != "aud"}
    outcome = here.verify(signed(P256, "ES256", payload=payload))
    assert outcome.result == R.AUDIENCE_MISMATCH and "RFC 8707" in outcome.message
    dangerous = server(b"https://mcp.example.com/mcp", ["dangerous_disable_audience_check"])
    assert dangerous.verify(signed(P256, "ES256", payload=payload)).result == R.OK


@pytest.mark.parametrize("field,status", [(b"bearer %s", 200), (b"BEARER  %s", 200), (b"Bearer     %s ", 200),
                                          (b"Bearer\t%s", 400), (b"Bearer %s,", 400), (b"Bearer%s", 401)])
def test_provider_50_bearer_of_any_case_and_one_space_or_more(field, status):
    outcome = verifier([P256.jwk()]).authorize(field % signed(P256, "ES256"))
    assert outcome.status == status

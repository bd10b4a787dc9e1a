"""Scopes per tool, with the official MCP client: what it may not use is not shown, and asked for when it is called."""
import asyncio
import json

import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from conftest import SCOPE, challenge
from issuer import SUBJECT, Issuer
from test_client import MODES, login

NEEDED = "claims:read"


@pytest.fixture(scope="module")
def guarded(issuer, serve):
    with serve("--issuer", issuer.url, "--scope", SCOPE, "--tool-scope", f"claims={NEEDED}") as running:
        yield running


async def widen(url, mode, auth):
    """List, call what is allowed, call what is not, list again."""
    exchanges = []

    async def note(response):
        exchanges.append((response.request.url.path, response.status_code, dict(response.headers)))

    async with (httpx2.AsyncClient(auth=auth, event_hooks={"response": [note]}) as http,
                Client(streamable_http_client(url, http_client=http), mode=mode) as client):
        before = [tool.name for tool in (await client.list_tools()).tools]
        who = await client.call_tool("whoami", {})
        denied = len(exchanges)
        said = await client.call_tool("claims", {})
        after = [tool.name for tool in (await client.list_tools()).tools]
    return before, who, said, after, exchanges[:denied], exchanges[denied:]


@pytest.mark.parametrize("mode", MODES)
def test_from_the_challenge_to_the_wider_token(serve, mode):
    """401, metadata, login, call; then 403, login for more, the same call again. The client is told the URL and nothing else."""
    with Issuer() as issuer, serve("--issuer", issuer.url, "--scope", SCOPE, "--tool-scope",
                                   f"claims={NEEDED}") as server:
        before, who, said, after, first, second = asyncio.run(widen(server.url, mode, login(issuer, server.url)))
    assert before == ["whoami"] and after == ["whoami", "claims"]
    assert SUBJECT in who.content[0].text
    claims = json.loads(said.content[0].text)
    assert claims["scope"].split() == [SCOPE, NEEDED], "the wider token has what the narrower one had"
    assert [status for path, status, _ in first if path == "/mcp"][0] == 401
    assert 403 not in [status for _, status, _ in first]
    [(path, _, headers)] = [exchange for exchange in second if exchange[1] >= 400 and exchange[1] != 405]
    asked = challenge(headers)
    assert path == "/mcp" and asked["error"] == "insufficient_scope"
    assert asked["scope"].split() == [SCOPE, NEEDED] and asked["resource_metadata"] == server.metadata_url
    assert issuer.requests.count("/token") == 2


def call(server, token, body, *headers):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return server.request(headers=[("Authorization", f"Bearer {token}"), ("Content-Type", "application/json"), *headers],
                          body=body)


def message(tool, **more):
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": {}}, **more}


def test_the_step_up_over_http(guarded, issuer):
    narrow, wide = issuer.token(guarded.url), issuer.token(guarded.url, scope=f"{SCOPE} {NEEDED}")
    assert call(guarded, narrow, message("whoami"))[0] == 200
    status, headers, body = call(guarded, narrow, message("claims"))
    assert status == 403 and body == {
        "error": "missing_required_scopes", "missing_scopes": [NEEDED],
        "error_description": "The token does not contain the necessary scopes for this request."}
    assert challenge(headers) == {
        "error": "insufficient_scope", "scope": f"{SCOPE} {NEEDED}", "resource_metadata": guarded.metadata_url,
        "error_description": "The token does not contain the necessary scopes for this request."}
    status, _, body = call(guarded, wide, message("claims"))
    assert status == 200 and json.loads(body["result"]["content"][0]["text"])["sub"] == SUBJECT


def test_the_needed_scopes_are_published(guarded):
    _, _, document = guarded.request("GET", guarded.metadata_url.removeprefix(guarded.url.removesuffix("/mcp")))
    assert document["scopes_supported"] == [SCOPE, NEEDED]


BATCH = ("Mcp-Protocol-Version", "2025-03-26")
UNREADABLE = {
    "no body": b"", "no JSON": b"{", "a name twice": b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami",'
    b'"name":"claims"}}', "a method twice": b'{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call","params":{"name":'
    b'"claims"}}', "a name spelled with an escape beside another": b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":'
    b'{"name":"whoami","n\\u0061me":"claims"}}',
}


@pytest.mark.parametrize("body", UNREADABLE.values(), ids=UNREADABLE.keys())
def test_what_cannot_be_read_is_refused(guarded, issuer, body):
    wide = issuer.token(guarded.url, scope=f"{SCOPE} {NEEDED}")
    status, headers, answer = call(guarded, wide, body)
    assert status == 400 and answer["error"] == "invalid_request"
    assert challenge(headers)["error"] == "invalid_request"


def test_what_is_too_large_to_be_read_is_refused(guarded, issuer):
    """The example keeps 64 KiB of a body: what it cannot hand over is judged by nothing, so nobody is let in."""
    wide = issuer.token(guarded.url, scope=f"{SCOPE} {NEEDED}")
    assert call(guarded, wide, b'{"pad":"' + b"x" * 70_000 + b'"}')[0] == 413


@pytest.mark.parametrize("body", [
    [message("whoami"), message("claims", id=2)], message("claims", params={"name": "claims", "arguments": {"a": [[[]]] * 50}}),
    message("claims", params={"name": "cl\u0061ims"}),
], ids=["in a batch", "with deep arguments", "spelled with an escape"])
def test_no_spelling_gets_around_the_scope(guarded, issuer, body):
    headers = [BATCH] if isinstance(body, list) else []
    body = json.dumps(body).replace('"claims"', '"cl\\u0061ims"').encode()
    assert call(guarded, issuer.token(guarded.url), body, *headers)[0] == 403
    assert call(guarded, issuer.token(guarded.url, scope=f"{SCOPE} {NEEDED}"), body, *headers)[0] == 200


@pytest.mark.parametrize("headers,status", [
    ([("Mcp-Method", "tools/call"), ("Mcp-Name", "claims")], 200), ([("Mcp-Method", "tools/call"), ("Mcp-Name", "whoami")], 400),
    ([("Mcp-Method", "tools/list")], 400), ([("Mcp-Name", "whoami")], 400)])
def test_mcp_headers_have_to_agree_with_the_body(guarded, issuer, headers, status):
    """Who decides by the headers, as a proxy may, decides about what is done."""
    wide = issuer.token(guarded.url, scope=f"{SCOPE} {NEEDED}")
    assert call(guarded, wide, message("claims"), *headers)[0] == status

"""The official MCP client through nginx, and scopes of tools under revision 2026-07-28."""
import asyncio
import base64
import json
from urllib.parse import urlsplit

import httpx2
import pytest
from mcp import MCPError
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from conftest import site
from issuer import Issuer
from test_client import MODES, Refused, list_and_call, login
from test_requests import JSON, bearer, initialize, only

REVISION = "2026-07-28"


@pytest.mark.parametrize("mode", MODES)
def test_it_finds_its_way_from_the_challenge_to_the_tool(tmp_path, upstream, mode):
    with Issuer() as issuer, site(tmp_path, upstream, issuer.url) as here:
        tools, result, exchanges = asyncio.run(list_and_call(here.url, mode, auth=login(issuer, here.url)))
        assert tools == ["whoami", "erase", "lösche"]
        assert json.loads(result.content[0].text)["x-mcp-subject"] == "alice"
        assert exchanges[0][2] == 401
        assert ("GET", f"/.well-known/oauth-protected-resource{urlsplit(here.url).path}", 200) in exchanges


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("changes, status", [({"exp": 1}, 401), ({"scope": "other"}, 403), ({"aud": "https://other.example.com"}, 401)])
def test_it_is_refused(protected, issuer, mode, changes, status):
    token = issuer.token(protected.url, **changes)
    with pytest.raises(Refused) as refused:
        asyncio.run(list_and_call(protected.url, mode, headers={"Authorization": f"Bearer {token}"}))
    assert refused.value.statuses == {status}


# ---- scopes of tools ---------------------------------------------------------------------------------------------------


def call_by_client(site, token, tool):
    """What the tool says, and the HTTP statuses on the way there."""
    statuses = []

    async def note(response):
        statuses.append(response.status_code)

    async def call():
        async with (httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, event_hooks={"response": [note]}) as http,
                    Client(streamable_http_client(site.url, http_client=http)) as client):
            try:
                return (await client.call_tool(tool, {})).content[0].text
            except MCPError as error:
                return error
    return asyncio.run(call()), statuses


def call(site, token, *fields, tool="erase", revision=REVISION):
    """tools/call as it is sent since 2026-07-28; the fields come from the test."""
    meta = {"io.modelcontextprotocol/protocolVersion": revision, "io.modelcontextprotocol/clientCapabilities": {},
            "io.modelcontextprotocol/clientInfo": {"name": "raw", "version": "1"}}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": {}, "_meta": meta}}
    return site.send("POST", fields=[*JSON, bearer(token), *fields], body=json.dumps(body))


def mirrored(method="tools/call", name="erase", revision=REVISION):
    return [("Mcp-Protocol-Version", revision), ("Mcp-Method", method), ("Mcp-Name", name)]


def erased(site):
    return site.upstream.log.read_text().count("ERASED")


def test_the_client_calls_what_its_scopes_are_enough_for(guarded, issuer):
    before = erased(guarded)
    said, statuses = call_by_client(guarded, issuer.token(guarded.url), "whoami")
    assert json.loads(said)["x-mcp-scopes"] == "mcp:use" and 403 not in statuses
    _, statuses = call_by_client(guarded, issuer.token(guarded.url), "erase")
    assert statuses[-1] == 403 and erased(guarded) == before
    said, statuses = call_by_client(guarded, issuer.token(guarded.url, scope="mcp:use notes:erase"), "erase")
    assert said == "erased" and 403 not in statuses and erased(guarded) == before + 1


def test_the_missing_scope_is_asked_for(guarded, issuer):
    answer = call(guarded, issuer.token(guarded.url), *mirrored())
    assert answer.status == 403 and "notes:erase" in only(answer, "WWW-Authenticate")
    assert call(guarded, issuer.token(guarded.url, scope="mcp:use notes:erase"), *mirrored()).status == 200


IN_BASE64 = f"=?base64?{base64.b64encode('lösche'.encode()).decode()}?="
LIES = {
    "another tool's name": mirrored(name="whoami"),
    "another method": [("Mcp-Protocol-Version", REVISION), ("Mcp-Method", "tools/list")],
    "another method with the tool's name": mirrored(method="ping"),
    "no fields at all": [],
    "no revision": mirrored()[1:],
    "an older revision": mirrored(name="whoami", revision="2025-11-25"),
    "two revisions": [*mirrored(name="whoami"), ("Mcp-Protocol-Version", "2025-11-25")],
    "a revision that is none": mirrored(name="whoami", revision="9999999999"),
    "no method": [mirrored()[0], mirrored()[2]],
    "no name": mirrored()[:2],
    "two names": [*mirrored(name="whoami"), ("Mcp-Name", "erase")],
    "two methods": [*mirrored(name="whoami"), ("Mcp-Method", "ping")],
    "the method in base64": mirrored(method=f"=?base64?{base64.b64encode(b'tools/call').decode()}?="),
    "a name in base64": mirrored(name=f"=?base64?{base64.b64encode(b'erase').decode()}?="),
    "a name with a quote": mirrored(name='whoami","name":"erase'),
    "an empty name": mirrored(name=""),
    "a field with an underscore": [mirrored()[0], mirrored()[1], ("Mcp_Name", "whoami")],
}


@pytest.mark.parametrize("what", LIES)
def test_A53_a_tool_is_not_reached_under_the_name_of_another(guarded, issuer, what):
    before = erased(guarded)
    assert call(guarded, issuer.token(guarded.url), *LIES[what]).status in {400, 404}
    assert erased(guarded) == before


def test_a_name_that_has_to_be_in_base64_is_out_of_reach(guarded, issuer):
    """Fail closed, also with the scope: docs/nginx.md says so."""
    token = issuer.token(guarded.url, scope="mcp:use notes:erase")
    assert call(guarded, token, *mirrored(name=IN_BASE64), tool="lösche").status == 400


def test_older_revisions_are_out_of_reach_where_tools_have_scopes(guarded, issuer):
    before = guarded.reached()
    assert initialize(guarded, bearer(issuer.token(guarded.url, scope="mcp:use notes:erase"))).status == 400
    assert guarded.reached() == before

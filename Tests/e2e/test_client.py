"""The official MCP client against the example servers."""
import asyncio
import sys
import time
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from issuer import SUBJECT, Issuer

sys.path.append(str(Path(__file__).resolve().parents[1] / "servers/clients"))
from login import provider

MODES = ["auto", "legacy"]


async def list_and_call(url, mode="auto", headers=None, auth=None):
    """What the tool `whoami` says, and the HTTP answers on the way there: (method, path, status)."""
    exchanges = []

    async def note(response):
        exchanges.append((response.request.method, response.request.url.path, response.status_code))

    async with httpx2.AsyncClient(headers=headers, auth=auth, event_hooks={"response": [note]}) as http:
        try:
            async with Client(streamable_http_client(url, http_client=http), mode=mode) as client:
                tools = [tool.name for tool in (await client.list_tools()).tools]
                result = await client.call_tool("whoami", {})
                return tools, result, exchanges
        except Exception as error:
            raise Refused(exchanges) from error


class Refused(Exception):
    @property
    def statuses(self):
        return {status for _, _, status in self.args[0]}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_lists_and_calls_the_tool(server, issuer, mode, algorithm):
    token = issuer.token(server.url, algorithm)
    tools, result, exchanges = asyncio.run(
        list_and_call(server.url, mode, headers={"Authorization": f"Bearer {token}"}))
    assert tools == ["whoami", "claims"]
    assert not result.is_error and SUBJECT in result.content[0].text
    assert all(status < 300 or status == 405 for _, _, status in exchanges), exchanges


TOKENS = {
    "none": (lambda issuer, url: None, 401),
    "expired": (lambda issuer, url: issuer.token(url, exp=int(time.time()) - 100), 401),
    "other audience": (lambda issuer, url: issuer.token("https://other.example.com"), 401),
    "other issuer": (lambda issuer, url: issuer.token(url, iss="https://other.example.com"), 401),
    "forged": (lambda issuer, url: issuer.forged(url), 401),
    "unsigned": (lambda issuer, url: issuer.unsigned(url), 401),
    "fewer scopes": (lambda issuer, url: issuer.token(url, scope="profile"), 403),
}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("kind", TOKENS)
def test_is_refused(server, issuer, mode, kind):
    make, status = TOKENS[kind]
    token = make(issuer, server.url)
    headers = {"Authorization": f"Bearer {token}"} if token else None
    with pytest.raises(Refused) as refused:
        asyncio.run(list_and_call(server.url, mode, headers=headers))
    assert refused.value.statuses == {status}


# ---- the whole way: 401, metadata, login, call ----------------------------------------------------------------------


def login(issuer, url):
    """The client's own OAuth flow, with a user who agrees at once."""
    def agree(authorization_url):
        query = dict(parse_qsl(urlsplit(authorization_url).query))
        return {"code": issuer.authorize(query), "state": query["state"]}

    return provider(url, "e2e", agree, grant_types=["authorization_code"], token_endpoint_auth_method="none")


@pytest.mark.parametrize("mode", MODES)
def test_finds_its_way_from_the_challenge_to_the_tool(serve, mode):
    """Nothing is told to the client but the server's URL."""
    with Issuer() as issuer, serve("--issuer", issuer.url, "--scope", "mcp:use") as server:
        tools, result, exchanges = asyncio.run(
            list_and_call(server.url, mode, auth=login(issuer, server.url)))
        assert tools == ["whoami", "claims"] and SUBJECT in result.content[0].text
        path = urlsplit(server.metadata_url).path
        assert exchanges[0][2] == 401
        assert ("GET", path, 200) in exchanges  # the metadata document the challenge named
        assert "/.well-known/oauth-authorization-server" in issuer.requests and "/token" in issuer.requests

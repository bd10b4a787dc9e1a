"""The article's server: its one call, SetAuthorization(issuers, permissions), and all that its author names as missing."""
import asyncio
import http.client
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit
from urllib.request import urlopen

import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from conftest import challenge
from program import EXAMPLES, PATIENCE, Program

SERVERS = Path(__file__).resolve().parents[1] / "servers"
sys.path += [str(SERVERS), str(SERVERS / "clients")]
from browser import Browser  # noqa: E402
from login import provider  # noqa: E402

TIME, COUNT = "time:read", "count:down"
TOOLS = {"get_current_time": {}, "count_down": {"from": "2"}}


@pytest.fixture(scope="module")
def issuer():
    """Its tokens name it with a slash at the end, as Auth0's do."""
    with Program("dev_issuer", "--port", "0") as first:
        url = first.url
    with Program("dev_issuer", "--port", url.rsplit(":", 1)[1], "--claim", f"iss={url}/") as running:
        yield running


@pytest.fixture(scope="module")
def server(issuer):
    """The article's arguments: JSON fragments with their quotes, the issuer without the slash, http on this machine."""
    with Program("article", f'"{issuer.url}"', "localhost:0/mcp") as running:
        assert running.url.startswith("http://localhost:") and running.url.endswith("/mcp")
        yield running


def token(issuer, server, **parameters):
    query = urlencode({"audience": server.url, "scope": f"{TIME} {COUNT}"} | parameters)
    return urlopen(f"{issuer.url}/token?{query}", timeout=60).read().decode()


class Session:
    """A client that sends what it is told: one MCP session with one token."""

    def __init__(self, server, bearer):
        self.place, self.bearer, self.id = urlsplit(server.url), bearer, None
        self.status, self.headers, _ = self.send("initialize", {
            "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}})
        self.id = self.headers.get("mcp-session-id")

    def send(self, method, params=None, bearer=None):
        connection = http.client.HTTPConnection(self.place.netloc, timeout=60)
        headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
        if bearer or self.bearer:
            headers["Authorization"] = f"Bearer {bearer or self.bearer}"
        if self.id:
            headers["Mcp-Session-Id"] = self.id
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params or {}}
        connection.request("POST", self.place.path, json.dumps(body), headers)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        return (response.status, {name.lower(): value for name, value in response.getheaders()},
                json.loads(text) if text else None)

    def call(self, tool):
        return self.send("tools/call", {"name": tool, "arguments": TOOLS[tool]})


def test_the_official_client_logs_in_and_calls_the_tools(server):
    """It is told the server's URL and nothing else."""
    sent_back, statuses = {}, []

    async def note(response):
        statuses.append(response.status_code)

    def log_in(url):
        sent_back.update(parse_qsl(urlsplit(Browser().log_in(url)).query))
        return sent_back

    async def walk():
        auth = provider(server.url, "article", log_in)
        async with (httpx2.AsyncClient(auth=auth, event_hooks={"response": [note]}, timeout=60) as http_client,
                    Client(streamable_http_client(server.url, http_client=http_client)) as client):
            tools = [tool.name for tool in (await client.list_tools()).tools]
            return tools, [(await client.call_tool(name, TOOLS[name])).content[0].text for name in tools]

    tools, texts = asyncio.run(asyncio.wait_for(walk(), 300))
    assert tools == list(TOOLS)
    assert texts[0].endswith("Z") and texts[1] == "2 1 finish!"
    assert statuses[0] == 401 and sent_back["code"]


def test_the_challenge_names_the_metadata_and_the_permissions(server, issuer):
    without = Session(server, None)
    assert without.status == 401
    parameters = challenge(without.headers)
    assert parameters["scope"].split() == [TIME, COUNT]
    metadata = json.loads(urlopen(parameters["resource_metadata"], timeout=60).read())
    assert metadata["resource"] == server.url and metadata["authorization_servers"] == [issuer.url]


@pytest.mark.parametrize("kind", ["expired", "not-yet-valid", "other-audience", "no-audience", "forged", "unknown-key",
                                  "unsigned"])
def test_what_the_article_left_out_is_checked(server, issuer, kind):
    assert Session(server, token(issuer, server)).status == 200
    assert Session(server, token(issuer, server, kind=kind)).status == 401


def test_an_issuer_that_is_not_in_the_list_is_refused(server):
    with Program("dev_issuer", "--port", "0") as other:
        assert Session(server, token(other, server)).status == 401


@pytest.mark.parametrize("permission, allowed", [(TIME, ["get_current_time"]), (COUNT, ["count_down"]), ("other", [])])
def test_permissions_decide_per_tool(server, issuer, permission, allowed):
    session = Session(server, token(issuer, server, scope=permission))
    assert session.status == 200
    assert [tool["name"] for tool in session.send("tools/list")[2]["result"]["tools"]] == allowed
    for tool in TOOLS:
        status, headers, answer = session.call(tool)
        if tool in allowed:
            assert status == 200 and "isError" not in answer["result"]
        else:
            assert status == 403 and challenge(headers)["error"] == "insufficient_scope"


def test_auth0s_shape_of_a_token_is_taken():
    """Permissions in a claim of their own, and two audiences: the second is Auth0's userinfo."""
    with Program("dev_issuer", "--port", "0") as first, Program("article", f'"{first.url}"', "localhost:0/mcp") as server:
        port = first.url.rsplit(":", 1)[1]
        first.process.terminate()
        first.process.wait(timeout=PATIENCE)
        audiences = json.dumps([server.url, f"{first.url}/userinfo"])
        with Program("dev_issuer", "--port", port, "--claim", f"aud={audiences}", "--claim",
                     f'permissions=["{TIME}"]', "--claim", f"iss={first.url}/") as auth0:
            session = Session(server, token(auth0, server, scope="openid"))
            assert session.call("get_current_time")[0] == 200
            assert session.call("count_down")[0] == 403


def test_what_is_no_mcp_message_is_answered(server, issuer):
    session = Session(server, token(issuer, server))
    assert session.send("tools/list", ["no", "object"])[0] < 500
    assert session.send("tools/call", {"name": "count_down", "arguments": {"from": "many"}})[2]["result"]["isError"]
    assert session.send("no/such/method")[2]["error"]["code"] == -32601
    for path, status in (("/other", 404), ("/.well-known/other", 404), ("/mcp", 401)):
        connection = http.client.HTTPConnection(session.place.netloc, timeout=60)
        connection.request("GET", path)
        assert connection.getresponse().status == status, path
        connection.close()


def test_a_session_is_of_its_caller(server, issuer):
    session = Session(server, token(issuer, server))
    assert session.send("ping")[0] == 200
    assert session.send("ping", bearer=token(issuer, server, sub="mallory"))[0] == 404


@pytest.mark.parametrize("arguments, said", [
    (["https://tenant.us.auth0.com", "localhost:0/mcp"], "give JSON strings with their quotes"),
    (['"https://tenant.us.auth0.com/?x"', "localhost:0/mcp"], "query"),
    (['"http://tenant.example.com", 5', "localhost:0/mcp"], "give JSON strings"),
    (['"https://tenant.us.auth0.com"', "localhost"], "no address such as"),
    (['"https://tenant.us.auth0.com"', "localhost:x/mcp"], "no address such as"),
])
def test_says_what_is_wrong_with_its_arguments(arguments, said):
    done = subprocess.run([EXAMPLES / "article", *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and said in done.stderr

"""What the example servers have to offer, by the official client, in both generations of MCP."""
import asyncio
import json

import httpx2
import pytest
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError

from conftest import SCOPE
from issuer import SUBJECT
from test_client import MODES

GUARDED = ("--resource-scope", "caller://claims=claims:read", "--resource-scope", "caller://claims/sub=claims:read",
           "--prompt-scope", "greeting=greet")


@pytest.fixture(scope="module")
def guarded(issuer, serve):
    with serve("--issuer", issuer.url, "--scope", SCOPE, *GUARDED) as running:
        yield running


def ask(url, token, mode, question):
    """What question(client) gives."""
    async def run():
        async with (httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}) as http,
                    Client(streamable_http_client(url, http_client=http), mode=mode) as client):
            return await question(client)
    return asyncio.run(run())


@pytest.mark.parametrize("mode", MODES)
def test_resources_and_prompts(server, issuer, mode):
    async def look(client):
        return (await client.list_resources(), await client.list_resource_templates(), await client.list_prompts(),
                await client.read_resource("caller://claims"), await client.read_resource("caller://claims/sub"),
                await client.get_prompt("greeting"))

    resources, templates, prompts, claims, one, greeting = ask(server.url, issuer.token(server.url), mode, look)
    assert [str(resource.uri) for resource in resources.resources] == ["caller://claims"]
    assert [template.uri_template for template in templates.resource_templates] == ["caller://claims/{name}"]
    assert [prompt.name for prompt in prompts.prompts] == ["greeting"]
    assert json.loads(claims.contents[0].text)["sub"] == SUBJECT and json.loads(one.contents[0].text) == SUBJECT
    assert SUBJECT in greeting.messages[0].content.text


@pytest.mark.parametrize("mode", MODES)
def test_a_tool_says_its_text_twice_and_takes_no_arguments(server, issuer, mode):
    async def call(client):
        return await client.call_tool("whoami", {}), await client.call_tool("whoami", {"of": "bob"})

    said, refused = ask(server.url, issuer.token(server.url), mode, call)
    assert said.structured_content == {"result": SUBJECT} and said.content[0].text == SUBJECT
    assert refused.is_error and refused.content[0].text == "whoami takes no arguments"


@pytest.mark.parametrize("uri", ["caller://claims/no-such-claim", "caller://claims/", "caller://claim", "file:///etc/passwd"])
@pytest.mark.parametrize("mode", MODES)
def test_what_is_not_there(server, issuer, mode, uri):
    async def read(client):
        with pytest.raises(MCPError, match="see resources/list") as error:
            await client.read_resource(uri)
        return error.value.error.code

    assert ask(server.url, issuer.token(server.url), mode, read) == (-32602 if mode == "auto" else -32002)


@pytest.mark.parametrize("mode", MODES)
def test_what_the_caller_may_not_use_is_not_shown(guarded, issuer, mode):
    async def look(client):
        return len((await client.list_resources()).resources), len((await client.list_prompts()).prompts)

    assert ask(guarded.url, issuer.token(guarded.url), mode, look) == (0, 0)
    wide = issuer.token(guarded.url, scope=f"{SCOPE} claims:read greet")
    assert ask(guarded.url, wide, mode, look) == (1, 1)

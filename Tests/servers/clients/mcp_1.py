"""The official client, mcp 1, as its documentation shows it: mcp_1.py URL."""

import asyncio

from mcp import ClientSession
from mcp.client.auth import OAuthClientProvider
from mcp.client.streamable_http import streamablehttp_client
from mcp.shared.auth import OAuthClientMetadata

from steps import log_in, run, walk

REDIRECT = "http://127.0.0.1:1/callback"


class Memory:
    tokens = client_info = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client_info

    async def set_client_info(self, client_info):
        self.client_info = client_info


async def main(url):
    sent_back = {}

    async def redirect(authorization_url):
        sent_back.clear()
        sent_back.update(await asyncio.to_thread(log_in, authorization_url))

    async def callback():
        return sent_back["code"], sent_back.get("state")

    metadata = OAuthClientMetadata(client_name="mcp 1", redirect_uris=[REDIRECT],
                                   grant_types=["authorization_code", "refresh_token"], response_types=["code"])
    auth = OAuthClientProvider(url, metadata, Memory(), redirect, callback)
    async with (streamablehttp_client(url, auth=auth, timeout=120) as (read, write, _),
                ClientSession(read, write) as session):
        await session.initialize()

        async def names():
            return [tool.name for tool in (await session.list_tools()).tools]

        async def call(tool):
            return (await session.call_tool(tool, {})).content[0].text

        await walk(names, call)


run(main)

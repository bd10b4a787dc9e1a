"""The official client, mcp 2, as its documentation shows it: mcp_2.py URL."""

import asyncio

import httpx2
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata

from steps import HEADERS, TOKEN, log_in, run, walk

REDIRECT = "http://127.0.0.1:1/callback"  # nobody listens there: the browser prints where it was sent


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
        return AuthorizationCodeResult(**{name: sent_back.get(name) for name in ("code", "state", "iss")})

    metadata = OAuthClientMetadata(client_name="mcp 2", redirect_uris=[REDIRECT],
                                   grant_types=["authorization_code", "refresh_token"], response_types=["code"])
    auth = None if TOKEN else OAuthClientProvider(url, metadata, Memory(), redirect, callback)
    async with (httpx2.AsyncClient(headers=HEADERS, auth=auth, timeout=120) as http,
                Client(streamable_http_client(url, http_client=http)) as client):

        async def names():
            return [tool.name for tool in (await client.list_tools()).tools]

        async def call(tool):
            return (await client.call_tool(tool, {})).content[0].text

        await walk(names, call)


run(main)

"""The official client, mcp 2, as its documentation shows it: mcp_2.py URL."""

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

from login import provider
from steps import HEADERS, TOKEN, log_in, run, walk


async def main(url):
    auth = None if TOKEN else provider(url, "mcp 2", log_in)
    async with (httpx2.AsyncClient(headers=HEADERS, auth=auth, timeout=120) as http,
                Client(streamable_http_client(url, http_client=http)) as client):

        async def names():
            return [tool.name for tool in (await client.list_tools()).tools]

        async def call(tool):
            return (await client.call_tool(tool, {})).content[0].text

        await walk(names, call)


run(main)

"""The official client, mcp 1: mcp_1.py URL."""

from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client
from oauth_1 import provider

from steps import HEADERS, run, walk


async def main(url):
    async with (streamablehttp_client(url, headers=HEADERS, auth=provider(url), timeout=120) as (read, write, _),
                ClientSession(read, write) as session):
        await session.initialize()

        async def names():
            return [tool.name for tool in (await session.list_tools()).tools]

        async def call(tool):
            return (await session.call_tool(tool, {})).content[0].text

        await walk(names, call)


run(main)

"""The official client, mcp 1: mcp_1.py URL."""

from mcp import ClientSession
from mcp.client.streamable_http import streamablehttp_client

from login import provider
from steps import HEADERS, TOKEN, log_in, run, walk


async def main(url):
    auth = None if TOKEN else provider(url, "mcp 1", log_in)
    async with (streamablehttp_client(url, headers=HEADERS, auth=auth, timeout=120) as (read, write, _),
                ClientSession(read, write) as session):
        await session.initialize()

        async def names():
            return [tool.name for tool in (await session.list_tools()).tools]

        async def call(tool):
            return (await session.call_tool(tool, {})).content[0].text

        await walk(names, call)


run(main)

"""The tools of pydantic-ai's MCP toolset, without a model: agent.py URL. It opens a browser."""

import json

from fastmcp.client.auth import OAuth
from pydantic_ai.mcp import MCPToolset

from steps import auth_method, run, walk


async def main(url):
    auth = OAuth(url, additional_client_metadata=auth_method()) if auth_method() else "oauth"
    async with MCPToolset(url, auth=auth, init_timeout=120) as toolset:

        async def names():
            return [tool.name for tool in await toolset.list_tools()]

        async def call(tool):
            said = await toolset.direct_call_tool(tool, {})
            return said if isinstance(said, str) else json.dumps(said)

        await walk(names, call)


run(main)

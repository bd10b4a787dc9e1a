"""mcp-use, told nothing but the URL: use.py URL. It opens a browser, and listens on a port that is named."""

import os
import socket
import tempfile

os.environ["MCP_USE_ANONYMIZED_TELEMETRY"] = "false"  # it would call home
os.environ["HOME"] = tempfile.mkdtemp()  # it keeps tokens there

from mcp_use import MCPClient

from steps import run, walk


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def main(url):
    client = MCPClient({"mcpServers": {"server": {"url": url, "auth": {"callback_port": free_port()}}}})
    session = await client.create_session("server")

    async def names():
        return [tool.name for tool in await session.list_tools()]

    async def call(tool):
        return (await session.call_tool(tool, {})).content[0].text

    await walk(names, call)
    await client.close_all_sessions()


run(main)

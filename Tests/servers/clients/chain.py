"""The MCP tools of LangChain, without a model: chain.py URL. Each call has a connection of its own."""

from langchain_mcp_adapters.client import MultiServerMCPClient

from login import provider
from steps import HEADERS, TOKEN, log_in, run, walk


async def main(url):
    auth = None if TOKEN else provider(url, "mcp 1", log_in)
    connection = {"transport": "streamable_http", "url": url, "headers": HEADERS, "auth": auth}
    client = MultiServerMCPClient({"server": connection})
    shown = {}

    async def names():
        shown.clear()
        shown.update({tool.name: tool for tool in await client.get_tools()})
        return list(shown)

    async def call(name):
        if name in shown:
            return (await shown[name].ainvoke({}))[0]["text"]
        async with client.session("server") as session:  # as an agent does that knows it from before
            return (await session.call_tool(name, {})).content[0].text

    await walk(names, call)


run(main)

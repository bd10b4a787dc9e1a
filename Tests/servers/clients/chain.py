"""The MCP tools of LangChain, without a model: chain.py URL. Each call has a connection of its own."""

from langchain_mcp_adapters.client import MultiServerMCPClient
from oauth_1 import provider

from steps import HEADERS, run, walk


async def main(url):
    connection = {"transport": "streamable_http", "url": url, "headers": HEADERS, "auth": provider(url)}
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

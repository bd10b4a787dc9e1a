"""fastmcp, told the URL, and how clients authenticate where the server has no public ones: fast.py URL. It opens a browser."""

from fastmcp import Client
from fastmcp.client.auth import OAuth

from steps import TOKEN, auth_method, run, walk


async def main(url):
    auth = TOKEN or (OAuth(url, additional_client_metadata=auth_method()) if auth_method() else "oauth")
    async with Client(url, auth=auth, timeout=120) as client:

        async def names():
            return [tool.name for tool in await client.list_tools()]

        async def call(tool):
            return (await client.call_tool(tool, {})).content[0].text

        await walk(names, call)


run(main)

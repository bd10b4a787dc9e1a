#!/usr/bin/env python3
"""The official MCP client logs in at the development issuer and calls the example server: demo_client.py EXAMPLES

It is told the server's URL and nothing else. Every line of the table is an HTTP exchange that really took place.
"""

import asyncio
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import httpx2
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client

SERVERS = Path(__file__).resolve().parents[1] / "Tests/servers"
sys.path += [str(SERVERS), str(SERVERS / "clients")]
from browser import Browser  # noqa: E402
from login import provider  # noqa: E402


def start(*command):
    """The program, and the URL that it listens on."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    line = process.stdout.readline()
    if not line.startswith("listening on "):
        sys.exit(f"demo_client: {command[0]} did not start")
    return process, line.removeprefix("listening on ").strip()


def log_in(authorization_url):
    print("\nthe user's browser: login page, a name, consent")
    sent_back = dict(parse_qsl(urlsplit(Browser().log_in(authorization_url)).query))
    print(f"  sent back with: {', '.join(sent_back)}\n")
    return sent_back


async def walk(url):
    async def note(response):
        request = response.request
        print(f"  {response.status_code}  {request.method:4} {request.url.copy_with(query=None)}")

    auth = provider(url, "demo-client", log_in)
    async with (httpx2.AsyncClient(auth=auth, event_hooks={"response": [note]}, timeout=60) as http,
                Client(streamable_http_client(url, http_client=http)) as client):
        print(f"\ntools/list: {[tool.name for tool in (await client.list_tools()).tools]}")
        print(f"tools/call whoami: {(await client.call_tool('whoami', {})).content[0].text}")
        print("\ntools/call claims, which needs one more scope:")
        print(f"\n{(await client.call_tool('claims', {})).content[0].text}")


def main():
    examples = Path(sys.argv[1])
    issuer = server = None
    try:
        issuer, issuer_url = start(examples / "dev_issuer", "--port", "0")
        server, url = start(examples / "mcp_server", "--port", "0", "--issuer", issuer_url, "--http-loopback", "--scope", "mcp:use",
                            "--tool-scope", "claims=mcp:claims")
        print(f"issuer  {issuer_url}\nserver  {url}\n\nthe official client, told the server's URL:")
        asyncio.run(asyncio.wait_for(walk(url), 300))
    finally:
        for process in (server, issuer):
            if process:
                process.terminate()
                process.wait(timeout=60)


if __name__ == "__main__":
    main()

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
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata

sys.path.append(str(Path(__file__).resolve().parents[1] / "Tests/servers"))
from browser import Browser


def start(*command):
    """The program, and the URL that it listens on."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    line = process.stdout.readline()
    if not line.startswith("listening on "):
        sys.exit(f"demo_client: {command[0]} did not start")
    return process, line.removeprefix("listening on ").strip()


class Memory:
    """Where the client keeps its tokens."""

    tokens = client_info = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client_info

    async def set_client_info(self, client_info):
        self.client_info = client_info


async def walk(url):
    sent_back = {}

    async def note(response):
        request = response.request
        print(f"  {response.status_code}  {request.method:4} {request.url.copy_with(query=None)}")

    async def redirect(authorization_url):
        print("\nthe user's browser: login page, a name, consent")
        end = await asyncio.to_thread(Browser().log_in, authorization_url)
        sent_back.clear()
        sent_back.update(parse_qsl(urlsplit(end).query))
        print(f"  sent back with: {', '.join(sent_back)}\n")

    async def callback():
        return AuthorizationCodeResult(**{name: sent_back.get(name) for name in ("code", "state", "iss")})

    metadata = OAuthClientMetadata(client_name="demo-client", redirect_uris=["http://127.0.0.1:1/callback"],
                                   grant_types=["authorization_code", "refresh_token"], response_types=["code"])
    auth = OAuthClientProvider(url, metadata, Memory(), redirect, callback)
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

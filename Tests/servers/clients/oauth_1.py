"""How a client of mcp 1 logs in, as the documentation of the official one shows it."""

import asyncio

from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import OAuthClientMetadata

from steps import TOKEN, log_in

REDIRECT = "http://127.0.0.1:1/callback"


class Memory:
    tokens = client_info = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client_info

    async def set_client_info(self, client_info):
        self.client_info = client_info


def provider(url):
    """None: a token was given."""
    sent_back = {}

    async def redirect(authorization_url):
        sent_back.clear()
        sent_back.update(await asyncio.to_thread(log_in, authorization_url))

    async def callback():
        return sent_back["code"], sent_back.get("state")

    metadata = OAuthClientMetadata(client_name="mcp 1", redirect_uris=[REDIRECT],
                                   grant_types=["authorization_code", "refresh_token"], response_types=["code"])
    return None if TOKEN else OAuthClientProvider(url, metadata, Memory(), redirect, callback)

"""How the official client logs in, version 1 or 2, as its documentation shows it."""

import asyncio

import mcp.client.auth
from mcp.client.auth import OAuthClientProvider
from mcp.shared.auth import OAuthClientMetadata

REDIRECT = "http://127.0.0.1:1/callback"  # nobody listens there: the browser says where it was sent
Answer = getattr(mcp.client.auth, "AuthorizationCodeResult", None)  # version 1 takes code and state


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


def provider(url, name, log_in, **metadata):
    """For a client of this name. log_in(URL) is the user's part: the parameters that the browser is sent back with."""
    back = {}

    async def redirect(authorization_url):
        back.clear()
        back.update(await asyncio.to_thread(log_in, authorization_url))

    async def callback():
        if Answer is None:
            return back["code"], back.get("state")
        return Answer(**{member: back.get(member) for member in ("code", "state", "iss")})

    wanted = {"grant_types": ["authorization_code", "refresh_token"], "response_types": ["code"], **metadata}
    return OAuthClientProvider(url, OAuthClientMetadata(client_name=name, redirect_uris=[REDIRECT], **wanted), Memory(),
                               redirect, callback)

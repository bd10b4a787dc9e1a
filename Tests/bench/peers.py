"""Libraries for Python that verify the same token: microseconds for each call, as one JSON object.

usage: peers.py DIRECTORY ROUNDS
"""
import asyncio
import json
import statistics
import sys
import time
from pathlib import Path

import jwt
from jwt.utils import base64url_decode

ISSUER, RESOURCE, SCOPE = "https://as.example.com", "https://mcp.example.com/mcp", "mcp:tools"


def pyjwt(directory):
    """PyJWT with the keys at hand: kid, signature, iss, aud, exp, nbf; the scope by hand."""
    keys = {key.key_id: key for key in jwt.PyJWKSet.from_dict(json.loads((directory / "jwks.json").read_text())).keys}

    def verify(token):
        key = keys[json.loads(base64url_decode(token.split(".", 1)[0]))["kid"]]
        claims = jwt.decode(token, key, algorithms=["RS256"], issuer=ISSUER, audience=RESOURCE)
        assert SCOPE in claims["scope"].split()

    return verify


def mcp_auth(directory):
    """MCP Auth for Python: its bearer middleware around an endpoint that does nothing, its keys at hand."""
    from mcpauth import MCPAuth
    from mcpauth.config import AuthorizationServerMetadata, AuthServerConfig, AuthServerType
    from mcpauth.types import ResourceServerConfig, ResourceServerMetadata

    keys = jwt.PyJWKSet.from_dict(json.loads((directory / "jwks.json").read_text()))
    jwt.PyJWKClient.get_jwk_set = lambda self, refresh=False: keys
    server = AuthServerConfig(type=AuthServerType.OIDC, metadata=AuthorizationServerMetadata(
        issuer=ISSUER, authorization_endpoint=ISSUER + "/authorize", token_endpoint=ISSUER + "/token",
        jwks_uri=ISSUER + "/jwks", response_types_supported=["code"], grant_types_supported=["authorization_code"],
        code_challenge_methods_supported=["S256"], registration_endpoint=ISSUER + "/register"))
    auth = MCPAuth(protected_resources=[ResourceServerConfig(
        metadata=ResourceServerMetadata(resource=RESOURCE, authorization_servers=[server]))])
    middleware = auth.bearer_auth_middleware("jwt", resource=RESOURCE, audience=RESOURCE, required_scopes=[SCOPE])
    reached = []

    async def endpoint(scope, receive, send):
        reached.append(1)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def nothing(*_):
        return {"type": "http.request", "body": b"", "more_body": False}

    app = middleware(endpoint)
    loop = asyncio.new_event_loop()

    def verify(token):
        scope = {"type": "http", "method": "POST", "path": "/mcp", "raw_path": b"/mcp", "query_string": b"",
                 "headers": [(b"authorization", b"Bearer " + token.encode())], "scheme": "https",
                 "server": ("mcp.example.com", 443), "client": ("127.0.0.1", 1), "http_version": "1.1"}
        before = len(reached)
        loop.run_until_complete(app(scope, nothing, nothing))
        assert len(reached) == before + 1, "refused"

    return verify


def main():
    directory, rounds = Path(sys.argv[1]), int(sys.argv[2])
    token = (directory / "RS256.token").read_text()
    times, missing = {}, {}
    contenders = {}
    for name, make in {"PyJWT": pyjwt, "mcpauth (Python)": mcp_auth}.items():
        try:
            contenders[name] = make(directory)
            contenders[name](token)
        except Exception as why:  # what another project's release does is no reason to stop here
            contenders.pop(name, None)
            missing[name] = f"{type(why).__name__}: {why}"
    for _ in range(rounds):
        for name, verify in contenders.items():
            calls = 20 if "mcpauth" in name else 100
            start = time.thread_time()
            for _ in range(calls):
                verify(token)
            times.setdefault(name, []).append((time.thread_time() - start) / calls * 1e9)
    print(json.dumps({"ns": {name: {"min": min(t), "median": statistics.median(t), "max": max(t)}
                             for name, t in times.items()}, "missing": missing}))


main()

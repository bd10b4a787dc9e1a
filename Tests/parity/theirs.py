"""MCP Auth for Python 0.2.0b1 in a small ASGI app on loopback."""
import contextlib
import http.client
import json
import socket
import threading
import time
import urllib.parse

import uvicorn
from mcpauth.config import AuthorizationServerMetadata, AuthServerConfig, AuthServerType
from mcpauth.types import ResourceServerConfig, ResourceServerMetadata
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route

from comparison import Answer, compared


def server_metadata(issuer, jwks_uri, **more):
    return {"issuer": issuer, "authorization_endpoint": issuer + "/authorize", "token_endpoint": issuer + "/token",
            "response_types_supported": ["code"], "grant_types_supported": ["authorization_code"],
            "code_challenge_methods_supported": ["S256"], "registration_endpoint": issuer + "/register",
            **({"jwks_uri": jwks_uri} if jwks_uri else {}), **more}


def server_config(metadata):
    return AuthServerConfig(metadata=AuthorizationServerMetadata(**metadata), type=AuthServerType.OIDC)


def resource_config(resource, servers, **members):
    return ResourceServerConfig(metadata=ResourceServerMetadata(
        resource=resource, authorization_servers=[server_config(metadata) for metadata in servers], **members))


def protected(mcp_auth, mode, **options):
    """An endpoint behind the bearer check that answers with who the caller is."""

    def whoami(_):
        info = mcp_auth.auth_info
        audience = [info.audience] if isinstance(info.audience, str) else info.audience or []
        return JSONResponse({"token": info.token, "issuer": info.issuer, "subject": info.subject,
                             "client_id": info.client_id or "", "audience": audience, "scopes": info.scopes,
                             "claims": info.claims, "expires_at": info.claims.get("exp", 0)})

    return Starlette(routes=[Route("/", whoami)],
                     middleware=[Middleware(mcp_auth.bearer_auth_middleware(mode, **options))])


def metadata_app(mcp_auth, legacy=False):
    routes = [mcp_auth.metadata_route()] if legacy else mcp_auth.resource_metadata_router().routes
    return Starlette(routes=list(routes))


@contextlib.contextmanager
def serving(apps):
    """Serves the apps, each below its name; gives the port."""
    app = Starlette(routes=[Mount("/" + name, app=app) for name, app in apps.items()])
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", h11_max_incomplete_event_size=1 << 17))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


def ask(port, path, fields=(), method="GET"):
    """One request with these Authorization fields (bytes)."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.putrequest(method, urllib.parse.quote(path))
        for field in fields:
            connection.putheader("Authorization", field)
        connection.endheaders()
        response = connection.getresponse()
        text = response.read()
    finally:
        connection.close()
    headers = {name.lower(): value for name, value in response.getheaders()}
    body = json.loads(text) if headers.get("content-type") == "application/json" and text else text.decode() or None
    return response.status, headers, body


def answer(port, path, fields):
    """To a request for a protected endpoint."""
    status, headers, body = ask(port, path, fields)
    if status == 200:
        return Answer(status, caller=body)
    return Answer(status, body, headers.get("www-authenticate"))


def document(port, path, method):
    """To a request for a metadata document."""
    status, headers, body = ask(port, path, method=method)
    return Answer(status, body, headers=compared(headers))

"""An MCP server without any authorization: the official SDK's. Its tools say what reached them, and which were called."""
import json
import socket

import uvicorn
from mcp.server.mcpserver import Context, MCPServer
from mcp.server.transport_security import TransportSecuritySettings

server = MCPServer("upstream")


@server.tool()
def whoami(ctx: Context) -> str:
    """The header fields about the caller."""
    return json.dumps({name: value for name, value in ctx.headers.items()
                       if name.replace("_", "-").startswith(("x-mcp-", "authorization", "x-original-"))})


@server.tool()
def erase() -> str:
    """Needs a scope of its own."""
    print("ERASED", flush=True)
    return "erased"


@server.tool(name="lösche")
def erase_in_german() -> str:
    """Has a name that Mcp-Name says in base64."""
    print("ERASED", flush=True)
    return "erased"


listener = socket.create_server(("127.0.0.1", 0))
print(f"listening on {listener.getsockname()[1]}", flush=True)
app = server.streamable_http_app(transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False))
uvicorn.Server(uvicorn.Config(app, log_level="info")).run(sockets=[listener])

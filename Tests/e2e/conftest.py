import functools
import http.client
import json
import re
import socket
from urllib.parse import urlsplit

import pytest

from issuer import Issuer
from program import EXAMPLES, Program

if not EXAMPLES.is_dir():
    raise pytest.UsageError(f"{EXAMPLES} is not there: run `make examples`, or name the folder of the programs in EXAMPLES")
PROGRAMS = ["mcp_server", "mcp_server_uv"]
SCOPE = "mcp:use"


class MCPServer(Program):
    """An example server as a process of its own."""

    def __init__(self, *options, program, **process):
        super().__init__(program, "--port", "0", "--http-loopback", *options, **process)

    @property
    def metadata_url(self):
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/.well-known/oauth-protected-resource{parts.path}"

    def request(self, method="POST", path=None, headers=(), body=b""):
        """One HTTP exchange: status, header fields by lower-case name, body as JSON (None when it is empty)."""
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        connection.putrequest(method, path or parts.path)
        for name, value in (*headers, ("Content-Length", str(len(body)))):
            connection.putheader(name, value)
        connection.endheaders(body)
        response = connection.getresponse()
        text = response.read()
        connection.close()
        return response.status, {name.lower(): value for name, value in response.getheaders()}, (
            json.loads(text) if text else None)

    def ask_who(self, *authorization):
        """tools/call of whoami with these Authorization header fields."""
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami", "arguments": {}}}
        headers = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream"),
                   ("Mcp-Protocol-Version", "2025-11-25")]
        return self.request(headers=headers + [("Authorization", value) for value in authorization],
                            body=json.dumps(message).encode())


def challenge(headers):
    """The parameters of the Bearer challenge; None when there is no challenge."""
    value = headers.get("www-authenticate")
    if value is None:
        return None
    assert re.fullmatch(r'Bearer \w+="[ !#-\[\]-~]*"(, \w+="[ !#-\[\]-~]*")*', value), value
    pairs = re.findall(r'(\w+)="([^"]*)"', value)
    assert len(dict(pairs)) == len(pairs), f"a parameter twice: {value}"
    return dict(pairs)


@pytest.fixture(scope="session")
def issuer():
    with Issuer() as running:
        yield running


@pytest.fixture(scope="session", params=PROGRAMS)
def serve(request):
    """Starts an example server; a test that uses it runs with each of them."""
    return functools.partial(MCPServer, program=request.param)


@pytest.fixture(scope="session")
def server(issuer, serve):
    with serve("--issuer", issuer.url, "--scope", SCOPE) as running:
        yield running


@pytest.fixture
def dead_url():
    """Where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{probe.getsockname()[1]}"

import functools
import http.client
import json
import os
import re
import socket
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from issuer import Issuer

EXAMPLES = Path(os.environ.get("EXAMPLES") or Path(__file__).resolve().parents[2] / "build/examples")
if not EXAMPLES.is_dir():
    raise pytest.UsageError(f"{EXAMPLES} is not there: run `make examples`, or name the folder of the programs in EXAMPLES")
PROGRAMS = ["mcp_server", "mcp_server_uv"]
SCOPE = "mcp:use"
# Nothing here measures how fast the machine is. What has to happen at some time gets these seconds, of which only a test
# that fails comes to the end; and a fetch of keys gets more than any test takes.
PATIENCE = 45
LONG_FETCHES = ("--fetch-timeout", "60000")


class MCPServer:
    """An example server as a process of its own."""

    def __init__(self, *options, program, log=subprocess.DEVNULL, env=None):
        self.program = program
        self.process = subprocess.Popen([EXAMPLES / program, "--port", "0", "--http-loopback", *options], text=True,
                                        stdout=subprocess.PIPE, stderr=log, env=os.environ | (env or {}))
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), f"{program} did not start: {line!r}"
        self.url = line.removeprefix("listening on ").strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(timeout=PATIENCE) == 0, f"{self.program} did not end cleanly"

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

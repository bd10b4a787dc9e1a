"""The example servers and the clients of others, as children."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from servers import INSTALLED, MORE, USE
from walk import send

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
EXAMPLES = Path(os.environ.get("EXAMPLES") or ROOT / "build/examples")
PROGRAMS = ["mcp_server", "mcp_server_uv"]
# A client: the environment of build/servers it runs in, its program in clients/.
CLIENTS = {"mcp 1.30": ("mcp_1", "mcp_1.py"), "mcp 2.3": ("mcp_2", "mcp_2.py"), "fastmcp": ("mcp_2", "fast.py"),
           "pydantic-ai": ("mcp_2", "agent.py"), "mcp-use": ("mcp_1", "use.py"), "langchain": ("mcp_1", "chain.py")}


def missing(path):
    """Skips, or in CI fails, where `make setup-servers` could not install something."""
    if not path.exists():
        reason = f"{path} is missing: `make setup-servers` makes it"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


class MCPServer:
    """An example server. It asks the issuer for nothing before the first request."""

    def __init__(self, program, issuer, folder, *options):
        self.program, self.log = program, Path(folder) / f"{program}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [EXAMPLES / program, "--port", "0", "--http-loopback", "--issuer", issuer, "--scope", USE, "--tool-scope",
                 f"whoami={MORE}", "--details", *options], text=True, stdout=subprocess.PIPE, stderr=log)
        self.url = self.process.stdout.readline().removeprefix("listening on ").strip()
        assert self.url.startswith("http"), f"{program} did not start: {self.log.read_text()}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(timeout=60) == 0, f"{self.program} did not end cleanly"
        self.process.stdout.close()

    def call(self, token, tool="claims"):
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": {}}}
        headers = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")]
        if token is not None:
            headers.append(("Authorization", f"Bearer {token}"))
        return send(self.url.removesuffix("/mcp"), "POST", "/mcp", json.dumps(message).encode(), headers)


def run_client(client, url, folder, **environment):
    """One client from start to end: what it reports, and how often its user logged in."""
    installed, program = CLIENTS[client]
    home = folder / f"{program}.{url.rpartition(':')[2].partition('/')[0]}"
    home.mkdir()
    logins = home / "logins"
    said = subprocess.run(
        [INSTALLED / installed / "bin/python", HERE / "clients" / program, url], capture_output=True, text=True, timeout=400,
        cwd=home, env=os.environ | {"BROWSER": f"{HERE / 'browser.py'} %s &", "BROWSER_LOG": str(logins), "HOME": str(home),
                                    "NO_PROXY": "127.0.0.1,localhost"} | environment)
    lines = [line for line in said.stdout.splitlines() if line.startswith("{")]
    result = json.loads(lines[-1]) if lines else {"error": said.stdout[-1500:] + said.stderr[-3000:]}
    return result | {"logins": len(logins.read_text().splitlines()) if logins.exists() else 0}

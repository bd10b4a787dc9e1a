"""Real authorization servers, both example servers, and real clients. All of them are children on loopback."""

import contextlib
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE.parent / "dev_issuer")]

from glewlwyd import Glewlwyd  # noqa: E402
from servers import INSTALLED, MORE, USE, DevIssuer, NanoIDP  # noqa: E402
from walk import send  # noqa: E402

ROOT = HERE.parents[1]
EXAMPLES = Path(os.environ.get("EXAMPLES") or ROOT / "build/examples")
PROGRAMS = ["mcp_server", "mcp_server_uv"]
SERVERS = {server.name: server for server in (DevIssuer, Glewlwyd, NanoIDP)}
NAMES = list(SERVERS)
# A client: the environment of build/servers it runs in, its program in clients/.
CLIENTS = {"mcp 1.30": ("mcp_1", "mcp_1.py"), "mcp 2.3": ("mcp_2", "mcp_2.py"), "fastmcp": ("mcp_2", "fast.py"),
           "pydantic-ai": ("mcp_2", "agent.py"), "mcp-use": ("mcp_1", "use.py")}


def missing(path):
    """Skips, or in CI fails, where `make setup-servers` could not install something."""
    if not path.exists():
        reason = f"{path} is missing: `make setup-servers` makes it"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


NEEDS = {"dev_issuer": (), "Glewlwyd": ("glewlwyd/usr/bin/glewlwyd",), "NanoIDP": ("python/bin/nanoidp",)}


class MCPServer:
    """An example server. It asks the issuer for nothing before the first request."""

    def __init__(self, program, issuer, folder, *options):
        self.program, self.log = program, Path(folder) / f"{program}.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [EXAMPLES / program, "--port", "0", "--http-loopback", "--issuer", issuer, "--scope", USE, "--tool-scope",
                 f"whoami={MORE}", "--details", *options], text=True, stdout=subprocess.PIPE, stderr=log)
        self.url = self.process.stdout.readline().removeprefix("listening on ").strip()
        assert self.url.startswith("http"), f"{program} did not start"

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


class Setting:
    """An authorization server and the two MCP servers that trust it."""

    def __init__(self, server, programs):
        self.server, self.programs = server, programs
        # Tokens that age while other things are tested.
        self.aged = {name: server.client_credentials(program.url) for name, program in programs.items()}


@contextlib.contextmanager
def setting_of(name, folder):
    for path in NEEDS[name]:
        missing(INSTALLED / path)
    server = SERVERS[name](folder)
    with contextlib.ExitStack() as running:
        programs = {program: running.enter_context(MCPServer(program, server.issuer, folder)) for program in PROGRAMS}
        server.resources = [program.url for program in programs.values()]
        running.enter_context(server)
        yield Setting(server, programs)


def run_client(client, url, server, folder):
    """One client from start to end: what it reports, and how often its user logged in."""
    environment, program = CLIENTS[client]
    home = folder / f"{program}.{url.rpartition(':')[2].partition('/')[0]}"
    home.mkdir()
    logins = home / "logins"
    python = INSTALLED / environment / "bin/python"
    said = subprocess.run(
        [python, HERE / "clients" / program, url], capture_output=True, text=True, timeout=400, cwd=home,
        env=os.environ | {"BROWSER": f"{HERE / 'browser.py'} %s &", "BROWSER_LOG": str(logins), "HOME": str(home),
                          "ACCESS_LIFETIME": str(server.access_lifetime),
                          "AUTH_METHOD": server.auth_method or "", "NO_PROXY": "127.0.0.1,localhost"})
    lines = [line for line in said.stdout.splitlines() if line.startswith("{")]
    result = json.loads(lines[-1]) if lines else {"error": said.stdout[-1500:] + said.stderr[-3000:]}
    return result | {"logins": len(logins.read_text().splitlines()) if logins.exists() else 0}


@pytest.fixture(scope="session")
def settings(tmp_path_factory):
    """Each server as it is first asked for; all of them end with the tests."""
    with contextlib.ExitStack() as running:
        made = {}

        def get(name):
            if name not in made:
                made[name] = running.enter_context(setting_of(name, tmp_path_factory.mktemp(name)))
            return made[name]

        yield get


@pytest.fixture(scope="session")
def journeys(settings, tmp_path_factory):
    """What became of each client at each server. They wait for tokens to expire, which they do side by side."""
    folder = tmp_path_factory.mktemp("clients")
    pool, made = ThreadPoolExecutor(max_workers=12), {}
    for name in SERVERS:
        try:
            setting = settings(name)
        except pytest.skip.Exception:
            continue
        place = folder / name
        place.mkdir()
        for program, server in setting.programs.items():
            for client, (environment, _) in CLIENTS.items():
                if (INSTALLED / environment).exists():
                    made[name, program, client] = pool.submit(run_client, client, server.url, setting.server, place)
    yield made
    pool.shutdown(cancel_futures=True)

"""Real authorization servers, both example servers, and real clients. All of them are children on loopback."""

import contextlib
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "e2e"), str(HERE.parent / "dev_issuer")]

from glewlwyd import Glewlwyd  # noqa: E402
from running import CLIENTS, PROGRAMS, MCPServer, missing, run_client  # noqa: E402
from servers import INSTALLED, DevIssuer, NanoIDP  # noqa: E402

SERVERS = {server.name: server for server in (DevIssuer, Glewlwyd, NanoIDP)}
NAMES = list(SERVERS)
NEEDS = {"dev_issuer": (), "Glewlwyd": ("glewlwyd/usr/bin/glewlwyd",), "NanoIDP": ("python/bin/nanoidp",)}


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
                    made[name, program, client] = pool.submit(
                        run_client, client, server.url, place, ACCESS_LIFETIME=str(setting.server.access_lifetime),
                        AUTH_METHOD=setting.server.auth_method or "")
    yield made
    pool.shutdown(cancel_futures=True)

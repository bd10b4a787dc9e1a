"""The example servers of examples-cpp/adapters, one for each adapter, as children; and a client that sends what it is told to."""
import http.client
import os
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "Tests/e2e"))

from issuer import Issuer  # noqa: E402
from odd_servers import SlowIssuer  # noqa: E402

SERVERS = Path(os.environ.get("ADAPTERS") or ROOT / "build/examples")
# What `make` says that it has built, or what is there.
NAMES = os.environ.get("ADAPTER_NAMES", "").split() or sorted(
    path.stem for path in ROOT.glob("examples-cpp/adapters/*_server.cpp") if (SERVERS / path.stem).exists())
assert NAMES, f"no server is in {SERVERS}: make test-adapters builds them"
# A program, and the arguments it is told besides.
VARIANTS = [(name,) for name in NAMES] + [(name, "--callbacks") for name in NAMES if name == "beast_server"]
PATIENCE = 60
LOOPS = {"beast_server", "evhttp_server"}  # one thread serves all


class Server:
    """An example server, which has to end without a complaint, also of its sanitizers."""

    def __init__(self, variant, folder, *issuers, env=None):
        self.name, *more = variant
        self.ending = False  # it was told to
        self.log = Path(folder) / f"{self.name}.log"
        for _ in range(5):  # somebody else may take the port in between
            with socket.create_server(("127.0.0.1", 0)) as probe:
                port = probe.getsockname()[1]
            with self.log.open("w") as log:
                self.process = subprocess.Popen([SERVERS / self.name, str(port), *(one.url for one in issuers), *more],
                                                text=True, stdout=subprocess.PIPE, stderr=log, env=os.environ | (env or {}))
            self.url = self.process.stdout.readline().removeprefix("listening on ").strip()
            if self.url:
                break
            self.process.wait(PATIENCE)
            self.process.stdout.close()
        assert self.url, f"{self.name} did not start: {self.log.read_text()}"
        self.netloc = urlsplit(self.url).netloc

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def end(self):
        if not self.ending:
            self.process.terminate()
        self.ending = True
        try:
            status = self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self.process.stdout.close()
        assert status == 0, f"{self.name} ended with {status}: {self.log.read_text()[-6000:]}"

    def connect(self):
        return http.client.HTTPConnection(self.netloc, timeout=PATIENCE)

    def dial(self):
        return socket.create_connection(tuple(self.netloc.split(":")), timeout=PATIENCE)

    def send(self, method, path, fields, body=b"", chunked=False, connection=None):
        """One exchange: status, header fields as (lower-case name, value), body. `fields` has Host and the lengths, too."""
        own = connection or self.connect()
        own.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in fields:
            own.putheader(name, value)
        own.endheaders(iter([body[:7], body[7:]]) if chunked else body, encode_chunked=chunked)
        response = own.getresponse()
        text = response.read()
        if connection is None:
            own.close()
        return response.status, [(name.lower(), value) for name, value in response.getheaders()], text


@pytest.fixture(scope="session")
def issuer():
    with Issuer() as running:
        yield running


@pytest.fixture(scope="session", params=VARIANTS, ids=" ".join)
def variant(request):
    return request.param


@pytest.fixture(scope="session")
def server(variant, issuer, tmp_path_factory):
    with Server(variant, tmp_path_factory.mktemp("server"), issuer) as running:
        yield running


@pytest.fixture
def slow():
    with SlowIssuer() as running:
        yield running


@pytest.fixture
def both(variant, issuer, slow, tmp_path):
    """A server that trusts an issuer whose keys it has by now, and one that is slow with its keys. What threads of the library
    have in hand for the slow one when the process exits is no leak."""
    from test_scenarios import ask
    with Server(variant, tmp_path, issuer, slow, env={"ASAN_OPTIONS": "detect_leaks=0"}) as running:
        assert ask(running, issuer.token(running.url))[0] == 200
        yield running

"""The authorization server's bad hours, with traffic all the while: what the callers of an MCP server see. Nobody has to log in
again for an outage: no 401 of a good token, and 503 only where nothing can be known."""

import collections
import http.client
import json
import os
import threading
from pathlib import Path

import jwt
import pytest

from conftest import NAMES, NEEDS, SERVERS
from proxy import Proxy
from running import MCPServer, missing
from servers import INSTALLED, free_port
from walk import until

REQUESTS = int(os.environ.get("OUTAGE_REQUESTS", "200"))  # in each phase; how fast they are is not judged
THREADS = 4
CALL = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "claims", "arguments": {}}})


def traffic(mcp, token, requests=REQUESTS):
    """Many requests by several clients that keep their connections: how often each status came back."""
    seen, lock = collections.Counter(), threading.Lock()
    address = mcp.url.removeprefix("http://").removesuffix("/mcp")

    def run(count):
        connection = http.client.HTTPConnection(address, timeout=120)
        own = collections.Counter()
        for _ in range(count):
            connection.request("POST", "/mcp", CALL, {"Authorization": f"Bearer {token}", "Content-Type": "application/json",
                                                      "Accept": "application/json, text/event-stream"})
            response = connection.getresponse()
            response.read()
            own[response.status] += 1
            if response.status == 503:
                assert response.getheader("Retry-After"), "a 503 says when to come back"
                assert not response.getheader("WWW-Authenticate"), "and asks for no login"
        connection.close()
        with lock:
            seen.update(own)

    threads = [threading.Thread(target=run, args=(requests // THREADS,)) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(seen.values()) == requests // THREADS * THREADS, "a client got no answer"
    return seen


class Outage:
    """An authorization server behind a proxy, and an MCP server that has its keys."""

    def __init__(self, server, proxy, mcp, folder):
        self.server, self.proxy, self.mcp, self.folder = server, proxy, mcp, folder
        self.table = []

    def phase(self, name, token, mcp=None, **more):
        seen = traffic(mcp or self.mcp, token, **more)
        self.table.append({"server": self.server.name, "program": self.mcp.program, "phase": name, "saw": dict(seen)})
        if path := os.environ.get("MATRIX"):
            with Path(path).open("a") as file:
                file.write(json.dumps(self.table[-1]) + "\n")
        return seen

    def token(self):
        return self.server.client_credentials(self.mcp.url)


@pytest.fixture(scope="module", params=NAMES)
def outage(request, tmp_path_factory):
    for path in NEEDS[request.param]:
        missing(INSTALLED / path)
    folder = tmp_path_factory.mktemp(request.param)
    server = SERVERS[request.param](folder)
    behind = server.port
    if server.name == "dev_issuer":  # its name is that of its port: no proxy can stand in front of it
        behind = None
    with Proxy(behind or free_port()) as proxy:
        if behind:
            server.stand_behind(proxy.port)
        with MCPServer("mcp_server_uv", server.issuer, folder) as mcp:
            server.access_lifetime = 600
            server.resources = [mcp.url]
            with server:
                yield Outage(server, proxy if behind else None, mcp, folder)


def test_callers_notice_nothing_while_the_keys_are_known(outage):
    """Stopped, killed, started again, slow, cut off, talking nonsense: a token whose key is at hand is accepted throughout."""
    token = outage.token()
    assert outage.phase("everything works", token) == {200: REQUESTS}
    for how in ("stopped", "killed"):
        outage.server.stop(kill=how == "killed")
        assert outage.phase(how, token) == {200: REQUESTS}
        outage.server.start()
        assert outage.phase("started again", token) == {200: REQUESTS}
    for mode in ("delay", "cut", "corrupt", "refuse") if outage.proxy else ():
        outage.proxy.set(mode)
        assert outage.phase(f"proxy: {mode}", token) == {200: REQUESTS}
        outage.proxy.set("pass")


def test_a_cold_start_in_the_outage_is_503_and_ends_by_itself(outage):
    """A server that has no keys and nobody to ask: 503, no challenge, and the same token once the issuer is back."""
    token = outage.token()
    outage.server.stop()
    with MCPServer("mcp_server_uv", outage.server.issuer, outage.folder, "--resource", outage.mcp.url) as cold:
        assert outage.phase("cold start, stopped", token, cold) == {503: REQUESTS}
        outage.server.start()
        if not outage.server.keeps_keys:
            token = outage.token()
        until(lambda: cold.call(token).status == 200, "the end of the outage", 180)
        assert outage.phase("cold start, back again", token, cold) == {200: REQUESTS}


@pytest.mark.parametrize("mode", ["delay", "cut", "corrupt", "refuse"])
def test_a_cold_start_behind_a_bad_network(outage, mode):
    if not outage.proxy:
        pytest.skip("its name is that of its port: no proxy can stand in front of it")
    token = outage.token()
    outage.proxy.set(mode)
    try:
        with MCPServer("mcp_server_uv", outage.server.issuer, outage.folder, "--resource", outage.mcp.url) as cold:
            seen = outage.phase(f"cold start, proxy: {mode}", token, cold, requests=8)
            assert set(seen) <= {500, 503}, "nobody is sent to log in"
            if mode != "corrupt":
                assert set(seen) == {503}
            outage.proxy.set("pass")
            until(lambda: cold.call(token).status == 200, "the end of the outage", 240)
    finally:
        outage.proxy.set("pass")


def kid_of(token):
    return jwt.get_unverified_header(token)["kid"]


def token_of_new_key(outage, kids):
    token = outage.token()
    return token if kid_of(token) not in kids else None


def test_keys_rotated_twice_within_the_cooldown(outage):
    """Good tokens of each new key: accepted, or 503 while a fetch is withheld; never a 401, which would be a login."""
    kids, seen, token = {kid_of(outage.token())}, collections.Counter(), None
    for number in (1, 2):
        outage.server.rotate()
        token = until(lambda: token_of_new_key(outage, kids), "the rotation")  # dev_issuer carries a signal out when it does
        kids.add(kid_of(token))
        seen += outage.phase(f"after rotation {number}", token)
    assert set(seen) <= {200, 503}
    until(lambda: outage.mcp.call(token).status == 200, "the newest key", 120)


def test_keys_rotated_twice_during_traffic(outage):
    """Clients that always send the newest token, while the keys change under them: never a 401, which would be a login."""
    newest, done = [outage.token()], threading.Event()
    seen, lock = collections.Counter(), threading.Lock()

    def run():
        while not done.is_set():
            token = newest[0]
            status = outage.mcp.call(token).status
            if token is newest[0]:  # one that was replaced meanwhile may be of a key that is gone
                with lock:
                    seen[status] += 1

    def requests_seen():
        with lock:
            return sum(seen.values())

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    try:
        kids = {kid_of(newest[0])}
        for _ in (1, 2):
            before = requests_seen()
            until(lambda before=before: requests_seen() >= before + REQUESTS, "traffic", 180)
            outage.server.rotate()
            newest[0] = until(lambda: token_of_new_key(outage, kids), "the rotation")
            kids.add(kid_of(newest[0]))
        before = requests_seen()
        until(lambda: requests_seen() >= before + REQUESTS, "traffic", 180)
        until(lambda: outage.mcp.call(newest[0]).status == 200, "the newest key", 120)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    outage.table.append({"phase": "rotated twice during traffic", "saw": dict(seen)})
    assert set(seen) <= {200, 503} and seen[200]

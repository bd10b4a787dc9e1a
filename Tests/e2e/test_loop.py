"""mcp_server_uv, one thread for everybody: whoever waits for the issuer, or does not behave, holds up nobody else."""
import concurrent.futures
import http.client
import json
import os
import re
import resource
import signal
import socket
import struct
import threading
import time
from urllib.parse import urlsplit

import pytest

from conftest import MCPServer
from issuer import Issuer
from odd_servers import SlowIssuer
from program import LONG_FETCHES, PATIENCE, rest
from test_denials import SERVER_ERROR

BODY = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami"}}).encode()


def raw(server, token=None, body=BODY, more=b""):
    """A request as bytes."""
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    return (f"POST /mcp HTTP/1.1\r\nHost: {urlsplit(server.url).netloc}\r\nContent-Length: {len(body)}\r\n"
            f"{authorization}").encode() + more + b"\r\n" + body


def dial(server, data=b""):
    parts = urlsplit(server.url)
    connection = socket.create_connection((parts.hostname, parts.port), timeout=60)
    connection.sendall(data)
    return connection


def answers(connection, count):
    """The statuses of so many answers on one connection, in order."""
    stream = connection.makefile("rb")
    statuses = []
    for _ in range(count):
        statuses.append(int(stream.readline().split()[1]))
        headers = dict(line.rstrip().lower().split(b": ", 1) for line in iter(stream.readline, b"\r\n"))
        stream.read(int(headers.get(b"content-length", 0)))
    return statuses


@pytest.fixture
def world():
    """A quick issuer whose keys are known, a slow one, and the server that trusts both."""
    with Issuer() as quick, SlowIssuer() as slow, MCPServer(
            "--issuer", quick.url, "--issuer", slow.url, "--timeout", "600", *LONG_FETCHES, program="mcp_server_uv") as server:
        assert server.ask_who(f"Bearer {quick.token(server.url)}")[0] == 200
        yield quick, slow, server


@pytest.fixture
def pool():
    with concurrent.futures.ThreadPoolExecutor(64) as threads:
        yield threads


def wait_for_keys(slow, pool, server, count=1):
    """Requests that wait until the slow issuer is released."""
    token = f"Bearer {slow.token(server.url)}"
    waiting = [pool.submit(server.ask_who, token) for _ in range(count)]
    assert slow.asked.wait(PATIENCE)
    return waiting


def others_are_served(quick, server):
    assert server.ask_who(f"Bearer {quick.token(server.url)}")[0] == 200
    assert server.ask_who()[0] == 401
    assert server.ask_who(f"Bearer {quick.forged(server.url)}")[0] == 401
    assert server.request("GET", urlsplit(server.metadata_url).path)[0] == 200


def test_a_key_fetch_of_seconds_holds_up_nobody(pool, tmp_path):
    log = tmp_path / "log"
    served = 0
    with Issuer() as quick, SlowIssuer() as slow:
        with open(log, "w") as file, MCPServer("--issuer", quick.url, "--issuer", slow.url, *LONG_FETCHES,
                                               program="mcp_server_uv", log=file) as server:
            assert server.ask_who(f"Bearer {quick.token(server.url)}")[0] == 200
            waiting = wait_for_keys(slow, pool, server, 20)
            for _ in range(25):
                others_are_served(quick, server)
                served += 4
            assert not any(request.done() for request in waiting)  # the order is what counts
            time.sleep(0.2)  # for the timer, at least once
            slow.release.set()
            assert [request.result()[0] for request in waiting] == [200] * 20
        assert slow.requests.count("/jwks") == 1
    said = re.search(r"ran (\d+) times, (\d+) of them while .* gap (\d+) ms", log.read_text())
    ticks, while_waiting, gap = map(int, said.groups())
    print(f"{served} requests served while 20 waited; timer {ticks} times, {while_waiting} while they did; longest gap {gap} ms")
    assert 0 < while_waiting <= ticks


def descriptors(server):
    return len(os.listdir(f"/proc/{server.process.pid}/fd"))


def eventually(condition):
    until = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    assert condition()


@pytest.mark.parametrize("how", ["orderly", "reset", "half"])
def test_clients_that_leave_while_they_wait(world, pool, how):
    quick, slow, server = world
    eventually(lambda: descriptors(server) < 20)
    before = descriptors(server)
    leaving = [dial(server, raw(server, slow.token(server.url))) for _ in range(20)]
    assert slow.asked.wait(PATIENCE)
    eventually(lambda: descriptors(server) >= before + 20)
    for connection in leaving:
        if how == "half":
            connection.shutdown(socket.SHUT_WR)  # it still reads
            continue
        if how == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    others_are_served(quick, server)
    [staying] = wait_for_keys(slow, pool, server)
    slow.release.set()
    assert staying.result()[0] == 200
    if how == "half":  # a server may take half a close for a whole one
        assert all(re.match(rb"HTTP/1\.1 200 |$", rest(connection)) for connection in leaving)
    eventually(lambda: descriptors(server) <= before + 1)  # the issuer's connection may be kept
    others_are_served(quick, server)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_end_does_not_wait_for_the_issuer(world, number):
    """The issuer is not released before the server is gone. Who waits is told 503, as with any outage."""
    quick, slow, server = world
    waiting = [dial(server, raw(server, slow.token(server.url))) for _ in range(20)]
    idle, half = dial(server), dial(server, raw(server)[:40])
    assert slow.asked.wait(PATIENCE)
    others_are_served(quick, server)  # by one thread, which has seen those before, too
    server.process.send_signal(number)
    server.process.send_signal(number)
    assert server.process.wait(timeout=PATIENCE) == 0
    for connection in waiting:
        head, _, body = rest(connection).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 503 ") and json.loads(body) == SERVER_ERROR
        assert re.search(rb"(?i)^retry-after: [1-9]", head, re.M) and b"\nwww-authenticate" not in head.lower()
    assert rest(idle) == b"" and b"200" not in rest(half)
    assert not slow.release.is_set()


def test_half_of_the_connections_is_left_to_others(world):
    """Whoever makes up names of keys for a slow issuer does not get all of them. The 129th is told to come again."""
    quick, slow, server = world
    waiting = [dial(server, raw(server, slow.token(server.url))) for _ in range(128)]
    assert slow.asked.wait(PATIENCE)
    others_are_served(quick, server)
    for _ in range(3):
        status, headers, _ = server.ask_who(f"Bearer {slow.token(server.url)}")
        assert status == 503 and int(headers["retry-after"]) > 0 and "www-authenticate" not in headers
    others_are_served(quick, server)
    slow.release.set()
    for connection in waiting:
        assert answers(connection, 1) == [200]
        connection.close()
    assert server.ask_who(f"Bearer {slow.token(server.url)}")[0] == 200


def test_the_end_with_clients_that_left(world):
    quick, slow, server = world
    for _ in range(5):
        dial(server, raw(server, slow.token(server.url))).close()
    assert slow.asked.wait(PATIENCE)
    server.process.terminate()
    assert server.process.wait(timeout=PATIENCE) == 0


def test_answers_come_in_the_order_of_pipelined_requests(world):
    quick, slow, server = world
    good, late = raw(server, quick.token(server.url)), raw(server, slow.token(server.url))
    with dial(server, good + late + raw(server) + good) as connection:
        assert answers(connection, 1) == [200]
        assert slow.asked.wait(PATIENCE)
        others_are_served(quick, server)
        slow.release.set()
        assert answers(connection, 3) == [200, 401, 200]
        connection.sendall(good)  # and it is still kept
        assert answers(connection, 1) == [200]


def test_many_at_once(world, pool):
    quick, slow, server = world
    slow.release.set()
    tokens = [quick.token(server.url), slow.token(server.url), None, quick.forged(server.url)]
    expected = [200, 200, 401, 401]

    def exchange(number):
        with dial(server) as connection:
            statuses = []
            for turn in range(10):
                connection.sendall(raw(server, tokens[(number + turn) % 4]))
                statuses += answers(connection, 1)
        return statuses == [expected[(number + turn) % 4] for turn in range(10)]

    assert all(pool.map(exchange, range(64)))


# ---- bounds -----------------------------------------------------------------------------------------------------------

BAD_HEADS = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\r\n\r\n", "no version": b"POST /mcp\r\n\r\n",
    "a field of 100 KB": b"POST /mcp HTTP/1.1\r\nHost: x\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
    "100,000 fields": b"POST /mcp HTTP/1.1\r\nHost: x\r\n" + b"X: 1\r\n" * 100_000 + b"\r\n",
    "a path of 100 KB": b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a length that is none": b"POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a length beyond all": b"POST /mcp HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "a chunk that is none": b"POST /mcp HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
}


@pytest.mark.parametrize("head", BAD_HEADS.values(), ids=BAD_HEADS.keys())
def test_what_is_no_request_is_refused(world, head):
    quick, _, server = world
    connection = dial(server)
    try:
        connection.sendall(head)
        connection.shutdown(socket.SHUT_WR)
    except OSError:  # it was refused before all of it was sent
        pass
    answer = rest(connection)
    assert answer == b"" or re.match(rb"HTTP/1\.[01] 4\d\d ", answer)
    others_are_served(quick, server)


def test_a_body_that_is_too_long(world):
    quick, _, server = world
    with dial(server, raw(server, quick.token(server.url), b"x" * 70_000)) as connection:
        assert answers(connection, 1) == [413]
    with dial(server, raw(server, None, b"x" * 70_000)) as connection:
        assert answers(connection, 1) == [401]
    connection = dial(server, raw(server, quick.token(server.url), b"", b"Transfer-Encoding: chunked\r\n").replace(
        b"Content-Length: 0\r\n", b""))
    sent = 0
    try:
        while sent < 64 << 20:
            connection.sendall(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            sent += 65536
    except ConnectionError:
        pass
    assert sent < 64 << 20, "an endless body is read to its end"
    rest(connection)
    others_are_served(quick, server)


# ---- slow clients -----------------------------------------------------------------------------------------------------


@pytest.fixture
def hasty():
    """Gives a client one second for a request. A good one may take longer, on a busy machine, and is sent again."""
    with Issuer() as quick, SlowIssuer() as slow, Patiently(
            "--issuer", quick.url, "--issuer", slow.url, "--timeout", "1", *LONG_FETCHES, program="mcp_server_uv") as server:
        yield quick, slow, server


class Patiently(MCPServer):
    def request(self, *arguments, **named):
        for _ in range(PATIENCE):
            try:
                return super().request(*arguments, **named)
            except (ConnectionError, http.client.HTTPException):
                pass
        return super().request(*arguments, **named)


@pytest.mark.parametrize("until", [60, -20], ids=["in the head", "in the body"])
def test_a_byte_now_and_then_does_not_keep_a_connection(hasty, until):
    quick, _, server = hasty
    request = raw(server, quick.token(server.url))
    connection = dial(server, request[:until])
    connection.settimeout(0.2)
    cut = False
    for _ in b" " * 100:
        try:
            connection.sendall(b"x")
            cut = connection.recv(1000) == b""
        except TimeoutError:
            continue
        except ConnectionError:
            cut = True
        if cut:
            break
    assert cut, f"{PATIENCE} seconds are not one"
    others_are_served(quick, server)


def test_who_waits_for_us_is_not_cut_off(hasty, pool):
    quick, slow, server = hasty
    [waiting] = wait_for_keys(slow, pool, server)
    rest(dial(server))  # somebody else's second has passed, and that of the one who waits, who came before
    slow.release.set()
    assert waiting.result()[0] == 200


def test_idle_connections_make_room(hasty):
    """More than the server takes: they are cut off one after the other, and the request behind them is answered."""
    quick, _, server = hasty
    crowd = [dial(server) for _ in range(300)]
    others_are_served(quick, server)
    for connection in crowd:
        rest(connection)


@pytest.mark.parametrize("limit", ["connections", "descriptors"])
def test_a_crowd_that_leaves_makes_room(world, limit):
    """At its limit the server stops listening. It has to begin again, though nothing else happens then."""
    quick, _, server = world
    if limit == "descriptors":
        most = descriptors(server) + 10
        resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE, (most, most))
    crowd = [dial(server) for _ in range(300 if limit == "connections" else 50)]  # the rest waits in the backlog
    others = threading.Thread(target=others_are_served, args=(quick, server))
    others.start()
    time.sleep(0.2)
    assert others.is_alive()  # for as long as the crowd is there: it has ten minutes
    for connection in crowd:
        connection.close()
    others.join()
    others_are_served(quick, server)


def test_an_answer_that_is_not_fetched(hasty):
    quick, _, server = hasty
    connection = dial(server)
    connection.settimeout(0.5)
    request = raw(server, quick.token(server.url)) * 50
    cut = False
    for _ in range(2000):
        try:
            connection.sendall(request)
        except TimeoutError:
            continue
        except ConnectionError:
            cut = True
            break
    assert cut, "what is never read is answered for ever"
    others_are_served(quick, server)

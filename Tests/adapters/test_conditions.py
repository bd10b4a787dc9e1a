"""What no single request shows: slow issuers, clients that leave, malformed requests, the end; and the official client."""
import asyncio
import concurrent.futures
import contextlib
import json
import re
import socket
import struct
import time

import pytest

from conftest import LOOPS, PATIENCE
from issuer import SUBJECT
from program import rest
from test_client import list_and_call
from test_scenarios import WHOAMI, ask


def raw(server, token, more="", body=WHOAMI, length=None):
    head = (f"POST /mcp HTTP/1.1\r\nHost: {server.netloc}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Length: {len(body) if length is None else length}\r\n{more}\r\n")
    return head.encode() + body


def test_fifty_at_once_while_the_keys_are_slow(both, issuer, slow):
    """One fetch for all; and where one thread serves all, it goes on serving those whose keys are known."""
    with concurrent.futures.ThreadPoolExecutor(50) as pool:
        waiting = [pool.submit(ask, both, slow.token(both.url)) for _ in range(50)]
        assert slow.asked.wait(PATIENCE)
        if both.name in LOOPS:
            for _ in range(20):
                assert ask(both, issuer.token(both.url))[0] == 200
                assert ask(both, None)[0] == 401
            assert not any(one.done() for one in waiting)  # the order is what counts
        slow.release.set()
        answers = [one.result() for one in waiting]
    assert [status for status, _, _ in answers] == [200] * 50
    assert all(SUBJECT.encode() in text for _, _, text in answers)
    assert slow.requests.count("/jwks") == 1


@pytest.mark.parametrize("how", ["orderly", "reset"])
def test_clients_that_hang_up_during_the_fetch(both, issuer, slow, how):
    leaving = [both.dial() for _ in range(10)]
    for connection in leaving:
        connection.sendall(raw(both, slow.token(both.url)))
    assert slow.asked.wait(PATIENCE)
    for connection in leaving:
        if how == "reset":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    slow.release.set()
    for token in (slow.token(both.url), issuer.token(both.url)):
        assert ask(both, token)[0] == 200


@pytest.mark.parametrize("released", [True, False], ids=["the keys come", "the keys do not come"])
def test_the_end_with_requests_under_way(both, slow, released):
    """Whoever waits gets an answer or the end of the connection, and the server ends without a complaint."""
    waiting = [both.dial() for _ in range(5)]
    for connection in waiting:
        connection.sendall(raw(both, slow.token(both.url)))
    others = [] if released else [both.dial(), both.dial()]  # one has sent nothing, one not all; some servers wait for it
    for connection in others[1:]:
        connection.sendall(raw(both, "x")[:40])
    assert slow.asked.wait(PATIENCE)
    both.process.terminate()
    both.ending = True
    if released:
        slow.release.set()
    both.end()
    for connection in waiting:
        answer = rest(connection)
        assert answer == b"" or re.match(rb"HTTP/1\.1 (200|503) ", answer), answer
    assert not any(b" 200 " in rest(connection) for connection in others)


def test_after_a_handler_that_threw(server, issuer):
    connection = server.connect()
    for _ in range(3):
        status, fields, text = ask(server, issuer.token(server.url, sub="nobody"))
        assert status == 500 and SUBJECT.encode() not in text
    assert ask(server, issuer.token(server.url), connection)[0] == 200


# What is sent for the second field is never let in by the first, whichever of the two a server goes by.
TWICE = {"Host": "Host: evil.example.com\r\n", "Content-Length": "Content-Length: 5\r\n",
         "Transfer-Encoding": "Transfer-Encoding: chunked\r\n"}


@pytest.mark.parametrize("name", TWICE)
def test_two_ways_to_read_a_request(server, issuer, name):
    """A request that whoever stands in between may read in another way is refused, or at least never run twice."""
    connection = server.dial()
    with contextlib.suppress(OSError):  # it was refused before all of it was sent
        hidden = b"" if name == "Host" else raw(server, issuer.token(server.url))
        connection.sendall(raw(server, issuer.token(server.url), TWICE[name], body=WHOAMI + hidden, length=len(WHOAMI)))
        connection.shutdown(socket.SHUT_WR)
    answer = rest(connection)
    assert re.match(rb"HTTP/1\.[01] (400|403) ", answer) or answer == b"", answer
    assert SUBJECT.encode() not in answer


MALFORMED = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
    "a NUL in a field": b"GET /mcp HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\0x\r\n\r\n",
    "a length that is none": b"POST /mcp HTTP/1.1\r\nHost: {host}\r\nContent-Length: x\r\n\r\n",
    "a length beyond all": b"POST /mcp HTTP/1.1\r\nHost: {host}\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "a chunk that is none": b"POST /mcp HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "a coding that is none": b"POST /mcp HTTP/1.1\r\nHost: {host}\r\nTransfer-Encoding: rot13\r\n\r\nzz\r\n",
    "half a body": b"POST /mcp HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Length: 99\r\n\r\n{",
    "a field of 200 KB": b"GET /mcp HTTP/1.1\r\nHost: {host}\r\nX: " + b"x" * 200_000 + b"\r\n\r\n",
    "20,000 fields": b"GET /mcp HTTP/1.1\r\nHost: {host}\r\n" + b"X: 1\r\n" * 20_000 + b"\r\n",
    "a form in parts": b"POST /mcp HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=a\r\n"
                       b"Content-Length: 5\r\n\r\n--a--",
}


@pytest.mark.parametrize("head", MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed(server, issuer, head):
    token = issuer.token(server.url).encode()
    connection = server.dial()
    with contextlib.suppress(OSError):
        connection.sendall(head.replace(b"{host}", server.netloc.encode()).replace(b"{token}", token))
        connection.shutdown(socket.SHUT_WR)
    answer = rest(connection)
    assert answer == b"" or re.match(rb"HTTP/1\.[01] [45]\d\d |<", answer), answer
    assert SUBJECT.encode() not in answer
    assert ask(server, token.decode())[0] == 200


def test_an_endless_body_is_not_read_to_its_end(server, issuer):
    connection = server.dial()
    sent = 0
    try:
        connection.sendall(raw(server, issuer.token(server.url), "Transfer-Encoding: chunked\r\n", body=b"").replace(
            b"Content-Length: 0\r\n", b""))
        while sent < 256 << 20:
            connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
            sent += 65536
    except ConnectionError:
        pass
    assert sent < 256 << 20, "an endless body is read to its end"
    rest(connection)
    assert ask(server, issuer.token(server.url))[0] == 200


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_official_client(server, issuer, mode):
    headers = {"Authorization": f"Bearer {issuer.token(server.url)}"}
    tools, result, exchanges = asyncio.run(list_and_call(server.url, mode, headers=headers))
    assert tools == ["whoami"] and SUBJECT in result.content[0].text  # `claims` needs a scope that the token has not
    assert all(status < 300 or status == 405 for _, _, status in exchanges), exchanges


def test_bodies_arrive_in_pieces(server, issuer):
    with server.dial() as connection:
        for piece in re.findall(rb"(?s).{1,40}", raw(server, issuer.token(server.url), "Connection: close\r\n")):
            connection.sendall(piece)
            time.sleep(0.001)
        head, _, body = rest(connection).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ") and SUBJECT in json.loads(body)["result"]["content"][0]["text"]

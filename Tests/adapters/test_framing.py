"""Where a request ends: what its sender calls its body is never answered as another request, by any adapter.

Whoever stands in between reads the body as a body, so that a server which finds a request in it would answer one that
nobody in between has seen.
"""
import contextlib
import re
import socket
from pathlib import Path

import pytest

from issuer import SUBJECT
from test_conditions import raw, rest

# What says how long the body is. {n}: its length; whether it comes in one chunk.
ODD = {
    "a length": ("Content-Length: {n}", False),
    "a chunk": ("Transfer-Encoding: chunked", True),
    "no length, and one": ("Content-Length: 0\r\nContent-Length: {n}", False),
    "no length, and a chunk": ("Content-Length: 0\r\nTransfer-Encoding: chunked", True),
    "another coding": ("Transfer-Encoding: gzip", False),
    "a coding that is none": ("Transfer-Encoding: identity", False),
    "a coding and none": ("Transfer-Encoding: chunked, identity", True),
    "a coding that ends so": ("Transfer-Encoding: xchunked", True),
    "a length with a sign": ("Content-Length: +{n}", False),
    "a length in hexadecimal": ("Content-Length: 0x{n:x}", False),
    "two lengths in one": ("Content-Length: 0, {n}", False),
    "a negative length": ("Content-Length: -1", False),
    "no length in it": ("Content-Length: ", False),
    "a blank before the length's colon": ("Content-Length : {n}", False),
    "a blank before the coding's colon": ("Transfer-Encoding : chunked", True),
    "a length in the next line": ("Content-Length:\r\n {n}", False),
    "a coding in the next line": ("Transfer-Encoding:\r\n chunked", True),
}
# The installed cpp-httplib: since 0.18 it reads the body of any method.
HTTPLIB = Path("/usr/include/httplib.h")
VERSION = re.search(r'CPPHTTPLIB_VERSION "(\d+)\.(\d+)', HTTPLIB.read_text(errors="replace")) if HTTPLIB.exists() else None
READS_ALL = VERSION is not None and tuple(map(int, VERSION.groups())) >= (0, 18)
METHODS = ["GET", "HEAD", "OPTIONS", "DELETE", "PUT", "PATCH", "POST"]
PATHS = ["/mcp", "/.well-known/oauth-protected-resource/mcp"]


@pytest.mark.parametrize("path", PATHS, ids=["endpoint", "metadata"])
@pytest.mark.parametrize("field, chunked", ODD.values(), ids=ODD.keys())
def test_no_request_is_found_in_the_body_of_another(server, issuer, field, chunked, path):
    hidden = raw(server, issuer.token(server.url))
    body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(hidden), hidden) if chunked else hidden
    for method in METHODS:
        head = f"{method} {path} HTTP/1.1\r\nHost: {server.netloc}\r\n{field.format(n=len(hidden))}\r\n\r\n".encode()
        if server.name == "httplib_server":
            answer = seen_by_httplib(server, method, head, body, path)
        else:
            connection = server.dial()
            with contextlib.suppress(OSError):  # it was refused before all of it was sent
                connection.sendall(head + body)
                connection.shutdown(socket.SHUT_WR)
            answer = rest(connection)
        assert SUBJECT.encode() not in answer, (method, answer)


def seen_by_httplib(server, method, head, body, path):
    """cpp-httplib forgets what comes with a request, and answers nobody who sends no more. Of a HEAD it cannot hang up; of
    what is not the endpoint's it reads the bodies itself, and waits five seconds for the end of one without a length. A
    field without a value in its own line it shows to nobody."""
    if b":\r\n" in head or b": \r\n" in head:
        return b""
    if method == "HEAD" or (path != PATHS[0] and method not in ("GET", "OPTIONS")):
        return b""
    connection = server.dial()
    answer = b""
    with contextlib.suppress(OSError):  # it hung up
        if method in ("GET", "OPTIONS") and not READS_ALL:  # answered without their body
            connection.sendall(head)
            answer = connection.recv(65536)
            connection.sendall(body)
        else:
            connection.sendall(head + body)
        answer += connection.recv(65536)
        connection.shutdown(socket.SHUT_WR)
    return answer + rest(connection)


@pytest.mark.parametrize("chunked", [False, True], ids=["length", "chunks"])
def test_half_a_body_is_not_taken_for_a_whole_one(server, issuer, chunked):
    """Also where the half is a whole message: its client has gone, and may have meant something else."""
    whole = raw(server, issuer.token(server.url), length=99999)
    if chunked:
        head, _, body = whole.replace(b"Content-Length: 99999", b"Transfer-Encoding: chunked").partition(b"\r\n\r\n")
        whole = head + b"\r\n\r\n%x\r\n%s\r\n" % (len(body), body)
    connection = server.dial()
    connection.sendall(whole)
    connection.shutdown(socket.SHUT_WR)
    answer = rest(connection)
    assert SUBJECT.encode() not in answer, answer

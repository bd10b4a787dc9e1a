"""mcpauth/raw.hpp reads one request in one way: what others may read in another is refused, beside what is not."""
import re

import pytest

from conftest import NAMES, Server
from issuer import SUBJECT
from test_conditions import rest
from test_scenarios import WHOAMI

pytestmark = pytest.mark.skipif("raw_server" not in NAMES, reason="raw_server is not built")

HEAD = b"POST /mcp HTTP/1.1\r\nHost: HOST\r\nAuthorization: Bearer TOKEN\r\nConnection: close\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(WHOAMI)
GOOD = HEAD + LENGTH + b"\r\n" + WHOAMI


def chunked(*chunks, end=b"0\r\n\r\n"):
    return HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + b"".join(chunks) + end


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


READ = {
    "plain": GOOD,
    "names in any case, blanks around values": GOOD.replace(b"Host: ", b"hOST:\t ").replace(b"close\r", b"close \t\r"),
    "no blank behind a colon": GOOD.replace(b"Host: ", b"Host:"),
    "an absolute target": GOOD.replace(b" /mcp ", b" http://HOST/mcp?x ", 1),
    "a query": GOOD.replace(b" /mcp ", b" /mcp?a=b ", 1),
    "two fields of one name": GOOD.replace(b"Connection", b"X: 1\r\nX: 2\r\nConnection", 1),
    "chunks": chunked(chunk(WHOAMI[:5]), chunk(WHOAMI[5:])),
    "a chunk's length in capitals, with zeros": chunked(b"00%X\r\n%s\r\n" % (len(WHOAMI), WHOAMI)),
    "100 fields": GOOD.replace(b"Connection", b"X: 1\r\n" * 96 + b"Connection", 1),
    "the one before it": GOOD.replace(b"Connection: close\r\n", b"", 1) + GOOD,
}
NO_BODY = b"GET /health HTTP/1.1\r\nHost: HOST\r\n\r\n"
BAD = {
    "a field that goes on in the next line": (400, GOOD.replace(b"Bearer TOKEN", b"Bearer\r\n TOKEN")),
    "a blank before the first field": (400, GOOD.replace(b"\r\nHost", b"\r\n Host", 1)),
    "a blank before a colon": (400, GOOD.replace(b"Content-Length:", b"Content-Length :")),
    "a name with a blank in it": (400, GOOD.replace(b"Connection:", b"Con nection:")),
    "no name": (400, GOOD.replace(b"Connection:", b":")),
    "no colon": (400, GOOD.replace(b"Connection: close", b"Connection")),
    "a bare LF": (400, GOOD.replace(b"HOST\r\n", b"HOST\n")),
    "nothing but bare LFs": (400, GOOD.split(b"\r\n\r\n")[0].replace(b"\r\n", b"\n") + b"\n\n"),
    "a bare CR": (400, GOOD.replace(b"HOST\r\n", b"HOST\rX: y\r\n")),
    "a NUL in a value": (400, GOOD.replace(b"TOKEN", b"TOKEN\0x")),
    "a NUL in a name": (400, GOOD.replace(b"Connection", b"Conn\0ection")),
    "another control": (400, GOOD.replace(b"TOKEN", b"TOKEN\x08")),
    "a second Host": (400, GOOD.replace(b"Host: HOST\r\n", b"Host: HOST\r\nhost: HOST\r\n")),
    "no Host": (400, GOOD.replace(b"Host: HOST\r\n", b"")),
    "a second Content-Length": (400, GOOD.replace(LENGTH, LENGTH + LENGTH)),
    "two lengths in one": (400, GOOD.replace(LENGTH, LENGTH.replace(b"\r\n", b", 1\r\n"))),
    "a second Transfer-Encoding": (400, chunked(chunk(WHOAMI)).replace(
        b"\r\n\r\n", b"\r\nTransfer-Encoding: chunked\r\n\r\n", 1)),
    "length and coding": (400, chunked(chunk(WHOAMI)).replace(b"\r\n\r\n", b"\r\n" + LENGTH + b"\r\n", 1)),
    "another coding": (501, chunked().replace(b"chunked", b"gzip, chunked")),
    "a coding with a tail": (501, chunked().replace(b"chunked", b"chunked;x=1")),
    "a length with a sign": (400, GOOD.replace(b"Content-Length: ", b"Content-Length: +")),
    "a length in hexadecimal": (400, GOOD.replace(LENGTH, b"Content-Length: 0x10\r\n")),
    "no length": (400, GOOD.replace(LENGTH, b"Content-Length:\r\n")),
    "a length beyond all": (400, GOOD.replace(LENGTH, b"Content-Length: 18446744073709551617\r\n")),
    "a body that is too long": (413, GOOD.replace(LENGTH, b"Content-Length: 1048577\r\n")),
    "chunks that are too long": (413, chunked(b"100001\r\n")),
    "a chunk with an extension": (400, chunked(chunk(WHOAMI).replace(b"\r\n", b";x=1\r\n", 1))),
    "a chunk that is longer than it says": (400, chunked(b"1\r\n" + WHOAMI + b"\r\n")),
    "a chunk with a bare LF": (400, chunked(chunk(WHOAMI).replace(b"\r\n", b"\n", 1))),
    "a chunk with a negative length": (400, chunked(b"-1\r\n")),
    "a trailer": (400, chunked(chunk(WHOAMI), end=b"0\r\nX: y\r\n\r\n")),
    "another version": (505, GOOD.replace(b"HTTP/1.1", b"HTTP/2.0")),
    "no version": (400, NO_BODY.replace(b" HTTP/1.1", b"")),
    "an empty line first": (400, b"\r\n" + NO_BODY),
    "two blanks": (400, NO_BODY.replace(b" /health", b"  /health")),
    "a target beyond ASCII": (400, NO_BODY.replace(b"health", b"health\xc3\xa9")),
    "a method with a colon": (400, NO_BODY.replace(b"GET", b"GE:T")),
    "101 fields": (431, NO_BODY.replace(b"\r\n\r\n", b"\r\n" + b"X: 1\r\n" * 100 + b"\r\n")),
    "a head that is too long": (431, NO_BODY.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 40_000 + b"\r\n\r\n")),
    "a head without an end": (431, b"GET /health HTTP/1.1\r\nHost: HOST\r\nX: " + b"x" * 40_000),
}


@pytest.fixture(scope="module")
def server(issuer, tmp_path_factory):
    with Server(("raw_server",), tmp_path_factory.mktemp("raw"), issuer) as running:
        yield running


def answer_to(server, issuer, data):
    connection = server.dial()
    connection.sendall(data.replace(b"HOST", server.netloc.encode()).replace(b"TOKEN", issuer.token(server.url).encode()))
    return rest(connection)


@pytest.mark.parametrize("data", READ.values(), ids=READ.keys())
def test_is_read(server, issuer, data):
    answers = re.findall(rb"HTTP/1\.1 (\d+)", answer_to(server, issuer, data))
    assert answers == [b"200"] * data.count(b"POST ")


@pytest.mark.parametrize(("status", "data"), BAD.values(), ids=BAD.keys())
def test_is_refused(server, issuer, status, data):
    answer = answer_to(server, issuer, data)
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer
    assert b"Connection: close" in answer and SUBJECT.encode() not in answer
    assert answer.count(b"HTTP/1.1 ") == 1, "the rest was taken for another request"


def test_expect(server, issuer):
    head, body = GOOD.replace(b"Connection", b"Expect: 100-continue\r\nConnection").split(b"\r\n\r\n", 1)
    connection = server.dial()
    connection.sendall(head.replace(b"HOST", server.netloc.encode()).replace(
        b"TOKEN", issuer.token(server.url).encode()) + b"\r\n\r\n")
    assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
    connection.sendall(body)
    assert rest(connection).startswith(b"HTTP/1.1 200 ")

"""One table for all adapters: a request, and what every server has to answer, whatever its HTTP library."""
import json
import re
import time
from dataclasses import dataclass

import pytest

from issuer import SUBJECT

METADATA = "/.well-known/oauth-protected-resource/mcp"
LIMIT = 1 << 20  # of a body, unless said otherwise to mcpauth::protect
FULL = "mcp:use claims:read"


def call(tool, **params):
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": {}} | params}
    return json.dumps(message).encode()


WHOAMI = call("whoami")


def padded(length):
    return WHOAMI[:-1] + b" " * (length - len(WHOAMI)) + b"}"


TOKENS = {
    "good": lambda issuer, url: issuer.token(url, scope=FULL),
    "few scopes": lambda issuer, url: issuer.token(url),
    "expired": lambda issuer, url: issuer.token(url, exp=int(time.time()) - 100),
    "other audience": lambda issuer, url: issuer.token("https://other.example.com"),
    "forged": lambda issuer, url: issuer.forged(url),
    "of nobody": lambda issuer, url: issuer.token(url, sub="nobody"),
}


@dataclass
class Case:
    """A request with what is special about it, and the answer."""
    status: int
    tokens: tuple = ()  # one Authorization field each
    text: str = ""  # a part of the body
    fields: tuple = ()  # further header fields of the request
    method: str = "POST"
    path: str = "/mcp"
    body: bytes = WHOAMI
    host: str | None = None
    chunked: bool = False
    answer: tuple = ()  # header fields of the answer: name, pattern; None: it is not there


GOOD = ("good",)
ALLOWED, FOREIGN = ("Origin", "http://127.0.0.1:6274"), ("Origin", "https://evil.example.com")
PREFLIGHT = (("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization"))
CHALLENGE = ("www-authenticate", f'^Bearer .*resource_metadata="http://127.0.0.1:[0-9]+{METADATA}"')
READABLE = ("access-control-allow-origin", r"^(\*|http://127\.0\.0\.1:6274)$")
NO_CHALLENGE = ("www-authenticate", None)

CASES = {
    "a good token": Case(200, GOOD, text=SUBJECT, answer=(NO_CHALLENGE,)),
    "a good token and a query": Case(200, GOOD, text=SUBJECT, path="/mcp?a=b&c"),
    "no token": Case(401, answer=(CHALLENGE, ("www-authenticate", "^(?!.*error=)"), ("content-type", "json"))),
    "a token in the query": Case(401, path="/mcp?access_token=x", text="missing_auth_header", answer=(CHALLENGE,)),
    "another scheme": Case(401, fields=(("Authorization", "Basic YTpi"),), text="invalid_auth_header_format"),
    "an expired token": Case(401, ("expired",), text="invalid_token", answer=(CHALLENGE,)),
    "a token for another audience": Case(401, ("other audience",), text="invalid_audience", answer=(CHALLENGE,)),
    "a forged token": Case(401, ("forged",), text="invalid_token", answer=(CHALLENGE,)),
    "a tool of which the scope is missing": Case(403, ("few scopes",), body=call("claims"), answer=(
        CHALLENGE, ("www-authenticate", 'error="insufficient_scope"'), ("www-authenticate", "claims:read"))),
    "the same tool with its scope": Case(200, GOOD, body=call("claims"), text=SUBJECT),
    "two Authorization fields": Case(400, ("good", "good"), text="invalid_auth_header_format"),
    "two that differ": Case(400, ("forged", "good"), text="invalid_auth_header_format"),
    "header fields that disagree with the body": Case(400, GOOD, text="-32020", fields=(
        ("Mcp-Protocol-Version", "2025-11-25"), ("Mcp-Method", "tools/list"))),
    "a body that is no JSON": Case(400, GOOD, body=b"{"),
    "a POST without a body": Case(400, GOOD, body=b""),
    "the metadata": Case(200, method="GET", path=METADATA, body=b"", text='"resource"', answer=(
        ("content-type", "^application/json"), ("access-control-allow-origin", r"^\*$"))),
    "the metadata, and a query": Case(200, method="GET", path=METADATA + "?x=1", body=b"", text='"resource"'),
    "the head of the metadata": Case(200, method="HEAD", path=METADATA, body=b"", answer=(("content-type", "json"),)),
    "a POST to the metadata": Case(405, path=METADATA, answer=(("allow", "GET, HEAD, OPTIONS"),)),
    "the preflight of the metadata": Case(204, method="OPTIONS", path=METADATA, body=b"", fields=(FOREIGN, *PREFLIGHT)),
    "a preflight": Case(204, method="OPTIONS", body=b"", fields=(ALLOWED, *PREFLIGHT), answer=(
        READABLE, ("access-control-allow-headers", "(?i)authorization"))),
    "a preflight of a foreign page": Case(403, method="OPTIONS", body=b"", fields=(FOREIGN, *PREFLIGHT)),
    "a foreign page with a good token": Case(403, GOOD, fields=(FOREIGN,)),
    "a page with a good token": Case(200, GOOD, text=SUBJECT, fields=(ALLOWED,), answer=(READABLE,)),
    "the host's refusal, to a page": Case(405, GOOD, method="GET", body=b"", fields=(ALLOWED,), answer=(READABLE,)),
    "another Host": Case(403, GOOD, host="evil.example.com"),
    "a body that is as long as allowed": Case(200, GOOD, body=padded(LIMIT), text=SUBJECT),
    "a body that is too long": Case(413, GOOD, body=padded(LIMIT + 1)),
    "the same without a token": Case(413, body=padded(LIMIT + 1)),
    "a body that is too long, in chunks": Case(413, GOOD, body=padded(LIMIT + 1), chunked=True),
    "chunks": Case(200, GOOD, text=SUBJECT, chunked=True),
    "chunks that call a tool without its scope": Case(403, ("few scopes",), body=call("claims"), chunked=True),
    "HEAD without a token": Case(401, method="HEAD", body=b"", answer=(CHALLENGE,)),
    "GET without a token": Case(401, method="GET", body=b"", answer=(CHALLENGE,)),
    "GET": Case(405, GOOD, method="GET", body=b""),
    "DELETE without a token": Case(401, method="DELETE", body=b"", answer=(CHALLENGE,)),
    "DELETE": Case(405, GOOD, method="DELETE", body=b""),
    "PUT without a token": Case(401, method="PUT", answer=(CHALLENGE,)),
    "another path": Case(404, GOOD, path="/other", body=b"", method="GET", answer=(NO_CHALLENGE,)),
    "another path, without a token": Case(404, path="/other", body=b"", method="GET", answer=(NO_CHALLENGE,)),
    "below the path": Case(404, path="/mcp/more", body=b"", method="GET", answer=(NO_CHALLENGE,)),
    "metadata of others": Case(404, path="/.well-known/openid-configuration", body=b"", method="GET"),
    "a path of the host's own": Case(200, path="/health", body=b"", method="GET", text="up"),
    "a handler that throws": Case(500, ("of nobody",), answer=(NO_CHALLENGE,)),
    "a handler that throws, to a page": Case(500, ("of nobody",), fields=(ALLOWED,), answer=(READABLE,)),
}


def request_of(case, server, issuer):
    """The header fields."""
    fields = [("Host", case.host or server.netloc), *case.fields]
    fields += [("Authorization", f"Bearer {TOKENS[kind](issuer, server.url)}") for kind in case.tokens]
    if case.body or case.method == "POST":
        length = ("Transfer-Encoding", "chunked") if case.chunked else ("Content-Length", str(len(case.body)))
        fields += [("Content-Type", "application/json"), length]
    return fields


def exchange(case, server, issuer, connection=None):
    return server.send(case.method, case.path, request_of(case, server, issuer), case.body, case.chunked, connection)


def ask(server, token, connection=None):
    """tools/call of whoami."""
    fields = [("Host", server.netloc), ("Content-Type", "application/json"), ("Content-Length", str(len(WHOAMI)))]
    fields += [("Authorization", f"Bearer {token}")] if token else []
    return server.send("POST", "/mcp", fields, WHOAMI, connection=connection)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_answers(case, server, issuer):
    try:
        status, fields, text = exchange(case, server, issuer)
    except ConnectionError:
        assert case.status == 413  # a server may hang up on somebody who goes on sending
        return
    assert status == case.status, text
    assert case.text in text.decode()
    for name, pattern in case.answer:
        values = [value for field, value in fields if field == name]
        assert len(values) == (0 if pattern is None else 1), (name, values)
        assert pattern is None or re.search(pattern, values[0]), (name, values)
    if case.method == "HEAD":
        assert text == b""
    if case.status == 401:
        assert "missing_auth_header" in text.decode() or case.tokens or case.fields or case.method == "HEAD"


@pytest.mark.parametrize("case", [case for case in CASES.values() if case.status < 405 and len(case.body) < 1000],
                         ids=[name for name, case in CASES.items() if case.status < 405 and len(case.body) < 1000])
def test_the_connection_goes_on(case, server, issuer):
    """After each answer the next request on the same connection is read as what it is."""
    connection = server.connect()
    connection.connect()
    first = connection.sock
    assert exchange(case, server, issuer, connection)[0] == case.status
    assert ask(server, issuer.token(server.url), connection)[0] == 200
    if case.status != 404:  # those are the host's own, of whom some end the connection
        assert connection.sock is first, "the server ended the connection"
    connection.close()

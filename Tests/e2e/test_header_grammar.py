"""The Authorization header over HTTP, byte for byte: RFC 6750 section 2.1 and RFC 9110 section 11.4 (attack A36)."""
import socket
from urllib.parse import urlsplit

import pytest

from conftest import challenge

MISSING, FORMAT = (401, "missing_auth_header", None), (401, "invalid_auth_header_format", None)
EMPTY, INVALID = (401, "missing_bearer_token", None), (401, "invalid_token", "invalid_token")
AMBIGUOUS = (400, "invalid_auth_header_format", "invalid_request")
GOOD = (200, None, None)

# field values; %s is a good token
TABLE = [
    ([b"Bearer %s"], GOOD), ([b"bearer %s"], GOOD), ([b"BEARER %s"], GOOD), ([b"bEARER   %s"], GOOD), ([b"  Bearer %s  "], GOOD),
    ([], MISSING), ([b""], FORMAT), ([b"Basic dXNlcjpwYXNz"], FORMAT), ([b"%s"], FORMAT), ([b"Bearer%s"], FORMAT),
    ([b"Token %s"], FORMAT), ([b"DPoP %s"], FORMAT), ([b"Bearer"], EMPTY), ([b"Bearer    "], EMPTY),
    ([b"Bearer %s %s"], AMBIGUOUS), ([b"Bearer %s,"], AMBIGUOUS), ([b'Bearer "%s"'], AMBIGUOUS), ([b"Bearer\t%s"], AMBIGUOUS),
    ([b"Bearer %s, Basic eA=="], AMBIGUOUS), ([b"Basic eA==, Bearer %s"], AMBIGUOUS), ([b"Bearer Bearer %s"], AMBIGUOUS),
    ([b"Bearer %s", b"Bearer %s"], AMBIGUOUS), ([b"Basic eA==", b"Bearer %s"], AMBIGUOUS), ([b"Bearer %s", b""], AMBIGUOUS),
    ([b"Bearer %s"] * 6, AMBIGUOUS), ([b"Bearer \xc3\xa9%s"], AMBIGUOUS), ([b"Bearer %s="], INVALID),
    ([b"Bearer ~-._+/x=="], INVALID), ([b"Bearer x"], INVALID),
]


def exchange(server, fields):
    """One request written by hand: status and the fields of the answer by lower-case name, and its body."""
    body = b'{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"whoami"}}'
    parts = urlsplit(server.url)
    lines = [b"POST /mcp HTTP/1.1", b"Host: " + parts.netloc.encode(), b"Connection: close",
             b"Content-Length: %d" % len(body), *(b"Authorization: " + field for field in fields)]
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode("ascii").split("\r\n")
    return int(first.split()[1]), {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}, body


@pytest.mark.parametrize("fields,expected", TABLE, ids=lambda value: repr(value)[:60])
def test_A36_over_http(server, issuer, fields, expected):
    token = issuer.token(server.url).encode()
    status, code, error = expected
    got, headers, body = exchange(server, [field.replace(b"%s", token) for field in fields])
    assert got == status, body
    found = challenge(headers)
    if status == 200:
        assert found is None and b"alice" in body
    else:
        assert f'"error":"{code}"'.encode() in body
        assert found.get("error") == error
        assert ("error_description" in found) == (error is not None)
        assert token not in body and token.decode() not in str(headers)

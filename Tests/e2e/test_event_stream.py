"""The example of a stream: it ends when its token does, and not before."""
import http.client
import time
from urllib.parse import urlsplit

import pytest

from conftest import MCPServer
from issuer import Issuer
from program import PATIENCE


@pytest.fixture(scope="module")
def issuer():
    with Issuer() as running:
        yield running


def opened(server, token):
    """The response of a GET of the stream."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=PATIENCE)
    connection.request("GET", "/mcp", headers={"Authorization": f"Bearer {token}", "Accept": "text/event-stream"})
    return connection.getresponse()


def next_event(stream):
    """Its lines up to the empty one; nothing when the stream has ended."""
    lines = []
    while (line := stream.readline().decode().rstrip("\n")):
        lines.append(line)
    return lines


def test_a_stream_ends_when_its_token_does(issuer):
    with MCPServer("--issuer", issuer.url, program="event_stream") as server:
        end = int(time.time()) + 4
        short, long = opened(server, issuer.token(server.url, exp=end)), opened(server, issuer.token(server.url))
        assert short.status == long.status == 200 and short.getheader("Content-Type") == "text/event-stream"
        events = []
        while (event := next_event(short)):
            events.append(event)
        assert time.time() >= end, "it was good until then"
        # The leeway of a minute is for tokens that come in: it has not begun to count here.
        assert time.time() < end + PATIENCE
        assert events[0][0].startswith("data: ") and "tick 1" in events[0][0]
        assert next_event(long)[0].startswith("data: "), "the other goes on"
        long.close()


@pytest.mark.parametrize("changes,status", [({"exp": 1_000_000_000}, 401), ({"aud": "https://other.example.com"}, 401)])
def test_no_stream_without_a_good_token(issuer, changes, status):
    with MCPServer("--issuer", issuer.url, program="event_stream") as server:
        assert opened(server, issuer.token(**{"audience": server.url, **changes})).status == status
        assert server.request("POST", body=b"{}")[0] == 401
        assert server.request("POST", headers=[("Authorization", f"Bearer {issuer.token(server.url)}")], body=b"{}")[0] == 405

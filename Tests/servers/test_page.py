"""An MCP client in a page of another origin, in headless Chromium: the preflight, a challenge that it may read, a login, a call,
and a 503 whose Retry-After it may read."""

import contextlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from chromium import Chromium
from running import PROGRAMS, MCPServer, missing
from servers import DevIssuer
from walk import send

PAGE = (Path(__file__).resolve().parent / "page.html").read_bytes()


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(PAGE)))
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def browser():
    missing(Path(Chromium.path() or "/usr/bin/chromium"))
    with Chromium() as running:
        yield running


@pytest.fixture(scope="module")
def origin():
    """Where the page is: another port is another origin."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_page_logs_in_and_calls(browser, origin, program, tmp_path):
    with contextlib.ExitStack() as running:
        issuer = DevIssuer(tmp_path)
        issuer.access_lifetime = 600
        mcp = running.enter_context(MCPServer(program, issuer.issuer, tmp_path))
        running.enter_context(issuer)
        url = json.dumps(mcp.url)
        browser.go(origin + "/")
        browser.wait("document.querySelector('#ready') && typeof call == 'function'")

        denied = browser.run(f"call({url})")  # Authorization and Mcp-Protocol-Version make the browser ask first
        assert denied["status"] == 401 and "resource_metadata=" in denied["challenge"]
        wrong = browser.run(f"call({url}, 'garbage')")
        assert wrong["status"] == 401 and 'error="invalid_token"' in wrong["challenge"]

        login = browser.run(f"begin({url})")
        browser.go(login)
        browser.wait("document.querySelector('#name')")
        browser.type("#name", "alice")
        browser.click("button")
        browser.wait("document.querySelector('button[value=allow]')")
        browser.click("button[value=allow]")
        browser.wait("document.querySelector('#ready') && location.search.includes('code=')")
        token = json.dumps(browser.run("finish()"))
        said = browser.run(f"call({url}, {token})")
        assert said["status"] == 200 and "alice" in said["body"]
        more = browser.run(f"call({url}, {token}, 'whoami')")
        assert more["status"] == 403 and "insufficient_scope" in more["challenge"]


@pytest.mark.parametrize("program", PROGRAMS)
def test_a_page_may_read_when_to_come_back(browser, origin, program, tmp_path):
    """A server that has no keys yet, while nobody can be asked for them."""
    with DevIssuer(tmp_path) as issuer:
        token = send(issuer.origin, "GET", "/token").text
    with MCPServer(program, issuer.issuer, tmp_path, "--resource", "http://127.0.0.1:8080/mcp") as cold:
        browser.go(origin + "/")
        browser.wait("document.querySelector('#ready') && typeof call == 'function'")
        asked = f"call({json.dumps(cold.url)}, {json.dumps(token)})"
        outage = browser.run(asked)
        assert outage["status"] == 503 and int(outage["retryAfter"]) > 0 and outage["challenge"] is None

"""What nginx lets through, and what it answers, request by request."""
import http.server
import json
import subprocess
import threading
import time
from urllib.parse import urlsplit

import pytest

from conftest import AUTHZ, free_port, site

ORIGIN = "https://app.example.com"
INITIALIZE = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {
    "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "raw", "version": "1"}}})
JSON = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")]


def bearer(token):
    return ("Authorization", f"Bearer {token}")


def initialize(site, *fields):
    return site.send("POST", fields=[*JSON, *fields], body=INITIALIZE)


def only(answer, name):
    value, = (value for field, value in answer.fields if field.lower() == name.lower())
    return value


# ---- refusals: each reaches the client whole, and none reaches the server ----------------------------------------------

REFUSED = {
    "no token": (lambda issuer, url: [], 401, "resource_metadata="),
    "expired": (lambda issuer, url: [bearer(issuer.token(url, exp=int(time.time()) - 100))], 401, 'error="invalid_token"'),
    "for another resource": (lambda issuer, url: [bearer(issuer.token("https://other.example.com"))], 401, 'error="invalid_token"'),
    "of another issuer": (lambda issuer, url: [bearer(issuer.token(url, iss="https://other.example.com"))], 401, 'error="invalid_token"'),
    "forged": (lambda issuer, url: [bearer(issuer.forged(url))], 401, 'error="invalid_token"'),
    "unsigned": (lambda issuer, url: [bearer(issuer.unsigned(url))], 401, 'error="invalid_token"'),
    "without the scope": (lambda issuer, url: [bearer(issuer.token(url, scope="other"))], 403, 'scope="mcp:use"'),
    "two tokens": (lambda issuer, url: [bearer(issuer.token(url)), bearer("x")], 400, None),  # by nginx
    "another origin": (lambda issuer, url: [bearer(issuer.token(url)), ("Origin", "https://evil.example.com")], 403, None),
    "another host": (lambda issuer, url: [bearer(issuer.token(url)), ("Host", "evil.example.com")], 403, None),
}


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_reaches_the_client_and_the_request_not_the_server(protected, issuer, what, method):
    make, status, challenge = REFUSED[what]
    before = protected.reached()
    fields = [*JSON, *make(issuer, protected.url)]
    if what == "another host":
        answer = send_with_host(protected, method, fields)
    else:
        answer = protected.send(method, fields=fields, body=INITIALIZE if method == "POST" else None)
    assert answer.status == status, (answer.text, protected.log.read_text())
    if challenge:
        assert challenge in only(answer, "WWW-Authenticate")
        assert json.loads(answer.text)["error"]
    assert protected.reached() == before


def send_with_host(site, method, fields):
    """http.client adds a Host of its own unless it is told not to."""
    import http.client
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    connection.putrequest(method, "/mcp", skip_host=True)
    for name, value in fields:
        connection.putheader(name, value)
    connection.putheader("Content-Length", "0")
    connection.endheaders()
    response = connection.getresponse()
    response.text = response.read().decode()
    connection.close()
    return response


def test_the_challenge_leads_to_the_metadata(protected, issuer):
    challenge = only(protected.send(), "WWW-Authenticate")
    address = challenge.split('resource_metadata="')[1].split('"')[0]
    assert urlsplit(address).netloc == f"127.0.0.1:{protected.port}"
    answer = protected.send(path=urlsplit(address).path)
    assert answer.status == 200 and only(answer, "Access-Control-Allow-Origin") == "*"
    document = json.loads(answer.text)
    assert document["resource"] == protected.url and document["authorization_servers"] == [issuer.url]
    assert protected.send("HEAD", urlsplit(address).path).status == 200
    assert protected.send("OPTIONS", urlsplit(address).path).status == 204
    assert protected.send("POST", urlsplit(address).path, body="").status == 405


# ---- who the caller is -------------------------------------------------------------------------------------------------


def caller(site, *fields):
    """What reaches the MCP server: the fields, as its tool sees them."""
    begun = initialize(site, *fields)
    assert begun.status == 200, (begun.status, begun.text)
    session = ("Mcp-Session-Id", only(begun, "Mcp-Session-Id"))
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "whoami", "arguments": {}}}
    answer = site.send("POST", fields=[*JSON, ("Mcp-Protocol-Version", "2025-11-25"), session, *fields], body=json.dumps(call))
    assert answer.status == 200, answer.text
    data = next(line[5:] for line in answer.text.splitlines() if line.startswith("data:") and "result" in line)
    return json.loads(json.loads(data)["result"]["content"][0]["text"])


def test_the_server_learns_who_calls_and_not_the_token(protected, issuer):
    token = issuer.token(protected.url, scope="mcp:use notes:read", email="alice@example.com")
    assert caller(protected, bearer(token)) == {
        "x-mcp-issuer": issuer.url, "x-mcp-subject": "alice", "x-mcp-client": "e2e", "x-mcp-scopes": "mcp:use notes:read",
        "x-mcp-email": "alice@example.com"}


def test_what_the_token_does_not_say_is_not_there(protected, issuer):
    assert "x-mcp-email" not in caller(protected, bearer(issuer.token(protected.url)))


@pytest.mark.parametrize("claim, expected", [
    ("Jürgen 👋", "J%C3%BCrgen %F0%9F%91%8B"), ("a\r\nX-MCP-Scopes: admin", "a%0D%0AX-MCP-Scopes: admin"), ("100%41", "100%2541"),
    (" a ", "%20a%20"), (["a", "ü"], '["a","\\u00FC"]'), (True, "true"), (12, "12"), ("\x7f", "%7F")])
def test_A59_a_claim_is_one_field_whatever_is_in_it(protected, issuer, claim, expected):
    seen = caller(protected, bearer(issuer.token(protected.url, email=claim)))
    assert seen["x-mcp-email"] == expected and seen["x-mcp-scopes"] == "mcp:use"


def test_a_claim_that_does_not_fit_lets_nobody_in(protected, issuer):
    before = protected.reached()
    assert initialize(protected, bearer(issuer.token(protected.url, email="a" * 1025))).status == 500
    assert protected.reached() == before
    assert caller(protected, bearer(issuer.token(protected.url, email="a" * 1024)))["x-mcp-email"] == "a" * 1024


@pytest.mark.parametrize("name", ["X-MCP-Subject", "x-mcp-scopes", "X-Mcp-Email", "X-MCP-Issuer", "X-MCP-Client"])
def test_A59_a_client_cannot_say_who_it_is(protected, issuer, name):
    before = protected.reached()
    for fields in ([(name, "root")], [(name, "root"), (name, "root")], [(name, "")]):
        assert initialize(protected, bearer(issuer.token(protected.url)), *fields).status == 400
    assert protected.reached() == before


@pytest.mark.parametrize("name", ["X_MCP_Subject", "X-MCP_Email", "x_mcp_scopes"])
def test_A59_a_spelling_with_underscores_goes_no_further(protected, issuer, name):
    seen = caller(protected, bearer(issuer.token(protected.url)), (name, "root"))
    assert "root" not in seen.values() and seen["x-mcp-subject"] == "alice"


def test_other_fields_are_the_clients(protected, issuer):
    assert caller(protected, bearer(issuer.token(protected.url)), ("X-MCP-Toolsets", "a"))["x-mcp-toolsets"] == "a"


@pytest.mark.parametrize("fields", [[("X-Original-Method", "OPTIONS")],
                                    [("X-Original-URI", "/.well-known/oauth-protected-resource/mcp")]])
def test_a_client_cannot_say_what_it_asks_for(protected, fields):
    assert initialize(protected, *fields).status == 401


@pytest.mark.parametrize("path", ["/mcpauth-check", "/check", "/", "/mcp/", "/MCP"])
def test_other_paths_lead_nowhere(protected, issuer, path):
    before = protected.reached()
    fields = [bearer(issuer.token(protected.url)), ("X-Original-Method", "GET"), ("X-Original-URI", "/mcp")]
    assert protected.send(path=path, fields=fields).status == 404
    assert protected.reached() == before


# ---- browsers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("origin, status", [(ORIGIN, 204), ("https://evil.example.com", 403)])
def test_a_preflight_is_answered_by_the_authorizer(protected, origin, status):
    before = protected.reached()
    answer = protected.send("OPTIONS", fields=[("Origin", origin), ("Access-Control-Request-Method", "POST"),
                                               ("Access-Control-Request-Headers", "authorization")])
    assert answer.status == status and protected.reached() == before
    if status == 204:
        assert only(answer, "Access-Control-Allow-Origin") == ORIGIN
        assert "Authorization" in only(answer, "Access-Control-Allow-Headers")


def test_a_page_may_read_the_answer(protected, issuer):
    answer = initialize(protected, bearer(issuer.token(protected.url)), ("Origin", ORIGIN))
    assert answer.status == 200 and only(answer, "Access-Control-Allow-Origin") == ORIGIN
    assert "Mcp-Session-Id" in only(answer, "Access-Control-Expose-Headers") and "Origin" in only(answer, "Vary")


# ---- faults: none of them is a way in ----------------------------------------------------------------------------------


def test_an_issuer_that_cannot_be_reached_is_503(tmp_path, upstream, issuer):
    with site(tmp_path, upstream, f"http://127.0.0.1:{free_port()}") as here:
        before = here.reached()
        answer = initialize(here, bearer(issuer.token(here.url, iss=here_issuer(here))))
        assert answer.status == 503 and only(answer, "Retry-After")
        assert here.reached() == before


def here_issuer(site):
    settings = (site.log.parent / "settings").read_text()
    return next(line.split(" = ")[1] for line in settings.splitlines() if line.startswith("issuer"))


def test_an_issuer_whose_metadata_is_unusable_is_500(tmp_path, upstream, issuer):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps({"issuer": "https://somebody.example.com", "jwks_uri": "https://a.example.com"}).encode())

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        with site(tmp_path, upstream, f"http://127.0.0.1:{server.server_port}") as here:
            before = here.reached()
            assert initialize(here, bearer(issuer.token(here.url, iss=here_issuer(here)))).status == 500
            assert here.reached() == before
    finally:
        server.shutdown()
        server.server_close()


def test_nobody_gets_in_while_the_authorizer_is_not_there(tmp_path, upstream, issuer):
    with site(tmp_path, upstream, issuer.url) as here:
        good = bearer(issuer.token(here.url))
        assert initialize(here, good).status == 200
        here.authorizer.terminate()
        assert here.authorizer.wait(60) == 0
        before = here.reached()
        assert initialize(here, good).status == 502
        assert here.send().status == 502
        assert here.reached() == before


# ---- settings ----------------------------------------------------------------------------------------------------------

GOOD = ["resource = https://mcp.example.com/mcp", "listen = 127.0.0.1:0", "issuer = https://auth.example.com"]
WRONG = {
    "tool scopes without a body to compare": ([*GOOD, "tool_scope = erase notes:erase"], "upstream_compares_mcp_headers = yes"),
    "no resource": (GOOD[1:], ":1: listen: the file has to begin with the resource"),
    "nothing": ([], "resource is missing"),
    "no issuer": (GOOD[:2], "issuer"),
    "no listener": ([GOOD[0], GOOD[2]], "listen is missing"),
    "two resources": ([GOOD[0], GOOD[0]], ":2: resource: it is there already"),
    "a resource that is none": (["resource = mcp"], ":1: resource"),
    "an issuer over http": ([*GOOD[:2], "issuer = http://auth.example.com"], "https"),
    "a setting that is none": ([*GOOD, "# a comment", "", "require_scope = x"], ":6: require_scope: there is no such setting"),
    "no value": ([*GOOD, "required_scope"], ":4: required_scope: a line is NAME = VALUE"),
    "an issuer's setting before it": ([*GOOD[:2], "jwks_uri = https://a.example.com"], "behind the issuer"),
    "another field": ([*GOOD, "claim_header = Authorization email"], "X-MCP-"),
    "a field with a colon": ([*GOOD, "claim_header = X-MCP-A:b email"], "X-MCP-"),
    "a field that is there anyway": ([*GOOD, "claim_header = X-MCP-subject email"], "without being asked for"),
    "a field twice": ([*GOOD, "claim_header = X-MCP-A email", "claim_header = X-MCP-a name"], "has a claim already"),
    "half a tool scope": ([*GOOD, "tool_scope = erase"], "which tool and which scope"),
    "a log level": ([*GOOD, "log = loud"], "error, warning, info or debug"),
    "maybe": ([*GOOD, "http_on_loopback = maybe"], "say yes"),
}


@pytest.mark.parametrize("what", WRONG)
def test_settings_that_cannot_be_used_say_what_to_do(tmp_path, what):
    lines, expected = WRONG[what]
    (tmp_path / "settings").write_text("\n".join(lines))
    result = subprocess.run([AUTHZ, "--test", tmp_path / "settings"], capture_output=True, text=True, timeout=60)
    assert (result.returncode, result.stdout) == (1, "") and expected in result.stderr, result.stderr


@pytest.mark.parametrize("listen, expected", [("0.0.0.0:80", "127.0.0.1:PORT or unix:PATH"), ("127.0.0.1:99999", "127.0.0.1:PORT"),
                                              ("unix:/nonexistent/socket", "No such file"), ("unix:/" + "a" * 200, "too long")])
def test_a_place_to_listen_that_is_none_is_said(tmp_path, listen, expected):
    (tmp_path / "settings").write_text("\n".join([GOOD[0], f"listen = {listen}", GOOD[2]]))
    result = subprocess.run([AUTHZ, tmp_path / "settings"], capture_output=True, text=True, timeout=60)
    assert result.returncode == 1 and expected in result.stderr, result.stderr


def test_good_settings_are_good(tmp_path):
    (tmp_path / "settings").write_text("\n".join(GOOD))
    assert subprocess.run([AUTHZ, "--test", tmp_path / "settings"], timeout=60).returncode == 0
    assert subprocess.run([AUTHZ], capture_output=True, timeout=60).returncode == 2
    assert "No such file" in subprocess.run([AUTHZ, tmp_path / "none"], capture_output=True, text=True, timeout=60).stderr

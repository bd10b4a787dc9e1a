"""The login: what the authorization endpoint takes, what the user sees, what comes back to the client."""

import pytest

from conftest import DevIssuer
from walk import REDIRECT, RESOURCE, Browser, Client, send, until


def test_a_whole_login(issuer, client):
    browser = Browser(issuer.url)
    login = client.authorize(browser)
    assert login.status == 200 and "FOR DEVELOPMENT ONLY" in login.text
    consent = browser.log_in(login, "Zoë <b>")
    assert consent.says("user") == "Zoë <b>" and consent.says("redirect") == REDIRECT
    assert consent.says("resource") == RESOURCE and "FOR DEVELOPMENT ONLY" in consent.text
    answer = browser.decide(consent)
    assert answer.headers["location"].startswith(REDIRECT + "?")
    assert answer.query["state"] == "xyz" and answer.query["iss"] == issuer.url  # RFC 9207
    tokens = client.exchange(answer.query["code"]).json
    assert tokens["token_type"] == "Bearer" and tokens["expires_in"] == 3600 and "refresh_token" in tokens
    claims = issuer.claims(tokens["access_token"])
    assert claims["sub"] == "Zoë <b>" and claims["aud"] == RESOURCE and claims["iss"] == issuer.url
    assert claims["client_id"] == client.client_id and claims["scope"] == tokens["scope"] == "mcp:use mcp:more"


def test_what_is_not_ticked_is_not_granted(issuer, client):
    tokens = client.tokens(scopes=["mcp:more", "never:asked"])
    assert tokens["scope"] == issuer.claims(tokens["access_token"])["scope"] == "mcp:more"


def test_the_user_says_no(client, issuer):
    browser = Browser(issuer.url)
    answer = browser.decide(browser.log_in(client.authorize(browser)), "deny")
    assert answer.query["error"] == "access_denied" and answer.query["state"] == "xyz"
    assert answer.query["iss"] == issuer.url and "code" not in answer.query


def test_a_browser_that_logged_in_is_asked_for_consent_only(client, issuer):
    browser = Browser(issuer.url)
    browser.log_in(client.authorize(browser), "alice")
    again = client.authorize(browser)
    assert again.says("user") == "alice"
    other = browser.post("/logout", {"request": again.hidden("request")})
    assert "name=name" in other.text and browser.log_in(other, "bob").says("user") == "bob"
    assert "name=name" in client.authorize(browser, prompt="login").text


# ---- shown to the user, and sent nowhere: nobody knows whether the redirect URI is the client's ----

STRANGE_REDIRECTS = {
    "another host": "https://evil.example.com/callback", "another path": "http://127.0.0.1:1/other",
    "a longer path": REDIRECT + "/x", "a query": REDIRECT + "?x=1", "a fragment": REDIRECT + "#x", "in capitals": REDIRECT.upper(),
    "another loopback name": REDIRECT.replace("127.0.0.1", "localhost"), "a user": REDIRECT.replace("//", "//evil@"),
    "another host behind the port": "http://127.0.0.1:1@evil.example.com/callback",
    "a host that begins alike": "http://127.0.0.1.evil.example.com/callback", "https": REDIRECT.replace("http:", "https:"),
    "dot segments": "http://127.0.0.1:1/x/../callback", "encoded": "http://127.0.0.1:1/call%62ack", "javascript": "javascript:alert(1)",
    "a line break": REDIRECT + "\r\nSet-Cookie: a=b", "none": None, "twice": [REDIRECT, REDIRECT],
}


@pytest.mark.parametrize("uri", STRANGE_REDIRECTS.values(), ids=STRANGE_REDIRECTS.keys())
def test_redirect_uris_are_exact(client, uri):
    answer = client.authorize(redirect_uri=uri)
    assert answer.status == 400 and "location" not in answer.headers
    assert "redirect URI" in answer.says("error")


@pytest.mark.parametrize("registered,uri", [
    (REDIRECT, "http://127.0.0.1:54321/callback"), ("http://[::1]/cb", "http://[::1]:8/cb"), ("http://localhost:3/cb", "http://localhost/cb"),
    ("https://app.example.com/cb?x=1", "https://app.example.com/cb?x=1"), ("com.example.app:/cb", "com.example.app:/cb")])
def test_the_port_on_loopback_is_free(issuer, registered, uri):
    """RFC 8252 section 7.3; the others are there to be compared exactly."""
    client = Client(issuer.url, redirect_uris=[registered])
    browser = Browser(issuer.url)
    answer = browser.decide(browser.log_in(client.authorize(browser, redirect_uri=uri)))
    assert answer.headers["location"].startswith(uri + ("&" if "?" in uri else "?") + "code=")


@pytest.mark.parametrize("client_id", ["unknown", None, ["a", "b"], "https://127.0.0.1/client", "<script>"])
def test_an_unknown_client(client, client_id):
    answer = client.authorize(client_id=client_id)
    assert answer.status == 400 and "location" not in answer.headers and "client" in answer.says("error")
    assert "<script>" not in answer.text


# ---- sent back to the client ----

PROBLEMS = {
    "no PKCE": ({"code_challenge": None}, "invalid_request"), "plain PKCE": ({"code_challenge_method": "plain"}, "invalid_request"),
    "no method of PKCE": ({"code_challenge_method": None}, "invalid_request"), "no hash": ({"code_challenge": "short"},
    "invalid_request"),
    "a hash of other characters": ({"code_challenge": "=" * 43}, "invalid_request"), "no type": ({"response_type": None},
    "invalid_request"),
    "implicit": ({"response_type": "token"}, "unsupported_response_type"), "fragment": ({"response_mode": "fragment"},
    "invalid_request"),
    "a scope with a quote": ({"scope": 'a"b'}, "invalid_scope"), "two blanks": ({"scope": "a  b"}, "invalid_scope"),
    "two resources": ({"resource": [RESOURCE, RESOURCE]}, "invalid_target"),
    "a fragment": ({"resource": RESOURCE + "#x"}, "invalid_target"),
    "no URL": ({"resource": "mcp"}, "invalid_target"), "a scope twice": ({"scope": ["a", "b"]}, "invalid_request"),
    "a JWT": ({"request": "e30.e30."}, "request_not_supported"), "no questions": ({"prompt": "none"}, "interaction_required"),
    "a long state": ({"state": "s" * 3000}, "invalid_request"),
}


@pytest.mark.parametrize("changes,error", PROBLEMS.values(), ids=PROBLEMS.keys())
def test_other_problems_go_back_to_the_client(client, issuer, changes, error):
    answer = client.authorize(**changes)
    assert answer.status == 303 and answer.headers["location"].startswith(REDIRECT)
    assert answer.query["error"] == error and answer.query["error_description"] and answer.query["iss"] == issuer.url
    assert answer.query["state"] == changes.get("state", "xyz") and "code" not in answer.query


def test_what_the_issuer_offers_can_be_limited():
    with DevIssuer("--scope", "mcp:use", "--resource", RESOURCE) as issuer:
        client = Client(issuer.url)
        assert issuer.get("/.well-known/oauth-authorization-server").json["scopes_supported"] == ["mcp:use"]
        assert client.authorize().query["error"] == "invalid_scope"
        assert client.authorize(scope="mcp:use", resource="https://x.example").query["error"] == "invalid_target"
        assert issuer.claims(client.tokens(scope="mcp:use", resource=None)["access_token"])["aud"] == RESOURCE


# ---- the browser's part ----


def test_nobody_else_can_answer_for_the_user(client, issuer):
    """A login belongs to the browser that began it (CSRF, login fixation)."""
    browser, other = Browser(issuer.url), Browser(issuer.url)
    page = client.authorize(browser)
    client.authorize(other)
    fixed = browser.cookie
    assert other.post("/login", {"request": page.hidden("request"), "name": "mallory"}).status == 400
    assert Browser(issuer.url).post("/login", {"request": page.hidden("request"), "name": "mallory"}).status == 400
    consent = browser.log_in(page)
    assert browser.cookie != fixed, "the session has a new ID after the login"
    assert other.decide(consent).status == 400
    assert browser.decide(consent).status == 303
    assert browser.decide(consent).status == 400, "a decision is made once"


def test_pages_are_in_no_frame_and_run_no_script(client, issuer):
    page = Client(issuer.url, client_name="<script>alert(1)</script>'\"").authorize()
    assert "<script" not in page.text and page.says("client").startswith("<script>")
    assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
    assert page.headers["x-frame-options"] == "DENY" and "access-control-allow-origin" not in page.headers
    assert "HttpOnly" in page.headers["set-cookie"] and "SameSite=Lax" in page.headers["set-cookie"]


@pytest.mark.parametrize("name", ["", "x" * 65, "a\nb", " alice"])
def test_names_have_a_form(client, issuer, name):
    browser = Browser(issuer.url)
    page = client.authorize(browser)
    answer = browser.post("/login", {"request": page.hidden("request"), "name": name})
    assert answer.status == 400 and "1 to 64" in answer.says("hint")
    assert browser.log_in(answer).says("user") == "alice"


def test_the_log_holds_no_control_characters(tmp_path):
    log = tmp_path / "log"
    with log.open("w") as out, DevIssuer(log=out) as issuer:
        Client(issuer.url, client_name="evil\x1b[2Jclient\nforged line")
        until(lambda: "evil?[2Jclient?forged line" in log.read_text(), "the line")
    assert "\x1b" not in log.read_text()


def test_only_this_machine_is_heard(issuer):
    """DNS rebinding: a page's own name that leads to 127.0.0.1."""
    port = issuer.url.rpartition(":")[2]
    for host, status in (("evil.example.com", 403), (f"evil.example.com:{port}", 403), (f"localhost:{port}", 200)):
        assert send(issuer.url, "GET", "/token", headers=[("Host", host)]).status == status

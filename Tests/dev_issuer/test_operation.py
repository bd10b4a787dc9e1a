"""The issuer as its developer runs it: options, new keys, faults, clocks, browsers' questions, and the shortcuts."""

import json
import subprocess
import time

import jwt
import pytest

from conftest import DevIssuer
from program import EXAMPLES
from walk import Client, send, until


def test_new_keys_on_a_signal():
    """The tokens of the key before are good until it is withdrawn."""
    with DevIssuer() as issuer:
        old, first = issuer.get("/token").text, issuer.kids()
        assert [kid[:10] for kid in first] == ["dev-es256-", "dev-rs256-"]
        issuer.rotate()
        until(lambda: len(issuer.kids()) == 4, "the new keys")
        second = issuer.kids()
        assert second[2:] == first and not set(second[:2]) & set(first)
        assert jwt.get_unverified_header(issuer.get("/token?alg=RS256").text)["kid"] == second[1]
        issuer.claims(old)
        issuer.rotate()
        until(lambda: issuer.kids()[2:] == second[:2], "the keys after them")
        for _ in range(5):
            issuer.rotate()
        issuer.claims(issuer.get("/token").text)


def test_after_a_restart_keys_have_other_names():
    """A server that has the old key set looks for a new one, and does not take new tokens for forged ones."""
    kids = []
    for _ in range(2):
        with DevIssuer() as issuer:
            kids += issuer.kids()
    assert len(set(kids)) == 4


def test_only_public_keys_are_published():
    with DevIssuer("--published-keys", "1") as issuer:
        first = issuer.kids()
        issuer.rotate()
        until(lambda: not set(issuer.kids()) & set(first), "the new keys alone")
        for key in issuer.get("/jwks").json["keys"]:
            assert set(key) <= {"kty", "crv", "x", "y", "n", "e", "kid", "use", "alg"}


# ---- faults ----


def fault(issuer, query):
    return send(issuer.url, "PUT", "/dev/fault?" + query)


def test_faults_on_demand():
    metadata = "/.well-known/oauth-authorization-server"
    with DevIssuer() as issuer:
        assert fault(issuer, "name=error").status == 200
        assert send(issuer.url, "GET", metadata).status == 503
        assert fault(issuer, "name=garbage").status == 200
        with pytest.raises(json.JSONDecodeError):
            json.loads(issuer.get(metadata).text)
        assert fault(issuer, "name=down").status == 200
        with pytest.raises(OSError):
            send(issuer.url, "GET", metadata)
        assert fault(issuer, "name=wrong-key").status == 200
        with pytest.raises(jwt.InvalidSignatureError):
            issuer.claims(issuer.get("/token").text)
        assert fault(issuer, "name=slow&seconds=1").status == 200
        began = time.monotonic()
        issuer.get(metadata)
        assert time.monotonic() - began >= 0.9
        assert fault(issuer, "name=none").status == 200
        issuer.claims(issuer.get("/token").text)
        for query in ("", "name=x", "name=slow&seconds=0", "name=slow&seconds=x",
                "name=slow&seconds=99999999999999999999", "name=a&name=b"):
            assert fault(issuer, query).status == 400
        assert send(issuer.url, "GET", "/dev/fault?name=down").status == 405, "no link or picture of a page can do it"


def test_it_ends_while_it_is_slow():
    with DevIssuer("--fault", "slow") as issuer:
        fault(issuer, "name=slow&seconds=60")
        host = issuer.url.removeprefix("http://127.0.0.1:")
        waiting = subprocess.Popen(["curl", "--silent", "--noproxy", "*", f"http://127.0.0.1:{host}/jwks"], stdout=subprocess.PIPE)
        time.sleep(0.5)
        began = time.monotonic()
    assert time.monotonic() - began < 60, "it waited for the whole fault"
    waiting.communicate(timeout=60)


# ---- claims and clocks ----


def test_claims_by_option():
    with DevIssuer("--claim", "role=admin", "--claim", 'groups=["a","b"]', "--claim", "sub=bob", "--alg", "RS256") as issuer:
        token = issuer.get("/token").text
        claims = issuer.claims(token)
        assert claims["role"] == "admin" and claims["groups"] == ["a", "b"] and claims["sub"] == "bob"
        assert jwt.get_unverified_header(token)["alg"] == "RS256"


@pytest.mark.parametrize("offset", [-60, 60])
def test_clocks_a_minute_apart(offset):
    """A login goes through, and its token is a minute older or younger than this machine says."""
    with DevIssuer("--clock-offset", str(offset)) as issuer:
        token = Client(issuer.url).tokens()["access_token"]
        issued = jwt.decode(token, options={"verify_signature": False})["iat"]
        assert abs(issued - time.time() - offset) < 30


@pytest.mark.parametrize("options", [
    ["--port", "x"], ["--port", "70000"], ["--alg", "HS256"], ["--access-lifetime", "0"], ["--clock-offset", "x"],
    ["--published-keys", "5"],
    ["--scope", "a b"], ["--scope", '"'], ["--claim", "x"], ["--claim", "=x"], ["--claim", "exp=1"], ["--client", "x"],
    ["--client", ":x"],
    ["--client", "x:"], ["--fault", "x"], ["--unknown"], ["left over"], ["--resource", ""], [*["--scope", "a"] * 17]])
def test_command_lines_that_are_none(options):
    said = subprocess.run([EXAMPLES / "dev_issuer", *options], capture_output=True, text=True, timeout=60)
    assert said.returncode == 2 and "usage: dev_issuer" in said.stderr and said.stdout == ""


def test_help_names_the_options_and_the_tokens():
    said = subprocess.run([EXAMPLES / "dev_issuer", "--help"], capture_output=True, text=True, timeout=60)
    assert said.returncode == 0 and "--published-keys" in said.stdout and "kind=KIND" in said.stdout and said.stderr == ""


# ---- browsers ----


def test_what_pages_of_other_origins_may_read(issuer):
    for method, path in (("GET", "/.well-known/oauth-authorization-server"), ("GET", "/jwks"), ("POST", "/token"),
        ("POST", "/register"),
                         ("POST", "/revoke")):
        assert send(issuer.url, method, path).headers["access-control-allow-origin"] == "*"
        asked = send(issuer.url, "OPTIONS", path, headers=[("Origin", "https://x.example"), ("Access-Control-Request-Method", method)])
        assert asked.status == 204 and method in asked.headers["access-control-allow-methods"]
        assert "Mcp-Protocol-Version" in asked.headers["access-control-allow-headers"]
    for method, path in (("GET", "/token"), ("GET", "/key.pem"), ("GET", "/authorize"), ("POST", "/introspect"), ("PUT",
            "/dev/fault")):
        assert "access-control-allow-origin" not in send(issuer.url, method, path).headers, path
    assert "PUT" not in send(issuer.url, "OPTIONS", "/dev/fault").headers.get("access-control-allow-methods", "")


# ---- the shortcuts, and what is not there ----


def test_the_shortcuts(issuer):
    claims = issuer.claims(issuer.get("/token").text)
    assert claims["aud"] == "http://127.0.0.1:8080/mcp" and claims["scope"] == "mcp:use" and claims["sub"] == "alice"
    asked = issuer.claims(issuer.get("/token?kind=good&audience=https://x.example&scope=a+b&sub=bob&client_id=c&alg=RS256").text)
    assert (asked["aud"], asked["scope"], asked["sub"], asked["client_id"]) == ("https://x.example", "a b", "bob", "c")
    late, nobody = (issuer.claims(issuer.get(f"/token?kind={kind}").text, verify_exp=False)
                    for kind in ("expired", "no-audience"))
    assert late["exp"] <= time.time() - 600 and "aud" not in nobody
    assert issuer.get("/key.pem?alg=RS256").text.startswith("-----BEGIN PUBLIC KEY-----")
    for path in ("/token?kind=x", "/token?alg=HS256", "/key.pem?alg=x", "/token?sub=%ff"):
        assert send(issuer.url, "GET", path).status == 400


def test_what_is_not_there(issuer):
    assert send(issuer.url, "GET", "/").status == 404
    answer = send(issuer.url, "PUT", "/token")
    assert answer.status == 405 and answer.headers["allow"] == "POST, GET"
    assert send(issuer.url, "HEAD", "/jwks").text == ""

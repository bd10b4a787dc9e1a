"""The example servers' options: each changes one verdict, so that every recipe for a provider can be tried with them."""
import json
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import jwt
import pytest

from conftest import PROGRAMS, MCPServer
from issuer import Issuer
from odd_servers import SlowIssuer
from program import EXAMPLES, LONG_FETCHES

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "Tests/providers"))
from private_network import private_provider, proxy  # noqa: E402


def status(server, token):
    return server.ask_who(f"Bearer {token}")[0]


def metadata(server):
    code, _, document = server.request("GET", urlsplit(server.metadata_url).path)
    assert code == 200
    return document


CLAIMS = {
    "audience": (["--audience", "https://other.example.com"], {"aud": "https://other.example.com"}, {"aud": "https://a.example"}),
    "allow-client": (["--allow-client", "ours"], {"client_id": "ours"}, {"client_id": "theirs"}),
    "allow-client, twice": (["--allow-client", "ours", "--allow-client", "e2e"], {}, {"client_id": "theirs"}),
    "require-claim": (["--require-claim", "use=a=b"], {"use": "a=b"}, {"use": "a"}),
    "require-claim, within": (["--require-claim", "org.id=7"], {"org": {"id": 7}}, {"org": {"id": 8}}),
    "scope": (["--scope", "mcp:use"], {}, {"scope": "other"}),
    "scope-claim": (["--scope", "files", "--scope-claim", "permissions"], {"permissions": ["files"]}, {"groups": ["files"]}),
    "missing audience": (["--dangerous-allow-missing-audience", "--allow-client", "e2e"], {"aud": None},
                         {"aud": None, "client_id": "theirs"}),
}


@pytest.mark.parametrize("options,good,bad", CLAIMS.values(), ids=CLAIMS)
def test_what_a_token_has_to_say(issuer, serve, options, good, bad):
    with serve("--issuer", issuer.url, *options) as server:
        assert status(server, issuer.token(server.url, **good)) == 200
        assert status(server, issuer.token(server.url, **bad)) in (401, 403)


def test_an_audience_of_another_name_needs_the_option(issuer, serve):
    with serve("--issuer", issuer.url) as server:
        assert status(server, issuer.token("https://other.example.com")) == 401
        assert status(server, issuer.token(server.url, aud=None)) == 401


def test_advertised_scopes_take_the_place_of_required_ones(issuer, serve):
    with serve("--issuer", issuer.url, "--scope", "mcp:use") as server:
        assert metadata(server)["scopes_supported"] == ["mcp:use"]
    with serve("--issuer", issuer.url, "--scope", "mcp:use", "--advertise-scope", "a", "--advertise-scope", "b") as server:
        assert metadata(server)["scopes_supported"] == ["a", "b"]


def test_a_trailing_slash_may_be_ignored(issuer, serve):
    with serve("--issuer", f"{issuer.url}/", "--ignore-trailing-slash") as server:
        assert status(server, issuer.token(server.url)) == 200
        assert status(server, issuer.token(server.url, iss=f"{issuer.url}/")) == 200
    with serve("--issuer", f"{issuer.url}/") as server:
        assert status(server, issuer.token(server.url)) == 401


def test_a_private_authority_and_a_proxy(issuer, serve, tmp_path):
    answers = {}
    with private_provider(tmp_path, answers) as (url, authority), proxy() as (through, asked):
        answers |= {"/.well-known/oauth-authorization-server": json.dumps(
            {"issuer": url, "jwks_uri": f"{url}/jwks", "response_types_supported": ["code"]}).encode(),
                    "/jwks": json.dumps(issuer.jwks()).encode()}
        with serve("--issuer", url, "--proxy", "", *LONG_FETCHES) as server:
            assert status(server, issuer.token(server.url, iss=url)) == 503
        with serve("--issuer", url, "--proxy", "", "--ca-file", authority, *LONG_FETCHES) as server:
            assert status(server, issuer.token(server.url, iss=url)) == 200
        hashed = tmp_path / "authorities"
        hashed.mkdir()
        name = subprocess.run(["openssl", "x509", "-in", authority, "-noout", "-hash"], check=True, capture_output=True, text=True)
        (hashed / f"{name.stdout.strip()}.0").write_bytes(Path(authority).read_bytes())
        for env in ({"SSL_CERT_FILE": authority}, {"SSL_CERT_DIR": str(hashed)}):
            with serve("--issuer", url, "--proxy", "", *LONG_FETCHES, env=env) as server:
                assert status(server, issuer.token(server.url, iss=url)) == 200
        with serve("--issuer", url, "--proxy", "", *LONG_FETCHES, env={"SSL_CERT_FILE": "/nonexistent"}) as server:
            assert status(server, issuer.token(server.url, iss=url)) == 503
        assert asked == []
        with serve("--issuer", url, "--proxy", through, "--ca-file", authority, *LONG_FETCHES) as server:
            assert status(server, issuer.token(server.url, iss=url)) == 200
        assert asked


def test_an_unknown_key_causes_no_fetch_within_the_cooldown(serve):
    with Issuer() as issuer, serve("--issuer", issuer.url, "--cooldown", "3600", *LONG_FETCHES) as server:
        assert status(server, issuer.token(server.url)) == 200
        for number in range(3):
            unknown = jwt.encode(issuer.claims(server.url), issuer.stranger, "ES256", headers={"kid": f"unknown-{number}"})
            assert status(server, unknown) != 200
        assert issuer.requests.count("/jwks") <= 2


def test_a_fetch_takes_no_longer_than_it_may(serve):
    """The verdict comes while the issuer still holds its answer back."""
    with SlowIssuer() as slow, serve("--issuer", slow.url, "--fetch-timeout", "100") as server:
        assert status(server, slow.token(server.url)) == 503
        assert not slow.release.is_set()


@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("options,said", [
    ([], "usage:"), (["--issuer"], "usage:"), (["--issuer", "https://a.example", "--cooldown", "soon"], "usage:"),
    (["--issuer", "https://a.example", "--cooldown", "-1"], "usage:"), (["--issuer", "https://a.example", "x"], "usage:"),
    (["--issuer", "https://a.example", "--require-claim", "no-value"], "usage:"),
    (["--issuer", "https://a.example", *["--scope", "a"] * 64], "usage:"),
    (["--issuer", "https://a.example", "--cooldown", "0"], "cooldown"),
    (["--issuer", "https://a.example", "--ca-file", "/nonexistent"], "/nonexistent"),
    (["--issuer", "https://a.example", "--proxy", "proxy.example.com:3128"], "proxy"),
    (["--issuer", "https://a.example", "--dangerous-allow-missing-audience"], "mcpauth_config_add_allowed_client"),
    (["--issuer", "https://a.example", "--scope", "a b"], "scope"), (["--issuer", "not a URL"], "issuer"),
], ids=lambda value: " ".join(value)[:60] if isinstance(value, list) else "")
def test_a_wrong_command_line_says_why(program, options, said):
    result = subprocess.run([EXAMPLES / program, "--port", "0", *options], capture_output=True, text=True, timeout=300)
    assert result.returncode != 0 and result.stdout == "" and said in result.stderr


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_usage_and_the_comment_name_every_option(program):
    text = (ROOT / "examples-c/server_options.h").read_text()
    options = re.findall(r'\{"([a-z-]+)", (?:no|required)_argument', text)
    usage = subprocess.run([EXAMPLES / program], capture_output=True, text=True).stderr
    assert len(options) == 25
    for option in set(options) - ({"log", "prefetch"} if program == "mcp_server_uv" else set()):
        assert f"--{option}" in usage
    comments = text.split("*/")[0] + (ROOT / "examples-c/server_reports.h").read_text().split("*/")[0]
    assert all(f" *   --{option} " in comments for option in options)


# ---- what mcp_server shows to whoever runs it ----------------------------------------------------------------------------


def reports(tmp_path, issuer, *options):
    log = tmp_path / "log"
    with open(log, "w") as file, MCPServer("--issuer", issuer, *options, program="mcp_server", log=file) as server:
        yield server
    yield log.read_text()


def test_keys_are_fetched_before_the_first_request(tmp_path):
    with Issuer() as issuer:
        during = reports(tmp_path, issuer.url, "--prefetch", *LONG_FETCHES)
        server = next(during)
        assert issuer.requests.count("/jwks") == 1
        assert status(server, issuer.token(server.url)) == 200
        assert issuer.requests.count("/jwks") == 1
        next(during)


def test_an_issuer_that_is_down_does_not_keep_the_server_from_beginning(tmp_path, dead_url):
    during = reports(tmp_path, dead_url, "--prefetch")
    server = next(during)
    assert server.ask_who()[0] == 401
    assert "begins without all keys: " in next(during)


def test_the_log_and_the_counters(tmp_path, issuer):
    during = reports(tmp_path, issuer.url, "--log", "debug")
    server = next(during)
    good = issuer.token(server.url)
    assert [status(server, token) for token in (good, good, issuer.forged(server.url), good)] == [200, 200, 401, 200]
    said = next(during)
    assert re.search(r"^mcpauth info: .*keys", said, re.M) and re.search(r"^mcpauth debug: 401", said, re.M)
    assert "accepted 3 (2 by tokens seen before), denied 1, unavailable 0, broken 0; fetches 1, failed 0; keys 2 of 1" in said
    assert good.split(".")[2] not in said


def test_a_log_of_errors_holds_no_refusals(tmp_path, issuer):
    during = reports(tmp_path, issuer.url, "--log", "error")
    server = next(during)
    assert status(server, issuer.forged(server.url)) == 401
    assert "mcpauth " not in next(during)

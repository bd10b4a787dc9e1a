"""mcp-authlab of PyPI, as a program: it logs in, attacks the server with the tokens it got, and grades. Full marks are wanted."""

import json
import os
import subprocess

import pytest

from running import HERE as SERVERS
from running import MCPServer, missing
from servers import INSTALLED, USE
from target import FULL
from tls import gateway

AUTHLAB = INSTALLED / "mcp_2/bin/mcp-authlab"
CHECKS = 33
# What the judge leaves out of its marks: the servers have no sessions that could be taken over.
NOT_APPLICABLE = {"SESS-01": "stateless", "SESS-02": "stateless"}


@pytest.fixture(scope="module")
def secure(program, issuer, tmp_path_factory):
    """The server behind a gateway with TLS, as the judge wants it; its public URL."""
    missing(AUTHLAB)
    folder = tmp_path_factory.mktemp("secure")
    with (gateway(folder) as (origin, send_to),
          MCPServer(program, issuer.issuer, folder, "--resource", f"{origin}/mcp") as server):
        send_to(server.url.removesuffix("/mcp"))
        yield f"{origin}/mcp"


def authlab(home, command, *arguments, status=0):
    said = subprocess.run([AUTHLAB, command, *arguments], capture_output=True, text=True, timeout=300, env=os.environ | {
        "HOME": str(home), "XDG_CONFIG_HOME": str(home), "BROWSER": f"{SERVERS / 'browser.py'} %s &", "NO_PROXY": "127.0.0.1"})
    assert said.returncode == status, said.stdout + said.stderr
    return said.stdout


def judged(home, url, *arguments):
    return json.loads(authlab(home, "scan", url, "--insecure", "--format", "json", *arguments))


def findings(report):
    """What is not a plain pass, by its check's name."""
    return {result["id"]: result["message"] for result in report["results"] if result["status"] != "pass"}


@pytest.mark.parametrize("scope", [USE, FULL], ids=["a narrow token", "a wide one"])
def test_full_marks(secure, scope, tmp_path):
    """What a narrow token may not call is not shown to it, so that the judge calls something that it may."""
    authlab(tmp_path, "login", secure, "--insecure", "--thorough", "--scope", scope)
    report = judged(tmp_path, secure, "--tool", "whoami" if scope == FULL else "claims")
    assert len(report["results"]) == CHECKS
    assert findings(report).keys() == NOT_APPLICABLE.keys(), findings(report)
    assert all(why in findings(report)[check] for check, why in NOT_APPLICABLE.items())
    assert (report["conformance"], report["grade"], report["score"]) == ("Conformant", "A", 100)
    assert report["coverage"]["ran"] == report["coverage"]["applicable"] == CHECKS - len(NOT_APPLICABLE)
    assert report["counts"]["fail"] == report["counts"]["warn"] == report["counts"]["error"] == 0


def test_on_loopback_only_the_missing_tls_is_noticed(target, tmp_path):
    missing(AUTHLAB)
    authlab(tmp_path, "login", target.url, "--thorough", "--scope", FULL)
    report = judged(tmp_path, target.url)
    assert findings(report).keys() == {"TLS-01", *NOT_APPLICABLE}, findings(report)
    assert (report["conformance"], report["grade"]) == ("Conformant with warnings", "A")


def test_the_judge_would_notice(target, tmp_path):
    """The control: a token that is none."""
    missing(AUTHLAB)
    report = judged(tmp_path, target.url, "--token", target.token("expired"))
    assert "TOK-06" in findings(report) and report["conformance"] == "Non-conformant"

"""mcpcheck of PyPI (jbt-mcpcheck), as a program: 8 checks of revision 2026-07-28, all of which have to pass without a remark."""

import json
import os
import subprocess

import pytest

from running import missing
from servers import INSTALLED

MCPCHECK = INSTALLED / "mcp_2/bin/mcpcheck"
CHECKS = {"handshake", "session", "discover", "protocol", "schemas", "errors", "cache", "origin"}
# What it observes without judging.
OBSERVATIONS = {
    "handshake.dual_era": "earlier revisions are served as well",
    "discover.cache_headers": "Cache-Control: no-store, for answers that depend on the caller",
    "discover.instructions_absent": "the example servers have none to give",
    "discover.capability_consistent": "what is declared is there",
    "protocol.invalid_cursor_ignored": "the lists have one page",
    "cache.resources_read_not_probed": "it reads no resource",
}


def judged(url, token, *arguments):
    missing(MCPCHECK)
    said = subprocess.run([MCPCHECK, url, "--json", "--strict", "--legacy-probes", *arguments], capture_output=True, text=True,
                          timeout=300, env=os.environ | {"MCPCHECK_TOKEN": token, "NO_PROXY": "127.0.0.1"})
    assert said.stdout.startswith("{"), said.stdout + said.stderr
    return json.loads(said.stdout)


def remarks(report, *kinds):
    return {f"{finding['code']}: {finding['message']}" for check in report["checks"] for kind in kinds
            for finding in check[kind]}


@pytest.mark.parametrize("scopes", ["mcp:use", "mcp:use mcp:more tools:call resources:read prompts:get"], ids=["narrow", "wide"])
def test_full_marks(guarded, scopes):
    """Whatever the token shows of the server."""
    report = judged(guarded.url, guarded.token(scope=scopes))
    assert {check["name"] for check in report["checks"]} == CHECKS
    assert remarks(report, "failures", "warnings") == set()
    assert {check["name"]: check["status"] for check in report["checks"]} == dict.fromkeys(CHECKS, "pass")
    assert report["summary"]["exit_code"] == 0 and report["spec_revision"] == "2026-07-28"
    observed = {remark.partition(":")[0] for remark in remarks(report, "info")}
    assert observed <= OBSERVATIONS.keys(), remarks(report, "info")


def test_a_page_of_this_machine_may_use_the_server(target):
    report = judged(target.url, target.token(), "--origin", "http://localhost:5173")
    assert remarks(report, "failures", "warnings") == set()


def test_the_judge_would_notice(target):
    """The control: a token without the scope that every call needs."""
    report = judged(target.url, target.token(scope="mcp:other"))
    assert report["summary"]["passed"] < len(CHECKS)

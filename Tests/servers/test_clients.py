"""The matrix: each client, unmodified, at each authorization server, with both example servers: 401, metadata,
registration, login, call, step-up, and a refresh once the token has expired."""

import json
import os
from pathlib import Path

import pytest

from conftest import SERVERS
from running import CLIENTS, PROGRAMS, missing
from servers import INSTALLED, USE

# Clients that answer a 403 by asking the user for more. mcp-use logs in again for what it had, and gives up.
STEPS_UP = {"mcp 1.30", "mcp 2.3", "fastmcp", "pydantic-ai", "langchain"}
REFRESHES = STEPS_UP
# Glewlwyd gives no tokens to public clients, and mcp-use registers as one.
CANNOT_LOG_IN = {("Glewlwyd", "mcp-use"): "unauthorized_client"}
# Where a client may never have more than it registered for, which was the first challenge's scope.
REGISTERED_SCOPES_ONLY = {"NanoIDP"}


@pytest.mark.parametrize("client", CLIENTS)
@pytest.mark.parametrize("program", PROGRAMS)
@pytest.mark.parametrize("server", SERVERS)
def test_a_client_finds_its_way(settings, journeys, server, program, client):
    setting = settings(server)  # skips where it cannot be had
    missing(INSTALLED / CLIENTS[client][0])
    said = journeys[server, program, client].result()
    note(server, program, client, said)
    if reason := CANNOT_LOG_IN.get((server, client)):
        assert reason in said["error"]
        return
    assert "error" not in said, said["error"]
    assert said["before"] == ["claims"], "a tool that the caller may not use is not shown"
    first, later = said["first"], said["later"]
    assert first["iss"] == later["iss"] == setting.server.issuer
    assert first["sub"] == later["sub"] and first["scope"] == USE
    assert (first["jti"] != later["jti"]) == (client in REFRESHES), "whether the token was refreshed"
    if client in STEPS_UP and server not in REGISTERED_SCOPES_ONLY:
        assert said["guarded"] == first["sub"], said
        assert said["logins"] in (0, 2), "once, and once more for the step-up: a refresh costs no login"
    else:
        assert "step_up_error" in said


def note(server, program, client, said):
    """A line of the matrix, for whoever set MATRIX to a file."""
    if path := os.environ.get("MATRIX"):
        with Path(path).open("a") as file:
            steps = {"login": "first" in said, "refresh": "later" in said, "step-up": "guarded" in said}
            file.write(json.dumps({"server": server, "program": program, "client": client, "seconds": said.get("seconds")} | steps)
                       + "\n")

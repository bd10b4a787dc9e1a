"""The four revisions of MCP that are served at one endpoint, each as it wants: handshake, version header, batches, methods."""

import pytest

from servers import USE
from target import EARLIER, NEWEST, challenge, headers_of, initialize, message

REVISIONS = [NEWEST, *EARLIER]
WITH_HEADER = [revision for revision in EARLIER if revision != "2025-03-26"]  # which had none
WHOAMI = {"name": "whoami", "arguments": {}}


def version(revision):
    return [("MCP-Protocol-Version", revision)] if revision in WITH_HEADER else []


@pytest.mark.parametrize("revision", EARLIER)
def test_a_handshake_and_what_follows(target, revision):
    token = target.token()
    answer = target.send(initialize(revision), token)
    assert answer.status == 200 and answer.json["result"]["protocolVersion"] == revision
    assert "mcp-session-id" not in answer.headers
    initialized = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    answer = target.send(initialized, token, version(revision))
    assert (answer.status, answer.text) == (202, "")
    for method, params in (("ping", {}), ("tools/list", {}), ("tools/call", WHOAMI), ("resources/list", {}), ("prompts/list", {})):
        answer = target.send(message(method, revision=revision, **params), token, version(revision))
        assert answer.status == 200 and "result" in answer.json, method


def test_the_newest_has_no_handshake(target):
    token = target.token()
    found = target.send(message("server/discover"), token).json["result"]
    assert found["supportedVersions"] == REVISIONS and found["resultType"] == "complete"
    for method, params in (("tools/list", {}), ("tools/call", WHOAMI), ("resources/list", {}), ("resources/templates/list", {}),
                           ("resources/read", {"uri": "caller://claims"}), ("prompts/list", {}),
                           ("prompts/get", {"name": "greeting"})):
        answer = target.send(message(method, **params), token)
        assert answer.status == 200 and answer.json["result"]["resultType"] == "complete", method


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_method_that_is_not_there(target, revision):
    body = message("no/such", revision=revision)
    answer = target.send(body, target.token(), headers_of(body) or version(revision))
    assert answer.status == (404 if revision == NEWEST else 200) and answer.json["error"]["code"] == -32601


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("revision", REVISIONS)
def test_no_stream_and_no_session(target, method, revision):
    """405: there is no stream to open and no session to end. Session IDs are ignored, and none is given out."""
    answer = target.send(None, target.token(), [("MCP-Protocol-Version", revision), ("Mcp-Session-Id", "made-up")], method)
    assert answer.status == 405 and "POST" in answer.headers["allow"] and "mcp-session-id" not in answer.headers
    body = message("tools/list", revision=revision)
    answer = target.send(body, target.token(), [*headers_of(body), ("Mcp-Session-Id", "made-up"), ("Last-Event-ID", "1")])
    assert answer.status == 200 and "mcp-session-id" not in answer.headers


def test_a_session_id_is_no_token(target):
    answer = target.send(message("tools/list"), None, [*headers_of(message("tools/list")), ("Mcp-Session-Id", "made-up")])
    assert answer.status == 401


@pytest.mark.parametrize("value", ["invalid-protocol-version", "2000-01-01", "2099-01-01", "2025-11-2", "2025-11-25x", "draft"])
@pytest.mark.parametrize("method,params", [("tools/list", {}), ("tools/call", WHOAMI), ("ping", {})])
def test_a_version_that_nobody_speaks(target, method, params, value):
    body = message(method, revision=None, **params)
    assert target.send(body, target.token(), [("MCP-Protocol-Version", value)]).status == 400
    assert target.send(body, target.token(), [("MCP-Protocol-Version", EARLIER[0])]).status == 200


@pytest.mark.parametrize("value", ["2099-01-01", "draft"])
def test_a_version_that_nobody_speaks_in_header_and_body(target, value):
    """Not a mismatch: the client is told what is spoken, and goes on with that."""
    body = message("tools/list")
    body["params"]["_meta"]["io.modelcontextprotocol/protocolVersion"] = value
    answer = target.send(body, target.token())
    assert (answer.status, answer.json["error"]["code"]) == (400, -32022)
    assert answer.json["error"]["data"] == {"supported": REVISIONS, "requested": value} and answer.json["id"] == 1


# ---- batches ------------------------------------------------------------------------------------------------------------


def batch(*tools):
    return [message("tools/call", id=number, revision=None, name=tool, arguments={}) for number, tool in enumerate(tools)]


@pytest.mark.parametrize("headers", [[], [("MCP-Protocol-Version", "2025-03-26")]], ids=["no header", "2025-03-26"])
def test_a_batch_of_its_time_is_answered(target, headers):
    said = target.send(batch("claims", "whoami"), target.token(), headers)
    assert said.status == 200 and [one["id"] for one in said.json] == [0, 1] and all("result" in one for one in said.json)


@pytest.mark.parametrize("tools", [("claims", "whoami"), ("whoami", "claims"), ("whoami", "whoami")])
def test_each_message_of_a_batch_needs_its_scopes(guarded, tools):
    answer = guarded.send(batch(*tools), guarded.token(scope=USE), [])
    assert answer.status == 403 and set(challenge(answer)["scope"].split()) == {USE, "mcp:more", "tools:call"}
    assert "alice" not in answer.text, "none of them was run"


@pytest.mark.parametrize("token", ["wide", "narrow"])
@pytest.mark.parametrize("revision", [NEWEST, *WITH_HEADER])
def test_a_batch_is_refused_by_later_revisions(guarded, revision, token):
    messages = [message("tools/call", id=id, revision=revision, **WHOAMI) for id in (1, 2)]
    headers = headers_of(messages[0]) if revision == NEWEST else version(revision)
    scope = "mcp:use mcp:more tools:call" if token == "wide" else USE
    answer = guarded.send(messages, guarded.token(scope=scope), headers)
    assert 400 <= answer.status < 500 and isinstance(answer.json, dict) and "alice" not in answer.text
    if token == "wide":
        assert isinstance(answer.json["error"]["code"], int), "a JSON-RPC error"


def test_a_batch_of_nothing(target):
    answer = target.send([], target.token(), [])
    assert 400 <= answer.status < 500

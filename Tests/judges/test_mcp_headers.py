"""What revision 2026-07-28 repeats in header fields agrees with the body, or the request is refused with HeaderMismatch (attack
A53): the official scenario's cases, and the spellings around them."""


import pytest

from tables import rows, table
from target import EARLIER, HEADER_MISMATCH, META, NEWEST, encoded, headers_of, let_in, message

TOOL = message("tools/call", name="whoami", arguments={})
# What is sent: a body, and the fields that repeat it.
SENT = {row["what"]: (table("mcp-headers")["bodies"][row["body"]], [tuple(field) for field in row["fields"]], row["agrees"])
        for row in rows("mcp-headers") if row.get("http", True)}
LET_IN = {what: (body, fields) for what, (body, fields, agrees) in SENT.items() if agrees}
REFUSED = {what: (body, fields) for what, (body, fields, agrees) in SENT.items() if not agrees}
# Of each type that JSON-RPC knows; numbers that no double holds, texts that need escapes.
IDS = [1, 0, -1, 9007199254740993, "abc", "", "with \"quotes\" and \\", "caf\u00e9 \u4e16\u754c", "</script>\u2028"]


def is_mismatch(answer, id):
    said = answer.json
    return (answer.status == 400 and answer.headers["content-type"] == "application/json" and said["jsonrpc"] == "2.0"
            and said["id"] == id and type(said["id"]) is type(id) and said["error"]["code"] == HEADER_MISMATCH
            and len(said["error"]["message"]) > 20 and "result" not in said)


@pytest.mark.parametrize("body,fields", LET_IN.values(), ids=LET_IN.keys())
def test_A53_what_agrees_is_let_in(target, body, fields):
    answer = target.send(body, target.token(), fields)
    assert let_in(answer) and answer.json.get("error", {}).get("code") != HEADER_MISMATCH, answer.text


@pytest.mark.parametrize("body,fields", REFUSED.values(), ids=REFUSED.keys())
def test_A53_what_disagrees_is_refused(target, body, fields):
    proper = headers_of(body, Mcp_Name=encoded(body["params"]["name"])) if "name" in body["params"] else None
    assert let_in(target.send(body, target.token(), proper)), "the control"
    answer = target.send(body, target.token(), fields)
    assert is_mismatch(answer, 1), f"{answer.status} {answer.text}"


@pytest.mark.parametrize("id", IDS, ids=repr)
@pytest.mark.parametrize("changes", [{"Mcp_Method": None}, {"Mcp_Name": "claims"}, {"MCP_Protocol_Version": None}],
                         ids=["no method", "another name", "no version"])
def test_A53_the_answer_carries_the_request_s_id(target, changes, id):
    """A client that sees a 400 without it takes the server for an old one."""
    body = message("tools/call", id=id, name="whoami", arguments={})
    assert target.send(body, target.token()).json["id"] == id
    assert is_mismatch(target.send(body, target.token(), headers_of(body, **changes)), id)


def test_A53_the_version_of_the_body_is_not_that_of_the_header(target):
    body = message("tools/call", name="whoami", arguments={})
    body["params"]["_meta"][META + "protocolVersion"] = EARLIER[0]
    assert is_mismatch(target.send(body, target.token(), headers_of(body, MCP_Protocol_Version=NEWEST)), 1)


@pytest.mark.parametrize("changes", [{"Mcp_Name": "claims"}, {"Mcp_Name": None}, {"Mcp_Method": "tools/list", "Mcp_Name": None}])
def test_A53_a_mismatch_is_no_way_around_a_scope(guarded, changes):
    """Whatever is answered, the guarded tool is not run."""
    answer = guarded.send(TOOL, guarded.token(scope="mcp:use"), headers_of(TOOL, **changes))
    assert answer.status in (400, 403) and "alice" not in answer.text


@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel"])
@pytest.mark.parametrize("name,agrees", [("task-1", True), (encoded("task-1"), True), (None, True), ("task-2", False)])
def test_A53_a_task_is_named_by_its_id(target, method, name, agrees):
    body = message(method, taskId="task-1")
    answer = target.send(body, target.token(), headers_of(body, Mcp_Name=name))
    assert answer.json["error"]["code"] == (-32601 if agrees else HEADER_MISMATCH), "there are none, or: it does not agree"


@pytest.mark.parametrize("changes", [{}, {"Mcp_Method": "x/y"}, {"Mcp_Method": "x/y", "Mcp_Name": "of an extension"}])
def test_an_extension_s_method_may_have_a_name(target, changes):
    """MCP does not say what it would be: nothing is compared, and only that there is no such method is said."""
    body = message("x/y", name="other")
    answer = target.send(body, target.token(), headers_of(body, **changes))
    assert (answer.status, answer.json["error"]["code"]) == (404, -32601)


@pytest.mark.parametrize("revision", EARLIER)
@pytest.mark.parametrize("method,params", [("tools/list", {}), ("tools/call", {"name": "whoami", "arguments": {}})])
def test_earlier_revisions_need_none_of_them(target, revision, method, params):
    body = message(method, revision=revision, **params)
    assert "result" in target.send(body, target.token(), [("MCP-Protocol-Version", revision)]).json

"""What revision 2026-07-28 repeats in header fields agrees with the body, or the request is refused with HeaderMismatch (attack
A53): the official scenario's cases, and the spellings around them."""

import base64

import pytest

from target import EARLIER, HEADER_MISMATCH, META, NEWEST, encoded, headers_of, let_in, message

TOOL = message("tools/call", name="whoami", arguments={})
RESOURCE = message("resources/read", uri="caller://claims/sub")
PROMPT = message("prompts/get", name="greeting")
LIST = message("tools/list")
ODD = message("tools/call", name="wer bin ich? \u00e4\u00f6 \u4e16\u754c", arguments={})
PADDED = message("tools/call", name=" whoami ", arguments={})
LOOKS_ENCODED = message("tools/call", name="=?base64?literal?=", arguments={})
URL_SAFE = base64.urlsafe_b64encode("\u00fb\u00ff\u00fe".encode()).decode()
PLUS = message("tools/call", name="\u00fb\u00ff\u00fe", arguments={})
NAMED = {"tool": (TOOL, "whoami"), "resource": (RESOURCE, "caller://claims/sub"), "prompt": (PROMPT, "greeting")}

NOTHING = dict.fromkeys(("MCP_Protocol_Version", "Mcp_Method", "Mcp_Name"))

LET_IN = {
    "as they are": (TOOL, {}), "resource": (RESOURCE, {}), "prompt": (PROMPT, {}), "a method without a name": (LIST, {}),
    "field names in lower case": (TOOL, NOTHING | {"mcp_protocol_version": NEWEST, "mcp_method": "tools/call",
                                                   "mcp_name": "whoami"}),
    "field names in upper case": (TOOL, NOTHING | {"MCP_PROTOCOL_VERSION": NEWEST, "MCP_METHOD": "tools/call",
                                                   "MCP_NAME": "whoami"}),
    "blanks around the name": (TOOL, {"Mcp_Name": "  whoami  "}), "tabs around the name": (TOOL, {"Mcp_Name": "\twhoami\t"}),
    "blanks around the method": (LIST, {"Mcp_Method": "  tools/list "}),
    "blanks around the version": (LIST, {"MCP_Protocol_Version": f" {NEWEST} "}),
    "base64 of plain ASCII": (TOOL, {"Mcp_Name": encoded("whoami")}),
    "base64 with blanks around it": (TOOL, {"Mcp_Name": f"  {encoded('whoami')}  "}),
    "base64 of a URI": (RESOURCE, {"Mcp_Name": encoded("caller://claims/sub")}),
    "base64 of a prompt": (PROMPT, {"Mcp_Name": encoded("greeting")}),
    "base64 of what is no ASCII": (ODD, {"Mcp_Name": encoded(ODD["params"]["name"])}),
    "base64 of blanks": (PADDED, {"Mcp_Name": encoded(" whoami ")}),
    "base64 of what looks encoded": (LOOKS_ENCODED, {"Mcp_Name": encoded("=?base64?literal?=")}),
    "base64 with + and /": (PLUS, {"Mcp_Name": encoded(PLUS["params"]["name"])}),
}
REFUSED = {
    "no version": (TOOL, {"MCP_Protocol_Version": None}), "no method": (TOOL, {"Mcp_Method": None}),
    "no method, of a list": (LIST, {"Mcp_Method": None}), "an empty method": (LIST, {"Mcp_Method": ""}),
    "nothing at all": (TOOL, NOTHING),
    "another method": (LIST, {"Mcp_Method": "prompts/list"}), "the method in capitals": (LIST, {"Mcp_Method": "TOOLS/LIST"}),
    "another version": (TOOL, {"MCP_Protocol_Version": EARLIER[0]}),
    "an empty name": (TOOL, {"Mcp_Name": ""}), "blanks instead of a name": (TOOL, {"Mcp_Name": "   "}),
    "the method for the name": (TOOL, {"Mcp_Name": "tools/call"}),
    "base64 of another name": (TOOL, {"Mcp_Name": encoded("claims")}), "the bare base64": (TOOL, {"Mcp_Name": "d2hvYW1p"}),
    "the marker in capitals": (TOOL, {"Mcp_Name": "=?BASE64?d2hvYW1p?="}),
    "the marker in title case": (TOOL, {"Mcp_Name": "=?Base64?d2hvYW1p?="}),
    "half a marker, the first": (TOOL, {"Mcp_Name": "=?base64?d2hvYW1p"}),
    "half a marker, the last": (TOOL, {"Mcp_Name": "d2hvYW1p?="}),
    "the marker of mail": (TOOL, {"Mcp_Name": "=?utf-8?b?d2hvYW1p?="}), "an empty marker": (TOOL, {"Mcp_Name": "=?base64??="}),
    "padding missing": (PADDED, {"Mcp_Name": f"=?base64?{base64.b64encode(b' whoami ').decode().rstrip('=')}?="}),
    "too much padding": (TOOL, {"Mcp_Name": "=?base64?d2hvYW1p====?="}),
    "characters of no base64": (TOOL, {"Mcp_Name": "=?base64?d2hv!!!YW1p?="}),
    "a blank inside": (TOOL, {"Mcp_Name": "=?base64?d2hv YW1p?="}), "base64url": (PLUS, {"Mcp_Name": f"=?base64?{URL_SAFE}?="}),
    "base64 twice": (TOOL, {"Mcp_Name": encoded(encoded("whoami"))}), "no UTF-8": (TOOL, {"Mcp_Name": encoded(b"\xff\xfe")}),
    "a NUL behind the name": (TOOL, {"Mcp_Name": encoded(b"whoami\0")}),
    "what a name that looks encoded decodes to": (message("tools/call", name=encoded("whoami"), arguments={}),
                                                  {"Mcp_Name": encoded("whoami")}),
    "the version twice": (TOOL, {"MCP_Protocol_Version": [NEWEST, NEWEST]}),
    "the method twice": (TOOL, {"Mcp_Method": ["tools/call"] * 2}),
    "the name twice": (TOOL, {"Mcp_Name": ["whoami", "whoami"]}), "two names": (TOOL, {"Mcp_Name": ["whoami", "claims"]}),
    "two names, the other first": (TOOL, {"Mcp_Name": ["claims", "whoami"]}),
    "two names in one": (TOOL, {"Mcp_Name": "whoami, claims"}),
} | {f"{what}, {kind}": (body, {"Mcp_Name": value}) for kind, (body, name) in NAMED.items() for what, value in (
    ("no name", None), ("another name", "other"), ("the name in capitals", name.upper()), ("a part of the name", name[:-1]),
    ("more than the name", name + "x"))}
# Of each type that JSON-RPC knows; numbers that no double holds, texts that need escapes.
IDS = [1, 0, -1, 9007199254740993, "abc", "", "with \"quotes\" and \\", "caf\u00e9 \u4e16\u754c", "</script>\u2028"]


def is_mismatch(answer, id):
    said = answer.json
    return (answer.status == 400 and answer.headers["content-type"] == "application/json" and said["jsonrpc"] == "2.0"
            and said["id"] == id and type(said["id"]) is type(id) and said["error"]["code"] == HEADER_MISMATCH
            and len(said["error"]["message"]) > 20 and "result" not in said)


@pytest.mark.parametrize("body,changes", LET_IN.values(), ids=LET_IN.keys())
def test_A53_what_agrees_is_let_in(target, body, changes):
    answer = target.send(body, target.token(), headers_of(body, **changes))
    assert let_in(answer) and answer.json.get("error", {}).get("code") != HEADER_MISMATCH, answer.text


@pytest.mark.parametrize("body,changes", REFUSED.values(), ids=REFUSED.keys())
def test_A53_what_disagrees_is_refused(target, body, changes):
    proper = headers_of(body, Mcp_Name=encoded(body["params"]["name"])) if "name" in body["params"] else None
    assert let_in(target.send(body, target.token(), proper)), "the control"
    answer = target.send(body, target.token(), headers_of(body, **changes))
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

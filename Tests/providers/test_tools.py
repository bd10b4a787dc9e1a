"""Scopes per operation: what a call needs, the step-up that asks for it, and what a caller may see."""
import json

import pytest

from encoding import compact
from keys import P256
from mcpauth_abi import Config, R
from shape import NOW
from tokens import ISSUER, claims, signed

RESOURCE = b"https://mcp.example.com/mcp"
SETTINGS = [["add_required_scope", b"mcp"], ["add_tool_scope", b"delete_file", b"files.delete"],
            ["add_tool_scope", b"delete_file", b"files.read"], ["add_tool_scope", b"read_file", b"files.read"],
            ["add_prompt_scope", b"summary", b"prompts"], ["add_resource_scope", b"file:///etc/motd", b"files.read"],
            ["add_method_scope", b"logging/setLevel", b"admin"], ["add_scope_implication", b"admin", b"files.delete"],
            ["add_scope_implication", b"files.delete", b"files.read"]]


@pytest.fixture(scope="module")
def server():
    config = Config(RESOURCE).clock(lambda: NOW)
    config.issuer(ISSUER).jwks(compact({"keys": [P256.jwk()]}))
    for setting in SETTINGS:
        config.set(*setting)
    return config.verifier()


def token(scope):
    return signed(P256, "ES256", payload=claims(aud=RESOURCE.decode(), scope=scope))


def message(method, **params):
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def call(tool, **more):
    return message("tools/call", name=tool, **more)


def send(server, scope, body, **headers):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return server.request(token(scope), method=b"POST", body=body, **headers)


ALLOWED = [("mcp", call("whoami")), ("mcp", message("tools/list")), ("mcp files.read", call("read_file")),
           ("mcp files.delete", call("read_file")), ("mcp files.delete", call("delete_file")),
           ("mcp admin", call("delete_file")), ("mcp prompts", message("prompts/get", name="summary")),
           ("mcp", message("prompts/get", name="other")), ("mcp files.read", message("resources/read", uri="file:///etc/motd")),
           ("mcp", message("resources/read", uri="file:///etc/passwd")), ("mcp admin", message("logging/setLevel")),
           ("mcp files.read", [call("read_file"), message("ping")]), ("mcp", {"jsonrpc": "2.0", "id": 1, "result": {}})]

REFUSED = [("mcp", call("read_file"), "files.read"), ("mcp", call("delete_file"), "files.delete files.read"),
           ("mcp files.read", call("delete_file"), "files.delete files.read"),
           ("mcp filesXread", call("read_file"), "files.read"), ("mcp files", call("read_file"), "files.read"),
           ("mcp", message("prompts/get", name="summary"), "prompts"),
           ("mcp", message("resources/read", uri="file:///etc/motd"), "files.read"),
           ("mcp", message("resources/subscribe", uri="file:///etc/motd"), "files.read"),
           ("mcp", message("logging/setLevel"), "admin"),
           ("mcp prompts", [message("prompts/get", name="summary"), call("read_file")], "prompts files.read"),
           ("mcp", call("read_file", arguments=json.loads("[" * 200 + "]" * 200)), "files.read")]


@pytest.mark.parametrize("scope,body", ALLOWED)
def test_provider_45_what_the_scopes_are_enough_for(server, scope, body):
    outcome = send(server, scope, body)
    assert outcome.result == R.OK, outcome.message


@pytest.mark.parametrize("scope,body,needed", REFUSED)
def test_provider_45_the_step_up_asks_for_everything_at_once(server, scope, body, needed):
    outcome = send(server, scope, body)
    assert (outcome.result, outcome.status) == (R.INSUFFICIENT_SCOPE, 403), outcome.message
    assert 'error="insufficient_scope"' in outcome.headers["WWW-Authenticate"]
    assert f'scope="mcp {needed}"' in outcome.headers["WWW-Authenticate"]
    assert set(json.loads(outcome.body)["missing_scopes"]) <= set(needed.split())


def test_provider_45_the_widened_token_passes(server):
    """A client that asks for what the challenge says is let in by the next request."""
    denied = send(server, "mcp", call("delete_file"))
    asked_for = denied.headers["WWW-Authenticate"].partition('scope="')[2].partition('"')[0]
    assert send(server, asked_for, call("delete_file")).result == R.OK


UNREADABLE = [b"", b"{", b"null", b"7", b"[]", b'{"jsonrpc":"2.0","id":1}', b'{"method":7}', compact(message("tools/call")),
              compact(call(7)), b'{"method":"tools/call","method":"ping","params":{"name":"read_file"}}',
              b'{"method":"tools/call","params":{"name":"whoami","name":"read_file"}}',
              b'{"method":"tools/call","params":{"name":"whoami","n\\u0061me":"read_file"}}', b"[1]",
              compact([call("whoami"), 7]), b'{"method":"tools/call","params":["read_file"]}', b"\xff",
              b'{"a":"' + b"x" * (5 << 20) + b'"}', b"[" * 5000 + b"]" * 5000]


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: repr(body[:40]))
def test_provider_45_a_body_that_cannot_be_read_is_refused(server, body):
    assert send(server, "mcp", call("whoami")).result == R.OK
    outcome = send(server, "mcp admin prompts", body)
    assert (outcome.result, outcome.status) == (R.INVALID_REQUEST, 400), outcome.message
    assert 'error="invalid_request"' in outcome.headers["WWW-Authenticate"]


@pytest.mark.parametrize("body,headers,result", [
    (call("read_file"), {"mcp_method": b"tools/call", "mcp_name": b"read_file"}, R.OK),
    (call("read_file"), {"mcp_method": b"tools/call", "mcp_name": b"whoami"}, R.INVALID_REQUEST),
    (call("read_file"), {"mcp_method": b"tools/list"}, R.INVALID_REQUEST),
    (call("read_file"), {"mcp_method": b"TOOLS/CALL"}, R.INVALID_REQUEST),
    (call("read_file"), {"mcp_name": b"=?base64?cmVhZF9maWxl?="}, R.OK),
    (call("read_file"), {"mcp_name": b"=?base64?d2hvYW1p?="}, R.INVALID_REQUEST),
    ([call("read_file"), call("whoami")], {"mcp_method": b"tools/call"}, R.INVALID_REQUEST),
    (message("tools/list"), {"mcp_method": b"tools/list", "mcp_name": b"read_file"}, R.INVALID_REQUEST),
])
def test_provider_45_mcp_headers_agree_with_the_body(server, body, headers, result):
    assert send(server, "mcp files.read", body, **headers).result == result


@pytest.mark.parametrize("method,result", [(b"GET", R.OK), (b"DELETE", R.OK), (b"HEAD", R.OK), (b"OPTIONS", R.OK),
                                           (b"POST", R.INVALID_REQUEST), (b"PUT", R.INVALID_REQUEST), (b"get", R.INVALID_REQUEST),
                                           (b"", R.INVALID_REQUEST)])
def test_provider_45_requests_without_a_message(server, method, result):
    assert server.request(token("mcp"), method=method).result == result


@pytest.mark.parametrize("method", [b"GET", b"DELETE"])
def test_provider_45_a_body_is_read_whatever_the_method_says(server, method):
    outcome = server.request(token("mcp"), method=method, body=compact(call("delete_file")))
    assert outcome.result == R.INSUFFICIENT_SCOPE


def test_provider_45_lists_can_leave_out_what_a_caller_may_not_use(server):
    reader, admin = server.caller(token("mcp files.read")), server.caller(token("mcp admin"))
    tools = [b"whoami", b"read_file", b"delete_file"]
    assert [reader.may("call_tool", tool) for tool in tools] == [True, True, False]
    assert [admin.may("call_tool", tool) for tool in tools] == [True, True, True]
    assert not reader.may("get_prompt", b"summary") and reader.may("read_resource", b"file:///etc/motd")
    assert admin.has_scope(b"files.read") and not reader.has_scope(b"files.delete") and not reader.has_scope(b"files")


def test_provider_45_checks_inside_a_tool(server):
    reader = server.caller(token("mcp files.read"))
    assert reader.require(b"files.read").result == R.OK
    denied = reader.require(b"files.read files.delete billing")
    assert (denied.result, denied.status) == (R.INSUFFICIENT_SCOPE, 403)
    assert 'scope="mcp files.read files.delete billing"' in denied.headers["WWW-Authenticate"]
    assert json.loads(denied.body)["missing_scopes"] == ["files.delete", "billing"]


def test_provider_45_a_stream_that_outlives_its_token():
    now = [NOW]
    config = Config(RESOURCE).clock(lambda: now[0])
    config.issuer(ISSUER).jwks(compact({"keys": [P256.jwk()]}))
    verifier = config.verifier()
    caller = verifier.caller(token("mcp"))
    assert caller.check().result == R.OK
    stricter = config.set("add_required_scope", b"admin").verifier()
    assert caller.check(stricter).result == R.INSUFFICIENT_SCOPE
    now[0] += 400
    expired = caller.check()
    assert (expired.result, expired.status) == (R.TOKEN_EXPIRED, 401)

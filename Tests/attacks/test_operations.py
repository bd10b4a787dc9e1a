"""A31, A50, A51, A53: what a request's body asks for, by whatever spelling and whatever method, and what its MCP headers say."""
import base64
import json

import pytest

from gate import verifier
from keys import P256
from mcpauth_abi import Config, R, SetterFailed
from tables import rows
from tokens import RESOURCE, claims, signed

GUARDED_URI = "test://guarded/x"
RULES = [("add_tool_scope", b"guarded", b"tool:use"), ("add_prompt_scope", b"guarded", b"prompt:use"),
         ("add_resource_scope", GUARDED_URI.encode(), b"resource:use"), ("add_method_scope", b"tasks/get", b"task:see")]


def token(scope):
    return signed(P256, "ES256", payload=claims(scope=scope))


def ask(body, scope="read", settings=RULES, **headers):
    """The outcome of a POST of this JSON with a token of this scope."""
    text = body if isinstance(body, bytes) else json.dumps(body).encode()
    checked = verifier([P256.jwk()], settings=settings)
    return checked.request(token(scope), method=b"POST", body=text, **headers)


def message(method, params=None, **more):
    return {"jsonrpc": "2.0", "id": 7, "method": method, **({} if params is None else {"params": params}), **more}


def accepts(body, scope="read", **more):
    outcome = ask(body, scope, **more)
    assert outcome.result == R.OK, outcome.message
    return outcome


def refuses(body, result, scope="read", **more):
    outcome = ask(body, scope, **more)
    assert outcome.result == result, f"{outcome.result.name}: {outcome.message}"
    return outcome


# ---- what a body asks for ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", rows("operations"), ids=lambda row: row["body"][:100])
def test_A51_every_operation_of_a_body_counts(row):
    """With no rule but for a tool that nobody calls, and with one for each operation in turn."""
    elsewhere = ("add_tool_scope", b"a tool that nobody calls", b"needed")
    body = row["body"].encode()
    assert ask(body, settings=[elsewhere]).result == R[row.get("result", "OK")]
    for kind, name in row.get("operations", []):
        rule = (f"add_{kind}_scope", name.encode(), b"needed")
        assert ask(body, settings=[elsewhere, rule]).result == R.INSUFFICIENT_SCOPE
        assert ask(body, "read needed", settings=[elsewhere, rule]).result == R.OK


# ---- A50: names that fold beyond ASCII --------------------------------------------------------------------------------

# Each is taken for the name beside it by a parser that folds case as Unicode does, such as Go's encoding/json.
LOOK_ALIKES = [("param\u017f", "params"), ("PARAM\u017f", "params"), ("par\u0061m\u017f", "params")]


@pytest.mark.parametrize("is_escaped", [False, True], ids=["raw", "escaped"])
@pytest.mark.parametrize("name,meant", LOOK_ALIKES)
def test_A50_a_second_params(name, meant, is_escaped):
    body = message("tools/call", {"name": "free"}, **{name: {"name": "guarded"}})
    accepts(message("tools/call", {"name": "free"}, trace={"name": "guarded"}))
    refuses(json.dumps(body, ensure_ascii=is_escaped).encode(), R.INVALID_REQUEST)


@pytest.mark.parametrize("is_escaped", [False, True], ids=["raw", "escaped"])
@pytest.mark.parametrize("method,params,alike", [
    ("tasks/get", {"taskId": "t1"}, "ta\u017fkId"), ("tasks/get", {"taskId": "t1"}, "tas\u212aId"),
    ("subscriptions/listen", {"notifications": {}}, "notification\u017f"),
    ("subscriptions/listen", {"notifications": {}}, "Notifications"),
    ("completion/complete", {"ref": {"type": "ref/prompt", "name": "free"}}, "REF"),
    ("tools/call", {"name": "free"}, "NAME"), ("resources/read", {"uri": "test://free"}, "Uri"),
])
def test_A50_a_second_name_of_what_is_asked_for(method, params, alike, is_escaped):
    accepts(message(method, {**params, "other": "guarded"}), "task:see")
    body = message(method, {**params, alike: "guarded"})
    refuses(json.dumps(body, ensure_ascii=is_escaped).encode(), R.INVALID_REQUEST, "task:see")


@pytest.mark.parametrize("end", ["\0", "\0x", "\0\u017f"])
def test_A31_a_name_that_ends_at_a_nul_for_c_code(end):
    call = message("tools/call", {"name": "free"})
    accepts({**call, "x" + end: {"name": "guarded"}})
    refuses({"params" + end: {"name": "guarded"}, **call}, R.INVALID_REQUEST)
    refuses({**call, "PARAM\u017f" + end: {"name": "guarded"}}, R.INVALID_REQUEST)
    refuses({**call, "params": {"name" + end: "guarded", "name": "free"}}, R.INVALID_REQUEST)
    refuses({"method" + end: "tools/call", "params": {"name": "guarded"}, "result": 1}, R.INVALID_REQUEST)


@pytest.mark.parametrize("where,alike", [("notifications", "re\u017fourceSubscriptions"), ("ref", "Name"), ("ref", "TYPE"),
                                         ("ref", "uRI")])
def test_A50_a_second_name_one_level_below(where, alike):
    method, inner = {"notifications": ("subscriptions/listen", {"resourceSubscriptions": ["test://free"]}),
                     "ref": ("completion/complete", {"type": "ref/prompt", "name": "free"})}[where]
    accepts(message(method, {where: inner}))
    refuses(message(method, {where: {**inner, alike: "x"}}), R.INVALID_REQUEST)


def test_A50_a_second_method():
    refuses(message("ping", {"name": "guarded"}, METHOD="tools/call"), R.INVALID_REQUEST)
    accepts(message("ping", {"name": "guarded"}))


def test_A50_what_the_tool_is_told_is_its_own_business():
    accepts(message("tools/call", {"name": "free", "arguments": {"param\u017f": 1, "Name": 2, "tas\u212a": 3}}))


@pytest.mark.parametrize("name", ["Arguments", "argument\u017f", "arguments\0"])
@pytest.mark.parametrize("method", ["tools/call", "prompts/get"])
def test_A50_second_arguments(method, name):
    accepts(message(method, {"name": "free", "arguments": {"Arguments": 1}}))
    refuses(message(method, {"name": "free", "arguments": {}, name: {"amount": 1000}}), R.INVALID_REQUEST)


# ---- what a sender may make of it -------------------------------------------------------------------------------------


def listening(uris):
    return message("subscriptions/listen", {"notifications": {"resourceSubscriptions": uris}})


def test_no_request_names_so_many_resources_that_it_takes_long():
    accepts(listening([f"test://free/{number}" for number in range(1000)]))
    refuses(listening(["a"] * 1001), R.INVALID_REQUEST)
    refuses([listening(["a"] * 501)] * 2, R.INVALID_REQUEST)
    refuses(listening(["test://" + "a" * 60_000] * 5), R.INVALID_REQUEST)
    refuses(listening([f"test://free/{number}" for number in range(999)] + [GUARDED_URI]), R.INSUFFICIENT_SCOPE)


# ---- A51: the same thing by another door ------------------------------------------------------------------------------

DOORS = [
    (message("tools/call", {"name": "guarded"}), "tool:use"),
    (message("prompts/get", {"name": "guarded"}), "prompt:use"),
    (message("resources/read", {"uri": GUARDED_URI}), "resource:use"),
    (message("resources/subscribe", {"uri": GUARDED_URI}), "resource:use"),
    (message("resources/unsubscribe", {"uri": GUARDED_URI}), "resource:use"),
    (message("subscriptions/listen", {"notifications": {"resourceSubscriptions": [GUARDED_URI]}}), "resource:use"),
    (message("subscriptions/listen", {"notifications": {"toolsListChanged": True,
                                                        "resourceSubscriptions": ["test://free", GUARDED_URI]}}),
     "resource:use"),
    (message("completion/complete", {"ref": {"type": "ref/prompt", "name": "guarded"},
                                     "argument": {"name": "a", "value": "b"}}), "prompt:use"),
    (message("completion/complete", {"ref": {"type": "ref/resource", "uri": GUARDED_URI},
                                     "argument": {"name": "a", "value": "b"}}), "resource:use"),
    (message("tasks/get", {"taskId": "t1"}), "task:see"),
]


@pytest.mark.parametrize("body,scope", DOORS, ids=lambda value: str(value)[:70])
def test_A51_every_door_asks_for_the_scope(body, scope):
    accepts(body, scope)
    denied = refuses(body, R.INSUFFICIENT_SCOPE)
    assert denied.status == 403 and f'scope="{scope}"' in denied.headers["WWW-Authenticate"]
    assert json.loads(denied.body)["missing_scopes"] == [scope]
    accepts([body, message("ping")], scope)
    refuses([message("ping"), body], R.INSUFFICIENT_SCOPE)


@pytest.mark.parametrize("body", [
    message("subscriptions/listen"), message("subscriptions/listen", {}),
    message("subscriptions/listen", {"notifications": {"toolsListChanged": True}}),
    message("subscriptions/listen", {"notifications": {"resourceSubscriptions": []}}),
    message("subscriptions/listen", {"notifications": {"resourceSubscriptions": ["test://free"]}}),
    message("completion/complete", {"ref": {"type": "ref/prompt", "name": "free"}}),
    message("completion/complete", {"ref": {"type": "ref/resource", "uri": "test://free/{id}"}}),
    message("tasks/cancel", {"taskId": "guarded"}), message("tasks/update", {"taskId": "t"}), message("x/y", {"name": "guarded"}),
], ids=lambda value: str(value)[:60])
def test_A51_what_no_rule_guards_needs_nothing(body):
    accepts(body)


@pytest.mark.parametrize("method,params", [
    ("subscriptions/listen", {"notifications": []}), ("subscriptions/listen", {"notifications": "x"}),
    ("subscriptions/listen", []), ("subscriptions/listen", {"notifications": {"resourceSubscriptions": GUARDED_URI}}),
    ("subscriptions/listen", {"notifications": {"resourceSubscriptions": [{"uri": GUARDED_URI}]}}),
    ("subscriptions/listen", {"notifications": {"resourceSubscriptions": ["a\0b"]}}),
    ("completion/complete", {"ref": "guarded"}), ("completion/complete", {"ref": {}}),
    ("completion/complete", {"ref": {"type": "ref/prompt"}}), ("completion/complete", {"ref": {"type": "ref/prompt", "name": 1}}),
    ("completion/complete", {"ref": {"type": "ref/other", "name": "guarded"}}),
    ("completion/complete", {"ref": {"type": "ref/resource", "name": "guarded"}}),
], ids=lambda value: str(value)[:60])
def test_A51_a_door_that_cannot_be_read_stays_shut(method, params):
    refuses(message(method, params), R.INVALID_REQUEST, "tool:use prompt:use resource:use task:see")


def test_A51_a_template_is_no_exact_uri_and_is_refused():
    for uri in (b"test://template/{id}/data", b"test://template/{+path}", b"test://a}", b"{"):
        config = Config(RESOURCE)
        with pytest.raises(SetterFailed) as caught:
            config.set("add_resource_scope", uri, b"resource:use")
        assert caught.value.result == R.INVALID_ARGUMENT
        assert "mcpauth_config_add_resource_template_scope" in caught.value.message
    Config(RESOURCE).set("add_resource_scope", b"test://template/7/data", b"resource:use")


# ---- A53: header and body disagree ------------------------------------------------------------------------------------


def encoded(name):
    return b"=?base64?" + base64.b64encode(name.encode()) + b"?="


def mismatch(body, id, **headers):
    """400 with JSON-RPC's HeaderMismatch and the request's id: a client that sees a 400 without it takes the server for an
    old one."""
    denied = refuses(body, R.INVALID_REQUEST, "tool:use task:see", **headers)
    answer = json.loads(denied.body)
    assert denied.status == 400 and denied.headers["Content-Type"] == "application/json"
    assert (answer["jsonrpc"], answer["error"]["code"], answer["id"]) == ("2.0", -32020, id), answer
    assert type(answer["id"]) is type(id) and answer["error"]["message"] and set(answer) == {"jsonrpc", "id", "error"}


CALL = message("tools/call", {"name": "free"})


@pytest.mark.parametrize("settings", [RULES, []], ids=["with rules", "without"])
@pytest.mark.parametrize("headers", [
    {"mcp_name": b"guarded"}, {"mcp_name": b"Free"}, {"mcp_method": b"tools/list"}, {"mcp_method": b"Tools/Call"},
    {"mcp_method": b"tools/call", "mcp_name": b"guarded"}, {"mcp_name": encoded("guarded")}, {"mcp_name": b"fr ee"},
    {"mcp_name": b"=?BASE64?" + base64.b64encode(b"free") + b"?="}, {"mcp_name": b"=?Base64?ZnJlZQ==?="},
    {"mcp_name": b"=?base64?ZnJlZQ?="}, {"mcp_name": b"=?base64?ZnJlZR==?="}, {"mcp_name": b"=?base64?!!!?="},
    {"mcp_name": b"=?base64?ZnJlZQ=="}, {"mcp_name": b"=?base64?"}, {"mcp_name": b"=?base64?="},
    {"mcp_name": b"=?base64?ZnJl\x00ZQ==?="}, {"mcp_name": b"free\x00"}, {"mcp_name": b"x" * 100_000},
], ids=lambda value: str(value)[:60])
def test_A53_header_and_body_disagree(headers, settings):
    accepts(CALL, "tool:use", mcp_method=b"tools/call", mcp_name=b"free", settings=settings)
    accepts(CALL, "tool:use", mcp_name=encoded("free"), settings=settings)
    accepts(CALL, "tool:use", mcp_method=b" tools/call\t", mcp_name=b"\t free ", settings=settings)
    mismatch(CALL, 7, settings=settings, **headers)


@pytest.mark.parametrize("id,answered", [
    (7, 7), (0, 0), (-5, -5), (2**53 - 1, 2**53 - 1), (1.5, None), ("a", "a"), ("\u00e9\"\\\n", "\u00e9\"\\\n"), ("", ""),
    (None, None), ({}, None),
    ([1], None), (True, None), ("x" * 100_000, None),
], ids=lambda value: str(value)[:20])
def test_A53_the_answer_has_the_requests_id(id, answered):
    mismatch({**CALL, "id": id}, answered, mcp_name=b"guarded")
    notification = {"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "free"}}
    mismatch(notification, None, mcp_name=b"guarded")
    mismatch([CALL, CALL], None, mcp_name=b"free")


@pytest.mark.parametrize("name", ["\u00fcber", "=?base64?x?=", " free ", "\u017f"])
def test_A53_names_that_no_header_can_hold(name):
    body = message("tools/call", {"name": name})
    accepts(body, mcp_name=encoded(name))
    mismatch(body, 7, mcp_name=encoded(name + "x"))


def test_A53_a_marker_that_is_none_is_part_of_the_name():
    for name in ("=?BASE64?ZnJlZQ==?=", "a=?base64?ZnJlZQ==?=", "free?=", "=?utf-8?b?x?="):
        accepts(message("tools/call", {"name": name}), mcp_name=name.encode())


@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel"])
def test_A53_tasks_are_named_by_their_id(method):
    body = message(method, {"taskId": "t1"})
    accepts(body, "task:see", mcp_method=method.encode(), mcp_name=b"t1")
    mismatch(body, 7, mcp_name=b"t2")
    mismatch(message(method, {}), 7, mcp_name=b"t1", settings=[])


@pytest.mark.parametrize("body", [
    message("x-vendor/do"), message("x-vendor/do", {"name": "other"}), message("subscriptions/listen", {}),
    message("completion/complete", {"ref": {"type": "ref/prompt", "name": "free"}}),
], ids=lambda value: str(value)[:60])
def test_A53_nothing_is_compared_where_no_name_is_known(body):
    """An extension's method names what it likes: no rule is about it, so that nothing is got around."""
    accepts(body, mcp_method=body["method"].encode(), mcp_name=b"anything")
    mismatch(body, 7, mcp_name=b"=?base64?!!!?=")
    mismatch(body, 7, mcp_method=b"tools/call", mcp_name=b"anything")


# ---- how much a challenge says ----------------------------------------------------------------------------------------


def test_a_challenge_stays_below_4_KiB():
    """A header field beyond what proxies take would turn a 403 into a 502. The body names the rest."""
    rules = [("add_tool_scope", f"t{i}".encode(), f"scope-of-a-tool-{i:05}".encode()) for i in range(1000)]
    batch = [message("tools/call", {"name": f"t{i}"}) for i in range(1000)]
    denied = refuses(batch, R.INSUFFICIENT_SCOPE, settings=rules)
    challenge = denied.headers["WWW-Authenticate"]
    assert len(challenge) < 4096 and 'resource_metadata="' in challenge and 'error="insufficient_scope"' in challenge
    asked = challenge.split('scope="')[1].split('"')[0].split(" ")
    assert len(asked) > 50 and asked == [f"scope-of-a-tool-{i:05}" for i in range(len(asked))]
    assert len(json.loads(denied.body)["missing_scopes"]) == 1000
    few = refuses(batch[:3], R.INSUFFICIENT_SCOPE, settings=rules)
    assert 'scope="scope-of-a-tool-00000 scope-of-a-tool-00001 scope-of-a-tool-00002"' in few.headers["WWW-Authenticate"]


def test_a_challenge_of_required_scopes_stays_below_4_KiB_too():
    required = [("add_required_scope", f"{i:04}".encode() + b"x" * 200) for i in range(100)]
    assert len(refuses(message("ping"), R.INSUFFICIENT_SCOPE, settings=required).headers["WWW-Authenticate"]) < 4096
    without = verifier([P256.jwk()], settings=required).authorize()
    assert without.status == 401 and len(without.headers["WWW-Authenticate"]) < 4096

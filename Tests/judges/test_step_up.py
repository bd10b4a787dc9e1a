"""Step-up: a token that is good but too narrow gets one challenge with every scope that the operation needs, and the same
request passes with a token of these scopes. The official scenario's four operations, and the other ways to reach them."""

import json

import pytest

from servers import MORE, USE
from target import EARLIER, NEWEST, challenge, message

WHOAMI, CLAIMS = {"name": "whoami", "arguments": {}}, {"uri": "caller://claims"}
ONE_CLAIM, TEMPLATE = {"uri": "caller://claims/sub"}, {"uri": "test://template/123/data"}

OPERATIONS = {  # method, parameters, the scopes it needs besides, what the answer says (None: there is nothing of that name)
    "tool": ("tools/call", WHOAMI, {MORE, "tools:call"}, lambda result: result["content"][0]["text"] == "alice"),
    "static resource": ("resources/read", CLAIMS, {MORE, "resources:read"}, lambda result: json.loads(
        result["contents"][0]["text"])["sub"] == "alice"),
    "template": ("resources/read", ONE_CLAIM, {MORE, "claims:one"}, lambda result: json.loads(
        result["contents"][0]["text"]) == "alice"),
    "template of the official fixture": ("resources/read", TEMPLATE, {MORE, "resources:template"}, None),
    "prompt": ("prompts/get", {"name": "greeting"}, {MORE, "prompts:get"}, lambda result: "alice" in
               result["messages"][0]["content"]["text"]),
}
# The example servers do not have these methods: that nobody gets further with them is the library's part.
DOORS = {
    "resource, subscribed to": ("subscriptions/listen", {"notifications": {"resourceSubscriptions": ["caller://claims"]}},
                                {MORE, "resources:read"}),
    "resource of a template, subscribed to": ("subscriptions/listen", {
        "notifications": {"resourceSubscriptions": ["test://template/7/data"]}}, {MORE, "resources:template"}),
    "two resources, subscribed to": ("subscriptions/listen", {"notifications": {
        "resourceSubscriptions": ["caller://claims", "caller://claims/sub"]}}, {MORE, "resources:read", "claims:one"}),
    "arguments of the prompt, completed": ("completion/complete", {
        "ref": {"type": "ref/prompt", "name": "greeting"}, "argument": {"name": "of", "value": "a"}}, {MORE, "prompts:get"}),
    "variables of the template, completed": ("completion/complete", {
        "ref": {"type": "ref/resource", "uri": "test://template/{id}/data"}, "argument": {"name": "id", "value": "1"}},
        {MORE, "resources:template"}),
}
CHALLENGED = {name: case[:3] for name, case in (OPERATIONS | DOORS).items()}
REVISIONS = [NEWEST, *EARLIER]


def missing(scopes, without):
    return " ".join([USE, *sorted(scopes - {without})])


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("operation", CHALLENGED)
def test_one_challenge_names_every_scope(guarded, operation, revision):
    method, params, scopes = CHALLENGED[operation]
    body = message(method, revision=revision, **params)
    for scope in (USE, *(missing(scopes, one) for one in scopes)):  # none of them, and all but one
        answer = guarded.send(body, guarded.token(scope=scope))
        assert answer.status == 403, answer.text
        said = challenge(answer)
        assert said["error"] == "insufficient_scope"
        assert said["resource_metadata"] == f"{guarded.origin}/.well-known/oauth-protected-resource/mcp"
        assert set(said["scope"].split()) == {USE} | scopes


@pytest.mark.parametrize("revision", REVISIONS)
@pytest.mark.parametrize("operation", CHALLENGED)
def test_the_retry_passes(guarded, operation, revision):
    """With exactly what the challenge asked for."""
    method, params, _ = CHALLENGED[operation]
    body = message(method, revision=revision, **params)
    asked = challenge(guarded.send(body, guarded.token(scope=USE)))["scope"]
    answer = guarded.send(body, guarded.token(scope=asked))
    says = OPERATIONS.get(operation, (None,) * 4)[3]
    if says is not None:
        assert answer.status == 200 and says(answer.json["result"]), answer.text
    else:
        assert answer.status not in (401, 403) and answer.status < 500, answer.text
        assert answer.json["error"]["code"] in (-32601, -32602, -32002), "let in, and told that it is not there"


@pytest.mark.parametrize("revision", REVISIONS)
def test_what_has_no_rule_needs_nothing_more(guarded, revision):
    token = guarded.token(scope=USE)
    for body in (message("tools/call", revision=revision, name="claims", arguments={}), message("tools/list", revision=revision),
                 message("resources/read", revision=revision, uri="test://template/1/other")):
        assert guarded.send(body, token).status == 200


def test_what_a_narrow_token_may_not_use_is_not_shown(guarded):
    shown = guarded.send(message("tools/list"), guarded.token(scope=USE)).json["result"]["tools"]
    assert [tool["name"] for tool in shown] == ["claims"]
    for method, kind in (("resources/list", "resources"), ("prompts/list", "prompts")):
        assert guarded.send(message(method), guarded.token(scope=USE)).json["result"][kind] == []

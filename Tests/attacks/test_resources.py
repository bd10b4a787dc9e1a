"""A51, A57: a resource is guarded by whatever door and by whatever spelling of its URI, also where its rule is a template.

What an MCP SDK lets a template match has to need the template's scope: the official one for Python is asked, and what that
for TypeScript, fastmcp and version 1 of the one for Python do is written down in `other_sdks`.
"""
import json
import random
import re
import urllib.parse

import pytest
from mcp.shared.uri_template import InvalidUriTemplate, UriTemplate

from gate import verifier
from keys import P256
from mcpauth_abi import Config, R, SetterFailed
from tables import rows
from test_operations import message, token
from tokens import RESOURCE

TEMPLATE = "test://template/{id}/data"
RULES = [("add_resource_template_scope", TEMPLATE.encode(), b"resource:use")]
READER, USER = token("read"), token("resource:use")


@pytest.fixture(scope="module")
def guarded():
    return verifier([P256.jwk()], settings=RULES)


def ask(checked, body, bearer):
    return checked.request(bearer, method=b"POST", body=body)


def read(uri):
    return json_bytes(message("resources/read", {"uri": uri}))


def json_bytes(body):
    return json.dumps(body).encode()


DOORS = [
    ("resources/read", lambda uri: {"uri": uri}), ("resources/subscribe", lambda uri: {"uri": uri}),
    ("resources/unsubscribe", lambda uri: {"uri": uri}),
    ("subscriptions/listen", lambda uri: {"notifications": {"resourceSubscriptions": ["test://free", uri]}}),
    ("completion/complete", lambda uri: {"ref": {"type": "ref/resource", "uri": uri}, "argument": {"name": "id", "value": "1"}}),
]


@pytest.mark.parametrize("uri", ["test://template/7/data", TEMPLATE, "test://template/{other}/data", "test://template/a%2fb/data"])
@pytest.mark.parametrize("method,params", DOORS, ids=[method for method, _ in DOORS])
def test_A51_every_door_to_a_resource_of_a_template(guarded, method, params, uri):
    body = json_bytes(message(method, params(uri)))
    assert ask(guarded, body, USER).result == R.OK
    denied = ask(guarded, body, READER)
    assert denied.result == R.INSUFFICIENT_SCOPE and denied.status == 403
    assert 'scope="resource:use"' in denied.headers["WWW-Authenticate"]
    assert ask(guarded, json_bytes(message(method, params("test://other/7/data"))), READER).result == R.OK
    in_a_batch = b"[" + body + b"," + json_bytes(message("ping")) + b"]"
    assert ask(guarded, in_a_batch, READER).result == R.INSUFFICIENT_SCOPE


SPELLED = rows("resource-templates", "spellings")


def verifier_of(setting, *texts):
    return verifier([P256.jwk()], settings=[(setting, *(text.encode() for text in texts))])


@pytest.mark.parametrize("row", SPELLED, ids=lambda row: f"{row['template']} {row['uri']}")
def test_A57_how_a_uri_of_a_template_is_spelled(row):
    """Other spellings need the scope too, and what hosts read differently is refused, to whomever."""
    checked = verifier_of("add_resource_template_scope", row["template"], "resource:use")
    uri, result = row["uri"], R[row["result"]]
    outcome = ask(checked, read(uri), READER)
    assert outcome.result == result, outcome.message
    assert ask(checked, read(uri), USER).result == (result if result == R.INVALID_REQUEST else R.OK)
    assert checked.caller(USER).may("read_resource", uri.encode()) == (result != R.INVALID_REQUEST)
    if result == R.INVALID_REQUEST:
        assert outcome.status == 400
        without_rules = verifier_of("add_tool_scope", "t", "s")
        assert ask(without_rules, read(uri), READER).result == R.OK


@pytest.mark.parametrize("uri", [row["uri"] for row in SPELLED if row["template"] == TEMPLATE and "7" in row["uri"]
                                 and row["result"] == "INSUFFICIENT_SCOPE"])
def test_A57_other_spellings_of_an_exact_uri(uri):
    exact = verifier_of("add_resource_scope", "test://template/7/data", "resource:use")
    assert ask(exact, read(uri), USER).result == R.OK
    assert ask(exact, read(uri), READER).result == R.INSUFFICIENT_SCOPE


@pytest.mark.parametrize("row", rows("resource-templates", "templates"), ids=lambda row: row["template"])
def test_A57_what_an_sdk_lets_a_template_match(row):
    checked = verifier_of("add_resource_template_scope", row["template"], "resource:use")
    for uri in row["matching"]:
        assert ask(checked, read(uri), READER).result == R.INSUFFICIENT_SCOPE, uri


@pytest.mark.parametrize("template", [*(text.encode() for text in rows("resource-templates", "bad")), b"x" * 2049])
def test_a_template_that_could_guard_nothing_is_refused(template):
    with pytest.raises(SetterFailed) as caught:
        Config(RESOURCE).set("add_resource_template_scope", template, b"resource:use")
    assert caught.value.result == R.INVALID_ARGUMENT and "template" in caught.value.message


# ---- beside the SDKs --------------------------------------------------------------------------------------------------

EXPRESSIONS = ["{a}", "{a}", "{a}", "{+a}", "{a*}", "{/a}", "{/a*}", "{.a}", "{;a}", "{?a}", "{?a,b}", "{#a}", "{a,b}"]
LITERALS = ["/", "/", "x", "data", "a", "-", ".", "%2F", "%20", "1", "/data", "da"]
VALUES = ["", "1", "a", "a/b", "a%2Fb", "%61", "a,b", "x", "data", "/", "a-b", "a.b", "%", "%2", "a?b=1", "a#b", "a b", "\u00e9",
          "a&b", "a%252Fb", "da", "a\\b", "//"]


def made_template(dice):
    text = "test://"
    for _ in range(dice.randint(1, 3)):
        text += dice.choice(["", *LITERALS]) + dice.choice(EXPRESSIONS)
    return text + dice.choice(["", "", *LITERALS])


def made_uri(dice, template):
    """Mostly a URI of the template, as an expression may be filled in by a client that wants to get around something."""
    def filled(found):
        value = dice.choice(VALUES)
        return {"/": "/", ".": ".", ";": ";a=", "?": "?a=", "#": "#"}.get(found.group(1), "") + value
    uri = re.sub(r"\{([+/.;?#]?)[^}]*\}", filled, template)
    if dice.random() < 0.3:
        at = dice.randrange(7, len(uri) + 1)
        uri = uri[:at] + dice.choice(["/", "%2F", "?", "x", "%61"]) + uri[at:]
    return uri


def other_sdks(template):
    """What the SDK for TypeScript, fastmcp and version 1 of the SDK for Python make of a template: functions that say whether a
    URI matches."""
    pieces = re.split(r"(\{[^}]+\})", template)
    names = [piece[1:-1] for piece in pieces if piece.startswith("{")]

    def typescript(uri):
        pattern = ""
        for piece in pieces:
            body = piece[1:-1] if piece.startswith("{") else None
            if body is None:
                pattern += re.escape(piece)
            elif body[0] in "+#":
                pattern += "(.+)"
            elif body[0] in "./":
                pattern += re.escape(body[0]) + "([^/,]+)"
            elif body[0] not in "?&":
                pattern += "([^/,]+(?:,[^/,]+)*)" if "*" in body else "([^/,]+)"
        return re.fullmatch(pattern, uri.split("?")[0], re.S) is not None

    def fastmcp(uri):
        pattern = "".join(re.escape(piece) if not piece.startswith("{") else ".+" if piece.endswith("*}") else "[^/]+"
                          for piece in re.split(r"(\{[^}]+\})", re.sub(r"\{\?[^}]+\}", "", template)))
        return re.fullmatch(pattern, uri) is not None

    def python_1(uri):
        pattern = re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template))
        return re.fullmatch(pattern, uri) is not None

    is_simple = all(re.fullmatch(r"\w+", name) for name in names)
    is_fastmcp = all(re.fullmatch(r"\w+\*?|\?[\w,]+", name) for name in names)
    return [typescript] + [fastmcp] * is_fastmcp + [python_1] * is_simple


def official(template):
    try:
        parsed = UriTemplate.parse(template)
    except InvalidUriTemplate:
        return []
    return [lambda uri: parsed.match(uri) is not None]


def test_A57_whatever_an_sdk_lets_a_template_match_needs_its_scope(report):
    dice, counts = random.Random(15), {"templates": 0, "URIs": 0, "matched by an SDK": 0, "refused": 0, "guarded": 0}
    while counts["templates"] < 1500:
        template = made_template(dice)
        try:
            config = Config(RESOURCE).set("add_resource_template_scope", template.encode(), b"resource:use")
        except SetterFailed as failed:
            assert "{?...}" in failed.message or "segment . or .." in failed.message, failed
            continue
        del config
        counts["templates"] += 1
        checked = verifier([P256.jwk()], settings=[("add_resource_template_scope", template.encode(), b"resource:use")])
        reader, user = checked.caller(READER), checked.caller(USER)
        matchers = other_sdks(template) + official(template)
        for _ in range(12):
            uri = made_uri(dice, template)
            # As it came, and as a host has it that decodes before it matches.
            is_match = any(matches(text) for matches in matchers for text in {uri, urllib.parse.unquote(uri)})
            is_open = reader.may("read_resource", uri.encode())
            counts["URIs"] += 1
            counts["matched by an SDK"] += is_match
            counts["refused"] += not user.may("read_resource", uri.encode())
            counts["guarded"] += not is_open
            assert not (is_match and is_open), f"{uri} is of {template} to an SDK, and not guarded"
    assert counts["matched by an SDK"] > counts["URIs"] / 3 and counts["guarded"] < counts["URIs"], counts
    report("templates beside SDKs: " + ", ".join(f"{count} {what}" for what, count in counts.items()))

"""mcpauth_may_call_tool, _may_get_prompt and _may_read_resource say what a request for the same thing gets.

Rules, callers and names are made from a seed. Where the two differ, a list would show what cannot be used, or hide what can.
"""
import json
import random

import pytest

from encoding import compact
from gate import configured
from keys import P256
from mcpauth_abi import R, SetterFailed
from test_operations import message, token

SCOPES = ["read", "write", "admin", "all", "owner"]
NAMES = ["a", "b", "get_user", "Get_User", "\u00fcber", "x" * 300, "a b", "=?base64?YQ==?=", "{id}"]
URIS = ["docs://a", "docs://a/", "docs://b/data", "docs://%62/data", "docs://a/../b", "docs://b/data?x=1", "docs://{id}/data",
        "plain", "file:///srv/a", "file:///srv/a/b", "https://example.com/a", "https://EXAMPLE.com/a", "docs://b//data",
        "docs://\u00e9", "docs://%00"]
TEMPLATES = ["docs://{id}", "docs://{id}/data", "docs://{+path}", "file:///srv/{+path}", "file:///srv/{name}",
             "https://example.com/{id}{?q}"]
# What no request can name, and what none names twice.
ODD_NAMES = [b"", b"a\0", b"\xff", b"x" * (64 << 10), b"x" * ((64 << 10) + 1)]

KINDS = {"call_tool": ("tools/call", "name", "add_tool_scope", NAMES),
         "get_prompt": ("prompts/get", "name", "add_prompt_scope", NAMES),
         "read_resource": ("resources/read", "uri", "add_resource_scope", URIS)}


def made_rules(dice):
    """Settings of a configuration: (setter, argument...)."""
    rules = [("add_required_scope", dice.choice(SCOPES).encode()) for _ in range(dice.choice([0, 0, 1, 2]))]
    rules += [("add_scope_implication", dice.choice(SCOPES).encode(), dice.choice(SCOPES).encode())
              for _ in range(dice.randint(0, 2))]
    for _, (method, _, setter, names) in KINDS.items():
        rules += [(setter, dice.choice(names).encode(), dice.choice(SCOPES).encode()) for _ in range(dice.randint(0, 3))]
        if dice.random() < 0.2:
            rules.append(("add_method_scope", method.encode(), dice.choice(SCOPES).encode()))
        if dice.random() < 0.3:
            rules.append(("add_public_method", method.encode()))
    rules += [("add_resource_template_scope", dice.choice(TEMPLATES).encode(), dice.choice(SCOPES).encode())
              for _ in range(dice.randint(0, 3))]
    rules += [("add_public_tool", dice.choice(NAMES).encode()) for _ in range(dice.choice([0, 0, 1, 2]))]
    if dice.random() < 0.3:
        rules.append(("require_tool_rules", ))
    return rules


def made_verifier(rules):
    config, issuer = configured()
    issuer.jwks(compact({"keys": [P256.jwk()]}))
    for setter, *arguments in rules:
        try:
            config.set(setter, *arguments)
        except SetterFailed:  # a template among the exact URIs; the configuration is unusable then
            return made_verifier([rule for rule in rules if rule != (setter, *arguments)])
    return config.verifier()


def text_of(body):
    return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogateescape")


def asked(checked, bearer, method, member, name):
    """What a request that names this gets. A NUL is escaped, as JSON has to have it."""
    body = text_of(message(method, {member: name.decode("utf-8", "surrogateescape")}))
    if bearer is None:
        return checked.authorize(method=b"POST", body=body)
    return checked.request(bearer, method=b"POST", body=body)


def compared(checked, caller, bearer, dice, counts):
    for what, (method, member, _, names) in KINDS.items():
        for name in [dice.choice(names).encode() for _ in range(4)] + [dice.choice(ODD_NAMES)]:
            outcome = asked(checked, bearer, method, member, name)
            may = caller.may(what, name, checked)
            assert may == (outcome.result == R.OK), f"{what} {name[:60]}: {outcome.result.name}, {outcome.message}"
            counts["compared"] += 1
            counts["allowed"] += may
            counts[outcome.result.name] = counts.get(outcome.result.name, 0) + 1


@pytest.mark.parametrize("seed", range(5))
def test_a_list_shows_just_what_a_request_would_get(seed, report):
    dice, counts = random.Random(seed), {"compared": 0, "allowed": 0}
    lenient = made_verifier([])
    for _ in range(120):
        checked = made_verifier(made_rules(dice))
        for _ in range(3):
            bearer = token(" ".join(dice.sample(SCOPES, dice.randint(0, 4))))
            # Its caller may come from a verifier of other rules, as where a configuration is read anew.
            caller = lenient.caller(bearer)
            compared(checked, caller, bearer, dice, counts)
    assert counts["allowed"] > counts["compared"] / 10 and counts["INSUFFICIENT_SCOPE"] > counts["compared"] / 10, counts
    report(f"lists beside requests, seed {seed}: {counts}")


def test_a_list_shows_an_anonymous_caller_just_what_a_request_would_get(report):
    dice, counts = random.Random(99), {"compared": 0, "allowed": 0}
    for _ in range(300):
        checked = made_verifier(made_rules(dice) + [("add_public_method", b"ping")])
        caller = checked.anonymous(text_of(message("ping")))
        compared(checked, caller, None, dice, counts)
    assert counts["allowed"] > 0 and counts["MISSING_AUTH_HEADER"] > 0, counts
    report(f"lists beside requests without a token: {counts}")

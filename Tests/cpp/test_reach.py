"""Every function of mcpauth.h can be reached from C++: mcpauth.hpp uses each of them."""
import re

from conftest import INCLUDE, ROOT

PARTS = ["awaiter", "build", "callback", "caller", "config", "decision", "error", "hooks", "issuer", "queue", "report", "request",
         "response", "scope_rules", "text", "verifier"]


def without_comments(text):
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", text, flags=re.DOTALL)


def test_every_function_is_used():
    declared = set(re.findall(r"\b(mcpauth_\w+);", (ROOT / "pkgconfig/mcpauth.map").read_text()))
    used = set()
    for part in PARTS:
        used |= set(re.findall(r"\bmcpauth_\w+", without_comments((INCLUDE / f"mcpauth/{part}.hpp").read_text())))
    assert len(declared) > 150
    assert not declared - used, "mcpauth.hpp has nothing for these functions: give each a member in include/mcpauth"


def test_the_parts_are_those_that_are_there():
    """Whatever mcpauth.hpp includes, directly or by a part, is one of the list."""
    included = set()
    for path in [INCLUDE / "mcpauth.hpp", *(INCLUDE / f"mcpauth/{part}.hpp" for part in PARTS)]:
        included |= set(re.findall(r'#include "(?:mcpauth/)?(\w+)\.hpp"', path.read_text()))
    assert included == set(PARTS)


def test_a_setter_says_its_own_name_in_c():
    """A member that calls the setter of another name would set something else than it says."""
    for name in ("config", "scope_rules", "issuer"):
        text = without_comments((INCLUDE / f"mcpauth/{name}.hpp").read_text())
        prefix = "issuer" if name == "issuer" else "config"
        members = re.findall(r"&((?:add|set|allow|require|ignore|serve|disable|dangerous)_\w+)\([^{]*\{(.*?)\n?  ?\}", text,
                             flags=re.DOTALL)
        assert len(members) > 10
        for member, body in members:
            called = set(re.findall(rf"\bmcpauth_{prefix}_((?:add|set|allow|require|ignore|serve|disable|dangerous)_\w+)",
                                    body))
            assert called <= {member}, f"{name}::{member} calls {called}"

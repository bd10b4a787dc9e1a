"""The page as a whole: each recipe stands by itself, is in its table, and is run by a test."""
import re

import pytest

from mcpauth_abi import ROOT, R
from recipes import PAGE, names, program
from shape import RESOURCE

TESTS = [path.read_text() for path in (ROOT / "Tests/providers").glob("test_*.py")]
ASKED_FOR = ["Auth0", "Entra ID", "Okta", "Keycloak", "Cognito", "Google", "Logto", "Zitadel", "Authentik", "WorkOS", "Clerk",
             "Supabase", "Cloudflare Access", "Glewlwyd", "NanoIDP"]


@pytest.mark.parametrize("name", names())
def test_each_recipe_makes_a_verifier_without_any_network(recipes, name):
    """With its own keys' places, not the tests': what it configures is valid as it stands."""
    config = recipes.config(name)
    assert config.said[0].startswith("issuer http")
    denied = config.verifier().authorize()
    assert (denied.result, denied.status) == (R.MISSING_AUTH_HEADER, 401)
    assert "https://mcp.example.com/.well-known/oauth-protected-resource/mcp" in denied.headers["WWW-Authenticate"]
    assert f'"{RESOURCE}"' in program()


@pytest.mark.parametrize("name", names())
def test_each_recipe_is_run_on_tokens(name):
    assert sum(f'"{name}"' in text for text in TESTS) >= 1


def test_the_table_and_the_sections_are_complete():
    page = PAGE.read_text()
    rows = dict(re.findall(r"^\| \[([^]]+)\]\(#[a-z0-9-]+\) \| `(\w+)` \|", page, re.M))
    sections = re.findall(r"^## (.+)$", page, re.M)
    anchors = {re.sub(r"[^a-z0-9 -]", "", section.lower()).replace(" ", "-") for section in sections}
    assert set(re.findall(r"\]\(#([a-z0-9-]+)\)", page)) == anchors, "each section is linked to, and each link leads to one"
    assert set(rows.values()) <= set(names())
    for provider in ASKED_FOR:
        assert any(provider in row for row in rows), provider
    for section in page.split("\n## ")[1:-1]:  # the last is about networks, and has no recipe of its own
        assert "```c\n" in section and "(mcpauth_config *config) {" in section, section[:30]

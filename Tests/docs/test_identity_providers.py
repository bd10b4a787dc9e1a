"""The commands of docs/identity-providers.md, run against an issuer of the tests in place of the page's."""
import re
import sys

from test_readme import ROOT, run

sys.path.append(str(ROOT / "Tests/e2e"))
from issuer import Issuer

PAGE = (ROOT / "docs/identity-providers.md").read_text()
EXAMPLE = "https://auth.example.com"


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.M | re.S)


class Provider(Issuer):
    """One that has all that clients of 2026 ask for."""

    def metadata(self):
        more = {"grant_types_supported": ["authorization_code", "refresh_token"],
                "client_id_metadata_document_supported": True, "authorization_response_iss_parameter_supported": True,
                "scopes_supported": ["mcp:use", "offline_access"]}
        return super().metadata() | more


def test_check_your_provider_first(tmp_path):
    commands, [expected] = blocks("sh")[0], blocks("text")  # the other commands: Tests/servers
    assert commands.count(EXAMPLE) == 1
    with Provider() as issuer:
        said = run(commands.replace(EXAMPLE, f"--http-loopback {issuer.url}"), tmp_path)
        assert said.endswith(expected.replace(EXAMPLE, issuer.url))
    assert expected.startswith(f"{EXAMPLE}: works with MCP.\n")

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


def test_check_your_provider_first(tmp_path):
    commands, [expected] = blocks("sh")[0], blocks("text")  # the other commands: Tests/servers
    assert commands.count(EXAMPLE) == 1
    with Issuer() as issuer:
        said = run(commands.replace(EXAMPLE, f"--http-loopback {issuer.url}"), tmp_path)
        assert said.endswith(expected.replace(EXAMPLE, issuer.url))
    assert expected.startswith(f"{EXAMPLE}: works with MCP.\n")

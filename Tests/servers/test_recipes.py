"""The commands of docs/identity-providers.md for servers that run here, each run with the running server's URL in place of the
page's."""

import json
import re
import shlex
import subprocess

import pytest

from running import EXAMPLES, ROOT
from servers import USE
from walk import send

PAGE = (ROOT / "docs/identity-providers.md").read_text()
URL = re.compile(r"http://127\.0\.0\.1:\d+(/api/oidc)?(?= |$)")


def commands(section):
    text, = re.findall(rf"^## {section}\n(.*?)(?=^## )", PAGE, re.M | re.S)
    block, = re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S)
    return block.splitlines()


@pytest.mark.parametrize("name", ["Glewlwyd", "NanoIDP"])
def test_the_commands_of_the_page(settings, name):
    setting = settings(name)
    check, serve = [[EXAMPLES / argument.removeprefix("build/examples/") if argument.startswith("build/") else argument
                     for argument in shlex.split(URL.sub(setting.server.issuer, line))] for line in commands(name)]
    said = subprocess.run(check, capture_output=True, text=True, timeout=120)
    assert said.returncode == 0, said.stdout + said.stderr
    mcp = setting.programs["mcp_server"]  # its name, for which tokens can be had
    process = subprocess.Popen([*serve, "--resource", mcp.url], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        url = process.stdout.readline().removeprefix("listening on ").strip()
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami", "arguments": {}}}
        for token, status in ((setting.server.client_credentials(mcp.url, USE), 200), ("garbage", 401)):
            answer = send(url.removesuffix("/mcp"), "POST", "/mcp", json.dumps(message).encode(),
                          [("Content-Type", "application/json"), ("Authorization", f"Bearer {token}")])
            assert answer.status == status, answer.text
    finally:
        process.terminate()
        assert process.wait(timeout=60) == 0
        process.stdout.close()

"""The clients that people use: with a token they were given, and with a login; both with a tool that needs one more scope."""

import pytest

from running import CLIENTS, missing, run_client
from servers import INSTALLED, MORE, USE

JUDGES = ["mcp 1.30", "mcp 2.3", "fastmcp", "langchain"]


@pytest.fixture(params=JUDGES)
def client(request):
    missing(INSTALLED / CLIENTS[request.param][0])
    return request.param


def test_a_given_token(client, target, tmp_path):
    said = run_client(client, target.url, tmp_path, BEARER_TOKEN=target.token())
    assert said["before"] == ["whoami", "claims"] and said["guarded"] == said["first"]["sub"] == "alice", said
    assert said["logins"] == 0


def test_a_given_token_that_is_too_narrow(client, target, tmp_path):
    said = run_client(client, target.url, tmp_path, BEARER_TOKEN=target.token(scope=USE))
    assert said["before"] == ["claims"] and said["first"]["scope"] == USE, said
    assert "guarded" not in said and "step_up_error" in said, "nobody is there to be asked for more"


def test_a_login_and_a_step_up(client, target, issuer, tmp_path):
    said = run_client(client, target.url, tmp_path)
    assert said["before"] == ["claims"] and said["first"]["iss"] == issuer.issuer and said["first"]["scope"] == USE, said
    assert said["guarded"] == said["first"]["sub"] and said["after"] == ["whoami", "claims"], said


def test_the_scope_of_the_step_up_is_what_the_challenge_names(target):
    answer = target.send({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami"}},
                         target.token(scope=USE))
    assert f'scope="{USE} {MORE}"' in answer.headers["www-authenticate"]

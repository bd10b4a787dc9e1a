"""What outside judges see: both example servers, and the development issuer, as children on loopback."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / folder) for folder in ("servers", "dev_issuer", "vectors")]

from running import PROGRAMS, MCPServer  # noqa: E402
from servers import MORE, DevIssuer  # noqa: E402
from target import Target  # noqa: E402

# The name of a server that a gateway is in front of. Nobody looks it up.
PUBLIC = "https://mcp.example.com/mcp"
# Two scopes for each operation beside the one that all need (the tool `whoami` has one of them already).
RULES = [("--tool-scope", "whoami=tools:call"),
         ("--resource-scope", f"caller://claims={MORE}"), ("--resource-scope", "caller://claims=resources:read"),
         ("--template-scope", f"test://template/{{id}}/data={MORE}"),
         ("--template-scope", "test://template/{id}/data=resources:template"),
         ("--template-scope", f"caller://claims/{{name}}={MORE}"), ("--template-scope", "caller://claims/{name}=claims:one"),
         ("--prompt-scope", f"greeting={MORE}"), ("--prompt-scope", "greeting=prompts:get")]


class Issuer(DevIssuer):
    access_lifetime = 3600


@pytest.fixture(scope="session")
def issuer(tmp_path_factory):
    with Issuer(tmp_path_factory.mktemp("issuer")) as running:
        yield running


@pytest.fixture(scope="session", params=PROGRAMS)
def program(request):
    return request.param


@pytest.fixture(scope="session")
def target(program, issuer, tmp_path_factory):
    """The server on loopback, without further rules."""
    with MCPServer(program, issuer.issuer, tmp_path_factory.mktemp("target")) as server:
        yield Target(server, issuer)


@pytest.fixture(scope="session")
def guarded(program, issuer, tmp_path_factory):
    """The server with rules for a tool, a resource, a template and a prompt."""
    options = [word for rule in RULES for word in rule]
    with MCPServer(program, issuer.issuer, tmp_path_factory.mktemp("guarded"), *options) as server:
        yield Target(server, issuer)


@pytest.fixture(scope="session")
def public(program, issuer, tmp_path_factory):
    """The server as a gateway reaches it that ends TLS and passes the Host field on."""
    with MCPServer(program, issuer.issuer, tmp_path_factory.mktemp("public"), "--resource", PUBLIC) as server:
        yield Target(server, issuer, PUBLIC)

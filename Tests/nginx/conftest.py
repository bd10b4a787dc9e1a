"""nginx with the nginx.conf of docs/nginx.md, the authorizer with its settings, and an MCP server behind them."""
import contextlib
import http.client
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/e2e"))
from issuer import Issuer  # noqa: E402

AUTHZ = Path(os.environ["EXAMPLES"]) / "mcpauth-authz"
PAGE = (ROOT / "docs/nginx.md").read_text()
PATIENCE = 60


def block(language):
    """What the page says to write down."""
    text, = re.findall(rf"```{language}\n(.*?)```", PAGE, re.S)
    return text


def changed(text, changes):
    """The text with these parts replaced, each of which stands there once."""
    for old, new in changes.items():
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def nginx_program():
    for place in (os.environ.get("NGINX", ""), "/usr/sbin/nginx"):
        if place and Path(place).exists():
            return place
    missing = "nginx is missing: make setup-nginx gets it"
    raise (pytest.fail if os.environ.get("CI") == "true" else pytest.skip).Exception(missing)


@contextlib.contextmanager
def running(command, log, env=None):
    """A child, ended at the end."""
    with open(log, "w") as to:
        process = subprocess.Popen([str(word) for word in command], stdout=to, stderr=subprocess.STDOUT, env=env)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(condition, process, log):
    deadline = time.monotonic() + PATIENCE
    while not (found := condition()):
        assert process.poll() is None and time.monotonic() < deadline, Path(log).read_text()
        time.sleep(0.02)
    return found


def accepts(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def issuer():
    with Issuer() as running_issuer:
        yield running_issuer


@pytest.fixture(scope="session")
def upstream(tmp_path_factory):
    """Its port and its log."""
    log = tmp_path_factory.mktemp("upstream") / "log"
    with running([sys.executable, Path(__file__).parent / "upstream.py"], log) as process:
        port = wait_until(lambda: re.search(r"listening on (\d+)", log.read_text()), process, log)[1]
        yield SimpleNamespace(port=int(port), log=log)


class Site:
    """nginx and the authorizer behind it."""

    def __init__(self, port, upstream, log):
        self.port, self.upstream, self.log = port, upstream, log
        self.url = f"http://127.0.0.1:{port}/mcp"
        self.authorizer = None

    def send(self, method="GET", path="/mcp", fields=(), body=None):
        """The answer; fields are sent as they are, also twice."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.putrequest(method, path)
        for name, value in fields:
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body.encode() if body is not None else None)
        response = connection.getresponse()
        answer = SimpleNamespace(status=response.status, fields=response.getheaders(), text=response.read().decode())
        connection.close()
        return answer

    def reached(self):
        """How many requests the MCP server has seen."""
        return self.upstream.log.read_text().count('/mcp HTTP/1.1"')


@contextlib.contextmanager
def site(folder, upstream, issuer_url, *settings, jwks=""):
    """The page's own files; only where things are is changed, and settings are added."""
    port, socket_path = free_port(), folder / "s"
    (folder / "mcp.conf").write_text(changed(block("nginx"), {
        "server 127.0.0.1:8000;": f"server 127.0.0.1:{upstream.port};", "unix:/run/mcpauth/authz.sock": f"unix:{socket_path}",
        "listen 443 ssl;": f"listen 127.0.0.1:{port};", "  ssl_certificate /etc/ssl/certs/mcp.pem;\n": "",
        "  ssl_certificate_key /etc/ssl/private/mcp.key;\n": ""}))
    paths = "".join(f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (folder / "nginx.conf").write_text(f"""daemon off;
master_process off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
access_log off;
{paths}
include {folder}/mcp.conf;
}}
""")
    (folder / "settings").write_text("\n".join([changed(block("ini"), {
        "resource = https://mcp.example.com/mcp": f"resource = http://127.0.0.1:{port}/mcp",
        "unix:/run/mcpauth/authz.sock": f"unix:{socket_path}",
        "issuer = https://auth.example.com": f"issuer = {issuer_url}\nhttp_on_loopback = yes\n{jwks}"}), *settings, ""]))
    here = Site(port, upstream, folder / "authz.log")
    with running([AUTHZ, folder / "settings"], here.log) as here.authorizer:
        wait_until(lambda: "listening on unix:" in here.log.read_text(), here.authorizer, here.log)
        command = [nginx_program(), "-p", folder, "-e", folder / "error.log", "-c", folder / "nginx.conf"]
        with running(command, folder / "nginx.log") as nginx:
            wait_until(lambda: accepts(port), nginx, folder / "nginx.log")
            yield here
    assert here.authorizer.returncode == 0, here.log.read_text()  # the sanitizers have something to say otherwise


@pytest.fixture(scope="session")
def protected(tmp_path_factory, upstream, issuer):
    with site(tmp_path_factory.mktemp("site"), upstream, issuer.url, "allowed_origin = https://app.example.com") as here:
        yield here


@pytest.fixture(scope="session")
def guarded(tmp_path_factory, upstream, issuer):
    """With scopes for two tools, in front of a server that compares header and body."""
    with site(tmp_path_factory.mktemp("guarded"), upstream, issuer.url, "tool_scope = erase notes:erase",
              "tool_scope = lösche notes:erase", "upstream_compares_mcp_headers = yes") as here:
        yield here

"""What the authorization servers have in common here: a child on loopback in a folder of its own, gone at the end."""

import http.client
import json
import os
import socket
import subprocess
import sys
import urllib.parse
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "dev_issuer"))
from walk import basic, send, until  # noqa: E402

ROOT = HERE.parents[1]
INSTALLED = Path(os.environ.get("SERVERS") or ROOT / "build/servers")  # what `make setup-servers` made
USER, PASSWORD = "alice", "alice-s3cret"
USE, MORE = "mcp:use", "mcp:more"  # the scope that every call needs, and the one that the tool `whoami` needs besides
OTHER_RESOURCE = "https://other.example.com/mcp"
FORM = ("Content-Type", "application/x-www-form-urlencoded")
JSON = ("Content-Type", "application/json")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """An authorization server. `resources` are the MCP servers that tokens may be for."""

    name = ""
    access_lifetime = 60
    keeps_keys = True  # over a restart
    auth_method = None  # what clients have to register with, where the server has no public ones
    service = ("service", "s3rvice-s3cret")  # a client that gets tokens for itself
    resources = ()

    def __init__(self, folder):
        self.folder = Path(folder)
        self.port = free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.issuer = self.origin
        self.process = None

    def stand_behind(self, port):
        """It is reached, and named, by another port than it listens on: that of a proxy."""
        own = self.origin
        self.origin = f"http://127.0.0.1:{port}"
        self.issuer = self.issuer.replace(own, self.origin)

    # ---- the process ----

    def start(self):
        """Starts it, or starts it again, and waits until it answers."""
        log = (self.folder / "log").open("a")
        self.process = subprocess.Popen(self.command(), cwd=self.folder, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                                        env=os.environ | self.environment())
        log.close()
        until(self.answers, f"the start of {self.name} (see {self.folder}/log)", 180)

    def stop(self, kill=False):
        if self.process:
            self.process.kill() if kill else self.process.terminate()
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None

    def answers(self):
        assert self.process.poll() is None, f"{self.name} ended:\n{(self.folder / 'log').read_text()[-3000:]}"
        try:
            return self.metadata() is not None
        except (OSError, http.client.HTTPException, json.JSONDecodeError, KeyError):
            return False

    def environment(self):
        return {}

    def prepare(self):
        """Once, before the first start."""

    def set_up(self):
        """Once, when it runs."""

    def __enter__(self):
        self.prepare()
        try:
            self.start()
            self.set_up()
        except BaseException:
            self.stop(kill=True)
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    # ---- its protocol ----

    def metadata(self):
        path = urllib.parse.urlsplit(self.issuer).path
        for place in (f"/.well-known/oauth-authorization-server{path}", f"{path}/.well-known/openid-configuration"):
            answer = send(self.origin, "GET", place)
            if answer.status == 200 and answer.text.startswith("{"):
                return answer.json
        return None

    def post(self, endpoint, fields, headers=()):
        parts = urllib.parse.urlsplit(self.metadata()[endpoint])
        body = urllib.parse.urlencode(fields, doseq=True).encode()
        return send(f"{parts.scheme}://{parts.netloc}", "POST", parts.path, body, [FORM, *headers])

    def client_credentials(self, resource, scope=USE):
        """A token of the client `service` for itself."""
        answer = self.post("token_endpoint", {"grant_type": "client_credentials", "scope": scope, "resource": resource},
                           [basic(*self.service)])
        assert answer.status == 200, answer.text
        return answer.json["access_token"]

    def register(self, redirect, **metadata):
        parts = urllib.parse.urlsplit(self.metadata()["registration_endpoint"])
        said = {"client_name": "a test", "redirect_uris": [redirect], "grant_types": ["authorization_code", "refresh_token"],
                "response_types": ["code"], "scope": f"{USE} {MORE}"} | metadata
        answer = send(self.origin, "POST", parts.path, json.dumps(said).encode(), [JSON])
        assert answer.status in (200, 201), answer.text
        return answer.json

    def rotate(self):
        """New keys sign from now on."""
        raise NotImplementedError


class DevIssuer(Server):
    name = "dev_issuer"
    access_lifetime = 5
    keeps_keys = False

    def command(self):
        examples = Path(os.environ.get("EXAMPLES") or ROOT / "build/examples")
        return [examples / "dev_issuer", "--port", str(self.port), "--access-lifetime", str(self.access_lifetime),
                "--client", ":".join(self.service), "--published-keys", "1"]

    def rotate(self):
        import signal
        self.process.send_signal(signal.SIGHUP)


class NanoIDP(Server):
    name = "NanoIDP"
    access_lifetime = 60

    def command(self):
        return [INSTALLED / "python/bin/nanoidp", "--config", "conf", "--host", "127.0.0.1", "--port", str(self.port),
                "--profile", "oauth21"]

    def prepare(self):
        """YAML reads JSON."""
        conf = self.folder / "conf"
        (conf / "keys").mkdir(parents=True)
        client_id, secret = self.service
        settings = {"config_version": 1, "server": {"host": "127.0.0.1", "port": self.port},
                    "oauth": {"issuer": self.issuer, "audience": self.resources[0],
                              "token_expiry_minutes": self.access_lifetime // 60,
                              "scopes_supported": ["openid", USE, MORE], "dynamic_registration": {"enabled": True},
                              "clients": [{"client_id": client_id, "client_secret": secret, "description": "a service"}]}}
        users = {"config_version": 1, "users": {USER: {"password": PASSWORD, "email": "alice@example.com", "roles": ["USER"]}}}
        (conf / "settings.yaml").write_text(json.dumps(settings))
        (conf / "users.yaml").write_text(json.dumps(users))

    def rotate(self):
        answer = send(self.origin, "POST", "/api/keys/rotate")
        assert answer.status == 200, answer.text


class Toolkit(Server):
    """Its tokens are opaque: what an MCP server does with them comes with introspection in the library."""

    name = "django-oauth-toolkit"

    def command(self):
        return [INSTALLED / "python/bin/python", HERE / "toolkit_site.py", self.folder, str(self.port), USER, PASSWORD,
                *self.service]

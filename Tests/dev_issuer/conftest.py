import signal
import subprocess
import sys
from pathlib import Path

import jwt
import pytest

from walk import Client, send

sys.path.append(str(Path(__file__).resolve().parents[1] / "e2e"))
from program import Program


class DevIssuer(Program):
    """The development issuer as a process of its own. Built with AddressSanitizer it ends with an error after a leak."""

    def __init__(self, *options, log=subprocess.DEVNULL):
        super().__init__("dev_issuer", "--port", "0", *options, log=log)

    def get(self, path):
        answer = send(self.url, "GET", path)
        assert answer.status == 200, answer.text
        return answer

    def rotate(self):
        self.process.send_signal(signal.SIGHUP)

    def kids(self):
        return [key["kid"] for key in self.get("/jwks").json["keys"]]

    def claims(self, token, **options):
        """What the token says, verified with the published key, by another implementation."""
        kid = jwt.get_unverified_header(token)["kid"]
        key, = [jwt.PyJWK(key) for key in self.get("/jwks").json["keys"] if key["kid"] == kid]
        return jwt.decode(token, key, [key.algorithm_name], options={"verify_aud": False} | options)


@pytest.fixture(scope="session")
def issuer():
    with DevIssuer("--client", "service:s3cret") as running:
        yield running


@pytest.fixture
def client(issuer):
    return Client(issuer.url)

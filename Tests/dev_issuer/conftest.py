import os
import signal
import subprocess
from pathlib import Path

import jwt
import pytest

from walk import Client, send

EXAMPLES = Path(os.environ.get("EXAMPLES") or Path(__file__).resolve().parents[2] / "build/examples")


class DevIssuer:
    """The development issuer as a process of its own. Built with AddressSanitizer it ends with an error after a leak."""

    def __init__(self, *options, log=subprocess.DEVNULL):
        self.process = subprocess.Popen([EXAMPLES / "dev_issuer", "--port", "0", *options], text=True,
                                        stdout=subprocess.PIPE, stderr=log)
        line = self.process.stdout.readline()
        assert line.startswith("listening on "), f"dev_issuer did not start: {line!r}"
        self.url = line.removeprefix("listening on ").strip()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(timeout=60) == 0, "dev_issuer did not end cleanly"
        self.process.stdout.close()

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

"""The example of each language, as a command, and a key to sign tokens with."""
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples-other"
STAGE = Path(os.environ["STAGE"])
ISSUER, RESOURCE = "https://auth.example.com", "https://mcp.example.com/mcp"
ENVIRONMENT = os.environ | {
    "MCPAUTH_CDEF": str(STAGE / "include/mcpauth.cdef"), "MCPAUTH_LIBRARY": str(STAGE / "lib/libmcpauth.so"),
    "LD_LIBRARY_PATH": str(STAGE / "lib"), "PKG_CONFIG_PATH": str(STAGE / "lib/pkgconfig")}

# What runs each, or what builds it: {} is the program that is made.
INTERPRETERS = {"py": [sys.executable], "lua": ["luajit"], "php": ["php"]}
COMPILERS = {"go": ["go", "build", "-o", "{}"], "rs": ["rustc", "-O", "-D", "warnings", "-L", str(STAGE / "lib"), "-o", "{}"]}
LANGUAGES = sorted([*INTERPRETERS, *COMPILERS])


def needed(command):
    if shutil.which(command) is None:
        missing = f"{command} is missing: make setup-languages installs it"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)


@pytest.fixture(scope="session", params=LANGUAGES)
def example(request, tmp_path_factory):
    """Runs the example of a language with the arguments given."""
    source = EXAMPLES / f"verify_request.{request.param}"
    if request.param in INTERPRETERS:
        command = [*INTERPRETERS[request.param], str(source)]
        needed(command[0])
    else:
        folder = tmp_path_factory.mktemp(request.param)
        build = [word.format(folder / "program") for word in COMPILERS[request.param]]
        needed(build[0])
        made = subprocess.run([*build, str(source)], env=ENVIRONMENT | {"GOCACHE": str(folder / "cache"), "GOFLAGS": "-mod=mod"},
                              cwd=folder, capture_output=True, text=True)
        assert made.returncode == 0, made.stderr
        command = [str(folder / "program")]

    def run(*arguments):
        return subprocess.run([*command, *map(str, arguments)], env=ENVIRONMENT, capture_output=True, text=True, timeout=120)

    return run


class Key:
    """A key of the issuer's, published or not."""

    def __init__(self):
        self.private = ec.generate_private_key(ec.SECP256R1())

    def jwks(self):
        public = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(self.private.public_key()))
        return json.dumps({"keys": [public | {"kid": "key-1", "alg": "ES256", "use": "sig"}]})

    def token(self, algorithm="ES256", **changes):
        """A good token with some claims changed; None takes one out."""
        now = int(time.time())
        claims = {"iss": ISSUER, "sub": "alice", "aud": RESOURCE, "iat": now, "exp": now + 3600, "scope": "mcp:read"} | changes
        return jwt.encode({name: value for name, value in claims.items() if value is not None},
                          None if algorithm == "none" else self.private, algorithm, {"kid": "key-1"})


@pytest.fixture(scope="session")
def key():
    return Key()


@pytest.fixture(scope="session")
def jwks_file(key, tmp_path_factory):
    path = tmp_path_factory.mktemp("keys") / "jwks.json"
    path.write_text(key.jwks())
    return path

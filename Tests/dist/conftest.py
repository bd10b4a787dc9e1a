"""The tarballs of `make dist`, unpacked; README's program, and what it is compiled and asked with."""
import contextlib
import os
import platform
import re
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DIST = ROOT / "build/dist"
HERE = platform.machine()
OTHER = {"x86_64": "aarch64", "aarch64": "x86_64"}[HERE]


def words(command):
    return [str(word) for word in command]


def surroundings(**more):
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("MAKE", "MFLAGS", "PKG_CONFIG", "LD_LIBRARY"))}
    return kept | {name: str(value) for name, value in more.items()}


def run(*command, env=None, **options):
    """Standard output and error together. A failure shows them."""
    status, said = outcome(*command, env=env, **options)
    assert status == 0, f"{' '.join(words(command))}\nended with {status}\n{said}"
    return said


def outcome(*command, env=None, **options):
    """(status, what was said)"""
    done = subprocess.run(words(command), env=surroundings(**(env or {})), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False, timeout=300, **options)
    return done.returncode, done.stdout


def version():
    header = (ROOT / "include/mcpauth.h").read_text()
    return ".".join(re.search(rf"^#define MCPAUTH_VERSION_{part} (\d+)", header, re.M).group(1)
                    for part in ("MAJOR", "MINOR", "PATCH"))


def tarball(arch):
    return DIST / f"libmcpauth-{version()}-linux-{arch}.tar.gz"


def unpack(arch, to):
    to.mkdir(parents=True, exist_ok=True)
    run("tar", "-xzf", tarball(arch), "-C", to, "--strip-components=1")
    return to


@pytest.fixture(scope="session")
def tree(tmp_path_factory):
    """This machine's tarball, in a folder that nobody knew when it was made, whose name has a space."""
    return unpack(HERE, tmp_path_factory.mktemp("moved") / "some where")


@pytest.fixture(scope="session")
def other_tree(tmp_path_factory):
    return unpack(OTHER, tmp_path_factory.mktemp("other") / "tree")


@pytest.fixture(scope="session")
def hello(tmp_path_factory):
    """README's program, as a file."""
    program, = re.findall(r"^```c\n(.*?)^```$", (ROOT / "README.md").read_text(), re.M | re.S)
    source = tmp_path_factory.mktemp("hello") / "hello.c"
    source.write_text(program)
    return source


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(url, token=None):
    """(status, body, challenge), as soon as somebody listens."""
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}"} if token else {})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    for _ in range(600):
        try:
            with opener.open(request, timeout=60) as answer:
                return answer.status, answer.read().decode(), None
        except urllib.error.HTTPError as refused:
            return refused.code, refused.read().decode(), refused.headers.get("WWW-Authenticate")
        except urllib.error.URLError:
            time.sleep(0.1)
    raise AssertionError(f"nobody listens at {url}")


@contextlib.contextmanager
def running(*command, **more):
    process = subprocess.Popen(words(command), env=surroundings(**more), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(60)


def protects(program, issuer_program, **env):
    """README's words about the program hold: who has no token is told where to log in, who has one is greeted by name."""
    port, at = free_port(), free_port()
    issuer, server = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{at}/mcp"
    with running(issuer_program, "--port", port, **env), running(program, server, at, issuer, **env):
        status, _, challenge = fetch(server)
        assert status == 401 and f"http://127.0.0.1:{at}/.well-known/oauth-protected-resource/mcp" in challenge
        _, token, _ = fetch(f"{issuer}/token?audience={server}")
        assert fetch(server, token.strip())[:2] == (200, "alice")

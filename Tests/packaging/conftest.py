import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HEADER = ROOT / "include/mcpauth.h"
EXPORT_LIST = ROOT / "pkgconfig/mcpauth.map"


def run(*command, env=None, **options):
    """The command's standard output. A failure shows everything it said."""
    surroundings = {name: value for name, value in os.environ.items()
                    if name not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "PKG_CONFIG_PATH", "LD_LIBRARY_PATH"}}
    result = subprocess.run([str(word) for word in command], env=surroundings | (env or {}),
                            cwd=options.pop("cwd", ROOT), capture_output=True, text=True, **options)
    if result.returncode:
        pytest.fail(f"{' '.join(map(str, command))}\nended with {result.returncode}\n{result.stdout}{result.stderr}")
    return result.stdout


@pytest.fixture(scope="session")
def version():
    """The header's version, as "0.1.0"."""
    text = HEADER.read_text()
    parts = [line.split()[2] for part in ("MAJOR", "MINOR", "PATCH") for line in text.splitlines()
             if line.startswith(f"#define MCPAUTH_VERSION_{part} ")]
    assert len(parts) == 3
    return ".".join(parts)


def soversion_of(version):
    """Until 1.0.0 a minor version may break programs, so the loader tells them apart: "0.2"; then "1"."""
    major, minor, _ = version.split(".")
    return f"0.{minor}" if major == "0" else major


@pytest.fixture(scope="session")
def soversion(version):
    return soversion_of(version)


@pytest.fixture(scope="session")
def library(version):
    """The release library as it is installed."""
    path = ROOT / f"build/stripped/libmcpauth.so.{version}"
    assert path.exists(), "run the packaging tests through `make test-packaging`"
    return path

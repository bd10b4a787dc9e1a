"""What has to be installed for what."""
import os

from conftest import ROOT, run


def test_the_demo_needs_no_python_and_no_pypi(tmp_path):
    """`make demo` asks for the build's own needs only, and asking for these runs no Python."""
    demo = run("make", "-n", "demo")
    assert "setup.sh build" in demo and "setup.sh tests" not in demo
    for name in ("python3", "python", "pip", "pip3"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho {name} \"$@\" >>{tmp_path}/used\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    run("tools/setup.sh", "build", env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert not (tmp_path / "used").exists()
    assert (ROOT / "tools/setup.sh").read_text().count("pip install") == 1

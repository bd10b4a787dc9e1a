"""What has to be installed for what."""
import os
import subprocess

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


def test_P8_a_build_without_the_development_files_says_what_to_do(tmp_path):
    """Before the compiler says something about manifests that nobody understands."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    environment |= {"PKG_CONFIG_LIBDIR": str(tmp_path), "PKG_CONFIG_PATH": ""}
    build = tmp_path / "build"
    build.mkdir()
    made = subprocess.run(["make", "-C", str(ROOT), f"BUILD={build}", "all"], env=environment, capture_output=True, text=True,
                          check=False)
    assert made.returncode != 0
    assert "make setup" in made.stderr and "libcrypto" in made.stderr and "libcurl" in made.stderr
    assert "manifest" not in made.stderr

"""Runs a script of this directory in a process of its own, where a crash is a finding and not the end of the tests."""
import pathlib
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).parent


def run(script, *arguments, timeout=120):
    """(what it printed, the name of the signal that ended it or None)"""
    done = subprocess.run([sys.executable, str(HERE / script), *map(str, arguments)], capture_output=True, text=True,
                          timeout=timeout, check=False)
    ended_by = signal.Signals(-done.returncode).name if done.returncode < 0 else None
    assert ended_by or done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr, ended_by

#!/usr/bin/env python3
"""Runs a command and stops it now and then, with all that it started: pauses.py COMMAND...

Every three seconds all its processes are stopped for 1.2, as a machine that is suspended or has no memory left does. The
exit status is the command's.
"""
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

RUNS, STOPS = 3.0, 1.2


def family(pid):
    """The process and all that came from it, parents first."""
    yield pid
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = task.read_text().split()
        except OSError:  # it ended meanwhile
            continue
        for child in children:
            yield from family(int(child))


def send(number, pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def main():
    process = subprocess.Popen(sys.argv[1:])
    pauses, longest = 0, 0
    try:
        while True:
            try:
                process.wait(RUNS)
                break
            except subprocess.TimeoutExpired:
                stopped = []
                while new := [pid for pid in family(process.pid) if pid not in stopped]:  # until nobody forks any more
                    send(signal.SIGSTOP, new)
                    stopped += new
                time.sleep(STOPS)
                send(signal.SIGCONT, reversed(stopped))
                pauses, longest = pauses + 1, max(longest, len(stopped))
    finally:
        send(signal.SIGCONT, family(process.pid))
        if process.poll() is None:
            process.terminate()
    print(f"pauses.py: {pauses} pauses of {STOPS} s, of up to {longest} processes", file=sys.stderr)
    sys.exit(process.returncode)


main()

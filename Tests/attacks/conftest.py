"""The modules of this directory import each other by name, whatever directory pytest was started in."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "vectors")]

LINES = []


@pytest.fixture(scope="session")
def report():
    """Takes lines that the run ends with, passed or not: how much of what was tried."""
    return LINES.append


def pytest_terminal_summary(terminalreporter):
    for line in LINES:
        terminalreporter.write_line(line)

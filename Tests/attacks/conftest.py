"""The modules of this directory import each other by name, whatever directory pytest was started in."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "vectors")]

import leaks  # noqa: E402

LINES = []


@pytest.fixture(scope="session")
def report():
    """Takes lines that the run ends with, passed or not: how much of what was tried."""
    return LINES.append


@pytest.fixture(autouse=True)
def A54_nothing_leaks():
    """No message, response or line of the log holds a token or a secret."""
    yield
    given_away, leaks.found[:] = leaks.found[:], []
    assert not given_away


def pytest_terminal_summary(terminalreporter):
    for line in LINES:
        terminalreporter.write_line(line)
    terminalreporter.write_line("searched for tokens and secrets: " + ", ".join(
        f"{count} {where}s" for where, count in sorted(leaks.searched.items()) if where != "control"))

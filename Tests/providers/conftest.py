"""Shares the binding, the keys and the hand-made tokens of Tests/attacks."""
import pathlib
import sys

import pytest

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "attacks")]


@pytest.fixture(scope="session")
def recipes(tmp_path_factory):
    """The functions of docs/identity-providers.md, compiled."""
    from recipes import Recipes
    return Recipes(tmp_path_factory.mktemp("recipes"))


def pytest_terminal_summary(terminalreporter):
    """How many tests each row of the providers' table has."""
    rows = {}
    for report in terminalreporter.stats.get("passed", []):
        words = report.nodeid.partition("::test_provider_")[2].split("_")
        if words[0].isdigit():
            rows[int(words[0])] = rows.get(int(words[0]), 0) + 1
    if rows:
        counts = " ".join(f"{row}:{rows[row]}" for row in sorted(rows))
        terminalreporter.write_line(f"provider rows covered: {len(rows)} of 50 (row:tests) {counts}")

"""Shares the binding, the keys and the local provider of Tests/attacks and Tests/providers; counts what was compared."""
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "providers"), str(HERE.parent / "attacks")]


def pytest_terminal_summary(terminalreporter):
    from comparison import COUNTS
    terminalreporter.write_line(
        f"parity with mcpauth 0.2.0b1: {COUNTS['requests']} requests, {COUNTS['values']} values compared, "
        f"{COUNTS['same']} requests without any difference, {COUNTS['differences']} deliberate differences "
        f"for {len(COUNTS['reasons'])} reasons")

"""The tables of rules in this folder, which tests in several languages read."""
import json
from pathlib import Path

HERE = Path(__file__).resolve().parent


def table(name):
    """The members of NAME.json."""
    return json.loads((HERE / f"{name}.json").read_text())


def rows(name, part="rows"):
    found = table(name)[part]
    assert found, f"{name}.json has no {part}"
    return found

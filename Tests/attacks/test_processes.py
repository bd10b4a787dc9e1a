"""The library in a host that forks."""
import re

import isolated


def test_nothing_is_made_once_in_a_request():
    """A child of fork waits for ever for what a thread of its parent had begun to make."""
    printed, ended_by = isolated.run("first_use.py")
    assert ended_by is None, printed
    made = re.findall(r"^(loaded|setup|request) (\S+Wz)$", printed, flags=re.M)
    assert len([name for when, name in made if when == "setup"]) >= 3, printed  # the symbols are named as expected
    assert "# OK 200" in printed and "# KEYS_UNAVAILABLE 503" in printed
    assert [name for when, name in made if when == "request"] == [], printed

"""The home-made part of `make lint` finds what it is for: each finding is provoked in a copy."""
import pytest

import attack_numbers
from conftest import ROOT

ROW = "| A1 | {} | the rule | `include/mcpauth.h` | `test_A01_none` |\n"


def judged(tmp_path, catalogue, test="def test_A01_none():\n"):
    (tmp_path / "docs").mkdir()
    (tmp_path / "include").mkdir()
    (tmp_path / "Tests").mkdir()
    (tmp_path / attack_numbers.CATALOGUE).write_text(catalogue)
    (tmp_path / "include/mcpauth.h").write_text("/* nothing */\n")
    (tmp_path / "Tests/test_it.py").write_text(test)
    said = []
    attack_numbers.judge(tmp_path, [tmp_path / "include/mcpauth.h", tmp_path / "Tests/test_it.py"],
                         lambda path, line, what: said.append(what))
    return said


def test_attack_numbers_that_resolve(tmp_path):
    assert judged(tmp_path, ROW.format("what")) == []


@pytest.mark.parametrize(("catalogue", "test", "what"), [
    (ROW.format("what"), "def test_A01_none():  # see A2\n", "A2 is not in"),
    (ROW.format("what"), "def test_A01_none():  # A1 to A3\n", "A3 is not in"),
    (ROW.format("what"), "def test_A01_other():\n", "no test is called test_A01_none"),
    (ROW.format("what").replace("A01_none", "none"), "def test_none():\n", "no test is called test_none"),
    (ROW.format("what").replace("mcpauth.h", "gone.h"), "def test_A01_none():\n", "include/gone.h does not exist"),
    (ROW.format("what") * 2, "def test_A01_none():\n", "stands here 2 times"),
    (ROW.format("what") + "| A3 | what | rule | **open**: all of it | |\n", "def test_A01_none():\n", "a row is missing"),
    (ROW.format("what") + "| A2 | what | rule |\n", "def test_A01_none():\n", "a row is missing"),
    ("| A1 | what | rule | **open**: all of it | |\n", "def test_A01_none():\n", "A1 is open in"),
    ("| A1 | what | rule | `include/mcpauth.h` | |\n", "def test_A01_none():\n", "A1 needs a file"),
])
def test_attack_numbers_that_do_not(tmp_path, catalogue, test, what):
    assert [line for line in judged(tmp_path, catalogue, test) if what in line]


def test_every_attack_of_the_catalogue_is_read():
    text = (ROOT / attack_numbers.CATALOGUE).read_text()
    assert len(attack_numbers.rows(text)) == text.count("\n| A") >= 56

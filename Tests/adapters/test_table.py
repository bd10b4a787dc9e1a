"""The README's table of adapters says what the example servers do, and all of them stand in it."""
import re

from conftest import ROOT

ROWS = re.findall(r"^\| .* \| `<(mcpauth/\w+\.hpp)>` \| `([^`]*)`.* \| \[(\w+)\]\((examples-cpp/[^)]*)\) \|$",
                  (ROOT / "README.md").read_text(), re.M)


def squeezed(text):
    return re.sub(r"\s+", "", text)


def test_each_server_is_in_the_table():
    assert sorted(program for *_, program in ROWS) == sorted(
        str(path.relative_to(ROOT)) for path in (ROOT / "examples-cpp/adapters").glob("*_server.cpp"))


def test_each_row_is_what_its_server_does():
    for header, line, name, program in ROWS:
        text = squeezed((ROOT / program).read_text())
        assert (ROOT / "include" / header).exists() and program.endswith(f"/{name}.cpp")
        assert squeezed(line).removesuffix("handler);") in text, (line, program)
        assert header.removeprefix("mcpauth/").removesuffix(".hpp") == name.removesuffix("_server")

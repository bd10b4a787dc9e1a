"""What docs/operations.md says is done as it says: its commands are one session, its program is compiled."""
import re
import subprocess

import pytest

from test_readme import ROOT, free_port, home, run  # noqa: F401 (home is a fixture)

PAGE = (ROOT / "docs/operations.md").read_text()


def blocks(language):
    """Those of lists too, without their indentation."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", PAGE, re.M | re.S)
    return [re.sub(rf"^{indentation}", "", text, flags=re.M) for indentation, text in found]


def test_a_401_is_found_in_five_steps(home):  # noqa: F811
    session = "".join(blocks("sh"))
    assert len(blocks("sh")) == 6 and session.count("9000") > 3 and session.count("9001") > 3
    said = run(session.replace("9000", str(free_port())).replace("9001", str(free_port())), home)
    assert "resource_metadata=" in said and "works with MCP" in said and "AUDIENCE_MISMATCH" in said and "whoami" in said


@pytest.mark.parametrize("compiler,language,standard", [("gcc", "c", "c11"), ("g++", "c++", "c++17")])
def test_the_programs_compile(tmp_path, compiler, language, standard):
    for number, text in enumerate(blocks("c")):
        source = tmp_path / f"part{number}.c"
        source.write_text(text)
        subprocess.run([compiler, "-x", language, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                        "-fsyntax-only", "-I", ROOT / "include", source], check=True)

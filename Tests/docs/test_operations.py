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


# For what is no whole program: what a server has of its own.
AROUND_A_PART = """#include <mcpauth.h>
int internal_error(void);
int send_response(mcpauth_response *response);
int part(mcpauth_config *config, mcpauth_verifier *verifier, mcpauth_authinfo *info, const char *field, size_t field_len);
int part(mcpauth_config *config, mcpauth_verifier *verifier, mcpauth_authinfo *info, const char *field, size_t field_len) {
  mcpauth_response *denial = NULL;
  size_t id_len = 0;
  (void)config, (void)verifier, (void)info, (void)field, (void)field_len, (void)denial, (void)id_len;
"""


@pytest.mark.parametrize("compiler,language,standard", [("gcc", "c", "c11"), ("g++", "c++", "c++17")])
def test_the_programs_compile(tmp_path, compiler, language, standard):
    for number, text in enumerate(blocks("c")):
        source = tmp_path / f"part{number}.c"
        source.write_text(text if "#include <mcpauth.h>" in text else AROUND_A_PART + text + "  return 0;\n}\n")
        subprocess.run([compiler, "-x", language, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                        "-fsyntax-only", "-I", ROOT / "include", source], check=True)

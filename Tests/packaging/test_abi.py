"""compare-abi: what would break a program compiled with the header of 0.1.0 is found; what would not, is let pass."""
import subprocess

import pytest

from conftest import HEADER, ROOT

REQUEST_END = "} mcpauth_request;"


def compared(tmp_path, *changes):
    text = HEADER.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "mcpauth.h").write_text(text)
    result = subprocess.run([ROOT / "Tests/packaging/compare-abi", tmp_path, tmp_path / "work"], capture_output=True,
                            text=True)
    return result.returncode, result.stdout + result.stderr


def test_the_header_as_it_is(tmp_path):
    status, said = compared(tmp_path)
    assert status == 0, said


@pytest.mark.parametrize("changes", [
    [("MCPAUTH_API int mcpauth_response_status(",
      "MCPAUTH_API int mcpauth_new(void);\nMCPAUTH_API int mcpauth_response_status(")],
    [(REQUEST_END, "  const char *added;\n" + REQUEST_END)],
    [("  MCPAUTH_ERR_INTERNAL = 902 ", "  MCPAUTH_ERR_NEW = 903, MCPAUTH_ERR_INTERNAL = 902 ")],
], ids=["a function more", "a member at the end", "a result more"])
def test_what_breaks_nobody(tmp_path, changes):
    status, said = compared(tmp_path, *changes)
    assert status == 0, said


@pytest.mark.parametrize("changes", [
    [("MCPAUTH_API int mcpauth_response_status(", "MCPAUTH_API int mcpauth_renamed_status(")],
    [("int64_t mcpauth_authinfo_expires_at(", "int32_t mcpauth_authinfo_expires_at(")],
    [("mcpauth_config_set_leeway_seconds(mcpauth_config *config, uint32_t",
      "mcpauth_config_set_leeway_seconds(mcpauth_config *config, uint64_t")],
    [("  size_t authorization_count;", "  size_t added;\n  size_t authorization_count;")],
    [("MCPAUTH_CLAIM_ARRAY = 5", "MCPAUTH_CLAIM_ARRAY = 6"), ("MCPAUTH_CLAIM_OBJECT = 6", "MCPAUTH_CLAIM_OBJECT = 5")],
    [("typedef int64_t (*mcpauth_clock_fn)", "typedef int32_t (*mcpauth_clock_fn)")],
], ids=["a function gone", "a result type", "a parameter", "a member in the middle", "numbers", "a callback"])
def test_what_would_break_programs(tmp_path, changes):
    status, said = compared(tmp_path, *changes)
    assert status == 1 and "would break" in said


def test_a_program_of_version_0_1_0_works(tmp_path):
    """Compiled with the header of that version, which is kept beside it, and run with this library."""
    kept = ROOT / "Tests/packaging/abi-0.1.0"
    program = tmp_path / "program"
    subprocess.run(["gcc", "-std=c11", "-Wall", "-Wextra", "-Werror", "-I", kept, kept / "program.c", "-o", program,
                    "-L", ROOT / "build/lib", "-lmcpauth"], check=True)
    done = subprocess.run([program], capture_output=True, text=True, env={"LD_LIBRARY_PATH": str(ROOT / "build/lib")})
    assert done.returncode == 0, done.stdout + done.stderr

"""mcpauth.h compiles alone, in every language version it claims, with every warning an error, by two compilers."""
import re

import pytest

from conftest import HEADER, run

COMPILERS = {"c": ("gcc", "clang"), "c++": ("g++", "clang++")}
STANDARDS = [("c", name) for name in ("c99", "c11", "c17")] + [
    ("c++", name) for name in ("c++11", "c++14", "c++17", "c++20")]

# Nothing before the header, the header twice, and every macro of it used.
PROGRAM = """
#include "mcpauth.h"
#include "mcpauth.h"
static MCPAUTH_MUST_CHECK mcpauth_result authorize(const mcpauth_verifier *verifier, mcpauth_authinfo **info) {
  mcpauth_request request = MCPAUTH_REQUEST_INIT;
  mcpauth_response *denial = NULL;
  mcpauth_result result = mcpauth_authorize(verifier, &request, info, &denial);
  mcpauth_response_free(denial);
  return result;
}
int main(void) {
  mcpauth_authinfo *info = NULL;
  int version = MCPAUTH_VERSION_MAJOR + MCPAUTH_VERSION_MINOR + MCPAUTH_VERSION_PATCH;
  return authorize(NULL, &info) == MCPAUTH_OK && version > 0;
}
"""


@pytest.mark.parametrize("language, standard, compiler",
                         [(language, standard, compiler) for language, standard in STANDARDS
                          for compiler in COMPILERS[language]])
def test_compiles_alone(language, standard, compiler, tmp_path):
    program = tmp_path / "program.txt"
    program.write_text(PROGRAM)
    warnings = ["-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Wconversion", "-Werror"]
    if language == "c":
        warnings += ["-Wstrict-prototypes", "-Wmissing-declarations"]
    run(compiler, "-x", language, f"-std={standard}", *warnings, "-fsyntax-only", "-I", HEADER.parent, program)


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_an_ignored_result_is_a_warning(compiler, tmp_path):
    program = tmp_path / "program.c"
    program.write_text('#include "mcpauth.h"\nint main(void) { mcpauth_verifier_new(NULL, NULL, NULL); return 0; }\n')
    with pytest.raises(pytest.fail.Exception, match="unused"):
        run(compiler, "-Wall", "-Werror", "-c", "-I", HEADER.parent, program, "-o", tmp_path / "program.o")


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
def test_a_setters_result_may_be_ignored(compiler, tmp_path):
    """Its configuration keeps the failure. With or without a cast, which gcc would not let silence the attribute."""
    program = tmp_path / "program.c"
    program.write_text("""#include "mcpauth.h"
void f(mcpauth_config *config) {
  mcpauth_config_add_audience(config, "x");
  (void)mcpauth_config_add_audience(config, "y");
}
""")
    run(compiler, "-Wall", "-Wextra", "-Werror", "-c", "-I", HEADER.parent, program, "-o", tmp_path / "program.o")


def test_an_ignored_result_is_a_warning_where_it_is_a_hole():
    """What lets somebody in, what gives a reference, and what fills a buffer."""
    marked = set(re.findall(r"MCPAUTH_MUST_CHECK mcpauth_result (mcpauth_\w+)\(", HEADER.read_text()))
    assert marked == {"mcpauth_" + name for name in (
        "handle", "try_handle", "handle_async", "authorize", "try_authorize", "authorize_async", "verify", "try_verify",
        "verify_async", "require_scopes", "handle_queued", "authorize_queued", "verify_queued", "queue_new", "queue_next",
        "event_result",
        "session_bind", "session_check", "authinfo_check", "authinfo_retain", "verifier_new", "verifier_retain")}


def test_includes_three_standard_headers_only():
    assert [line.split()[1] for line in HEADER.read_text().splitlines() if line.startswith("#include")] == [
        "<stdbool.h>", "<stddef.h>", "<stdint.h>"]

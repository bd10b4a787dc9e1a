"""Lists that stand in several places say the same: functions, results."""
import re
import subprocess

import pytest

from conftest import EXPORT_LIST, HEADER, ROOT, run

CHECK_ABI = ROOT / "Tests/packaging/check-abi"


@pytest.fixture
def copies(tmp_path):
    """Header and export list to change, and a library that exports one function of each name in the list."""
    header, export_list, library = tmp_path / "mcpauth.h", tmp_path / "mcpauth.map", tmp_path / "library.so"
    header.write_text(HEADER.read_text())
    export_list.write_text(EXPORT_LIST.read_text())
    source = tmp_path / "library.c"
    names = re.findall(r"mcpauth_\w+", EXPORT_LIST.read_text())
    source.write_text("".join(f"void {name}(void) {{}}\n" for name in names))
    run("gcc", "-shared", "-fPIC", source, "-o", library, f"-Wl,--version-script={export_list}")
    return header, export_list, library


def check_abi(*files):
    result = subprocess.run([CHECK_ABI, *files], capture_output=True, text=True)
    return result.returncode, result.stdout + result.stderr


def test_check_abi_accepts_what_agrees(copies):
    assert check_abi(*copies)[0] == 0


def test_check_abi_finds_a_declaration_that_nothing_exports(copies):
    header, export_list, library = copies
    header.write_text(header.read_text().replace("int mcpauth_response_status(",
                                                 "int mcpauth_forgotten(void);\nint mcpauth_response_status("))
    status, said = check_abi(*copies)
    assert status == 1
    assert f"mcpauth_forgotten is not in {export_list}" in said and f"mcpauth_forgotten is not in {library}" in said


def test_check_abi_finds_an_export_that_nothing_declares(copies):
    header, _, _ = copies
    header.write_text(header.read_text().replace("int mcpauth_response_status(", "int mcpauth_renamed_status("))
    status, said = check_abi(*copies)
    assert status == 1 and f"mcpauth_response_status is not in {header}" in said


def test_check_abi_finds_a_symbol_that_is_no_function(copies, tmp_path):
    header, export_list, library = copies
    source = tmp_path / "library.c"
    source.write_text(source.read_text() + "int $internal = 1;\n")
    run("gcc", "-shared", "-fPIC", source, "-o", library)
    assert check_abi(*copies)[0] == 1


def test_check_abi_takes_no_comment_and_no_typedef_for_a_function(copies):
    header, _, _ = copies
    header.write_text(header.read_text().replace(
        "int mcpauth_response_status(",
        "/* int mcpauth_in_a_comment(void); */\ntypedef int (*mcpauth_pointer_fn)(int);\nint mcpauth_response_status("))
    assert check_abi(*copies)[0] == 0


def header_results():
    return dict(re.findall(r"^\s+(MCPAUTH_(?:OK|WOULD_BLOCK|RESPONDED|ERR_\w+)) = (\d+)", HEADER.read_text(), re.M))


def test_the_c_tests_know_every_result():
    assert re.findall(r"NAMED\((MCPAUTH_\w+)\)", (ROOT / "Tests/c/results.h").read_text()) == list(header_results())


def test_the_engine_has_the_headers_numbers():
    engine = re.findall(r"case `?(\w+)`? = (\d+)", (ROOT / "Sources/Support/ResultCode.swift").read_text())

    def squeezed(name):
        return name.lower().replace("_", "")

    assert {squeezed(name): number for name, number in engine} == {
        squeezed(re.sub("^MCPAUTH_(ERR_)?", "", name)): number for name, number in header_results().items()}


def test_every_function_is_called_by_the_c_tests():
    programs = "".join(path.read_text() for path in (ROOT / "Tests/c").glob("*.c"))
    called = set(re.findall(r"\b(mcpauth_\w+)\s*\(", programs))
    assert set(re.findall(r"mcpauth_\w+", EXPORT_LIST.read_text())) - called == set()


def test_the_export_list_is_sorted():
    names = re.findall(r"mcpauth_\w+", EXPORT_LIST.read_text())
    assert names == sorted(set(names))

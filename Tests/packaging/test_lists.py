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
    missing = set(re.findall(r"mcpauth_\w+", EXPORT_LIST.read_text())) - called
    assert missing == set(), f"no program of Tests/c calls {sorted(missing)}: add a case that shows what each does"


def test_the_export_list_is_sorted():
    names = re.findall(r"mcpauth_\w+", EXPORT_LIST.read_text())
    assert names == sorted(set(names)), "pkgconfig/mcpauth.map is in alphabetical order, each name once"


def test_every_finding_of_the_engine_is_listed():
    """check_issuer's advice on it, the header's list, and the page that compares it with MCP Auth's."""
    def part(path, start, end):
        return (ROOT / path).read_text().partition(start)[2].partition(end)[0]

    def words(text):
        return set(re.findall(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b", text))

    engine = set(re.findall(r'case \.\w+: "(\w+)"', (ROOT / "Sources/KeyService/Report/MetadataFinding.swift").read_text()))
    advice = set(re.findall(r'^    \{"(\w+)"', (ROOT / "examples-c/issuer_advice.h").read_text(), re.M))
    assert len(engine) > 15
    for where, listed in {
        "examples-c/issuer_advice.h": advice,
        "include/mcpauth.h, at mcpauth_report_finding_code": words(part("include/mcpauth.h", "A finding's code:", "@param")),
        "docs/mcp-auth-parity.md": words(part("docs/mcp-auth-parity.md", "### Findings about", "\n## "))
        - {"mcpauth_report_finding_code", "dynamic_registration_not_supported"},
    }.items():
        assert listed == engine, f"{where} does not list the codes of MetadataFinding.swift: {sorted(listed ^ engine)}"


def test_every_new_function_is_in_the_changelog():
    """By its name, as one of `mcpauth_queue_*`, or by its end: `mcpauth_config_add_public_method and _add_public_tool`."""
    version = ".".join(re.findall(r"#define MCPAUTH_VERSION_(?:MAJOR|MINOR|PATCH) (\d+)", HEADER.read_text()))
    entry = (ROOT / "CHANGELOG.md").read_text().partition(f"## {version}\n")[2].partition("\n## ")[0]
    documented = re.findall(r"/\*\*((?:(?!\*/).)*?)@since (\S+)\n \*/\n[^;]*?\b(mcpauth_\w+)\(", HEADER.read_text(), re.S)
    new = {name for _, since, name in documented if since == version}
    assert {name for *_, name in documented} >= set(re.findall(r"\bmcpauth_\w+", EXPORT_LIST.read_text()))
    families = tuple(re.findall(r"\b(mcpauth_\w+_)\*", entry))
    ends = tuple(re.findall(r"(?<!\w)_[a-z]\w+", entry))
    named = set(re.findall(r"\bmcpauth_\w+", entry))
    missing = {name for name in new - named if not name.startswith(families or "-") and not name.endswith(ends or "-")}
    assert missing == set(), f"CHANGELOG.md says nothing under {version} of {sorted(missing)}: what does a user get by them?"


def test_every_function_meets_null_in_the_c_tests():
    """In a call with NULL, or in test_null.c and test_null_config.c, where tables do it."""
    tables = "".join((ROOT / f"Tests/c/{name}.c").read_text() for name in ("test_null", "test_null_config"))
    programs = "".join(path.read_text() for path in (ROOT / "Tests/c").glob("*.c"))
    met = set(re.findall(r"\bmcpauth_\w+", tables)) | set(re.findall(r"\b(mcpauth_\w+)\((?=[^;]*\bNULL\b)", programs))
    without_pointers = {"mcpauth_" + name for name in ("version", "version_number", "result_name", "result_description")}
    missing = set(re.findall(r"\bmcpauth_\w+", EXPORT_LIST.read_text())) - met - without_pointers
    assert missing == set(), f"Tests/c/test_null.c (test_null_config.c for a setter) has to call with NULL: {sorted(missing)}"

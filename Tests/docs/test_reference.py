"""The reference of the header: each function says what it is for, every parameter, what it returns and since when."""
import re
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "build/docs"
HEADER = (ROOT / "include/mcpauth.h").read_text()
EXPORTS = sorted(re.findall(r"mcpauth_\w+", (ROOT / "pkgconfig/mcpauth.map").read_text()))


def text(element):
    return "" if element is None else " ".join("".join(element.itertext()).split())


@pytest.fixture(scope="session")
def functions():
    """{name: its element in Doxygen's XML}"""
    assert (DOCS / "xml").exists(), "run the tests of the documents through `make test-docs`"
    return {member.findtext("name"): member for path in (DOCS / "xml").glob("group__*.xml")
            for member in ElementTree.parse(path).getroot().iter("memberdef") if member.get("kind") == "function"}


def test_each_exported_function_is_in_the_reference(functions):
    assert sorted(functions) == EXPORTS


@pytest.mark.parametrize("name", EXPORTS)
def test_each_function_is_complete(functions, name):
    member = functions[name]
    detail = member.find("detaileddescription")
    assert text(member.find("briefdescription")).endswith((".", "?")), "no brief sentence"
    declared = [param.findtext("declname") for param in member.findall("param") if param.findtext("type") != "void"]
    documented = {item.findtext(".//parametername"): text(item.find("parameterdescription"))
                  for item in detail.iter("parameteritem")}
    assert list(documented) == declared and all(documented.values())
    sections = {section.get("kind"): text(section) for section in detail.iter("simplesect")}
    assert ("return" in sections) == (text(member.find("type")) != "void")
    assert all(sections.values()) and re.fullmatch(r"\d+\.\d+\.\d+", sections["since"])


def test_each_setter_is_in_the_table():
    """With what holds without it, and its range."""
    rows = [[cell.strip() for cell in line.strip(" *|").split("|")] for line in HEADER.splitlines()
            if line.startswith(" * |") and line.endswith(".0 |")]
    assert all(len(row) == 4 and row[1] for row in rows)
    listed = {name for row in rows for name in row[0].split(", ")}
    setters = {re.sub(r"^mcpauth_(config|issuer)_", "", name) for name in EXPORTS
               if re.match(r"mcpauth_(config|issuer)_(add|set|allow|ignore|require|serve|disable|dangerous(?!_new))_", name)}
    assert listed == setters, f"the tables of settings in include/mcpauth.h and the setters differ in {sorted(listed ^ setters)}"


def test_the_html_reference_is_there():
    assert "libmcpauth" in (DOCS / "html/index.html").read_text()
    pages = "".join(path.read_text() for path in (DOCS / "html").glob("group__*.html"))
    assert [name for name in EXPORTS if f">{name}<" not in pages and f">{name}()<" not in pages] == []


def test_there_is_a_man_page_for_each_call():
    assert {path.name for path in (DOCS / "man/man3").iterdir()} == {f"{name}.3" for name in ["mcpauth", *EXPORTS]}


def test_the_man_pages_are_clean():
    pages = sorted((DOCS / "man/man3").iterdir())
    result = subprocess.run(["groff", "-man", "-ww", "-z", "-K", "utf8", "-rLL=100n", *pages], capture_output=True, text=True)
    assert result.returncode == 0 and result.stderr == ""
    for path in pages[1:]:
        page = path.read_text()
        wanted = [".SH NAME", ".SH SYNOPSIS", ".SH VERSIONS", ".SH SEE ALSO"]
        assert [section for section in wanted if section not in page] == [], path.name


def test_the_man_page_of_a_call_says_what_the_header_says():
    result = subprocess.run(["groff", "-man", "-Tascii", "-rLL=200n", "-P-cbou", DOCS / "man/man3/mcpauth_verifier_new.3"],
                            capture_output=True, text=True, check=True)
    said = " ".join(result.stdout.split())
    assert "mcpauth_verifier_new - Makes a verifier from a snapshot of a configuration" in said
    assert "the first failure of a setter" in said and "err the reason, when the result is not MCPAUTH_OK" in said


def test_the_examples_of_the_header_compile(tmp_path):
    """As C and as C++, with what a host has of its own declared around them, and the first in at most fifteen lines."""
    first, queue = ("\n".join(line[3:] for line in example.splitlines() if line.strip() != "*")
                    for example in re.findall(r" \* @code\n(.*?) \* @endcode", HEADER, re.S))
    assert len(first.splitlines()) <= 15
    compiles(tmp_path, """void handle_request(const char *subject);
void send_response(const mcpauth_response *response);""",
             "const mcpauth_header *fields, size_t field_count, mcpauth_str method, mcpauth_str path, mcpauth_str body", first)
    compiles(tmp_path, """void write_log(const char *entry);
void send_503(uint64_t id);
void go_on(uint64_t id, const mcpauth_authinfo *caller);
void send_response(uint64_t id, const mcpauth_response *response);""",
             "mcpauth_queue *queue, mcpauth_config *config, mcpauth_verifier *verifier, mcpauth_request request, uint64_t id, "
             "mcpauth_error *err", queue)


def compiles(folder, declarations, parameters, body):
    program = folder / "example.c"
    program.write_text(f"""#include <mcpauth.h>
void give_up(const char *why);
{declarations}
void serve({parameters});
void serve({parameters}) {{
{body}
}}
""")
    for language, compiler, standard in (("c", "gcc", "c99"), ("c", "clang", "c17"), ("c++", "g++", "c++17")):
        subprocess.run([compiler, "-x", language, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                        "-fsyntax-only", "-I", ROOT / "include", program], check=True)

"""What the README says is done as it says: its program is compiled, its commands are run, its output is compared."""
import os
import re
import socket
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
# Documents for whoever uses the library or works on it.
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.M | re.S)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run(script, home):
    """Runs a block of commands in the clone, as one shell would; the first that fails ends it."""
    keep = {name: value for name, value in os.environ.items() if name not in {"MAKEFLAGS", "MFLAGS", "MAKELEVEL"}}
    clean_up = "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT\n"
    result = subprocess.run(["bash", "-euo", "pipefail", "-m", "-c", clean_up + script], cwd=ROOT, text=True, capture_output=True,
                            env=keep | {"HOME": str(home), "no_proxy": "127.0.0.1"}, timeout=600)
    assert result.returncode == 0, f"{script}\n{result.stdout}{result.stderr}"
    return result.stdout


@pytest.fixture(scope="session")
def home(tmp_path_factory):
    """Where the commands install to."""
    return tmp_path_factory.mktemp("home")


def test_the_two_commands():
    """The second is what runs this test, and what CI calls."""
    assert blocks("sh")[0] == "make demo\n"
    assert blocks("sh")[1] == "make test\n"
    assert re.search(r"^make test\b", (ROOT / ".ci/run").read_text(), re.M)


def test_make_demo(home):
    assert "each answered as expected" in run(blocks("sh")[0], home)


def test_the_commands_about_linking(home):
    """Install, compile the README's own program, run it against the development issuer, uninstall."""
    port = str(free_port())
    program, = blocks("c")
    expected, = blocks("text")
    (ROOT / "build/hello.c").write_text(program)
    install, use, uninstall = blocks("sh")[2:]
    assert use.count(":9000") == 2 and "--port 9000" in use and use.count("9002") == 5
    at = str(free_port())
    said = run(install + use.replace("9000", port).replace("9002", at), home).replace("\r\n", "\n")
    assert said.endswith(expected.replace("9002", at).rstrip())
    assert (home / ".local/include/mcpauth.h").exists()
    run(uninstall, home)
    assert not [path for path in (home / ".local").rglob("*") if not path.is_dir()]


def test_the_program_has_no_warning(home):
    program, = blocks("c")
    source = ROOT / "build/hello.c"
    source.write_text(program)
    for language, compiler, standard in (("c", "gcc", "c99"), ("c", "clang", "c17"), ("c++", "g++", "c++17")):
        subprocess.run([compiler, "-x", language, f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                        "-fsyntax-only", "-I", ROOT / "include", source], check=True)


# What a server has of its own, around the README's lines in C++.
AROUND = """
#include <coroutine>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
struct task {{
  struct promise_type {{
    task get_return_object() {{ return {{}}; }}
    std::suspend_never initial_suspend() noexcept {{ return {{}}; }}
    std::suspend_never final_suspend() noexcept {{ return {{}}; }}
    void return_void() {{}}
    void unhandled_exception() {{}}
  }};
}};
void give_up(const char *why);
void handle(std::string_view subject, std::optional<std::int64_t> age = {{}},
            std::optional<std::vector<std::string>> groups = {{}});
void send_response(int status, std::string_view head, std::string_view body);
void post_to_loop(std::coroutine_handle<> waiting);
{declaration};
{declaration} {{
{lines}
}}
"""
DECLARATIONS = [
    "void serve(std::string method, std::string path, std::multimap<std::string, std::string> headers, std::string body)",
    "task serve(const mcpauth::request &request)"]


@pytest.mark.parametrize("compiler, standard", [("g++", "c++20"), ("clang++", "c++20")])
@pytest.mark.parametrize("which", [0, 1])
def test_the_lines_in_cpp_compile(which, compiler, standard):
    """Each block, with what a server has of its own declared around it."""
    lines = blocks("cpp")[which]
    assert len([line for line in lines.splitlines() if line and not line.startswith("//")]) <= (12, 19)[which]
    program = "#include <mcpauth.hpp>\n" + AROUND.format(declaration=DECLARATIONS[which],
                                                        lines=lines.removeprefix("#include <mcpauth.hpp>\n"))
    done = subprocess.run([compiler, "-x", "c++", f"-std={standard}", "-Wall", "-Wextra", "-Wpedantic", "-Werror",
                           "-fsyntax-only", "-I", ROOT / "include", "-"], input=program, text=True, capture_output=True)
    assert done.returncode == 0, done.stderr


def test_the_program_refuses_what_it_should(home):
    """The same program with a token for another server, and with nobody to get keys from."""
    port, at = str(free_port()), str(free_port())
    install, use, uninstall = blocks("sh")[2:]
    other = re.sub(r"audience=[^']*", "audience=https://other.example.com", use.replace("9000", port).replace("9002", at))
    said = run(install + other.replace(f"http://127.0.0.1:{port} &", f"http://127.0.0.1:{port} 2>&1 &"), home)
    assert re.search(r"^refused: .*audience", said, re.M)
    run(uninstall, home)


def test_names_in_the_documents_exist():
    header = (ROOT / "include/mcpauth.h").read_text()
    makefile = "".join(path.read_text() for path in [ROOT / "Makefile", *ROOT.glob("mk/*.mk")])
    for document in DOCUMENTS:
        text = document.read_text()
        for name, star in set(re.findall(r"\b((?:mcpauth|MCPAUTH)_\w+)(\*?)", text)):  # mcpauth_queue_*: all of them
            assert re.search(rf"\b{name}" + ("" if star else r"\b"), header), f"{document.name}: {name} is not in the header"
        for target in set(re.findall(r"`make ([a-z0-9-]+)", text)):
            assert re.search(rf"^{target}:", makefile, re.M), f"{document.name} names `make {target}`"


def test_links_in_the_documents_lead_somewhere():
    for document in DOCUMENTS:
        text = re.sub(r"^```.*?^```$", "", document.read_text(), flags=re.M | re.S)  # a lambda looks like a link
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            if not target.startswith("https://"):
                assert (document.parent / target).exists(), f"{document.name} links to {target}"

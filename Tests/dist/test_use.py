"""README's program with the tarball: by pkg-config and by CMake, with the shared library and the static one."""
import pytest

from conftest import ROOT, protects, run, version

NEEDS = ["libmicrohttpd"]


def pkg_config(tree, *what):
    """As a shell's words: the folder's name has a space."""
    said = run("pkg-config", *what, env={"PKG_CONFIG_PATH": tree / "lib/pkgconfig"})
    return run("bash", "-c", f"printf '%s\\n' {said.strip()}").splitlines()


def needed(program):
    return run("readelf", "-dW", program)


def test_shared_by_pkg_config(tree, hello, tmp_path):
    program = tmp_path / "hello"
    run("cc", hello, "-o", program, *pkg_config(tree, "--cflags", "--libs", "mcpauth", *NEEDS), f"-Wl,-rpath,{tree}/lib")
    assert "libmcpauth.so" in needed(program)
    protects(program, tree / "bin/mcpauth-dev-issuer")


def test_static_by_pkg_config(tree, hello, tmp_path):
    program = tmp_path / "hello"
    run("cc", hello, "-o", program, *pkg_config(tree, "--cflags", "--libs", "mcpauth-static", *NEEDS))
    assert "libmcpauth.so" not in needed(program)
    protects(program, tree / "bin/mcpauth-dev-issuer")


def test_static_of_pkg_config_names_all_that_the_archive_needs(tree, hello, tmp_path):
    """With the shared library out of sight, as where all is linked so."""
    flags = pkg_config(tree, "--static", "--cflags", "--libs-only-l", "mcpauth")
    libraries = [flag for flag in flags if flag.startswith("-l") and flag != "-lmcpauth"]
    assert libraries == ["-lcurl", "-lcrypto", "-lm"]
    alone = tmp_path / "lib"
    alone.mkdir()
    (alone / "libmcpauth.a").symlink_to(tree / "lib/libmcpauth.a")
    flags = [flag for flag in flags if not flag.startswith("-L")]
    run("cc", hello, "-o", tmp_path / "hello", f"-L{alone}", *flags, *pkg_config(tree, "--libs", *NEEDS))
    assert "libmcpauth.so" not in needed(tmp_path / "hello")


def test_as_cpp_by_pkg_config(tree, tmp_path):
    """The C++ interface is in the tarball, whole."""
    (tmp_path / "program.cpp").write_text(
        '#include <mcpauth.hpp>\n#include <cstdio>\nint main() {\n'
        '  const mcpauth::verifier verifier = mcpauth::config("https://mcp.example.com/mcp")\n'
        '                                         .add_issuer("https://auth.example.com").build();\n'
        '  mcpauth::request request("GET", "/mcp");\n'
        '  const auto decision = verifier.handle(request);\n'
        '  std::printf("%d %d\\n", decision ? 1 : 0, decision.response().status());\n}\n')
    flags = pkg_config(tree, "--cflags", "--libs", "mcpauth")
    run("c++", "-std=c++17", tmp_path / "program.cpp", "-o", tmp_path / "program", *flags, f"-Wl,-rpath,{tree}/lib")
    assert run(tmp_path / "program") == "0 401\n"


PROJECT = """cmake_minimum_required(VERSION 3.13)
project(hello C)
find_package(mcpauth {version} REQUIRED {components})
find_package(PkgConfig REQUIRED)
pkg_check_modules(microhttpd REQUIRED IMPORTED_TARGET libmicrohttpd)
add_executable(hello hello.c)
target_link_libraries(hello PRIVATE {target} PkgConfig::microhttpd)
"""


def project(folder, hello, target="mcpauth::mcpauth", asked="0.2", components=""):
    folder.mkdir(exist_ok=True)
    (folder / "hello.c").write_text(hello.read_text())
    (folder / "CMakeLists.txt").write_text(PROJECT.format(version=asked, components=components, target=target))
    return folder


@pytest.mark.parametrize("target, components", [("mcpauth::mcpauth", ""), ("mcpauth::static", "COMPONENTS static")])
def test_by_cmake(tree, hello, tmp_path, target, components):
    source = project(tmp_path / "source", hello, target, ".".join(version().split(".")[:2]), components)
    run("cmake", "-S", source, "-B", tmp_path / "built", f"-DCMAKE_PREFIX_PATH={tree}")
    run("cmake", "--build", tmp_path / "built")
    program = tmp_path / "built/hello"
    assert ("libmcpauth.so" in needed(program)) == (target == "mcpauth::mcpauth")
    protects(program, tree / "bin/mcpauth-dev-issuer")


def test_the_tools_find_the_library_beside_them(tree):
    assert run(tree / "bin/mcpauth-check", "--help").startswith("usage: mcpauth-check ")
    assert run(tree / "bin/mcpauth-verify", "--help").startswith("usage: mcpauth-verify ")
    assert run(tree / "bin/mcpauth-dev-issuer", "--help").startswith("usage: mcpauth-dev-issuer ")


def test_a_page_for_each_call_and_tool(tree):
    pages = {path.name for path in (tree / "share/man").rglob("*.[13]")}
    assert {"mcpauth_handle.3", "mcpauth-check.1", "mcpauth-verify.1", "mcpauth-dev-issuer.1"} <= pages
    text = run("groff", "-man", "-Tascii", "-ww", tree / "share/man/man1/mcpauth-check.1")
    assert "--metadata-url" in text and "warning:" not in text


def test_what_is_beside_the_library(tree):
    documents = tree / "share/doc/libmcpauth"
    assert (documents / "LICENSE").read_text() == (ROOT / "LICENSE").read_text()
    assert f"libmcpauth {version()} for Linux on " in (documents / "README.md").read_text()
    headers = {path.relative_to(ROOT) for path in (ROOT / "include").rglob("*.h*")}
    assert {path.relative_to(tree) for path in (tree / "include").rglob("*.h*")} == headers

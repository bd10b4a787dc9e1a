"""make install: the installed tree works where it lies and where it is moved to; make uninstall takes it away again."""
import os
import shutil

import pytest

from conftest import ROOT, run, soversion_of

PROGRAM = """
#include <mcpauth.h>
#include <stdio.h>
int main(void) {
  mcpauth_config *config = NULL;
  mcpauth_result result = mcpauth_config_new("https://mcp.example.com/mcp", &config);
  printf("%s %s\\n", mcpauth_version(), mcpauth_result_name(result));
  mcpauth_config_free(config);
  return result != MCPAUTH_OK;
}
"""


def files_under(directory):
    return {str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_symlink() or path.is_file()}


def expected_files(version, libdir="lib"):
    names = ["libmcpauth.so", "libmcpauth.a", f"libmcpauth.so.{soversion_of(version)}", f"libmcpauth.so.{version}",
             "pkgconfig/mcpauth.pc", "pkgconfig/mcpauth-static.pc", "cmake/mcpauth/mcpauth-config.cmake",
             "cmake/mcpauth/mcpauth-config-version.cmake"]
    headers = {str(path.relative_to(ROOT)) for path in (ROOT / "include").rglob("*.h*")}
    return headers | {"include/mcpauth.cdef"} | {f"{libdir}/{name}" for name in names}


def build_and_run(directory, pkgconfig_directory, language="c"):
    """Compiles the program with what pkg-config says, and nothing else known about the tree."""
    source = directory / f"program.{language}"
    source.write_text(PROGRAM)
    env = {"PKG_CONFIG_PATH": str(pkgconfig_directory)}
    flags = run("pkg-config", "--cflags", "--libs", "mcpauth", env=env).split()
    libdir = run("pkg-config", "--variable=libdir", "mcpauth", env=env).strip()
    compiler = {"c": "gcc", "cpp": "g++"}[language]
    run(compiler, "-Wall", "-Werror", source, "-o", directory / "program", *flags)
    return run(directory / "program", env={"LD_LIBRARY_PATH": libdir})


def test_installs_these_files(tmp_path, version):
    run("make", "install", f"PREFIX={tmp_path}/usr")
    assert files_under(tmp_path / "usr") == expected_files(version)
    assert os.readlink(tmp_path / "usr/lib/libmcpauth.so") == f"libmcpauth.so.{soversion_of(version)}"
    for path in (tmp_path / "usr").rglob("*"):
        assert path.stat().st_mode & 0o044 == 0o044, f"{path} cannot be read by everybody"


@pytest.mark.parametrize("language", ["c", "cpp"])
def test_a_program_builds_and_runs(tmp_path, version, language):
    run("make", "install", f"PREFIX={tmp_path}/usr")
    assert build_and_run(tmp_path, tmp_path / "usr/lib/pkgconfig", language) == f"{version} MCPAUTH_OK\n"


def test_a_moved_tree_still_works(tmp_path, version):
    run("make", "install", f"PREFIX={tmp_path}/first")
    shutil.move(tmp_path / "first", tmp_path / "second")
    assert build_and_run(tmp_path, tmp_path / "second/lib/pkgconfig") == f"{version} MCPAUTH_OK\n"
    assert str(tmp_path).encode() not in (tmp_path / "second/lib/pkgconfig/mcpauth.pc").read_bytes()


def test_a_library_directory_of_its_own(tmp_path, version):
    """As distributions have it: lib/x86_64-linux-gnu, lib64."""
    run("make", "install", f"PREFIX={tmp_path}/usr", f"LIBDIR={tmp_path}/usr/lib/multi-arch")
    assert files_under(tmp_path / "usr") == expected_files(version, "lib/multi-arch")
    assert build_and_run(tmp_path, tmp_path / "usr/lib/multi-arch/pkgconfig") == f"{version} MCPAUTH_OK\n"


def test_destdir_is_in_front_of_everything_and_in_nothing(tmp_path, version):
    run("make", "install", "PREFIX=/opt/mcp auth", f"DESTDIR={tmp_path}/root")
    tree = tmp_path / "root/opt/mcp auth"
    assert files_under(tree) == expected_files(version)
    assert files_under(tmp_path / "root") == {f"opt/mcp auth/{name}" for name in expected_files(version)}
    assert str(tmp_path) not in (tree / "lib/pkgconfig/mcpauth.pc").read_text()


@pytest.mark.parametrize("asked, wanted", [
    ([], "--omit-frame-pointers"), (["FRAME_POINTERS=no"], "--omit-frame-pointers"),
    (["FRAME_POINTERS=yes"], "--no-omit-frame-pointers")])
def test_frame_pointers_are_there_when_asked_for(asked, wanted):
    assert f" {wanted} " in run("make", "--always-make", "--dry-run", "all", *asked)


def test_uninstall_leaves_nothing(tmp_path):
    directories = [f"PREFIX={tmp_path}/usr", f"LIBDIR={tmp_path}/usr/lib/multi-arch"]
    (tmp_path / "usr/include").mkdir(parents=True)
    (tmp_path / "usr/include/other.h").write_text("")
    run("make", "install", *directories)
    run("make", "uninstall", *directories)
    assert files_under(tmp_path) == {"usr/include/other.h"}
    run("make", "uninstall", *directories)  # and a second time does no harm


def test_installing_over_an_older_one(tmp_path, version):
    run("make", "install", f"PREFIX={tmp_path}/usr")
    run("make", "install", f"PREFIX={tmp_path}/usr")
    assert files_under(tmp_path / "usr") == expected_files(version)


def test_pkg_config_knows_the_version(tmp_path, version):
    run("make", "install", f"PREFIX={tmp_path}/usr")
    env = {"PKG_CONFIG_PATH": f"{tmp_path}/usr/lib/pkgconfig"}
    assert run("pkg-config", "--modversion", "mcpauth", env=env).strip() == version
    assert run("pkg-config", "--print-requires", "mcpauth", env=env) == ""
    assert run("pkg-config", "--libs-only-l", "mcpauth", env=env).split() == ["-lmcpauth"]

"""What goes wrong with a tarball says so: another processor's, another version's, a library that is missing."""
import re
import shutil

import pytest

from conftest import DIST, HERE, OTHER, outcome, run, version
from test_use import pkg_config, project


def configure(tree, source, *more):
    return outcome("cmake", "-S", source, "-B", source / "built", f"-DCMAKE_PREFIX_PATH={tree}", *more)


def test_cmake_refuses_another_processors_and_names_the_right_one(other_tree, hello, tmp_path):
    status, said = configure(other_tree, project(tmp_path / "source", hello))
    said = " ".join(said.split())
    assert status != 0 and f"is for {OTHER}, and this build is for {HERE}: take" in said
    assert f"libmcpauth-{version()}-linux-{HERE}.tar.gz" in said


def test_the_linker_and_the_system_refuse_another_processors(other_tree, hello, tmp_path):
    flags = pkg_config(other_tree, "--cflags", "--libs", "mcpauth", "libmicrohttpd")
    status, said = outcome("cc", hello, "-o", tmp_path / "hello", *flags)
    assert status != 0 and "skipping incompatible" in said
    assert re.search(OTHER.replace("_", "[-_]"), run("readelf", "-h", other_tree / "bin/mcpauth-check"), re.I)


def test_a_tool_of_another_processor_says_so(other_tree):
    try:
        status, said = outcome(other_tree / "bin/mcpauth-check", "--help")
    except OSError as refused:
        assert "Exec format error" in str(refused)
    else:  # where a translator is registered, it starts, and misses the other processor's loader
        assert status == 0 or "ld-linux" in said


@pytest.mark.parametrize("asked", ["0.1", "0.1.0", "0.3", "0.2.99", "1"])
def test_cmake_refuses_another_minor_version(tree, hello, tmp_path, asked):
    status, said = configure(tree, project(tmp_path / "source", hello, asked=asked))
    assert status != 0 and f'compatible with requested version "{asked}"' in " ".join(said.split())
    assert f"version: {version()}" in said


@pytest.mark.parametrize("asked", ["", "0", "0.2", "0.2.0"])
def test_cmake_takes_its_own(tree, hello, tmp_path, asked):
    status, said = configure(tree, project(tmp_path / "source", hello, asked=asked))
    assert status == 0, said


def test_cmake_knows_no_other_component(tree, hello, tmp_path):
    status, said = configure(tree, project(tmp_path / "source", hello, components="COMPONENTS fast"))
    assert status != 0 and "no component fast: it has shared and static" in " ".join(said.split())


def test_cmake_without_the_development_files_of_libcurl(tree, hello, tmp_path):
    """The shared library needs none; the static one says what to install."""
    hidden = "-DCMAKE_DISABLE_FIND_PACKAGE_CURL=ON"
    status, said = configure(tree, project(tmp_path / "shared", hello), hidden)
    assert status == 0, said
    source = project(tmp_path / "static", hello, "mcpauth::static", components="COMPONENTS static")
    status, said = configure(tree, source, hidden)
    assert status != 0
    assert "install their development files (libcurl4-openssl-dev and libssl-dev on Debian)" in " ".join(said.split())


def test_the_static_library_without_libcurl_names_it(tree, hello, tmp_path):
    flags = pkg_config(tree, "--cflags", "--libs", "mcpauth-static", "libmicrohttpd")
    flags.remove("-lcurl")
    status, said = outcome("cc", hello, "-o", tmp_path / "hello", *flags)
    assert status != 0 and "undefined reference to `curl_easy_" in said


@pytest.mark.parametrize("missing", ["libcurl.so.4", "libcrypto.so.3"])
def test_a_missing_library_is_named(tree, tmp_path, missing):
    """By the loader, before anything runs; the README of the tarball says which package has it."""
    there = tmp_path / "lib"
    there.mkdir()
    listed = run("ldd", tree / "lib/libmcpauth.so")
    for name, path in re.findall(r"(\S+) => (\S+)", listed):
        if name != missing:
            (there / name).symlink_to(path)
    loader = re.search(r"^\s*(/\S*ld-linux\S+)", listed, re.M).group(1)
    status, said = outcome(loader, "--inhibit-cache", "--library-path", f"{there}:{tree}/lib", tree / "bin/mcpauth-verify",
                           "--help", env={"LD_LIBRARY_PATH": there})
    if status == 0:  # the loader's own folders have it
        status, said = with_the_folder_hidden(loader, there, tree)
    assert status == 127 and f"{missing}: cannot open shared object file" in said
    assert missing in (tree / "share/doc/libmcpauth/README.md").read_text()


def with_the_folder_hidden(loader, there, tree):
    """The same where the system's own folder has nothing: by a copy of what is needed in a root of its own."""
    root = there.parent / "root"
    for path in there.iterdir():
        (root / "lib").mkdir(parents=True, exist_ok=True)
        shutil.copy(path.resolve(), root / "lib" / path.name)
    shutil.copytree(tree, root / "tree", symlinks=True)
    shutil.copy(loader, root / "ld.so")
    for name in ("libc.so.6", "libm.so.6"):
        assert (root / "lib" / name).exists()
    return outcome("unshare", "--user", "--map-root-user", "chroot", root, "/ld.so", "--library-path", "/lib:/tree/lib",
                   "/tree/bin/mcpauth-verify", "--help")


def test_two_versions_side_by_side(tree, hello, tmp_path):
    """A program of 0.1 goes on with 0.1's library; nobody takes the other one for it."""
    both = tmp_path / "both"
    shutil.copytree(tree, both, symlinks=True)
    older = both / "lib/libmcpauth.so.0.1.0"
    (tmp_path / "older.c").write_text('const char *mcpauth_version(void) { return "0.1.0"; }\n')
    (tmp_path / "older.map").write_text("MCPAUTH_0 { global: mcpauth_version; local: *; };\n")
    run("cc", "-shared", "-fPIC", tmp_path / "older.c", "-o", older, "-Wl,-soname,libmcpauth.so.0.1",
        f"-Wl,--version-script={tmp_path}/older.map")
    (both / "lib/libmcpauth.so.0.1").symlink_to(older.name)
    (tmp_path / "said.c").write_text('#include <stdio.h>\nconst char *mcpauth_version(void);\n'
                                     'int main(void) { return puts(mcpauth_version()) < 0; }\n')
    for name, library in (("old", older), ("new", both / "lib/libmcpauth.so")):
        run("cc", tmp_path / "said.c", "-o", tmp_path / name, library, f"-Wl,-rpath,{both}/lib")
    assert run(tmp_path / "old") == "0.1.0\n"
    assert run(tmp_path / "new") == f"{version()}\n"
    # Where 0.1 was taken away its program says so, and is not given 0.2.
    older.unlink()
    status, said = outcome(tmp_path / "old")
    assert status == 127 and "libmcpauth.so.0.1: cannot open shared object file" in said


def test_a_tarball_that_was_changed_is_found(tmp_path):
    for path in [DIST / "SHA256SUMS", *DIST.glob("libmcpauth-*.json"), *DIST.glob("*.tar.gz")]:
        shutil.copy(path, tmp_path)
    run("sha256sum", "--check", "--strict", "SHA256SUMS", cwd=tmp_path)
    victim = next(tmp_path.glob("*.tar.gz"))
    victim.write_bytes(victim.read_bytes()[:-1] + b"x")
    status, said = outcome("sha256sum", "--check", "SHA256SUMS", cwd=tmp_path)
    assert status != 0 and f"{victim.name}: FAILED" in said

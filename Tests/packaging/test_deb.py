"""make deb: the packages install, build and run a program, and go away again, in a root of their own."""
import re
import shutil

import pytest

from conftest import ROOT, run
from test_install import PROGRAM, files_under

if not shutil.which("dpkg-deb"):
    pytest.skip("no Debian packages without dpkg-deb", allow_module_level=True)


@pytest.fixture(scope="module")
def packages():
    """The files, by the package's name."""
    run("make", "deb")
    return {path.name.split("_")[0]: path for path in (ROOT / "build/deb").glob("*.deb")}


@pytest.fixture
def root(tmp_path):
    """An empty system with a package database."""
    for name in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "var/log"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "var/lib/dpkg/status").write_text("")
    (tmp_path / "var/lib/dpkg/available").write_text("")
    return tmp_path


def dpkg(root, *arguments):
    """The libraries of the distribution are not in that root, and nobody there runs ldconfig."""
    return run("dpkg", f"--root={root}", f"--log={root}/var/log/dpkg.log", "--force-depends", "--force-not-root",
               "--force-bad-path", "--no-triggers", *arguments)


def field(package, name):
    return run("dpkg-deb", "-f", package, name).strip()


@pytest.fixture
def runtime(soversion):
    return f"libmcpauth{soversion}"


def test_there_are_four(packages, version, runtime):
    assert set(packages) == {runtime, "libmcpauth-dev", "libmcpauth-tools", "libmcpauth-doc"}
    for path in packages.values():
        assert field(path, "Version") == f"{version}-1"
    assert field(packages["libmcpauth-doc"], "Architecture") == "all"


def test_they_need_what_the_library_is_linked_to(packages, version, runtime):
    names = {re.match(r"[^ (]+", item.strip()).group() for item in field(packages[runtime], "Depends").split(",")}
    # Since Debian 13 some of these carry the suffix of the 64-bit time.
    assert {re.sub("t64$", "", name) for name in names} == {"libc6", "libcurl4", "libssl3"}
    assert field(packages["libmcpauth-dev"], "Depends") == f"{runtime} (= {version}-1)"
    assert runtime in field(packages["libmcpauth-tools"], "Depends")


def test_the_symbols_are_the_export_list(packages, tmp_path, runtime):
    run("dpkg-deb", "-e", packages[runtime], tmp_path)
    listed = re.findall(r"^ (mcpauth_\w+)@MCPAUTH_0 ", (tmp_path / "symbols").read_text(), re.M)
    assert sorted(listed) == re.findall(r"mcpauth_\w+", (ROOT / "pkgconfig/mcpauth.map").read_text())


def test_install_build_run_remove(packages, root, version):
    dpkg(root, "-i", *packages.values())
    multiarch = run("gcc", "-print-multiarch").strip()
    libdir = root / "usr/lib" / multiarch
    assert (libdir / f"libmcpauth.so.{version}").stat().st_mode & 0o777 == 0o644
    for name in packages:
        assert (root / "usr/share/doc" / name / "copyright").read_text().count("WITHOUT WARRANTY") == 1

    assert (libdir / "libmcpauth.a").exists() and (libdir / "cmake/mcpauth/mcpauth-config.cmake").exists()
    headers = {str(path.relative_to(ROOT)) for path in (ROOT / "include").rglob("*.h*")} | {"include/mcpauth.cdef"}
    assert headers == {f"include/{name}" for name in files_under(root / "usr/include")}
    assert (root / "usr/share/doc/libmcpauth-doc/html/index.html").exists()
    assert "usage: mcpauth-check " in run(root / "usr/bin/mcpauth-check", "--help", env={"LD_LIBRARY_PATH": str(libdir)})

    # Where its files are, not where they lie: as a system directory the compiler knows it, and leaves its order alone.
    assert "prefix=/usr\n" in (libdir / "pkgconfig/mcpauth.pc").read_text()
    assert (root / "usr/share/man/man3/mcpauth_authorize.3.gz").exists()

    (root / "program.c").write_text(PROGRAM)
    env = {"PKG_CONFIG_PATH": str(libdir / "pkgconfig")}
    assert run("pkg-config", "--cflags", "mcpauth", env=env).split() == []  # nothing that breaks -isystem
    env["PKG_CONFIG_SYSROOT_DIR"] = str(root)
    env["PKG_CONFIG_ALLOW_SYSTEM_CFLAGS"] = env["PKG_CONFIG_ALLOW_SYSTEM_LIBS"] = "1"
    flags = run("pkg-config", "--cflags", "--libs", "mcpauth", env=env).split()
    run("gcc", root / "program.c", "-o", root / "program", *flags)
    assert run(root / "program", env={"LD_LIBRARY_PATH": str(libdir)}) == f"{version} MCPAUTH_OK\n"

    dpkg(root, "-P", *packages)
    assert files_under(root / "usr") == set()


def test_lintian_is_content(packages):
    """initial-upload-closes-no-bugs: nobody asked Debian for it; no-symbols...: what strip took is not kept."""
    if not shutil.which("lintian"):
        pytest.skip("no lintian")
    run("lintian", "--allow-root", "--fail-on", "error,warning", "--suppress-tags", "initial-upload-closes-no-bugs",
        *packages.values())


def test_it_runs_where_the_package_says(packages, tmp_path, runtime):
    """The C library it depends on has what the loader needs: relative relocations came with 2.36."""
    run("dpkg-deb", "-x", packages[runtime], tmp_path)
    library, = [path for path in tmp_path.rglob("libmcpauth.so.*.*.*") if not path.is_symlink()]
    wanted = tuple(map(int, re.search(r"libc6 \(>= (\d+)\.(\d+)", field(packages[runtime], "Depends")).groups()))
    uses_relr = "RELR" in run("readelf", "-dW", library)
    assert not uses_relr or wanted >= (2, 36)


def test_the_same_sources_give_the_same_packages(packages):
    before = {name: path.read_bytes() for name, path in packages.items()}
    run("make", "deb")
    assert {name: path.read_bytes() for name, path in packages.items()} == before

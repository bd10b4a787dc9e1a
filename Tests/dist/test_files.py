"""The files of a tarball, of both processors: what they need of a system, what they give away, what they say of themselves."""
import json
import re

import pytest

from conftest import DIST, ROOT, run, unpack, version

INTERFACE = re.findall(r"mcpauth_\w+", (ROOT / "pkgconfig/mcpauth.map").read_text())


@pytest.fixture(scope="module", params=["x86_64", "aarch64"])
def arch(request):
    return request.param


@pytest.fixture(scope="module")
def files(arch, tmp_path_factory):
    return unpack(arch, tmp_path_factory.mktemp("files") / "tree")


def programs(files):
    return [files / f"lib/libmcpauth.so.{version()}", *sorted((files / "bin").iterdir())]


def test_each_is_for_its_processor(files, arch):
    machine = {"x86_64": "X86-64", "aarch64": "AArch64"}[arch]
    for path in programs(files):
        assert machine in run("readelf", "-h", path)
    assert machine in run("readelf", "-h", files / "lib/libmcpauth.a")
    assert f'set(_mcpauth_arch "{arch}")' in (files / "lib/cmake/mcpauth/mcpauth-config.cmake").read_text()


def test_glibc_of_2021_is_enough(files):
    """2.34: Debian 12, Ubuntu 22.04, RHEL 9. Packed relocations would ask for 2.36."""
    for path in programs(files):
        needed = {tuple(map(int, found.split("."))) for found in re.findall(r"GLIBC_([\d.]+)", run("readelf", "-VW", path))}
        assert needed and max(needed) <= (2, 34), path
        assert "RELR" not in run("readelf", "-dW", path), path


def test_no_symbol_version_but_those_of_glibc_openssl_and_ourselves(files):
    """Debian gives libcurl's functions one of its own: who is linked to it does not start on Fedora."""
    for path in programs(files):
        named = set(re.findall(r"Name: (\w[\w.]*?)(?:\.so[\w.]*)?  ", run("readelf", "-VW", path)))
        known = re.compile(r"GLIBC_|libmcpauth|MCPAUTH_0$|OPENSSL_3\.0\.0$|libjansson$")
        assert [name for name in named if not known.match(name)] == [], path
    symbols = run("nm", "-D", "--undefined-only", programs(files)[0])
    assert re.search(r" U curl_easy_init$", symbols, re.M)


def test_needed_libraries(files):
    allowed = {"libcurl.so.4", "libcrypto.so.3", "libc.so.6", "libm.so.6", "ld-linux-aarch64.so.1"}
    beside = {"mcpauth-dev-issuer": {"libmicrohttpd.so.12", "libjansson.so.4"}, "mcpauth-check": {"libjansson.so.4"}}
    for path in programs(files):
        needed = set(re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "-dW", path)))
        more = beside.get(path.name, set()) | ({f"libmcpauth.so.{version().rsplit('.', 1)[0]}"} if "bin" in path.parts else set())
        assert needed <= allowed | more, path


def test_the_archive_gives_away_the_interface_alone(files):
    """Whatever else the engine is made of would meet a program's own names, or those of another archive of Swift."""
    shown = [line.split() for line in run("nm", files / "lib/libmcpauth.a").splitlines()]
    given = sorted(words[-1] for words in shown if len(words) == 3 and words[1].isupper())
    assert given == INTERFACE
    wanted = {words[-1] for words in shown if len(words) == 2 and words[0] == "U"}
    assert "curl_easy_init" in wanted and not [name for name in wanted if name.startswith(("$", "swift_", "_swift"))]


def test_nothing_of_the_machine_that_built_it(files):
    for path in files.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert str(ROOT).encode() not in content and b"/usr/local" not in content, path


def test_sizes_for_whoever_reads_the_log(files, arch, capsys):
    """Bounds with some room: a library that grew by half would be noticed in a release, and better here."""
    sizes = {path.name: path.stat().st_size
             for path in [DIST / f"libmcpauth-{version()}-linux-{arch}.tar.gz", files / "lib/libmcpauth.a", *programs(files)]}
    with capsys.disabled():
        print(f"\n{arch}: " + ", ".join(f"{name} {size}" for name, size in sizes.items()))
    assert sizes[f"libmcpauth.so.{version()}"] < 500_000 and sizes["libmcpauth.a"] < 2_500_000


def test_the_bill_of_materials_is_of_these_files(files, arch):
    listed = json.loads((DIST / f"libmcpauth-{version()}-linux-{arch}.spdx.json").read_text())
    there = {f"./{path.relative_to(files)}" for path in files.rglob("*") if path.is_file() and not path.is_symlink()}
    assert {file["fileName"] for file in listed["files"]} == there
    for file in listed["files"]:
        digest, = [each["checksumValue"] for each in file["checksums"] if each["algorithm"] == "SHA256"]
        assert run("sha256sum", files / file["fileName"]).split()[0] == digest
    linked = {relation["relatedSpdxElement"].removeprefix("SPDXRef-Package-"): relation["relationshipType"]
              for relation in listed["relationships"]}
    needed = " ".join(run("readelf", "-dW", path) for path in programs(files))
    for name, library in {"openssl": "libcrypto.so.3", "curl": "libcurl.so.4", "jansson": "libjansson.so.4",
                          "libmicrohttpd": "libmicrohttpd.so.12", "glibc": "libc.so.6"}.items():
        assert linked[name] == "DYNAMIC_LINK" and library in needed

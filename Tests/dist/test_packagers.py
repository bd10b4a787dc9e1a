"""The tarball in other people's packages: Conan and rpm do it, of vcpkg what can be judged without it; and the SBOM."""
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from conftest import DIST, HERE, ROOT, outcome, run, version

CONAN = Path(os.environ.get("CONAN", ROOT / "build/conan")) / "bin"
with_conan = pytest.mark.skipif(not (CONAN / "conan").exists(), reason="make setup-dist could not get Conan")


@pytest.fixture
def conan(tmp_path):
    """Conan with a home of its own; the recipe, which writes beside itself, as a copy."""
    shutil.copytree(ROOT / "packaging/conan", tmp_path / "packaging/conan")
    (tmp_path / "include").mkdir()
    shutil.copy(ROOT / "include/mcpauth.h", tmp_path / "include")
    env = {"CONAN_HOME": tmp_path / "home"}
    run(CONAN / "conan", "profile", "detect", env=env)
    return lambda *words: outcome(CONAN / "conan", "create", tmp_path / "packaging/conan", *words, env=env)


@with_conan
@pytest.mark.parametrize("shared", [True, False])
def test_conan(conan, shared):
    status, said = conan("-c", f"user.libmcpauth:dist={DIST}", "-o", f"libmcpauth/*:shared={shared}")
    assert status == 0, said
    assert f"{version()}: MCPAUTH_ERR_MISSING_AUTH_HEADER 401" in said
    assert ("mcpauth::mcpauth" if shared else "mcpauth::static") in said


@with_conan
def test_conan_says_what_is_missing(conan, tmp_path):
    status, said = conan()
    assert status != 0 and "Add -c user.libmcpauth:dist=FOLDER" in said
    status, said = conan("-c", f"user.libmcpauth:dist={DIST}", "-s", "arch=riscv64")
    assert status != 0 and "is for Linux on x86_64 and armv8, and this is for Linux on riscv64" in said
    changed = tmp_path / "changed"
    changed.mkdir()
    shutil.copy(DIST / "SHA256SUMS", changed)
    (changed / f"libmcpauth-{version()}-linux-{HERE}.tar.gz").write_bytes(b"another one")
    status, said = conan("-c", f"user.libmcpauth:dist={changed}")
    assert status != 0 and "Computed hash" in said and DIST.joinpath("SHA256SUMS").read_text()[:64] in said


@pytest.mark.skipif(not shutil.which("rpmbuild"), reason="there is no rpmbuild")
@pytest.mark.parametrize("arch", ["x86_64", "aarch64"])
def test_rpm(tmp_path, arch):
    run("rpmbuild", "-bb", ROOT / "packaging/rpm/libmcpauth.spec", "--target", arch, "--define", f"version {version()}",
        "--define", f"_sourcedir {DIST}", "--define", f"_topdir {tmp_path}")
    made = {path.name.removesuffix(f"-{version()}-1.{arch}.rpm"): path for path in (tmp_path / "RPMS" / arch).iterdir()}
    assert set(made) == {"libmcpauth", "libmcpauth-devel", "libmcpauth-tools"}
    needs = run("rpm", "-qp", "--requires", made["libmcpauth"]).split()
    assert {"libcurl.so.4()(64bit)", "libcrypto.so.3(OPENSSL_3.0.0)(64bit)"} <= set(needs)
    assert max(tuple(map(int, found.split("."))) for found in re.findall(r"GLIBC_([\d.]+)", " ".join(needs))) == (2, 34)
    assert not [need for need in needs if "CURL_" in need]
    assert f"libmcpauth.so.{version().rsplit('.', 1)[0]}(MCPAUTH_0)(64bit)" in run("rpm", "-qp", "--provides", made["libmcpauth"])
    files = run("rpm", "-qpl", made["libmcpauth-devel"]).split()
    assert {"/usr/include/mcpauth.h", "/usr/include/mcpauth.hpp", "/usr/lib64/libmcpauth.a",
            "/usr/lib64/cmake/mcpauth/mcpauth-config.cmake", "/usr/share/man/man3/mcpauth_handle.3.gz"} <= set(files)


def test_the_ports_version_is_the_headers():
    assert json.loads((ROOT / "packaging/vcpkg/ports/libmcpauth/vcpkg.json").read_text())["version"] == version()


# What vcpkg would give the portfile, done by hand: the rest is CMake's own.
VCPKG = """
cmake_minimum_required(VERSION 3.21)
set(VERSION "{version}")
set(VCPKG_TARGET_ARCHITECTURE {arch})
set(VCPKG_LIBRARY_LINKAGE {linkage})
set(CURRENT_PACKAGES_DIR "{packages}")
function(vcpkg_extract_source_archive out keyword archive)
  file(ARCHIVE_EXTRACT INPUT "${{archive}}" DESTINATION "{packages}.src")
  file(GLOB found "{packages}.src/*")
  set(${{out}} "${{found}}" PARENT_SCOPE)
endfunction()
function(vcpkg_install_copyright keyword file)
  file(INSTALL "${{file}}" DESTINATION "{packages}/share/libmcpauth" RENAME copyright)
endfunction()
include("{portfile}")
"""


def port(tmp_path, dist=DIST, arch="x64", linkage="dynamic"):
    script = tmp_path / "port.cmake"
    script.write_text(VCPKG.format(version=version(), arch=arch, linkage=linkage, packages=tmp_path / "packages",
                                   portfile=ROOT / "packaging/vcpkg/ports/libmcpauth/portfile.cmake"))
    status, said = outcome("cmake", "-P", script, env={"LIBMCPAUTH_DIST": dist})
    return status, " ".join(said.split())


@pytest.mark.parametrize("arch", ["x64", "arm64"])
@pytest.mark.parametrize("linkage, library", [("dynamic", "libmcpauth.so"), ("static", "libmcpauth.a")])
def test_the_portfile_of_vcpkg(tmp_path, arch, linkage, library):
    status, said = port(tmp_path, arch=arch, linkage=linkage)
    assert status == 0, said
    packages = tmp_path / "packages"
    for name in ("include/mcpauth.hpp", f"lib/{library}", f"debug/lib/{library}", "share/libmcpauth/copyright",
                 "lib/cmake/mcpauth/mcpauth-config.cmake", "tools/libmcpauth/mcpauth-check"):
        assert (packages / name).exists(), name


def test_the_portfile_refuses_what_it_should(tmp_path):
    status, said = port(tmp_path, arch="riscv64")
    assert status != 0 and "is for x64 and arm64, and not for riscv64" in said
    status, said = port(tmp_path, dist=tmp_path)
    assert status != 0 and "make dist makes them" in said


@pytest.mark.skipif(not (CONAN / "pyspdxtools").exists(), reason="make setup-dist could not get spdx-tools")
@pytest.mark.parametrize("arch", ["x86_64", "aarch64"])
def test_the_bill_of_materials_is_valid(arch, tmp_path):
    bill = DIST / f"libmcpauth-{version()}-linux-{arch}.spdx.json"
    run(CONAN / "pyspdxtools", "-i", bill)
    broken = tmp_path / "broken.spdx.json"
    broken.write_text(bill.read_text().replace('"CC0-1.0"', '"none"'))
    assert outcome(CONAN / "pyspdxtools", "-i", broken)[0] != 0

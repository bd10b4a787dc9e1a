"""One version number, wherever it stands."""
import ctypes
import re

from conftest import EXPORT_LIST, HEADER, ROOT, run


def test_the_library_says_the_headers_version(library, version):
    loaded = ctypes.CDLL(str(library))
    loaded.mcpauth_version.restype = ctypes.c_char_p
    loaded.mcpauth_version_number.restype = ctypes.c_uint32
    major, minor, patch = map(int, version.split("."))
    assert loaded.mcpauth_version().decode() == version
    assert loaded.mcpauth_version_number() == major << 16 | minor << 8 | patch


def test_the_changelog_begins_with_it(version):
    headings = re.findall(r"^## (\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(), re.M)
    assert headings[0] == version


def test_the_export_lists_node_is_the_major_version(version):
    assert EXPORT_LIST.read_text().startswith(f"MCPAUTH_{version.split('.')[0]} {{")


def test_it_stands_nowhere_else_in_the_build(version):
    """What the Makefile, the pkg-config template and the engine need they take from the header."""
    for path in [ROOT / "Makefile", *ROOT.glob("mk/*.mk"), *(ROOT / "pkgconfig").iterdir(),
                 *(ROOT / "Sources").rglob("*.swift")]:
        assert version not in path.read_text(), path


def test_the_makefile_has_the_headers_version(version, soversion):
    assert run("make", "-s", "print-version").split() == [version, f"libmcpauth.so.{soversion}"]


def test_the_debian_packages_have_it(version, soversion):
    """Debian wants it in files of its own; they have to be changed with it."""
    debian = ROOT / "debian"
    assert (debian / "changelog").read_text().startswith(f"libmcpauth ({version}-1) ")
    assert f"Package: libmcpauth{soversion}\n" in (debian / "control").read_text()
    symbols = (debian / f"libmcpauth{soversion}.symbols").read_text()
    assert symbols.startswith(f"libmcpauth.so.{soversion} libmcpauth{soversion} ")
    assert f" (symver)MCPAUTH_{version.split('.')[0]} {soversion}.0\n" in symbols


def test_the_documentation_names_no_other(version):
    for path in ROOT.glob("*.md"):
        for found in re.findall(r"libmcpauth(?:\.so\.| |-)(\d+\.\d+\.\d+)", path.read_text()):
            assert found == version or path.name == "CHANGELOG.md", path
    assert HEADER.read_text().count(f'"{version}"') <= 1

"""The shared library as a file: what it needs, what it promises to the loader, how big it is."""
import re

from conftest import HEADER, ROOT, run

SIZE_LIMIT = 416 * 1024  # plain source counts for more than its size
SIZE_LIMIT_WITHOUT_PACKED_RELOCATIONS = 432 * 1024


def dynamic_section(library):
    """[(tag, value)] of readelf -d."""
    return re.findall(r"^\s*0x\w+ \((\w+)\)\s+(.*)$", run("readelf", "-dW", library), re.M)


def test_needs_only_these_libraries(library):
    needed = {re.search(r"\[(.*)\]", value).group(1) for tag, value in dynamic_section(library) if tag == "NEEDED"}
    assert {name.split(".so")[0] for name in needed} == {"libcrypto", "libcurl", "libc", "libm"}


def test_no_search_path_of_the_build_machine(library):
    assert not [tag for tag, _ in dynamic_section(library) if tag in {"RPATH", "RUNPATH"}]


def test_soname(library, soversion):
    assert [value for tag, value in dynamic_section(library) if tag == "SONAME"] == [
        f"Library soname: [libmcpauth.so.{soversion}]"]


def test_bound_at_load_and_never_unloaded(library):
    flags = " ".join(value for tag, value in dynamic_section(library) if tag in {"FLAGS", "FLAGS_1"})
    assert {"BIND_NOW", "NODELETE"} <= set(flags.split())
    assert not [tag for tag, _ in dynamic_section(library) if tag == "TEXTREL"]


def test_hardened_segments(library):
    segments = run("readelf", "-lW", library)
    assert "GNU_RELRO" in segments
    assert re.search(r"GNU_STACK.*\bRW\b", segments), "an executable stack"
    assert not re.search(r"LOAD.*\bRWE\b", segments), "a segment that is writable and executable"


def test_older_glibc_suffices(library):
    """2.34 (2021) is what the oldest supported distributions have. (Packed relocations, which only a build with glibc 2.36
    has, need that too: the linker writes so into the library. `make RELR=` leaves them out.)"""
    needed = {tuple(map(int, found.split(".")))
              for found in re.findall(r"GLIBC_([\d.]+)", run("readelf", "-VW", library))}
    assert needed and max(needed) <= (2, 34)


def test_size(library, capsys):
    size = library.stat().st_size
    is_packed = "RELR" in dict(dynamic_section(library))
    limit = SIZE_LIMIT if is_packed else SIZE_LIMIT_WITHOUT_PACKED_RELOCATIONS
    with capsys.disabled():
        print(f"\n{library.name}: {size} bytes stripped, of {limit} allowed")
    assert size < limit


def test_packed_relocations_are_announced(library):
    """A loader that does not know them has to refuse the library instead of leaving them out."""
    if "RELR" in dict(dynamic_section(library)):
        assert "GLIBC_ABI_DT_RELR" in run("readelf", "-VW", library)


def test_no_path_of_the_build_machine(library):
    from conftest import ROOT
    assert str(ROOT).encode() not in library.read_bytes()


def test_A40_there_are_no_regular_expressions(library):
    """None in the interface, none in the engine: no pattern a claim or a configuration could make slow."""
    assert not re.search(r"regex|regular expression", HEADER.read_text(), re.I)
    assert not re.search(r"\breg(comp|exec)\b|pcre", run("nm", "-D", "--undefined-only", library))
    for path in (ROOT / "Sources").rglob("*.swift"):
        assert not re.search(r"\bRegex\b|NSRegularExpression|\bregcomp\b", path.read_text()), path

"""mcpauth.cdef is mcpauth.h without comments and preprocessor: no more, no less."""
import re
import subprocess

import cffi

from conftest import ENVIRONMENT, ROOT, STAGE, needed

CDEF = (STAGE / "include/mcpauth.cdef").read_text()
EXPORTS = sorted(re.findall(r"mcpauth_\w+", (ROOT / "pkgconfig/mcpauth.map").read_text()))


def tokens(text):
    return re.findall(r"\w+|[^\w\s]", re.sub(r"/\*.*?\*/", " ", text, flags=re.S))


def test_it_says_what_the_header_says():
    header = (STAGE / "include/mcpauth.h").read_text()
    header = re.sub(r"^#ifdef __cplusplus\n.*?^#endif", "", header, flags=re.S | re.M)  # extern "C", and a macro
    header = re.sub(r"^\s*#(.*\\\n)*.*", "", header, flags=re.M)
    assert tokens(CDEF) == tokens(re.sub(r"\bMCPAUTH_(API|MUST_CHECK)\b", "", header))


def test_cffi_finds_each_of_its_functions_in_the_library():
    ffi = cffi.FFI()
    ffi.cdef(CDEF)
    library = ffi.dlopen(ENVIRONMENT["MCPAUTH_LIBRARY"])
    functions = [name for name in dir(library) if name.startswith("mcpauth_")]
    assert functions == EXPORTS
    assert all(getattr(library, name) for name in functions)


def test_luajit_and_php_read_it():
    needed("luajit"), needed("php")
    size = str(cffi_size_of_a_request())
    lua = 'local ffi = require "ffi" ffi.cdef(io.open(os.getenv "MCPAUTH_CDEF"):read "*a") print(ffi.sizeof "mcpauth_request")'
    php = ('$cdef = file_get_contents(getenv("MCPAUTH_CDEF")); '
           'echo FFI::sizeof(FFI::cdef($cdef, getenv("MCPAUTH_LIBRARY"))->new("mcpauth_request")), "\n";')
    for command in (["luajit", "-e", lua], ["php", "-r", php]):
        said = subprocess.run(command, env=ENVIRONMENT, capture_output=True, text=True)
        assert said.stdout.strip() == size, said.stderr


def cffi_size_of_a_request():
    ffi = cffi.FFI()
    ffi.cdef(CDEF)
    return ffi.sizeof("mcpauth_request")


def test_an_installation_makes_it_and_by_a_compiler_alone(tmp_path):
    """In a fresh tree, without Python."""
    steps = subprocess.run(["make", "-n", "install", f"BUILD={tmp_path}"], cwd=ROOT, capture_output=True, text=True)
    assert steps.returncode == 0 and "python" not in steps.stdout
    assert 0 < steps.stdout.find(f"> {tmp_path}/mcpauth.cdef") < steps.stdout.find("install -m 644 include/mcpauth.h")

"""A35: every call of the library, with NULL for every pointer and any number for a number. Run by test_boundary.py."""
import ctypes
import re

from mcpauth_abi import HEADER, LIB, Str

ZERO = {ctypes.c_void_p: None, Str: Str(None, 0), ctypes.c_bool: False}
names = re.findall(r"\b(mcpauth_\w+)\([^()]*\);", HEADER)
for name in dict.fromkeys(names):
    function = getattr(LIB, name)
    if not function.argtypes and name not in ("mcpauth_version", "mcpauth_version_number"):
        raise SystemExit(f"{name} has no prototype in the binding")
    print(name, flush=True)
    function(*[ZERO.get(kind, 0) for kind in function.argtypes])
    # lengths without text, and indices of nothing
    function(*[ZERO.get(kind, 2**31 - 1) for kind in function.argtypes])
    huge = {ctypes.c_size_t: 2**64 - 1, ctypes.c_int64: -2**63, ctypes.c_uint32: 2**32 - 1, ctypes.c_int: -1}
    function(*[ZERO.get(kind, huge.get(kind)) for kind in function.argtypes])

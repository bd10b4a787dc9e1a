#!/usr/bin/env python3
"""A library of empty functions with the header's prototypes, for abidw and abidiff.

usage: abi_stub.py HEADER_DIRECTORY OUTPUT_LIBRARY SONAME

The engine is Swift, whose debug information does not say what a C caller sees. The header does, the compiler holds every
export to it, and check-abi compares the names: so a library made of the header alone has the interface's whole ABI.
"""
import os
import re
import subprocess
import sys
from pathlib import Path


def prototypes(header):
    """What the C preprocessor leaves of each function's declaration, on one line."""
    text = subprocess.run([os.environ.get("CC", "gcc"), "-E", "-P", "-x", "c", str(header)], check=True,
                          capture_output=True, text=True).stdout
    text = re.sub(r"__attribute__\(\((?:[^()]|\([^()]*\))*\)\)", " ", text)
    while re.search(r"\{[^{}]*\}", text):
        text = re.sub(r"\{[^{}]*\}", " ", text)
    for statement in text.split(";"):
        statement = " ".join(statement.split())
        if re.search(r"\bmcpauth_\w+\s*\(", statement) and not statement.startswith("typedef"):
            yield statement


def body(prototype):
    result = re.match(r"(.*?)\bmcpauth_\w+\s*\(", prototype).group(1).strip()
    if result == "void":
        return "{}"
    return "{ mcpauth_str none = {0, 0}; return none; }" if result == "mcpauth_str" else "{ return 0; }"


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    directory, library, soname = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    lines = ['#include "mcpauth.h"', *(f"{prototype} {body(prototype)}"
                                       for prototype in prototypes(directory / "mcpauth.h"))]
    subprocess.run([os.environ.get("CC", "gcc"), "-g", "-O0", "-shared", "-fPIC", "-I", str(directory), "-x", "c", "-",
                    "-o", library, f"-Wl,-soname,{soname}"], input="\n".join(lines) + "\n", text=True, check=True)


main()

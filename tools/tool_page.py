#!/usr/bin/env python3
"""The man page of a tool, out of its source's opening comment and of what it says to --help, on standard output.

usage: tools/tool_page.py TOOL SOURCE HELP_FILE VERSION
"""
import re
import sys
from pathlib import Path


def roff(text):
    """Lines as they stand, none of which begins like a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in {".", "'"} else line for line in text.splitlines())


def opening_comment(source):
    comment = re.match(r"/\*\n(.*?)\n \*/", source, re.S).group(1)
    return "\n".join(re.sub(r"^ \* ?", "", line) for line in comment.splitlines())


def main(tool, source, help_file, version):
    comment = opening_comment(Path(source).read_text())
    comment = re.sub(r"^(pkg-config|build|usage): .*\n?", "", comment, flags=re.M)
    said, rest = re.match(r"(\w+)(?:\.c)?: (.*)", comment, re.S).groups()
    summary, rest = re.match(r"(.*?[^.])(?:\.|: \w.*?)(?=\s)(.*)", rest, re.S).groups()
    program = re.compile(rf"\b{said}\b(?!\.c)")
    sections = {
        "NAME": [f"{roff(tool)} \\- {roff(' '.join(summary.split()))}"],
        "SYNOPSIS": [".nf", roff(program.sub(tool, Path(help_file).read_text()).replace("usage: ", "", 1)), ".fi"],
        "DESCRIPTION": [".nf", roff(program.sub(tool, rest.strip("\n"))), ".fi"],
        "SEE ALSO": [f".BR {roff('mcpauth')} (3)"],
    }
    print(f'.TH {tool.upper()} 1 "" "libmcpauth {version}" "libmcpauth"')
    for title, lines in sections.items():
        print(f".SH {title}", *lines, sep="\n")


if __name__ == "__main__":
    main(*sys.argv[1:])

#!/usr/bin/env python3
"""What Python's json makes of the texts that the differential program recorded: python_reader.py DIFFERENCES RECORDS

The same verdict, the same values, or a difference that is listed with its reason. It is made as strict as it goes.
"""
import collections
import json
import math
import struct
import sys

sys.set_int_max_str_digits(0)
sys.setrecursionlimit(10_000)
DIFFERENCES, RECORDS = sys.argv[1:]
with open(DIFFERENCES) as list_of_them:
    LISTED = {entry["difference"] for entry in json.load(list_of_them) if entry["difference"].startswith("Python")}
MAX_DEPTH = {b"t": 32, b"m": 512}


class Refused(ValueError):
    pass


def refuse(text):
    raise Refused(text)


def members(pairs):
    if len({name for name, _ in pairs}) < len(pairs):
        raise Refused("a name twice")
    return dict(pairs)


def read(text):
    return json.loads(text.decode("utf-8"), object_pairs_hook=members, parse_constant=refuse)


def counted(mark, count):
    return mark + struct.pack("<I", count)


def string(text):
    """A lone surrogate, which no valid text holds, is kept visible rather than refused."""
    encoded = text.encode("utf-8", "surrogatepass")
    return struct.pack("<I", len(encoded)) + encoded


def number(mark, value):
    """As an infinite number: the mark in upper or lower case x."""
    try:
        value = float(value)
    except OverflowError:
        value = math.inf
    if math.isinf(value):
        return b"X" if mark == b"I" else b"x"
    return mark + struct.pack("<d", value)


def described(value):
    """As json_probe_describe of probe.h."""
    if isinstance(value, dict):
        return counted(b"{", len(value)) + b"".join(string(name) + described(of) for name, of in value.items())
    if isinstance(value, list):
        return counted(b"[", len(value)) + b"".join(map(described, value))
    if isinstance(value, str):
        return b"s" + string(value)
    if isinstance(value, bool):
        return b"t" if value else b"f"
    if value is None:
        return b"n"
    if isinstance(value, float):
        return number(b"d", value)
    if -1 << 63 <= value < 1 << 63:
        return b"i" + struct.pack("<q", value)
    return number(b"I", value)


def strings(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from value
        for member in value.values():
            yield from strings(member)
    elif isinstance(value, list):
        for element in value:
            yield from strings(element)


def depth(value):
    if isinstance(value, dict):
        return 1 + max(map(depth, value.values()), default=0)
    return 1 + max(map(depth, value), default=0) if isinstance(value, list) else 0


def accepted_here_only(mode, value):
    """Why this library refuses what Python accepts."""
    if any("\0" in text for text in strings(value)) and mode == b"t":
        return "null-escape"
    if depth(value) > MAX_DEPTH[mode]:
        return "nesting"
    if any(0xD800 <= ord(c) < 0xE000 for text in strings(value) for c in text):
        return "lone-surrogate"
    return None


def records(file):
    def part():
        return file.read(struct.unpack("<I", file.read(4))[0])

    while mode := file.read(1):
        yield mode, file.read(1) == b"y", part(), part(), part()


def compare(mode, accepted, text, value, written):
    """None, or the difference."""
    try:
        theirs = read(text)
    except (ValueError, RecursionError):
        return "Python refuses it" if accepted else None
    if not accepted:
        return f"Python accepts: {accepted_here_only(mode, theirs)}"
    if mode == b"m" and value in (b"x", b"X"):
        value = described(theirs)  # a message that is nothing but a number: comparison.cpp says why it is not read
    if described(theirs) != value:
        return "another value than Python's"
    if described(read(written)) != value:
        return "Python reads another value in what was written"
    return None


def main():
    occurred, failures, total = collections.Counter(), 0, 0
    with open(RECORDS, "rb") as file:
        for mode, accepted, text, value, written in records(file):
            total += 1
            difference = compare(mode, accepted, text, value, written)
            if difference is None:
                continue
            occurred[difference] += 1
            if difference not in LISTED:
                failures += 1
                if failures <= 20:
                    print(f"not ok - {difference}: {text[:300]!r}, written {written[:300]!r}")
    print(f"{total} texts read by Python's json")
    for difference, times in occurred.items():
        print(f"  {times:8}  {difference}")
    for difference in LISTED - occurred.keys():
        print(f"not ok - listed, and did not occur: {difference}")
        failures += 1
    print(f"{failures} failures")
    sys.exit(failures != 0 or total == 0)


main()

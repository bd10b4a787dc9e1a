"""What is not strict about a JSON text, found out with Python's json: an opinion independent of the library's."""
import json


def strictness_faults(text):
    try:
        decoded = text.decode("utf-8")
    except UnicodeDecodeError:
        return {"not UTF-8"}
    if "\0" in decoded or decoded.startswith("\ufeff"):  # UTF-16 of ASCII text, and UTF-8 with a mark, get this far
        return {"not UTF-8"}
    faults = set()

    def members(pairs):
        if len(dict(pairs)) != len(pairs):
            faults.add("name twice")
        faults.update(fault for name, _ in pairs for fault in string_faults(name))
        return dict(pairs)

    try:
        value = json.loads(decoded,
                           object_pairs_hook=members,
                           parse_int=lambda _: 0,
                           parse_float=lambda _: 0.0,
                           parse_constant=lambda _: faults.add("NaN or Infinity"))
    except (ValueError, RecursionError):
        return faults
    if depth(value) > 32:
        faults.add("nested deeper than 32")
    return faults | set(all_string_faults(value))


def string_faults(text):
    if "\0" in text:
        yield "NUL in a string"
    if any("\ud800" <= character <= "\udfff" for character in text):
        yield "half a surrogate pair"


def all_string_faults(value):
    if isinstance(value, str):
        yield from string_faults(value)
    elif isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from all_string_faults(inner)


def depth(value):
    if not isinstance(value, (dict, list)):
        return 0
    return 1 + max(map(depth, value.values() if isinstance(value, dict) else value), default=0)

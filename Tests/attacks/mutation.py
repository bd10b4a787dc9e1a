"""Mutations of bytes and of JSON, from a seeded source: what an input might become on its way through hostile hands."""
import json

TEXTS = [
    b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe2\x84\xaa", b"\r\n", b"\t", b" ", b"  ", b",", b".",
    b"..", b"=", b"==", b"-", b"_", b"+", b"/", b"%00", b"%2e", b"\\", b"\\u0000", b"\\ud800", b"\\u0041", b'"', b"'",
    b"[", b"]", b"{", b"}", b"[[[[", b":", b"?", b"#", b"@", b"//", b"null", b"true", b"0", b"-1", b"1e400", b"1E-400",
    b"9223372036854775807", b"9223372036854775808", b"-0.0", b"1e308", b"0x10", b"Bearer ", b"bearer", b"-----",
    b"-----BEGIN PUBLIC KEY-----\n", b"-----END PUBLIC KEY-----\n", b"Proc-Type: 4,ENCRYPTED\n", b'{"a":1}',
    b'"kid":"a",', b'"exp":1,', b"A" * 70, b"9" * 400, b"\xf0\x9f\x98\x80", b"=?base64?", b"?="
]

VALUES = [
    None, True, False, 0, 1, -1, 0.5, 1e308, 2**53, 2**63 - 1, -2**63,
    2**64, 253402300799, 253402300800, "", "a", "\0", "\ud800", "\u00e9", "e\u0301", "x" * 300, [], {}, [[]], [None],
    ["a", 1], {"a": {"b": []}}, "AQAB", "none", "EC", "RSA", "OKP", "oct", "P-256", "https://issuer.example",
    "https://issuer.example/", [0] * 40
]

NAMES = [
    "alg", "kid", "typ", "crit", "b64", "enc", "zip", "exp", "nbf", "iat", "aud", "scope", "cnf", "kty", "use", "d"
]


def mutated(source, text, rounds=None):
    """`text` after one to five small accidents."""
    text = bytearray(text)
    for _ in range(rounds or source.choice((1, 1, 1, 2, 3, 5))):
        at = source.randrange(len(text) + 1)
        end = min(len(text), at + source.choice((1, 1, 2, 4, 16, 64)))
        kind = source.randrange(8)
        if kind == 0 and at < len(text):
            text[at] ^= 1 << source.randrange(8)
        elif kind == 1 and at < len(text):
            text[at] = source.randrange(256)
        elif kind == 2:
            text[at:at] = source.choice(TEXTS)
        elif kind == 3:
            text[at:end] = source.choice(TEXTS)
        elif kind == 4:
            del text[at:end]
        elif kind == 5:
            text[at:at] = text[at:end] * source.choice((1, 2, 50))
        elif kind == 6:
            start = source.randrange(len(text) + 1)
            text[at:at] = text[start:start + 32]
        else:
            del text[at:]
        if len(text) > 40_000:
            del text[40_000:]
    return bytes(text)


def reshaped(source, text):
    """JSON text with one of its parts, at any depth, replaced, removed, added or wrapped; still JSON."""
    whole = {"": json.loads(text)}
    holder, key = whole, ""
    while isinstance(holder[key], (dict, list)) and holder[key] and source.random() < 0.8:
        holder = holder[key]
        key = source.choice(list(holder)) if isinstance(holder, dict) else source.randrange(len(holder))
    kind = source.randrange(6)
    if kind == 0 and isinstance(holder[key], dict):
        holder[key][source.choice(NAMES)] = source.choice(VALUES)
    elif kind == 1 and isinstance(holder[key], str):
        holder[key] = mutated(source, holder[key].encode(), 1).decode("latin-1")
    elif kind == 2:
        holder[key] = [holder[key]]
    elif kind == 3 and holder is not whole:
        del holder[key]
    else:
        holder[key] = source.choice(VALUES)
    ascii_only = source.random() < 0.5
    return json.dumps(whole[""], separators=(",", ":"), ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")

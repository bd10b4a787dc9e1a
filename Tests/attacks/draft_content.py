"""Mutations of a draft's header and payload, before it is signed: the signature over them is right."""
import json

from encoding import compact, spelled
from keys import Secret
from mutation import mutated
from references import KEYS
from tokens import ABSENT, ISSUER, LEEWAY, NOW, RESOURCE, changed, header

TEXT, NAME = RESOURCE.decode(), ISSUER.decode()
EDGES = [-2, -1, -0.5, -0.001, 0, 0.001, 0.5, 1, 2]

# ---- header -------------------------------------------------------------------------------------------------------


def member(name, *values):
    def spoil(d):
        if isinstance(d.head, dict):
            d.head = changed(d.head, {name: d.pick(*values)})

    spoil.__name__ = f"header {name}"
    return spoil


def other_algorithm(d):
    """The signature is one of the algorithm that the header names, if the key can make it."""
    d.algorithm = d.pick(*KEYS)
    if isinstance(d.head, dict):
        d.head = changed(d.head, {"alg": d.algorithm})


def confused(d):
    """A MAC with something public for a secret."""
    jwk = compact(d.key.jwk()) if hasattr(d.key, "jwk") else b""
    texts = (d.key.pem(), d.key.der(), jwk, b"") if hasattr(d.key, "pem") else (b"", b"\0" * 64)
    d.algorithm = d.pick("HS256", "HS384", "HS512")
    d.head = header(d.key, d.algorithm)
    d.key = Secret(d.key.kid, d.pick(*texts))


def json_text(which):
    """The JSON text itself: other spellings of the same, and no JSON at all."""
    def spoil(d):
        value = getattr(d, which)
        text = compact(value)
        name = d.pick("alg", "kid", "typ") if which == "head" else d.pick("exp", "iss", "aud", "sub", "scope")
        quoted = json.dumps(name).encode()
        escaped = b'"' + b"".join(b"\\u%04x" % byte for byte in name.encode()) + b'"'
        tail, depth, wide = text[:-1] + b",", d.pick(20, 31, 32, 200), text.decode("utf-8", "replace")
        choices = {
            "white space": b" \n\t" + text.replace(b",", b" ,\r\n ") + b" ",
            "escaped name": text.replace(quoted, escaped),
            "twice": tail + quoted + b":" + compact(value.get(name)) + b"}" if isinstance(value, dict) else text,
            "twice, other value": tail + quoted + b':"none"}',
            "twice, other value first": b"{" + quoted + b':"none",' + text[1:],
            "twice, escaped": tail + escaped + b":1}", "twice, unused": tail + b'"zz":1,"zz":1}',
            "byte order mark": b"\xef\xbb\xbf" + text, "utf-16": wide.encode("utf-16"), "utf-16 without mark":
                wide.encode("utf-16-le"), "utf-32": wide.encode("utf-32"), "latin-1": tail + b'"zz":"\xe9"}',
            "surrogate": tail + b'"zz":"\xed\xa0\x80"}', "lone escape": tail + b'"zz":"\\ud800"}',
            "pair": tail + b'"zz":"\\ud83d\\ude00"}', "escaped nul": tail + b'"zz":"\\u0000"}',
            "raw nul": tail + b'"zz":"\0"}', "nul in a name": tail + b'"z\\u0000":1}',
            "control": tail + b'"zz":"\x01"}', "NaN": tail + b'"zz":NaN}', "Infinity": tail + b'"zz":-Infinity}',
            "big integer": tail + b'"zz":' + b"9" * d.pick(19, 30, 400) + b"}", "huge real": tail + b'"zz":1e400}',
            "tiny real": tail + b'"zz":1e-400}', "digits": tail + b'"zz":' + b"1" * 5000 + b"}",
            "trailing comma": tail + b"}", "behind": text + d.pick(b"x", b"{}", b"\0", b"]", b" "),
            "comment": text[:-1] + b"/**/}", "single quotes": text.replace(b'"', b"'"), "empty":
                b"", "array": b"[" + text + b"]", "null": b"null", "text": b'"x"', "cut off": text[:-1],
            "deep": tail + b'"zz":' + b"[" * depth + b"1" + b"]" * depth + b"}", "accident": mutated(d.source, text, 1),
        }
        note = d.pick(*choices)
        d.notes.append(note)
        setattr(d, which, choices[note])

    spoil.__name__ = which + " text"
    return spoil


HEADER = [
    member("alg", "none", "None", "NONE", "es256", "ES256 ", "", None, 1, ["ES256"], ABSENT, "HS1", "RSA1_5"),
    member("alg", *KEYS),
    member("kid", ABSENT, "", "unknown", "p256 ", "P256", None, 1, ["p256"], {}, "k" * 256, "k" * 257),
    member("kid", *(key.kid for key in KEYS.values())),
    member("crit", [], ["exp"], ["b64"], ["foo"], None, "exp", True, {}, [1], [""]),
    member("b64", True, False, None, "true", 0),
    member("typ", "logout+jwt", "", None, 1, ["JWT"], {}, "JOSE"),
    member("enc", "A256GCM", None, ""),
    member("zip", "DEF", "", None),
    member("jwk", KEYS["ES256"].jwk(), {}),
    member("jku", "https://evil.example/"),
    member("x5c", [], ["AAAA"], "x"),
    member("x5u", "https://evil.example/", 1),
    member("cty", "JWE", 1, None),
    member("x5t", 1, None),
    member("nonce", "n"),
    member("zz", "z" * 600), other_algorithm, confused,
    json_text("head"),
    json_text("head"),
]

# ---- payload ------------------------------------------------------------------------------------------------------


def claim(name, *values):
    def spoil(d):
        if isinstance(d.payload, dict):
            d.payload = changed(d.payload, {name: d.pick(*values)})

    spoil.__name__ = f"claim {name}"
    return spoil


def number_text(name):
    """Numbers that Python would not write."""
    def spoil(d):
        if isinstance(d.payload, dict):
            later = NOW + 300
            d.payload = spelled(
                d.payload, **{
                    name:
                        d.pick(f"{later}.0", f"{later}e0", f"{later // 100}E2", f"{later}00e-2", "1e400", "1e308", "-0",
                               "0e0", "1e-400", "9223372036854775807", "9223372036854775808", "1.8446744073709552e19",
                               "NaN", "Infinity", f"0{later}", f"+{later}", f"{later}.", "9" * 400)
                })

    spoil.__name__ = f"number {name}"
    return spoil


SHAPES = [
    None, True, False, "", "1",
    str(NOW + 300), [], [NOW + 300], {}, -1, -0.5, 0, 253402300799, 253402300800, 10**15, 2**63 - 1, 2**64
]
PAYLOAD = [
    claim("exp", ABSENT, *SHAPES),
    claim("exp", *(NOW - LEEWAY + edge for edge in EDGES)),
    claim("nbf", *SHAPES),
    claim("nbf", *(NOW + LEEWAY + edge for edge in EDGES)),
    claim("iat", *SHAPES),
    claim("iat", *(NOW + LEEWAY + edge for edge in EDGES)),
    number_text("exp"),
    number_text("nbf"),
    number_text("iat"),
    claim("iss", ABSENT, None, "", 1, [NAME], {}, NAME + "/", NAME[:-1], NAME.upper(), NAME + "\0",
          NAME.replace("https", "http"), NAME + "\u200b"),
    claim("aud", ABSENT, None, "", 1, [], {}, [""], [1], [TEXT, 1], [1, TEXT], [None, TEXT], [[TEXT]], {TEXT: 1},
          TEXT + "/", TEXT[:-1], TEXT.upper(), [TEXT + "/"], TEXT + " ", TEXT + "\0", [TEXT, None], [TEXT, True]),
    claim("sub", ABSENT, None, "", 1, True, ["x"], {}, "\0"),
    claim("jti", "", None, 1, ["x"], {}, True),
    claim("client_id", "", None, 1, ["x"], {}, True),
    claim("scope", None, 1, True, {}, [1], ["a", None], [[]]),
    claim("azp", "", 1, None),
    claim("cnf", {}, {"jkt": "x"}, None),
    claim("nonce", "n"),
    claim("zz", "z" * 13000, "z" * 8000),
    json_text("payload"),
    json_text("payload"),
    json_text("payload"),
]

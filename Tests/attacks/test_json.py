"""A16, A17, A30, A31: JSON, base64url and UTF-8 that two readers would read in two ways."""
import os
import pathlib

import pytest

from encoding import b64, compact, spelled
from gate import Gate, configured, verifier
from keys import P256
from mcpauth_abi import ROOT, R, SetterFailed
from tokens import ISSUER, NOW, RESOURCE, claims, header, signed


def gate(**settings):
    return Gate(verifier([P256.jwk()], **settings), signed(P256, "ES256"))


def es256(head=None, payload=None):
    return signed(P256, "ES256", head, payload)


# The second spelling of each name is the same member to whoever unescapes before comparing.
TWICE = [("exp", str(NOW + 300), f'"exp":{NOW + 300}'), ("exp", str(NOW - 900), f'"exp":{NOW + 300}'),
         ("exp", str(NOW + 300), f'"e\\u0078p":{NOW + 300}'),
         ("iss", '"https://issuer.example"', '"iss":"https://evil.example"'),
         ("iss", '"https://evil.example"', '"\\u0069ss":"https://issuer.example"'), ("sub", '"a"', '"sub":"b"'),
         ("aud", '"https://mcp.example/mcp"', '"\\u0061\\u0075\\u0064":"x"'), ("scope", '"read"', '"scope":"admin"'),
         ("nested", '{"a":1', '"a":2}'), ("nested", '[{"a":{"b":1', '"b":1}}]')]


@pytest.mark.parametrize("name,value,again", TWICE)
def test_A16_claims_twice(name, value, again):
    gate().refuses(es256(payload=spelled(claims(), **{name: value + "," + again})), R.TOKEN_MALFORMED, "duplicate")


@pytest.mark.parametrize("text",
                         ['"alg":"ES256"', '"al\\u0067":"none"', '"kid":"p256"', '"k\\u0069d":"other"', '"typ":"JWT"'])
def test_A16_header_members_twice(text):
    head = compact(header(P256, "ES256"))[:-1] + b"," + text.encode() + b"}"
    gate().refuses(es256(head), R.TOKEN_MALFORMED, "duplicate")


@pytest.mark.parametrize("text", ['"kid":"p256"', '"k\\u0069d":"good"', '"kty":"EC"', '"\\u0078":"AA"'])
def test_A16_members_of_a_key_twice(text):
    jwk = compact(P256.jwk())
    keys = b'{"keys":[' + jwk[:-1] + b"," + text.encode() + b"}]}"
    config, issuer = configured()
    assert issuer.call("set_jwks_json", keys, len(keys)) == R.INVALID_ARGUMENT
    keys = b'{"keys":[' + jwk + b'],"ke\\u0079s":[' + jwk + b"]}"
    assert configured()[1].call("set_jwks_json", keys, len(keys)) == R.INVALID_ARGUMENT
    Gate(verifier([P256.jwk()]), None).accepts(es256())


@pytest.mark.parametrize(
    "text", ['"jwks_uri":"https://evil.example/k"', '"issuer":"https://issuer.example"', '"i\\u0073suer":"x"'])
def test_A16_members_of_the_metadata_twice(text):
    metadata = compact({"issuer": ISSUER.decode(), "jwks_uri": "https://issuer.example/keys"})
    config, issuer = configured()
    issuer.set("set_metadata_json", metadata, len(metadata))
    config.verifier()
    twice = metadata[:-1] + b"," + text.encode() + b"}"
    config, issuer = configured()
    issuer.call("set_metadata_json", twice, len(twice))
    with pytest.raises(SetterFailed) as caught:
        config.verifier()
    assert caught.value.result == R.METADATA_INVALID and "duplicate" in caught.value.message


def clashing_names(count):
    """Names that begin, end and are as long as each other, which a table of short fingerprints takes for the same."""
    return [f"name{number:08}tail" for number in range(count)]


# The name of a text twice, spelled as it is, with one escape, with nothing else.
AGAIN = {"raw": lambda name: name, "one_escape": lambda name: name.replace("t", "\\u0074", 1),
         "escapes": lambda name: "".join(f"\\u{ord(c):04X}" for c in name)}


@pytest.mark.parametrize("place", [0, 3, 4, 250, 499])
@pytest.mark.parametrize("spelling", AGAIN)
def test_A16_names_made_to_clash(spelling, place):
    names = clashing_names(500)
    members = ",".join(f'"{name}":0' for name in names)
    checked = gate()
    checked.accepts(es256(payload=spelled(claims(), x="{" + members + "}")))
    twice = f'{{{members},"{AGAIN[spelling](names[place])}":0}}'
    checked.refuses(es256(payload=spelled(claims(), x=twice)), R.TOKEN_MALFORMED, "duplicate")
    keys = b'{"keys":[' + compact(P256.jwk()) + b'],"x":'
    good, bad = keys + b"{" + members.encode() + b"}}", keys + twice.encode() + b"}"
    assert configured()[1].call("set_jwks_json", good, len(good)) == R.OK
    assert configured()[1].call("set_jwks_json", bad, len(bad)) == R.INVALID_ARGUMENT


@pytest.mark.parametrize("spelling", AGAIN)
def test_A16_names_made_to_clash_in_a_body(spelling):
    checked = gate(settings=[("add_tool_scope", b"guarded", b"admin")]).verifier
    names = clashing_names(5000)
    members = ",".join(f'"{name}":0' for name in names)

    def call(more):
        body = f'{{"method":"tools/call","params":{{"name":"free","arguments":{{{members}{more}}}}}}}'
        return checked.request(es256(), body=body.encode()).result

    assert call("") == R.OK
    assert call(f',"{AGAIN[spelling](names[4321])}":0') == R.INVALID_REQUEST


def test_A17_dots():
    checked = gate()
    for count in (0, 1, 3):
        checked.refuses(b"." * count + b"e30", R.TOKEN_MALFORMED)
    checked.refuses(b".", R.TOKEN_MALFORMED)
    checked.refuses(b"..", R.TOKEN_MALFORMED)
    checked.refuses(b"....", R.TOKEN_ENCRYPTED)
    for count in (5, 100, 16384):
        checked.refuses(b"." * count, R.TOKEN_MALFORMED, "more than five")
    checked.refuses(b"." * (1 << 20), R.TOKEN_MALFORMED, "1048576 bytes")
    good = es256()
    for bad in (b"." + good, good + b".", good.replace(b".", b"..", 1), good.replace(b".", b""), good + b"." + good):
        checked.refuses(bad, R.TOKEN_MALFORMED)


def token_of(count):
    """A good token of exactly so many bytes."""
    for extra in range(8):
        head = header(P256, "ES256", pad="x" * extra)
        rest = len(b64(compact(head))) + 2 + 86
        payload = compact(claims(pad=""))
        missing = (count - rest) * 3 // 4 - len(payload)
        token = es256(head, compact(claims(pad="x" * missing)))
        if len(token) == count:
            return token
    raise AssertionError(f"no token has {count} bytes")


def test_A17_token_size():
    checked = gate()
    checked.accepts(token_of(16383))
    checked.accepts(token_of(16384))
    checked.refuses(token_of(16385), R.TOKEN_MALFORMED, "16385 bytes")
    checked.refuses(b"a" * (1 << 20), R.TOKEN_MALFORMED, "bytes")


NESTED = {"arrays": (b"[", b"]"), "objects": (b'{"a":', b"}"), "open": (b"[", b""), "closed": (b"", b"]")}


@pytest.mark.parametrize("kind", ["arrays", "objects"])
def test_A17_nesting(kind):
    opening, closing = NESTED[kind]
    checked = gate()

    def text(depth):  # the claims themselves are one level
        return (opening * (depth - 1) + b"0" + closing * (depth - 1)).decode()

    checked.accepts(es256(payload=spelled(claims(), x=text(32))))
    checked.accepts(es256(spelled(header(P256, "ES256"), x=text(32))))
    for depth in (33, 64, 1000):
        checked.refuses(es256(payload=spelled(claims(), x=text(depth))), R.TOKEN_MALFORMED, "nesting")
        checked.refuses(es256(spelled(header(P256, "ES256"), x=text(depth))), R.TOKEN_MALFORMED, "nesting")


@pytest.mark.parametrize("kind", NESTED)
def test_A17_ten_thousand_brackets(kind):
    """As many as fit into a token, and 10,000 and more where more fits: a reader that recurses would run out of stack."""
    opening, closing = NESTED[kind]
    flood = opening * 1000 + closing * 1000
    gate().refuses(es256(payload=flood), R.TOKEN_MALFORMED)
    gate().refuses(es256(flood), R.TOKEN_MALFORMED)
    for count in (10_000, 150_000):
        keys = b'{"keys":' + opening * count + closing * count + b"}"
        assert configured()[1].call("set_jwks_json", keys, len(keys)) == R.INVALID_ARGUMENT
        metadata = b'{"issuer":' + opening * count + closing * count + b"}"
        config, issuer = configured()
        issuer.call("set_metadata_json", metadata, len(metadata))
        with pytest.raises(SetterFailed) as caught:
            config.verifier()
        assert caught.value.result in (R.METADATA_INVALID, R.INVALID_ARGUMENT)


def test_A17_names_and_values_of_a_token():
    checked = gate()
    checked.accepts(es256(payload=spelled(claims(), x="[" + ",".join(["1"] * 1050) + "]")))
    for many in ("[" + ",".join(["1"] * 1300) + "]", "{" + ",".join(f'"{n}":1' for n in range(700)) + "}"):
        checked.refuses(es256(payload=spelled(claims(), x=many)), R.TOKEN_MALFORMED, "more than 1150 names and values")


def test_A17_key_material_size():
    keys = compact({"keys": [P256.jwk()], "x": ""})
    padded = keys[:-2] + b"x" * ((1 << 20) - len(keys)) + b'"}'
    assert len(padded) == 1 << 20
    configured()[1].jwks(padded)
    longer = padded[:-2] + b'x"}'
    assert configured()[1].call("set_jwks_json", longer, len(longer)) == R.INVALID_ARGUMENT
    many = [P256.jwk(kid=str(n)) for n in range(101)]
    configured()[1].jwks(compact({"keys": many[:100]}))
    text = compact({"keys": many})
    assert configured()[1].call("set_jwks_json", text, len(text)) == R.INVALID_ARGUMENT


def spellings(part):
    """What a lax decoder would read as the same bytes."""
    return {
        "padding": part + b"=" * (-len(part) % 4 or 4), "one_pad": part + b"=", "space": part + b" ",
        "line_break": part + b"\n", "crlf": part[:8] + b"\r\n" + part[8:], "tab": b"\t" + part,
        "percent": part[:4] + b"%2D" + part[4:], "question_mark": part[:4] + b"?" + part[4:], "nul": part + b"\0",
        "high": part + b"\xff", "comma": part + b",", "one_more": part + b"A" * ((1 - len(part)) % 4 or 4)
    }


@pytest.mark.parametrize("which", [0, 1, 2])
@pytest.mark.parametrize("spelling", spellings(b""))
def test_A30_base64_alphabet(which, spelling):
    parts = es256(payload=claims(jti="\u00fe\u00ff?>~")).split(b".")
    checked = Gate(verifier([P256.jwk()]), b".".join(parts))
    parts[which] = spellings(parts[which])[spelling]
    data = b".".join(parts[:2])
    resigned = data + b"." + b64(P256.sign("ES256", data))
    checked.refuses(resigned if which < 2 else b".".join(parts), R.TOKEN_MALFORMED, "base64url")


@pytest.mark.parametrize("which", [0, 1, 2])
def test_A30_standard_alphabet(which):
    for attempt in range(200):
        parts = es256(header(P256, "ES256", x=">>>???"), claims(x=">>>???", jti=str(attempt))).split(b".")
        if b"-" in parts[which] and b"_" in parts[which]:
            break
    assert b"-" in parts[which] and b"_" in parts[which]
    checked = Gate(verifier([P256.jwk()]), b".".join(parts))
    for name, other in ((b"-", b"+"), (b"_", b"/")):
        bad = parts[:which] + [parts[which].replace(name, other)] + parts[which + 1:]
        checked.refuses(b".".join(bad), R.TOKEN_MALFORMED, "base64url")


@pytest.mark.parametrize("which", [0, 1, 2])
def test_A30_unused_bits(which):
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    checked = gate()
    for pad in range(4):
        parts = es256(header(P256, "ES256", x="y" * pad), claims(x="y" * pad)).split(b".")
        checked.accepts(b".".join(parts))
        spare = {0: 0, 2: 4, 3: 2}[len(parts[which]) % 4]
        last = alphabet.index(parts[which][-1])
        for bits in range(1, 1 << spare):
            bad = list(parts)
            bad[which] = parts[which][:-1] + bytes([alphabet[last | bits]])
            data = b".".join(bad[:2])
            token = data + b"." + b64(P256.sign("ES256", data)) if which < 2 else b".".join(bad)
            checked.refuses(token, R.TOKEN_MALFORMED, "bits set")


@pytest.mark.parametrize("which", [0, 1, 2])
def test_A30_impossible_length(which):
    parts = es256().split(b".")
    for count in (1, 5, len(parts[which]) // 4 * 4 + 1):
        bad = parts[:which] + [(parts[which] + b"AAAA")[:count]] + parts[which + 1:]
        gate().refuses(b".".join(bad), R.TOKEN_MALFORMED, "base64url")


def test_A30_keys():
    x = P256.jwk()["x"]
    for bad in (x + "=", x + "\n", " " + x, x[:-1] + "%3D", x.replace(x[3], "+", 1)):
        text = compact({"keys": [P256.jwk(x=bad)]})
        assert configured()[1].call("set_jwks_json", text, len(text)) == R.INVALID_ARGUMENT


NOT_UTF8 = {
    "lone_continuation": b"\x80", "overlong_slash": b"\xc0\xaf", "overlong_nul": b"\xc0\x80",
    "surrogate": b"\xed\xa0\x80", "surrogate_pair": b"\xed\xa0\xbd\xed\xb8\x80", "beyond_unicode": b"\xf4\x90\x80\x80",
    "five_bytes": b"\xf8\x88\x80\x80\x80", "cut_off": b"\xe2\x82", "latin1": b"\xe9", "ff": b"\xff", "fe": b"\xfe"
}


@pytest.mark.parametrize("fault", NOT_UTF8)
def test_A31_invalid_utf8(fault):
    checked = gate()
    checked.accepts(es256(payload=claims(sub="\u00e9\u20ac\U0001f600")))
    for name in ("sub", "x"):
        text = compact(claims(**{name: "MARK"})).replace(b"MARK", NOT_UTF8[fault])
        checked.refuses(es256(payload=text), R.TOKEN_MALFORMED, "UTF-8")
    head = compact(header(P256, "ES256", x="MARK"))
    checked.refuses(es256(head.replace(b"MARK", NOT_UTF8[fault])), R.TOKEN_MALFORMED, "UTF-8")


@pytest.mark.parametrize("fault", ["bom", "utf16", "utf16be", "utf32", "bom_alone"])
def test_A31_byte_order_marks(fault):
    def spoiled(text):
        return {
            "bom": b"\xef\xbb\xbf" + text, "utf16": text.decode().encode("utf-16"),
            "utf16be": text.decode().encode("utf-16-be"), "utf32": text.decode().encode("utf-32-le"),
            "bom_alone": b"\xef\xbb\xbf"
        }[fault]

    gate().refuses(es256(payload=spoiled(compact(claims()))), R.TOKEN_MALFORMED)
    gate().refuses(es256(spoiled(compact(header(P256, "ES256")))), R.TOKEN_MALFORMED)
    keys = spoiled(compact({"keys": [P256.jwk()]}))
    assert configured()[1].call("set_jwks_json", keys, len(keys)) == R.INVALID_ARGUMENT


@pytest.mark.parametrize("text",
                         ['"\\ud800"', '"\\udc00"', '"\\udc00\\ud800"', '"\\ud800x"', '"\\ud800\\u0041"', '"\\uD83D"'])
def test_A31_lone_surrogates(text):
    gate().accepts(es256(payload=spelled(claims(), sub='"\\ud83d\\ude00"')))
    for name in ("sub", "x"):
        gate().refuses(es256(payload=spelled(claims(), **{name: text})), R.TOKEN_MALFORMED)


@pytest.mark.parametrize("nul", ["\\u0000", "\0"])
def test_A31_nul(nul):
    """With C strings the issuer below is the configured one."""
    checked = gate()
    for name, value in (("iss", ISSUER.decode()), ("aud", RESOURCE.decode()), ("sub", "user-1"), ("x", ""),
                        ("exp\\u0000", "1")):
        checked.refuses(es256(payload=spelled(claims(), **{name: f'"{value}{nul}evil"'})), R.TOKEN_MALFORMED)
    checked.refuses(es256(spelled(header(P256, "ES256"), alg=f'"ES256{nul}"')), R.TOKEN_MALFORMED)
    for text in (compact(claims()) + nul.encode(), nul.encode() + compact(claims())):
        checked.refuses(es256(payload=text), R.TOKEN_MALFORMED)


def test_A31_nul_in_a_member_name():
    payload = compact(claims())[:-1] + b',"scope\\u0000":"admin"}'
    gate().refuses(es256(payload=payload), R.TOKEN_MALFORMED)


def test_A31_equivalent_strings_are_different_strings():
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    checked = Gate(verifier([P256.jwk()], settings=[("add_audience", composed.encode())]),
                   es256(payload=claims(aud=composed)))
    checked.refuses(es256(payload=claims(aud=decomposed)), R.AUDIENCE_MISMATCH)
    for lookalike in ("caf\u00e9\u200b", "\ufeffcaf\u00e9", "CAF\u00c9", "caf\u0435", composed + " "):
        checked.refuses(es256(payload=claims(aud=lookalike)), R.AUDIENCE_MISMATCH)
    key = P256.jwk(kid=composed)
    named = Gate(verifier([key]), es256(header(P256, "ES256", kid=composed)))
    named.refuses(es256(header(P256, "ES256", kid=decomposed)), R.KEY_NOT_FOUND)


NOT_JSON = [
    b"", b"{", b"}", b"null", b"[]", b'"text"', b"1", b"true", b"{}{}", b"{} x", b"{'iss':1}", b"{iss:1}",
    b'{"iss":1,}', b'{"iss":NaN}', b'{"iss":Infinity}', b'{"iss":01}', b'{"iss":+1}', b'{"iss":.5}', b'{"iss":0x1}',
    b'{"iss":1.}', b'{"iss"}', b'{"iss":}', b"{,}", b'{"a":1 "b":2}', b"/**/{}", b'{"a":"\t"}', b'{"a":"\\x"}',
    b'{"a":"\\u12"}', b"\xff\xfe", b'{"a":tru}', b"{\x0c}", b"{\xc2\xa0}"
]


@pytest.mark.parametrize("text", NOT_JSON)
def test_A31_claims_and_header_are_one_json_object(text):
    gate().refuses(es256(payload=text), R.TOKEN_MALFORMED)
    gate().refuses(es256(text), R.TOKEN_MALFORMED)


VECTORS = pathlib.Path(os.environ.get("MCPAUTH_VECTORS", ROOT.parent / "shared/vectors")) / "jsontestsuite/test_parsing"
REFUSED_ON_PURPOSE = {
    "y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json", "y_object_escaped_null_in_key.json",
    "y_string_null_escape.json"
}


def test_A31_json_test_suite_inside_the_claims(report):
    """Each of its texts as the value of a claim of a token that is good otherwise."""
    if not VECTORS.is_dir():
        assert os.environ.get("CI") != "true", f"no test data in {VECTORS}: set MCPAUTH_VECTORS"
        pytest.skip(f"no test data in {VECTORS}: set MCPAUTH_VECTORS")
    checked = Gate(verifier([P256.jwk()]), es256())
    counts = {"y": 0, "n": 0}
    for path in sorted(VECTORS.glob("[yn]_*.json")):
        payload = compact(claims())[:-1] + b',"x":' + path.read_bytes() + b"}"
        token = es256(payload=payload)
        if path.name[0] == "y" and path.name not in REFUSED_ON_PURPOSE:
            checked.accepts(token)
            counts["y"] += 1
        else:
            checked.refuses(token, R.TOKEN_MALFORMED)
            counts["n"] += 1
    report(f"JSONTestSuite in claims: {counts['y']} accepted, {counts['n']} refused")
    assert counts["y"] == 91 and counts["n"] == 188 + 4, counts

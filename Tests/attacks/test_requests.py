"""A36, A37: what stands in an Authorization field, and what may stand in a challenge."""
import ctypes

import pytest

from encoding import compact
from gate import Gate, configured, verifier
from keys import P256
from mcpauth_abi import Config, R, Request, SetterFailed, Str
from tables import rows
from tokens import claims, signed

TOKEN = signed(P256, "ES256")


def gate():
    return Gate(verifier([P256.jwk()]), TOKEN)


FIELDS = [(row["fields"], R[row["result"]]) for row in rows("authorization")]


def request(fields):
    return gate().verifier.authorize(*(field.encode().replace(b"TOKEN", TOKEN) for field in fields))


@pytest.mark.parametrize("fields", [fields for fields, result in FIELDS if result == R.OK])
def test_A36_one_credential(fields):
    assert request(fields).result == R.OK


@pytest.mark.parametrize("fields,result", [row for row in FIELDS if row[1] != R.OK])
def test_A36_everything_else(fields, result):
    gate().accepts(TOKEN)
    outcome = request(fields)
    assert outcome.result == result, outcome.message
    assert outcome.status == (400 if result == R.AMBIGUOUS_CREDENTIALS else 401)


def test_A36_a_token_that_is_no_jwt():
    assert gate().verifier.authorize(b"Bearer " + TOKEN + b"=").result == R.TOKEN_MALFORMED


def test_A36_long_fields():
    checked = gate().verifier
    assert checked.authorize(b"Bearer " + b" " * (1 << 20) + TOKEN).result == R.OK
    assert checked.authorize(b"Bearer " + b"a" * (1 << 20)).result == R.TOKEN_MALFORMED
    assert checked.authorize(b"Basic " + b"," * (1 << 20)).result == R.INVALID_AUTH_HEADER
    assert checked.authorize(b"Basic " + b", a" * (1 << 19)).result == R.INVALID_AUTH_HEADER
    assert checked.authorize(b'Basic "' + b"\\" * ((1 << 20) + 1)).result == R.INVALID_AUTH_HEADER


def test_A36_wrong_request_structs():
    checked = gate().verifier
    field = (Str * 1)(Str.of(b"Bearer " + TOKEN))
    size = ctypes.sizeof(Request)
    good = Request(size=size, authorization=field, authorization_count=1)
    assert checked.authorize_request(good).result == R.OK
    for bad in (0, 8, Request.headers.offset - 1, 5000, 2**64 - 1):  # headers is the first member that 0.1 had not
        assert checked.authorize_request(Request(size=bad, authorization=field,
                                                 authorization_count=1)).result == R.INVALID_ARGUMENT
    nothing = (Str * 1)(Str(None, 10))
    for broken in (Request(size=size,
                           authorization_count=1), Request(size=size, authorization=nothing, authorization_count=1)):
        outcome = checked.authorize_request(broken)
        assert (outcome.result, outcome.status) == (R.NULL_PARAMETER, 500)


def test_A36_struct_of_a_later_version():
    """More than this version knows is taken while it is zero, and refused when it is not."""
    class Longer(ctypes.Structure):
        _fields_ = [("request", Request), ("more", ctypes.c_ubyte * 64)]

    checked = gate().verifier
    field = (Str * 1)(Str.of(b"Bearer " + TOKEN))
    longer = Longer(Request(size=ctypes.sizeof(Longer), authorization=field, authorization_count=1))
    assert checked.authorize_request(longer).result == R.OK
    for place in (0, 31, 63):
        longer.more[:] = b"\0" * place + b"x" + b"\0" * (63 - place)
        assert checked.authorize_request(longer).result == R.INVALID_ARGUMENT
    longer.more[:] = b"\0" * 64
    assert checked.authorize_request(longer).result == R.OK


HOSTILE_TEXTS = [
    b"https://x.example/\r\nX-Injected: 1", b"https://x.example/\nX: 1", b"https://x.example/\r",
    b'https://x.example/"', b"https://x.example/\\", b"https://x.example/\x7f", b"https://x.example/\x01",
    b"https://x.example/ ", b"https://x.example/\xc3\xa9", b"https://x.example/\xff", b"https://x.example/<script>",
    b"https://x.example#fragment", b"https://user:pw@x.example/", b"https://x.example?q=1", b"ftp://x.example/",
    b"javascript:alert(1)", b"//x.example", b"https:/x.example", b"https://", b"https:///x",
    b"https://x.example:99999/", b"https://x.example:0/", b"https://x.example:/", b"https://[::1", b"https://[::1]x/",
    b"https://x example/", b"HTTPS://x.example/", b" https://x.example/", b"", b"https://" + b"x" * 2048
]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_A37_no_hostile_text_becomes_an_identifier(text):
    configured(issuer=b"https://x.example/", resource=b"https://x.example/")
    with pytest.raises(SetterFailed) as caught:
        Config(text)
    assert caught.value.result == R.INVALID_ARGUMENT
    with pytest.raises(SetterFailed) as caught:
        configured(issuer=text)
    assert caught.value.result == R.INVALID_ARGUMENT


def test_A37_resource_over_http():
    for text in (b"http://mcp.example/", b"http://127.0.0.1.example/", b"http://localhost.example/",
                 b"http://128.0.0.1/", b"http://127.1/", b"http://127.0.0.256/", b"http://2130706433/",
                 b"http://[::2]/", b"http://[::ffff:127.0.0.1]/", b"http://localhost./"):
        with pytest.raises(SetterFailed) as caught:
            Config(text)
        assert caught.value.result == R.INVALID_ARGUMENT
    for text in (b"http://127.0.0.1/", b"http://127.255.0.1:8080/mcp", b"http://localhost", b"http://[::1]:1/"):
        Config(text)


@pytest.mark.parametrize(
    "scope", [b"a b", b'a"', b"a\\", b"a\r\nX: 1", b"", b"\xc3\xa9", b"\x7f", b"a\tb", b"s" * 2049, b"offline_access"])
def test_A37_no_hostile_text_becomes_a_scope(scope):
    assert configured()[0].call("add_required_scope", b"good:scope/%20!") == R.OK
    assert configured()[0].call("add_required_scope", scope) == R.INVALID_ARGUMENT


@pytest.mark.parametrize("show", [False, True])
def test_A37_nothing_of_a_token_reaches_the_challenge(show):
    """Header fields are made of configured values; the body's cause, where it is asked for, is JSON."""
    config, issuer = configured()
    issuer.jwks(compact({"keys": [P256.jwk()]}))
    config.set("add_required_scope", b"read").set("set_show_error_details", show)
    checked = config.verifier()
    assert checked.authorize(b"Bearer " + TOKEN).result == R.OK
    evil = 'EVIL"\r\nSet-Cookie: a=b\r\n\\'
    for changes, result in (({"aud": evil}, R.AUDIENCE_MISMATCH), ({"iss": evil}, R.ISSUER_MISMATCH),
                            ({"scope": evil}, R.INSUFFICIENT_SCOPE)):
        denied = checked.authorize(b"Bearer " + signed(P256, "ES256", payload=claims(**changes)))
        assert denied.result == result
        assert "EVIL" not in repr(denied.headers) and b"\r" not in denied.body and b"\n" not in denied.body
        assert show or b"EVIL" not in denied.body
    head = {"alg": evil, "kid": evil, "typ": evil}
    denied = checked.authorize(b"Bearer " + signed(P256, "ES256", head))
    assert denied.result == R.ALGORITHM_NOT_ALLOWED and "EVIL" not in repr(denied.headers)

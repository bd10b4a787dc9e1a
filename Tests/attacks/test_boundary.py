"""A32, A34, A35, A38, A43: memory, callbacks, outputs, timing and traps at the boundary to C."""
import ctypes
import re

import pytest

import isolated
from encoding import compact
from gate import Gate, configured, verifier
from keys import P256, ec_key, secret
from mcpauth_abi import LIB, POISON, ROOT, Config, R, Request, SetterFailed, Str
from tokens import ABSENT, ISSUER, NOW, RESOURCE, claims, header, signed, with_signature

TOKEN = signed(P256, "ES256")


@pytest.mark.parametrize("side", ["beyond", "before"])
def test_A32_control_the_guard_pages_guard(side):
    assert isolated.run("guard_pages.py", side)[1] == "SIGSEGV"


def test_A32_no_input_is_read_beyond_its_length(report):
    printed, ended_by = isolated.run("guard_pages.py")
    report("guard pages: " + "; ".join(printed.splitlines()))
    assert ended_by is None, printed
    for name in ("token:", "header field:", "key set:", "PEM:", "metadata:", "shared secret:", "claims_json:"):
        assert name in printed


def counting_clock():
    asked = []

    def now():
        asked.append(1)
        return NOW

    return now, asked


def test_A34_no_callback_before_the_signature():
    """The clock is the one callback of a JWT verifier: a forged token never gets as far."""
    now, asked = counting_clock()
    checked = verifier([P256.jwk()], now=now)
    attacker = ec_key("attacker")
    forged = [
        signed(attacker, "ES256", header(P256, "ES256")),
        with_signature(TOKEN, bytes(64)),
        with_signature(TOKEN, b""),
        signed(attacker, "ES256"),
        signed(P256, "ES256", payload=claims(iss="x")), b"x", b"...."
    ]
    for token in forged:
        assert checked.verify(token).result != R.OK
    assert asked == []
    assert checked.verify(TOKEN).result == R.OK and asked == [1]


def custom(verify, *settings):
    config = Config(RESOURCE)
    config.issuer(ISSUER)
    for setting in settings:
        config.set(*setting)
    return config.custom(verify).verifier()


def fill(builder, issuer=ISSUER, subject=b"user", audience=RESOURCE, scope=b"read"):
    texts = {"set_issuer": issuer, "set_subject": subject, "add_audience": audience, "add_scope": scope}
    for setter, text in texts.items():
        if text is not None:
            getattr(LIB, "mcpauth_authinfo_builder_" + setter)(builder, text, len(text))


MAY_RETURN = {R.TOKEN_REJECTED, R.TOKEN_EXPIRED, R.TOKEN_INACTIVE, R.CALLBACK_FAILED}


@pytest.mark.parametrize(
    "number",
    sorted({
        *(int(result) for result in R if result != R.OK), 2, 10, 99, 100, 200, 0x100, 0x10000, 0x7FFFFFFF, 0x80000000,
        0xFFFFFFFF
    }))
def test_A34_callback_returns_anything_but_ok(number):
    """Everything it filled in is right, so that the returned number alone decides."""
    returned = []

    def verify(_, builder):
        fill(builder)
        return returned[-1]

    checked = custom(verify)
    returned.append(R.OK)
    assert checked.verify(b"opaque").result == R.OK
    returned.append(number)
    for outcome in (checked.verify(b"opaque"), checked.authorize(b"Bearer opaque")):
        if number in MAY_RETURN:
            assert outcome.result == number and outcome.status == (503 if number == R.CALLBACK_FAILED else 401)
        else:
            assert (outcome.result, outcome.status) == (R.INTERNAL, 500)


def test_A34_what_the_callback_vouches_for_is_judged():
    said = {}

    def verify(_, builder):
        fill(builder, **said)
        return R.OK

    checked = custom(verify, ("add_required_scope", b"read"))
    for changes, result in (({}, R.OK), ({"issuer": b"https://evil.example"}, R.ISSUER_MISMATCH),
                            ({"issuer": None}, R.ISSUER_MISMATCH), ({"audience": b"x"}, R.AUDIENCE_MISMATCH),
                            ({"audience": None}, R.AUDIENCE_MISMATCH), ({"subject": None}, R.CLAIM_MISSING),
                            ({"scope": b"readwrite"}, R.INSUFFICIENT_SCOPE), ({}, R.OK)):
        said.clear()
        said.update(changes)
        assert checked.verify(b"opaque").result == result, changes


@pytest.mark.parametrize("setter,arguments", [("set_subject", (b"", 0)), ("set_subject", (None, 4)),
                                              ("set_subject", (b"a\0b", 3)), ("set_issuer", (b"\xff", 1)),
                                              ("add_scope", (b"a b", 3)), ("set_claims_json", (b"[]", 2)),
                                              ("set_claims_json", (b'{"a":1,"a":2}', 13)), ("set_expires_at", (0, )),
                                              ("set_expires_at", (-1, )), ("set_expires_at", (2**63 - 1, ))])
def test_A34_a_failed_setter_decides_whatever_is_returned(setter, arguments):
    broken = []

    def verify(_, builder):
        fill(builder)
        if broken:
            assert getattr(LIB, "mcpauth_authinfo_builder_" + setter)(builder, *arguments) != R.OK
        fill(builder)
        return R.OK

    checked = custom(verify)
    assert checked.verify(b"opaque").result == R.OK
    broken.append(True)
    outcome = checked.verify(b"opaque")
    assert (outcome.result, outcome.status) == (R.INVALID_ARGUMENT, 500)


def test_A34_claims_json_never_overrides_a_setter():
    def verify(_, builder):
        text = compact({"sub": "admin", "aud": "x", "iss": "x", "scope": "admin", "extra": 1})
        assert LIB.mcpauth_authinfo_builder_set_claims_json(builder, text, len(text)) == R.OK
        fill(builder)
        return R.OK

    info = custom(verify).verify(b"opaque").info
    assert (info["subject"], info["issuer"]) == (b"user", ISSUER)
    assert (info["scopes"], info["audiences"]) == ([b"read"], [RESOURCE])
    text = info["claims_json"]
    assert b'"sub":"user"' in text and b'"scope":"read"' in text and b"admin" not in text


def test_A34_callback_never_sees_what_is_no_credential():
    seen = []

    def verify(token, builder):
        seen.append(token)
        fill(builder)
        return R.OK

    checked = custom(verify)
    for field in (b"Bearer a b", b"Basic eA==", b"Bearer", b"Bearer \xff", b"Bearer a\0b", b"Bearer a,b"):
        assert checked.authorize(field).result != R.OK
    assert checked.authorize().result != R.OK and checked.authorize(b"Bearer a", b"Bearer a").result != R.OK
    assert seen == []
    assert checked.authorize(b"Bearer a").result == R.OK and seen == [b"a"]


def every_failure():
    """A token for each result that a JWT verifier with given keys can end in."""
    def es256(**changes):
        return signed(P256, "ES256", payload=claims(**changes))

    def with_header(**changes):
        return signed(P256, "ES256", header(P256, "ES256", **changes))

    return {
        R.MISSING_BEARER_TOKEN: b"",
        R.TOKEN_MALFORMED: b"x.y",
        R.TOKEN_ENCRYPTED: b"....",
        R.ALGORITHM_NOT_ALLOWED: with_header(alg="none"),
        R.KEY_NOT_FOUND: with_header(kid="x"),
        R.SIGNATURE_INVALID: with_signature(TOKEN, bytes(64)),
        R.TOKEN_EXPIRED: es256(exp=1),
        R.TOKEN_NOT_YET_VALID: es256(nbf=NOW + 999),
        R.ISSUER_MISMATCH: es256(iss="https://x.example"),
        R.AUDIENCE_MISMATCH: es256(aud="x"),
        R.CLAIM_MISSING: es256(exp=ABSENT),
        R.CLAIM_INVALID: es256(exp="1"),
        R.TOKEN_TYPE: with_header(typ="logout+jwt"),
        R.INSUFFICIENT_SCOPE: es256(scope=""),
        R.BINDING_MISMATCH: es256(cnf={}),
    }


@pytest.mark.parametrize("result", every_failure(), ids=lambda result: result.name)
def test_A35_no_failure_leaves_success_behind(result):
    """The binding poisons and checks every output; here each result is seen to come, right after a success."""
    config, issuer = configured()
    issuer.jwks(compact({"keys": [P256.jwk()]}))
    checked = Gate(config.set("add_required_scope", b"read").verifier(), TOKEN)
    outcome = checked.refuses(every_failure()[result], result)
    assert outcome.info is None and outcome.status == (403 if result == R.INSUFFICIENT_SCOPE else 401)
    checked.accepts(TOKEN)


def test_A35_outputs_after_wrong_parameters():
    checked = verifier([P256.jwk()])
    field = (Str * 1)(Str.of(b"Bearer " + TOKEN))
    request = Request(size=ctypes.sizeof(Request), authorization=field, authorization_count=1)

    def outputs():
        return ctypes.c_void_p(POISON), ctypes.c_void_p(POISON)

    for arguments in ((None, TOKEN, len(TOKEN)), (checked.handle, None, 5), (checked.handle, TOKEN, 2**63),
                      (checked.handle, TOKEN, 2**64 - 1)):
        out, err = outputs()
        result = R(LIB.mcpauth_verify(*arguments, ctypes.byref(out), ctypes.byref(err)))
        assert result == R.NULL_PARAMETER and out.value is None and LIB.mcpauth_error_result(err) == result
        LIB.mcpauth_error_free(err)
    out, err = outputs()
    assert LIB.mcpauth_verify(checked.handle, TOKEN, len(TOKEN), None, ctypes.byref(err)) == R.NULL_PARAMETER
    assert LIB.mcpauth_error_result(err) == R.NULL_PARAMETER
    LIB.mcpauth_error_free(err)
    assert LIB.mcpauth_verify(checked.handle, b"x", 1, ctypes.byref(out),
                              None) == R.TOKEN_MALFORMED and out.value is None
    for handle, asked in ((None, ctypes.byref(request)), (checked.handle, None)):
        info, denial = outputs()
        assert LIB.mcpauth_authorize(handle, asked, ctypes.byref(info), ctypes.byref(denial)) == R.NULL_PARAMETER
        assert info.value is None and LIB.mcpauth_response_status(denial) == 500
        LIB.mcpauth_response_free(denial)
    info, denial = outputs()
    assert LIB.mcpauth_authorize(checked.handle, ctypes.byref(request), None, ctypes.byref(denial)) == R.NULL_PARAMETER
    assert LIB.mcpauth_response_status(denial) == 500
    LIB.mcpauth_response_free(denial)
    assert LIB.mcpauth_authorize(checked.handle, ctypes.byref(request), ctypes.byref(info), None) == R.OK and info.value
    LIB.mcpauth_authinfo_free(info)


def test_A35_a_failed_setter_never_ends_in_a_weaker_verifier():
    for spoil in (lambda config, issuer: config.call("set_leeway_seconds", 301),
                  lambda config, issuer: config.call("add_audience", None),
                  lambda config, issuer: config.call("add_required_scope", b"a b"),
                  lambda config, issuer: issuer.call("set_algorithms", b"none"),
                  lambda config, issuer: issuer.call("set_jwks_json", b"{}", 2),
                  lambda config, issuer: issuer.call("set_jwks_json", None, 2),
                  lambda config, issuer: issuer.call("add_public_key_pem", b"", 0, None),
                  lambda config, issuer: config.call("set_clock", None, None, None)):
        config, issuer = configured()
        issuer.jwks(compact({"keys": [P256.jwk()]}))
        config.verifier()
        result = spoil(config, issuer)
        assert result in (R.INVALID_ARGUMENT, R.NULL_PARAMETER)
        with pytest.raises(SetterFailed) as caught:
            config.verifier()
        assert caught.value.result == result
        config.call("set_leeway_seconds", 60)
        with pytest.raises(SetterFailed):  # and no later success heals it
            config.verifier()


def test_A35_null_everywhere():
    """Every call of the library with NULL and zero for everything it takes: an answer, never a crash."""
    names = re.findall(r"^ +(mcpauth_\w+);", (ROOT / "pkgconfig/mcpauth.map").read_text(), flags=re.M)
    assert len(names) > 60
    printed, ended_by = isolated.run("null_calls.py")
    assert ended_by is None, printed
    assert set(re.findall(r"^mcpauth_\w+", printed, flags=re.M)) == set(names)


def test_A38_macs_are_compared_in_constant_time():
    """By review and by a unit test of the helper, which has to be there: a timing is never a test."""
    tests = [path for path in (ROOT / "Tests/JOSETests").rglob("*.swift") if "constantTimeEqual(" in path.read_text()]
    assert tests, "JOSETests has a test of constantTimeEqual"


@pytest.mark.parametrize("index", [0, 15, 31])
def test_A38_each_byte_of_a_mac_counts(index):
    key = secret("mac")
    good = signed(key, "HS256")
    mac = bytearray(key.sign("HS256", good[:good.rindex(b".")]))
    checked = Gate(verifier(secrets=[(key, "HS256")]), good)
    for bit in range(8):
        changed = bytearray(mac)
        changed[index] ^= 1 << bit
        checked.refuses(with_signature(good, bytes(changed)), R.SIGNATURE_INVALID)

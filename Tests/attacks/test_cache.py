"""A33 and A30: a token that was verified is known again, and no other token with it."""
import pytest

from encoding import compact
from gate import configured, verifier
from keys import P256, ec_key
from mcpauth_abi import R
from tokens import LEEWAY, NOW, claims, header, signed

KEPT = ("set_token_cache", 1000, 1 << 20, 300)
NOTHING_KEPT = ("set_token_cache", 0, 0, 0)


def es256(**changes):
    return signed(P256, "ES256", payload=claims(**changes))


def test_A33_each_byte_of_a_known_token_counts():
    checked, token = verifier([P256.jwk()], settings=[KEPT]), es256()
    assert checked.verify(token).result == R.OK
    for index in range(len(token)):
        for byte in {token[index] ^ 1, token[index] ^ 0x20, 0, ord("A")} - {token[index]}:
            changed = token[:index] + bytes([byte]) + token[index + 1:]
            assert checked.verify(changed).result != R.OK, (index, byte)
        assert checked.verify(token[:index]).result != R.OK
    for longer in (token + b"A", token + b"=", token + b"\0", token + b".", b" " + token, token + token):
        assert checked.verify(longer).result != R.OK
    assert checked.verify(token).result == R.OK


@pytest.mark.parametrize("cache", [KEPT, NOTHING_KEPT], ids=["kept", "not kept"])
def test_A33_what_is_kept_changes_no_verdict(cache):
    """The same tokens again and again while the time goes on, with and without a cache."""
    time = [NOW]
    checked = verifier([P256.jwk()], settings=[cache], now=lambda: time[0])
    tokens = {exp: es256(exp=NOW + exp, nbf=NOW - 500) for exp in (1, 60, 61, 3600)}
    for now in (0, 0, 1, 60, 61, 119, 120, 121, 4000, 3659, 100, -540, -561, 0):
        time[0] = NOW + now
        for exp, token in tokens.items():
            expected = R.OK if now < exp + LEEWAY else R.TOKEN_EXPIRED
            if now < -70:  # iat is NOW - 10
                expected = R.TOKEN_NOT_YET_VALID
            assert checked.verify(token).result == expected, (now, exp)


def test_A33_one_verifier_does_not_know_what_another_accepted():
    other = ec_key("other")
    config, issuer = configured()
    issuer.jwks(compact({"keys": [P256.jwk(), other.jwk()]}))
    lenient, strict = config.verifier(), config.set("add_required_scope", b"admin").verifier()
    elsewhere = config.set("add_audience", b"https://elsewhere.example/").verifier()
    without_key = verifier([P256.jwk()])
    token = signed(other, "ES256", header(other, "ES256"))
    for _ in range(2):
        assert lenient.verify(token).result == R.OK
        assert strict.verify(token).result == R.INSUFFICIENT_SCOPE
        assert elsewhere.verify(token).result == R.AUDIENCE_MISMATCH
        assert without_key.verify(token).result == R.KEY_NOT_FOUND


def test_A33_no_failure_is_kept():
    """A token from the future is refused, and accepted when its time has come."""
    time = [NOW]
    checked = verifier([P256.jwk()], settings=[KEPT], now=lambda: time[0])
    token = es256(nbf=NOW + 1000, exp=NOW + 2000)
    assert checked.verify(token).result == R.TOKEN_NOT_YET_VALID
    time[0] = NOW + 1000
    assert checked.verify(token).result == R.OK


@pytest.mark.parametrize("setting", [(2_000_000, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_A33_a_cache_is_bounded(setting):
    assert configured()[0].call("set_token_cache", *setting) == R.INVALID_ARGUMENT

"""A18 to A21, A39, A41: claims of the wrong shape, almost the right value, at the wrong time."""
import pytest

from encoding import compact, spelled
from gate import Gate, configured, verifier
from keys import P256, ec_key
from mcpauth_abi import R, SetterFailed
from tables import rows, table
from tokens import ABSENT, ISSUER, LEEWAY, NOW, RESOURCE, claims, header, signed


def es256(**changes):
    return signed(P256, "ES256", payload=claims(**changes))


def spelling(**texts):
    return signed(P256, "ES256", payload=spelled(claims(), **texts))


def gate(*settings, control=None, **options):
    return Gate(verifier([P256.jwk()], settings=settings, **options), control or es256())


NOT_A_DATE = {
    "string": f'"{NOW + 300}"', "empty string": '""', "true": "true", "false": "false", "null": "null",
    "array": f"[{NOW + 300}]", "object": "{}", "negative": "-1", "negative fraction": "-0.5",
    "year 10000": "253402300800", "1e300": "1e300", "2^63 as a real": "9223372036854775808.0",
    "2^64 as a real": "1.8446744073709552e19"
}
BEYOND_64_BITS = ["1e400", "-1e400", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "9" * 400]
NOT_JSON = ["NaN", "Infinity", "-Infinity", "0x71", "01", "1.", ".5", "1e", "+1", "1_000", "--1"]


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("shape", NOT_A_DATE)
def test_A18_dates_of_another_shape(name, shape):
    gate().refuses(spelling(**{name: NOT_A_DATE[shape]}), R.CLAIM_INVALID, name)


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("text", NOT_JSON)
def test_A18_what_is_no_number_in_JSON(name, text):
    gate().refuses(spelling(**{name: text}), R.TOKEN_MALFORMED)


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize("text", BEYOND_64_BITS)
def test_A18_numbers_out_of_range(name, text):
    gate().refuses(spelling(**{name: text}), R.CLAIM_INVALID, name)


@pytest.mark.parametrize("text", BEYOND_64_BITS)
def test_T3_a_number_nobody_asks_for_is_ignored_and_stays_exact(text):
    info = gate().accepts(spelling(uid=text))
    assert f'"uid":{text}'.encode() in info["claims_json"]


@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
def test_A18_wrong_shape_is_not_excused_by_an_optional_claim(name):
    lax = gate(("dangerous_allow_missing_expiry", ), control=es256(exp=ABSENT))
    for text in ('"1"', "null", "[]", "-1"):
        lax.refuses(spelling(**{name: text}), R.CLAIM_INVALID, name)


def test_A18_exp_is_required():
    gate().refuses(es256(exp=ABSENT), R.CLAIM_MISSING, "exp")


@pytest.mark.parametrize("text", ["0", "-0", "1", "0.0", "1e-300", str(NOW - LEEWAY - 1)])
def test_A18_exp_long_ago(text):
    gate().refuses(spelling(exp=text), R.TOKEN_EXPIRED, "expired")


def test_A18_exp_to_the_second():
    checked = gate()
    checked.accepts(es256(exp=NOW - LEEWAY + 1))
    checked.refuses(es256(exp=NOW - LEEWAY), R.TOKEN_EXPIRED, "expired 60 s ago (leeway 60 s)")
    checked.refuses(es256(exp=NOW - LEEWAY - 1), R.TOKEN_EXPIRED, "expired 61 s ago (leeway 60 s)")


def test_A18_fractions():
    checked = gate()
    for fraction in ("5", "000001", "999999"):
        checked.accepts(spelling(exp=f"{NOW - LEEWAY}.{fraction}"))
    checked.accepts(spelling(exp=f"{(NOW + 300) / 1e9:.10f}e9"))
    checked.accepts(spelling(exp=f"{NOW + 300}e0", iat=f"{NOW}.0E+0", nbf=f"{NOW * 10}e-1"))
    checked.refuses(spelling(exp=f"{NOW - LEEWAY - 1}.999999"), R.TOKEN_EXPIRED)
    checked.refuses(spelling(exp=f"{NOW - LEEWAY}.0"), R.TOKEN_EXPIRED)
    for name in ("nbf", "iat"):
        checked.accepts(spelling(**{name: f"{NOW + LEEWAY}.0"}))
        checked.refuses(spelling(**{name: f"{NOW + LEEWAY}.000001"}), R.TOKEN_NOT_YET_VALID)


@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_A18_nbf_and_iat_to_the_second(name):
    checked = gate()
    checked.accepts(es256(**{name: NOW + LEEWAY}))
    checked.refuses(es256(**{name: NOW + LEEWAY + 1}), R.TOKEN_NOT_YET_VALID, name)
    checked.refuses(es256(**{name: 253402300799}), R.TOKEN_NOT_YET_VALID, name)
    checked.accepts(es256(**{name: 0}))
    checked.accepts(es256(**{name: ABSENT}))


def test_A18_exp_in_the_last_second_of_year_9999():
    assert gate().accepts(es256(exp=253402300799))["expires_at"] == 253402300799


def test_A18_maximum_age():
    checked = gate(("set_max_token_age_seconds", 600))
    checked.accepts(es256(iat=NOW - 600 - LEEWAY + 1, exp=NOW + 10_000))
    checked.refuses(es256(iat=NOW - 600 - LEEWAY, exp=NOW + 10_000), R.TOKEN_EXPIRED, "maximum age")
    checked.refuses(es256(iat=ABSENT), R.CLAIM_MISSING, "iat")
    assert configured()[0].call("set_max_token_age_seconds", 0) == R.INVALID_ARGUMENT


TEXT = RESOURCE.decode()
AUDIENCE = table("audiences")["resource"]


def of_audience():
    config, issuer = configured(resource=AUDIENCE.encode())
    issuer.jwks(compact({"keys": [P256.jwk()]}))
    return Gate(config.verifier(), es256(aud=AUDIENCE))


@pytest.mark.parametrize("row", rows("audiences"), ids=str)
def test_A19_audience_is_compared_byte_for_byte(row):
    audience, result = row.get("aud", ABSENT), R[row["result"]]
    checked = of_audience()
    for given in [audience, [audience]] if isinstance(audience, str) else [audience]:
        if result == R.OK:
            checked.accepts(es256(aud=given))
        else:
            checked.refuses(es256(aud=given), result)


def test_A19_case_counts_nowhere_in_scheme_and_host():
    """RFC 3986 section 6.2.2.1: it names the same resource. Everything behind the host is compared byte for byte."""
    added = gate(("add_audience", b"HTTPS://API.example/V1"), control=es256(aud="https://api.example/V1"))
    added.accepts(es256(aud="https://Api.example/V1"))
    added.refuses(es256(aud="https://api.example/v1"), R.AUDIENCE_MISMATCH)
    for other in ("api://Ab", "urn:Ab", "Ab"):
        exact = gate(("add_audience", other.encode()), control=es256(aud=other))
        exact.refuses(es256(aud=other.lower()), R.AUDIENCE_MISMATCH)
        exact.refuses(es256(aud=other.upper()), R.AUDIENCE_MISMATCH)
    user = gate(("add_audience", b"https://User@h.example/"), control=es256(aud="https://User@h.example/"))
    user.refuses(es256(aud="https://user@h.example/"), R.AUDIENCE_MISMATCH)


def test_A19_audience_absent_and_present():
    checked = gate()
    checked.refuses(es256(aud=ABSENT), R.AUDIENCE_MISMATCH, "no audience")
    checked.accepts(es256(aud=["x"] * 400 + [TEXT]))


def test_A19_added_audiences_replace_the_resource():
    checked = gate(("add_audience", b"api://one"), ("add_audience", b"two"), control=es256(aud="api://one"))
    checked.accepts(es256(aud=["x", "two"]))
    checked.refuses(es256(), R.AUDIENCE_MISMATCH)
    for audience in (b"", b"a\nb", b"a\x7f", b"\xff", b"x" * 2049):
        assert configured()[0].call("add_audience", audience) == R.INVALID_ARGUMENT
    config, issuer = configured()
    issuer.jwks(compact({"keys": [P256.jwk()]}))
    config.call("add_audience", b"")  # whoever ignores the result gets no verifier that accepts anything
    with pytest.raises(SetterFailed) as caught:
        config.verifier()
    assert caught.value.result == R.INVALID_ARGUMENT


def test_A19_a_slash_is_forgiven_by_an_explicit_call_and_at_the_root_only():
    def accepted(resource, audience, *settings):
        config, issuer = configured(resource=resource)
        issuer.jwks(compact({"keys": [P256.jwk()]}))
        for setting in settings:
            config.set(setting)
        return config.verifier().verify(es256(aud=audience)).result

    root, path = b"https://mcp.example", b"https://mcp.example/mcp"
    assert accepted(root, "https://mcp.example") == accepted(path, "https://mcp.example/mcp") == R.OK
    assert accepted(root, "https://mcp.example/", "ignore_root_slash") == R.OK
    assert accepted(root + b"/", "https://mcp.example", "ignore_root_slash") == R.OK
    for resource, audience in ((root, "https://mcp.example/"), (root + b"/", "https://mcp.example")):
        assert accepted(resource, audience) == R.AUDIENCE_MISMATCH
    for resource, audience in ((path, "https://mcp.example/mcp/"), (path + b"/", "https://mcp.example/mcp"),
                               (root, "https://mcp.example//"), (root, "https://mcp.example/mcp"),
                               (root, "https://mcp.example./"), (root, "http://mcp.example/"), (root, "/")):
        assert accepted(resource, audience, "ignore_root_slash") == R.AUDIENCE_MISMATCH


def test_A19_wrong_shape_is_refused_with_the_check_off_too():
    lax = gate(("dangerous_disable_audience_check", ), control=es256(aud="any"))
    lax.accepts(es256(aud=ABSENT))
    lax.refuses(es256(aud=[1]), R.CLAIM_INVALID, "aud")


NAME = ISSUER.decode()
NOT_THE_ISSUER = [
    "", NAME[:-1], NAME + "/", NAME + ".evil.example", NAME + "x", NAME[1:],
    NAME.upper(),
    NAME.replace("issuer", "Issuer"),
    NAME.replace("https", "http"),
    NAME.replace("https", "HTTPS"), NAME + ":443", NAME + "#", NAME + "?", " " + NAME, NAME + " ", NAME + "\n",
    NAME.replace(".", "%2e"),
    NAME.replace(".", "%2E"),
    NAME.replace(".", "x"),
    NAME.replace("i", "\u0131"), "https://user@issuer.example", "https://issuer.example@evil.example", NAME + "/..",
    NAME + "\u200b", "https://evil.example/" + NAME, NAME + "," + NAME
]


@pytest.mark.parametrize("name", NOT_THE_ISSUER)
def test_A20_issuer_is_compared_byte_for_byte(name):
    gate().refuses(es256(iss=name), R.ISSUER_MISMATCH)


@pytest.mark.parametrize("name", [None, True, 1, [NAME], [NAME, "x"], {"iss": NAME}, {}])
def test_A20_issuer_of_another_shape(name):
    gate().refuses(es256(iss=name), R.CLAIM_INVALID, "iss")


def test_A20_issuer_absent():
    gate().refuses(es256(iss=ABSENT), R.CLAIM_MISSING, "iss")


@pytest.mark.parametrize("configured_name,named", [(NAME + "/", NAME), (NAME, NAME + "/"),
                                                   (NAME + "/tenant", NAME + "/tenant/"),
                                                   (NAME + "/tenant", NAME + "/Tenant"), (NAME + "/tenant", NAME)])
def test_A20_issuer_with_and_without_a_slash(configured_name, named):
    config, issuer = configured(issuer=configured_name.encode())
    issuer.jwks(compact({"keys": [P256.jwk()]}))
    Gate(config.verifier(), es256(iss=configured_name)).refuses(es256(iss=named), R.ISSUER_MISMATCH)


def test_A21_keys_of_one_issuer_never_verify_for_another():
    """Two issuers, one kid: the issuer that the token names decides, and its keys alone."""
    other, name = ec_key("other"), "https://other.example"
    config, issuer = configured()
    issuer.jwks(compact({"keys": [P256.jwk(kid="shared")]}))
    config.issuer(name.encode()).jwks(compact({"keys": [other.jwk(kid="shared"), other.jwk(kid="own")]}))
    both = config.verifier()

    def token(key, iss, kid):
        return signed(key, "ES256", header(key, "ES256", kid=kid), claims(iss=iss))

    checked = Gate(both, token(P256, NAME, "shared"))
    checked.accepts(token(other, name, "shared"))
    checked.refuses(token(other, NAME, "shared"), R.SIGNATURE_INVALID)
    checked.refuses(token(P256, name, "shared"), R.SIGNATURE_INVALID)
    checked.refuses(token(other, NAME, "own"), R.KEY_NOT_FOUND)
    checked.refuses(token(other, NAME, ABSENT), R.SIGNATURE_INVALID)


@pytest.mark.parametrize("name", ["sub", "jti", "client_id", "azp"])
@pytest.mark.parametrize("value", ["", 1, True, None, ["user-1"], {"sub": "user-1"}])
def test_A20_other_claims_of_another_shape(name, value):
    changes = {name: value} if name == "client_id" else {name: value, "client_id": ABSENT}
    gate().refuses(es256(**changes), R.CLAIM_INVALID, name)


def test_A20_subject_absent():
    gate().refuses(es256(sub=ABSENT), R.CLAIM_MISSING, "sub")


def test_A39_leeway_is_bounded():
    for seconds in (301, 3600, 0xFFFFFFFF):
        assert configured()[0].call("set_leeway_seconds", seconds) == R.INVALID_ARGUMENT
    for leeway in (0, 1, 300):
        checked = gate(("set_leeway_seconds", leeway))
        checked.accepts(es256(exp=NOW - leeway + 1, nbf=NOW + leeway, iat=NOW + leeway))
        checked.refuses(es256(exp=NOW - leeway), R.TOKEN_EXPIRED)
        checked.refuses(es256(nbf=NOW + leeway + 1), R.TOKEN_NOT_YET_VALID)
        checked.refuses(es256(iat=NOW + leeway + 1), R.TOKEN_NOT_YET_VALID)


def test_A39_clock_steps_back_and_forth():
    """Every verification asks the clock anew; no answer of yesterday's decides today."""
    time = [NOW]
    moving = verifier([P256.jwk()], now=lambda: time[0])
    token = es256(exp=NOW + 300, nbf=NOW - 100)
    for now, result in ((NOW, R.OK), (NOW + 359, R.OK), (NOW + 360, R.TOKEN_EXPIRED), (NOW, R.OK),
                        (NOW - 161, R.TOKEN_NOT_YET_VALID), (NOW - 160, R.TOKEN_NOT_YET_VALID), (NOW - 70, R.OK),
                        (NOW + 10**9, R.TOKEN_EXPIRED), (NOW, R.OK)):
        time[0] = now
        assert moving.verify(token).result == result, now - NOW


@pytest.mark.parametrize("now,result", [(1, R.TOKEN_NOT_YET_VALID), (2**63 - 1, R.TOKEN_EXPIRED),
                                        (253402300800, R.TOKEN_EXPIRED)])
def test_A39_absurd_clocks(now, result):
    assert verifier([P256.jwk()], now=lambda: now).verify(es256(exp=NOW + 300)).result == result
    assert verifier([P256.jwk()], now=lambda: NOW).verify(es256(exp=NOW + 300)).result == R.OK


@pytest.mark.parametrize("failed", [0, -1, -2**63])
def test_A39_a_clock_that_failed_accepts_nothing(failed):
    """Before 1970 nothing would be expired: neither a new token nor one that is in the cache."""
    time = [NOW]
    moving = verifier([P256.jwk()], now=lambda: time[0])
    known, new = (es256(exp=NOW + 300, nbf=ABSENT, iat=ABSENT, jti=jti) for jti in ("1", "2"))
    assert moving.verify(known).result == R.OK
    time[0] = failed
    for token in (known, new):
        outcome = moving.verify(token)
        assert (outcome.result, outcome.status) == (R.INTERNAL, 500) and "clock" in outcome.message
    time[0] = NOW
    assert moving.verify(known).result == R.OK


@pytest.mark.parametrize("row", rows("scopes"), ids=str)
def test_A41_scopes_are_exact_words(row):
    checked, token = gate(("add_required_scope", b"read")), es256(**{"scope": ABSENT, **row["claims"]})
    if row["result"] == "OK":
        assert checked.accepts(token)["scopes"] == [scope.encode() for scope in row["scopes"]]
    else:
        checked.refuses(token, R[row["result"]])
    if row["result"] == "CLAIM_INVALID":
        gate().refuses(token, R.CLAIM_INVALID, *row["claims"])


def test_A41_all_required_scopes():
    checked = gate(("add_required_scope", b"read"), ("add_required_scope", b"write"))
    for scope in ("read", "write", "readwrite", "read-write"):
        assert checked.refuses(es256(scope=scope), R.INSUFFICIENT_SCOPE).status == 403


def test_A41_insufficient_scope_is_said_of_good_tokens_only():
    checked = gate(("add_required_scope", b"read"))
    checked.refuses(es256(scope="", exp=0), R.TOKEN_EXPIRED)
    checked.refuses(es256(scope="", aud="x"), R.AUDIENCE_MISMATCH)


@pytest.mark.parametrize("type_", [
    "logout+jwt", "dpop+jwt", "id_token+jwt", "secevent+jwt", "token-introspection+jwt", "JOSE", "JWS", "JWE",
    "at+jwtx", "jwt ", "application/jwtx", "text/jwt", "at", "", "application/application/at+jwt", "at+jwt;charset=utf-8",
    "\u212awt"
])
def test_A41_token_types(type_):
    checked = gate()
    checked.refuses(signed(P256, "ES256", header(P256, "ES256", typ=type_)), R.TOKEN_TYPE)
    for good in ("JWT", "jwt", "application/jwt", "Application/JWT", "at+jwt", "AT+JWT", "application/at+jwt",
                 "Application/At+Jwt", ABSENT):
        checked.accepts(signed(P256, "ES256", header(P256, "ES256", typ=good)))


@pytest.mark.parametrize("type_", [1, None, True, ["JWT"], {}])
def test_A41_token_type_of_another_shape(type_):
    gate().refuses(signed(P256, "ES256", header(P256, "ES256", typ=type_)), R.TOKEN_MALFORMED, "typ")


def test_A41_id_token_as_access_token():
    """The client is its audience, and it carries nonce or at_hash. To accept that audience changes nothing."""
    checked = gate(("add_audience", b"client-1"), ("add_audience", RESOURCE))
    for mark in ({"nonce": "n"}, {"at_hash": "h"}, {"nonce": "n", "at_hash": "h"}):
        for client in ({"client_id": "client-1"}, {"client_id": ABSENT, "azp": "client-1"}):
            for audience in ("client-1", ["client-1", TEXT]):
                token = signed(P256, "ES256", header(P256, "ES256", typ="JWT"), claims(aud=audience, **client, **mark))
                checked.refuses(token, R.TOKEN_TYPE, "ID token")
    checked.accepts(es256(nonce="n"))
    checked.accepts(es256(aud="client-1"))


def test_A41_strict_profile():
    strict = gate(("require_rfc9068", ), control=es256(jti="1"))
    strict.accepts(signed(P256, "ES256", header(P256, "ES256", typ="application/AT+jwt"), claims(jti="1")))
    for typ in ("JWT", ABSENT, "at+jwtx"):
        strict.refuses(signed(P256, "ES256", header(P256, "ES256", typ=typ), claims(jti="1")), R.TOKEN_TYPE)
    for name, result in (("exp", R.CLAIM_MISSING), ("aud", R.CLAIM_MISSING), ("sub", R.CLAIM_MISSING),
                         ("iat", R.CLAIM_MISSING), ("client_id", R.CLAIM_MISSING), ("jti", R.CLAIM_MISSING)):
        strict.refuses(es256(**{"jti": "1", name: ABSENT}), result, name)


def test_A41_bound_token_as_bearer():
    for cnf in ({"jkt": "x"}, {"x5t#S256": "x"}, {}, {"unknown": 1}, None, "x", []):
        gate().refuses(es256(cnf=cnf), R.BINDING_MISMATCH)


ANOTHER_KIND = [
    {"token_use": "refresh"}, {"token_use": "id"}, {"token_type": "refresh"}, {"token_type": "Refresh"}, {"token_use": "REFRESH"},
    {"token_type": "refresh_token"}, {"token_use": "id_token"}, {"typ": "Refresh"}, {"typ": "Offline"}, {"typ": "ID"},
    {"typ": "Logout"}, {"typ": "refresh"}, {"type": "refresh"},
    {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}, {"events": {}}, {"events": None}
]


@pytest.mark.parametrize("typ", ["JWT", "at+jwt", ABSENT], ids=str)
@pytest.mark.parametrize("marks", ANOTHER_KIND, ids=str)
def test_A45_what_calls_itself_something_else_is_no_access_token(marks, typ):
    """Signed by the same issuer, for the same audience: a stolen refresh token would be good here for weeks."""
    def token(**changes):
        return signed(P256, "ES256", header(P256, "ES256", typ=typ), claims(**changes))

    checked = gate(control=token())
    assert "access token" in checked.refuses(token(**marks), R.TOKEN_TYPE).message
    off = gate(("dangerous_disable_token_type_check", ), control=token())
    off.accepts(token(**marks))


@pytest.mark.parametrize("marks", ANOTHER_KIND, ids=str)
def test_A45_nor_in_the_strict_profile(marks):
    gate(("require_rfc9068", ), control=es256(jti="1")).refuses(es256(jti="1", **marks), R.TOKEN_TYPE)


@pytest.mark.parametrize("marks", [
    {"token_use": "access"}, {"token_type": "access"}, {"token_type": "Bearer"}, {"typ": "Bearer"}, {"typ": "JWT"},
    {"type": "id"}, {"type": "access"}, {"token_use": "access", "typ": "Bearer"}, {"refresh": True}, {"event": {}}
], ids=str)
def test_A45_an_access_token_may_say_so(marks):
    gate().accepts(es256(**marks))


# ---- required claims --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value,others", [
    (True, [False, "True", 1, None, "yes"]), (False, [True, "False", 0, None, ""]), (7, [8, "07", 7.5, True]),
    ([True], [[False], [], [None]]), (["x", False], [["x", True]]),
], ids=str)
def test_a_required_claim_may_be_a_boolean_or_a_number(value, others):
    needed = str(value[-1] if isinstance(value, list) else value).lower().encode()
    checked = gate(("add_required_claim", b"flag", needed), control=es256(flag=value))
    for other in others:
        checked.refuses(es256(flag=other), R.CLAIM_INVALID, "flag")
    checked.refuses(es256(), R.CLAIM_MISSING, "flag")


def test_a_verifier_that_no_longer_trusts_the_issuer_refuses_whom_another_let_in():
    """mcpauth_authinfo_check by a newer configuration: for streams that outlive it."""
    before, after = verifier([P256.jwk()]), None
    config, issuer = configured(issuer=b"https://other.example")
    issuer.jwks(compact({"keys": [P256.jwk()]}))
    after = config.verifier()
    caller = before.caller(es256())
    assert caller.check().result == caller.check(verifier([P256.jwk()])).result == R.OK
    refused = caller.check(after)
    assert (refused.result, refused.status) == (R.ISSUER_MISMATCH, 401)
    assert b"invalid_issuer" in refused.body and ISSUER.decode() in refused.message

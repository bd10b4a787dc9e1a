"""A12, A13, A27, A28: keys are checked once, when they are given, and one that fails is not used."""
import base64

import pytest

from encoding import b64, compact, number_bytes, unb64
from gate import Gate, configured, verifier
from keys import ED448, ED25519, P256, P384, P521, RSA, SECP256K1, ec_key, rsa_key, secret
from mcpauth_abi import LIB, R, SetterFailed
from tokens import ABSENT, ISSUER, claims, header, signed

GOOD = ec_key("good")


def refused(*jwks, saying="", beside_good_keys=(R.KEY_NOT_FOUND, "cannot be used"), algorithm=None, key=None):
    """Alone the key makes an unusable key set; beside a good one it is skipped, and tokens that name it find no key."""
    config, issuer = configured()
    text = compact({"keys": list(jwks)})
    assert issuer.call("set_jwks_json", text, len(text)) == R.INVALID_ARGUMENT
    with pytest.raises(SetterFailed) as caught:
        config.verifier()
    assert caught.value.result == R.INVALID_ARGUMENT and saying in caught.value.message, caught.value.message
    gate = Gate(verifier([GOOD.jwk(), *jwks]), signed(GOOD, "ES256"))
    kid = jwks[0].get("kid", ABSENT)
    if isinstance(kid, str):
        token = signed(key or P256, algorithm or "ES256", header(key or P256, algorithm or "ES256", kid=kid))
        gate.refuses(token, *beside_good_keys)


def accepted(key, algorithm, **members):
    Gate(verifier([key.jwk(**members)]), None).accepts(signed(key, algorithm))


def number(value, width=None):
    return b64(value.to_bytes(width, "big") if width else number_bytes(value)).decode()


@pytest.mark.parametrize("key,algorithm", [(P256, "ES256"), (P384, "ES384"), (P521, "ES512"), (SECP256K1, "ES256K")])
def test_A12_point_not_on_the_curve(key, algorithm):
    accepted(key, algorithm)
    x, y = key.point
    for bad in ((x, y ^ 1), (x ^ 1, y), (y, x), (0, 0), (0, 1)):
        bad = dict(zip("xy", (number(coordinate, key.width) for coordinate in bad), strict=True))
        refused(key.jwk(**bad), saying="not on the curve")


FIELD_PRIMES = {
    "P-256": (1 << 256) - (1 << 224) + (1 << 192) + (1 << 96) - 1,
    "P-384": (1 << 384) - (1 << 128) - (1 << 96) + (1 << 32) - 1, "P-521": (1 << 521) - 1,
    "secp256k1": (1 << 256) - (1 << 32) - 977
}


@pytest.mark.parametrize("key", [P256, P384, P521, SECP256K1], ids=lambda key: key.curve)
def test_A12_coordinate_beyond_the_field(key):
    """x + p and y + p are the same point; where there is room for them, they are another spelling of it."""
    x, y = key.point
    prime = FIELD_PRIMES[key.curve]
    for bad in ({"x": number(prime, key.width)}, {"y": number(prime, key.width)}):
        refused(key.jwk(**bad), saying="not on the curve")
    if key is P521:
        for bad in ({"x": number(x + prime, 66)}, {"y": number(y + prime, 66)}):
            refused(key.jwk(**bad), saying="not on the curve")


def test_A12_small_x_plus_p():
    """On P-256 x = 5 is on the curve, and 5 + p still has 32 bytes."""
    prime, x = FIELD_PRIMES["P-256"], 5
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    square = (x**3 - 3 * x + b) % prime
    y = pow(square, (prime + 1) // 4, prime)
    assert y * y % prime == square
    verifier([P256.jwk(x=number(x, 32), y=number(y, 32))])  # the control: it is a point
    refused(P256.jwk(x=number(x + prime, 32), y=number(y, 32)), saying="not on the curve")


@pytest.mark.parametrize("key", [P256, P384, P521, SECP256K1], ids=lambda key: key.curve)
def test_A12_coordinate_of_another_length(key):
    x, y = (coordinate.to_bytes(key.width, "big") for coordinate in key.point)
    for bad in (x[:-1], b"\0" + x, x + b"\0", b"", x + y, b"\4" + x + y):
        refused(key.jwk(x=b64(bad).decode()), saying="bytes")
        refused(key.jwk(y=b64(bad).decode()), saying="bytes")


def test_A12_short_x():
    """A coordinate with a leading zero byte keeps it (RFC 7518 section 6.2.1.2)."""
    key = next(key for key in map(ec_key, (f"short {n}" for n in range(4000))) if key.point[0] < 1 << 248)
    accepted(key, "ES256")
    refused(key.jwk(x=number(key.point[0])), saying="bytes")


def test_A12_curve_and_point_belong_together():
    refused(P256.jwk(crv="secp256k1"), saying="not on the curve")
    refused(SECP256K1.jwk(crv="P-256"), saying="not on the curve")
    refused(P256.jwk(crv="P-384"), saying="bytes")
    refused(P256.jwk(crv="p-256"), saying="not supported")
    refused(P256.jwk(crv="P-192"), saying="not supported")
    refused(P256.jwk(crv=None), saying="crv")
    refused(ED25519.jwk(crv="Ed448"), saying="bytes", key=ED25519, algorithm="EdDSA")


@pytest.mark.parametrize("key,own,others", [(P256, "ES256", ["ES384", "ES512", "ES256K"]), (P384, "ES384", ["ES256"]),
                                            (P521, "ES512", ["ES256"]), (SECP256K1, "ES256K", ["ES256"])])
def test_A12_curve_and_algorithm_belong_together(key, own, others):
    gate = Gate(verifier([key.jwk()]), signed(key, own))
    for other in others:
        gate.refuses(signed(key, other), R.ALGORITHM_NOT_ALLOWED)
        refused(key.jwk(alg=other), saying="alg")
    for foreign in ("RS256", "EdDSA", "HS256", "ES999", ""):
        refused(key.jwk(alg=foreign), saying="alg")


@pytest.mark.parametrize("key,algorithm", [(ED25519, "EdDSA"), (ED448, "EdDSA")])
def test_A12_edwards_keys(key, algorithm):
    accepted(key, algorithm)
    x = unb64(key.jwk()["x"].encode())
    for bad in (x[:-1], x + b"\0", b"\0" + x, b"", x + x):
        refused(key.jwk(x=b64(bad).decode()), saying="bytes")
    refused(key.jwk(crv="X25519" if key is ED25519 else "X448"), saying="not one for signatures")
    refused(key.jwk(crv="ed25519"), saying="not one for signatures")


EDWARDS_PRIMES = {"Ed25519": (1 << 255) - 19, "Ed448": (1 << 448) - (1 << 224) - 1}
# The y of two points of order 8, from RFC 8032's curve equation; those of the others are 0, 1 and -1.
ORDER_EIGHT = ["26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
               "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"]


@pytest.mark.parametrize("key", [ED25519, ED448], ids=lambda key: key.curve)
def test_A12_edwards_points_of_small_order(key):
    """With the neutral point for a key, the neutral point and zero are a signature of every message."""
    prime, width = EDWARDS_PRIMES[key.curve], 32 if key is ED25519 else 57
    spellings = [y.to_bytes(width, "little") for y in (0, 1, prime - 1, prime, prime + 1)]
    spellings += [bytes.fromhex(y) for y in ORDER_EIGHT if key is ED25519]
    for spelling in spellings:
        for sign in (0, 0x80):
            point = spelling[:-1] + bytes([spelling[-1] | sign])
            refused(key.jwk(x=b64(point).decode()), key=key, algorithm="EdDSA")
            pem_refused(pem(key.der()[:-width] + point))
    accepted(key, "EdDSA")


def test_A12_point_at_infinity_in_a_pem():
    """SEC 1 section 2.3.3 writes it as one zero byte, which no JWK can hold."""
    named = bytes.fromhex("301306072a8648ce3d020106082a8648ce3d030107")
    point = b"\4" + b"".join(coordinate.to_bytes(32, "big") for coordinate in P256.point)
    pem_accepted(pem(tlv(0x30, named + tlv(3, b"\0" + point))), signed(P256, "ES256"))
    pem_refused(pem(tlv(0x30, named + tlv(3, b"\0\0"))))


def pem(der, label=b"PUBLIC KEY"):
    return b"-----BEGIN " + label + b"-----\n" + base64.encodebytes(der) + b"-----END " + label + b"-----\n"


def pem_refused(text, saying=""):
    config, issuer = configured()
    assert issuer.call("add_public_key_pem", text, len(text), None) == R.INVALID_ARGUMENT
    with pytest.raises(SetterFailed) as caught:
        config.verifier()
    assert caught.value.result == R.INVALID_ARGUMENT and saying in caught.value.message, caught.value.message


def pem_accepted(text, token):
    config, issuer = configured()
    issuer.pem(text)
    Gate(config.verifier(), None).accepts(token)


def test_A12_pem_points():
    pem_accepted(P256.pem(), signed(P256, "ES256"))
    der = P256.der()
    pem_refused(pem(der[:-1] + bytes([der[-1] ^ 1])))  # not on the curve
    pem_refused(pem(der + b"\0"))  # something behind it
    pem_refused(pem(der[:-1]))
    pem_refused(P256.private_pem(), "private")
    pem_refused(P256.pem() + P384.pem(), "more than one")
    pem_refused(b"", "empty")
    pem_refused(b"\0" + P256.pem().replace(b"BEGIN PUBLIC", b"BEGIN\0PUBLIC"))


def test_A13_weak_rsa_keys():
    accepted(RSA, "RS256")
    weak = rsa_key("weak", bits=1024)
    refused(weak.jwk(), saying="1024 bits", key=weak, algorithm="RS256")
    almost = rsa_key("almost", bits=2046)
    refused(almost.jwk(), saying="2046 bits", key=almost, algorithm="RS256")
    pem_accepted(RSA.pem(), signed(RSA, "RS256"))
    pem_refused(weak.pem(), "1024 bits")


@pytest.mark.parametrize("exponent", [0, 1, 2, 4, 65536, 1 << 16 | 2])
def test_A13_exponents(exponent):
    refused(RSA.jwk(e=number(exponent)), saying="exponent", key=RSA, algorithm="RS256")


def test_A13_exponent_one_needs_no_private_key():
    """With e = 1 the padded message is its own signature."""
    refused(RSA.jwk(e="AQ"), saying="exponent")
    refused(RSA.jwk(e="AAAAAQ"), saying="exponent")


def test_A13_even_and_empty_modulus():
    refused(RSA.jwk(n=number(RSA.modulus ^ 1)), saying="even")
    refused(RSA.jwk(n=number(RSA.modulus - 1)), saying="even")
    for n in ("", "AA", "AAAA", "AQ"):
        refused(RSA.jwk(n=n), saying="bits")


def test_A13_absurd_rsa_keys():
    """What anybody can make this machine compute for a forged token is bounded: the work grows with both numbers."""
    verifier([RSA.jwk(n=number(1 << 8191 | 1))])
    verifier([RSA.jwk(e=number((1 << 32) - 1))])
    refused(RSA.jwk(n=number(1 << 8192 | 1)), saying="8193 bits")
    refused(RSA.jwk(n=number(1 << 16383 | 1)), saying="16384 bits")
    refused(RSA.jwk(n=number(1 << (8 * 65536 - 1) | 1)), saying="characters")
    refused(RSA.jwk(e=number(1 << 32 | 1)), saying="exponent")
    refused(RSA.jwk(e=number(1 << 63 | 1)), saying="exponent")
    refused(RSA.jwk(e=number(1 << 16383 | 1)), saying="exponent")


def tlv(tag, content):
    count = number_bytes(len(content))
    return bytes([tag]) + (count if len(content) < 128 else bytes([0x80 | len(count)]) + count) + content


def rsa_spki(modulus, exponent):
    numbers = b"".join(tlv(2, b"\0" + number_bytes(value)) for value in (modulus, exponent))
    return tlv(0x30, bytes.fromhex("300d06092a864886f70d0101010500") + tlv(3, b"\0" + tlv(0x30, numbers)))


def test_A13_absurd_rsa_keys_in_a_pem():
    pem_accepted(pem(rsa_spki(RSA.modulus, 65537)), signed(RSA, "RS256"))
    for modulus, exponent, saying in ((1 << (8 * 32768 - 1) | 1, 65537, "262144 bits"), (RSA.modulus, 1, "exponent"),
                                      (RSA.modulus, 2, "exponent"), (RSA.modulus ^ 1, 65537, "even")):
        pem_refused(pem(rsa_spki(modulus, exponent)), saying)
    pem_refused(pem(rsa_spki(1 << (8 * 65536 - 1) | 1, 65537)), "at most 65536")


def test_A13_leading_zeros_are_dropped_before_the_bits_are_counted():
    accepted(RSA, "RS256", n=number(RSA.modulus, 300))
    weak = rsa_key("weak", bits=1024)
    refused(weak.jwk(n=number(weak.modulus, 256)), saying="1024 bits")


def test_A27_secrets_in_a_public_key_set():
    shared = secret("leaked", 32)
    oct_key = {"kty": "oct", "kid": "leaked", "k": b64(shared.secret).decode()}
    for members in ({}, {"alg": "HS256"}, {"alg": "RS256"}, {"use": "sig"}):
        refused({**oct_key, **members},
                saying="shared secret",
                beside_good_keys=(R.ALGORITHM_NOT_ALLOWED, ""),
                key=shared,
                algorithm="HS256")
    # nor does a secret of one's own open the door to the one in the set
    own = secret("own")
    gate = Gate(verifier([GOOD.jwk(), oct_key], [(own, "HS256")]), signed(own, "HS256"))
    gate.refuses(signed(shared, "HS256"), R.KEY_NOT_FOUND)


def test_A27_private_members():
    private = {
        "d": number(RSA.numbers.d), "p": number(RSA.numbers.p), "q": number(RSA.numbers.q),
        "dp": number(RSA.numbers.dmp1), "dq": number(RSA.numbers.dmq1), "qi": number(RSA.numbers.iqmp), "oth": [],
        "k": "AAAA"
    }
    for name, value in private.items():
        refused(RSA.jwk(**{name: value}), saying="private member", key=RSA, algorithm="RS256")
        refused(RSA.jwk(**{name: ""}), saying="private member", key=RSA, algorithm="RS256")
    scalar = P256.private.private_numbers().private_value
    refused(P256.jwk(d=number(scalar, 32)), saying="private member")
    refused(ED25519.jwk(d=b64(ED25519.private.private_bytes_raw()).decode()),
            saying="private member",
            key=ED25519,
            algorithm="EdDSA")
    for key in (P256, RSA, ED25519):
        pem_refused(key.private_pem(), "private")


def test_A27_kid_twice():
    other = ec_key("other")
    gate = Gate(verifier([GOOD.jwk(), P256.jwk(), other.jwk(kid=P256.kid)]), signed(GOOD, "ES256"))
    gate.refuses(signed(P256, "ES256"), R.KEY_NOT_FOUND, "several keys")
    gate.refuses(signed(other, "ES256", header(P256, "ES256")), R.KEY_NOT_FOUND, "several keys")


@pytest.mark.parametrize("again", [{}, {"alg": "ES256"}, {"use": "sig"}, {"x5t": "AAAA"}, {"key_ops": ["verify"]}], ids=str)
@pytest.mark.parametrize("key,algorithm", [(P256, "ES256"), (RSA, "RS256"), (ED25519, "EdDSA")], ids=["EC", "RSA", "OKP"])
def test_A27_the_same_key_twice_is_one_key(key, algorithm, again):
    """Some providers publish it twice. There is nothing to guess: either copy says the same of every signature."""
    if again.get("alg"):
        again = {"alg": algorithm}
    for keys in ([key.jwk(), key.jwk(**again)], [key.jwk(**again), key.jwk()], [key.jwk()] * 3):
        gate = Gate(verifier([GOOD.jwk(), *keys]), signed(GOOD, "ES256"))
        gate.accepts(signed(key, algorithm))
        forger = {"ES256": GOOD, "RS256": rsa_key("forger"), "EdDSA": ec_key("x")}[algorithm]
        if algorithm != "EdDSA":
            gate.refuses(signed(forger, algorithm, header(key, algorithm)), R.SIGNATURE_INVALID)


def test_A27_the_same_key_for_two_issuers_is_two_keys():
    """Each signs for the issuer it names: which one was meant cannot be told."""
    twice = verifier([GOOD.jwk(), P256.jwk(issuer=ISSUER.decode()), P256.jwk(issuer="https://other.example")])
    Gate(twice, signed(GOOD, "ES256")).refuses(signed(P256, "ES256"), R.KEY_NOT_FOUND, "several keys")


def test_A27_what_is_ambiguous_is_told_to_the_operator():
    config, issuer = configured()
    other = ec_key("other")
    issuer.jwks(compact({"keys": [GOOD.jwk(), P256.jwk(), other.jwk(kid=P256.kid)]}))
    told = LIB.mcpauth_issuer_skipped_keys(issuer.handle).bytes()
    assert b"p256" in told and b"ambiguous" in told and b"good" not in told
    findings = issuer.check()
    assert [(code, is_error) for code, _, is_error in findings] == [("ambiguous_key", False)] and "p256" in findings[0][1]
    config, issuer = configured()
    issuer.jwks(compact({"keys": [GOOD.jwk(), P256.jwk(), P256.jwk()]}))
    assert LIB.mcpauth_issuer_skipped_keys(issuer.handle).bytes() == b"" and issuer.check() == []


# ---- A46: a key that names an issuer ----------------------------------------------------------------------------------

OTHER_TENANT = "https://login.example/other/v2.0"


def named_key(issuer):
    return P256.jwk(issuer=issuer)


def checked_with(jwk, names=(), issuer=ISSUER):
    config, trusted = configured(issuer=issuer)
    trusted.jwks(compact({"keys": [GOOD.jwk(), jwk]}))
    for setter, *values in names:
        trusted.set(setter, *values)
    return config.verifier()


ALIAS = b"https://sts.example/tenant/"


@pytest.mark.parametrize("iss", [ISSUER, ALIAS], ids=["issuer", "alias"])
@pytest.mark.parametrize("key_issuer", [OTHER_TENANT, "", "https://issuer.example/", "https://ISSUER.example", ["x"], 1, None],
                         ids=str)
def test_A46_a_key_that_names_another_issuer_signs_for_that_alone(iss, key_issuer):
    names = [("add_alias", ALIAS)]
    token = signed(P256, "ES256", payload=claims(iss=iss.decode()))
    control = signed(GOOD, "ES256", payload=claims(iss=iss.decode()))
    jwk = {**P256.jwk(), "issuer": None} if key_issuer is None else named_key(key_issuer)
    gate = Gate(checked_with(jwk, names), control)
    assert "p256" in gate.refuses(token, R.ISSUER_MISMATCH).message
    Gate(checked_with(named_key(ISSUER.decode()), names), control).accepts(token)


def test_A46_a_template_is_filled_in_with_the_tokens_own_tenant():
    """Entra ID's common keys name every tenant at once."""
    tenant = b"https://login.example/t1/v2.0"
    keys = named_key("https://login.example/{tenantid}/v2.0")
    gate = Gate(checked_with(keys, issuer=tenant), signed(GOOD, "ES256", payload=claims(iss=tenant.decode())))
    gate.accepts(signed(P256, "ES256", payload=claims(iss=tenant.decode(), tid="t1")))
    for tid in ("t2", "", "t1/v2.0", 1, None, ABSENT):
        gate.refuses(signed(P256, "ES256", payload=claims(iss=tenant.decode(), tid=tid)), R.ISSUER_MISMATCH)


# ---- RFC 7517 section 4.8: keys by the thumbprint of their certificate ------------------------------------------------


@pytest.mark.parametrize("name", ["x5t", "x5t#S256"])
def test_a_token_without_kid_may_name_its_key_by_thumbprint(name):
    """AD FS. It is one more name of a published key: nothing is read out of a certificate."""
    other = ec_key("other")
    keys = [P256.jwk(**{name: "mRkD0wZrm2Zb1Yw"}), other.jwk(**{name: "zzzD0wZrm2Zb1Yw"})]
    gate = Gate(verifier(keys), signed(P256, "ES256"))

    def token(key, **members):
        return signed(key, "ES256", header(P256, "ES256", kid=ABSENT, **members))

    gate.accepts(token(P256, **{name: "mRkD0wZrm2Zb1Yw"}))
    gate.accepts(token(other, **{name: "zzzD0wZrm2Zb1Yw"}))
    gate.refuses(token(other, **{name: "mRkD0wZrm2Zb1Yw"}), R.SIGNATURE_INVALID)
    gate.refuses(token(P256, **{name: "MRKD0wZrm2Zb1Yw"}), R.KEY_NOT_FOUND)
    gate.refuses(token(P256), R.KEY_NOT_FOUND, "several keys")
    gate.refuses(signed(P256, "ES256", header(P256, "ES256", kid="nobody", **{name: "mRkD0wZrm2Zb1Yw"})), R.KEY_NOT_FOUND)


def test_a_thumbprint_that_no_key_has_leaves_the_only_key():
    """As without one: keys given as PEM have no thumbprint."""
    token = signed(P256, "ES256", header(P256, "ES256", kid=ABSENT, x5t="mRkD0wZrm2Zb1Yw"))
    Gate(verifier([P256.jwk()]), None).accepts(token)
    named = verifier([P256.jwk(x5t="zzzD0wZrm2Zb1Yw")])
    Gate(named, signed(P256, "ES256")).refuses(token, R.KEY_NOT_FOUND)


def test_A27_kid_twice_for_different_algorithms():
    gate = Gate(verifier([P256.jwk(kid="one"), RSA.jwk(kid="one")]),
                signed(P256, "ES256", header(P256, "ES256", kid="one")))
    gate.accepts(signed(RSA, "RS256", header(RSA, "RS256", kid="one")))
    gate.refuses(signed(RSA, "RS256", header(RSA, "ES256", kid="one")), R.SIGNATURE_INVALID)


def test_A27_no_kid_and_several_keys():
    other = ec_key("other")
    without = signed(P256, "ES256", header(P256, "ES256", kid=ABSENT))
    Gate(verifier([P256.jwk(), RSA.jwk()]), None).accepts(without)
    Gate(verifier([P256.jwk(), other.jwk()]), signed(P256, "ES256")).refuses(without, R.KEY_NOT_FOUND, "several keys")


def test_A27_key_without_kid_is_no_wildcard():
    gate = Gate(verifier([P256.jwk(kid=None)]), signed(P256, "ES256", header(P256, "ES256", kid=ABSENT)))
    gate.refuses(signed(P256, "ES256"), R.KEY_NOT_FOUND)


@pytest.mark.parametrize("use", ["enc", "Sig", "SIG", "", "sig ", "verify", None, 1, ["sig"]])
def test_A28_use(use):
    accepted(P256, "ES256", use="sig")
    bad = {**P256.jwk(), "use": use}
    refused(bad, saying="use")


@pytest.mark.parametrize(
    "operations", [[], ["sign"], ["encrypt", "wrapKey"], ["Verify"], "verify", None, {"verify": 1}, ["verify", 1]])
def test_A28_key_ops(operations):
    accepted(P256, "ES256", key_ops=["verify"])
    accepted(P256, "ES256", key_ops=["sign", "verify"], use="sig")
    refused({**P256.jwk(), "key_ops": operations}, saying="key_ops")


@pytest.mark.parametrize("name", ["kty", "kid", "alg", "crv", "x", "y"])
@pytest.mark.parametrize("value", [None, 1, True, [], {}])
def test_A28_members_of_the_wrong_kind(name, value):
    refused({**P256.jwk(), name: value}, saying="no string")


def test_A28_one_bad_key_leaves_the_others():
    bad = [{}, [], "key", None, 1, {"kty": "EC"}, {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AAAA"},
           RSA.jwk(use="enc"), {"kty": "RSA", "n": "!", "e": "AQAB"},
           {"kty": "EC", "crv": "P-256", "x": "AA=", "y": "AA"}]
    gate = Gate(verifier([*bad[:5], GOOD.jwk(), *bad[5:]]), None)
    gate.accepts(signed(GOOD, "ES256"))

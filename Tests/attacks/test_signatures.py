"""A7 to A11: signatures that are almost one."""
import pytest
from cryptography.hazmat.primitives import hashes

from encoding import b64
from gate import Gate, verifier
from keys import ASYMMETRIC, ORDERS, RSA, hash_of, rsa_key, secret
from mcpauth_abi import R
from tokens import claims, header, signed, signing_input, with_signature

ECDSA = ["ES256", "ES384", "ES512", "ES256K"]
# The order of each Edwards curve's base point (RFC 8032 sections 5.1 and 5.2).
EDWARDS_ORDERS = {
    "Ed25519": (1 << 252) + 27742317777372353535851937790883648493,
    "Ed448": (1 << 446) - int("13818066809895115352007386748515426880336692474882178609894547503885")
}


def gate(algorithm):
    key = ASYMMETRIC[algorithm]
    return Gate(verifier([key.jwk()]), signed(key, algorithm))


def halves(token, key):
    signature = key.sign("ES" + {"P-256": "256", "P-384": "384", "P-521": "512", "secp256k1": "256K"}[key.curve],
                         token[:token.rindex(b".")])
    return tuple(int.from_bytes(half, "big") for half in (signature[:key.width], signature[key.width:]))


@pytest.mark.parametrize("algorithm", ECDSA)
def test_A07_psychic_signatures(algorithm):
    key, checked = ASYMMETRIC[algorithm], gate(algorithm)
    order = ORDERS[key.curve]
    r, s = halves(checked.control, key)
    checked.accepts(with_signature(checked.control, key.raw(r, s)))
    edges = (0, 1, order)
    pairs = [(edge, s) for edge in edges] + [(r, edge) for edge in edges] + [(e, f) for e in edges for f in edges]
    for pair in pairs:
        checked.refuses(with_signature(checked.control, key.raw(*pair)), R.SIGNATURE_INVALID)
    everything = b"\xff" * (2 * key.width)
    checked.refuses(with_signature(checked.control, everything), R.SIGNATURE_INVALID)


def test_A07_r_and_s_are_below_the_order():
    """On P-521 there is room for r + n and s + n, which are the same numbers modulo n."""
    key, checked, order = ASYMMETRIC["ES512"], gate("ES512"), ORDERS["P-521"]
    r, s = halves(checked.control, key)
    for pair in ((r + order, s), (r, s + order), (r + order, s + order)):
        checked.refuses(with_signature(checked.control, key.raw(*pair)), R.SIGNATURE_INVALID)


@pytest.mark.parametrize("algorithm", ["Ed25519", "Ed448", "EdDSA"])
def test_A07_edwards_signatures_of_zeros_and_beyond_the_order(algorithm):
    key, checked = ASYMMETRIC[algorithm], gate(algorithm)
    signature = key.sign(algorithm, checked.control[:checked.control.rindex(b".")])
    half = len(signature) // 2
    checked.refuses(with_signature(checked.control, bytes(len(signature))), R.SIGNATURE_INVALID)
    scalar = int.from_bytes(signature[half:], "little") + EDWARDS_ORDERS[key.curve]
    malleable = signature[:half] + scalar.to_bytes(half, "little")
    checked.refuses(with_signature(checked.control, malleable), R.SIGNATURE_INVALID)
    identity = (1).to_bytes(half, "little") + bytes(half)
    checked.refuses(with_signature(checked.control, identity), R.SIGNATURE_INVALID)


@pytest.mark.parametrize("algorithm", ECDSA)
def test_A08_ecdsa_der_and_wrong_lengths(algorithm):
    key, checked = ASYMMETRIC[algorithm], gate(algorithm)
    data = checked.control[:checked.control.rindex(b".")]
    raw = key.sign(algorithm, data)
    for signature in (key.sign_der(algorithm, data), raw[:-1], raw + b"\0", b"\0" + raw, raw[1:], raw[:key.width],
                      raw + raw, b"\0" + raw[:key.width] + b"\0" + raw[key.width:], b"\0", raw * 64):
        checked.refuses(with_signature(checked.control, signature), R.SIGNATURE_INVALID)
    checked.refuses(with_signature(checked.control, raw * 512), R.TOKEN_MALFORMED, "bytes")  # 32 KiB and more


@pytest.mark.parametrize("algorithm", ["Ed25519", "Ed448"])
def test_A08_edwards_wrong_lengths(algorithm):
    checked = gate(algorithm)
    raw = ASYMMETRIC[algorithm].sign(algorithm, checked.control[:checked.control.rindex(b".")])
    for signature in (raw[:-1], raw + b"\0", raw[:len(raw) // 2], raw + raw, b"\0"):
        checked.refuses(with_signature(checked.control, signature), R.SIGNATURE_INVALID)


@pytest.mark.parametrize("size", ["256", "384", "512"])
def test_A08_truncated_macs(size):
    key = secret("mac")
    good = signed(key, "HS" + size)
    checked = Gate(verifier(secrets=[(key, "HS" + size)]), good)
    mac = key.sign("HS" + size, good[:good.rindex(b".")])
    for signature in (mac[:1], mac[:16], mac[:-1], mac + b"\0", mac + mac, bytes(len(mac))):
        checked.refuses(with_signature(good, signature), R.SIGNATURE_INVALID)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_A09_rsa_signature_length(algorithm):
    checked = gate(algorithm)
    raw = RSA.sign(algorithm, checked.control[:checked.control.rindex(b".")])
    for signature in (raw[:3], raw[:-1], raw + b"\0", b"\0" + raw, raw[1:], raw + raw, b"\0"):
        checked.refuses(with_signature(checked.control, signature), R.SIGNATURE_INVALID)
    beyond = int.from_bytes(raw, "big") + RSA.modulus
    if beyond.bit_length() <= 2048:
        checked.refuses(with_signature(checked.control, beyond.to_bytes(256, "big")), R.SIGNATURE_INVALID)


def test_A09_rsa_leading_zero_left_out():
    """A number is the same without its leading zero byte, a signature is not."""
    checked = gate("RS256")
    for attempt in range(4000):
        token = signed(RSA, "RS256", payload=claims(jti=str(attempt)))
        signature = RSA.sign("RS256", token[:token.rindex(b".")])
        if signature[0] == 0:
            break
    checked.accepts(token)
    checked.refuses(with_signature(token, signature[1:]), R.SIGNATURE_INVALID)


SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
SHA256_INFO_WITHOUT_NULL = bytes.fromhex("302f300b0609608648016503040201" + "0420")


def encodings(data):
    """PKCS#1 v1.5 paddings, by what is wrong with them; "right" is the control."""
    digest = hashes.Hash(hashes.SHA256())
    digest.update(data)
    value = digest.finalize()
    info = SHA256_INFO + value

    def padded(tail, start=b"\0\1", fill=b"\xff", stop=b"\0", count=256):
        return start + fill * (count - len(start) - len(stop) - len(tail)) + stop + tail

    return {
        "right": padded(info),
        "garbage_behind": (b"\0\1" + b"\xff" * 8 + b"\0" + info).ljust(256, b"\x5a"),
        "zeros_behind": (b"\0\1" + b"\xff" * 8 + b"\0" + info).ljust(256, b"\0"),
        "block_type_2": padded(info, start=b"\0\2"),
        "block_type_0": padded(info, start=b"\0\0"),
        "padding_of_fe": padded(info, fill=b"\xfe"),
        "padding_of_zeros": padded(info, fill=b"\0"),
        "no_padding": info.rjust(256, b"\0"),
        "no_separator": padded(info, stop=b"\xff"),
        "digest_alone": padded(value), "no_null": padded(SHA256_INFO_WITHOUT_NULL + value),
        "sha1_name": padded(bytes.fromhex("3021300906052b0e03021a05000414") + value[:20]),
        "short_digest": padded(SHA256_INFO + value[:31]), "long_digest": padded(info + b"\0"),
        "ber_length": padded(bytes.fromhex("308131300d060960864801650304020105000420") + value),
    }


@pytest.mark.parametrize("fault", [name for name in encodings(b"") if name != "right"])
def test_A10_pkcs1_paddings(fault):
    data = signing_input(header(RSA, "RS256"), claims())
    checked = Gate(verifier([RSA.jwk()]), data + b"." + b64(RSA.raw(encodings(data)["right"])))
    checked.refuses(data + b"." + b64(RSA.raw(encodings(data)[fault])), R.SIGNATURE_INVALID)


def test_A10_cube_root_forgery():
    """Bleichenbacher 2006: with e = 3 and garbage behind the digest no private key is needed."""
    key = rsa_key("rsa-e3", exponent=3)
    checked = Gate(verifier([key.jwk()]), signed(key, "RS256"))
    data = signing_input(header(key, "RS256"), claims(sub="forged"))
    wanted = encodings(data)["zeros_behind"]
    root = cube_root(int.from_bytes(wanted, "big")) + 1
    forged = (root**3).to_bytes(256, "big")
    assert forged.startswith(wanted[:60]), "the forgery is what a careless unpadding would take"
    checked.refuses(data + b"." + b64(root.to_bytes(256, "big")), R.SIGNATURE_INVALID)


def cube_root(number):
    low, high = 0, 1 << (number.bit_length() // 3 + 2)
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (middle, high) if middle**3 <= number else (low, middle)
    return low


@pytest.mark.parametrize("algorithm", ["PS256", "PS384", "PS512"])
def test_A11_pss_salt_length_and_mask(algorithm):
    chosen = hash_of(algorithm)
    checked = gate(algorithm)
    data = checked.control[:checked.control.rindex(b".")]
    own = chosen.digest_size
    checked.accepts(with_signature(data + b".", RSA.sign_pss(data, chosen, chosen, own)))
    for salt in (0, 1, own - 1, own + 1, 20, 256 - 2 - own):
        checked.refuses(with_signature(data + b".", RSA.sign_pss(data, chosen, chosen, salt)), R.SIGNATURE_INVALID)
    for mask in (hashes.SHA1(), hashes.SHA256(), hashes.SHA384(), hashes.SHA512()):
        if mask.name != chosen.name:
            checked.refuses(with_signature(data + b".", RSA.sign_pss(data, chosen, mask, own)), R.SIGNATURE_INVALID)


def test_A11_pkcs1_signature_under_a_pss_name_and_back():
    for named, made in (("PS256", "RS256"), ("RS256", "PS256"), ("RS512", "RS256"), ("PS512", "PS256")):
        data = signing_input(header(RSA, named), claims())
        gate(named).refuses(data + b"." + b64(RSA.sign(made, data)), R.SIGNATURE_INVALID)

"""Signing keys of the tests' own, derived from their names: the same bytes in every run, and none of them in a file."""
import functools
import hashlib
import hmac
import math
import random

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from encoding import b64, number_bytes

HASHES = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
CURVES = {
    "P-256": (ec.SECP256R1(), 32), "P-384": (ec.SECP384R1(), 48), "P-521": (ec.SECP521R1(), 66),
    "secp256k1": (ec.SECP256K1(), 32)
}
# The order of each curve's base point (SEC 2).
ORDERS = {
    "P-256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "P-384": int("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
                 16),
    "P-521": (1 << 521) - int("5AE79787C40D069948033FEB708F65A2FC44A36477663B851449048E16EC79BF7", 16),
    "secp256k1": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141,
}


def derived(name, count):
    return hashlib.shake_256(b"libmcpauth test key " + name.encode()).digest(count)


def hash_of(algorithm):
    """RS256 -> SHA-256; ES256K too."""
    return HASHES[algorithm.rstrip("K")[-3:]]


class Key:
    """A private key with its kid. `jwk` is its public half, with members added, changed or (None) left out."""
    def __init__(self, kid, private):
        self.kid, self.private = kid, private

    def jwk(self, **members):
        jwk = {"kid": self.kid, **self.public_members(), **members}
        return {name: value for name, value in jwk.items() if value is not None}

    def pem(self):
        return self.private.public_key().public_bytes(serialization.Encoding.PEM,
                                                      serialization.PublicFormat.SubjectPublicKeyInfo)

    def der(self):
        return self.private.public_key().public_bytes(serialization.Encoding.DER,
                                                      serialization.PublicFormat.SubjectPublicKeyInfo)

    def private_pem(self):
        return self.private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                          serialization.NoEncryption())


class RSAKey(Key):
    @functools.cached_property
    def numbers(self):
        return self.private.private_numbers()

    @property
    def modulus(self):
        return self.numbers.public_numbers.n

    def public_members(self):
        public = self.numbers.public_numbers
        return {"kty": "RSA", "n": b64(number_bytes(public.n)).decode(), "e": b64(number_bytes(public.e)).decode()}

    def sign(self, algorithm, data):
        chosen = hash_of(algorithm)
        if algorithm.startswith("PS"):
            return self.sign_pss(data, chosen, chosen, chosen.digest_size)
        return self.private.sign(data, padding.PKCS1v15(), chosen)

    def sign_pss(self, data, chosen, mask, salt_length):
        return self.private.sign(data, padding.PSS(padding.MGF1(mask), salt_length), chosen)

    def raw(self, encoded):
        """The private operation on a padded message of one's own making."""
        number = int.from_bytes(encoded, "big")
        return pow(number, self.numbers.d, self.modulus).to_bytes((self.modulus.bit_length() + 7) // 8, "big")


class ECKey(Key):
    def __init__(self, kid, private, curve):
        super().__init__(kid, private)
        self.curve = curve
        self.width = CURVES[curve][1]

    @property
    def point(self):
        public = self.private.public_key().public_numbers()
        return public.x, public.y

    def public_members(self):
        x, y = (b64(coordinate.to_bytes(self.width, "big")).decode() for coordinate in self.point)
        return {"kty": "EC", "crv": self.curve, "x": x, "y": y}

    def sign_der(self, algorithm, data):
        return self.private.sign(data, ec.ECDSA(hash_of(algorithm), deterministic_signing=True))

    def sign(self, algorithm, data):
        return self.raw(*decode_dss_signature(self.sign_der(algorithm, data)))

    def raw(self, r, s):
        return r.to_bytes(self.width, "big") + s.to_bytes(self.width, "big")


class EdwardsKey(Key):
    def __init__(self, kid, private, curve):
        super().__init__(kid, private)
        self.curve = curve

    def public_members(self):
        return {"kty": "OKP", "crv": self.curve, "x": b64(self.private.public_key().public_bytes_raw()).decode()}

    def sign(self, _, data):
        return self.private.sign(data)


class Secret:
    """A shared secret, and whatever an attacker would like to pass for one."""
    def __init__(self, kid, secret):
        self.kid, self.secret = kid, secret

    def sign(self, algorithm, data):
        return hmac.digest(self.secret, data, "sha" + algorithm[-3:])


@functools.cache
def rsa_key(kid, bits=2048, exponent=65537):
    source = random.Random(derived(kid, 32))
    for _ in range(100):
        p, q = (prime(source, bits // 2, exponent) for _ in range(2))
        if (p * q).bit_length() == bits and p != q:
            break
    else:
        raise AssertionError(f"no key of {bits} bits with the exponent {exponent}")
    d = pow(exponent, -1, math.lcm(p - 1, q - 1))
    numbers = rsa.RSAPrivateNumbers(p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p),
                                    rsa.RSAPublicNumbers(exponent, p * q))
    return RSAKey(kid, numbers.private_key(unsafe_skip_rsa_key_validation=True))


def prime(source, bits, exponent):
    small = [n for n in range(3, 2000, 2) if all(n % m for m in range(3, int(n**0.5) + 1, 2))]
    for _ in range(100 * bits):
        candidate = source.getrandbits(bits) | 3 << bits - 2 | 1
        if all(candidate % n for n in small) and math.gcd(candidate - 1, exponent) == 1 \
                and all(pow(base, candidate - 1, candidate) == 1 for base in (2, 3, 5)):
            return candidate
    raise AssertionError(f"no prime of {bits} bits with the exponent {exponent}")


@functools.cache
def ec_key(kid, curve="P-256"):
    scalar = int.from_bytes(derived(kid, 80), "big") % (ORDERS[curve] - 1) + 1
    return ECKey(kid, ec.derive_private_key(scalar, CURVES[curve][0]), curve)


@functools.cache
def edwards_key(kid, curve="Ed25519"):
    if curve == "Ed25519":
        return EdwardsKey(kid, ed25519.Ed25519PrivateKey.from_private_bytes(derived(kid, 32)), curve)
    return EdwardsKey(kid, ed448.Ed448PrivateKey.from_private_bytes(derived(kid, 57)), curve)


@functools.cache
def secret(kid, count=64):
    return Secret(kid, derived(kid, count))


# One key for each algorithm there is; keys of one type serve several.
RSA = rsa_key("rsa")
P256, P384, P521 = ec_key("p256"), ec_key("p384", "P-384"), ec_key("p521", "P-521")
SECP256K1 = ec_key("secp256k1", "secp256k1")
ED25519, ED448 = edwards_key("ed25519"), edwards_key("ed448", "Ed448")
ASYMMETRIC = {
    "RS256": RSA, "RS384": RSA, "RS512": RSA, "PS256": RSA, "PS384": RSA, "PS512": RSA, "ES256": P256, "ES384": P384,
    "ES512": P521, "ES256K": SECP256K1, "EdDSA": ED25519, "Ed25519": ED25519, "Ed448": ED448
}

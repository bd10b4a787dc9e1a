"""A1 to A4: the algorithm is the key's business, never the token's choice."""
import pytest

from encoding import compact
from gate import Gate, configured, verifier
from keys import ASYMMETRIC, ED448, ED25519, P256, RSA, Secret, secret
from mcpauth_abi import R
from tables import rows
from tokens import ABSENT, header, signed, with_signature

NONE = Secret("none", b"")
STRANGERS = rows("algorithms", "strangers")


def everything():
    """A verifier for every algorithm there is."""
    keys = {key.kid: key.jwk() for key in ASYMMETRIC.values()}
    hmac = [(secret("hs" + size), "HS" + size) for size in ("256", "384", "512")]
    return verifier(keys.values(), hmac)


def test_A01_there_is_a_key_for_each_algorithm():
    assert set(ASYMMETRIC) == set(rows("algorithms", "asymmetric"))


@pytest.mark.parametrize("algorithm", ASYMMETRIC)
def test_A01_control_each_asymmetric_algorithm_verifies(algorithm):
    Gate(everything(), None).accepts(signed(ASYMMETRIC[algorithm], algorithm))


@pytest.mark.parametrize("size", [name.removeprefix("HS") for name in rows("algorithms", "hmac")])
def test_A01_control_each_hmac_algorithm_verifies(size):
    Gate(everything(), None).accepts(signed(secret("hs" + size), "HS" + size))


@pytest.mark.parametrize("algorithm", [name for name in STRANGERS if "".join(name.split()).lower() == "none"])
@pytest.mark.parametrize("signature", [b"", b"\0", b"signature"])
def test_A01_alg_none_in_any_spelling(algorithm, signature):
    gate = Gate(everything(), signed(P256, "ES256"))
    token = with_signature(signed(P256, "ES256", header(P256, algorithm)), signature)
    gate.refuses(token, R.ALGORITHM_NOT_ALLOWED)


@pytest.mark.parametrize("algorithm", [*ASYMMETRIC, "HS256"])
def test_A01_empty_signature(algorithm):
    key = ASYMMETRIC.get(algorithm, secret("hs256"))
    good = signed(key, algorithm)
    Gate(everything(), good).refuses(with_signature(good, b""), R.TOKEN_MALFORMED, "signature is empty")


@pytest.mark.parametrize("algorithm", STRANGERS)
def test_A01_alg_is_compared_byte_for_byte(algorithm):
    good = signed(P256, "ES256")
    Gate(everything(), good).refuses(signed(P256, "ES256", header(P256, algorithm)), R.ALGORITHM_NOT_ALLOWED)


@pytest.mark.parametrize("algorithm", [None, 256, True, ["ES256"], {"alg": "ES256"}, ABSENT])
def test_A01_alg_is_a_string(algorithm):
    good = signed(P256, "ES256")
    Gate(everything(), good).refuses(signed(P256, "ES256", header(P256, "ES256", alg=algorithm)), R.TOKEN_MALFORMED)


CONFUSIONS = {
    "pem": RSA.pem(), "pem_stripped": RSA.pem().strip(), "pem_crlf": RSA.pem().replace(b"\n", b"\r\n"),
    "der": RSA.der(), "jwk": compact(RSA.jwk()), "jwks": compact({"keys": [RSA.jwk()]}),
    "modulus": RSA.jwk()["n"].encode(), "empty": b"",
}


@pytest.mark.parametrize("text", CONFUSIONS)
@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_A02_public_key_as_hmac_secret(text, algorithm):
    forged = signed(Secret(RSA.kid, CONFUSIONS[text]), algorithm)
    Gate(verifier([RSA.jwk()]), signed(RSA, "RS256")).refuses(forged, R.ALGORITHM_NOT_ALLOWED)


@pytest.mark.parametrize("text", CONFUSIONS)
def test_A02_public_key_as_hmac_secret_beside_a_real_secret(text):
    """HS256 is allowed here, but the key that the token names is no secret; without a name the secret is asked."""
    shared = secret("hs256")
    gate = Gate(verifier([RSA.jwk()], [(shared, "HS256")]), signed(shared, "HS256"))
    forger = Secret(RSA.kid, CONFUSIONS[text])
    gate.accepts(signed(RSA, "RS256"))
    gate.refuses(signed(forger, "HS256"), R.ALGORITHM_NOT_ALLOWED)
    gate.refuses(signed(forger, "HS256", header(forger, "HS256", kid=ABSENT)), R.SIGNATURE_INVALID)
    gate.refuses(signed(forger, "HS256", header(shared, "HS256")), R.SIGNATURE_INVALID)


def test_A02_pem_key_given_by_hand_as_hmac_secret():
    config, issuer = configured()
    issuer.pem(RSA.pem())
    gate = Gate(config.verifier(), signed(RSA, "RS256"))
    gate.refuses(signed(Secret("any", RSA.pem()), "HS256"), R.ALGORITHM_NOT_ALLOWED)


def test_A02_hmac_cannot_be_allowed_without_a_secret():
    config, issuer = configured()
    issuer.jwks(compact({"keys": [RSA.jwk()]})).set("set_algorithms", b"RS256 HS256")
    with pytest.raises(Exception) as caught:
        config.verifier()
    assert caught.value.result == R.INVALID_CONFIG


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_A03_key_without_alg_is_no_hmac_key(algorithm):
    """libjwt took an RSA JWK without alg for an HMAC key of no bytes."""
    gate = Gate(verifier([RSA.jwk(alg=None)]), signed(RSA, "RS256"))
    gate.refuses(signed(Secret(RSA.kid, b""), algorithm), R.ALGORITHM_NOT_ALLOWED)
    gate.refuses(signed(Secret(RSA.kid, b"\0" * 32), algorithm), R.ALGORITHM_NOT_ALLOWED)


@pytest.mark.parametrize("algorithm,least", [("HS256", 32), ("HS384", 48), ("HS512", 64)])
def test_A03_short_secrets_are_refused(algorithm, least):
    key = secret("short", least)
    Gate(verifier(secrets=[(key, algorithm)]), None).accepts(signed(key, algorithm))
    for count in (0, 1, least - 1):
        config, issuer = configured()
        result = issuer.call("add_shared_secret", key.secret[:count], count, algorithm.encode(), None)
        assert result == R.INVALID_ARGUMENT
        with pytest.raises(Exception) as caught:
            config.verifier()  # and nothing but an error ever comes of this configuration
        assert caught.value.result == R.INVALID_ARGUMENT


def test_A03_secret_is_for_its_own_algorithm_only():
    key = secret("hs256")
    gate = Gate(verifier(secrets=[(key, "HS256")]), signed(key, "HS256"))
    gate.refuses(signed(key, "HS512"), R.ALGORITHM_NOT_ALLOWED)
    gate.refuses(signed(key, "HS384"), R.ALGORITHM_NOT_ALLOWED)


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256", "PS384", "PS512"])
def test_A04_right_key_and_another_algorithm_of_its_family(algorithm):
    token = signed(RSA, algorithm)
    Gate(verifier([RSA.jwk()]), None).accepts(token)
    pinned = Gate(verifier([RSA.jwk(alg="RS256")]), signed(RSA, "RS256"))
    pinned.refuses(token, R.ALGORITHM_NOT_ALLOWED)
    pinned.refuses(signed(RSA, algorithm, header(RSA, algorithm, kid=ABSENT)), R.KEY_NOT_FOUND)


@pytest.mark.parametrize("algorithm", [name for name in ASYMMETRIC if name != "RS256"])
def test_A04_allow_list_of_the_issuer(algorithm):
    keys = [key.jwk() for key in {key.kid: key for key in ASYMMETRIC.values()}.values()]
    gate = Gate(verifier(keys, algorithms="RS256"), signed(RSA, "RS256"))
    gate.refuses(signed(ASYMMETRIC[algorithm], algorithm), R.ALGORITHM_NOT_ALLOWED)


@pytest.mark.parametrize("name,key,other", [("Ed25519", ED25519, "Ed448"), ("Ed448", ED448, "Ed25519")])
def test_A04_edwards_names_stand_for_their_own_curve(name, key, other):
    gate = Gate(verifier([key.jwk()]), signed(key, "EdDSA"))
    gate.accepts(signed(key, name))
    gate.refuses(signed(key, other), R.ALGORITHM_NOT_ALLOWED)


@pytest.mark.parametrize("row", rows("algorithms", "lists"), ids=str)
def test_A04_allow_list_takes_known_names_only(row):
    config, issuer = configured()
    assert issuer.call("set_algorithms", row["text"].encode()) == R[row["result"]]

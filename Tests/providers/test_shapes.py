"""Shapes of keys and claims that several providers share."""
import pytest

from encoding import compact
from gate import Gate, configured
from keys import ED448, ED25519, P256, RSA, secret
from mcpauth_abi import R, SetterFailed
from shape import NOW, Shape
from tokens import ISSUER, claims, signed

TOKEN = signed(P256, "ES256")

# What real key sets hold beside the key that is wanted.
STRANGERS = [
    {"kty": "AKP", "alg": "ML-DSA-65", "kid": "pq", "pub": "AAAA"}, {"kty": "OKP", "crv": "X25519", "kid": "x", "x": "AAAA"},
    {"kty": "oct", "kid": "hmac", "k": "c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"}, {"kty": "RSA", "kid": "half", "e": "AQAB"},
    {"kty": "EC", "crv": "P-192", "kid": "small", "x": "AA", "y": "AA"}, {"kid": "nothing"}, {"kty": 7}, "key", None, [],
]


def gate(*jwks, settings=(), algorithms=None):
    config, issuer = configured()
    issuer.jwks(compact({"keys": [*jwks]}))
    if algorithms:
        issuer.set("set_algorithms", algorithms)
    for setting in settings:
        config.set(*setting)
    return config, Gate(config.verifier(), TOKEN)


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda jwk: compact(jwk).decode()[:40])
def test_provider_22_a_key_that_is_not_understood_is_skipped(stranger):
    _, mixed = gate(stranger, P256.jwk())
    mixed.accepts(TOKEN)


def test_provider_22_all_of_them_at_once():
    _, mixed = gate(*STRANGERS, P256.jwk(), *STRANGERS[:5])
    mixed.accepts(TOKEN)


def test_provider_09_keys_without_alg_keep_to_what_is_allowed():
    _, allowed = gate(P256.jwk(), RSA.jwk(alg=None), algorithms=b"ES256 RS256")
    allowed.accepts(signed(RSA, "RS256"))
    allowed.refuses(signed(RSA, "RS512"), R.ALGORITHM_NOT_ALLOWED, "mcpauth_issuer_set_algorithms")


@pytest.mark.parametrize("published", [None, "EdDSA", "Ed25519"])
@pytest.mark.parametrize("algorithm", ["EdDSA", "Ed25519"])
def test_provider_28_rauthy_keycloak_hydra_eddsa_by_either_name(published, algorithm):
    """RFC 9864 gave EdDSA with Ed25519 a name of its own, and providers mix the two; they mean the same signature."""
    _, edwards = gate(P256.jwk(), ED25519.jwk(alg=published))
    edwards.accepts(signed(ED25519, algorithm))
    edwards.refuses(signed(ED25519, algorithm)[:-8] + b"AAAAAAAA", R.SIGNATURE_INVALID)


def test_provider_28_where_algorithms_are_named_each_name_stands_for_itself():
    _, named = gate(P256.jwk(), ED25519.jwk(), algorithms=b"ES256 Ed25519")
    named.accepts(signed(ED25519, "Ed25519"))
    named.refuses(signed(ED25519, "EdDSA"), R.ALGORITHM_NOT_ALLOWED)


def test_provider_28_ed25519_is_not_ed448():
    _, edwards = gate(P256.jwk(), ED25519.jwk(), ED448.jwk())
    edwards.accepts(signed(ED448, "EdDSA"))
    edwards.refuses(signed(ED25519, "Ed25519", {"alg": "Ed448", "kid": "ed25519"}), R.ALGORITHM_NOT_ALLOWED)


@pytest.mark.parametrize("members,scopes", [
    ({"scope": "read"}, ["read"]), ({"scope": ["read"]}, ["read"]), ({"scope": ["read", "write"]}, ["read", "write"]),
    ({"scp": ["read", "write"]}, ["read", "write"]), ({"scp": "read write"}, ["read", "write"]),
    ({"scopes": ["read"]}, ["read"]), ({"scope": " read  write "}, ["read", "write"]), ({"scope": ""}, []),
    ({"scope": []}, []), ({"scope": "read", "scp": ["write"]}, ["read"]), ({"scp": "write", "scopes": "read"}, ["write"]),
    ({"scope": "read read"}, ["read"]),
])
def test_provider_36_duende_hydra_scopes_as_text_or_array(members, scopes):
    _, plain = gate(P256.jwk())
    payload = {name: value for name, value in claims().items() if name != "scope"}
    info = plain.accepts(signed(P256, "ES256", payload={**payload, **members}))
    assert info["scopes"] == [scope.encode() for scope in scopes]


@pytest.mark.parametrize("name", ["scope", "scp", "scopes"])
@pytest.mark.parametrize("value", [["read", 1], ["read", None], [["read"]], 7, True, {"read": True}, None])
def test_provider_36_scopes_of_another_shape_reject_the_token(name, value):
    _, plain = gate(P256.jwk())
    payload = {key: other for key, other in claims().items() if key != "scope"}
    plain.refuses(signed(P256, "ES256", payload={**payload, name: value}), R.CLAIM_INVALID, name)


@pytest.mark.parametrize("leeway,late,result", [
    (None, 59, R.OK), (None, 60, R.TOKEN_EXPIRED), (0, -1, R.OK), (0, 0, R.TOKEN_EXPIRED), (300, 299, R.OK),
    (300, 300, R.TOKEN_EXPIRED),
])
def test_provider_37_clocks_that_differ(leeway, late, result):
    config, _ = gate(P256.jwk())
    if leeway is not None:
        config.set("set_leeway_seconds", leeway)
    assert config.verifier().verify(signed(P256, "ES256", payload=claims(exp=NOW - late))).result == result


@pytest.mark.parametrize("early,result", [(60, R.OK), (61, R.TOKEN_NOT_YET_VALID)])
@pytest.mark.parametrize("name", ["nbf", "iat"])
def test_provider_37_an_issuer_whose_clock_is_ahead(name, early, result):
    config, _ = gate(P256.jwk())
    outcome = config.verifier().verify(signed(P256, "ES256", payload=claims(**{name: NOW + early})))
    assert outcome.result == result
    assert result == R.OK or "compare the clocks of this machine and of the issuer" in outcome.message


def test_provider_37_leeway_has_a_bound():
    config, _ = gate(P256.jwk())
    with pytest.raises(SetterFailed, match="synchronise the clocks"):
        config.set("set_leeway_seconds", 301)


def test_provider_38_no_expiry_only_by_an_explicit_call():
    payload = {name: value for name, value in claims().items() if name != "exp"}
    eternal = signed(P256, "ES256", payload=payload)
    gate(P256.jwk())[1].refuses(eternal, R.CLAIM_MISSING, "no exp claim")
    _, opted = gate(P256.jwk(), settings=[["dangerous_allow_missing_expiry"]])
    assert opted.accepts(eternal)["expires_at"] == 0
    opted.refuses(signed(P256, "ES256", payload=claims(exp=NOW - 100)), R.TOKEN_EXPIRED)


@pytest.mark.parametrize("exp,result", [(NOW + 0.5, R.OK), (NOW - 59.999, R.OK), (NOW - 60.001, R.TOKEN_EXPIRED)])
def test_provider_39_jetbrains_hub_dates_with_a_fraction(exp, result):
    _, plain = gate(P256.jwk())
    token = signed(P256, "ES256", payload=claims(exp=exp, iat=NOW - 0.25, nbf=NOW - 0.75))
    if result == R.OK:
        assert plain.accepts(token)["expires_at"] == int(exp)
    else:
        plain.refuses(token, result)


def test_provider_27_authentik_without_signing_key_signs_with_a_secret():
    """The message says what is missing at the provider; the token is a 401, whatever the state of the keys."""
    by_secret = Shape({"alg": "HS256", "typ": "JWT"}, claims(), secret("authentik client secret"))
    _, plain = gate(P256.jwk())
    outcome = plain.refuses(by_secret.token(), R.ALGORITHM_NOT_ALLOWED, "choose a signing key at the provider")
    assert outcome.status == 401 and "mcpauth_issuer_add_shared_secret" in outcome.message


def test_provider_27_hs256_by_its_own_call():
    key = secret("authentik client secret")
    by_secret = Shape({"alg": "HS256", "typ": "JWT"}, claims(), key)
    config, issuer = configured()
    issuer.secret(key.secret, b"HS256")
    opted = Gate(config.verifier(), by_secret.token())
    opted.refuses(Shape(by_secret.header, claims(), secret("another")).token(), R.SIGNATURE_INVALID)
    opted.refuses(Shape({"alg": "HS384"}, claims(), key).token(), R.ALGORITHM_NOT_ALLOWED)


def test_provider_27_authentik_publishes_no_key():
    config, issuer = configured(issuer=ISSUER)
    with pytest.raises(SetterFailed, match="no usable key"):
        issuer.jwks(b'{"keys":[]}')

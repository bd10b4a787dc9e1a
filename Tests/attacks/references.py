"""Two independent implementations with the policy of the verifier they are compared to: PyJWT and joserfc."""
import datetime
import warnings

import joserfc.errors
import jwt
import jwt.api_jwt
from joserfc import jwk as joserfc_jwk
from joserfc import jws as joserfc_jws
from joserfc import jwt as joserfc_jwt

from encoding import b64
from keys import ASYMMETRIC, secret
from tokens import ISSUER, LEEWAY, NOW, RESOURCE

HMAC = {name: secret(name) for name in ("HS256", "HS384", "HS512")}
KEYS = {**ASYMMETRIC, **HMAC}
ALGORITHMS = list(KEYS)

warnings.simplefilter("ignore")


class FrozenTime(datetime.datetime):
    """PyJWT asks the system for the time, and so gets the time of the tests."""
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(NOW, tz)


jwt.api_jwt.datetime = FrozenTime


def jwks():
    """Every key once, as JWKs; secrets as joserfc takes them."""
    public = {key.kid: key.jwk() for key in ASYMMETRIC.values()}
    shared = {
        key.kid: {"kty": "oct", "kid": key.kid, "alg": name, "k": b64(key.secret).decode()}
        for name, key in HMAC.items()
    }
    return {**public, **shared}


def algorithms_of(kid):
    """What the key of this kid is for, as PyJWT has to be told."""
    return [name for name, key in KEYS.items() if key.kid == kid] + (["EdDSA"] if kid.startswith("ed") else [])


PYJWT_KEYS = {kid: jwt.PyJWK(jwk, "EdDSA" if jwk["kty"] == "OKP" else None).key for kid, jwk in jwks().items()}


def pyjwt(token):
    """None when PyJWT accepts the token, otherwise why not."""
    try:
        kid = jwt.get_unverified_header(token).get("kid")
        if kid not in PYJWT_KEYS:
            return f"no key {kid!r}"
        jwt.decode(token,
                   PYJWT_KEYS[kid],
                   algorithms_of(kid),
                   audience=RESOURCE.decode(),
                   issuer=ISSUER.decode(),
                   leeway=LEEWAY,
                   options={"require": ["exp", "iss", "aud", "sub"]})
    except jwt.PyJWTError as error:
        return repr(error)
    return None


JOSERFC_KEYS = joserfc_jwk.KeySet.import_key_set({"keys": list(jwks().values())})
JOSERFC_REGISTRY = joserfc_jws.JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
JOSERFC_CLAIMS = joserfc_jwt.JWTClaimsRegistry(now=NOW,
                                               leeway=LEEWAY,
                                               iss={"essential": True, "value": ISSUER.decode()},
                                               aud={"essential": True, "value": RESOURCE.decode()},
                                               exp={"essential": True},
                                               sub={"essential": True})


def joserfc_(token):
    """None when joserfc accepts the token, otherwise why not."""
    try:
        decoded = joserfc_jwt.decode(token, JOSERFC_KEYS, ALGORITHMS, JOSERFC_REGISTRY)
        JOSERFC_CLAIMS.validate(decoded.claims)
    except (joserfc.errors.JoseError, TypeError) as error:  # TypeError: a kid or an alg that is no string
        return repr(error)
    return None


REFERENCES = {"PyJWT": pyjwt, "joserfc": joserfc_}

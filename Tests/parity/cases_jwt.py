"""The requests of mode "jwt", and where the answers differ on purpose."""
from encoding import b64, compact, spelled
from keys import ED25519, P384, P521, RSA, ec_key, secret
from making import RESOURCE, Case, bearer, claims, soon
from outcomes import (
    CRASH,
    EMPTY_AUDIENCE,
    EMPTY_HEADER,
    EMPTY_ISSUER,
    MISSING_SCOPES,
    NO_HEADER,
    NOT_ONE_TOKEN,
    NOT_TOKEN68,
    NOTHING_AFTER_BEARER,
    OTHER_SCHEME,
    OUTAGE,
    SCOPE_TO_ASK_FOR,
    WRONG_AUDIENCE,
    WRONG_ISSUER,
    let_in,
    refused,
)
from tokens import ABSENT, signing_input

CASES = []


def case(name, fields, differs=None, option="plain"):
    CASES.append(Case(name, fields, differs or {}, option))


def with_claims(name, changes, differs=None, option="plain"):
    case(name, lambda: bearer(claims(**(changes() if callable(changes) else changes))), differs, option)


def tampered():
    return [bearer()[0][:-8] + b"AAAAAAAA"]


def spelling(before=b"Bearer ", behind=b""):
    """The good token with something else around it."""
    return lambda: [before + bearer()[0][7:] + behind]


# ---- good tokens ----
case("ES256", bearer)
case("RS256", lambda: bearer(key=RSA, algorithm="RS256"))
case("PS256", lambda: bearer(key=RSA, algorithm="PS256"))
case("ES384", lambda: bearer(key=P384, algorithm="ES384"))
case("ES512", lambda: bearer(key=P521, algorithm="ES512"))
case("RS384", lambda: bearer(key=RSA, algorithm="RS384"), let_in("more-algorithms"))
case("PS512", lambda: bearer(key=RSA, algorithm="PS512"), let_in("more-algorithms"))
case("EdDSA", lambda: bearer(key=ED25519, algorithm="EdDSA"), let_in("more-algorithms"))
case("at+jwt", lambda: bearer(head={"typ": "at+jwt"}))
case("no typ", lambda: bearer(head={"typ": ABSENT}))
case("no kid", lambda: bearer(head={"kid": ABSENT}), let_in("kid-optional"))
with_claims("audience array", {"aud": ["urn:other", RESOURCE]})
with_claims("azp", {"client_id": ABSENT, "azp": "client-2"})
with_claims("client_id before azp", {"azp": "client-2"})
with_claims("appid", {"client_id": ABSENT, "appid": "client-3"}, {"caller.client_id": ("more-client-claims", "", "client-3")})
with_claims("cid", {"client_id": ABSENT, "cid": "client-3"}, {"caller.client_id": ("more-client-claims", "", "client-3")})
with_claims("no client", {"client_id": ABSENT})
with_claims("client_id null", {"client_id": None, "azp": "client-2"}, refused("strict-shapes"))
with_claims("scope array", {"scope": ["read", "write"]})
with_claims("scopes", {"scope": ABSENT, "scopes": "read write"})
with_claims("scopes array", {"scope": ABSENT, "scopes": ["read"]})
with_claims("scope before scopes", {"scopes": "other"})
with_claims("scope empty", {"scope": "", "scopes": "read"}, {"caller.scopes": ("scope-that-is-there", ["read"], [])})
with_claims("scp", {"scope": ABSENT, "scp": "read"}, {"caller.scopes": ("more-scope-claims", [], ["read"])})
with_claims("blank scopes", {"scope": " read  write "},
            {"caller.scopes": ("no-blank-scopes", ["", "read", "", "write", ""], ["read", "write"])})
with_claims("no scope", {"scope": ABSENT})
with_claims("further claims", {"email": "ada@example.com", "groups": ["a", "b"], "nested": {"a": [1, 2.5, None, True]}})
with_claims("numbers as they are", {"big": 9007199254740993, "small": -1, "zero": 0})
with_claims("text as it is", {"name": "\u00c9l\u00e9onore \U0001f511 \"\\ \u2028"})

# ---- time ----
with_claims("expired", lambda: {"exp": soon(-100)})
with_claims("expired within leeway", lambda: {"exp": soon(-30)})
with_claims("expired, leeway 0", lambda: {"exp": soon(-30)}, option="leeway-0")
with_claims("not yet valid", lambda: {"nbf": soon(100)})
with_claims("nbf within leeway", lambda: {"nbf": soon(30)})
with_claims("nbf, leeway 0", lambda: {"nbf": soon(30)}, option="leeway-0")
with_claims("issued in the future", lambda: {"iat": soon(100)})
with_claims("iat within leeway", lambda: {"iat": soon(30)})
with_claims("no exp", {"exp": ABSENT}, refused("exp-required"))
with_claims("no exp, allowed", {"exp": ABSENT}, option="no-expiry")
with_claims("exp fraction", lambda: {"exp": soon(300) + 0.5}, let_in("fractions"))
with_claims("exp text of digits", lambda: {"exp": str(soon(300))}, refused("strict-shapes"))
with_claims("exp text", {"exp": "tomorrow"})
with_claims("exp null", {"exp": None})
with_claims("exp array", {"exp": []})
with_claims("exp negative", {"exp": -1})
with_claims("exp beyond dates", {"exp": 10 ** 18}, refused("strict-shapes"))
with_claims("nbf text of digits", {"nbf": "1"}, refused("strict-shapes"))
with_claims("iat text of digits", {"iat": "1"}, refused("strict-shapes"))

# ---- who, for whom ----
with_claims("another issuer", {"iss": "https://other.example"}, WRONG_ISSUER)
with_claims("issuer with a slash", {"iss": "https://issuer.example/"}, WRONG_ISSUER)
with_claims("no issuer", {"iss": ABSENT})
with_claims("issuer empty", {"iss": ""}, EMPTY_ISSUER)
with_claims("issuer array", {"iss": ["https://issuer.example"]})
with_claims("another audience", {"aud": "urn:other"}, WRONG_AUDIENCE)
with_claims("audience with a slash", {"aud": RESOURCE + "/"}, WRONG_AUDIENCE)
with_claims("audience array without ours", {"aud": ["urn:a", "urn:b"]}, WRONG_AUDIENCE)
with_claims("audience array empty", {"aud": []}, WRONG_AUDIENCE)
with_claims("no audience", {"aud": ABSENT}, WRONG_AUDIENCE)
with_claims("audience number", {"aud": 7})
with_claims("audience mixed array", {"aud": [RESOURCE, 7]})
with_claims("audience empty", {"aud": ""}, EMPTY_AUDIENCE)
with_claims("audience, none configured", {"aud": "urn:other"}, refused("audience-required", "401 invalid_audience"), "defaults")
with_claims("no audience, none configured", {"aud": ABSENT}, refused("audience-required", "401 invalid_audience"), "defaults")
with_claims("our audience, none configured", {}, option="defaults")
with_claims("audience, check off", {"aud": "urn:other"}, option="no-audience")
with_claims("no audience, check off", {"aud": ABSENT}, option="no-audience")
with_claims("configured audience", {"aud": "urn:example:api"}, option="other-audience")
with_claims("resource for audience, another configured", {}, WRONG_AUDIENCE, "other-audience")
with_claims("no subject", {"sub": ABSENT})
with_claims("subject empty", {"sub": ""})
with_claims("subject number", {"sub": 7})

# ---- scopes ----
with_claims("all scopes", {"scope": "write read more"}, option="scopes")
with_claims("one scope missing", {"scope": "read"}, MISSING_SCOPES, "scopes")
with_claims("all scopes missing", {"scope": ABSENT}, MISSING_SCOPES, "scopes")
with_claims("scope prefix", {"scope": "readwrite"}, MISSING_SCOPES, "scopes")
with_claims("scope in another case", {"scope": "READ WRITE"}, MISSING_SCOPES, "scopes")
with_claims("scopes by scp", {"scope": ABSENT, "scp": ["read", "write"]},
            let_in("more-scope-claims", "403 missing_required_scopes"), "scopes")
with_claims("expired, scopes required", lambda: {"exp": soon(-100)}, SCOPE_TO_ASK_FOR, "scopes")
with_claims("scope array with a number", {"scope": ["read", 7]})
with_claims("scope number", {"scope": 7})
with_claims("scope null", {"scope": None}, refused("strict-shapes"))

# ---- signatures, headers, form ----
case("bad signature", tampered)
case("unknown kid", lambda: bearer(key=ec_key("unknown")))
case("key of the issuer under another kid", lambda: bearer(head={"kid": "p384"}))
case("HMAC", lambda: bearer(key=secret("p256"), algorithm="HS256"))
case("none", lambda: [b"Bearer " + signing_input({"alg": "none"}, claims()) + b"."])
case("none with a signature", lambda: [b"Bearer " + signing_input({"alg": "none"}, claims()) + b".AAAA"])
case("alg missing", lambda: [b"Bearer " + signing_input({"typ": "JWT", "kid": "p256"}, claims()) + b".AAAA"])
case("crit", lambda: bearer(head={"crit": ["exp"]}), CRASH)
case("crit b64", lambda: bearer(head={"crit": ["b64"], "b64": True}), refused("crit"))
case("opaque", lambda: [b"Bearer opaque-token"])
case("two parts", lambda: [b"Bearer e30.e30"])
case("encrypted", lambda: [b"Bearer " + b64(compact({"alg": "dir", "enc": "A256GCM"})) + b"..AAAA.AAAA.AAAA"])
case("payload array", lambda: bearer(b"[]"))
case("payload text", lambda: bearer(b"hello"))
case("logout token", lambda: bearer(head={"typ": "logout+jwt"}), refused("token-type"))
case("ID token", lambda: bearer(claims(aud=["client-1", RESOURCE], nonce="n", at_hash="a")), refused("token-type"))
case("bound token", lambda: bearer(claims(cnf={"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"})),
     refused("bound-tokens"))
case("duplicate claim", lambda: bearer(compact(claims())[:-1] + b',"sub":"user-2"}'), refused("strict-json"))
case("20 KiB", lambda: bearer(claims(padding="x" * 20480)), refused("bounded"))
case("deep claims", lambda: bearer(spelled(claims(), deep="[" * 64 + "]" * 64)), refused("bounded"))

# ---- the Authorization header ----
case("no header", list, NO_HEADER)
case("no header, scopes required", list, {**NO_HEADER, **SCOPE_TO_ASK_FOR}, "scopes")
case("empty", lambda: [b""], EMPTY_HEADER)
case("Basic", lambda: [b"Basic dXNlcjpwYXNz"], OTHER_SCHEME)
case("token without scheme", spelling(before=b""), OTHER_SCHEME)
case("Bearer alone", lambda: [b"Bearer"], NOTHING_AFTER_BEARER)
case("Bearer and spaces", lambda: [b"Bearer   "], NOTHING_AFTER_BEARER)
case("lower case", spelling(before=b"bearer "))
case("two spaces", spelling(before=b"Bearer  "), let_in("one-or-more-spaces", "401 invalid_auth_header_format"))
case("something behind", spelling(behind=b" more"), NOT_ONE_TOKEN)
case("a comma behind", spelling(behind=b","), NOT_TOKEN68)
case("quoted", spelling(b'Bearer "', b'"'), NOT_TOKEN68)
case("two headers", lambda: bearer() + bearer(), refused("token68-is-400", "400 invalid_auth_header_format"))
case("Basic and Bearer", lambda: [b"Basic dXNlcjpwYXNz"] + bearer(), NOT_ONE_TOKEN)
case("DPoP", spelling(before=b"DPoP "), OTHER_SCHEME)

# ---- details for developers ----
NO_CAUSE, CAUSE = {"body.cause": "cause-where-there-is-none"}, {"body.cause": "cause-says-more"}
case("details: no header", list, {**NO_HEADER, **NO_CAUSE, **SCOPE_TO_ASK_FOR}, "details")
case("details: Basic", lambda: [b"Basic dXNlcjpwYXNz"], {**OTHER_SCHEME, **NO_CAUSE, **SCOPE_TO_ASK_FOR}, "details")
case("details: opaque", lambda: [b"Bearer opaque-token"], {**CAUSE, **SCOPE_TO_ASK_FOR}, "details")
case("details: bad signature", tampered, {**CAUSE, **SCOPE_TO_ASK_FOR}, "details")
with_claims("details: expired", lambda: {"exp": soon(-100)}, {**CAUSE, **SCOPE_TO_ASK_FOR}, "details")
with_claims("details: issuer", {"iss": "https://other.example"},
            {**WRONG_ISSUER, "body.cause": "cause-is-a-list", **SCOPE_TO_ASK_FOR}, "details")
with_claims("details: audience", {"aud": "urn:other"}, {**WRONG_AUDIENCE, **SCOPE_TO_ASK_FOR}, "details")
with_claims("details: audience array", {"aud": ["urn:a", "urn:b"]}, {**WRONG_AUDIENCE, **SCOPE_TO_ASK_FOR}, "details")
with_claims("details: scopes", {"scope": "read"}, MISSING_SCOPES, "details")
with_claims("details: good", {}, option="details")

# ---- the issuer's side ----
with_claims("keys cannot be had", {"iss": "https://dead.example"}, OUTAGE)
with_claims("details: keys cannot be had", {"iss": "https://dead.example"}, {**OUTAGE, "body.cause": "cause-not-for-500"},
            "details")

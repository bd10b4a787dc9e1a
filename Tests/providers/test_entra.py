"""Microsoft Entra ID: two versions of tokens, an application's id for an audience, scopes with short names."""
import pytest

from encoding import b64, compact
from gate import Gate
from mcpauth_abi import R
from shape import NOW, Shape, times

TENANT, APPLICATION = "7c1b2e6a-0d63-4f0e-9a0b-3f8f6d0c9b11", "5f2d8f0e-6f4b-4a40-8d1c-2a9b7c3e4d5f"
KEY_ID = "CNv0OI3RwqlHFEVnaoMAshCH2XE"

V2 = Shape({"typ": "JWT", "alg": "RS256", "kid": KEY_ID}, {
    "aud": APPLICATION, "iss": f"https://login.microsoftonline.com/{TENANT}/v2.0", **times(4500, nbf=NOW - 30),
    "aio": "AXQAi/8UAAAA", "azp": "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "azpacr": "0", "name": "Ada Lovelace",
    "oid": "690222be-ff1a-4d56-abd1-7e4f7d38e474", "preferred_username": "ada@example.com", "rh": "0.AXoA.",
    "scp": "files.read files.write", "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ", "tid": TENANT,
    "uti": "fqiBqXLPj0eQa82S-IYFAA", "ver": "2.0"}, published={"alg": None, "x5t": KEY_ID, "issuer": None})

V1 = Shape({"typ": "JWT", "alg": "RS256", "x5t": KEY_ID, "kid": KEY_ID}, {
    "aud": f"api://{APPLICATION}", "iss": f"https://sts.windows.net/{TENANT}/", **times(4500, nbf=NOW - 30),
    "acr": "1", "aio": "AXQAi/8UAAAA", "amr": ["pwd"], "appid": "04b07795-8ddb-461a-bbee-02f9e1bf7b46", "appidacr": "0",
    "ipaddr": "192.0.2.7", "name": "Ada Lovelace", "oid": "690222be-ff1a-4d56-abd1-7e4f7d38e474", "rh": "0.AXoA.",
    "scp": "files.read", "sub": "HKZpfaHyWadeOouYlitjrI-KffTm222X5rrV3xDqfKQ", "tid": TENANT,
    "unique_name": "ada@example.com", "upn": "ada@example.com", "uti": "fqiBqXLPj0eQa82S-IYFAA", "ver": "1.0"},
    published={"alg": None, "x5t": KEY_ID})


def gate(recipes, name="entra", shape=V2):
    return Gate(recipes.verifier(name, shape), shape.token())


def test_provider_06_entra_audience_is_the_applications_id(recipes):
    info = gate(recipes).accepts(V2.token())
    assert info["audiences"] == [APPLICATION.encode()]
    assert info["client_id"] == V2.claims["azp"].encode()


@pytest.mark.parametrize("changes,result", [
    ({"aud": f"api://{APPLICATION}"}, R.AUDIENCE_MISMATCH),
    ({"aud": APPLICATION.upper()}, R.AUDIENCE_MISMATCH),
    ({"aud": "00000002-0000-0000-c000-000000000000"}, R.AUDIENCE_MISMATCH),
    ({"iss": f"https://login.microsoftonline.com/{APPLICATION}/v2.0"}, R.ISSUER_MISMATCH),
    ({"iss": f"https://login.microsoftonline.com/{TENANT}/V2.0"}, R.ISSUER_MISMATCH),
    ({"nbf": NOW + 600}, R.TOKEN_NOT_YET_VALID),
    ({"scp": "files.reader files.write"}, R.INSUFFICIENT_SCOPE),
])
def test_provider_06_entra_one_claim_changed(recipes, changes, result):
    gate(recipes).refuses(V2.token(**changes), result)


def test_provider_07_entra_scopes_have_short_names_and_long_ones_to_ask_for(recipes):
    verifier = recipes.verifier("entra", V2)
    assert Gate(verifier, V2.token()).accepts(V2.token())["scopes"] == [b"files.read", b"files.write"]
    denied = verifier.request(V2.token(scp="files.write"))
    long_name = f"api://{APPLICATION}/files.read"
    assert f'scope="{long_name}"' in denied.headers["WWW-Authenticate"]
    assert b'"missing_scopes":["files.read"]' in denied.body
    _, _, document = verifier.well_known(b"GET", b"/.well-known/oauth-protected-resource/mcp")
    assert f'"scopes_supported":["{long_name}"]'.encode() in document


def test_provider_07_entra_application_token_without_scp(recipes):
    application = V2.token(roles=["Files.Read.All"], idtyp="app", without=["scp"])
    gate(recipes).refuses(application, R.INSUFFICIENT_SCOPE, "it has none")


@pytest.mark.parametrize("shape", [V1, V2], ids=["version 1", "version 2"])
def test_provider_05_entra_both_versions_from_one_key_set(recipes, shape):
    both = gate(recipes, "entra_both_versions", V2)
    assert recipes.config("entra_both_versions").said == ["issuer " + V2.claims["iss"]]
    info = both.accepts(shape.token())
    assert info["issuer"] == shape.claims["iss"].encode() and b"files.read" in info["scopes"]
    assert info["client_id"] == b"04b07795-8ddb-461a-bbee-02f9e1bf7b46", "azp, or appid"


@pytest.mark.parametrize("changes,result", [
    ({"aud": "api://00000000-0000-0000-0000-000000000000"}, R.AUDIENCE_MISMATCH),
    ({"iss": f"https://sts.windows.net/{TENANT}"}, R.ISSUER_MISMATCH),
    ({"iss": f"https://sts.windows.net/{APPLICATION}/"}, R.ISSUER_MISMATCH),
    ({"scp": "Files.Read"}, R.INSUFFICIENT_SCOPE),
])
def test_provider_05_entra_version_1_one_claim_changed(recipes, changes, result):
    gate(recipes, "entra_both_versions", V2).refuses(V1.token(**changes), result)


def test_provider_05_entra_two_issuers_that_share_their_keys(recipes):
    """The same by two issuers of one verifier: a key is known under each, and no token crosses over."""
    config = recipes.config("entra", V2.jwks())
    config.issuer(V1.claims["iss"].encode()).jwks(V1.jwks())
    config.set("add_audience", V1.claims["aud"].encode())
    both = Gate(config.verifier(), V2.token())
    assert both.accepts(V1.token())["issuer"] == V1.claims["iss"].encode()


OTHER_TENANT = "0b9d3c5e-1f2a-4b6c-8d7e-9f0a1b2c3d4e"


def of_tenant(tenant, **changes):
    return V2.token(iss=f"https://login.microsoftonline.com/{tenant}/v2.0", tid=tenant, **changes)


@pytest.mark.parametrize("named", [None, "https://login.microsoftonline.com/{tenantid}/v2.0"])
def test_provider_08_entra_tenants_of_the_list(recipes, named):
    """Entra's keys name the issuer they are for, by the template where that is everyone's."""
    shape = Shape(V2.header, V2.claims, V2.key, {**V2.published, "issuer": named})
    several = gate(recipes, "entra_tenants", shape)
    assert several.accepts(of_tenant(OTHER_TENANT))["issuer"].endswith(f"{OTHER_TENANT}/v2.0".encode())


@pytest.mark.parametrize("tenant,changes,result", [
    ("11111111-2222-3333-4444-555555555555", {}, R.ISSUER_MISMATCH), ("{tenantid}", {}, R.ISSUER_MISMATCH),
    ("organizations", {}, R.ISSUER_MISMATCH), ("", {}, R.ISSUER_MISMATCH), (TENANT.upper(), {}, R.ISSUER_MISMATCH),
    (TENANT + "/../x", {}, R.ISSUER_MISMATCH), (TENANT, {"aud": APPLICATION.upper()}, R.AUDIENCE_MISMATCH),
    (TENANT, {"scp": "files.write"}, R.INSUFFICIENT_SCOPE),
])
def test_provider_08_entra_tenants_one_claim_changed(recipes, tenant, changes, result):
    gate(recipes, "entra_tenants").refuses(of_tenant(tenant, **changes), result)


def test_provider_08_entra_tid_and_issuer_have_to_agree(recipes):
    several = gate(recipes, "entra_tenants")
    several.refuses(V2.token(tid=OTHER_TENANT), R.ISSUER_MISMATCH, "tid")
    several.refuses(V2.token(without=["tid"]), R.ISSUER_MISMATCH, "tid")


def test_provider_08_entra_a_key_for_one_tenant_is_none_for_another(recipes):
    key = {**V2.published, "issuer": f"https://login.microsoftonline.com/{OTHER_TENANT}/v2.0"}
    shape = Shape(V2.header, V2.claims, V2.key, key)
    several = Gate(recipes.verifier("entra_tenants", shape), of_tenant(OTHER_TENANT))
    several.refuses(of_tenant(TENANT), R.ISSUER_MISMATCH, "is for the issuer")


def test_provider_05_entra_version_1_token_where_version_2_is_configured(recipes):
    """What nearly everybody meets first: the message says that it is a setting of the application's."""
    outcome = gate(recipes).refuses(V1.token(), R.ISSUER_MISMATCH, "version 1 token")
    assert "requestedAccessTokenVersion" in outcome.message


def test_provider_09_entra_keys_without_alg(recipes):
    """The algorithm follows from the key's type, not from the token's wish."""
    assert "alg" not in V2.jwk()
    entra = gate(recipes)
    entra.accepts(V2.token(header={"alg": "PS512"}))
    head = b64(compact({**V2.header, "alg": "ES256"}))
    entra.refuses(head + V2.token()[V2.token().index(b"."):], R.ALGORITHM_NOT_ALLOWED, "another algorithm")


@pytest.mark.parametrize("typ", ["JWT", None, "jwt", "at+jwt", "application/at+jwt"])
def test_provider_11_entra_typ_is_jwt_or_absent(recipes, typ):
    header = dict(V2.header) if typ is None else {**V2.header, "typ": typ}
    if typ is None:
        del header["typ"]
    token = Shape(header, V2.claims, V2.key, V2.published).token()
    gate(recipes).accepts(token)


@pytest.mark.parametrize("typ", ["logout+jwt", "dpop+jwt", "secevent+jwt", "id+jwt"])
def test_provider_11_other_types_are_refused(recipes, typ):
    gate(recipes).refuses(V2.token(header={"typ": typ}), R.TOKEN_TYPE, typ)


def graph_token(issuer):
    """Graph hashes the header's nonce before it signs, so the signature fits for nobody else."""
    genuine = V2.token(aud="00000003-0000-0000-c000-000000000000", iss=issuer, scp="User.Read")
    shown = V2.token(header={"nonce": "0iQ1vZP9F0BKDjlC"}, aud="00000003-0000-0000-c000-000000000000", iss=issuer,
                     scp="User.Read")
    return shown[:shown.rindex(b".")] + genuine[genuine.rindex(b"."):]


@pytest.mark.parametrize("issuer,result", [(V2.claims["iss"], R.SIGNATURE_INVALID),
                                           (V1.claims["iss"], R.ISSUER_MISMATCH)])
def test_provider_10_graph_token_is_recognised_and_explained(recipes, issuer, result):
    outcome = gate(recipes).refuses(graph_token(issuer), result, "Microsoft Graph")
    assert "Have clients request a scope of this API" in outcome.message
    assert "requestedAccessTokenVersion" not in outcome.message

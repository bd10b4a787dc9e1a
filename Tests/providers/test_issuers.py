"""Where an issuer's metadata and keys come from, over HTTP: as providers serve them, wrongly configured, and gone."""
import pytest

from encoding import compact
from endpoint import endpoint
from keys import P256, ec_key, secret
from mcpauth_abi import Config, R, SetterFailed
from private_network import private_provider, proxy
from shape import NOW, RESOURCE, Shape
from tokens import claims, signed

OIDC = "/.well-known/openid-configuration"
OAUTH = "/.well-known/oauth-authorization-server"


@pytest.fixture
def server():
    with endpoint() as here:
        here.answers["/jwks"] = (200, {"keys": [P256.jwk()]})
        yield here


def configured(issuer, **settings):
    """None for a value: the setter has none."""
    config = Config(RESOURCE.encode()).clock(lambda: NOW)
    added = config.issuer(issuer.encode()).set("allow_http_on_loopback")
    for setter, value in settings.items():
        added.set(setter, *([] if value is None else [value.encode()]))
    return config


def token(issuer, key=P256, **changes):
    return signed(key, "ES256", payload=claims(iss=issuer, aud=RESOURCE, **changes))


@pytest.mark.parametrize("path,well_known", [
    ("", OAUTH), ("", OIDC), ("/realms/mcp", OAUTH + "/realms/mcp"), ("/realms/mcp", OIDC + "/realms/mcp"),
    ("/realms/mcp", "/realms/mcp" + OIDC), ("/application/o/mcp/", "/application/o/mcp" + OIDC),
])
def test_provider_48_metadata_where_each_kind_of_provider_serves_it(server, path, well_known):
    issuer = server.url + path
    server.answers[well_known] = (200, {"issuer": issuer, "jwks_uri": server.url + "/jwks"})
    assert configured(issuer).verifier().verify(token(issuer)).result == R.OK


@pytest.mark.parametrize("named,saying", [
    ("https://auth.example.com", "not the configured"), ("{}/", "only a trailing / differs"), (None, "names no issuer"),
    (7, "is not a string"),
])
def test_provider_48_metadata_of_another_issuer(server, named, saying):
    """Atlassian, PagerDuty, Meta: 500, as no client can fix it, and both names in the message."""
    issuer = server.url + "/tenant"
    named = named.format(issuer) if isinstance(named, str) else named
    metadata = {"jwks_uri": server.url + "/jwks"} | ({} if named is None else {"issuer": named})
    server.answers[OAUTH + "/tenant"] = (200, metadata)
    outcome = configured(issuer).verifier().authorize(b"Bearer " + token(issuer))
    assert (outcome.result, outcome.status) == (R.METADATA_INVALID, 500), outcome.message
    assert saying in outcome.message and issuer in outcome.message


def test_provider_48_the_key_sets_url_makes_the_metadata_unnecessary(server):
    issuer = server.url + "/tenant"
    server.answers[OAUTH + "/tenant"] = (200, {"issuer": "https://auth.example.com"})
    assert configured(issuer, set_jwks_uri=server.url + "/jwks").verifier().verify(token(issuer)).result == R.OK
    assert server.count("/jwks") == len(server.asked) == 1


@pytest.mark.parametrize("configured_slash,named_slash", [("", "/"), ("/", "")])
def test_provider_48_a_slash_between_tokens_and_metadata(server, configured_slash, named_slash):
    """Refused as it stands; forgiven where the issuer's slash does not count."""
    issuer, named = server.url + "/tenant" + configured_slash, server.url + "/tenant" + named_slash
    server.answers["/tenant" + OIDC] = (200, {"issuer": named, "jwks_uri": server.url + "/jwks"})
    refused = configured(issuer).verifier().verify(token(issuer))
    assert refused.result == R.METADATA_INVALID and "mcpauth_issuer_ignore_trailing_slash" in refused.message
    opted = configured(issuer, ignore_trailing_slash=None).verifier()
    assert opted.verify(token(issuer)).result == opted.verify(token(named)).result == R.OK
    assert opted.verify(token(named + "x")).result == R.ISSUER_MISMATCH


def test_provider_48_metadata_under_another_name_by_an_explicit_call(server):
    issuer, named = server.url + "/tenant", "https://auth.example.com"
    server.answers[OAUTH + "/tenant"] = (200, {"issuer": named, "jwks_uri": server.url + "/jwks"})
    opted = configured(issuer, set_metadata_issuer=named).verifier()
    assert opted.verify(token(issuer)).result == R.OK
    assert opted.verify(token(named)).result == R.ISSUER_MISMATCH, "of the metadata it is the name, of tokens it is not"
    other = configured(issuer, set_metadata_issuer="https://other.example.com").verifier().verify(token(issuer))
    assert other.result == R.METADATA_INVALID


def test_provider_12_adfs_metadata_names_another_issuer_for_access_tokens(server):
    """AD FS by discovery: access_token_issuer is the issuer here, and the metadata's own is said separately."""
    issuer, named = "http://adfs.example.com/adfs/services/trust", "https://adfs.example.com/adfs"
    server.answers["/adfs" + OIDC] = (200, {"issuer": named, "access_token_issuer": issuer, "jwks_uri": server.url + "/jwks"})
    adfs = configured(issuer, set_metadata_url=server.url + "/adfs" + OIDC, set_metadata_issuer=named).verifier()
    assert adfs.verify(token(issuer)).result == R.OK
    assert adfs.verify(token(named)).result == R.ISSUER_MISMATCH


def test_provider_48_metadata_without_keys(server):
    server.answers[OIDC] = (200, {"issuer": server.url})
    outcome = configured(server.url).verifier().authorize(b"Bearer " + token(server.url))
    assert (outcome.result, outcome.status) == (R.JWKS_URI_MISSING, 500)
    assert "mcpauth_issuer_set_jwks_uri" in outcome.message


def test_provider_20_public_issuer_and_internal_keys(server):
    """Tokens name the provider's public URL; from in here only another one can be reached."""
    public = "https://login.example.com"
    verifier = configured(public, set_jwks_uri=server.url + "/jwks").verifier()
    assert verifier.verify(token(public)).result == R.OK
    assert verifier.verify(token(server.url)).result == R.ISSUER_MISMATCH
    assert [path for _, path, _, _ in server.asked] == ["/jwks"]


def test_provider_20_public_issuer_and_internal_metadata(server):
    public = "https://login.example.com"
    server.answers["/internal"] = (200, {"issuer": public, "jwks_uri": server.url + "/jwks"})
    verifier = configured(public, set_metadata_url=server.url + "/internal").verifier()
    assert verifier.verify(token(public)).result == R.OK
    assert [path for _, path, _, _ in server.asked] == ["/internal", "/jwks"]


def test_provider_20_public_issuer_and_keys_in_a_file(tmp_path):
    (tmp_path / "jwks.json").write_bytes(compact({"keys": [P256.jwk()]}))
    config = Config(RESOURCE.encode()).clock(lambda: NOW)
    config.issuer(b"https://login.example.com").set("set_jwks_file", str(tmp_path / "jwks.json").encode())
    assert config.verifier().verify(token("https://login.example.com")).result == R.OK


def test_provider_20_public_issuer_and_keys_at_hand():
    config = Config(RESOURCE.encode()).clock(lambda: NOW)
    config.issuer(b"https://login.example.com").jwks(compact({"keys": [P256.jwk()]}))
    verifier = config.verifier()
    assert verifier.verify(token("https://login.example.com")).result == R.OK
    assert verifier.verify(token("http://keycloak:8080")).result == R.ISSUER_MISMATCH


def test_provider_23_a_rotated_key_is_found_without_a_restart(server):
    verifier = configured(server.url, set_jwks_uri=server.url + "/jwks").verifier()
    assert verifier.verify(token(server.url)).result == R.OK
    new = ec_key("rotated")
    server.answers["/jwks"] = (200, {"keys": [new.jwk(), P256.jwk()]})
    assert verifier.verify(token(server.url, new)).result == R.OK
    assert verifier.verify(token(server.url)).result == R.OK
    assert server.count("/jwks") == 2


def test_provider_23_unknown_kids_do_not_become_fetches(server):
    verifier = configured(server.url, set_jwks_uri=server.url + "/jwks").verifier()
    unknown = [verifier.verify(token(server.url, ec_key(f"unknown {number}"))).result for number in range(20)]
    assert unknown == [R.KEY_NOT_FOUND] + [R.KEYS_UNAVAILABLE] * 19, "whether the others exist is not known"
    assert verifier.verify(token(server.url)).result == R.OK
    assert server.count("/jwks") <= 2


def test_provider_24_keys_are_fetched_once_for_many_tokens(server):
    verifier = configured(server.url, set_jwks_uri=server.url + "/jwks").verifier()
    results = {verifier.verify(token(server.url, jti=str(number))).result for number in range(50)}
    assert results == {R.OK} and server.count("/jwks") == 1


@pytest.mark.parametrize("status,answer", [(500, b""), (503, b""), (404, b""), (200, b"<html>"), (200, {"keys": []}),
                                           (302, b"")])
def test_provider_25_an_outage_logs_nobody_out(server, status, answer):
    server.answers["/jwks"] = (status, answer)
    outcome = configured(server.url, set_jwks_uri=server.url + "/jwks").verifier().authorize(
        b"Bearer " + token(server.url))
    assert (outcome.result, outcome.status) == (R.KEYS_UNAVAILABLE, 503), outcome.message
    assert outcome.headers["Retry-After"].isdigit() and b'"error":"server_error"' in outcome.body


def test_provider_25_good_keys_outlive_an_outage(server):
    verifier = configured(server.url, set_jwks_uri=server.url + "/jwks").verifier()
    assert verifier.verify(token(server.url)).result == R.OK
    server.answers["/jwks"] = (500, b"")
    rotated = verifier.authorize(b"Bearer " + token(server.url, ec_key("rotated during the outage")))
    assert (rotated.result, rotated.status) == (R.KEYS_UNAVAILABLE, 503), "not 401: the key may well be good"
    assert verifier.verify(token(server.url)).result == R.OK


def test_provider_26_whatever_a_client_sends_is_its_own_fault(server):
    """500 stops clients from logging in again; only 401 makes them."""
    verifier = configured(server.url, set_jwks_uri=server.url + "/jwks").verifier()
    assert verifier.verify(token(server.url)).result == R.OK
    good = token(server.url)
    for sent in (b"x", b"..", b"a.b.c", b"." * 3000, b"=", good[:-1], good + b"A", good.swapcase(), b"e30.e30.e30",
                 b"bnVsbA.bnVsbA.bnVsbA", good.replace(b".", b".."), b"A" * 20000):
        outcome = verifier.authorize(b"Bearer " + sent)
        assert outcome.status in (400, 401), (sent[:40], outcome.message)


def test_provider_27_authentik_without_signing_key_publishes_no_keys(server):
    """Its tokens are refused by what they are, a 401, and no key set is waited for."""
    server.answers["/jwks"] = (200, {})
    verifier = configured(server.url, set_jwks_uri=server.url + "/jwks").verifier()
    by_secret = Shape({"alg": "HS256", "typ": "JWT"}, claims(iss=server.url, aud=RESOURCE), secret("client secret"))
    outcome = verifier.authorize(b"Bearer " + by_secret.token())
    assert (outcome.result, outcome.status) == (R.ALGORITHM_NOT_ALLOWED, 401)
    assert "choose a signing key at the provider" in outcome.message and server.asked == []
    assert verifier.verify(token(server.url)).result == R.KEYS_UNAVAILABLE


@pytest.fixture
def private(tmp_path, monkeypatch):
    """(URL, the authority's file) of a provider whose certificate the system does not trust."""
    for name in ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with private_provider(tmp_path, {"/jwks": compact({"keys": [P256.jwk()]})}) as provider:
        yield provider


def test_provider_21_a_private_authority_is_trusted_when_it_is_named(private):
    url, authority = private
    untrusted = configured(url, set_jwks_uri=url + "/jwks").verifier().authorize(b"Bearer " + token(url))
    assert (untrusted.result, untrusted.status) == (R.KEYS_UNAVAILABLE, 503)
    assert "certificate" in untrusted.message and "mcpauth_issuer_set_ca_file" in untrusted.message
    trusted = configured(url, set_jwks_uri=url + "/jwks", set_ca_file=authority).verifier()
    assert trusted.verify(token(url)).result == R.OK


def test_provider_21_a_private_authority_vouches_for_names_and_not_for_everything(private):
    """The right authority and another name than the certificate's."""
    url, authority = private
    elsewhere = url.replace("127.0.0.1", "localhost")
    outcome = configured(url, set_jwks_uri=elsewhere + "/jwks", set_ca_file=authority).verifier().verify(token(url))
    assert outcome.result == R.KEYS_UNAVAILABLE


def test_provider_21_through_a_proxy(private):
    url, authority = private
    with proxy() as (through, asked):
        settings = {"set_jwks_uri": url + "/jwks", "set_ca_file": authority}
        assert configured(url, **settings, set_proxy=through).verifier().verify(token(url)).result == R.OK
        assert asked == [url.removeprefix("https://")]
        assert configured(url, **settings, set_proxy="").verifier().verify(token(url)).result == R.OK
        assert len(asked) == 1


def test_provider_21_the_host_fetches_in_its_own_way():
    asked = []

    def fetch(request, answer):
        asked.append((request["url"], request["accept"]))
        documents = {b"https://login.example.com/.well-known/oauth-authorization-server": {
            "issuer": "https://login.example.com", "jwks_uri": "https://keys.example.com/jwks"},
            b"https://keys.example.com/jwks": {"keys": [P256.jwk()]}}
        answer.status(200 if request["url"] in documents else 404)
        answer.body(compact(documents.get(request["url"], {})))
        return R.OK

    config = Config(RESOURCE.encode()).clock(lambda: NOW)
    config.issuer(b"https://login.example.com")
    verifier = config.fetch(fetch).verifier()
    assert verifier.verify(token("https://login.example.com")).result == R.OK
    assert [url for url, _ in asked][-1] == b"https://keys.example.com/jwks"
    assert all(b"json" in accept for _, accept in asked)


def test_provider_21_a_host_that_cannot_fetch_is_an_outage():
    config = Config(RESOURCE.encode()).clock(lambda: NOW)
    config.issuer(b"https://login.example.com").set("set_jwks_uri", b"https://keys.example.com/jwks")
    outcome = config.fetch(lambda request, answer: R.CALLBACK_FAILED).verifier().authorize(
        b"Bearer " + token("https://login.example.com"))
    assert (outcome.result, outcome.status) == (R.KEYS_UNAVAILABLE, 503)


@pytest.mark.parametrize("uri", ["http://keys.example.com/jwks", "ftp://keys.example.com/jwks", "keys", ""])
def test_provider_21_keys_come_over_https(uri):
    with pytest.raises(SetterFailed) as failed:
        configured("https://login.example.com", set_jwks_uri=uri).verifier()
    assert failed.value.result in (R.INVALID_ARGUMENT, R.INVALID_CONFIG)

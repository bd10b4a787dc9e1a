"""A26 and T7 of an issuer that rotates its keys: nobody is logged out by a stranger's token, nor by a second rotation."""
import json

import pytest

from encoding import compact
from endpoint import endpoint
from keys import P256, ec_key
from mcpauth_abi import R
from test_issuers import OAUTH, OIDC, configured, token

K1, K2, K3 = (ec_key(name) for name in ("first", "second", "third"))


@pytest.fixture
def server():
    with endpoint() as here:
        yield here


def publish(server, *keys):
    server.answers["/jwks"] = (200, {"keys": [key.jwk() for key in keys]})


def asked(server, verifier, key):
    outcome = verifier.authorize(b"Bearer " + token(server.url, key))
    if outcome.status == 503:
        assert outcome.result == R.KEYS_UNAVAILABLE and int(outcome.headers["Retry-After"]) > 0
    return outcome


def started(server, *keys, **settings):
    publish(server, *keys)
    verifier = configured(server.url, set_jwks_uri=server.url + "/jwks", **settings).verifier()
    assert asked(server, verifier, keys[-1]).result == R.OK
    return verifier


def test_provider_23_two_rotations_within_the_cooldown(server):
    """A fetch that brought a new key is no reason to wait with the next."""
    verifier = started(server, K1)
    publish(server, K1, K2)
    assert asked(server, verifier, K2).result == R.OK
    publish(server, K2, K3)
    assert asked(server, verifier, K3).result == R.OK
    assert server.count("/jwks") == 3


def test_provider_23_a_strangers_kid_just_before_a_rotation_logs_nobody_out(server):
    """Anybody can send one. Until the keys may be fetched again the answer is to come back, and not to log in."""
    verifier = started(server, K1)
    assert asked(server, verifier, ec_key("stranger")).result == R.KEY_NOT_FOUND, "the keys were fetched for it: there is none"
    publish(server, K1, K2)
    withheld = asked(server, verifier, K2)
    assert withheld.status == 503 and "30 s" in withheld.message and "second" in withheld.message
    assert asked(server, verifier, ec_key("stranger")).status == 503
    assert asked(server, verifier, K1).result == R.OK
    assert server.count("/jwks") == 2


def test_provider_23_a_stranger_causes_one_more_fetch_for_each_rotation(server):
    verifier = started(server, K1)
    publish(server, K1, K2)
    strangers = [asked(server, verifier, ec_key(f"stranger {number}")).status for number in range(20)]
    assert strangers[0] == 401 and set(strangers) == {401, 503}
    assert server.count("/jwks") <= 3, "the first brought a new key, so one more is allowed, and no third"
    assert asked(server, verifier, K2).result == R.OK


def test_provider_23_a_withdrawn_key_is_a_401_for_everybody_at_once(server):
    """Its clients have to log in again. That it was withdrawn is known: nothing has to be fetched to say so."""
    verifier = started(server, K1)
    publish(server, K2)
    assert asked(server, verifier, K2).result == R.OK
    assert [asked(server, verifier, K1).result for _ in range(20)] == [R.KEY_NOT_FOUND] * 20
    assert "withdrawn" in asked(server, verifier, K1).message


def test_provider_23_a_key_that_is_published_and_not_usable_is_a_401_at_once(server):
    publish(server, K1)
    server.answers["/jwks"] = (200, {"keys": [K1.jwk(), K2.jwk(use="enc")]})
    verifier = configured(server.url, set_jwks_uri=server.url + "/jwks").verifier()
    assert asked(server, verifier, K1).result == R.OK
    results = [asked(server, verifier, K2) for _ in range(5)]
    assert [outcome.result for outcome in results] == [R.KEY_NOT_FOUND] * 5
    assert all("cannot be used" in outcome.message for outcome in results)


# ---- what the metadata says of the issuer's own name ------------------------------------------------------------------


def published(verifier):
    _, _, document = verifier.well_known(b"GET", b"/.well-known/oauth-protected-resource/mcp")
    return json.loads(document)["authorization_servers"]


@pytest.mark.parametrize("configured_slash,named_slash", [("", "/"), ("/", "")])
def test_provider_40_authorization_servers_is_spelled_as_the_metadata_spells_it(server, configured_slash, named_slash):
    """Clients compare it byte for byte with the issuer that the metadata names, and stop where a slash differs."""
    issuer, named = server.url + "/tenant" + configured_slash, server.url + "/tenant" + named_slash
    server.answers["/tenant" + OIDC] = (200, {"issuer": named, "jwks_uri": server.url + "/jwks"})
    publish(server, P256)
    verifier = configured(issuer, ignore_trailing_slash=None).verifier()
    assert published(verifier) == [issuer], "nobody asked yet"
    assert verifier.verify(token(issuer)).result == R.OK
    assert published(verifier) == [named]


def test_provider_12_authorization_servers_is_the_metadatas_name_where_that_is_another(server):
    issuer, named = "http://adfs.example.com/adfs/services/trust", "https://adfs.example.com/adfs"
    server.answers["/adfs" + OIDC] = (200, {"issuer": named, "jwks_uri": server.url + "/jwks"})
    publish(server, P256)
    adfs = configured(issuer, set_metadata_url=server.url + "/adfs" + OIDC, set_metadata_issuer=named).verifier()
    assert published(adfs) == [issuer]
    assert adfs.verify(token(issuer)).result == R.OK
    assert published(adfs) == [named]


@pytest.mark.parametrize("named", ["https://login.example.com/{tenantid}/v2.0", "http://keycloak:8080/realms/mcp", "mcp"])
def test_provider_20_a_name_that_no_client_can_use_is_not_published(server, named):
    """A template, or the name of a machine inside: what was configured is the better word for it."""
    issuer = server.url + "/tenant"
    server.answers[OAUTH + "/tenant"] = (200, {"issuer": named, "jwks_uri": server.url + "/jwks"})
    publish(server, P256)
    verifier = configured(issuer, set_metadata_issuer=named).verifier()
    assert verifier.verify(token(issuer)).result == R.OK
    assert published(verifier) == [issuer]


def test_provider_48_an_issuer_that_is_named_as_configured_stays(server):
    server.answers[OIDC] = (200, {"issuer": server.url, "jwks_uri": server.url + "/jwks"})
    publish(server, P256)
    verifier = configured(server.url).verifier()
    before = verifier.well_known(b"GET", b"/.well-known/oauth-protected-resource/mcp")
    assert verifier.verify(token(server.url)).result == R.OK
    assert verifier.well_known(b"GET", b"/.well-known/oauth-protected-resource/mcp") == before
    assert compact(published(verifier)) == compact([server.url])

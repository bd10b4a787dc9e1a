"""DNS rebinding (attack A52): a page of evil.example.com makes the user's browser reach a server on this machine. Its Origin, and
its name as Host, are refused; those of the server itself, and of pages on this machine, are not."""

import pytest

from tables import rows
from target import NEWEST, headers_of, initialize, let_in, message, probe
from walk import send

EVIL = "evil.example.com"
# Those that can be sent through an HTTP client; PORT is the server's own.
HOSTS, ORIGINS = ([row for row in rows("origins", part) if row.get("http", True)] for part in ("hosts", "origins"))
OWN_HOSTS = [row["value"] for row in HOSTS if row["loopback"]]
OTHER_HOSTS = [row["value"] for row in HOSTS if not row["loopback"]]
OWN_ORIGINS = [row["value"] for row in ORIGINS if row["loopback"]]
OTHER_ORIGINS = [row["value"] for row in ORIGINS if not row["loopback"]]
PUBLIC_ORIGINS = [(row["value"], row["public"]) for row in ORIGINS]
PROBES = {"discover": probe(NEWEST), "initialize": initialize("2025-11-25")}


def with_field(target, body, token, *fields):
    """Host and Origin go first, as browsers send them."""
    repeated = [(name, value.replace("PORT", target.port)) for name, value in fields]
    return target.send(body, token, [*repeated, *headers_of(body)])


def refused(answer):
    """No page and no client takes it for a question of scopes, or reads it."""
    return (answer.status == 403 and "www-authenticate" not in answer.headers and not answer.json.get("id")
            and answer.headers.get("access-control-allow-origin", "") == "")


@pytest.mark.parametrize("body", PROBES.values(), ids=PROBES.keys())
@pytest.mark.parametrize("host", OWN_HOSTS)
def test_A52_own_hosts_are_let_in(target, host, body):
    assert with_field(target, body, target.token(), ("Host", host)).status == 200
    assert with_field(target, body, None, ("Host", host)).status == 401


@pytest.mark.parametrize("token", ["good", None], ids=["with a token", "without"])
@pytest.mark.parametrize("host", OTHER_HOSTS)
def test_A52_other_hosts_are_refused(target, host, token):
    for body in PROBES.values():
        answer = with_field(target, body, token and target.token(), ("Host", host))
        # What is no host at all, the HTTP server may refuse itself.
        assert refused(answer) or (answer.status == 400 and "@" in host), answer.text


@pytest.mark.parametrize("hosts", [("127.0.0.1:PORT", EVIL), (EVIL, "127.0.0.1:PORT")])
def test_A52_two_hosts_are_refused(target, hosts):
    answer = with_field(target, probe(NEWEST), target.token(), *(("Host", host) for host in hosts))
    assert answer.status in (400, 403)


@pytest.mark.parametrize("body", PROBES.values(), ids=PROBES.keys())
@pytest.mark.parametrize("origin", [*OWN_ORIGINS, None])
def test_A52_own_origins_are_let_in(target, origin, body):
    fields = [("Origin", origin)] if origin else []  # only browsers send one
    assert with_field(target, body, target.token(), *fields).status == 200
    assert with_field(target, body, None, *fields).status == 401


@pytest.mark.parametrize("token", ["good", "expired", None], ids=["with a token", "with an expired one", "without"])
@pytest.mark.parametrize("origin", OTHER_ORIGINS)
def test_A52_other_origins_are_refused(target, origin, token):
    for body in PROBES.values():
        assert refused(with_field(target, body, token and target.token(token), ("Origin", origin)))


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_A52_whatever_the_method(target, method):
    assert refused(target.send(None, target.token(), [("Origin", f"http://{EVIL}")], method))


@pytest.mark.parametrize("origins", [("http://127.0.0.1:PORT", f"http://{EVIL}"), (f"http://{EVIL}", "http://127.0.0.1:PORT")])
def test_A52_two_origins_are_refused(target, origins):
    answer = with_field(target, probe(NEWEST), target.token(), *(("Origin", origin) for origin in origins))
    assert answer.status in (400, 403)


@pytest.mark.parametrize("origin,allowed", PUBLIC_ORIGINS)
def test_A52_behind_a_gateway_the_public_origin_counts(public, origin, allowed):
    answer = with_field(public, probe(NEWEST), public.token(), ("Host", "mcp.example.com"), ("Origin", origin))
    assert answer.status == 200 if allowed else refused(answer)


# ---- browsers' own questions (CORS) ----------------------------------------------------------------------------------

NEEDED = {"authorization", "content-type", "mcp-protocol-version", "mcp-method", "mcp-name"}


def preflight(target, origin, path="/mcp"):
    return send(target.origin, "OPTIONS", path, headers=[
        ("Origin", origin.replace("PORT", target.port)), ("Access-Control-Request-Method", "POST"),
        ("Access-Control-Request-Headers", ",".join(sorted(NEEDED)))])


@pytest.mark.parametrize("origin", ["http://127.0.0.1:PORT", "http://localhost:5173"])
def test_a_page_on_this_machine_may_call(target, origin):
    """Without a token: a browser sends none with its question."""
    answer = preflight(target, origin)
    assert answer.status in (200, 204)
    assert answer.headers["access-control-allow-origin"] in (origin.replace("PORT", target.port), "*")
    assert {name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")} >= NEEDED
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", [f"http://{EVIL}", "null"])
def test_A52_another_page_is_granted_nothing(target, origin):
    answer = preflight(target, origin)
    assert "access-control-allow-origin" not in answer.headers and answer.status < 500


@pytest.mark.parametrize("token,status", [("good", 200), (None, 401)])
def test_a_page_on_this_machine_can_read_the_answer(target, token, status):
    answer = with_field(target, probe(NEWEST), token and target.token(), ("Origin", "http://localhost:5173"))
    assert answer.status == status and answer.headers["access-control-allow-origin"] in ("http://localhost:5173", "*")


def test_every_page_may_read_the_metadata(target):
    place = "/.well-known/oauth-protected-resource/mcp"
    answer = send(target.origin, "GET", place, headers=[("Origin", f"http://{EVIL}")])
    assert answer.status == 200 and answer.headers["access-control-allow-origin"] == "*"


def test_the_control_of_all_this(target):
    assert let_in(target.send(message("tools/list"), target.token()))

"""check_issuer, the operator's tool: what it says about good, bad, hostile and absent authorization servers."""
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from issuer import Issuer
from odd_servers import answering
from program import EXAMPLES

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "Tests/providers"))
from private_network import private_provider, proxy  # noqa: E402

WORKS, WORKS_NOT, WRONG, UNREACHABLE = range(4)
PRINTABLE = re.compile(r"[ -~\n]*")


def check(*arguments):
    """Exit status, standard output, standard error; both are plain text whatever the other side sent."""
    result = subprocess.run([EXAMPLES / "check_issuer", *arguments], capture_output=True, timeout=300)
    out, err = result.stdout.decode(), result.stderr.decode()
    assert PRINTABLE.fullmatch(out) and PRINTABLE.fullmatch(err)
    return result.returncode, out, err


def check_json(*arguments):
    status, out, err = check("--json", *arguments)
    assert err == ""
    report = json.loads(out)
    assert report["verdict"] == ["works", "works_not", None, "unreachable"][status]
    return status, report


class Changed(Issuer):
    """An issuer that has all that clients may ask for, with one thing in its metadata or keys changed; None removes a
    member."""

    ALL = {"client_id_metadata_document_supported": True, "authorization_response_iss_parameter_supported": True,
           "grant_types_supported": ["authorization_code", "refresh_token"], "scopes_supported": ["mcp:use", "offline_access"]}

    def __init__(self, keys=None, **members):
        super().__init__()
        self.changed_keys, self.members = keys, members

    def metadata(self):
        return {name: value for name, value in (super().metadata() | self.ALL | self.members).items() if value is not None}

    def jwks(self):
        return super().jwks() if self.changed_keys is None else self.changed_keys(super().jwks()["keys"])


def test_a_good_one():
    with Changed() as issuer:
        check_a_good_one(issuer)


def check_a_good_one(issuer):
    status, out, err = check("--http-loopback", issuer.url)
    assert (status, err) == (WORKS, "")
    assert out.startswith(f"{issuer.url}: works with MCP.\n") and "ERROR" not in out and "WARNING" not in out
    for line in (f"metadata: {issuer.url}/.well-known/oauth-authorization-server", f"keys: {issuer.url}/jwks",
                 "usable keys: 2", "code_challenge_methods_supported: \"S256\"",
                 "scopes_supported: \"mcp:use\", \"offline_access\""):
        assert f"  {line}\n" in out
    status, report = check_json("--http-loopback", issuer.url)
    assert status == WORKS and report["findings"] == [] and report["usable_keys"] == 2
    assert report["metadata"]["token_endpoint"] == f"{issuer.url}/token"


FAULTS = {
    "issuer_mismatch": {"issuer": "https://other.example.com"},
    "missing_jwks_uri": {"jwks_uri": None},
    "code_response_type_not_supported": {"response_types_supported": ["token"]},
    "authorization_code_grant_not_supported": {"grant_types_supported": ["implicit"]},
    "pkce_not_supported": {"code_challenge_methods_supported": None},
    "s256_code_challenge_method_not_supported": {"code_challenge_methods_supported": ["plain"]},
    "invalid_server_metadata": {"token_endpoint": None},
}


@pytest.mark.parametrize("code", FAULTS)
def test_each_fault_is_named_and_explained(code):
    with Changed(**FAULTS[code]) as issuer:
        status, report = check_json("--http-loopback", issuer.url)
        assert status == WORKS_NOT
        [finding] = report["findings"]
        assert (finding["severity"], finding["code"]) == ("error", code)
        assert all(len(finding[part]) > 20 for part in ("message", "meaning", "fix"))
        status, out, _ = check("--http-loopback", issuer.url)
        assert status == WORKS_NOT and f"ERROR   {code}\n" in out
        assert "Means: " in out and "To do: " in out
        assert re.search(r" does not work with MCP\.$", out.splitlines()[0])


def test_warnings_do_not_make_it_fail():
    weak = {"kty": "RSA", "kid": "weak", "n": "AQAB", "e": "AQAB"}
    with Changed(client_id_metadata_document_supported=None, keys=lambda keys: {"keys": keys + [weak]}) as issuer:
        status, report = check_json("--http-loopback", issuer.url)
    assert status == WORKS and report["usable_keys"] == 2
    assert [(finding["severity"], finding["code"]) for finding in report["findings"]] == [
        ("warning", "client_id_metadata_document_not_supported"), ("warning", "unusable_key")]
    assert "weak" in report["findings"][1]["message"]


WARNINGS = {
    "client_id_metadata_document_not_supported": {"client_id_metadata_document_supported": False},
    "public_clients_not_supported": {"token_endpoint_auth_methods_supported": None},
    "authorization_response_iss_not_supported": {"authorization_response_iss_parameter_supported": None},
    "refresh_token_not_supported": {"grant_types_supported": ["authorization_code"]},
    "offline_access_not_supported": {"scopes_supported": ["mcp:use"]},
}


@pytest.mark.parametrize("code", WARNINGS)
def test_what_newer_clients_ask_for_is_a_warning(code):
    with Changed(**WARNINGS[code]) as issuer:
        status, report = check_json("--http-loopback", issuer.url)
    [finding] = report["findings"]
    assert (status, finding["severity"], finding["code"]) == (WORKS, "warning", code)
    assert all(len(finding[part]) > 20 for part in ("message", "meaning", "fix"))


@pytest.mark.parametrize("members", [
    {"registration_endpoint": None}, {"grant_types_supported": None}, {"scopes_supported": None},
    {"token_endpoint_auth_methods_supported": ["client_secret_basic", "none"]},
], ids=str)
def test_what_clients_do_without_is_no_finding(members):
    """Dynamic registration above all: clients of 2026 do not use it."""
    with Changed(**members) as issuer:
        status, report = check_json("--http-loopback", issuer.url)
    assert status == WORKS and report["findings"] == []


def test_opaque_tokens_are_to_be_introspected():
    with Changed(jwks_uri=None, introspection_endpoint="https://as.example.com/introspect",
                 revocation_endpoint="https://as.example.com/revoke") as issuer:
        status, report = check_json("--http-loopback", issuer.url)
        out = check("--http-loopback", issuer.url)[1]
    [finding] = report["findings"]
    assert (status, finding["code"]) == (WORKS, "opaque_tokens") and "introspect" in finding["message"]
    assert report["metadata"]["revocation_endpoint"] == "https://as.example.com/revoke"
    assert "  introspection_endpoint: https://as.example.com/introspect\n" in out
    assert "  revocation_endpoint: https://as.example.com/revoke\n" in out


def test_discovery_goes_on_where_a_verifier_would():
    """The first place has another issuer's metadata, the second the right one."""
    class Two(Changed):
        def handler(self):
            class Handler(super().handler()):
                def answer(handler, document):
                    if handler.path == "/.well-known/openid-configuration":
                        return super(Handler, handler).answer(self.metadata)
                    if handler.path == "/.well-known/oauth-authorization-server":
                        return super(Handler, handler).answer(lambda: self.metadata() | {"issuer": "https://other.example"})
                    return super(Handler, handler).answer(document)
            return Handler

    with Two() as issuer:
        status, report = check_json("--http-loopback", issuer.url)
        assert status == WORKS and report["findings"] == []
        assert report["metadata_url"] == f"{issuer.url}/.well-known/openid-configuration"
        assert report["metadata"]["issuer"] == issuer.url


def test_a_list_is_read_in_one_way_only():
    with Changed(scopes_supported=["a b", "c", 'd", "e', "offline_access"]) as issuer:
        out = check("--http-loopback", issuer.url)[1]
    assert '  scopes_supported: "a b", "c", "d\\x22, \\x22e", "offline_access"\n' in out


# ---- three outcomes, never mixed --------------------------------------------------------------------------------------


def test_an_absent_one_is_unreachable(dead_url):
    status, out, _ = check("--http-loopback", dead_url)
    assert status == UNREACHABLE and "cannot be reached now" in out and "fetch_server_config_error" in out
    assert "does not work" not in out


def test_absent_keys_are_unreachable(dead_url):
    with Changed(jwks_uri=f"{dead_url}/jwks") as issuer:
        status, report = check_json("--http-loopback", issuer.url)
    assert (status, [finding["code"] for finding in report["findings"]]) == (UNREACHABLE, ["fetch_jwks_error"])
    assert report["metadata_url"] and report["usable_keys"] == 0


def test_an_error_to_mend_outweighs_an_outage(dead_url):
    with Changed(jwks_uri=f"{dead_url}/jwks", code_challenge_methods_supported=None) as issuer:
        status, report = check_json("--http-loopback", issuer.url)
    assert status == WORKS_NOT
    assert {finding["code"] for finding in report["findings"]} == {"fetch_jwks_error", "pkce_not_supported"}


def answer(status, body=b"x"):
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s" % (status, len(body), body)


@pytest.mark.parametrize("status", [b"408 Request Timeout", b"429 Too Many Requests", b"500 Internal Server Error",
                                    b"503 Service Unavailable"])
def test_an_answer_that_says_later_is_an_outage(status):
    with answering(answer(status)) as url:
        assert check("--http-loopback", url)[0] == UNREACHABLE
        with Changed(jwks_uri=f"{url}/jwks") as issuer:
            assert check("--http-loopback", issuer.url)[0] == UNREACHABLE


@pytest.mark.parametrize("status,body", [
    (b"404 Not Found", b"x"), (b"403 Forbidden", b"x"), (b"302 Found", b"x"), (b"200 OK", b"<html>log in</html>"),
    (b"200 OK", b'{"keys":[{"kty":"RSA","kid":"a"}]}'), (b"200 OK", b'{"keys":[]}'), (b"200 OK", b"{"),
])
def test_an_answer_that_somebody_has_to_mend_is_none(status, body):
    with answering(answer(status, body)) as url, Changed(jwks_uri=f"{url}/jwks") as issuer:
        status, report = check_json("--http-loopback", issuer.url)
        assert (status, [finding["code"] for finding in report["findings"]]) == (WORKS_NOT, ["fetch_jwks_error"])
        assert check("--http-loopback", url)[0] == WORKS_NOT


def test_one_that_never_answers_is_unreachable():
    with answering(None) as url:
        status, out, _ = check("--http-loopback", "--timeout", "300", "--connect-timeout", "60000", url)
    assert status == UNREACHABLE and "300 ms" in out


@pytest.mark.parametrize("arguments,hint", [
    ([], "usage:"), (["--nonsense", "https://a.example"], "usage:"), (["https://a.example", "https://b.example"], "usage:"),
    (["not a url"], "percent-encode"), (["https://a.example?b"], "query"), (["--timeout", "5", "https://a.example"], "100 to"),
    (["--timeout", "soon", "https://a.example"], "milliseconds"), (["--timeout", "-1", "https://a.example"], "milliseconds"),
    (["--ca-file", "/nonexistent", "https://a.example"], "/nonexistent"),
    (["--jwks-uri", "ftp://a.example/k", "https://a.example"], "jwks_uri"),
    (["--jwks-uri", "https://a.example/k", "--metadata-url", "https://a.example/m", "https://a.example"], "metadata"),
    (["http://127.0.0.1:9"], "--http-loopback"), (["--http-loopback", "http://192.0.2.1"], "--metadata-url"),
], ids=lambda value: str(value)[:50])
def test_a_wrong_question(arguments, hint):
    status, out, err = check(*arguments)
    assert (status, out) == (WRONG, "") and hint in err


def test_help_names_every_option():
    status, out, err = check("--help")
    source = (ROOT / "examples-c/check_issuer.c").read_text()
    options = re.findall(r'\{"([a-z-]+)", (?:no|required)_argument', source)
    assert (status, err) == (0, "") and len(options) == 11 and all(f"  --{option} " in out for option in options)


def test_a_report_that_nobody_can_read_is_no_success(issuer):
    with open("/dev/full", "w") as full:
        assert subprocess.run([EXAMPLES / "check_issuer", "--http-loopback", issuer.url], stdout=full).returncode == WRONG


# ---- where it looks ---------------------------------------------------------------------------------------------------


def test_other_places_and_other_names():
    with Changed(issuer="https://public.example.com") as internal:
        url = f"{internal.url}/.well-known/oauth-authorization-server"
        status, report = check_json("--http-loopback", "--metadata-url", url, "https://public.example.com")
        assert status == WORKS and report["metadata_url"] == url
        status, report = check_json("--http-loopback", "--metadata-issuer", "https://public.example.com", internal.url)
        assert status == WORKS and report["usable_keys"] == 2
        status, report = check_json("--http-loopback", "--jwks-uri", f"{internal.url}/jwks", "https://public.example.com")
        assert status == WORKS and report["metadata"] == {} and report["metadata_url"] == ""


def test_a_private_authority_and_a_proxy(tmp_path, issuer):
    answers = {}
    with private_provider(tmp_path, answers) as (url, authority), proxy() as (through, asked):
        metadata = {name: str(value).replace(issuer.url, url) if isinstance(value, str) else value
                    for name, value in issuer.metadata().items()}
        answers |= {"/.well-known/openid-configuration": json.dumps(metadata).encode(),
                    "/jwks": json.dumps(issuer.jwks()).encode()}
        status, out, _ = check("--proxy", "", url)
        assert status == WORKS_NOT and "certificate" in out  # nobody has to wait for that to pass
        status, report = check_json("--proxy", "", "--ca-file", authority, url)
        assert status == WORKS and report["metadata_url"] == f"{url}/.well-known/openid-configuration"
        assert asked == []
        assert check("--ca-file", authority, "--proxy", through, url)[0] == WORKS and asked


# ---- an authorization server that means harm --------------------------------------------------------------------------

EVIL = "\x1b[2J\x1b]0;owned\x07\r\nhttps://a: works with MCP.\n\x00\x7f\x9b31m\u202e"


def test_nothing_it_says_steers_the_terminal():
    """Asserted by check itself for every test; here each foreign text is hostile."""
    text = EVIL.replace("\x00", "")
    key = {"kty": "EC", "kid": text, "crv": text}
    with Changed(issuer=f"https://{text}", scopes_supported=[text] * 50, token_endpoint=text, registration_endpoint=text,
                 code_challenge_methods_supported=[text], grant_types_supported=[text],
                 keys=lambda keys: {"keys": [key] + keys}) as issuer:
        status, out, _ = check("--http-loopback", issuer.url)
        assert status == WORKS_NOT and "\\x1b[2J" in out and "and 30 more" in out
        assert not [line for line in out.splitlines() if line.startswith("https://a")]
        status, report = check_json("--http-loopback", issuer.url)
        assert report["metadata"]["scopes_supported"] == [text] * 50


@pytest.mark.parametrize("body", [
    EVIL.encode(), b"\xff\xfe\x1b[2J", b'{"issuer":"\\u0000"}', b"[" * 100_000, b'{"a":1,"a":2}', b'{"scopes_supported":{"a":[]}}',
    b'{"issuer":[1],"scopes_supported":[[],{},null,1]}', b"", b"<html>\x1b[2J</html>", b"x" * 2_000_000,
], ids=range(10))
def test_it_survives_any_document(body):
    head = b"HTTP/1.1 200 OK\r\nX-Evil: \x1b[2J\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
    with answering(head + body) as url:
        assert check("--http-loopback", url)[0] in (WORKS_NOT, UNREACHABLE)


@pytest.mark.parametrize("head", [
    b"HTTP/1.1 302 \x1b[2J\r\nLocation: https://e.example/\x1b[2J\r\nContent-Length: 0\r\n\r\n", b"\x1b[2J\r\n\r\n",
    b"HTTP/1.1 500 \x1b[31m\r\nContent-Length: 3\r\n\r\n\x1b[3", b""], ids=range(4))
def test_it_survives_any_answer(head):
    with answering(head) as url:
        assert check("--http-loopback", url)[0] == (WORKS_NOT if b"302" in head else UNREACHABLE)

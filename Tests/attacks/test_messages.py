"""What an operator is told who has never read an RFC: what is wrong, and what to do next. A table of bad tokens, one of bad
issuers; each row is a mistake that somebody made, and the words that help with it."""
import http.server
import socket
import threading

import pytest

import leaks
from encoding import b64, compact
from gate import configured, verifier
from keys import P256, ec_key, secret
from mcpauth_abi import Config, R, SetterFailed
from tokens import ABSENT, ISSUER, NOW, claims, header, signed

TOKEN = signed(P256, "ES256")


def es256(**changes):
    return signed(P256, "ES256", payload=claims(**changes))


def told(outcome, result, *words, never=()):
    assert outcome.result == result, f"{outcome.result.name}: {outcome.message}"
    for word in words:
        assert word in outcome.message, outcome.message
    for word in never:
        assert word not in outcome.message, outcome.message
    return outcome.message


OPAQUE = ("opaque", "resource or audience parameter", "introspection")

# token, result, words that have to be said
BAD_TOKENS = {
    "pasted with its scheme": (b"Bearer " + TOKEN, R.TOKEN_MALFORMED, 'begins with "Bearer "', "pass what comes after it"),
    "pasted with a scheme in lower case": (b"bearer " + TOKEN, R.TOKEN_MALFORMED, 'begins with "Bearer "'),
    "pasted with the whole header": (b"Authorization: Bearer " + TOKEN, R.TOKEN_MALFORMED, "Authorization",
                                     "pass what comes after"),
    "Google's access token": (b"ya29.a0AfH6SMBx-_1234567890", R.TOKEN_MALFORMED, *OPAQUE),
    "Google's, with more dots": (b"ya29.c.b0Aaek.x", R.TOKEN_MALFORMED, *OPAQUE),
    "a UUID": (b"8d7f1d3e-3c2b-4b1f-9a55-0f6d6b0d6f2a", R.TOKEN_MALFORMED, *OPAQUE),
    "GitHub's": (b"gho_16C7e42F292c6912E7710c838347Ae178B4a", R.TOKEN_MALFORMED, *OPAQUE),
    "in quotes": (b'"' + TOKEN + b'"', R.TOKEN_MALFORMED, "quotes"),
    "with a line break behind": (TOKEN + b"\n", R.TOKEN_MALFORMED, "white space"),
    "with a blank in front": (b" " + TOKEN, R.TOKEN_MALFORMED, "white space"),
    "exp in milliseconds": (es256(exp=(NOW + 300) * 1000), R.CLAIM_INVALID, "exp", "milliseconds", "seconds"),
    "nbf in milliseconds": (es256(nbf=NOW * 1000), R.CLAIM_INVALID, "nbf", "milliseconds"),
    "iat in microseconds": (es256(iat=NOW * 1000 * 1000), R.CLAIM_INVALID, "iat", "1970 and 9999"),
    "iss with the default port": (es256(iss=ISSUER.decode() + ":443"), R.ISSUER_MISMATCH, ":443", "default port"),
    "iss in other case": (es256(iss="https://ISSUER.example"), R.ISSUER_MISMATCH, "case"),
    "iss over http": (es256(iss="http://issuer.example"), R.ISSUER_MISMATCH, "http", "https"),
    "aud is the client": (es256(aud="client-1"), R.AUDIENCE_MISMATCH, "ask for a token for this resource"),
    "aud is a scope": (es256(aud="read"), R.AUDIENCE_MISMATCH, "ask for a token for this resource"),
    "aud is another API": (es256(aud="https://other.example"), R.AUDIENCE_MISMATCH, "add_audience"),
    "no aud": (es256(aud=ABSENT), R.AUDIENCE_MISMATCH, "ask for a token for this resource"),
    "no sub": (es256(sub=ABSENT), R.CLAIM_MISSING, "sub", "allow_missing_subject"),
    "expired": (es256(exp=NOW - 100), R.TOKEN_EXPIRED, "100 s ago", "refresh"),
    "from the future": (es256(nbf=NOW + 100), R.TOKEN_NOT_YET_VALID, "100 s", "clocks"),
    "bound": (es256(cnf={"jkt": "x"}), R.BINDING_MISMATCH, "cnf", "DPoP"),
    "not signed": (b64(b'{"alg":"none"}') + b"." + TOKEN.split(b".")[1] + b".", R.ALGORITHM_NOT_ALLOWED, "not signed"),
    "with another key": (signed(ec_key("other"), "ES256", header(P256, "ES256")), R.SIGNATURE_INVALID, "p256"),
}


@pytest.mark.parametrize("name", BAD_TOKENS)
def test_a_bad_token_is_explained(name):
    token, result, *words = BAD_TOKENS[name]
    told(verifier([P256.jwk()]).verify(token), result, *words)
    assert verifier([P256.jwk()]).verify(TOKEN).result == R.OK


@pytest.mark.parametrize("aud", ["client-1", "read", ["read", "client-1"]], ids=str)
def test_an_audience_that_means_somebody_else_is_never_recommended(aud):
    """To accept it would let every token of that client in, whatever it was issued for."""
    message = told(verifier([P256.jwk()]).verify(es256(aud=aud)), R.AUDIENCE_MISMATCH, never=["add_audience"])
    assert message.index("ask for a token for this resource") < message.index("audience at the")


@pytest.mark.parametrize("field,result,words", [
    (b"Bearer Bearer " + TOKEN, R.AMBIGUOUS_CREDENTIALS, ["twice"]), (b"bearer BEARER x", R.AMBIGUOUS_CREDENTIALS, ["twice"]),
    (b"Bearer " + TOKEN + b" x", R.AMBIGUOUS_CREDENTIALS, ["not one token"]), (TOKEN, R.INVALID_AUTH_HEADER, ["no scheme"]),
    (b"Token x", R.INVALID_AUTH_HEADER, ["Token", "Bearer <token>"]),
    (b'Bearer "' + TOKEN + b'"', R.AMBIGUOUS_CREDENTIALS, ["quotes"]),
    (b"Bearer <" + TOKEN + b">", R.AMBIGUOUS_CREDENTIALS, ["not one token"]),
])
def test_a_bad_header_is_explained(field, result, words):
    told(verifier([P256.jwk()]).authorize(field), result, *words)


def test_a_set_without_kids_is_not_said_to_have_lost_one():
    keys = [P256.jwk(kid=None), ec_key("other").jwk(kid=None)]
    told(verifier(keys).verify(TOKEN), R.KEY_NOT_FOUND, "none of them has a kid", never=["withdrawn"])
    told(verifier([ec_key("other").jwk()]).verify(TOKEN), R.KEY_NOT_FOUND, "withdrawn")


def test_A54_no_text_holds_a_token_or_a_secret():
    """Each test's texts are searched; here, that they are, and that a leak would be found."""
    searched = dict(leaks.searched)
    shared = secret("shared", 32)
    gate = verifier([P256.jwk()], secrets=[(shared, "HS256")])
    for token, result, *_ in BAD_TOKENS.values():
        told(gate.verify(token), result)
        gate.request(token)
    told(asking("https://127.0.0.1:9/jwks"), R.KEYS_UNAVAILABLE)
    for where in ("message", "response", "log"):
        assert leaks.searched[where] >= searched.get(where, 0) + len(BAD_TOKENS), where
    assert not leaks.found
    leaks.token(TOKEN)
    for text in (TOKEN, b"... " + TOKEN[-40:], TOKEN.split(b".")[2][:50], shared.secret, b64(shared.secret)):
        leaks.search(b"it was " + text, "control")
    assert len(leaks.found) == 5
    leaks.found.clear()


# ---- names in a configuration -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["b\u00fccher.example", "\u4f8b\u3048.example", "ex\u0430mple.com"])
def test_a_host_name_beyond_ascii_is_to_be_written_as_xn(host):
    for make in (Config, lambda url: configured(issuer=url)):
        with pytest.raises(SetterFailed) as caught:
            make(f"https://{host}/mcp".encode())
        assert caught.value.result == R.INVALID_ARGUMENT and "xn--" in caught.value.message
    with pytest.raises(SetterFailed) as caught:
        Config("https://mcp.example/b\u00fccher".encode())
    assert "percent-encode" in caught.value.message and "xn--" not in caught.value.message
    Config(b"https://xn--bcher-kva.example/mcp")


# ---- issuers ----------------------------------------------------------------------------------------------------------

GOOD = compact({"keys": [P256.jwk()]})

# what the key set's URL answers, and the words that have to be said
BAD_ISSUERS = {
    "304 though nothing was asked to be compared": ((304, {}, b""), ["304", "not modified"], ["redirect"]),
    "a byte order mark": ((200, {}, b"\xef\xbb\xbf" + GOOD), ["byte order mark"], []),
    "UTF-16": ((200, {}, GOOD.decode().encode("utf-16")), ["UTF-16"], []),
    "gzip that nobody asked for": ((200, {}, b"\x1f\x8b\x08\0\0\0\0\0\0\3" + GOOD), ["gzip"], []),
    "a login page": ((200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html>"), ["HTML"], []),
    "a redirect": ((302, {"Location": "/login"}, b""), ["redirect"], []),
    "not there": ((404, {}, b"x"), ["404"], []),
    "nothing": ((200, {}, b""), ["empty"], []),
}


class Answering(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        status, fields, body = self.server.answer
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def server():
    here = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=here.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield here
    here.shutdown()
    here.server_close()


def asking(url):
    config, issuer = configured()
    issuer.set("allow_http_on_loopback").set("set_jwks_uri", url.encode()).set("set_proxy", b"")
    return config.verifier().verify(TOKEN)


@pytest.mark.parametrize("name", BAD_ISSUERS)
def test_a_bad_issuer_is_explained(server, name):
    server.answer, words, never = BAD_ISSUERS[name]
    url = f"http://127.0.0.1:{server.server_port}/jwks"
    told(asking(url), R.KEYS_UNAVAILABLE, *words, never=never)
    server.answer = (200, {}, GOOD)
    assert asking(url).result == R.OK


def test_https_to_a_port_that_speaks_http(server):
    server.answer = (200, {}, GOOD)
    told(asking(f"https://127.0.0.1:{server.server_port}/jwks"), R.KEYS_UNAVAILABLE, "no TLS", "http")


def test_http_to_a_port_that_speaks_tls():
    """It answers with an alert, or hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as tls:
        def alert():
            connection, _ = tls.accept()
            connection.recv(1000)
            connection.sendall(b"\x15\x03\x01\x00\x02\x02\x46")
            connection.close()
        threading.Thread(target=alert, daemon=True).start()
        outcome = asking(f"http://127.0.0.1:{tls.getsockname()[1]}/jwks")
    told(outcome, R.KEYS_UNAVAILABLE)

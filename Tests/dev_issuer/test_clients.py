"""Clients that register themselves (RFC 7591), and clients whose ID is the URL of a document about them."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from conftest import DevIssuer
from walk import REDIRECT, Client, send


def register(issuer, body, content_type="application/json"):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return send(issuer.url, "POST", "/register", body, [("Content-Type", content_type)])


def test_registration_tells_what_was_registered(issuer):
    answer = register(issuer, {"redirect_uris": [REDIRECT], "client_name": "Zoë", "software_id": "ignored"})
    said = answer.json
    assert answer.status == 201 and said["client_name"] == "Zoë" and said["grant_types"] == ["authorization_code"]
    assert said["token_endpoint_auth_method"] == "client_secret_basic" and said["client_secret_expires_at"] == 0
    assert len(said["client_secret"]) >= 43 and "software_id" not in said
    assert "client_secret" not in register(issuer, {"redirect_uris": [REDIRECT], "token_endpoint_auth_method": "none"}).json


@pytest.mark.parametrize("uri", [
    "", "x", "/callback", "http://example.com/cb", "http://127.0.0.1.example.com/cb", "http://localhost@example.com/cb", "javascript:alert(1)",
    "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "https:", "https:///cb", "https://a b/", "https://example.com/#x",
    "https://user@example.com/", "https://example.com/\u00e9", "https://example.com/\r\nX: y", "https://example.com\\@evil/", "app:",
    "https://example.com/" + "x" * 2000, 7, None, ["https://example.com/"]])
def test_redirect_uris_that_are_refused(issuer, uri):
    answer = register(issuer, {"redirect_uris": [REDIRECT, uri]})
    assert answer.status == 400 and answer.json["error"] == "invalid_redirect_uri"


@pytest.mark.parametrize("uri", ["https://example.com", "https://example.com:8443/cb?x=y", "http://localhost:3000", "http://[::1]:7/",
                                 "vscode://anthropic.mcp/cb", "com.example.app:/oauth"])
def test_redirect_uris_that_are_taken(issuer, uri):
    assert register(issuer, {"redirect_uris": [uri]}).json["redirect_uris"] == [uri]


@pytest.mark.parametrize("metadata", [
    {"token_endpoint_auth_method": "private_key_jwt"}, {"token_endpoint_auth_method": 1}, {"grant_types": ["client_credentials"]},
    {"grant_types": ["authorization_code", 5]}, {"grant_types": "authorization_code"}, {"response_types": ["token"]},
    {"scope": "a  b"},
    {"client_name": "x" * 257}])
def test_metadata_that_is_refused(issuer, metadata):
    answer = register(issuer, {"redirect_uris": [REDIRECT]} | metadata)
    assert answer.status == 400 and answer.json["error"] == "invalid_client_metadata"


def test_registrations_that_are_none(issuer):
    for body in (b"", b"{", b"[]", b'"x"', b"\xff", b'{"redirect_uris":1,"redirect_uris":2}', b"[" * 10_000):
        assert register(issuer, body).json["error"] == "invalid_client_metadata"
    assert register(issuer, {"redirect_uris": [REDIRECT]}, "text/plain").status == 400
    assert register(issuer, {}).json["error"] == register(issuer, {"redirect_uris": []}).json["error"] == "invalid_redirect_uri"


def test_clients_in_a_loop_do_not_fill_the_memory(issuer):
    """256 are kept; the oldest is forgotten, which its user is told."""
    first = Client(issuer.url)
    for _ in range(260):
        register(issuer, {"redirect_uris": [REDIRECT]})
    assert first.authorize().status == 400
    assert Client(issuer.url).authorize().status == 200


# ---- client ID metadata documents ----


@pytest.fixture(scope="module")
def documents():
    """Serves `content[path]`: bytes, or an object."""
    content = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = content.get(self.path)
            status = 302 if self.path == "/redirected" else 200 if body is not None else 404
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Location", "/client")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    content["origin"] = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield content
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def trusting():
    with DevIssuer("--http-client-documents") as running:
        yield running


def document(url, **changes):
    return {"client_id": url, "client_name": "by document", "redirect_uris": [REDIRECT],
            "grant_types": ["authorization_code", "refresh_token"], "token_endpoint_auth_method": "none"} | changes


def test_a_client_by_its_document(trusting, documents):
    client_id = documents["origin"] + "/client"
    documents["/client"] = document(client_id)
    client = Client(trusting.url, client_id)
    tokens = client.tokens()
    assert trusting.claims(tokens["access_token"])["client_id"] == client_id
    assert client.refresh(tokens["refresh_token"]).status == 200
    metadata = trusting.get("/.well-known/oauth-authorization-server").json
    assert metadata["client_id_metadata_document_supported"] is True


BAD_DOCUMENTS = {
    "another's": {"client_id": "https://other.example.com/client"}, "a secret": {"client_secret": "x"},
    "a method with a secret": {"token_endpoint_auth_method": "client_secret_basic"}, "no redirect URIs": {"redirect_uris": []},
    "a redirect URI that is none": {"redirect_uris": ["javascript:x"]},
}


@pytest.mark.parametrize("changes", BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS.keys())
def test_documents_that_are_refused(trusting, documents, changes):
    documents["/bad"] = document(documents["origin"] + "/bad", **changes)
    answer = Client(trusting.url, documents["origin"] + "/bad").authorize()
    assert answer.status == 400 and "metadata document" in answer.text and "location" not in answer.headers


@pytest.mark.parametrize("path,content", [("/absent", None), ("/redirected", b"{}"), ("/large", b"x" * 100_000),
    ("/text", b"hello"),
                                          ("/array", b"[]"), ("/dots/../client", None), ("/client?x=1", None)])
def test_documents_that_cannot_be_had(trusting, documents, path, content):
    if content is not None:
        documents[path] = content
    assert Client(trusting.url, documents["origin"] + path).authorize().status == 400


def test_nothing_is_fetched_from_this_machine(issuer, documents):
    """Not by http, and not by a name or an address of https that leads here."""
    asked = []
    documents["/client"] = document(documents["origin"] + "/client")
    port = documents["origin"].rpartition(":")[2]
    for client_id in (documents["origin"] + "/client", f"https://127.0.0.1:{port}/client", f"https://localhost:{port}/client",
                      f"https://[::1]:{port}/client", f"https://2130706433:{port}/client"):
        answer = Client(issuer.url, client_id).authorize()
        asked.append((client_id, answer.status))
    assert {status for _, status in asked} == {400}, asked

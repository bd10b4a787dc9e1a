"""The protected resource metadata (RFC 9728), fetched over HTTP, and read with the official SDK's own model."""
from urllib.parse import urlsplit

from mcp.shared.auth import ProtectedResourceMetadata

from conftest import SCOPE, challenge


def test_the_challenge_leads_to_a_valid_document(server, issuer):
    url = challenge(server.ask_who()[1])["resource_metadata"]
    assert url == server.metadata_url
    status, headers, document = server.request("GET", urlsplit(url).path)
    assert status == 200
    assert headers["content-type"] == "application/json"
    assert headers["access-control-allow-origin"] == "*"
    assert document == {"resource": server.url, "authorization_servers": [issuer.url], "scopes_supported": [SCOPE],
                        "bearer_methods_supported": ["header"]}
    assert str(ProtectedResourceMetadata.model_validate(document).resource) == server.url


def test_head_options_and_other_methods(server):
    path = urlsplit(server.metadata_url).path
    assert server.request("HEAD", path)[0] == 200
    status, headers, body = server.request("OPTIONS", path)
    assert (status, body) == (204, None)
    assert headers["access-control-allow-methods"] == "GET, OPTIONS"
    status, headers, _ = server.request("POST", path)
    assert status == 405 and "GET" in headers["allow"]


def test_it_does_not_follow_the_host_header(server):
    """A host that an attacker chose appears nowhere."""
    path = urlsplit(server.metadata_url).path
    for method, where in (("GET", path), ("POST", "/mcp")):
        answer = server.request(method, where, headers=[("X-Forwarded-Host", "evil.example.com"),
                                                        ("Forwarded", "host=evil.example.com")])
        assert "evil" not in str(answer)


def test_elsewhere_is_no_document(server):
    assert server.request("GET", "/.well-known/oauth-protected-resource")[0] == 404
    assert server.request("GET", urlsplit(server.metadata_url).path + "/more")[0] == 404

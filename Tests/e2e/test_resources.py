"""Several protected resources in one process, found by the official client's own discovery, and the legacy document."""
import asyncio
import json
from urllib.parse import urlsplit

import httpx2
import pytest
from mcp.client.auth.utils import (
    build_oauth_authorization_server_metadata_discovery_urls,
    build_protected_resource_metadata_discovery_urls,
    create_oauth_metadata_request,
    extract_resource_metadata_from_www_auth,
    handle_auth_metadata_response,
    handle_protected_resource_response,
)

from host import host

PATHS = ["", "/files", "/mail/v1"]
MEMBERS = {"resource_name": "Files", "resource_name#de": "Dateien", "resource_documentation": "https://mcp.example/docs",
           "resource_policy_uri": "https://mcp.example/policy", "resource_tos_uri": "https://mcp.example/tos"}


@pytest.fixture(scope="module")
def origin(issuer):
    text, legacy = json.dumps(MEMBERS).encode(), json.dumps(issuer.metadata()).encode()
    files = [["set_resource_metadata_json", text, len(text)], ["add_required_scope", b"files:read"],
             ["add_tool_scope", b"delete", b"files:delete"]]
    root = [["serve_authorization_server_metadata_json", legacy, len(legacy)]]
    with host(issuer.url, PATHS, **{"/files": files, "": root}) as running:
        yield running


def discover(server_url, authenticated=False):
    """What the client finds out from a 401, or without one: the documents' URLs that it tried, and the document."""
    async def run():
        async with httpx2.AsyncClient() as http:
            denied = await http.post(server_url, json={})
            named = extract_resource_metadata_from_www_auth(denied) if not authenticated else None
            tried = []
            for url in build_protected_resource_metadata_discovery_urls(named, server_url):
                tried.append(url)
                found = await handle_protected_resource_response(await http.send(create_oauth_metadata_request(url)))
                if found:
                    return denied.status_code, tried, found
            return denied.status_code, tried, None
    return asyncio.run(run())


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("by", ["challenge", "well-known path"])
def test_the_client_finds_each_resource(origin, issuer, path, by):
    status, tried, document = discover(origin + path, authenticated=by != "challenge")
    assert status == 401 and len(tried) == 1, "the first place is the right one"
    assert str(document.resource).rstrip("/") == origin + path
    assert [str(server).rstrip("/") for server in document.authorization_servers] == [issuer.url]


def fetch(url, method="GET"):
    return httpx2.request(method, url)


@pytest.mark.parametrize("path", PATHS)
def test_the_document_keeps_the_rules_of_rfc_9728(origin, path):
    answer = fetch(f"{origin}/.well-known/oauth-protected-resource{path}")
    document = answer.json()
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    # section 3.3: the resource is identical to the URL that the well-known part was inserted into
    assert document["resource"] == origin + path
    # section 1.2: no fragment; section 2: URLs are URLs, arrays are arrays of strings
    assert "#" not in document["resource"]
    assert all(urlsplit(server).scheme in ("https", "http") and not urlsplit(server).query
               for server in document["authorization_servers"])
    for name in ("authorization_servers", "scopes_supported", "bearer_methods_supported"):
        values = document.get(name, ["left out"])
        # section 3.2: members without values are left out
        assert values and all(isinstance(value, str) and value for value in values), name
        assert len(set(values)) == len(values)
    assert set(document["bearer_methods_supported"]) <= {"header", "body", "query"}
    for name, value in document.items():
        base = name.partition("#")[0]
        if base in ("resource_documentation", "resource_policy_uri", "resource_tos_uri", "jwks_uri"):
            assert value.startswith("https://"), name
        # section 2.1: a language follows the #
        assert "#" not in name or name.partition("#")[2].isalpha()
    # MCP: no offline_access, at least one authorization server
    assert "offline_access" not in document.get("scopes_supported", []) and document["authorization_servers"]
    assert None not in document.values()


def test_what_was_configured_is_published(origin, issuer):
    document = fetch(f"{origin}/.well-known/oauth-protected-resource/files").json()
    assert document == {"resource": origin + "/files", "authorization_servers": [issuer.url],
                        "scopes_supported": ["files:read", "files:delete"], "bearer_methods_supported": ["header"], **MEMBERS}


def test_a_token_for_one_is_none_for_another(origin, issuer):
    token = issuer.token(origin + "/files", scope="files:read")
    for path, status in (("/files", 200), ("/mail/v1", 401), ("/", 401)):
        answer = httpx2.get(origin + path, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == status
        if status == 401:
            assert answer.json()["error"] == "invalid_audience"
            assert f"oauth-protected-resource{path.rstrip('/')}" in answer.headers["www-authenticate"]


def test_the_legacy_document(origin, issuer):
    """Where clients of MCP 2025-03-26 look: at the resource's origin, whatever its path."""
    async def run():
        [url] = build_oauth_authorization_server_metadata_discovery_urls(None, origin + "/files")
        async with httpx2.AsyncClient() as http:
            answer = await http.send(create_oauth_metadata_request(url))
            return answer, await handle_auth_metadata_response(answer)
    answer, (ok, metadata) = asyncio.run(run())
    assert ok and str(metadata.issuer).rstrip("/") == issuer.url
    assert str(metadata.token_endpoint) == issuer.url + "/token"
    assert answer.json() == issuer.metadata() and answer.headers["access-control-allow-origin"] == "*"
    preflight = fetch(f"{origin}/.well-known/oauth-authorization-server", "OPTIONS")
    assert (preflight.status_code, preflight.content) == (204, b"")
    assert fetch(f"{origin}/.well-known/oauth-authorization-server/files").status_code == 404

"""The metadata documents: of the protected resource, and in legacy mode of the authorization server."""
import json

import pytest
from mcpauth import MCPAuth

import ours
import theirs
from comparison import ABSENT, compare
from endpoint import endpoint
from keys import P256
from making import ISSUER, RESOURCE, bearer, claims

OTHER = "https://second-issuer.example/tenant"
PROTECTED, LEGACY = "/.well-known/oauth-protected-resource", "/.well-known/oauth-authorization-server"
MEMBERS = {"resource_name": "Files", "resource_documentation": "https://mcp.example/docs",
           "resource_policy_uri": "https://mcp.example/policy", "resource_tos_uri": "https://mcp.example/tos",
           "jwks_uri": "https://mcp.example/jwks", "resource_signing_alg_values_supported": ["ES256"],
           "authorization_details_types_supported": ["file_access"], "signed_metadata": "e30.e30.AAAA",
           "tls_client_certificate_bound_access_tokens": False, "dpop_bound_access_tokens_required": False,
           "dpop_signing_alg_values_supported": ["ES256"]}
WRONG_METHOD = {"body": ("405-names-methods", "Method Not Allowed", ABSENT),
                **{f"header.access-control-allow-{name}": "405-names-methods" for name in ("origin", "methods", "headers")}}

# name -> (resource, issuers, scopes, further members)
RESOURCES = {
    "plain": (RESOURCE, [ISSUER], [], {}),
    "root": ("https://mcp.example", [ISSUER], [], {}),
    "root-slash": ("https://mcp.example/", [ISSUER], [], {}),
    "deep": ("https://mcp.example:8443/a/b/c", [ISSUER, OTHER], ["read", "write"], {}),
    "everything": (RESOURCE, [ISSUER], ["read"], MEMBERS),
}
REQUESTS = [("GET", 0, {}), ("HEAD", 0, {}), ("OPTIONS", 0, {}), ("POST", 0, WRONG_METHOD), ("DELETE", 0, WRONG_METHOD),
            ("GET", 1, {})]


def path_of(resource):
    path = resource.split("/", 3)[3:]
    return PROTECTED + ("/" + path[0] if path and path[0] else "")


@pytest.fixture(scope="module")
def both():
    apps, verifiers = {}, {}
    for name, (resource, issuers, scopes, members) in RESOURCES.items():
        servers = [theirs.server_metadata(issuer, issuer + "/jwks") for issuer in issuers]
        more = {**members, "bearer_methods_supported": ["header"]} | ({"scopes_supported": scopes} if scopes else {})
        apps[name] = theirs.metadata_app(MCPAuth(protected_resources=theirs.resource_config(resource, servers, **more)))
        text = json.dumps(members).encode()
        settings = [["add_advertised_scope", scope.encode()] for scope in scopes]
        settings += [["set_resource_metadata_json", text, len(text)]] if members else []
        verifiers[name] = ours.configured(resource, servers, settings).verifier()
    with theirs.serving(apps) as port:
        yield port, verifiers


@pytest.mark.parametrize("method,elsewhere,differs", REQUESTS)
@pytest.mark.parametrize("name", RESOURCES)
def test_parity_protected_resource_metadata(both, name, method, elsewhere, differs):
    port, verifiers = both
    path = path_of(RESOURCES[name][0]) + ("/elsewhere" if elsewhere else "")
    compare(f"{name}: {method} {path}", theirs.document(port, f"/{name}{path}", method),
            ours.document(verifiers[name], path, method), differs)


def test_parity_two_resources_have_two_documents():
    """MCP Auth serves several resources from one object; here each has its verifier, and the host asks one after the other."""
    resources = ["https://mcp.example/files", "https://mcp.example/mail"]
    server = theirs.server_metadata(ISSUER, ISSUER + "/jwks")
    one = MCPAuth(protected_resources=[theirs.resource_config(resource, [server], bearer_methods_supported=["header"])
                                       for resource in resources])
    verifiers = [ours.configured(resource, [server]).verifier() for resource in resources]
    with theirs.serving({"one": theirs.metadata_app(one)}) as port:
        for path in (PROTECTED + "/files", PROTECTED + "/mail", PROTECTED, PROTECTED + "/other"):
            answers = [ours.document(verifier, path, "GET") for verifier in verifiers]
            right = next((answer for answer in answers if answer.status != 404), answers[0])
            compare(f"two resources: {path}", theirs.document(port, "/one" + path, "GET"), right, {})


@pytest.fixture(scope="module")
def legacy():
    """MCP Auth's deprecated mode: the server's metadata is served here, for clients of MCP revision 2025-03-26."""
    with endpoint() as provider:
        provider.answers["/jwks"] = (200, {"keys": [P256.jwk(alg=None)]})
        metadata = theirs.server_metadata(ISSUER, provider.url + "/jwks", scopes_supported=["read"])
        mcp_auth = MCPAuth(server=theirs.server_config(metadata))
        text = json.dumps(metadata).encode()
        settings = [["serve_authorization_server_metadata_json", text, len(text)]]
        apps = {"legacy": theirs.metadata_app(mcp_auth, legacy=True),
                "whoami": theirs.protected(mcp_auth, "jwt", audience=RESOURCE)}
        with theirs.serving(apps) as port:
            yield port, ours.configured(RESOURCE, [metadata], settings).verifier()


@pytest.mark.parametrize("method,elsewhere,differs", REQUESTS)
def test_parity_legacy_authorization_server_metadata(legacy, method, elsewhere, differs):
    port, verifier = legacy
    path = LEGACY + ("/elsewhere" if elsewhere else "")
    compare(f"legacy: {method} {path}", theirs.document(port, "/legacy" + path, method),
            ours.document(verifier, path, method), differs)


METADATA_EVERYWHERE = {"challenge.resource_metadata": "challenge-metadata-everywhere"}


@pytest.mark.parametrize("name,changes,differs", [
    ("good", {}, {}),
    ("issuer", {"iss": OTHER}, {"challenge.error": "rfc6750-codes", **METADATA_EVERYWHERE}),
    ("audience", {"aud": "urn:other"}, {"challenge.error": "rfc6750-codes", **METADATA_EVERYWHERE}),
    ("expired", {"exp": 1}, METADATA_EVERYWHERE),
])
def test_parity_legacy_requests(legacy, name, changes, differs):
    """In this mode MCP Auth knows no resource, so its challenges name no metadata; ours always do."""
    port, verifier = legacy
    fields = bearer(claims(**changes))
    compare("legacy: " + name, theirs.answer(port, "/whoami/", fields), ours.answer(verifier, fields), differs)

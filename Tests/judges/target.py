"""An example server as a judge sees it: messages of each revision of MCP, sent by hand, with tokens of the development issuer."""

import base64
import json
import re
import urllib.parse

from servers import MORE, USE
from walk import send

NEWEST, EARLIER = "2026-07-28", ("2025-11-25", "2025-06-18", "2025-03-26")
META = "io.modelcontextprotocol/"
NAMES = {"tools/call": "name", "prompts/get": "name", "resources/read": "uri"}  # the parameter that Mcp-Name repeats
HEADER_MISMATCH = -32020
FULL = f"{USE} {MORE}"


def message(method, id=1, revision=NEWEST, **params):
    """A request of that revision. The newest says in each message what `initialize` said before."""
    if revision == NEWEST:
        params["_meta"] = {META + "protocolVersion": NEWEST, META + "clientCapabilities": {},
                           META + "clientInfo": {"name": "a judge", "version": "1"}}
    return {"jsonrpc": "2.0", "id": id, "method": method, "params": params}


def initialize(revision):
    return message("initialize", revision=None, protocolVersion=revision, capabilities={},
                   clientInfo={"name": "a judge", "version": "1"})


def probe(revision):
    """What any server of that revision answers without further ado."""
    return message("server/discover") if revision == NEWEST else initialize(revision)


def encoded(text):
    """The form of Mcp-Name for what is no plain ASCII."""
    data = text if isinstance(text, bytes) else text.encode()
    return f"=?base64?{base64.b64encode(data).decode()}?="


def headers_of(body, **changes):
    """The fields that repeat what the body says. `Mcp_Name=None` leaves one out, a list sends it several times."""
    meta = body["params"].get("_meta", {}) if isinstance(body, dict) else {}
    fields = {}
    if META + "protocolVersion" in meta:
        fields = {"MCP-Protocol-Version": meta[META + "protocolVersion"], "Mcp-Method": body["method"]}
        if name := body["params"].get(NAMES.get(body["method"])):
            fields["Mcp-Name"] = name
    fields |= {name.replace("_", "-"): value for name, value in changes.items()}
    return [(name, value) for name, values in fields.items() if values is not None
            for value in (values if isinstance(values, list) else [values])]


class Target:
    """An example server, and the issuer whose tokens it takes."""

    def __init__(self, server, issuer, resource=None):
        self.url, self.issuer, self.resource = server.url, issuer, resource or server.url
        self.origin = self.url.removesuffix("/mcp")
        self.port = self.origin.rpartition(":")[2]

    def token(self, kind="good", scope=FULL, audience=None):
        query = {"kind": kind, "audience": audience or self.resource, "scope": scope}
        answer = send(self.issuer.origin, "GET", "/token?" + urllib.parse.urlencode(query))
        assert answer.status == 200, answer.text
        return answer.text

    def send(self, body=None, token=None, headers=None, method="POST"):
        """headers: those that repeat the body unless given."""
        fields = [("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream")]
        fields += headers_of(body) if headers is None and body is not None else headers or []
        if token is not None:
            fields.append(("Authorization", f"Bearer {token}"))
        return send(self.origin, method, "/mcp", b"" if body is None else json.dumps(body).encode(), fields)


def challenge(answer):
    """The parameters of a response's Bearer challenge; the grammar of RFC 9110 section 11.2, no parameter twice."""
    value = answer.headers["www-authenticate"]
    assert re.fullmatch(r'Bearer \w+="[ !#-\[\]-~]*"(, \w+="[ !#-\[\]-~]*")*', value), value
    pairs = re.findall(r'(\w+)="([^"]*)"', value)
    assert len(dict(pairs)) == len(pairs), f"a parameter twice: {value}"
    return dict(pairs)


def let_in(answer):
    """Whether the message was run, whatever came of it."""
    return answer.status < 300 and "error" not in answer.headers.get("www-authenticate", "")

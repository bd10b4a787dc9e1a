"""The same configurations and the same questions for libmcpauth."""
import json

from comparison import Answer, compared
from mcpauth_abi import Config, R


def configured(resource, servers, settings=(), custom=None):
    """`servers` is authorization server metadata; keys come from its jwks_uri, as with MCP Auth."""
    config = Config(resource.encode())
    for metadata in servers:
        issuer = config.issuer(metadata["issuer"].encode()).set("allow_http_on_loopback")
        text = json.dumps(metadata).encode()
        issuer.set("set_metadata_json", text, len(text))
    for setting in settings:
        config.set(*setting)
    if custom:
        config.custom(custom)
    return config


def answer(verifier, fields):
    outcome = verifier.authorize(*fields)
    if outcome.result != R.OK:
        return Answer(outcome.status, json.loads(outcome.body), outcome.headers.get("WWW-Authenticate"))
    info = outcome.info
    return Answer(200, caller={
        "token": info["token"].decode(), "issuer": info["issuer"].decode(), "subject": info["subject"].decode(),
        "client_id": info["client_id"].decode(), "audience": [text.decode() for text in info["audiences"]],
        "scopes": [text.decode() for text in info["scopes"]], "claims": json.loads(info["claims_json"]),
        "expires_at": info["expires_at"]})


def document(verifier, path, method):
    served = verifier.well_known(method.encode(), path.encode())
    if served is None:
        return Answer(404, "Not Found")  # what a host answers where the library leaves the request to it
    status, headers, body = served
    headers = {name.lower(): value for name, value in headers.items()}
    value = json.loads(body) if body and method != "HEAD" else None
    return Answer(status, value, headers=compared(headers))

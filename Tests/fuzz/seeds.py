#!/usr/bin/env python3
"""Writes a first corpus for each fuzz program: seeds.py DIRECTORY. Good inputs, so that mutations get far.

Third-party corpora of tokens are added from MCPAUTH_VECTORS, where they are.
"""
import base64
import hashlib
import hmac
import json
import os
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "attacks"))
from encoding import b64, compact, unb64  # noqa: E402

HARNESS = (HERE / "harness.h").read_text()
NOW = int(re.search(r"#define NOW (\d+)", HARNESS)[1])
SECRET = re.search(r'#define SECRET "(.*)"', HARNESS)[1].encode()
KEY_SET_LINES = re.search(r"#define KEY_SET((?:.*\\\n)*.*)", HARNESS)[1]
KEY_SET = json.loads("".join(re.findall(r'"((?:[^"\\]|\\.)*)"', KEY_SET_LINES)).replace('\\"', '"'))
VECTORS = pathlib.Path(os.environ.get("MCPAUTH_VECTORS", HERE.parents[1].parent / "shared/vectors")) / "fuzz-corpora"

HEADER = {"alg": "HS256", "typ": "at+jwt", "kid": "secret"}
CLAIMS = {"iss": "https://issuer.example", "aud": "https://mcp.example/mcp", "sub": "user", "exp": NOW + 60,
          "nbf": NOW - 5, "iat": NOW - 5.5, "jti": "1", "client_id": "c", "scope": "read write"}
RICH = {**CLAIMS, "aud": ["x", "https://mcp.example/mcp"], "scope": ["read"], "realm_access": {"roles": ["admin"]},
        "nested": [{"a": [None, True, 1e-7, "\u00e9\U0001f600"]}], "azp": "c", "nonce": "n", "email": "a@b.example"}


def token(header, claims):
    data = b64(compact(header)) + b"." + b64(compact(claims))
    return data + b"." + b64(hmac.digest(SECRET, data, hashlib.sha256))


def rsa_like_key(bits):
    return {"kty": "RSA", "kid": "r", "use": "sig", "alg": "RS256", "e": "AQAB",
            "n": b64((1 << bits - 1 | 1).to_bytes(bits // 8, "big")).decode()}


def public_keys():
    """DER of the key set's own keys (RFC 5480, RFC 8410)."""
    ec, okp = KEY_SET["keys"]
    point = b"\4" + unb64(ec["x"].encode()) + unb64(ec["y"].encode())
    yield bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + point
    yield bytes.fromhex("302a300506032b6570032100") + unb64(okp["x"].encode())


def pem(der):
    text = base64.encodebytes(der)
    return b"-----BEGIN PUBLIC KEY-----\n" + text + b"-----END PUBLIC KEY-----\n"


def call(method, **params):
    return compact({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})


def seeds():
    tokens = [token(HEADER, CLAIMS), token(HEADER, RICH), token({**HEADER, "crit": ["exp"]}, CLAIMS), b"a.b.c.d.e"]
    tokens += [path.read_bytes().strip() for path in sorted(VECTORS.glob("*/*/*")) if path.is_file()]
    metadata = {"issuer": CLAIMS["iss"], "jwks_uri": "https://issuer.example/k", "response_types_supported": ["code"],
                "code_challenge_methods_supported": ["S256"], "grant_types_supported": ["authorization_code"]}
    keys = KEY_SET["keys"]
    return {
        "token": tokens,
        "signed_token": [compact(HEADER) + b"\n" + compact(claims) for claims in (CLAIMS, RICH)],
        "jwks": [compact(KEY_SET), compact({"keys": [rsa_like_key(2048), {**keys[0], "key_ops": ["verify"]}]}),
                 compact({"keys": [{**keys[1], "d": "AA"}, {"kty": "oct", "k": "AA"}, keys[0], keys[0]]})],
        "pem": [*map(pem, public_keys()), *public_keys()],
        "metadata": [compact(metadata), compact({"resource_name": "x", "jwks_uri": "https://x.example/"})],
        "authorization": [b"Bearer " + tokens[0], b"bearer   x", b'Digest a="b\\"", c=d, Bearer x', b"Basic eA=="],
        "request": [b"tools/call\ndelete\n" + call("tools/call", name="delete"),
                    b"\n=?base64?Z3JlZXQ=?=\n" + call("prompts/get", name="greet"),
                    b"\n\n[" + call("resources/read", uri="file:///x") + b"," + call("ping") + b"]",
                    b'\n\n{"jsonrpc":"2.0","id":1,"result":{}}'],
        "reader": [compact(RICH), compact(KEY_SET), call("tools/call", name="add"), b'[1e-7,-0.0,18446744073709551616,1E400]',
                   b'{"\\u00e9":"\\ud83d\\ude00\\n\\"","long names one":1,"long names two":2} ', "[\"\u00e9\u20ac\"]".encode()],
        "json": [b"c" + compact({"roles": ["a"], "x": RICH["nested"], "n": [1.5, -0.0, 1e300, 1 << 70]}),
                 b'c{"\\u00e9\\ud83d\\ude00":"<&>\\u2028\\n","o":{"p":{"q":[[],{}]}}}', b"k" + compact(KEY_SET),
                 b"i" + compact(metadata), b"m" + compact({"resource_name": "x", "y": [1, {"z": None}]}),
                 b"b" + call("tools/call", name="delete"), b"b[" + call("resources/read", uri="file:///x") + b"]"],
    }


def main(directory):
    for name, inputs in seeds().items():
        place = pathlib.Path(directory) / name
        place.mkdir(parents=True, exist_ok=True)
        for number, text in enumerate(inputs):
            (place / f"seed-{number}").write_bytes(text)


main(sys.argv[1])

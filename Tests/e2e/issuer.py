"""An authorization server on loopback, independent of the library: keys by `cryptography`, tokens by PyJWT."""
import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa

SUBJECT = "alice"


class Issuer:
    """Serves metadata (RFC 8414), keys (RFC 7517), and a login without questions: register, authorize, token."""

    def __init__(self):
        self.keys = {"RS256": rsa.generate_private_key(public_exponent=65537, key_size=2048),
                     "ES256": ec.generate_private_key(ec.SECP256R1())}
        self.stranger = ec.generate_private_key(ec.SECP256R1())  # a key that is published nowhere
        self.requests = []  # the paths that were asked for
        self.codes = {}  # authorization code: what it was given for
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        """A second time does nothing."""
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    # ---- tokens -----------------------------------------------------------------------------------------------------

    def claims(self, audience, **changes):
        """The claims of a good token; None removes one."""
        now = int(time.time())
        claims = {"iss": self.url, "sub": SUBJECT, "aud": audience, "iat": now, "exp": now + 300,
                  "client_id": "e2e", "scope": "mcp:use"} | changes
        return {name: value for name, value in claims.items() if value is not None}

    def token(self, audience, algorithm="RS256", **changes):
        return jwt.encode(self.claims(audience, **changes), self.keys[algorithm], algorithm,
                          headers={"kid": algorithm, "typ": "at+jwt"})

    def forged(self, audience):
        """Signed by somebody else, under the name of a key of this issuer."""
        return jwt.encode(self.claims(audience), self.stranger, "ES256", headers={"kid": "ES256"})

    def unsigned(self, audience):
        return jwt.encode(self.claims(audience), None, "none", headers={"kid": "RS256"})

    # ---- HTTP -------------------------------------------------------------------------------------------------------

    def metadata(self):
        return {"issuer": self.url, "jwks_uri": f"{self.url}/jwks", "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token", "registration_endpoint": f"{self.url}/register",
                "response_types_supported": ["code"], "grant_types_supported": ["authorization_code"],
                "code_challenge_methods_supported": ["S256"], "token_endpoint_auth_methods_supported": ["none"],
                "scopes_supported": ["mcp:use"]}

    def jwks(self):
        algorithms = {"RS256": jwt.algorithms.RSAAlgorithm, "ES256": jwt.algorithms.ECAlgorithm}
        return {"keys": [algorithms[name].to_jwk(key.public_key(), as_dict=True) | {"kid": name, "alg": name}
                         for name, key in self.keys.items()]}

    def authorize(self, query):
        """The code that a user who agrees brings back."""
        assert query["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe()
        self.codes[code] = query
        return code

    def exchange(self, form):
        """A token for a code (RFC 6749 section 4.1.3), if the verifier fits the challenge (RFC 7636)."""
        granted = self.codes.pop(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == granted["code_challenge"]
        assert form["resource"] == granted["resource"]  # RFC 8707: the token is for the server it was asked for
        token = self.token(granted["resource"], scope=granted.get("scope", ""), client_id=granted["client_id"])
        return {"access_token": token, "token_type": "Bearer", "expires_in": 300, "scope": granted.get("scope", "")}

    def handler(issuer):
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                documents = {"/.well-known/oauth-authorization-server": issuer.metadata, "/jwks": issuer.jwks}
                self.answer(documents.get(urlsplit(self.path).path))

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                form = {name: values[0] for name, values in parse_qs(body).items()}
                self.answer({"/token": lambda: issuer.exchange(form),
                             "/register": lambda: json.loads(body) | {"client_id": "registered"}}.get(self.path))

            def answer(self, document):
                issuer.requests.append(self.path)
                body = json.dumps(document() if document else {"error": "not_found"}).encode()
                self.send_response((201 if self.path == "/register" else 200) if document else 404)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        return Handler

"""Glewlwyd from Debian's package, unpacked and not installed: its own database, configuration and modules in one folder."""

import gzip
import json
import sqlite3

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from servers import INSTALLED, JSON, MORE, OTHER_RESOURCE, PASSWORD, USE, USER, Server
from walk import send

CONFIG = """
port={port}
bind_address="127.0.0.1"
external_url="{origin}"
login_url="login.html"
api_prefix="api"
log_mode="console"
log_level="WARNING"
cookie_secure=0
session_expiration=3600
session_key="GLEWLWYD2_SESSION_ID"
admin_session_authentication="cookie"
profile_session_authentication="cookie"
login_api_enabled=true
max_post_size=1048576
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="{root}/usr/lib/glewlwyd/user"
client_module_path="{root}/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="{root}/usr/lib/glewlwyd/scheme"
plugin_module_path="{root}/usr/lib/glewlwyd/plugin"
hash_algorithm="SHA512"
database = {{ type = "sqlite3" path = "{folder}/glewlwyd.db" }};
"""


def private_key(kid):
    key = jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True)
    return {name: value for name, value in key.items() if name != "key_ops"} | {"kid": kid, "alg": "ES256", "use": "sig"}


class Glewlwyd(Server):
    name = "Glewlwyd"
    access_lifetime = 20
    auth_method = "client_secret_post"

    def __init__(self, folder):
        super().__init__(folder)
        self.issuer = f"{self.origin}/api/oidc"
        self.root = INSTALLED / "glewlwyd"
        self.generation = 0

    def command(self):
        return [self.root / "usr/bin/glewlwyd", f"--config-file={self.folder}/glewlwyd.conf"]

    def prepare(self):
        (self.folder / "glewlwyd.conf").write_text(CONFIG.format(port=self.port, origin=self.origin, root=self.root,
            folder=self.folder))
        with gzip.open(self.root / "usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz", "rt") as script:
            database = sqlite3.connect(self.folder / "glewlwyd.db")
            database.executescript(script.read())
            database.close()

    def answers(self):
        """Before it is set up it has no metadata."""
        if self.generation:
            return super().answers()
        assert self.process.poll() is None, f"{self.name} ended:\n{(self.folder / 'log').read_text()[-3000:]}"
        try:
            return send(self.origin, "GET", "/config").status == 200
        except OSError:
            return False

    # ---- its admin API; a login of the administrator lasts ten minutes ----

    def admin(self, method, path, body):
        login = send(self.origin, "POST", "/api/auth/", json.dumps({"username": "admin", "password": "password"}).encode(), [JSON])
        assert login.status == 200, login.text
        cookie = ("Cookie", login.headers["set-cookie"].split(";")[0])
        answer = send(self.origin, method, "/api" + path, json.dumps(body).encode(), [JSON, cookie])
        assert answer.status == 200, f"{method} {path}: {answer.status} {answer.text}"

    def set_up(self):
        for scope in (USE, MORE):
            self.admin("POST", "/scope/", {"name": scope, "display_name": scope, "description": scope,
                                           "password_required": True, "password_max_age": 0, "scheme": {}})
        self.admin("POST", "/user/", {"username": USER, "password": PASSWORD, "name": "Alice", "email": "alice@example.com",
                                      "scope": ["g_profile", "openid", USE, MORE], "enabled": True})
        client_id, secret = self.service
        self.admin("POST", "/client/", {"client_id": client_id, "name": "a service", "password": secret, "confidential": True,
                                        "authorization_type": ["client_credentials"], "scope": [USE, MORE], "enabled": True,
                                        "redirect_uri": [], "resource": [*self.resources, OTHER_RESOURCE],
                                        "token_endpoint_auth_method": ["client_secret_basic"]})
        self.plugin("POST", "/mod/plugin/")

    def plugin(self, method, path):
        """The OpenID Connect plugin with a new key."""
        self.generation += 1
        kid = f"key-{self.generation}"
        parameters = {
            "iss": self.issuer, "jwks-show": True, "jwks-private": json.dumps({"keys": [private_key(kid)]}), "default-kid": kid,
            "jwt-type": "ecdsa", "jwt-key-size": "256", "access-token-duration": self.access_lifetime,
            "refresh-token-duration": 3600, "code-duration": 60, "refresh-token-rolling": False,
            "refresh-token-one-use": "always", "auth-type-code-enabled": True, "auth-type-code-revoke-replayed": True,
            "auth-type-client-enabled": True, "auth-type-refresh-enabled": True, "allow-non-oidc": True, "subject-type": "public",
            "pkce-allowed": True, "pkce-required": True, "pkce-method-plain-allowed": False,
            "register-client-allowed": True, "register-client-auth-scope": [], "register-client-credentials-scope": [],
            "register-resource-specify-allowed": False, "register-resource-default": list(self.resources),
            "resource-allowed": True, "resource-client-property": "resource", "resource-scope": {},
            "resource-scope-and-client-property": False, "introspection-revocation-allowed": True,
            "introspection-revocation-allow-target-client": True, "introspection-revocation-auth-scope": [],
            "oauth-dpop-allowed": True, "oauth-dpop-iat-duration": 60, "oauth-as-iss-id": True, "session-management-allowed": False}
        self.admin(method, path, {"module": "oidc", "name": "oidc", "display_name": "OpenID Connect", "enabled": True,
                                  "parameters": parameters})

    def rotate(self):
        self.plugin("PUT", "/mod/plugin/oidc")
        self.admin("PUT", "/mod/plugin/oidc/reset", {})

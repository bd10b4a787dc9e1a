"""A43: thousands of broken inputs of every kind. Run by test_storm.py in a process of its own:

    mutation_storm.py SEED COUNT FILE

Writes each input into FILE before the library sees it, so that the last one is known when it kills the process. Prints
how often which result came. A trap in Swift ends the process by SIGILL or SIGTRAP; so would a host have ended.
"""
import collections
import ctypes
import json
import mmap
import random
import sys

from encoding import b64, compact
from gate import verifier
from keys import ED25519, P256, RSA, secret
from mcpauth_abi import LIB, Config, R, Request, SetterFailed, Str
from mutation import mutated, reshaped
from tokens import ISSUER, NOW, RESOURCE, claims, header, signed, signing_input

SHARED = secret("storm")
KEYS = [P256.jwk(), RSA.jwk(alg="RS256", use="sig"), ED25519.jwk(key_ops=["verify"])]
METADATA = {
    "issuer": ISSUER.decode(), "jwks_uri": "https://issuer.example/keys", "response_types_supported": ["code"],
    "code_challenge_methods_supported": ["S256"]
}
BODY = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "delete", "arguments": {"path": "/"}}}
PATHS = [
    b"realm_access.roles", b"resource_access.{client}.roles", b"/https:~1~1x.example~1roles", b"list.0.a", b"sub",
    b"exp"
]
RICH = claims(realm_access={"roles": ["a", "b"]},
              list=[{"a": 1.5}, True, None],
              email_verified=True,
              amr=["pwd", "mfa"],
              **{"https://x.example/roles": ["x"], "resource_access": {"client-1": {"roles": ["y"]}}})

# What has setters of its own in a custom verifier may not stand in its claims_json.
FURTHER = {name: value for name, value in RICH.items() if name not in claims() or name == "iat"}


class Storm:
    def __init__(self, seed, log):
        self.source, self.log = random.Random(seed), log
        self.checked = verifier(KEYS, [(SHARED, "HS256")])
        self.scoped = verifier(KEYS,
                               settings=[("add_tool_scope", b"delete", b"admin"), ("add_tool_scope", b"list", b"read"),
                                         ("add_method_scope", b"ping", b"read")])
        self.good = signed(P256, "ES256", payload=RICH)
        self.info = ctypes.c_void_p()
        assert LIB.mcpauth_verify(self.checked.handle, self.good, len(self.good), ctypes.byref(self.info), None) == R.OK

    def noted(self, kind, *texts):
        record = kind.encode() + b"\n" + b"\n".join(repr(text).encode() for text in texts)
        record = record[:len(self.log) - 1] + b"\0"
        self.log[:len(record)] = record
        return texts if len(texts) > 1 else texts[0]

    def c_text(self, *choices):
        return mutated(self.source, self.source.choice(choices), 1).replace(b"\0", b"0")

    # Each kind of input: one attempt, and its result.

    def header_field(self):
        field = self.noted("header_field", mutated(self.source, b"Bearer " + self.good))
        result = self.checked.authorize(field).result
        assert result != R.OK or field.strip(b" \t").endswith(b" " + self.good), "another token passed for the good one"
        return result

    def token(self):
        token = self.noted("token", mutated(self.source, self.good))
        result = self.checked.verify(token).result
        assert result != R.OK or token == self.good, "another token passed for the good one"
        return result

    def signed_token(self):
        """The mutation is inside, and the signature is good: it gets past the keys to the claims."""
        head, payload = compact(header(SHARED, "HS256")), compact(RICH)
        broken = self.source.choice((mutated, reshaped, reshaped))
        if self.source.random() < 0.3:
            head = broken(self.source, head)
        else:
            payload = broken(self.source, payload)
        data = signing_input(head, payload)
        token = self.noted("signed_token", data + b"." + b64(SHARED.sign("HS256", data)))
        return self.checked.verify(token).result

    def configuration(self, kind, setter, text, *behind):
        config = Config(RESOURCE).clock(lambda: NOW)
        issuer = config.issuer(ISSUER)
        self.noted(kind, text)
        issuer.call(setter, text, len(text), *behind)
        try:
            made = config.verifier()
        except SetterFailed as failure:
            return failure.result
        return R.OK if setter == "set_metadata_json" else made.verify(self.good).result

    def key_set(self):
        keys = {"keys": KEYS}
        text = self.source.choice((mutated, reshaped))(self.source, compact(keys))
        return self.configuration("key_set", "set_jwks_json", text)

    def pem(self):
        text = mutated(self.source, self.source.choice((P256, RSA, ED25519)).pem())
        return self.configuration("pem", "add_public_key_pem", text, None)

    def pem_content(self):
        """The base64 is right and the DER in it is not."""
        der = b64(mutated(self.source,
                          self.source.choice((P256, RSA, ED25519)).der())).replace(b"-", b"+").replace(b"_", b"/")
        der += b"=" * (-len(der) % 4)
        lines = b"\n".join(der[at:at + 64] for at in range(0, len(der), 64))
        text = b"-----BEGIN PUBLIC KEY-----\n" + lines + b"\n-----END PUBLIC KEY-----\n"
        return self.configuration("pem_content", "add_public_key_pem", text, None)

    def metadata(self):
        text = self.source.choice((mutated, reshaped))(self.source, compact(METADATA))
        return self.configuration("metadata", "set_metadata_json", text)

    def claims_json(self):
        text = self.source.choice((mutated, reshaped))(self.source, compact(FURTHER))
        self.noted("claims_json", text)

        def verify(_, builder):
            LIB.mcpauth_authinfo_builder_set_claims_json(builder, text, len(text))
            for setter, given in (("set_issuer", ISSUER), ("set_subject", b"user"), ("add_audience", RESOURCE)):
                getattr(LIB, "mcpauth_authinfo_builder_" + setter)(builder, given, len(given))
            return R.OK

        config = Config(RESOURCE)
        config.issuer(ISSUER)
        return config.custom(verify).verifier().verify(b"opaque").result

    def urls(self):
        urls = (RESOURCE, b"https://[::1]:8080/a/b", b"http://127.0.0.1:1/", b"https://mcp.example:443/mcp?x#y")
        resource, issuer = self.noted("urls", self.c_text(*urls), self.c_text(*urls))
        try:
            config = Config(resource)
            config.issuer(issuer).jwks(compact({"keys": KEYS[:1]}))
            made = config.verifier()
        except SetterFailed as failure:
            return failure.result
        out = ctypes.c_void_p()
        path = self.noted("path", mutated(self.source, b"/.well-known/oauth-protected-resource/mcp?x=y"))
        result = R(LIB.mcpauth_well_known(made.handle, b"GET", 3, path, len(path), ctypes.byref(out)))
        LIB.mcpauth_response_free(out)
        return result

    def texts(self):
        setter = self.source.choice(("add_audience", "add_required_scope", "add_scope_claim"))
        text = self.noted("texts: " + setter, self.c_text(b"api://x", b"read:all", b"a.b.{client}.c", b"/a~1b/~0/0"))
        config = Config(RESOURCE)
        config.issuer(ISSUER).jwks(compact({"keys": KEYS[:1]}))
        result = config.call(setter, text)
        if result == R.OK:
            config.clock(lambda: NOW).verifier().verify(self.good)
        return result

    def claim_path(self):
        path = self.noted("claim_path", self.c_text(*PATHS))
        kind = LIB.mcpauth_authinfo_claim_type(self.info, path)
        LIB.mcpauth_authinfo_claim_string(self.info, path).bytes()
        integer, number, boolean = ctypes.c_int64(), ctypes.c_double(), ctypes.c_bool()
        LIB.mcpauth_authinfo_claim_integer(self.info, path, ctypes.byref(integer))
        LIB.mcpauth_authinfo_claim_number(self.info, path, ctypes.byref(number))
        LIB.mcpauth_authinfo_claim_boolean(self.info, path, ctypes.byref(boolean))
        for index in range(LIB.mcpauth_authinfo_claim_count(self.info, path) + 1):
            LIB.mcpauth_authinfo_claim_string_at(self.info, path, index).bytes()
        room = self.source.randrange(40)
        buffer = ctypes.create_string_buffer(b"\x5a" * 64, 64)
        LIB.mcpauth_authinfo_claim_json(self.info, path, buffer, room)
        assert buffer.raw[room:] == (b"\x5a" * 64)[room:], "nothing is written beyond the buffer"
        return R.OK if kind else R.CLAIM_MISSING

    def body(self):
        body = self.source.choice((mutated, reshaped))(self.source, compact(self.source.choice((BODY, [BODY, BODY]))))
        name = mutated(self.source, self.source.choice((b"delete", b"=?base64?ZGVsZXRl?=")), 1)
        self.noted("body", body, name)
        field = Str.of(b"Bearer " + self.good)
        request = Request(size=ctypes.sizeof(Request),
                          authorization=(Str * 1)(field),
                          authorization_count=1,
                          method=Str.of(b"POST"),
                          body=Str.of(body))
        if self.source.random() < 0.3:
            request.mcp_name = Str.of(name)
        result = self.scoped.authorize_request(request).result
        if result == R.OK:  # the token's scopes do not cover this tool
            messages = json.loads(body) if body.lstrip()[:1] == b"[" else [json.loads(body)]
            named = [message["params"].get("name") for message in messages if message.get("method") == "tools/call"]
            assert "delete" not in named, "a tool was called without its scope"
        return result


KINDS = [
    "header_field", "token", "signed_token", "key_set", "pem", "pem_content", "metadata", "claims_json", "urls",
    "texts", "claim_path", "body"
]


def main(seed, count, path):
    with open(path, "r+b") as file:
        storm = Storm(seed, mmap.mmap(file.fileno(), 0))
        results = {kind: collections.Counter() for kind in KINDS}
        for number in range(count):
            kind = KINDS[number % len(KINDS)]
            results[kind][getattr(storm, kind)().name] += 1
        LIB.mcpauth_authinfo_free(storm.info)
    for kind in KINDS:
        print(f"{kind}: {sum(results[kind].values())}:",
              ", ".join(f"{name} {many}" for name, many in results[kind].most_common()))


main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])

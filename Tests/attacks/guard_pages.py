"""A32: every input at the very end, and at the very start, of memory that nobody may read beyond.

Run by test_boundary.py:

    guard_pages.py [beyond|before]

With an argument it reads one byte too many itself, which has to end it: so the guards are seen to work.
"""
import ctypes
import mmap
import sys

from encoding import b64, compact
from gate import configured, verifier
from keys import P256, secret
from mcpauth_abi import LIB, Config, R, Str
from tokens import ISSUER, claims, signed

PAGE = mmap.PAGESIZE
LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
SIZE = 16 * PAGE  # readable, with a page that is not on either side
MEMORY = mmap.mmap(-1, SIZE + 2 * PAGE)
START = ctypes.addressof(ctypes.c_char.from_buffer(MEMORY)) + PAGE
for guard in (START - PAGE, START + SIZE):
    assert LIBC.mprotect(guard, PAGE, 0) == 0


def at_end(text):
    ctypes.memmove(START + SIZE - len(text), text, len(text))
    return START + SIZE - len(text)


def at_start(text):
    ctypes.memmove(START, text, len(text))
    return START


def lengths(count):
    """All of a short text, the ends and a sample of a long one."""
    return sorted({*range(min(count, 70)), *range(0, count, 37), *range(max(0, count - 70), count + 1)})


def same_everywhere(name, text, use):
    """`use(address, count)` has to say the same as with ordinary memory, of the text and of each of its beginnings."""
    results = set()
    for count in lengths(len(text)):
        part = text[:count]
        usual = ctypes.create_string_buffer(part, count + 1)
        expected = use(ctypes.addressof(usual), count)
        results.add(expected)
        for placed in (at_end, at_start):
            assert use(placed(part), count) == expected, (name, count, expected)
    assert R.OK in results, f"{name}: the whole text is good"
    assert len(results) > 1 or name in ("method", "path"), f"{name}: and not all of its beginnings are"
    print(f"{name}: {len(lengths(len(text)))} lengths, {', '.join(sorted(result.name for result in results))}")


def in_configuration(setter, *behind):
    def use(address, count):
        config, issuer = configured()
        issuer.call(setter, address, count, *behind)
        try:
            config.verifier()
        except Exception as failure:
            return failure.result
        return R.OK

    return use


def through_builder(setter):
    """A custom verifier that hands its text over by address and length."""
    def use(address, count):
        def verify(_, builder):
            LIB.mcpauth_authinfo_builder_set_subject(builder, b"user", 4)
            return getattr(LIB, "mcpauth_authinfo_builder_" + setter)(builder, address, count)

        config = Config(b"https://mcp.example/mcp").set("dangerous_disable_audience_check").custom(verify)
        return config.verifier().verify(b"opaque").result

    return use


def well_known(checked, method=None, path=None):
    def use(address, count):
        out = ctypes.c_void_p()
        arguments = (address, count, path, len(path)) if method is None else (method, len(method), address, count)
        result = R(LIB.mcpauth_well_known(checked.handle, *arguments, ctypes.byref(out)))
        LIB.mcpauth_response_free(out)
        return result

    return use


def main():
    checked = verifier([P256.jwk()])
    token = signed(P256, "ES256", payload=claims(x="y" * 300))
    same_everywhere("token", token, lambda address, count: checked.verify(address, count).result)
    bearer = b"Bearer  " + token
    same_everywhere("header field", bearer, lambda address, count: checked.authorize(Str(address, count)).result)
    quoted = b'Digest a="\\"b", c="\\'
    for count in range(len(quoted) + 1):
        assert checked.authorize(Str(at_end(quoted[:count]), count)).result == R.INVALID_AUTH_HEADER
    same_everywhere("key set", compact({"keys": [P256.jwk()]}), in_configuration("set_jwks_json"))
    same_everywhere("PEM", P256.pem(), in_configuration("add_public_key_pem", None))
    metadata = compact({"issuer": ISSUER.decode(), "jwks_uri": "https://issuer.example/k"})
    same_everywhere("metadata", metadata, in_configuration("set_metadata_json"))
    same_everywhere("shared secret", secret("s", 48).secret, in_configuration("add_shared_secret", b"HS256", None))
    extra = {"sub": "x", "tenant": "t" * 60, "nested": {"a": [1, "\u00e9"]}}
    same_everywhere("claims_json", compact(extra), through_builder("set_claims_json"))
    for setter in ("set_subject", "set_client_id", "add_audience", "add_scope", "set_message"):
        same_everywhere(setter, b"text" + b64(b"x" * 40), through_builder(setter))
    same_everywhere("method", b"OPTIONS", well_known(checked, path=b"/.well-known/oauth-protected-resource/mcp"))
    same_everywhere("path", b"/.well-known/oauth-protected-resource/mcp?x", well_known(checked, method=b"GET"))


if sys.argv[1:] == ["beyond"]:
    ctypes.string_at(at_end(b"text"), 5)
elif sys.argv[1:] == ["before"]:
    ctypes.string_at(at_start(b"text") - 1, 5)
else:
    main()

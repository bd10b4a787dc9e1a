"""What of the library is made at its first use, and by which call. Run by test_processes.py.

Swift makes such a value once, and marks in a word of its own (a symbol that ends with Wz) that somebody has begun. In a
child of fork nobody goes on with what a thread of the parent had begun, and who needs it waits for ever.
"""
import ctypes
import os
import pathlib
import subprocess

# With its symbols: its words lie where they lie in the one that is installed.
UNSTRIPPED = pathlib.Path(os.environ["UNSTRIPPED"])
os.environ["MCPAUTH_LIBRARY"] = str(UNSTRIPPED)

from gate import verifier  # noqa: E402
from keys import P256  # noqa: E402
from mcpauth_abi import Config  # noqa: E402
from tokens import ISSUER, NOW, RESOURCE, claims, signed, with_signature  # noqa: E402

with open("/proc/self/maps", encoding="ascii") as maps:
    base = next(int(line.split("-")[0], 16) for line in maps if line.rstrip().endswith("/" + UNSTRIPPED.name))
words = [line.split() for line in subprocess.check_output(["nm", UNSTRIPPED], text=True).splitlines()
         if line.endswith("Wz")]
made = set()


def note(when):
    """Prints what was made since the last note."""
    for address, _, name in words:
        if name not in made and ctypes.c_int64.from_address(base + int(address, 16)).value:
            made.add(name)
            print(when, name)


note("loaded")
given = verifier([P256.jwk()], settings=[("add_scope_claim", b"roles"),
                                         ("add_scope_claim", b"resource_access.{client}.roles")])
strict = verifier([P256.jwk()], settings=[("require_rfc9068",)])
config = Config(RESOURCE).clock(lambda: NOW)
config.issuer(ISSUER).set("set_jwks_uri", b"http://127.0.0.1:9/jwks").set("allow_http_on_loopback")
fetching = config.verifier()
note("setup")
good = signed(P256, "ES256")
for each in (given, strict, fetching):
    for token in (good, with_signature(good, b"x" * 64), b"a.b.c", signed(P256, "ES256", payload=claims(aud="account"))):
        print("#", each.verify(token).result.name, each.request(token).status)
    each.authorize()
note("request")

"""The recipes of docs/identity-providers.md: extracted, compiled as one program text, and called through ctypes.

The linker puts two calls of the library aside (--wrap): keys that a recipe would discover at the provider, or fetch from
its jwks_uri, are those of the test instead. Everything else of a recipe is what the reader copies.
"""
import ctypes
import os
import re
import shlex
import subprocess

from mcpauth_abi import LIB, LIBRARY, ROOT, Config, R
from shape import NOW, RESOURCE

PAGE = ROOT / "docs/identity-providers.md"
STAND_INS = r"""
#include <string.h>
const char *test_jwks; /* NULL: the recipe's own keys */
char test_said[4096];  /* what was asked for, one line each */
static void say(const char *what, const char *text) {
  const size_t len = strlen(test_said);
  snprintf(test_said + len, sizeof test_said - len, "%s %s\n", what, text);
}
mcpauth_result __real_mcpauth_config_add_issuer(mcpauth_config *, const char *, mcpauth_issuer **);
mcpauth_result __real_mcpauth_issuer_set_jwks_uri(mcpauth_issuer *, const char *);
mcpauth_result __wrap_mcpauth_config_add_issuer(mcpauth_config *config, const char *issuer, mcpauth_issuer **out);
mcpauth_result __wrap_mcpauth_issuer_set_jwks_uri(mcpauth_issuer *issuer, const char *uri);
mcpauth_result __wrap_mcpauth_config_add_issuer(mcpauth_config *config, const char *issuer, mcpauth_issuer **out) {
  mcpauth_issuer *added = NULL;
  mcpauth_result r = __real_mcpauth_config_add_issuer(config, issuer, &added);
  say("issuer", issuer);
  if (r == MCPAUTH_OK && test_jwks != NULL) r = mcpauth_issuer_set_jwks_json(added, test_jwks, strlen(test_jwks));
  if (out != NULL) *out = added;
  return r;
}
mcpauth_result __wrap_mcpauth_issuer_set_jwks_uri(mcpauth_issuer *issuer, const char *uri) {
  say("jwks_uri", uri);
  return test_jwks != NULL ? MCPAUTH_OK : __real_mcpauth_issuer_set_jwks_uri(issuer, uri);
}
"""
WRAPPED = ("mcpauth_config_add_issuer", "mcpauth_issuer_set_jwks_uri")
RECIPE = re.compile(r"^void (\w+)\(mcpauth_config \*config\) \{$", re.M)


def program():
    """All C snippets of the page, in its order."""
    return "\n".join(re.findall(r"^```c\n(.*?)^```$", PAGE.read_text(), re.M | re.S))


def names():
    return RECIPE.findall(program())


def flags():
    """As a reader gets them: from pkg-config, for the installed library."""
    path = os.environ.get("PKG_CONFIG_PATH", str(LIBRARY.parent / "pkgconfig"))
    command = ["pkg-config", "--cflags", "--libs", "mcpauth", "libcurl", "jansson"]
    return shlex.split(subprocess.run(command, env={**os.environ, "PKG_CONFIG_PATH": path}, check=True,
                                      capture_output=True, text=True).stdout)


class Recipes:
    def __init__(self, directory):
        source, library = directory / "recipes.c", directory / "recipes.so"
        source.write_text(program() + STAND_INS)
        strict = ["-std=c11", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-shared", "-fPIC"]
        wraps = [f"-Wl,--wrap={name}" for name in WRAPPED]
        subprocess.run([os.environ.get("CC", "cc"), *strict, str(source), "-o", str(library), *wraps, *flags(),
                        f"-Wl,-rpath,{LIBRARY.parent}"], check=True)
        self.library = ctypes.CDLL(str(library))

    def config(self, name, jwks=None, resource=RESOURCE):
        """A configuration made by the recipe, at the tests' time. `said` lists its issuers and jwks_uris."""
        config = Config(resource.encode()).clock(lambda: NOW)
        config.kept.append(jwks)
        ctypes.c_char_p.in_dll(self.library, "test_jwks").value = jwks
        said = (ctypes.c_char * 4096).in_dll(self.library, "test_said")
        said.value = b""
        recipe = getattr(self.library, name)
        recipe.argtypes, recipe.restype = [ctypes.c_void_p], None
        recipe(config.handle)
        error = LIB.mcpauth_config_error(config.handle)
        config.require(R(LIB.mcpauth_error_result(error)) if error else R.OK)
        config.said = said.value.decode().split("\n")[:-1]
        return config

    def verifier(self, name, shape, *others):
        """The recipe's verifier over the keys that the provider of this shape publishes."""
        return self.config(name, shape.jwks(*others)).verifier()

    def function(self, name):
        """The address of a function of the page that is not static, for a callback."""
        return ctypes.cast(getattr(self.library, name), ctypes.c_void_p)

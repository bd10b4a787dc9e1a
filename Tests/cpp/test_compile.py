"""mcpauth.hpp compiles alone with each compiler and standard, without a warning; what must not compile does not."""
import subprocess

import pytest

from conftest import compile_text

STANDARDS = ["c++17", "c++20", "c++23", "c++26"]

# Every template of it, with whatever warnings its instances have; nothing before the header, and the header twice.
EVERYTHING = """
#include "mcpauth.hpp"
#include "mcpauth.hpp"
mcpauth_result everything() {
  mcpauth::config config("https://mcp.example.com/mcp");
  config.add_issuer("https://a.example.com", [](mcpauth::issuer &issuer) {
    issuer.set_metadata_transform([](std::string_view json) { return std::string(json); });
  });
  config.set_custom_verifier([](std::string_view, mcpauth::identity &) { return MCPAUTH_OK; })
      .set_operation_check([](const mcpauth::operation &) { return MCPAUTH_OK; })
      .set_fetch([](const mcpauth::fetch_request &, mcpauth::fetch_response &) { return MCPAUTH_OK; })
      .set_clock([] { return std::chrono::system_clock::now(); })
      .set_log(MCPAUTH_LOG_INFO, [](mcpauth_log_level, std::string_view) {});
  std::optional<mcpauth::verifier> verifier = config.try_build();
  if (!verifier) return MCPAUTH_ERR_INTERNAL;
  mcpauth::decision decision = verifier->handle(mcpauth::request("GET", "/mcp").header("a", "b"));
  const mcpauth::caller &caller = decision.caller();
  const bool all = caller.claim<bool>("a") && caller.claim<char>("a") && caller.claim<short>("a") &&
      caller.claim<unsigned>("a") && caller.claim<long long>("a") && caller.claim<unsigned long>("a") &&
      caller.claim<float>("a") && caller.claim<double>("a") && caller.claim<std::string>("a") &&
      caller.claim<std::string_view>("a") && caller.claim<std::vector<std::string>>("a");
  for (std::string_view scope : caller.scopes()) if (scope == "x") return all;
  return verifier->verify_async("t", [](mcpauth::verification) {});
}
#ifdef MCPAUTH_HPP_COROUTINES
auto awaited(const mcpauth::verifier &v, const mcpauth::request &r) { return mcpauth::co_handle(v, r); }
#endif
#if __cplusplus >= 202002L && !defined(MCPAUTH_HPP_COROUTINES)
#error "no coroutines"
#endif
int main() {}
"""


def knows(compiler, standard):
    return subprocess.run([compiler, "-x", "c++", f"-std={standard}", "-fsyntax-only", "-"], input="",
                          capture_output=True, text=True).returncode == 0


@pytest.mark.parametrize("standard", STANDARDS)
@pytest.mark.parametrize("compiler", ["g++", "clang++"])
def test_compiles_without_a_warning(compiler, standard):
    if not knows(compiler, standard):
        assert standard in STANDARDS[2:], f"{compiler} has to know {standard}"
        pytest.skip(f"{compiler} does not know {standard}")
    assert compile_text(EVERYTHING, compiler, standard) == (0, "")


def test_compiles_without_exceptions_and_rtti():
    assert compile_text(EVERYTHING, "clang++", "c++20", "-fno-exceptions", "-fno-rtti") == (0, "")


# Each statement in a function of its own, on a line of its own.
FUNCTION = ("void f{0}(mcpauth::config &config, const mcpauth::verifier &verifier, const mcpauth::request &request) {{ "
            "(void)config, (void)verifier, (void)request; {1} }}\n")


def functions(statements):
    return '#include "mcpauth.hpp"\n' + "".join(FUNCTION.format(*pair) for pair in enumerate(statements))


# What has to be refused: the statement, what is said, and the same statement as it should be.
REFUSED = {
    "a bool, of which false would be MCPAUTH_OK": (
        "config.set_custom_verifier([](std::string_view, mcpauth::identity &) { return false; });",
        "has to return an mcpauth_result",
        "config.set_custom_verifier([](std::string_view, mcpauth::identity &) { return MCPAUTH_OK; });"),
    "an operation check that returns nothing": (
        "config.set_operation_check([](const mcpauth::operation &) {});", "has to return an mcpauth_result",
        "config.set_operation_check([](const mcpauth::operation &) { return MCPAUTH_OK; });"),
    "state that threads would change at once": (
        "config.set_operation_check([n = 0](const mcpauth::operation &) mutable { n++; return MCPAUTH_OK; });",
        "or is mutable",
        "config.set_operation_check([n = 0](const mcpauth::operation &) { (void)n; return MCPAUTH_OK; });"),
    "a clock of another epoch": (
        "config.set_clock([] { return std::chrono::steady_clock::now(); });", "system_clock::time_point",
        "config.set_clock([] { return std::chrono::system_clock::now(); });"),
    "a decision that nobody looks at": (
        "verifier.handle(request);", "nodiscard", "if (verifier.handle(request)) {}"),
    "a token that nobody looks at": ("verifier.verify(\"t\");", "nodiscard", "(void)verifier.verify(\"t\").result();"),
    "a step-up that nobody looks at": (
        "verifier.require_scopes(mcpauth::caller(), \"a\");", "nodiscard",
        "if (verifier.require_scopes(mcpauth::caller(), \"a\")) {}"),
    "an async call that may not be taken": (
        "verifier.handle_async(request, [](mcpauth::decision) {});", "nodiscard",
        "if (verifier.handle_async(request, [](mcpauth::decision) {}) != MCPAUTH_OK) {}"),
    "a configuration that is copied": (
        "mcpauth::config copy(config);", "deleted", "mcpauth::config moved(std::move(config));"),
    "a claim of a type that JSON has not": (
        "(void)mcpauth::caller().claim<const char *>(\"a\");", "T is a string", "(void)mcpauth::caller().claim<int>(\"a\");"),
}


def test_what_is_right_compiles():
    assert compile_text(functions(right for _, _, right in REFUSED.values())) == (0, "")


@pytest.fixture(scope="module")
def refusals():
    """What the compiler says to all that is wrong, together."""
    return compile_text(functions(wrong for wrong, _, _ in REFUSED.values()))[1]


@pytest.mark.parametrize("what", REFUSED)
def test_does_not_compile(what, refusals):
    line = f"<stdin>:{2 + list(REFUSED).index(what)}:"
    assert line in refusals and REFUSED[what][1] in refusals, refusals


def test_says_that_it_needs_cpp17():
    status, messages = compile_text('#include "mcpauth.hpp"\n', standard="c++14")
    assert status != 0 and "mcpauth.hpp needs C++17" in messages

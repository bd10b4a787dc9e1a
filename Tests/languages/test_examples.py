"""Each language comes to the same verdict as every other: one table for all of them."""
import pytest

from conftest import ISSUER, RESOURCE, Key

METADATA = 'resource_metadata="https://mcp.example.com/.well-known/oauth-protected-resource/mcp"'

# What is wrong with the token, and what is said then.
REFUSED = {
    "no token": (lambda key: None, "401 MCPAUTH_ERR_MISSING_AUTH_HEADER"),
    "nonsense": (lambda key: "no.to.ken", "401 MCPAUTH_ERR_TOKEN_MALFORMED"),
    "expired": (lambda key: key.token(exp=1), "401 MCPAUTH_ERR_TOKEN_EXPIRED"),
    "of another issuer": (lambda key: key.token(iss=ISSUER + ".example"), "401 MCPAUTH_ERR_ISSUER_MISMATCH"),
    "for another resource": (lambda key: key.token(aud=RESOURCE + "2"), "401 MCPAUTH_ERR_AUDIENCE_MISMATCH"),
    "without a subject": (lambda key: key.token(sub=None), "401 MCPAUTH_ERR_CLAIM_MISSING"),
    "signed by somebody else": (lambda key: Key().token(), "401 MCPAUTH_ERR_SIGNATURE_INVALID"),
    "not signed": (lambda key: key.token("none"), "401 MCPAUTH_ERR_ALGORITHM_NOT_ALLOWED"),
    "without the scope": (lambda key: key.token(scope="other"), "403 MCPAUTH_ERR_INSUFFICIENT_SCOPE"),
}


@pytest.mark.parametrize("subject", ["alice", "Jürgen 👋"])
def test_a_good_token_is_accepted(example, key, jwks_file, subject):
    result = example(RESOURCE, ISSUER, jwks_file, key.token(sub=subject))
    assert (result.returncode, result.stdout) == (0, f"hello {subject}\n"), result.stderr


@pytest.mark.parametrize("what", REFUSED)
def test_a_bad_token_is_refused(example, key, jwks_file, what):
    token, expected = REFUSED[what]
    result = example(RESOURCE, ISSUER, jwks_file, *filter(None, [token(key)]))
    assert result.returncode == 0, result.stderr
    first, *head = result.stdout.splitlines()
    assert first == expected
    challenge = next(line for line in head if line.startswith("WWW-Authenticate: Bearer "))
    assert METADATA in challenge


def test_a_configuration_that_cannot_be_used_says_what_to_do(example, tmp_path):
    result = example(RESOURCE, ISSUER, tmp_path / "no-such-file", "x")
    assert result.returncode == 1 and result.stdout == ""
    assert "no-such-file" in result.stderr


def test_log_entries_come_through_the_queue(example, key, jwks_file, request):
    """From the languages whose examples have one."""
    language = request.node.callspec.params["example"]
    result = example(RESOURCE, ISSUER, jwks_file, key.token(exp=1))
    assert ("log: " in result.stderr and "MCPAUTH_ERR_TOKEN_EXPIRED" in result.stderr) == (language in {"py", "lua"})

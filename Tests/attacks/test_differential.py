"""Thousands of generated tokens, judged by this library, PyJWT and joserfc under the same policy."""
import collections

import pytest

import references
from differences import ACCEPTED, Case
from drafts import drafted
from gate import verifier
from mcpauth_abi import R

SEED, COUNT = 7, 6_000
pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")


def same_policy():
    """The others know no token types; all else is what references.py tells them."""
    keys = {key.kid: key.jwk() for key in references.ASYMMETRIC.values()}
    secrets = [(key, name) for name, key in references.HMAC.items()]
    return verifier(keys.values(), secrets, settings=[("dangerous_disable_token_type_check", )])


@pytest.fixture(scope="module")
def compared():
    """(each difference with the libraries it was seen with, counts)"""
    checked, seen, counts = same_policy(), [], collections.Counter()
    for number in range(COUNT):
        token, note = drafted(SEED, number)
        outcome = checked.verify(token)
        case = Case(token, note, outcome.result, outcome.message)
        counts["accepted" if outcome.result == R.OK else "refused"] += 1
        counts[outcome.result] += 1
        for name, reference in references.REFERENCES.items():
            reason = reference(token)
            if (reason is None) == (outcome.result == R.OK):
                counts["same as " + name] += 1
            else:
                seen.append((name, case, reason))
    return seen, counts


def explains(difference, name, case):
    return name in difference.libraries and case.result == difference.result and difference.occurs(case)


def test_no_difference_is_unexplained(compared, report):
    seen, counts = compared
    report(f"differential: {COUNT} tokens: " + ", ".join(f"{getattr(key, 'name', key)} {count}"
                                                         for key, count in counts.most_common()))
    unexplained = [
        f"{name}: {reason or 'good'}; here {case.result.name}: {case.message}\n  {case.note}\n  {case.token[:400]}"
        for name, case, reason in seen if not any(explains(difference, name, case) for difference in ACCEPTED)
    ]
    assert not unexplained, f"{len(unexplained)} differences are not accepted ones, such as:\n" + "\n".join(
        unexplained[:5])


def test_the_tokens_are_worth_comparing(compared):
    """Both verdicts are frequent, and every reason to refuse occurs."""
    _, counts = compared
    assert counts["accepted"] > COUNT / 5 and counts["refused"] > COUNT / 3
    for result in (R.TOKEN_MALFORMED, R.TOKEN_ENCRYPTED, R.ALGORITHM_NOT_ALLOWED, R.KEY_NOT_FOUND, R.SIGNATURE_INVALID,
                   R.TOKEN_EXPIRED, R.TOKEN_NOT_YET_VALID, R.ISSUER_MISMATCH, R.AUDIENCE_MISMATCH, R.CLAIM_MISSING,
                   R.CLAIM_INVALID, R.BINDING_MISMATCH):
        assert counts[result] >= 10, result.name


@pytest.mark.parametrize("difference",
                         ACCEPTED,
                         ids=lambda difference: f"{difference.result.name}: {difference.reason}")
def test_each_accepted_difference_occurs(compared, report, difference):
    """One that no longer occurs is taken off the list."""
    seen, _ = compared
    counts = {
        library: sum(name == library and explains(difference, name, case) for name, case, _ in seen)
        for library in difference.libraries
    }
    assert all(counts.values()), f"{counts}: whoever has none agrees with this library now: {difference.reason}"
    report(f"  {difference.result.name}, {difference.reason}: " + ", ".join(f"{name} {count}"
                                                                            for name, count in counts.items()))

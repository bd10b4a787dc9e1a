"""The list of reasons is closed at both ends: what is not in it fails, and so does what nothing needs any more."""
import cases_custom
import cases_jwt
import test_metadata
from mcpauth_abi import ROOT
from reasons import REASONS


def test_parity_every_reason_is_needed():
    differences = [case.differs for case in cases_jwt.CASES + cases_custom.CASES]
    differences += [test_metadata.WRONG_METHOD, test_metadata.METADATA_EVERYWHERE]
    used = {value if isinstance(value, str) else value[0] for differs in differences for value in differs.values()}
    assert used == set(REASONS)


def test_parity_the_page_says_every_reason():
    page = (ROOT / "docs/mcp-auth-parity.md").read_text()
    unsaid = [name for name in REASONS if f"`{name}`" not in page]
    assert not unsaid

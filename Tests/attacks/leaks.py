"""Attack A54: what is said of a token never holds it, and nothing holds a secret.

mcpauth_abi.py names each token and secret that it hands over, and gives each text that comes back: messages, responses,
findings, and the lines of the log, which gate.py asks for at its most talkative level.
"""
import base64
import collections

# As long as this, text is in a message by no accident.
LENGTH = 32

# Of late, as a line of the log may be about a token before the last.
recent = collections.deque(maxlen=64)
secrets = set()
found = []
searched = collections.Counter()


def token(text):
    """A token, or a field with one: its beginning, its end and that of its signature are looked for."""
    if isinstance(text, bytes) and len(text) >= 3 * LENGTH:
        signature = text[text.rfind(b".") + 1:]
        parts = text[LENGTH:2 * LENGTH], text[-LENGTH:], signature[:LENGTH]
        recent.extend(part for part in parts if len(part) == LENGTH)


def secret(data):
    if len(data) >= LENGTH // 2:
        secrets.update((data, data.hex().encode(), base64.b64encode(data)[:-2], base64.urlsafe_b64encode(data)[:-2]))


def search(text, where):
    """Notes what `text` gives away; the fixture in conftest.py fails the test that it was in."""
    searched[where] += 1
    if any(part in text for part in recent) or any(part in text for part in secrets):
        found.append((where, text))
    return text

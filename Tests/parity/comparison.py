"""One request, both answers, and the names of the values that differ."""
import json
import re
from dataclasses import dataclass, field

from reasons import REASONS

COUNTS = {"requests": 0, "values": 0, "same": 0, "differences": 0, "reasons": set()}
ABSENT = "(absent)"
COMPARED = ("access-control-allow-origin", "access-control-allow-methods", "access-control-allow-headers", "allow")


@dataclass
class Answer:
    """What a client, or on success the tool behind the check, gets to see."""
    status: int
    body: object = None                          # JSON value, or None
    challenge: str = None                        # WWW-Authenticate
    caller: dict = field(default_factory=dict)   # on success
    headers: dict = field(default_factory=dict)  # those that were compared

    def values(self):
        """Every value that is compared, by name."""
        found = {"status": self.status}
        if isinstance(self.body, dict):
            found |= {f"body.{name}": value for name, value in self.body.items()}
        elif self.body is not None:
            found["body"] = self.body
        found |= {f"challenge.{name}": value for name, value in parameters(self.challenge).items()}
        found |= {f"caller.{name}": value for name, value in self.caller.items()}
        return found | {f"header.{name}": value for name, value in self.headers.items()}


def compared(headers):
    """Of header fields with lower-case names, those that are compared; methods in a list have no order."""
    return {name: ", ".join(sorted(headers[name].split(", "))) for name in COMPARED if name in headers}


def parameters(challenge):
    """The parameters of a Bearer challenge, read as RFC 9110 section 11.6.1 has it; what cannot be read is `broken`."""
    if challenge is None:
        return {}
    found, rest = {}, challenge
    if not rest.startswith("Bearer"):
        return {"scheme": rest.partition(" ")[0]}
    rest = rest[len("Bearer"):].lstrip(" ")
    while rest:
        match = re.match(r'(\w+)="((?:[^"\\]|\\.)*)"(?:, *|$)', rest)
        if not match:
            return {**found, "broken": True}
        found[match[1]] = re.sub(r"\\(.)", r"\1", match[2])
        rest = rest[match.end():]
    return found


def differences(left, right):
    """{value's name: (theirs, ours)}. Where one lets in and the other does not, that is the one difference: `verdict`."""
    if (left["status"] == 200) != (right["status"] == 200):
        return {"verdict": tuple(f"{side['status']} {side.get('body.error', '')}".strip() for side in (left, right))}
    return {key: (left.get(key, ABSENT), right.get(key, ABSENT)) for key in sorted(left.keys() | right.keys())
            if left.get(key, ABSENT) != right.get(key, ABSENT)}


def compare(name, theirs, ours, differs):
    """Fails unless exactly the values in `differs` differ: {value's name: reason, or (reason, theirs, ours)}."""
    left, right = theirs.values(), ours.values()
    names = left.keys() | right.keys()
    observed = differences(left, right)
    unlisted = {key: values for key, values in observed.items() if key not in differs}
    gone = {key: differs[key] for key in differs if key not in observed}
    assert not unlisted and not gone, (
        f"{name}: differences (theirs, ours) that are not listed: {json.dumps(unlisted, indent=1)}; "
        f"listed ones that no longer occur: {gone}")
    for key, reason in differs.items():
        reason, *values = (reason,) if isinstance(reason, str) else reason
        assert reason in REASONS, reason
        assert not values or observed[key] == tuple(values), f"{name}: {key} is {observed[key]}, not {tuple(values)}"
        COUNTS["reasons"].add(reason)
    COUNTS["requests"] += 1
    COUNTS["values"] += len(names)
    COUNTS["same"] += not observed
    COUNTS["differences"] += len(observed)

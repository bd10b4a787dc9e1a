"""base64url and JSON spelled by hand, so that a test can also spell them wrong."""
import base64
import json


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def unb64(text):
    return base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4))


def number_bytes(number):
    """Big-endian, without leading zeros."""
    return number.to_bytes(max(1, (number.bit_length() + 7) // 8), "big")


def compact(value):
    """JSON bytes; bytes are JSON (or not) already."""
    return value if isinstance(value, bytes) else json.dumps(value, separators=(",", ":")).encode()


def spelled(members, **texts):
    """A JSON object whose members are `members`, but those in `texts` have that text for a value, whatever it is."""
    parts = [json.dumps(name) + ":" + json.dumps(value) for name, value in members.items() if name not in texts]
    parts += [json.dumps(name) + ":" + text for name, text in texts.items()]
    return ("{" + ",".join(parts) + "}").encode()

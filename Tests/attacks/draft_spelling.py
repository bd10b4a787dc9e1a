"""Mutations of a token's parts, after it was put together: base64, dots, signature bytes."""
from encoding import b64
from keys import ORDERS, ECKey, RSAKey, hash_of


def respelled(d, parts):
    """Another base64, in one part; header and payload are signed as they are spelled."""
    which = d.source.randrange(3)
    part = parts[which]
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet[max(0, alphabet.find(part[-1:])) ^ d.pick(1, 2, 3, 8)]
    choices = {
        "padding": part + b"=" * (-len(part) % 4), "padding anyway": part + b"=" * (-len(part) % 4 or 4),
        "one pad": part + b"=", "space": part + b" ", "line break": part[:5] + b"\n" + part[5:],
        "standard alphabet": part.replace(b"-", b"+").replace(b"_", b"/"), "last digit": part[:-1] + bytes([last]),
        "percent": part.replace(b"-", b"%2D").replace(b"_", b"%5F"),
        "foreign": part[:3] + d.pick(b"!", b"?", b"\0", b"\xff", b"\xc3\xa9") + part[3:], "one more": part + b"A",
        "one less": part[:-1], "empty": b"",
    }
    note = d.pick(*choices)
    d.notes.append(f"{note} in part {which}")
    parts[which] = choices[note]
    if which < 2:
        parts[2] = b64(d.sign(b".".join(parts[:2])))


def reparted(d, parts):
    """Too many parts, too few, in another order, or something around them."""
    kind = d.source.randrange(10)
    d.notes.append(str(kind))
    token = b".".join(parts)
    parts[:] = [(b".".join(parts[:2]), token + b".", b"." + token, token + b"." + parts[2], token + b"..",
                 b".".join(reversed(parts)), b"", token + b"\n", b" " + token, b"Bearer " + token)[kind]]


def resigned(d, parts):
    """Other signature bytes."""
    data = b".".join(parts[:2])
    good = d.sign(data)
    choices = {
        "flipped": bytes([good[0] ^ 1]) + good[1:] if good else b"",
        "flipped last": good[:-1] + bytes([good[-1] ^ 1]) if good else b"", "cut": good[:-1], "longer": good + b"\0",
        "zero in front": b"\0" + good, "zeros": bytes(len(good)), "empty": b"", "reversed": good[::-1],
        "of another message": d.sign(data + b"x"), "of the payload": d.sign(parts[1]), "doubled": good + good,
        "random": d.source.randbytes(len(good)),
    }
    if isinstance(d.key, ECKey) and d.algorithm.startswith("ES"):
        half = d.key.width
        r, s = int.from_bytes(good[:half], "big"), int.from_bytes(good[half:], "big")
        choices |= {
            "DER": d.key.sign_der(d.algorithm, data), "other s": d.key.raw(r, ORDERS[d.key.curve] - s),
            "r zero": d.key.raw(0, s)
        }
        if half == 66:
            choices["s beyond the order"] = d.key.raw(r, s + ORDERS[d.key.curve])
    if isinstance(d.key, RSAKey) and d.algorithm.startswith("PS"):
        chosen = hash_of(d.algorithm)
        choices["other salt"] = d.key.sign_pss(data, chosen, chosen, d.pick(0, 20, chosen.digest_size + 1))
    note = d.pick(*choices)
    d.notes.append(note)
    parts[2] = b64(choices[note])

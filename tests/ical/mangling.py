# SPDX-License-Identifier: GPL-3.0-or-later
"""Samples of clients' texts with something broken in them."""

import random

from tests.ical.texts import samples

RAW = [path.read_bytes() for path in samples()]


def mangled(seed: int, most: int) -> bytes:
    """Give a sample in which up to *most* things are broken, the same for the same *seed*."""
    chance = random.Random(seed)  # noqa: S311 - it must be the same next time
    raw = bytearray(chance.choice(RAW))
    for _ in range(chance.randint(1, most)):
        _mangle(raw, chance)
    return bytes(raw)


def _mangle(raw: bytearray, chance: random.Random) -> None:
    at = chance.randrange(len(raw))
    match chance.randrange(5):
        case 0:
            raw[at] = chance.randrange(256)
        case 1:
            del raw[at : at + chance.randint(1, 40)]
        case 2:
            raw[at:at] = raw[at : at + chance.randint(1, 200)]
        case 3:
            raw[at:at] = chance.choice([b"\r\n", b"\n ", b'"', b";", b":", b",", b"\\", b"^", b"TZID=", b"99999999"])
        case _:
            other = chance.choice(RAW)
            start = chance.randrange(len(other))
            raw[at:at] = other[start : start + chance.randint(1, 300)]
    if not raw:
        raw += b"BEGIN:VCALENDAR"

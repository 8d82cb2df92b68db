# SPDX-License-Identifier: GPL-3.0-or-later
"""How well somebody answers to what is typed when people are looked for.

Compared here and not in SQL: neither SQLite nor PostgreSQL's C locale knows that `Ø` is `ø`, and no index helps to find
what stands inside a name.
"""

import re
from collections.abc import Iterable

FEWEST_DIGITS = 4
"""Of a telephone number, before it is looked for: a house number is none."""
_NO_DIGITS = re.compile(r"[^0-9]+")


def rank(wanted: str, texts: Iterable[str], number: str = "") -> int | None:
    """Give how well *texts* answer to *wanted*, less being better; None: not at all.

    First come those of which a word begins so, then those that have it anywhere, or in their telephone *number*, and
    then those of whom each word of it begins another word: «Berg Ola» is Ola Berg.
    """
    folded, sought = [text.casefold() for text in texts], wanted.casefold().strip()
    words = [word for text in folded for word in (text, *text.split())]
    if any(word.startswith(sought) for word in words):
        return 0
    digits = _NO_DIGITS.sub("", sought)
    if any(sought in text for text in folded) or (len(digits) >= FEWEST_DIGITS and _has(number, sought, digits)):
        return 1
    return 2 if all(any(word.startswith(part) for word in words) for part in sought.split()) else None


def _has(number: str, sought: str, digits: str) -> bool:
    """Tell whether a telephone number has *digits*, where nothing but digits was *sought*."""
    return not any(letter.isalpha() for letter in sought) and digits in _NO_DIGITS.sub("", number)

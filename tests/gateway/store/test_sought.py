# SPDX-License-Identifier: GPL-3.0-or-later
"""How people are found by what is typed."""

import pytest

from gateway.store.sought import rank

OLA = ("Ola Berg Ødegård", "ola", "ola.berg@byggbo.example")


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("ola", 0),
        (" BERG ", 0),
        ("ødeg", 0),
        ("ola berg", 0),
        ("degård", 1),
        ("byggbo", 1),
        ("berg ola", 2),
        ("ødeg ber", 2),
        ("berg per", None),
        ("rg ola", None),  # not the beginning of a word
        ("per", None),
    ],
)
def test_beginnings_come_before_what_stands_within_and_words_in_another_order_last(
    wanted: str, expected: int | None
) -> None:
    assert rank(wanted, OLA) == expected


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ("900 12 345", 1),
        ("+4790012345", 1),
        ("2345", 1),
        ("234", None),  # a house number is none
        ("90012346", None),
        ("ola 2345", None),
    ],
)
def test_a_telephone_number_is_found_however_it_is_written(wanted: str, expected: int | None) -> None:
    assert rank(wanted, ("Berit Kunde",), "+47 900 12 345") == expected

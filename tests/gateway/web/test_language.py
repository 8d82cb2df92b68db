# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages speak the language that their reader is known to read, else the browser's."""

import pytest

from gateway.web.language import choose


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "nb"),
        ("nb-NO,nb;q=0.9,en;q=0.5", "nb"),
        ("nn", "nb"),
        ("no,en", "nb"),
        ("en-GB", "en"),
        ("en;q=0.5, nb", "nb"),
        ("de-DE,de;q=0.9", "en"),
        ("de,nb;q=0.3,en;q=0.2", "nb"),
        ("nb;q=0,en", "en"),
        ("en;q=many", "nb"),
    ],
)
def test_the_browser_says_which_language(accepted: str, language: str) -> None:
    assert choose(accepted) == language


def test_what_is_known_of_the_reader_counts_more_than_the_browser() -> None:
    assert choose("nb", known="en") == "en"


def test_what_the_reader_asks_for_counts_most() -> None:
    assert choose("nb", asked="en", known="nb") == "en"


def test_a_language_that_we_do_not_speak_is_not_known() -> None:
    assert choose("nb", asked="../../etc", known="de") == "nb"


def test_the_company_says_what_is_spoken_where_nobody_knows() -> None:
    assert choose("", default="en") == "en"

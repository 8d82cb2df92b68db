# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms are read within bounds, and only from pages of ours."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.web.forms import OPEN_FOR, FormRefused, Mark, check_mark, field, make_mark, plain

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TOKEN = "b2xhLWJlcmctaGFyLWV0LXRva2Vu"


def test_the_mark_of_a_page_holds_while_the_page_is_fresh() -> None:
    mark = make_mark(TOKEN, "prosjektmøte", NOW)

    assert check_mark(mark, TOKEN, "prosjektmøte", NOW + OPEN_FOR) is Mark.GOOD
    assert check_mark(mark, TOKEN, "prosjektmøte", NOW + OPEN_FOR + timedelta(seconds=1)) is Mark.OLD


def test_a_page_that_showed_something_else_is_told_from_one_that_is_old() -> None:
    mark = make_mark(TOKEN, "kl. 09.00", NOW)

    assert check_mark(mark, TOKEN, "kl. 10.00", NOW) is Mark.CHANGED


def test_the_mark_of_another_link_does_not_hold() -> None:
    mark = make_mark("another-token", "prosjektmøte", NOW)

    assert check_mark(mark, TOKEN, "prosjektmøte", NOW) is Mark.OLD


def test_a_mark_from_the_future_does_not_hold() -> None:
    mark = make_mark(TOKEN, "prosjektmøte", NOW + timedelta(hours=1))

    assert check_mark(mark, TOKEN, "prosjektmøte", NOW) is Mark.OLD


@given(st.text(max_size=80))
def test_no_text_passes_for_a_mark(text: str) -> None:
    assert check_mark(text, TOKEN, "prosjektmøte", NOW) is Mark.OLD


@given(st.integers(0, 80), st.sampled_from("0123456789abcdef"))
def test_a_mark_with_one_letter_changed_does_not_hold(place: int, letter: str) -> None:
    mark = make_mark(TOKEN, "prosjektmøte", NOW)
    if mark[place] not in {letter, "."}:
        assert check_mark(mark[:place] + letter + mark[place + 1 :], TOKEN, "prosjektmøte", NOW) is Mark.OLD


def test_a_text_keeps_its_lines_and_loses_what_cannot_be_seen() -> None:
    assert plain("  Hei\r\n\r\nJeg\tkommer\x00\x1b[31m \u202eikke\r") == "Hei\n\nJeg\tkommer[31m ikke"


def test_a_text_that_is_too_long_is_refused() -> None:
    assert field({"melding": "a" * 10}, "melding", longest=10) == "a" * 10
    with pytest.raises(FormRefused):
        field({"melding": "a" * 11}, "melding", longest=10)

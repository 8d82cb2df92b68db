# SPDX-License-Identifier: GPL-3.0-or-later
"""TEXT values and stamps."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ical.text import escape, parse_stamp, stamp, unescape


def test_text_is_escaped_as_the_rfc_says() -> None:
    assert escape("a,b;c\\d\r\ne") == "a\\,b\\;c\\\\d\\ne"
    assert unescape("a\\,b\\;c\\\\d\\ne\\Nf") == "a,b;c\\d\ne\nf"


def test_what_others_escape_needlessly_is_read() -> None:
    assert unescape('say \\"hi\\": ok') == 'say "hi": ok'


def test_control_characters_never_reach_a_line() -> None:
    assert escape("a\x00b\x0bc\td") == "abc\td"


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n"), max_size=200))
def test_any_text_comes_back(text: str) -> None:
    assert unescape(escape(text)) == text


def test_a_stamp_is_utc() -> None:
    at = datetime(2026, 11, 24, 0, 15, tzinfo=timezone(timedelta(hours=1)))

    assert stamp(at) == "20261123T231500Z"
    assert parse_stamp("20261123T231500Z") == at


@pytest.mark.parametrize(
    "value", [None, "", "20261123", "20261123T231500", "20261323T231500Z", "20261123T236000Z", "x"]
)
def test_what_is_no_stamp_is_none(value: str | None) -> None:
    assert parse_stamp(value) is None


def test_a_leap_second_is_the_second_before() -> None:
    assert parse_stamp("20161231T235960Z") == datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)


@given(st.datetimes(timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0)))
def test_any_time_comes_back(at: datetime) -> None:
    assert parse_stamp(stamp(at)) == at

# SPDX-License-Identifier: GPL-3.0-or-later
"""XML out: what is written is read back as it was, whichever way it was written."""

from defusedxml.ElementTree import fromstring
from hypothesis import example, given
from hypothesis import strategies as st

from radicale_distrib import markup

LEGAL = st.characters(codec="utf-8", exclude_characters="\ufffe\uffff", exclude_categories=["Cc", "Cs"])
TEXTS = st.text(LEGAL | st.sampled_from("\r\n\t&<>\"'"))


@given(TEXTS)
def test_text_comes_back_unchanged(value: str) -> None:
    assert (fromstring(f"<a>{markup.text(value)}</a>").text or "") == value


@given(st.text(st.characters(codec="utf-8")))
@example("a\x00b\x1f]]>")
@example("\ufffe\uffff\ufdd0")
@example("BEGIN:VCALENDAR\r\nSUMMARY:Øl & <mat>\r\n")
def test_octets_are_written_as_their_text_would_be(value: str) -> None:
    assert markup.octets(value.encode()) == markup.text(value)

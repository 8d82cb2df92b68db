# SPDX-License-Identifier: GPL-3.0-or-later
"""Raw lines: read without losing a byte, edited one at a time."""

import pytest

from ical.errors import NotCalendarData
from ical.lines import Line, fold, quoted, read, unfolded
from tests.ical.texts import calendar, event, first


def test_parameters_are_read_without_quotes_and_escapes() -> None:
    line = Line.of(b"ATTENDEE;CN=\"Lund, Nina\";X-NOTE=a^'b^'^nc^^;RSVP=TRUE:mailto:nina@byggbo.example\r\n")

    assert line.parameter("cn".upper()) == "Lund, Nina"
    assert line.parameter("X-NOTE") == 'a"b"\nc^'
    assert line.parameter("ROLE") is None
    assert line.value == "mailto:nina@byggbo.example"


def test_a_colon_inside_quotes_does_not_end_the_parameters() -> None:
    line = Line.of(b'X-A;URL="http://x:80/;a=b":value:with:colons\r\n')

    assert line.parameter("URL") == "http://x:80/;a=b"
    assert line.value == "value:with:colons"


def test_a_parameter_is_replaced_in_its_place() -> None:
    line = Line.of(b"attendee;PARTSTAT=NEEDS-ACTION;CN=Ola:mailto:ola@byggbo.example\r\n")

    assert line.with_parameters({"PARTSTAT": "ACCEPTED"}).raw == (
        b"attendee;PARTSTAT=ACCEPTED;CN=Ola:mailto:ola@byggbo.example\r\n"
    )


def test_a_new_parameter_comes_last_and_one_set_to_none_goes_away() -> None:
    line = Line.of(b"ATTENDEE;RSVP=TRUE;CN=Ola:mailto:ola@byggbo.example\r\n")

    changed = line.with_parameters({"RSVP": None, "X-DISTRIB-PERCENT": "40"})

    assert changed.raw == b"ATTENDEE;CN=Ola;X-DISTRIB-PERCENT=40:mailto:ola@byggbo.example\r\n"


def test_a_parameter_that_says_so_already_leaves_the_bytes_alone() -> None:
    line = Line.of(b'ATTENDEE;CN="Ola";RSVP=TRUE:mailto:o\r\n la@byggbo.example\r\n')

    assert line.with_parameters({"RSVP": "TRUE", "CN": "Ola", "ROLE": None}) is line
    assert line.with_value("mailto:ola@byggbo.example") is line


def test_a_parameter_that_stands_twice_is_one_afterwards() -> None:
    line = Line.of(b"ATTENDEE;PARTSTAT=DECLINED;PARTSTAT=ACCEPTED:mailto:o@x\r\n")

    assert line.with_parameters({"PARTSTAT": "TENTATIVE"}).raw == b"ATTENDEE;PARTSTAT=TENTATIVE:mailto:o@x\r\n"


@pytest.mark.parametrize("value", ["a,b", 'say "hi"', "two\nlines", "caret ^n", "semi;colon:", "plain"])
def test_any_parameter_value_can_be_read_back(value: str) -> None:
    line = Line.of(fold(f"X-A;B={quoted(value)}:v"))

    assert line.parameter("B") == value


def test_a_rewritten_line_keeps_the_line_break_of_its_text() -> None:
    assert Line.of(b"SUMMARY:a\n").with_value("b").raw == b"SUMMARY:b\n"
    assert Line.of(b"SUMMARY:a\r\n").with_value("b").raw == b"SUMMARY:b\r\n"


def test_long_lines_are_folded_at_75_octets_between_characters() -> None:
    folded = fold("SUMMARY:" + "åæø" * 60)

    pieces = folded.split(b"\r\n")
    assert all(len(piece) <= 75 for piece in pieces)
    assert all(piece.decode() for piece in pieces[:-1])
    assert unfolded(folded) == "SUMMARY:" + "åæø" * 60


def test_an_edit_leaves_all_other_lines_as_they_are() -> None:
    raw = calendar(event("SUMMARY:One", "X-LONG:" + "lang linje, " * 12, "DTSTART:20261008T100000Z"))
    document, component = first(raw)
    place = next(p for p, line in document.own(component) if line.name == "SUMMARY")

    edited = document.edited({place: (b"SUMMARY:Two\r\n", b"LOCATION:Here\r\n")})

    assert edited.raw == raw.replace(b"SUMMARY:One\r\n", b"SUMMARY:Two\r\nLOCATION:Here\r\n")
    assert document.raw == raw


def test_own_lines_are_without_those_of_children() -> None:
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "END:VALARM")
    document, component = first(calendar(event("SUMMARY:One", *alarm, "LOCATION:After")))

    assert [line.name for _, line in document.own(component)] == ["UID", "SUMMARY", "LOCATION"]
    assert document.text_of(component.children[0]) == b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\n"


def test_blank_lines_and_a_byte_order_mark_belong_to_no_property() -> None:
    raw = b"\xef\xbb\xbf\r\nBEGIN:VCALENDAR\r\n\r\n\nVERSION:2.0\r\nEND:VCALENDAR\r\n\r\n \r\n"

    document = read(raw)

    assert [line.name for line in document.lines] == ["BEGIN", "VERSION", "END"]
    assert document.raw == raw


def test_a_name_with_an_underscore_is_taken() -> None:
    document, component = first(calendar(event("X-FOO_BAR:a,b")))

    line = document.first(component, "X-FOO_BAR")

    assert line is not None
    assert line.value == "a,b"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "empty"),
        (b"hello", "no"),
        (b"BEGIN:VCALENDAR\r\n", "ends inside"),
        (b"BEGIN:VCALENDAR\r\nEND:VEVENT\r\n", "closed by"),
        (b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", "not a VCALENDAR"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nX:1\r\n", "behind the end"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "behind the end"),
        (b"VERSION:2.0\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "outside"),
        (b"BEGIN:VCALENDAR\r\nno colon here\r\nEND:VCALENDAR\r\n", "cannot be read"),
        (b'BEGIN:VCALENDAR\r\nX-A;B="open:v\r\nEND:VCALENDAR\r\n', "cannot be read"),
        (b"BEGIN:VCALENDAR\r\nSUMMARY:a\x00b\r\nEND:VCALENDAR\r\n", "control"),
        (b"BEGIN:VCALENDAR\rVERSION:2.0\rEND:VCALENDAR\r", "control"),
        (b"BEGIN:VCALENDAR\r\nSUMMARY:bl\xe5b\xe6r\r\nEND:VCALENDAR\r\n", "UTF-8"),
        ("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".encode("utf-16"), "UTF-8"),
    ],
)
def test_what_is_no_calendar_is_refused_with_its_reason(raw: bytes, reason: str) -> None:
    with pytest.raises(NotCalendarData, match=reason):
        read(raw)

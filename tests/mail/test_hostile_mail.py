# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail that wants to do harm is refused or read in part: soon, and by nothing but our own error."""

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mail.errors import NotReadable
from mail.parse import CALENDAR, MESSAGE, PARTS, parse
from tests.mail.letters import SAMPLES
from tests.steps import steps

STEPS = 2_000_000
"""Far above what any of these takes, far below what the bombs take without a limit."""
HEAD = b"From: <x@y.example>\r\nMessage-ID: <1@y.example>\r\n"
EVERY = sorted(path.name for path in SAMPLES.glob("*.eml"))


def nested(depth: int, lines: int = 0) -> bytes:
    """Give multiparts inside one another, with *lines* of nothing in the innermost."""
    heads = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level) for level in range(depth)
    )
    return HEAD + heads + b"Content-Type: text/plain\r\n\r\n" + b"x\r\n" * lines


def parts(number: int) -> bytes:
    """Give a multipart of many parts."""
    return HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * number


REFUSED = {
    "too large": HEAD + b"\r\n" + b"x" * MESSAGE,
    "too many headers": HEAD + b"X-A: b\r\n" * 2000 + b"\r\n",
    "a header block without end": b"From: " + b"x" * 500_000,
    "deep": nested(2000),
    "deeper than we look": nested(30),
    "many parts": parts(PARTS + 2),
    "deep and long": nested(150, 200_000),
    "no mail": b"",
    "blank": b"\r\n\r\n",
}
READ = {
    "a huge To": HEAD + b"To: " + b"<a@b.example>, " * 10_000 + b"\r\n\r\nx",
    "a huge From": b"From: " + b"(" * 60_000 + b"\r\n\r\nx",
    "a From of encoded words": b"From: " + b"=?utf-8?q?=C3=B8?= " * 3_000 + b"<x@y.example>\r\n\r\nx",
    "a Content-Type of parameters": HEAD + b"Content-Type: text/plain" + b";a=b" * 15_000 + b"\r\n\r\nx",
    "a parameter in pieces": HEAD + b"Content-Type: text/calendar; name*0*=utf-8''a; name*x=1\r\n\r\nBEGIN:V\r\n",
    "an unknown charset": HEAD + b"Content-Type: text/calendar; charset=punycode\r\n\r\nBEGIN:VCALENDAR\r\n",
    "base64 that is none": HEAD + b"Content-Type: text/calendar\r\nContent-Transfer-Encoding: base64\r\n\r\n\xff\xfe",
    "uuencode": HEAD
    + b"Content-Type: text/calendar\r\nContent-Transfer-Encoding: x-uuencode\r\n\r\nbegin 666 x\r\n\xff\r\n",
    "headers in Latin-1": b"From: K\xe5re <x@y.example>\r\nSubject: S\xf8knad\r\n\r\nx",
    "a boundary of nothing": HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\n--\r\n\r\nx\r\n',
    "markup without end": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<a " * 100_000,
    "a report of nothing": HEAD
    + b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n",
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_bomb_is_refused_before_it_goes_off(name: str) -> None:
    def refuse() -> None:
        with pytest.raises(NotReadable):
            parse(REFUSED[name])

    assert steps(refuse) < STEPS


@pytest.mark.parametrize("name", READ)
def test_a_broken_mail_is_read_as_far_as_it_goes(name: str) -> None:
    mail = parse(READ[name])

    assert steps(lambda: parse(READ[name])) < STEPS
    assert mail.calendar is None or mail.calendar.method == ""


def test_a_calendar_part_that_is_too_large_is_passed_over() -> None:
    text = b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n" + b"X-A:b\r\n" * (CALENDAR // 7)

    assert parse(HEAD + b"Content-Type: text/calendar\r\n\r\n" + text).calendar is None


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=400))
def test_no_bytes_at_all_bring_another_error(raw: bytes) -> None:
    with suppress(NotReadable):
        parse(raw)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(EVERY), st.data())
def test_no_damage_to_a_real_mail_brings_another_error(name: str, data: st.DataObject) -> None:
    raw = bytearray((SAMPLES / name).read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, len(raw) - 1))
        until = at + data.draw(st.integers(0, 40))
        raw[at:until] = data.draw(st.binary(max_size=40))

    with suppress(NotReadable):
        parse(bytes(raw))

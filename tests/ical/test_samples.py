# SPDX-License-Identifier: GPL-3.0-or-later
"""What real clients write comes back byte for byte, and we read what they mean."""

from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject

from ical.limits import MAIL
from ical.lines import read
from ical.recurrence import when
from ical.snapshot import read_object, snapshot
from mail.parse import parse
from tests.ical.texts import OSLO, SAMPLES, name_of, samples

CUT_INSIDE_CHARACTERS = "folded-inside-characters.ics"
READABLE = [path for path in samples() if path.name != CUT_INSIDE_CHARACTERS]
"""Samples that icalendar and vobject can read: both decode before they unfold."""


MAILS = sorted(SAMPLES.glob("mail/*.eml"))


def test_no_sample_is_left_out() -> None:
    assert {p for p in SAMPLES.rglob("*") if p.is_file() and p.parent.name != "tls"} == {*samples(), *MAILS}


@pytest.mark.parametrize("path", MAILS, ids=name_of)
def test_the_calendar_in_a_mail_is_one_object(path: Path) -> None:
    calendar = parse(path.read_bytes()).calendar

    if calendar is not None:
        assert read_object(calendar.text, OSLO, MAIL, calendar.method).parts


@pytest.mark.parametrize("path", samples(), ids=name_of)
def test_a_sample_comes_back_byte_for_byte(path: Path) -> None:
    raw = path.read_bytes()

    assert read(raw).raw == raw


@pytest.mark.parametrize("path", samples(), ids=name_of)
def test_a_sample_is_one_object(path: Path) -> None:
    document = read(path.read_bytes())
    method = document.first(document.root, "METHOD")

    found = snapshot(document, OSLO, method=method.value if method is not None else None)

    assert found.uid
    assert found.parts


@pytest.mark.parametrize("path", READABLE, ids=name_of)
def test_icalendar_reads_the_same_lines(path: Path) -> None:
    raw = path.read_bytes()
    ours = [line.name for line in read(raw).lines if line.name in {"UID", "SUMMARY", "ATTENDEE", "DTSTART"}]

    components = icalendar.Calendar.from_ical(raw).walk()

    theirs = [name for component in components for name, _ in component.property_items(recursive=False)]
    assert sorted(ours) == sorted(name for name in theirs if name in {"UID", "SUMMARY", "ATTENDEE", "DTSTART"})
    assert not [error for component in components for error in component.errors]


@pytest.mark.parametrize("path", READABLE, ids=name_of)
def test_vobject_parses_it_too(path: Path) -> None:

    uids = {line.value for line in read(path.read_bytes()).lines if line.name == "UID"}

    parsed = vobject.readOne(path.read_text("utf-8-sig"))

    assert parsed.name == "VCALENDAR"
    assert {c.uid.value for c in parsed.components() if c.name in {"VEVENT", "VTODO"}} <= uids


def test_values_with_commas_are_whole() -> None:
    document = read((SAMPLES / "apple" / "structured-location.ics").read_bytes())
    event = document.root.children[1]

    place = document.first(event, "X-APPLE-STRUCTURED-LOCATION")
    call = document.first(event, "CONFERENCE")

    assert place is not None
    assert place.value == "geo:59.913013,10.739800"
    assert place.parameter("X-ADDRESS") == "Karl Johans gate 22, 0026 Oslo, Norge"
    assert call is not None
    assert call.value == "https://video.example/rom?deltakere=kari,ola&kode=1,2,3"
    assert call.parameter("LABEL") == "Video, lyd og skjerm"


def test_html_is_whole_although_it_is_folded_with_tabs() -> None:
    document = read((SAMPLES / "outlook" / "mail-html.ics").read_bytes())

    line = document.first(document.root.children[0], "X-ALT-DESC")

    assert line is not None
    assert line.value.startswith('<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2//EN"><HTML>')
    assert line.value.endswith("Hei alle, se <B>vedlegg</B>; og husk hjelm.</P></BODY></HTML>")


def test_a_character_cut_by_a_fold_is_one_character() -> None:
    document = read((SAMPLES / "unusual" / CUT_INSIDE_CHARACTERS).read_bytes())
    event = document.root.children[0]

    summary, description = document.first(event, "SUMMARY"), document.first(event, "DESCRIPTION")

    assert summary is not None
    assert summary.value == "åæø" * 30
    assert description is not None
    assert description.value == "x" + "💡é" * 40


@pytest.mark.parametrize(
    ("sample", "zone"),
    [
        ("outlook/exchange-request.ics", "Europe/Berlin"),
        ("outlook/caldav-synchronizer-event.ics", "Europe/Berlin"),
        ("evolution/event.ics", "Europe/Oslo"),
        ("davx5/event.ics", "Europe/Oslo"),
        ("todoman/khal-lf.ics", "Europe/Oslo"),
    ],
)
def test_the_zone_that_a_client_means_is_found(sample: str, zone: str) -> None:
    document = read((SAMPLES / sample).read_bytes())
    component = next(c for c in document.root.children if c.name == "VEVENT")

    start = when(document, component).start

    assert getattr(start, "tzinfo", None) == ZoneInfo(zone)

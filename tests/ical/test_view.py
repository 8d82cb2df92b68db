# SPDX-License-Identifier: GPL-3.0-or-later
"""An entry as each person reads it: line by line, and nothing that is not theirs to read (laws 1, 6 and 7)."""

from dataclasses import replace
from pathlib import Path

import icalendar
import pytest
import vobject

from ical import sharing, view
from ical.address import Address
from ical.answers import ACCEPTED, DECLINED, TENTATIVE, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Entry, State
from ical.kinds import Kind
from ical.lines import read
from ical.private import Chunk
from ical.snapshot import snapshot
from tests.ical.itip.company import (
    BERIT,
    KARI,
    NINA,
    NOW,
    OLA,
    answered,
    distributed,
    line_of,
    meeting,
    partstats,
    reading,
    value,
    with_alarm,
    with_line,
    with_parameters,
    with_row,
)
from tests.ical.texts import OSLO, SAMPLES, calendar, event, name_of

ME = frozenset({KARI})
CUT = "folded-inside-characters"
"""Both other libraries decode before they unfold; as strange as it came in, it goes out."""
SHARED_SAMPLES = [
    SAMPLES / name
    for name in (
        "apple/structured-location.ics",
        "outlook/mail-html.ics",
        "todoman/khal-lf.ics",
        "evolution/event.ics",
        "davx5/event.ics",
        "unusual/unknown-components-and-parameters.ics",
        "unusual/folded-inside-characters.ics",
        "unusual/byte-order-mark.ics",
    )
]


def lines(text: bytes) -> list[bytes]:
    """Give the raw lines of *text*."""
    return [line.raw for line in read(text).lines]


def handed_out(path: Path) -> Entry:
    """Give the entry that kari makes of a sample when she adds ola to it."""
    raw = path.read_bytes()
    end = b"\r\n" if b"\r\n" in raw else b"\n"
    people = end.join((f"ORGANIZER:{KARI}".encode(), f"ATTENDEE:{OLA}".encode(), b"END:VEVENT"))
    return distributed(raw.replace(b"END:VEVENT", people, 1))


@pytest.mark.parametrize("path", SHARED_SAMPLES, ids=name_of)
def test_content_lines_come_through_a_shared_entry_as_they_are(path: Path) -> None:
    entry = handed_out(path)

    mine, theirs = lines(view.for_organizer(entry, OSLO)), lines(reading(entry, OLA))

    sent = lines(path.read_bytes())
    assert [line for line in sent if line not in mine] == []
    dropped = [line for line in sent if line not in theirs]
    assert not [
        line
        for line in dropped
        if not line.startswith((b"X-APPLE-TRAVEL", b"X-EVOLUTION", b"X-LIC-", b"X-MIC")) and not in_alarm(line, path)
    ]


def in_alarm(line: bytes, path: Path) -> bool:
    """Tell whether *line* belongs to an alarm of the sample."""
    document = read(path.read_bytes())
    alarms = [c for entry in document.root.children for c in entry.children if c.name == "VALARM"]
    return any(line in {found.raw for found in document.lines[a.start : a.stop]} for a in alarms)


@pytest.mark.parametrize("path", [p for p in SHARED_SAMPLES if p.stem != CUT], ids=name_of)
def test_both_other_libraries_parse_what_is_read(path: Path) -> None:
    entry = answered(handed_out(path), OLA, ACCEPTED)

    for text in (view.for_organizer(entry, OSLO), reading(entry, OLA)):
        assert not [e for component in icalendar.Calendar.from_ical(text).walk() for e in component.errors]
        assert vobject.readOne(text.decode("utf-8-sig")).vevent.uid.value == entry.uid


def test_the_organizer_reads_answers_delivery_and_when_they_came() -> None:
    entry = with_row(answered(distributed(meeting(OLA, NINA)), OLA, ACCEPTED), NINA, delivery="1.2")

    text = view.for_organizer(entry, OSLO)

    ola, nina = line_of(text, OLA), line_of(text, NINA)
    assert (ola.parameter("PARTSTAT"), ola.parameter("SCHEDULE-STATUS")) == (ACCEPTED, "2.0")
    assert ola.parameter("X-DISTRIB-SEEN") == "20261002T120000Z"
    assert (nina.parameter("PARTSTAT"), nina.parameter("SCHEDULE-STATUS")) == (None, "1.2")
    assert nina.parameter("X-DISTRIB-SEEN") is None


def test_a_line_that_the_server_is_not_responsible_for_says_what_the_text_says() -> None:
    text = with_parameters(meeting(OLA, BERIT), BERIT, {"SCHEDULE-AGENT": "CLIENT", "PARTSTAT": TENTATIVE})
    entry = distributed(text)

    assert partstats(reading(entry, OLA))[BERIT] == TENTATIVE
    assert line_of(view.for_organizer(entry, OSLO), BERIT).parameter("SCHEDULE-STATUS") is None


def test_others_read_an_answer_when_it_is_published_and_its_giver_at_once() -> None:
    entry = with_row(distributed(meeting(OLA, NINA)), OLA, partstat=DECLINED, shown="NEEDS-ACTION")

    assert partstats(reading(entry, OLA))[OLA] == DECLINED
    assert partstats(reading(entry, NINA))[OLA] == "NEEDS-ACTION"
    assert partstats(view.for_organizer(entry, OSLO))[OLA] == DECLINED


def test_what_is_shared_is_without_what_is_the_organizers_own() -> None:
    text = with_alarm(with_line(with_line(meeting(OLA), "X-MOZ-LASTACK:20261001T120000Z"), "X-LIC-ERROR:x"), "mine")
    text = with_parameters(text, OLA, {"SCHEDULE-STATUS": "1.2", "X-DISTRIB-PERCENT": "40", "CN": "Ola"})

    shared = sharing.share(text, ME, OSLO)

    assert not [n for n in (b"X-MOZ", b"X-LIC", b"VALARM", b"SCHEDULE-", b"X-DISTRIB") if n in shared]
    assert line_of(shared, OLA).parameter("CN") == "Ola"
    assert line_of(shared, OLA).parameter("RSVP") == "TRUE"
    assert value(shared, "SEQUENCE") == "0"


def test_sharing_twice_changes_nothing() -> None:
    once = sharing.share(with_alarm(meeting(OLA, NINA), "mine"), ME, OSLO)

    assert sharing.share(once, ME, OSLO) == once


def test_nothing_of_another_persons_own_is_read() -> None:
    entry = replace(
        distributed(meeting(OLA, NINA)),
        answers=(
            Answer(OLA, partstat="IN-PROCESS", shown="IN-PROCESS", percent=40, comment="hemmelig", answered_at=NOW),
            Answer(NINA),
        ),
    )

    text = reading(entry, NINA)

    assert not [n for n in (b"40", b"hemmelig", b"X-DISTRIB", b"SCHEDULE-STATUS") if n in text]


def test_ones_own_lines_stand_over_the_organizers() -> None:
    entry = distributed(with_line(meeting(OLA, NINA), "CATEGORIES:Hennes"))
    alarm = b"BEGIN:VALARM\r\nACTION:DISPLAY\r\nEND:VALARM\r\n"
    overlay = {SERIES: Chunk({"CATEGORIES": (b"CATEGORIES:Min\r\n", b"CATEGORIES:To\r\n"), "COLOR": ()}, (alarm,))}

    text = reading(entry, OLA, overlay)

    assert b"Hennes" not in text
    assert text.endswith(alarm + b"END:VEVENT\r\nEND:VCALENDAR\r\n")
    assert [line for line in lines(text) if line.startswith(b"CATEGORIES")] == [
        b"CATEGORIES:Min\r\n",
        b"CATEGORIES:To\r\n",
    ]


def test_an_instance_has_its_own_chunk_or_that_of_the_series() -> None:
    series = calendar(
        event("DTSTART:20261008T100000Z", "RRULE:FREQ=DAILY", f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}"),
        event("RECURRENCE-ID:20261009T100000Z", "DTSTART:20261009T120000Z", f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}"),
        event("RECURRENCE-ID:20261010T100000Z", "DTSTART:20261010T120000Z", f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}"),
    )
    all_days, one = Chunk({"TRANSP": (b"TRANSP:TRANSPARENT\r\n",)}), Chunk({"TRANSP": (b"TRANSP:OPAQUE\r\n",)})

    text = reading(distributed(series), OLA, {SERIES: all_days, InstanceId("20261009T100000Z"): one})

    document = read(text)
    said = [document.first(c, "TRANSP") for c in document.root.children]
    assert [line.value for line in said if line is not None] == ["TRANSPARENT", "OPAQUE", "TRANSPARENT"]


def test_an_answer_to_one_instance_shows_there_only() -> None:
    series = calendar(
        event("DTSTART:20261008T100000Z", "RRULE:FREQ=DAILY", f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}"),
        event("RECURRENCE-ID:20261009T100000Z", "DTSTART:20261009T120000Z", f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}"),
    )
    entry = distributed(series)
    day = Answer(OLA, InstanceId("20261009T100000Z"), partstat=DECLINED, shown=DECLINED)

    found = snapshot(read(reading(replace(entry, answers=(*entry.answers, day)), OLA)), OSLO)

    assert [part.people[0].partstat for part in found.parts] == ["NEEDS-ACTION", DECLINED]


def test_what_is_called_off_says_so_in_each_component() -> None:
    series = calendar(
        event("DTSTART:20261008T100000Z", "RRULE:FREQ=DAILY", "STATUS:CONFIRMED", "SEQUENCE:2"),
        with_alarm(calendar(event("RECURRENCE-ID:20261009T100000Z", "DTSTART:20261009T120000Z")), "x")
        .decode()
        .partition("BEGIN:VEVENT")[2]
        .join(("BEGIN:VEVENT", ""))
        .partition("END:VCALENDAR")[0],
    )

    found = snapshot(read(sharing.called_off(series, 3, OSLO)), OSLO)

    assert [found.document.first(p.component, "STATUS").value for p in found.parts] == ["CANCELLED"] * 2  # type: ignore[union-attr]
    assert [p.sequence for p in found.parts] == [3, 3]
    assert b"VALARM" not in found.document.raw


def test_a_kept_text_has_the_answers_baked_in() -> None:
    entry = answered(distributed(meeting(OLA, NINA)), NINA, ACCEPTED)

    text = view.kept(replace(entry, sequence=4), [OLA], OSLO)[OLA]

    assert partstats(text) == {OLA: "NEEDS-ACTION", NINA: ACCEPTED}
    assert (value(text, "STATUS"), value(text, "SEQUENCE")) == ("CANCELLED", "4")


def test_a_cancelled_entry_rings_for_nobody() -> None:
    entry = replace(distributed(meeting(OLA)), state=State.CANCELLED)

    assert b"VALARM" not in reading(entry, OLA, {SERIES: Chunk({}, (b"BEGIN:VALARM\r\nEND:VALARM\r\n",))})


def test_the_organizers_text_cannot_be_rendered_without_the_words() -> None:
    with pytest.raises(ValueError, match="words"):
        view.for_organizer(replace(distributed(meeting(OLA)), words=None), OSLO)


def test_a_thousand_people_are_rendered() -> None:
    people = [Address(f"mailto:p{n}@byggbo.example") for n in range(1000)]
    entry = distributed(meeting(*people))
    rows = tuple(Answer(a, partstat=ACCEPTED, shown=ACCEPTED) for a in people)

    text = reading(replace(entry, answers=rows), people[0])

    assert text.count(b"PARTSTAT=ACCEPTED") == 1000
    assert entry.kind is Kind.VEVENT

# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody who is asked from outside sends to whoever they hand their place to (RFC 5546 3.2.2.3)."""

from dataclasses import replace

from ical.address import Address
from ical.answers import ACCEPTED, DELEGATED, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.handing import handovers_of
from ical.itip.outcome import Entry, Handover, Method
from ical.lines import Line, fold
from ical.snapshot import Snapshot, read_object
from tests.ical.itip.company import BERIT, KARI, LATER, NINA, OLA, PER, START, meeting
from tests.ical.itip.company import distributed as shared
from tests.ical.texts import OSLO, calendar, event

FRIDAY = InstanceId("20261009T080000Z")
DAILY = ("RRULE:FREQ=DAILY;COUNT=5",)


def asked(text: bytes) -> Entry:
    """Give what somebody outside asks for by *text*."""
    return replace(shared(text), outside=True)


def to(delegate: Address | None, who: Address = OLA, instance: InstanceId = SERIES) -> Answer:
    """Give the answer of *who*, who handed their place to *delegate*; None: who comes by themselves."""
    return Answer(who, instance, ACCEPTED if delegate is None else DELEGATED, delegated_to=delegate)


def sent(
    entry: Entry, *pairs: tuple[Answer, Answer], lines: dict[Address | None, Line] | None = None
) -> list[Handover]:
    """Give what is sent because these answers changed."""
    return list(handovers_of(entry, pairs, lines or {}, OSLO, LATER))


def told(handovers: list[Handover]) -> list[tuple[str, Address, Address, InstanceId]]:
    return [(one.method.value, one.to, one.by, one.instance) for one in handovers]


def read(handover: Handover) -> Snapshot:
    return read_object(handover.text, OSLO, method=handover.method)


def test_whoever_gets_the_place_is_asked_with_the_one_who_had_it() -> None:
    line = Line.of(fold(f"ATTENDEE;CN=Per Dal:{PER}"))

    (request,) = sent(asked(meeting(OLA, NINA)), (to(None), to(PER)), lines={PER: line})

    assert told([request]) == [("REQUEST", PER, OLA, SERIES)]
    people = {p.address: p.line for p in read(request).main.people}
    assert list(people) == [OLA, PER, NINA]
    assert people[OLA].parameters == people[OLA].with_parameters({"PARTSTAT": DELEGATED, "RSVP": None}).parameters
    assert people[OLA].parameter("DELEGATED-TO") == PER
    assert [people[PER].parameter(name) for name in ("CN", "RSVP", "DELEGATED-FROM")] == ["Per Dal", "TRUE", OLA]
    assert people[NINA].parameter("RSVP") == "TRUE"
    assert not read(request).cancelled


def test_the_message_says_when_it_was_made_and_explains_its_zones() -> None:
    (request,) = sent(asked(meeting(OLA)), (to(None), to(PER)))

    assert b"DTSTAMP:20261002T120030Z" in request.text
    assert request.text.count(b"BEGIN:VTIMEZONE") == 1


def test_whoever_gives_it_back_hears_that_it_is_called_off_for_them() -> None:
    (cancel,) = sent(asked(meeting(OLA, NINA)), (to(PER), to(None)))

    assert told([cancel]) == [("CANCEL", PER, OLA, SERIES)]
    assert read(cancel).cancelled
    assert {p.address: p.partstat for p in read(cancel).main.people}[OLA] == ACCEPTED


def test_handed_to_somebody_else_the_first_one_hears_of_it_too() -> None:
    assert told(sent(asked(meeting(OLA)), (to(PER), to(BERIT)))) == [
        ("CANCEL", PER, OLA, SERIES),
        ("REQUEST", BERIT, OLA, SERIES),
    ]


def test_whoever_says_once_more_to_whom_it_is_handed_sends_nothing() -> None:
    assert sent(asked(meeting(OLA)), (to(PER), to(PER)._replace(comment="Syk"))) == []
    assert sent(asked(meeting(OLA)), (to(None), to(None)._replace(comment="Syk"))) == []


def test_whoever_is_in_it_already_or_organizes_it_is_sent_nothing() -> None:
    entry = asked(meeting(OLA, NINA))

    assert sent(entry, (to(None), to(NINA))) == []
    assert sent(entry, (to(NINA), to(None))) == []
    assert sent(entry, (to(None), to(KARI))) == []


def test_under_each_address_of_one_person_it_is_sent_once() -> None:
    entry = asked(meeting(OLA, BERIT))

    handovers = sent(entry, (to(None), to(PER)), (to(None, BERIT), to(PER, BERIT)), (to(None), to(NINA)))

    assert told(handovers) == [("REQUEST", PER, OLA, SERIES), ("REQUEST", NINA, OLA, SERIES)]
    assert told(sent(entry, (to(PER), to(None)), (to(None, BERIT), to(PER, BERIT)))) == [
        ("CANCEL", PER, OLA, SERIES),
        ("REQUEST", PER, BERIT, SERIES),
    ]


def test_a_day_is_handed_on_alone() -> None:
    entry = asked(meeting(OLA, NINA, more=DAILY))

    handovers = sent(entry, (to(None), to(PER)), (to(None, instance=FRIDAY), to(PER, instance=FRIDAY)))

    assert told(handovers) == [("REQUEST", PER, OLA, SERIES), ("REQUEST", PER, OLA, FRIDAY)]
    assert [[part.instance for part in read(one).parts] for one in handovers] == [[SERIES], [FRIDAY]]


def test_a_series_is_handed_on_with_each_day_that_whoever_had_it_is_asked_to() -> None:
    people = (f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}")
    name, start = (line.replace("1008", "1009") for line in (f"RECURRENCE-ID{START[7:]}", START))
    text = calendar(event(START, *DAILY, *people), event(name, start, "LOCATION:Ute", *people))

    (request,) = sent(asked(text), (to(None), to(PER)))
    (cancel,) = sent(asked(text), (to(PER), to(None)))

    assert [[p.address for p in part.people] for part in read(request).parts] == [[OLA, PER], [OLA, PER]]
    assert [read(cancel).is_off(part) for part in read(cancel).parts] == [True, True]
    assert request.method is Method.REQUEST

# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is in somebody's place, of which occurrence, and the line that says so (model, row 35)."""

from dataclasses import replace

import pytest

from ical.address import Address
from ical.answers import ACCEPTED, DECLINED, DELEGATED, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.delegating import Handed, declined_for, delegate_of, handed_on, is_delegate, status, with_delegates
from ical.itip.outcome import Entry
from ical.lines import Line, fold
from ical.snapshot import Snapshot, read_object
from tests.ical.itip.company import BERIT, END, KARI, LATER, NINA, NOW, OLA, PER, START, distributed
from tests.ical.texts import OSLO, calendar, event

FRIDAY, SATURDAY = InstanceId("20261009T080000Z"), InstanceId("20261010T080000Z")
DAILY = "RRULE:FREQ=DAILY;COUNT=5"


def line(parameters: str, who: Address = PER) -> Line:
    """Give the ATTENDEE line of *who*."""
    return Line.of(fold(f"ATTENDEE;{parameters}:{who}"))


def series(*asked: Address, friday: tuple[Address, ...] = (), more: tuple[str, ...] = ()) -> Snapshot:
    """Give kari's meeting on five days, the second of which says by itself who is asked to it, where it says so."""
    whole = event(START, END, DAILY, f"ORGANIZER:{KARI}", *_lines(asked), *more)
    name, *times = (text.replace("1008", "1009") for text in (f"RECURRENCE-ID{START[7:]}", START, END))
    day = event(name, *times, f"ORGANIZER:{KARI}", *_lines(friday))
    return read_object(calendar(whole, *([day] if friday else [])), OSLO)


def _lines(asked: tuple[Address, ...]) -> list[str]:
    return [f"ATTENDEE:{address}" for address in asked]


def stored(said: Snapshot, *rows: Answer) -> Entry:
    """Give the entry that says this, with these answers."""
    return replace(distributed(said.document.raw), answers=rows)


def to(delegate: Address | None, who: Address = OLA, instance: InstanceId = SERIES, sequence: int = 0) -> Answer:
    """Give the row of *who*, who handed their place on to *delegate*."""
    partstat = ACCEPTED if delegate is None else DELEGATED
    return Answer(who, instance, partstat, delegated_to=delegate, reset_sequence=sequence, asked_at=NOW)


def of(delegator: Address, who: Address = PER, instance: InstanceId = SERIES) -> Answer:
    """Give the row of *who*, who is in it instead of *delegator*."""
    return Answer(who, instance, delegated_from=delegator, added_by=delegator, asked_at=NOW)


def comes(entry: Entry, *pairs: tuple[Answer, Answer], lines: dict[Address | None, Line] | None = None) -> Handed:
    """Give what comes of it that these rows changed so."""
    return handed_on(entry, pairs, lines or {}, OSLO, LATER)


def asked(handed: Handed) -> list[tuple[Address, InstanceId, Address | None]]:
    """Give who is in it now, of which occurrence, and whose place it was."""
    return [(row.address, row.instance, row.added_by) for row in handed.asked]


def named(said: Snapshot | bytes | None, instance: InstanceId = SERIES) -> list[str]:
    """Give who is named in one component, in the order of the text."""
    part = (said if isinstance(said, Snapshot) else read_object(said or b"", OSLO)).part(instance)
    assert part is not None
    return [person.address for person in part.people]


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (f'DELEGATED-TO="{PER}"', PER),
        (f'DELEGATED-TO="{PER}","{NINA}","{BERIT}"', PER),
        ('DELEGATED-TO="urn:uuid:1"', None),
        ('DELEGATED-TO=""', None),
        ("PARTSTAT=DELEGATED", None),
    ],
)
def test_the_first_mailbox_that_a_line_names_is_who_it_is_handed_to(said: str, meant: Address | None) -> None:
    assert delegate_of(line(said, OLA)) == meant


@pytest.mark.parametrize(
    ("said", "is_one"),
    [(f'DELEGATED-FROM="{OLA}"', True), (f'DELEGATED-FROM="{NINA}","{OLA}"', False), ("PARTSTAT=ACCEPTED", False)],
)
def test_a_delegate_says_from_whom_first_of_all(said: str, is_one: bool) -> None:
    (person,) = read_object(calendar(event(START, f"ATTENDEE;{said}:{PER}")), OSLO).main.people

    assert is_delegate(person, {OLA, BERIT}) is is_one


def test_the_one_in_the_place_is_asked_by_the_revision_that_was_handed_on() -> None:
    (row,) = comes(stored(series(OLA), to(None)), (to(None), to(PER, sequence=3))).asked

    assert row == of(OLA)._replace(sequence=3, reset_sequence=3, asked_at=LATER)


def test_of_what_was_sent_of_the_delegate_the_name_and_what_they_are_is_kept() -> None:
    sent = line(
        'CN=Per Dal;CUTYPE=ROOM;LANGUAGE=nb;ROLE=CHAIR;PARTSTAT=ACCEPTED;RSVP=FALSE;DELEGATED-FROM="a@b.c";X-A=1'
    )

    text = comes(stored(series(NINA, OLA), to(None)), (to(None), to(PER)), lines={PER: sent}).shared or b""

    said = (
        b'ATTENDEE;CN=Per Dal;CUTYPE=ROOM;LANGUAGE=nb;RSVP=TRUE;DELEGATED-FROM="mailto:ola@byggbo.example":'
        + PER.encode()
    )
    assert said in text.replace(b"\r\n ", b"").splitlines()


def test_the_role_is_that_of_whoever_handed_it_on() -> None:
    text = series(NINA).document.raw.replace(
        b"ATTENDEE:", f"ATTENDEE;ROLE=OPT-PARTICIPANT:{OLA}\r\nATTENDEE;ROLE=CHAIR:".encode()
    )
    entry = stored(read_object(text, OSLO), to(None))

    part = read_object(comes(entry, (to(None, NINA), to(PER, NINA))).shared or b"", OSLO).main

    assert {p.address: p.line.parameter("ROLE") for p in part.people} == {
        OLA: "OPT-PARTICIPANT",
        NINA: "CHAIR",
        PER: "CHAIR",
    }


def test_who_says_once_more_to_whom_it_is_handed_changes_nothing() -> None:
    entry = stored(series(OLA, PER), to(PER), of(OLA))

    assert comes(entry, (to(PER), to(PER)._replace(comment="Syk"))) == Handed()


def test_whoever_was_in_it_by_themselves_stays_when_a_place_is_taken_back() -> None:
    entry = stored(series(OLA, NINA), to(NINA), Answer(NINA))

    assert comes(entry, (to(NINA), to(None))) == Handed()


def test_two_addresses_hand_their_places_to_two_people() -> None:
    entry = stored(series(OLA, BERIT), to(None), to(None, BERIT))

    handed = comes(entry, (to(None), to(PER)), (to(None, BERIT), to(NINA, BERIT)))

    assert asked(handed) == [(PER, SERIES, OLA), (NINA, SERIES, BERIT)]
    assert named(handed.shared) == [OLA, PER, BERIT, NINA]


def test_two_days_are_handed_to_the_same_one() -> None:
    entry, days = stored(series(OLA, NINA), to(None)), (FRIDAY, SATURDAY)

    handed = comes(entry, *((to(None, instance=day), to(PER, instance=day)) for day in days))

    assert asked(handed) == [(PER, FRIDAY, OLA), (PER, SATURDAY, OLA)]
    assert [named(handed.shared, day) for day in (SERIES, *days)] == [[OLA, NINA], [OLA, PER, NINA], [OLA, PER, NINA]]


def test_a_day_that_has_a_component_is_handed_on_in_it() -> None:
    entry = stored(series(OLA, friday=(OLA, NINA)), to(None))

    handed = comes(entry, (to(None, instance=FRIDAY), to(PER, instance=FRIDAY)))

    assert [named(handed.shared, day) for day in (SERIES, FRIDAY)] == [[OLA], [OLA, PER, NINA]]


def test_whoever_is_asked_to_that_day_by_themselves_is_not_asked_once_more() -> None:
    entry = stored(series(OLA, friday=(OLA, PER)), to(None))

    assert comes(entry, (to(None, instance=FRIDAY), to(PER, instance=FRIDAY))) == Handed()


def test_a_day_of_a_series_that_was_handed_on_takes_nothing_from_whoever_is_in_the_series() -> None:
    entry = stored(series(OLA, PER), to(PER), of(OLA))

    assert comes(entry, (to(PER), to(None, instance=FRIDAY))) == Handed()


def test_a_day_is_taken_back_from_whoever_has_that_day_whatever_is_said_of_the_series() -> None:
    entry = stored(series(OLA, friday=(OLA, PER)), to(NINA), to(PER, instance=FRIDAY), of(OLA, instance=FRIDAY))

    assert comes(entry, (to(NINA), to(None, instance=FRIDAY))).gone == {(PER, FRIDAY)}


def test_of_two_days_the_one_that_is_taken_back_alone_loses_its_line() -> None:
    rows = (of(OLA), of(OLA, instance=FRIDAY))
    entry = stored(series(OLA, PER, friday=(OLA, PER)), to(PER), to(PER, instance=FRIDAY), *rows)

    handed = comes(entry, (to(PER, instance=FRIDAY), to(None, instance=FRIDAY)))

    assert handed.gone == {(PER, FRIDAY)}
    assert [named(handed.shared, day) for day in (SERIES, FRIDAY)] == [[OLA, PER], [OLA]]


def test_whoever_had_it_from_a_delegate_can_have_it_at_first_hand_instead() -> None:
    rows = (to(PER), of(OLA)._replace(partstat=DELEGATED, delegated_to=NINA), of(PER, NINA))
    before = b'ATTENDEE;DELEGATED-FROM="mailto:per@byggbo.example":mailto:nina@byggbo.example'
    text = series(OLA, PER, NINA).document.raw.replace(b"ATTENDEE:mailto:nina@byggbo.example", before)

    handed = comes(stored(read_object(text, OSLO), *rows), (to(PER), to(NINA)))

    assert asked(handed) == [(NINA, SERIES, OLA)]
    assert handed.gone == {(PER, SERIES)}
    assert named(handed.shared) == [OLA, NINA]
    nina = read_object(handed.shared or b"", OSLO).main.people[1]
    assert nina.line.parameter("DELEGATED-FROM") == OLA


def test_a_place_that_moves_between_the_addresses_of_one_person_is_told_from_the_other_one() -> None:
    entry = stored(series(OLA, PER, BERIT), to(PER), of(OLA), to(None, BERIT))

    handed = comes(entry, (to(PER), to(None)), (to(None, BERIT), to(PER, BERIT)))

    assert (asked(handed), handed.gone) == ([(PER, SERIES, BERIT)], frozenset())
    assert named(handed.shared) == [OLA, BERIT, PER]


def test_a_text_gets_the_line_that_is_shared() -> None:
    raw = series(OLA, PER).document.raw.replace(
        f"ATTENDEE:{PER}".encode(), f"ATTENDEE;CN=Per Dal;CUTYPE=ROOM:{PER}".encode()
    )

    said = with_delegates(series(OLA, NINA), [to(PER), of(OLA)], raw, OSLO)

    assert named(said) == [OLA, PER, NINA]
    assert said.main.people[1].line.parameter("CN") == "Per Dal"


def test_a_delegate_whom_no_text_names_has_a_line_all_the_same() -> None:
    said = with_delegates(series(OLA), [of(OLA)], series(NINA).document.raw, OSLO)

    assert said.main.people[1].line.parameter("DELEGATED-FROM") == OLA


def test_delegates_of_delegates_stand_behind_them() -> None:
    said = series(OLA, BERIT)

    assert named(with_delegates(said, [of(PER, NINA), of(OLA)], said.document.raw, OSLO)) == [OLA, PER, NINA, BERIT]


def test_where_whoever_delegated_is_not_named_neither_is_the_delegate() -> None:
    said = series(NINA)

    assert with_delegates(said, [of(OLA), of(OLA, instance=FRIDAY)], said.document.raw, OSLO) is said


def test_only_days_that_were_handed_on_get_a_component() -> None:
    said, rows = series(OLA, NINA), [to(None, NINA, FRIDAY), to(PER, instance=SATURDAY), of(OLA, instance=SATURDAY)]

    text = with_delegates(said, rows, said.document.raw, OSLO)

    assert [part.instance for part in text.parts] == [SERIES, SATURDAY]
    assert (named(text), named(text, SATURDAY)) == ([OLA, NINA], [OLA, PER, NINA])


def test_a_day_that_does_not_take_place_any_more_gets_no_component() -> None:
    said = series(OLA, more=(f"EXDATE{START[7:].replace('1008', '1009')}",))

    assert with_delegates(said, [of(OLA, instance=FRIDAY)], said.document.raw, OSLO) is said


@pytest.mark.parametrize(("shown", "names"), [(DELEGATED, PER), (DECLINED, None)])
def test_a_line_names_the_delegate_only_where_it_says_delegated(shown: str, names: Address | None) -> None:
    assert status(to(PER), shown) == {"PARTSTAT": shown, "DELEGATED-TO": names}


@pytest.mark.parametrize(
    ("said", "instance", "hears"),
    [
        (of(OLA), SERIES, OLA),
        (Answer(PER, FRIDAY), FRIDAY, OLA),
        (Answer(PER, SATURDAY), SATURDAY, OLA),
        (of(NINA, instance=FRIDAY), FRIDAY, NINA),
        (Answer(BERIT, FRIDAY), FRIDAY, None),
    ],
)
def test_whose_place_it_was_hears_that_it_was_declined(
    said: Answer, instance: InstanceId, hears: Address | None
) -> None:
    no, rows = said._replace(partstat=DECLINED), [of(OLA), of(NINA, instance=FRIDAY), Answer(BERIT)]

    assert list(declined_for([(said, no)], rows)) == ([(hears, instance)] if hears else [])
    assert list(declined_for([(no, no)], rows)) == list(declined_for([(said, said)], rows)) == []

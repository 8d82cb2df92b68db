# SPDX-License-Identifier: GPL-3.0-or-later
"""What an organizer's new text changes: SEQUENCE, rows, and who reads another text now."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ical.address import Address
from ical.answers import ACCEPTED, DECLINED, NEEDS_ACTION, Answer
from ical.instances import SERIES, InstanceId
from ical.itip.change import Change, asked, asked_again, compared
from ical.itip.outcome import State
from ical.snapshot import read_object
from tests.ical.itip.company import BERIT, END, KARI, LATER, NINA, NOW, OLA, PER, START, distributed
from tests.ical.texts import OSLO, calendar, event

FRIDAY, SATURDAY = InstanceId("20261009T080000Z"), InstanceId("20261010T080000Z")
BOTH = OLA, NINA
OFF, PLACE = "STATUS:CANCELLED", "LOCATION:Kjelleren"
NO_FRIDAY = "EXDATE;TZID=Europe/Oslo:20261009T100000"
ON_SATURDAY = datetime(2026, 10, 10, 12, tzinfo=UTC)
LONG_AFTER = datetime(2027, 10, 10, 12, tzinfo=UTC)


def series(*lines: str, asks: tuple[str, ...] = BOTH, hour: int = 10) -> str:
    """Give kari's meeting on four days from Thursday."""
    times = [line.replace("T10", f"T{hour:02}").replace("T11", f"T{hour + 1:02}") for line in (START, END)]
    return event(*times, "RRULE:FREQ=DAILY;COUNT=4", *people(asks), *lines)


def day(number: int, *lines: str, asks: tuple[str, ...] = BOTH, hour: int = 10) -> str:
    """Give the component of a day in October."""
    name, *times = (line.replace("1008T", f"10{number:02}T") for line in (f"RECURRENCE-ID{START[7:]}", START, END))
    moved = [line.replace("T10", f"T{hour:02}").replace("T11", f"T{hour + 1:02}") for line in times]
    return event(name, *moved, *people(asks), *lines)


def people(asks: tuple[str, ...]) -> tuple[str, ...]:
    """Give the lines of kari and of those whom she asks."""
    return f"ORGANIZER:{KARI}", *(f"ATTENDEE:{address}" for address in asks)


def change(
    before: tuple[str, ...],
    after: tuple[str, ...],
    *rows: Answer,
    state: State = State.LIVE,
    now: datetime = LATER,
    quiet: str = "",
) -> Change:
    """Give what kari changes, who stored *before* and saves *after*; *rows* are known besides."""
    entry = distributed(calendar(*before))
    known = {(a.address, a.instance): a for a in (*entry.answers, *rows)}
    entry = replace(entry, answers=tuple(known.values()), state=state)
    stored, sent = (read_object(calendar(*components), OSLO) for components in (before, after))
    return compared(entry, stored, sent, frozenset({KARI}), OSLO, now, quiet=quiet)


def shares(*components: str) -> bytes:
    """Give what others start from, where kari's text has these *components*."""
    return distributed(calendar(*components)).shared


@pytest.mark.parametrize(
    ("before", "after", "sequence", "raised"),
    [
        ((series(),), (series(PLACE),), 0, ()),
        ((series(),), (series(hour=12),), 1, (SERIES,)),
        ((series(),), (series().replace("COUNT=4", "COUNT=3"),), 1, (SERIES,)),
        ((series(),), (series(NO_FRIDAY),), 1, (SERIES,)),
        ((series(), day(10)), (series(NO_FRIDAY), day(10)), 1, (SERIES,)),
        ((series(), day(9), day(10)), (series(), day(9, OFF), day(10)), 1, (SERIES, FRIDAY)),
        ((series(), day(9), day(10)), (series(), day(9, hour=12), day(10)), 1, (SERIES, FRIDAY)),
        ((series(), day(9)), (series(hour=9), day(9)), 1, (SERIES, FRIDAY)),
        ((series(), day(9)), (series(OFF), day(9)), 1, (SERIES, FRIDAY)),
        ((series(),), (series(OFF),), 1, (SERIES,)),
        ((day(9), day(10)), (day(9, hour=12), day(10)), 1, (FRIDAY, SATURDAY)),
        ((series(),), (series(asks=(OLA,)),), 1, (SERIES,)),
        ((series(),), (series(asks=(OLA, NINA, PER)),), 0, ()),
        (
            (series(), day(9), day(10, asks=(OLA, NINA, PER))),
            (series(), day(9, asks=(OLA, NINA, PER)), day(10, asks=(OLA, NINA, PER))),
            1,
            (SERIES, FRIDAY),
        ),
        (
            (series(), day(9), day(10), day(11, asks=(NINA,))),
            (series(asks=(NINA,)), day(9), day(10, asks=(NINA,)), day(11, asks=(NINA,))),
            2,
            (SERIES, FRIDAY, SATURDAY),
        ),
        (
            (series(), day(9), day(10, asks=(NINA,))),
            (series(asks=(NINA,)), day(9), day(10, asks=(NINA,))),
            2,
            (SERIES, FRIDAY),
        ),
    ],
)
def test_sequence_rises_where_somebody_must_know_the_new_text_from_the_old(
    before: tuple[str, ...], after: tuple[str, ...], sequence: int, raised: tuple[InstanceId, ...]
) -> None:
    found = change(before, after)

    assert (found.sequence, found.raised()) == (sequence, frozenset(raised))


def test_what_is_on_again_rises_as_a_whole_though_nothing_else_changed() -> None:
    text = series(), day(9)

    found = change(text, text, state=State.CANCELLED)

    assert (found.revived, found.called_off, found.is_visible) == (True, False, True)
    assert (found.sequence, found.raised()) == (1, frozenset({SERIES, FRIDAY}))


def test_what_stays_called_off_is_neither_called_off_again_nor_on_again() -> None:
    found = change((series(OFF),), (series(OFF, PLACE),), state=State.CANCELLED)

    assert (found.called_off, found.revived, found.sequence) == (False, False, 0)
    assert list(found.messages(calendar(series(OFF, PLACE)))) == []


def test_that_the_client_tells_everybody_itself_is_another_text() -> None:
    by_client = series().replace("ORGANIZER", "ORGANIZER;SCHEDULE-AGENT=CLIENT")

    found = change((series(),), (by_client,))

    assert found.removed() == [OLA, NINA]
    assert found.is_visible


def test_who_is_new_has_a_row_with_the_sequence_that_they_are_asked_with() -> None:
    found = change((series("SEQUENCE:3"),), (series("SEQUENCE:3", asks=(*BOTH, PER)),))

    assert list(found.rows()) == [asked(PER, SERIES, 3, LATER)]
    assert asked(PER, FRIDAY, 3, LATER) == Answer(PER, FRIDAY, sequence=3, reset_sequence=3, asked_at=LATER)


def test_who_is_asked_again_has_answered_nothing_and_has_done_what_they_had() -> None:
    done = Answer(
        OLA,
        FRIDAY,
        ACCEPTED,
        shown=ACCEPTED,
        sequence=1,
        stamp=NOW,
        digest="d",
        channel="mail",
        reset_sequence=1,
        percent=40,
        completed_at=NOW,
        written=DECLINED,
        comment="Ja",
        asked_at=NOW,
        answered_at=NOW,
        delivery="2.0",
    )

    assert asked_again(done, 2, LATER) == Answer(
        OLA,
        FRIDAY,
        NEEDS_ACTION,
        shown=NEEDS_ACTION,
        sequence=2,
        channel="mail",
        reset_sequence=2,
        percent=40,
        asked_at=LATER,
        delivery="2.0",
        answered_before=NOW,
    )


def test_when_somebody_last_answered_stays_known_when_they_are_asked_twice() -> None:
    once = asked_again(Answer(OLA, partstat=ACCEPTED, asked_at=NOW, answered_at=NOW), 1, LATER)

    assert asked_again(once, 2, LATER).answered_before == NOW


def test_a_day_that_was_put_away_comes_back_when_it_is_asked_for_again() -> None:
    away = Answer(OLA, FRIDAY, DECLINED, asked_at=NOW, answered_at=NOW, hidden=True)

    rows = change((series(), day(9)), (series(), day(9, hour=12)), away).rows()

    assert [(a.address, a.instance, a.partstat, a.hidden) for a in rows] == [
        (OLA, FRIDAY, NEEDS_ACTION, False),
        (NINA, FRIDAY, NEEDS_ACTION, False),
    ]


YES, NO = (Answer(OLA, partstat=said, asked_at=NOW, answered_at=NOW) for said in (ACCEPTED, DECLINED))
OUT_OF_SERIES = (series(), day(9)), (series(asks=(NINA,)), day(9))


def test_who_stays_in_a_day_alone_has_there_what_they_said_of_the_series() -> None:
    assert list(change(*OUT_OF_SERIES, YES).rows()) == [YES._replace(instance=FRIDAY)]
    assert list(change(*OUT_OF_SERIES, YES, NO._replace(instance=FRIDAY)).rows()) == []


def test_who_has_no_row_for_what_the_text_names_is_given_none_for_less_of_it() -> None:
    found = change(*OUT_OF_SERIES)
    entry = replace(
        found.entry, answers=(Answer(OLA, SATURDAY), *(a for a in found.entry.answers if a.address == NINA))
    )
    stored, sent = (read_object(calendar(*components), OSLO) for components in OUT_OF_SERIES)

    again = compared(entry, stored, sent, frozenset({KARI}), OSLO, LATER, quiet="")

    assert list(again.rows()) == []


@pytest.mark.parametrize(
    ("after", "now", "quiet", "at"),
    [
        ((series(asks=(*BOTH, PER)),), LATER, "", LATER),
        ((series(asks=(*BOTH, PER)),), LATER, "It came with a whole calendar", None),
        ((series(asks=(*BOTH, PER)),), LONG_AFTER, "", None),
        ((series(), day(9, asks=(*BOTH, PER))), LATER, "", LATER),
        ((series(), day(9, asks=(*BOTH, PER))), ON_SATURDAY, "", None),
        ((series(), day(11, asks=(*BOTH, PER))), ON_SATURDAY, "", ON_SATURDAY),
    ],
)
def test_when_they_were_told_is_kept_of_those_who_are(
    after: tuple[str, ...], now: datetime, quiet: str, at: datetime | None
) -> None:
    assert [a.asked_at for a in change((series(),), after, now=now, quiet=quiet).rows()] == [at]


def test_of_whoever_stays_in_some_of_it_the_rows_of_the_rest_end() -> None:
    days = [Answer(OLA, i, ACCEPTED, asked_at=NOW, answered_at=NOW) for i in (FRIDAY, SATURDAY)]

    assert set(change(*OUT_OF_SERIES, *days).ended()) == {(OLA, SERIES), (OLA, SATURDAY)}
    assert set(change((series(), day(9)), (series(asks=(NINA,)),), *days).ended()) == set()


def test_what_comes_back_comes_back_to_all_who_were_asked_and_have_not_declined() -> None:
    text = (series(asks=(*BOTH, PER)),)
    own = Answer(KARI, partstat=ACCEPTED, organizer=True)
    rows = NO, YES._replace(address=PER), own

    assert change(text, text, *rows, state=State.CANCELLED).coming_back() == {NINA, PER}
    assert change(text, (series(PLACE, asks=(*BOTH, PER)),), *rows).coming_back() == frozenset()


def test_of_whom_the_text_does_not_tell_the_rows_tell_to_which_days_they_were_asked() -> None:
    rows = [Answer(BERIT, i, asked_at=NOW) for i in (FRIDAY, SATURDAY)]

    found = change((series(),), (series(PLACE),), *rows)

    assert found.guests[BERIT].was == {FRIDAY, SATURDAY}


WEEKEND = series(), day(9, asks=(*BOTH, PER)), day(10, asks=(NINA, BERIT))
ALL = frozenset({OLA, NINA, PER, BERIT})


@pytest.mark.parametrize(
    ("shared", "expected"),
    [
        (WEEKEND, ()),
        ((series(PLACE), *WEEKEND[1:]), (OLA, NINA)),
        ((WEEKEND[0], day(9, PLACE, asks=(*BOTH, PER)), WEEKEND[2]), (OLA, NINA, PER)),
        ((*WEEKEND[:2], day(10, PLACE, asks=(NINA, BERIT))), (NINA, BERIT)),
        ((*WEEKEND[:2],), (NINA, BERIT)),
        ((*WEEKEND, day(11)), ()),
    ],
)
def test_whoever_is_in_what_is_written_otherwise_reads_another_text(
    shared: tuple[str, ...], expected: tuple[Address, ...]
) -> None:
    assert change(WEEKEND, WEEKEND).touched(shares(*shared)) == frozenset(expected)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"BEGIN:VCALENDAR", b"begin:vcalendar"),
        (b"VERSION:2.0\r\n", b""),
        (b"END:VCALENDAR", b"BEGIN:VTIMEZONE\r\nTZID:Bergen\r\nEND:VTIMEZONE\r\nEND:VCALENDAR"),
    ],
)
def test_what_stands_around_the_components_everybody_reads(before: bytes, after: bytes) -> None:
    found = change(WEEKEND, WEEKEND)

    assert found.touched(shares(*WEEKEND).replace(before, after)) == ALL
    assert found.touched(None) == frozenset()


def test_a_day_that_gets_or_loses_its_component_reads_otherwise_for_who_is_in_it() -> None:
    more = *WEEKEND, day(11)

    assert change(WEEKEND, more).touched(shares(*more)) == {OLA, NINA}
    assert change(more, WEEKEND).touched(shares(*WEEKEND)) == {OLA, NINA}


def test_who_comes_to_or_goes_from_a_day_reads_another_text() -> None:
    less = change((series(), day(9, asks=(*BOTH, PER))), (series(), day(9)))
    more = change((series(), day(9)), (series(), day(9, asks=(*BOTH, PER))))

    assert less.touched(less.entry.shared) == more.touched(more.entry.shared) == {PER}
    assert less.touched(more.entry.shared) == more.touched(less.entry.shared) == {OLA, NINA, PER}


def test_who_is_in_all_of_it_again_reads_another_text() -> None:
    back = change((series(), day(9, asks=(NINA,))), (series(),))

    assert back.touched(back.entry.shared) == {OLA}

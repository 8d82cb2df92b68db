# SPDX-License-Identifier: GPL-3.0-or-later
"""What is known after several messages from outside: of each occurrence what the newest one says."""

import pytest

from ical.instances import SERIES, InstanceId
from ical.itip.heard import merged, off_as_told, plain
from ical.itip.outcome import Method
from ical.limits import MAIL
from ical.snapshot import Snapshot, read_object
from tests.gateway.services import texts
from tests.gateway.worker.outside import DAY, WEEKLY, said
from tests.ical.itip.invited import FIRST, ME, OSLO, SECOND, THIRD, together

LAST = "20261215"
ZONE = "BEGIN:VTIMEZONE\r\nTZID:{}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZOFFSETFROM:{}\r\nTZOFFSETTO:{}\r\n"
ZONE += "END:STANDARD\r\nEND:VTIMEZONE\r\n"


def read(text: bytes) -> Snapshot:
    method = next(line.partition(":")[2] for line in texts.unfolded(text) if line.startswith("METHOD:"))
    return read_object(text, OSLO, MAIL, method)


def after(stored: Snapshot | None, text: bytes) -> Snapshot | None:
    """Give what is known after a message where *stored* was known; None: nothing new."""
    message = read(text)
    method = Method(next(line.value for line in message.document.lines if line.name == "METHOD"))
    new = plain(message, method, ME.addresses, OSLO)
    assert new is not None
    return merged(stored, new, OSLO)


def known(*messages: bytes) -> Snapshot:
    """Give what is known after these messages."""
    stored: Snapshot | None = None
    for text in messages:
        stored = after(stored, text) or stored
    assert stored is not None
    return stored


def places(stored: Snapshot | None) -> dict[InstanceId, str | None]:
    """Give by LOCATION which message each component came with."""
    assert stored is not None
    first = {part.instance: stored.document.first(part.component, "LOCATION") for part in stored.parts}
    return {instance: line.value if line is not None else None for instance, line in first.items()}


def whole(place: str, *more: str, at: str = "12:00:00", sequence: int = 0) -> bytes:
    return said("REQUEST", WEEKLY, f"LOCATION:{place}", *more, at=at, sequence=sequence)


def day(place: str, on: str = DAY, at: str = "12:00:00", sequence: int = 0, start: str = "T100000") -> bytes:
    return said("REQUEST", f"LOCATION:{place}", day=on, at=at, sequence=sequence, start=start)


def bare(text: bytes) -> bytes:
    """Give a CANCEL that does not tell when it is."""
    return b"".join(
        line
        for line in text.splitlines(keepends=True)
        if not line.startswith((b"DTSTART;TZID=Europe/Oslo", b"DURATION"))
    )


def lines(stored: Snapshot | None, *names: str) -> list[str]:
    assert stored is not None
    return [line for line in texts.unfolded(stored.document.raw) if line.startswith(names)]


def test_a_message_about_the_whole_counts_where_it_is_newer() -> None:
    stored = known(whole("A", at="12:10:00", sequence=1))

    assert after(stored, whole("B", at="12:10:00", sequence=1)) is None
    assert after(stored, whole("B", at="12:20:00")) is None
    assert after(stored, whole("B", at="12:05:00", sequence=1)) is None
    assert places(after(stored, whole("B", at="12:11:00", sequence=1))) == {SERIES: "B"}
    assert places(after(stored, whole("B", at="12:00:00", sequence=2))) == {SERIES: "B"}


def test_a_message_about_the_whole_replaces_what_was_said_of_days_before() -> None:
    stored = known(whole("A"), day("B", at="12:10:00", sequence=5))

    assert places(after(stored, whole("C", at="12:20:00"))) == {SERIES: "C"}
    assert places(after(stored, whole("C", at="12:05:00", sequence=1))) == {SERIES: "C", SECOND: "B"}
    assert places(after(stored, whole("C", at="12:10:00", sequence=5))) == {SERIES: "C"}


def test_of_a_day_that_comes_with_the_whole_the_newer_one_stays() -> None:
    stored = known(whole("A"), day("B", at="12:10:00", sequence=5))

    lower = together(whole("C", at="12:20:00", sequence=4), day("D", at="12:20:00", sequence=4))
    higher = together(whole("C", at="12:20:00", sequence=6), day("D", at="12:20:00", sequence=6))
    assert places(after(stored, lower)) == {SERIES: "C", SECOND: "B"}
    assert places(after(stored, higher)) == {SERIES: "C", SECOND: "D"}


def test_a_message_about_a_day_counts_where_it_is_newer_than_what_is_known_of_that_day() -> None:
    stored = known(whole("A", at="12:30:00", sequence=9), day("B", at="12:40:00", sequence=1))

    assert after(stored, day("C", at="12:40:00", sequence=1)) is None
    assert after(stored, day("C", at="12:50:00")) is None
    assert places(after(stored, day("C", at="12:35:00", sequence=2))) == {SERIES: "A", SECOND: "C"}
    assert after(stored, day("C", on=LAST, at="12:30:00", sequence=9)) is None
    assert after(stored, day("C", on=LAST, at="12:20:00", sequence=10)) is None
    assert places(after(stored, day("C", on=LAST, at="12:31:00"))) == {SERIES: "A", SECOND: "B", THIRD: "C"}
    assert places(after(stored, day("C", on=LAST, at="12:30:00", sequence=10))) == {
        SERIES: "A",
        SECOND: "B",
        THIRD: "C",
    }


def test_of_several_days_those_are_taken_that_are_newer() -> None:
    stored = known(day("A"), day("B", on=LAST, at="12:20:00"))

    assert places(after(stored, together(day("C", at="12:10:00"), day("D", on=LAST, at="12:10:00")))) == {
        SECOND: "C",
        THIRD: "B",
    }


def test_a_day_that_is_named_alone_is_the_occurrence_on_it() -> None:
    by_date = day("B", at="12:10:00").replace(
        b"RECURRENCE-ID;TZID=Europe/Oslo:20261208T100000", b"RECURRENCE-ID;VALUE=DATE:20261208"
    )

    stored = known(whole("A"), by_date)

    assert places(stored) == {SERIES: "A", SECOND: "B"}
    assert places(after(stored, day("C", at="12:20:00"))) == {SERIES: "A", SECOND: "C"}
    assert places(known(by_date, whole("A", at="12:05:00"))) == {SERIES: "A", SECOND: "B"}
    assert lines(stored, "RDATE") == []


def test_an_end_that_does_not_say_when_it_was_ends_what_is_older() -> None:
    stored = known(whole("A", sequence=2), day("B", at="12:10:00", sequence=4))

    end = read(bare(said("CANCEL", sequence=3, at="12:20:00")))
    off = off_as_told(stored, end, OSLO)

    assert off is not None
    assert {part.instance: off.is_off(part) for part in off.parts} == {SERIES: True, SECOND: False}
    assert lines(off, "DTSTAMP", "SEQUENCE") == [
        "DTSTAMP:20261123T122000Z",
        "SEQUENCE:3",
        "DTSTAMP:20261123T121000Z",
        "SEQUENCE:4",
    ]
    assert off_as_told(off, end, OSLO) is None
    assert off_as_told(stored, read(bare(said("CANCEL", sequence=1, at="12:20:00"))), OSLO) is None


def test_an_end_of_all_ends_each_day_that_is_older() -> None:
    stored = known(whole("A"), day("B", at="12:10:00"))

    off = off_as_told(stored, read(bare(said("CANCEL", sequence=1))), OSLO)

    assert off is not None
    assert [off.is_off(part) for part in off.parts] == [True, True]
    assert off_as_told(stored, read(bare(said("CANCEL"))), OSLO) is None


def test_an_end_that_names_days_too_ends_those_by_their_own_number() -> None:
    days = (day("B", at="12:10:00", sequence=3), day("C", on=LAST, at="12:10:00", sequence=2))
    end = together(bare(said("CANCEL", sequence=1)), bare(said("CANCEL", day=DAY, sequence=8)))

    off = off_as_told(known(whole("A", sequence=7), *days), read(end), OSLO)

    assert off is not None
    assert {part.instance: off.is_off(part) for part in off.parts} == {SERIES: False, SECOND: True, THIRD: False}


def test_an_end_that_does_not_say_when_it_was_made_is_kept_as_an_old_one() -> None:
    end = bare(said("CANCEL", sequence=1)).replace(b"DTSTAMP:20261123T120000Z\r\n", b"")

    assert lines(off_as_told(known(whole("A")), read(end), OSLO), "DTSTAMP") == ["DTSTAMP:19700101T000000Z"]


def zoned(text: bytes, *zones: str) -> bytes:
    """Give *text* with these time zones, each explained."""
    explained = "".join(ZONE.format(name, "+0100", "+0100") for name in zones)
    return text.replace(b"BEGIN:VEVENT", explained.encode() + b"BEGIN:VEVENT", 1)


def test_the_zones_that_are_needed_are_explained_once_whichever_message_brought_them() -> None:
    tokyo = zoned(day("B", at="12:10:00"), "Asia/Tokyo", "Europe/Paris").replace(
        b"DTSTART;TZID=Europe/Oslo:20261208T100000", b"DTSTART;TZID=Asia/Tokyo:20261208T180000"
    )
    oslo = zoned(whole("A"), "Europe/Oslo", "Europe/Rome")

    for messages in ((oslo, tokyo), (tokyo, oslo)):
        assert lines(known(*messages), "TZID", "BEGIN:VTIMEZONE") == [
            "BEGIN:VTIMEZONE",
            "TZID:Asia/Tokyo",
            "BEGIN:VTIMEZONE",
            "TZID:Europe/Oslo",
        ]


def test_a_zone_without_a_name_explains_nothing() -> None:
    text = zoned(whole("A"), "Europe/Oslo").replace(b"TZID:Europe/Oslo\r\n", b"")

    assert lines(known(text), "BEGIN:VTIMEZONE") == []


def test_a_zone_is_explained_by_nothing_else_than_a_zone() -> None:
    assert lines(known(whole("A", "TZID:Europe/Oslo")), "BEGIN:") == ["BEGIN:VCALENDAR", "BEGIN:VEVENT"]


def following(text: bytes) -> bytes:
    """Let a message about one day be about all that follow, too."""
    return text.replace(b"RECURRENCE-ID;", b"RECURRENCE-ID;RANGE=THISANDFUTURE;")


def test_only_an_end_of_all_that_follow_takes_later_days_away() -> None:
    stored = known(whole("A"), day("B", on=LAST, at="12:10:00"))
    end = said("CANCEL", "LOCATION:C", day=DAY, at="12:20:00", sequence=1)

    assert places(after(stored, end)) == {SERIES: "A", SECOND: "C", THIRD: "B"}
    assert places(after(stored, following(day("C", at="12:20:00")))) == {SERIES: "A", SECOND: "C", THIRD: "B"}
    assert places(after(stored, following(end))) == {SERIES: "A", SECOND: "C"}


def test_a_day_that_was_added_and_is_ended_with_all_that_follow_is_no_date_any_more() -> None:
    end = following(said("CANCEL", day=DAY, at="12:20:00", sequence=1))

    assert dates(known(whole("A"), day("B", on="20261210", at="12:10:00"), end)) == []


def test_the_frame_is_that_of_the_message_about_the_whole() -> None:
    frame = known(whole("A").replace(b"PRODID:-//Ute//NO", b"PRODID:-//Hel//NO"), day("B", at="12:10:00"))

    assert lines(frame, "VERSION", "PRODID") == ["VERSION:2.0", "PRODID:-//Hel//NO"]


def dates(stored: Snapshot | None) -> list[str]:
    return lines(stored, "RDATE", "EXDATE")


def test_a_day_that_the_rules_do_not_have_is_a_date_of_the_series() -> None:
    stored = known(whole("A"), day("B", on="20261210", at="12:10:00"))

    assert dates(stored) == ["RDATE;TZID=Europe/Oslo:20261210T100000"]
    assert dates(known(day("B", on="20261210", at="12:10:00"), whole("A"))) == dates(stored)
    assert dates(after(stored, day("C", on="20261210", at="12:20:00"))) == dates(stored)
    assert dates(after(stored, day("C", at="12:20:00"))) == dates(stored)


def test_dates_of_single_days_stand_behind_all_others_in_their_order() -> None:
    own = "RDATE;TZID=Europe/Oslo:20261204T100000"
    stored = known(whole("A", own), day("C", on="20261211", at="12:20:00"), day("B", on="20261210", at="12:10:00"))

    assert dates(stored) == [own, "RDATE;TZID=Europe/Oslo:20261210T100000", "RDATE;TZID=Europe/Oslo:20261211T100000"]


def test_days_that_the_rules_have_and_the_first_one_are_no_dates() -> None:
    assert dates(known(whole("A"), day("B", at="12:10:00"), day("B", on="20261201", at="12:10:00"))) == []
    assert dates(known(said("REQUEST", "LOCATION:A"), day("B", on="20261201", at="12:10:00"))) == []


@pytest.mark.parametrize(
    ("excepted", "left"),
    [
        ("EXDATE;TZID=Europe/Oslo:20261208T100000", []),
        ("EXDATE;TZID=Europe/Oslo:20261208T100000,20261215T100000", ["EXDATE;TZID=Europe/Oslo:20261215T100000"]),
        ("EXDATE:20261208T090000Z,20261215T090000Z", ["EXDATE:20261215T090000Z"]),
        ("EXDATE;X-A=1;TZID=Europe/Oslo:20261215T100000", ["EXDATE;X-A=1;TZID=Europe/Oslo:20261215T100000"]),
    ],
)
def test_a_day_that_was_taken_out_and_is_told_of_is_back(excepted: str, left: list[str]) -> None:
    assert dates(known(whole("A", excepted), day("B", at="12:10:00"))) == left


def test_a_date_of_several_or_of_a_period_stays_as_it_is_written() -> None:
    several = "RDATE;TZID=Europe/Oslo:20261210T100000,20261211T100000"
    period = "RDATE;TZID=Europe/Oslo;VALUE=PERIOD:20261210T100000/PT2H"

    assert dates(known(whole("A", several), day("B", on="20261210", at="12:10:00"))) == [several]
    assert dates(known(whole("A", period), day("B", on="20261210", at="12:10:00"))) == [period]


def test_a_date_of_the_organizers_own_that_is_told_of_stands_with_the_others() -> None:
    own, other = ("RDATE;TZID=Europe/Oslo:20261210T100000", "RDATE;TZID=Europe/Oslo:20261204T100000")

    assert dates(known(whole("A", own, other), day("B", on="20261210", at="12:10:00"))) == [other, own]


def test_what_is_said_of_a_task_without_a_time_stands_beside_it() -> None:
    task = b"".join(
        line
        for line in said("REQUEST", kind="VTODO").splitlines(keepends=True)
        if not line.startswith((b"DTSTART", b"DUE"))
    )
    alone = task.replace(b"SEQUENCE:0", b"SEQUENCE:0\r\nRECURRENCE-ID;TZID=Europe/Oslo:20261208T100000").replace(
        b"T120000Z", b"T121000Z"
    )

    assert places(known(task, alone)) == {SERIES: None, SECOND: None}
    assert dates(known(task, alone)) == []


def test_days_alone_make_no_series() -> None:
    stored = known(day("A", on="20261201"), day("B", at="12:10:00"))

    assert places(stored) == {FIRST: "A", SECOND: "B"}
    assert dates(stored) == []

# SPDX-License-Identifier: GPL-3.0-or-later
"""When people are busy, asked through the outbox (RFC 6638 5; scenario 18) or of one calendar."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.errors import NotTheOrganizer
from gateway.services import freebusy
from ical.errors import IcalError
from tests.conftest import Statements
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER, PER_TOO
from tests.gateway.services.world import World

BUSY, TENTATIVE = "BUSY", "BUSY-TENTATIVE"
FIRST, SECOND = "20261201T090000Z/20261201T100000Z", "20261202T090000Z/20261202T100000Z"


def question(*asked: str, organizer: str = KARI, days: int = 14, more: tuple[str, ...] = ()) -> bytes:
    """Give kari's question about *asked* for two weeks from the first of December."""
    return texts.written(
        [
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Klient//NO", "METHOD:REQUEST", "BEGIN:VFREEBUSY"),
            *("UID:question", "DTSTAMP:20261123T120000Z", "DTSTART:20261201T000000Z"),
            f"DTEND:202612{1 + days:02}T000000Z",
            *more,
            f"ORGANIZER:mailto:{organizer}",
            *(f"ATTENDEE:mailto:{address}" for address in asked),
            *("END:VFREEBUSY", "END:VCALENDAR"),
        ]
    )


def asked(world: World, text: bytes, *recipients: str, asker: str = "kari") -> dict[str, freebusy.Busyness]:
    """Give the answers by recipient."""
    with world.database.read() as uow:
        found = freebusy.answer(uow, text, world.people[asker], None, recipients, world.now)
    return {one.recipient: one for one in found}


def busy(world: World, address: str, *more: str) -> list[tuple[str, str]]:
    """Give type and period of each time that *address* is not free."""
    said = asked(world, question(address, more=more))[f"mailto:{address}"]
    assert said.request_status == "2.0;Success"
    assert said.calendar is not None
    lines = (line for line in texts.unfolded(said.calendar.encode()) if line.startswith("FREEBUSY"))
    return [(line.partition("=")[2].partition(":")[0], line.partition(":")[2]) for line in lines]


def test_an_invitation_is_tentative_until_it_is_answered(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))

    before = busy(world, OLA)
    world.put("ola", texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED"))
    world.put("nina", texts.with_partstat(world.text("nina", "m"), NINA, "TENTATIVE"))

    assert before == [(TENTATIVE, FIRST)]
    assert busy(world, OLA) == [(BUSY, FIRST)]
    assert busy(world, NINA) == [(TENTATIVE, FIRST)]
    assert busy(world, KARI) == [(BUSY, FIRST)]


def test_what_is_declined_or_called_off_takes_no_time(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    world.put("kari", texts.meeting("n", OLA, start="T140000"))

    world.put("ola", texts.with_partstat(world.text("ola", "m"), OLA, "DECLINED"))
    world.delete("kari", "n")

    assert busy(world, OLA) == []
    assert busy(world, KARI) == [(BUSY, FIRST)]


def test_one_who_is_taken_out_of_a_meeting_is_free(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))

    world.put("kari", texts.without_attendee(world.text("kari", "m"), OLA))

    assert busy(world, OLA) == []


def test_what_is_free_for_one_may_be_busy_for_the_other(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))

    world.put(
        "ola", texts.with_lines(texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED"), "TRANSP:TRANSPARENT")
    )

    assert busy(world, OLA) == []
    assert busy(world, NINA) == [(TENTATIVE, FIRST)]


def test_private_appointments_count_by_what_they_say(world: World) -> None:
    world.put("ola", texts.private("p", "DURATION:PT30M"))
    world.put(
        "ola",
        texts.with_value(texts.private("q", "DURATION:PT30M", "TRANSP:TRANSPARENT"), "DTSTART", "20261203T090000Z"),
    )
    world.put(
        "ola", texts.with_value(texts.private("r", "STATUS:TENTATIVE", "DURATION:PT1H"), "DTSTART", "20261202T090000Z")
    )

    assert busy(world, OLA) == [(BUSY, "20261201T090000Z/20261201T093000Z"), (TENTATIVE, SECOND)]


def test_tasks_take_no_time(world: World) -> None:
    world.put("kari", texts.task("t", OLA))

    assert busy(world, OLA) == []


def test_whole_days_are_days_in_the_zone_of_their_owner(world: World) -> None:
    world.put(
        "ola",
        texts.with_value(texts.private("p"), "DTSTART;VALUE=DATE", "20261203").replace(
            b"DTSTART:20261201T090000Z\r\n", b""
        ),
    )

    assert busy(world, OLA) == [(BUSY, "20261202T230000Z/20261203T230000Z")]


def test_a_series_with_exceptions_and_overrides_counts_as_it_is_held(world: World) -> None:
    series = texts.private("s", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=4", "EXDATE:20261202T090000Z").decode()
    moved = texts.private("s", "DURATION:PT2H", "RECURRENCE-ID:20261203T090000Z").decode()
    override = moved[moved.index("BEGIN:VEVENT") : moved.index("END:VCALENDAR")].replace(
        "DTSTART:20261201T090000Z", "DTSTART:20261203T140000Z"
    )
    world.put("ola", series.replace("END:VCALENDAR", f"{override}END:VCALENDAR").encode())

    assert busy(world, OLA) == [
        (BUSY, FIRST),
        (BUSY, "20261203T140000Z/20261203T160000Z"),
        (BUSY, "20261204T090000Z/20261204T100000Z"),
    ]


def test_a_series_keeps_its_hour_when_the_clocks_change(world: World) -> None:
    lines = ("DTSTART;TZID=Europe/Oslo:20261020T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2")
    world.put("ola", texts.with_lines(texts.without(texts.private("s"), "DTSTART"), *lines))
    text = question(OLA).replace(b"DTSTART:202612", b"DTSTART:202610").replace(b"DTEND:202612", b"DTEND:202611")

    said = asked(world, text)[f"mailto:{OLA}"].calendar or ""

    assert "20261020T080000Z/20261020T090000Z" in said
    assert "20261027T090000Z/20261027T100000Z" in said


def test_meetings_at_the_same_time_are_one_busy_time(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    world.put("ola", texts.private("p", "DURATION:PT15M"))

    assert busy(world, OLA) == [
        (BUSY, "20261201T090000Z/20261201T091500Z"),
        (TENTATIVE, "20261201T091500Z/20261201T100000Z"),
    ]


def test_a_floating_meeting_is_held_by_everybodys_own_clock_but_for_the_day_that_is_declined(world: World) -> None:
    yorker = "york@byggbo.example"
    world.hire("york", yorker, zone="America/New_York")
    meeting = texts.with_lines(texts.meeting("m", yorker, OLA), "RRULE:FREQ=WEEKLY;COUNT=2")
    world.put("kari", meeting.replace(b";TZID=Europe/Oslo", b""))

    world.put("york", texts.with_partstat(world.text("york", "m"), yorker, "ACCEPTED"))
    world.put("york", texts.with_lines(world.text("york", "m"), "EXDATE:20261208T100000"))

    assert busy(world, yorker) == [(BUSY, "20261201T150000Z/20261201T160000Z")]
    assert busy(world, OLA) == [
        (TENTATIVE, "20261201T090000Z/20261201T100000Z"),
        (TENTATIVE, "20261208T090000Z/20261208T100000Z"),
    ]


def test_the_appointment_that_is_being_moved_is_left_out(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))

    assert busy(world, OLA, "X-CALENDARSERVER-MASK-UID:m") == []


def test_a_colleague_is_told_of_and_nobody_else_is(world: World) -> None:
    said = asked(world, question(OLA, BERIT, "nobody@byggbo.example"))

    assert said[f"mailto:{OLA}"].request_status == "2.0;Success"
    for stranger in (BERIT, "nobody@byggbo.example"):
        assert said[f"mailto:{stranger}"] == (f"mailto:{stranger}", "3.7;Invalid Calendar User", None)


def test_a_colleague_is_found_under_each_address_and_by_the_path(world: World) -> None:
    world.put("kari", texts.meeting("m", PER))

    said = asked(world, question(PER), "MAILTO:P.Dahl@byggbo.example", "/dav/per/")

    assert [FIRST in (one.calendar or "") for one in said.values()] == [True, True]
    assert PER_TOO.lower() in (said["MAILTO:P.Dahl@byggbo.example"].calendar or "").lower()


def test_one_who_has_left_is_nobody(world: World) -> None:
    world.leave("ola")

    assert asked(world, question(OLA))[f"mailto:{OLA}"].request_status.startswith("3.7")


def test_nobody_asks_in_anothers_name(world: World) -> None:
    with pytest.raises(NotTheOrganizer):
        asked(world, question(NINA, organizer=OLA))
    with world.database.read() as uow, pytest.raises(NotTheOrganizer):
        freebusy.answer(uow, question(OLA), world.people["kari"], f"mailto:{NINA}", [], world.now)


def test_an_answer_tells_when_and_never_what(world: World) -> None:
    world.put("ola", texts.private("p", "DURATION:PT1H", "SUMMARY:Hos legen", "LOCATION:Klinikken"))

    said = asked(world, question(OLA))[f"mailto:{OLA}"].calendar or ""

    assert FIRST in said
    assert "legen" not in said
    assert "Klinikken" not in said


def test_a_calendar_tells_of_what_lies_in_it(world: World) -> None:
    world.make_calendar("ola", "shelf")
    world.put("ola", texts.private("p", "DURATION:PT1H"))
    world.put("ola", texts.private("q", "DURATION:PT4H"), slug="shelf")
    window = (datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 12, 8, tzinfo=UTC))

    with world.database.read() as uow:
        calendar = world.calendar(uow, "ola", "shelf")
        text = freebusy.of_calendar(uow, world.people["ola"], calendar, *window, world.now).decode()
        with pytest.raises(IcalError):
            freebusy.of_calendar(
                uow, world.people["ola"], calendar, window[0], window[0] + timedelta(days=9999), world.now
            )

    assert "FREEBUSY;FBTYPE=BUSY:20261201T090000Z/20261201T130000Z" in text
    assert text.count("FREEBUSY;") == 1


def test_each_colleague_costs_the_same_few_statements(world: World, statements: Statements) -> None:
    for n in range(5):
        world.put("kari", texts.meeting(f"m{n}", OLA, NINA))

    costs = []
    for people in ((OLA,), (OLA, NINA), (OLA, NINA, PER)):
        statements.clear()
        asked(world, question(*people))
        costs.append(len(statements))

    assert costs[2] - costs[1] <= 2
    assert costs[1] - costs[0] <= 2

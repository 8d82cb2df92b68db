# SPDX-License-Identifier: GPL-3.0-or-later
"""Objects that are made to cost time or room: they are refused, or cost little for as long as they lie there."""

import pytest

from tests.radicale_distrib.client import Client
from tests.radicale_distrib.strict.costs import bounded
from tests.radicale_distrib.texts import event, meeting

ROOM = 1_000_000
CLOCK = ";".join(
    f"{name}={','.join(map(str, range(count)))}" for name, count in (("BYHOUR", 24), ("BYMINUTE", 60), ("BYSECOND", 60))
)
EVERY_DAY = f"BYYEARDAY={','.join(map(str, range(1, 367)))}"
ALL_DAYS = "BYDAY=MO,TU,WE,TH,FR,SA,SU"


def zoned(*rules: str, zones: int = 1) -> str:
    """Give an appointment in a zone that only its text knows, by *rules*."""
    written = "".join(
        "\r\n".join(
            [
                "BEGIN:VTIMEZONE",
                f"TZID:Ours{number}",
                "BEGIN:STANDARD",
                "DTSTART:16010101T000000",
                "TZOFFSETFROM:+0100",
                "TZOFFSETTO:+0200",
                *rules,
                "END:STANDARD",
                "END:VTIMEZONE",
                "",
            ]
        )
        for number in range(zones)
    )
    text = event().replace("BEGIN:VEVENT", f"{written}BEGIN:VEVENT")
    text = text.replace("DTSTART:20261201T090000Z", "DTSTART;TZID=Ours0:20261201T090000")
    return text.replace("DTEND:20261201T100000Z", "DTEND;TZID=Ours0:20261201T100000")


def dates(count: int) -> str:
    return ",".join(f"{1700 + n // 336}{n // 28 % 12 + 1:02}{n % 28 + 1:02}T000000" for n in range(count))


TAKEN = {
    "every second for ever": event("a", "RRULE:FREQ=SECONDLY"),
    "a billion seconds": event("a", "RRULE:FREQ=SECONDLY;COUNT=1000000000"),
    "minutes that never are": event("a", "RRULE:FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30"),
    "seconds that never are": event("a", "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30"),
    "years that never are": event("a", "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
    "every second of every year": event("a", f"RRULE:FREQ=YEARLY;{EVERY_DAY};{CLOCK}"),
    "every second of every month": event("a", f"RRULE:FREQ=MONTHLY;{ALL_DAYS};{CLOCK};BYSETPOS=1"),
    "an interval that nobody means": event("a", "RRULE:FREQ=YEARLY;INTERVAL=999999999"),
    "many rules": event("a", *["RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"] * 10_000),
    "as many dates as may be": event("a", "RRULE:FREQ=DAILY", f"RDATE:{dates(9_999)}"),
    "as many exceptions as may be": event("a", "RRULE:FREQ=HOURLY", f"EXDATE:{dates(9_999)}"),
    "a zone that changes each day": zoned(f"RRULE:FREQ=YEARLY;{EVERY_DAY}"),
    "a zone that changes each second": zoned(f"RRULE:FREQ=YEARLY;{EVERY_DAY};{CLOCK}"),
    "a zone with many rules": zoned(*[f"RRULE:FREQ=YEARLY;{ALL_DAYS}"] * 2_000),
    "a zone with many dates": zoned(f"RDATE:{dates(60_000)}"),
    "many zones": zoned(f"RRULE:FREQ=YEARLY;{ALL_DAYS}", zones=3_000),
    "a name of a zone that does not end": event("a").replace("DTSTART:", f"DTSTART;TZID={'x/' * 400_000}:"),
    "alarms": event("a", *["BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "END:VALARM"] * 15_000),
    "an alarm that rings for ever": event(
        "a", "RRULE:FREQ=SECONDLY", "BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:-P9999D", "REPEAT:999999999",
        "DURATION:PT1S", "END:VALARM",
    ),
    "folds": event("a", "DESCRIPTION:" + "\r\n x" * (ROOM // 4)),
    "escapes": event("a", summary="\\n" * (ROOM // 2)),
    "escapes of parameters": event("a", f'X-A;B="{"^^^n" * (ROOM // 4)}":x'),
    "values of one parameter": event("a", "X-A;B=" + '"a",' * (ROOM // 4) + '"a":x'),
    "blank lines": event("a").replace("BEGIN:VEVENT", "\r\n" * (ROOM // 2) + "BEGIN:VEVENT"),
    "a long name": event("a", "X" * ROOM + ":1"),
    "a long number": event("a", "SEQUENCE:" + "9" * ROOM),
    "a duration of ages": event("a").replace("DTEND:20261201T100000Z", "DURATION:P999999DT999999999S"),
    "a duration back to the beginning": event("a").replace("DTEND:20261201T100000Z", "DURATION:-P999999D"),
}  # fmt: skip
REFUSED = {
    "lines": event("a", *["X:1"] * 150_000),
    "levels": event("a", *["BEGIN:X"] * 40_000, *["END:X"] * 40_000),
    "levels that do not end": event("a", *["BEGIN:X"] * 90_000),
    "parameters": event("a", "X-A" + ";B=1" * (ROOM // 4) + ":x"),
    "semicolons": event("a", "X-A" + ";" * ROOM),
    "equals signs": event("a", "X-A;B" + "=" * ROOM),
    "a quote that does not end": event("a", 'X-A;B="' + "a" * ROOM),
    "quotes": event("a", "X-A;B=" + '"' * (ROOM - 1)),
    "people": meeting("a", attendees=[f"p{n}@kunde.example" for n in range(9_000)]),
    "a person without end": meeting("a", attendees=["x" * ROOM + "@kunde.example"]),
    "dates": event("a", f"RDATE:{dates(60_000)}"),
    "a UID without end": event("a" * ROOM),
}
RANGE = "start='20270601T000000Z' end='20270701T000000Z'"
QUESTIONS = [
    f"<C:time-range {RANGE}/>",
    f"<C:comp-filter name='VALARM'><C:time-range {RANGE}/></C:comp-filter>",
    "<C:prop-filter name='DESCRIPTION'><C:text-match>zz</C:text-match></C:prop-filter>",
]


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("what", TAKEN)
def test_an_object_that_is_taken_costs_little_however_it_is_asked_for(kari: Client, what: str) -> None:
    with bounded():
        kari.put("/kari/calendar/a.ics", TAKEN[what])

    with bounded():
        for question in QUESTIONS:
            answer = kari.report(
                "/kari/calendar/",
                f"<C:calendar-query><D:prop><C:calendar-data><C:expand {RANGE}/></C:calendar-data></D:prop><C:filter>"
                "<C:comp-filter name='VCALENDAR'><C:comp-filter name='VEVENT'>"
                f"{question}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>",
            )
            assert answer.status == 207
        busy = kari.report("/kari/calendar/", f"<C:free-busy-query><C:time-range {RANGE}/></C:free-busy-query>")
        assert busy.status == 200
        assert kari.get("/kari/calendar/a.ics") == TAKEN[what]
        assert kari("GET", "/kari/calendar/").status == 200
        assert kari("DELETE", "/kari/calendar/a.ics").status == 204


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("what", REFUSED)
def test_an_object_beyond_the_limits_is_refused_at_little_cost(kari: Client, what: str) -> None:
    with bounded():
        answer = kari("PUT", "/kari/calendar/a.ics", REFUSED[what])

    assert answer.status == 403
    assert answer.rule is not None
    assert kari("GET", "/kari/calendar/a.ics").status == 404


@pytest.mark.parametrize("dialect", ["sqlite"])
@pytest.mark.parametrize("what", ["levels", "quotes", "lines", "people"])
def test_a_question_for_busy_time_is_read_within_the_same_limits(kari: Client, what: str) -> None:
    text = REFUSED[what].replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:REQUEST").replace("VEVENT", "VFREEBUSY")

    with bounded():
        answer = kari("POST", "/kari/outbox/", text)

    assert answer.status == 403
    assert answer.rule is not None


@pytest.mark.parametrize("dialect", ["sqlite"])
def test_an_invitation_to_very_many_people_outside_costs_what_they_cost(kari: Client) -> None:
    with bounded(3 * 5.0):
        kari.put("/kari/calendar/m.ics", meeting(attendees=[f"p{n}@kunde.example" for n in range(1_900)]))

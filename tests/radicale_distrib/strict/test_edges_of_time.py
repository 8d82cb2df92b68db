# SPDX-License-Identifier: GPL-3.0-or-later
"""At the first and the last second that can be written, reports answer as anywhere else (RFC 4791 5.2.6, 5.2.7)."""

import pytest

from tests.radicale_distrib.client import Client
from tests.radicale_distrib.texts import calendar

HOME = "/kari/calendar/"
FIRST, LAST = "00010101T000000Z", "99991231T235959Z"
RANGES = (f"start='{FIRST}' end='00010103T000000Z'", f"start='99991230T000000Z' end='{LAST}'", f"start='{LAST}'")
RULES = ("", "RRULE:FREQ=DAILY;COUNT=3", f"RRULE:FREQ=YEARLY;UNTIL={LAST}", f"RDATE:{FIRST},{LAST}")
MOVED = {
    "to the end": (FIRST, "DTSTART:99991231T235959Z"),
    "to the beginning": (LAST, "DTSTART:00010101T000000Z"),
    "in days": ("99991230T000000Z", "DTSTART;VALUE=DATE:99991231"),
}


def stored(kari: Client, *lines: str) -> None:
    text = calendar("VEVENT", "UID:one", "DTSTAMP:20261123T100000Z", *lines)
    kari.put(f"{HOME}one.ics", text)


def found(kari: Client, ranged: str) -> set[str]:
    within = f"<C:comp-filter name='VEVENT'><C:time-range {ranged}/></C:comp-filter>"
    answer = kari.report(
        HOME,
        "<C:calendar-query><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name='VCALENDAR'>"
        f"{within}</C:comp-filter></C:filter></C:calendar-query>",
    )
    assert answer.status == 207, answer
    return set(answer.responses())


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("moved", MOVED)
def test_a_series_moved_over_the_edge_of_time_breaks_no_report(kari: Client, rule: str, moved: str) -> None:
    start, line = MOVED[moved]
    override = ["BEGIN:VEVENT", "UID:one", "DTSTAMP:20261123T100000Z", f"RECURRENCE-ID;RANGE=THISANDFUTURE:{start}"]
    stored(kari, f"DTSTART:{start}", *([rule] if rule else []), "END:VEVENT", *override, line, "DURATION:P9D")

    for ranged in RANGES:
        found(kari, ranged)
    for ranged in RANGES[:2]:
        expanded = f"<C:calendar-data><C:expand {ranged}/></C:calendar-data><D:getetag/>"
        multiget = f"<C:calendar-multiget><D:prop>{expanded}</D:prop><D:href>/dav{HOME}one.ics</D:href>"
        assert kari.report(HOME, f"{multiget}</C:calendar-multiget>").status == 207
        busy = f"<C:free-busy-query><C:time-range {ranged}/></C:free-busy-query>"
        assert kari.report(HOME, busy).status == 200


@pytest.mark.parametrize("start", [f"DTSTART:{LAST}", "DTSTART;VALUE=DATE:99991231"])
def test_what_lies_in_the_last_second_is_found_where_a_range_has_no_end(kari: Client, start: str) -> None:
    stored(kari, start)

    assert found(kari, f"start='{LAST}'") == {f"/dav{HOME}one.ics"}
    assert found(kari, f"start='{FIRST}'") == {f"/dav{HOME}one.ics"}
    assert found(kari, f"end='{FIRST[:-2]}1Z'") == set()


@pytest.mark.parametrize("rule", ["RRULE:FREQ=DAILY;COUNT=9", "RRULE:FREQ=YEARLY"])
def test_the_last_day_is_a_day(kari: Client, rule: str) -> None:
    stored(kari, "DTSTART;VALUE=DATE:99991231", rule)

    for ranged in ("start='99991231T120000Z' end='99991231T130000Z'", f"start='99991231T000000Z' end='{LAST}'"):
        assert found(kari, ranged) == {f"/dav{HOME}one.ics"}
    assert found(kari, "start='99991230T000000Z' end='99991230T010000Z'") == set()


def test_what_lies_in_the_first_second_is_found_where_a_range_has_no_start(kari: Client) -> None:
    stored(kari, f"DTSTART:{FIRST}")

    assert found(kari, f"end='{FIRST[:-2]}1Z'") == {f"/dav{HOME}one.ics"}
    assert found(kari, f"start='{LAST}'") == set()

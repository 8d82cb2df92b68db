# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tasks lie in a window of time: the table of RFC 4791 9.9, row by row, and its edges."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.radicale_distrib.client import Client
from tests.radicale_distrib.test_query import found, query
from tests.radicale_distrib.texts import task, unfolded

START, END = "20261201T000000Z", "20261202T000000Z"
BEFORE, NOON, AFTER = "20261130T120000Z", "20261201T120000Z", "20261203T120000Z"
JUST_BEFORE, FIRST_SECOND, LAST_SECOND, JUST_AFTER = (
    "20261130T235959Z",
    "20261201T000001Z",
    "20261201T235959Z",
    "20261202T000001Z",
)
TWO_WEEKS = timedelta(days=14)


def started(at: str, *more: str) -> tuple[str, ...]:
    return (f"DTSTART:{at}", *more)


LIES_IN = {
    "lasts until its start": (*started(BEFORE), "DURATION:PT12H"),
    "lasts into it": (*started(BEFORE), "DURATION:PT13H"),
    "lasts beyond it": (*started(BEFORE), "DURATION:P4D"),
    "lasts from its last second": (*started(LAST_SECOND), "DURATION:PT1H"),
    "lasts no time, at its start": (*started(START), "DURATION:PT0S"),
    "lasts no time, at its end": (*started(END), "DURATION:PT0S"),
    "from before, due in its first second": (*started(BEFORE), f"DUE:{FIRST_SECOND}"),
    "from before, due behind": (*started(BEFORE), f"DUE:{AFTER}"),
    "at its start, due then": (*started(START), f"DUE:{START}"),
    "at its end, due then": (*started(END), f"DUE:{END}"),
    "in it, due at its end": (*started(NOON), f"DUE:{END}"),
    "in its last second, due behind": (*started(LAST_SECOND), f"DUE:{AFTER}"),
    "starts at its start": started(START),
    "starts in its last second": started(LAST_SECOND),
    "due in its first second": (f"DUE:{FIRST_SECOND}",),
    "due at its end": (f"DUE:{END}",),
    "due on a day": ("DUE;VALUE=DATE:20261202",),
    "created before, done behind": (f"CREATED:{BEFORE}", f"COMPLETED:{AFTER}"),
    "created before, done at its start": (f"CREATED:{BEFORE}", f"COMPLETED:{START}"),
    "created at its end, done behind": (f"CREATED:{END}", f"COMPLETED:{AFTER}"),
    "done before, created at its start": (f"CREATED:{START}", f"COMPLETED:{BEFORE}"),
    "done at its start": (f"COMPLETED:{START}",),
    "done at its end": (f"COMPLETED:{END}",),
    "created in its last second": (f"CREATED:{LAST_SECOND}",),
    "without a time": (),
    "without a time but for a length": ("DURATION:PT1H",),
}
LIES_OUTSIDE = {
    "lasts until just before": (*started(BEFORE), "DURATION:PT11H59M59S"),
    "lasts from its end": (*started(END), "DURATION:PT1S"),
    "lasts no time, just before": (*started(JUST_BEFORE), "DURATION:PT0S"),
    "lasts no time, just behind": (*started(JUST_AFTER), "DURATION:PT0S"),
    "from before, due at its start": (*started(BEFORE), f"DUE:{START}"),
    "from its end, due behind": (*started(END), f"DUE:{JUST_AFTER}"),
    "starts just before": started(JUST_BEFORE),
    "starts at its end": started(END),
    "due at its start": (f"DUE:{START}",),
    "due just behind": (f"DUE:{JUST_AFTER}",),
    "due on the day before": ("DUE;VALUE=DATE:20261130",),
    "created and done before": (f"CREATED:{BEFORE}", f"COMPLETED:{JUST_BEFORE}"),
    "created and done behind": (f"CREATED:{JUST_AFTER}", f"COMPLETED:{AFTER}"),
    "done just before": (f"COMPLETED:{JUST_BEFORE}",),
    "done just behind": (f"COMPLETED:{JUST_AFTER}",),
    "created at its end": (f"CREATED:{END}",),
}


def earlier(line: str) -> str:
    """Give *line* two weeks earlier where it says when a task starts or is due."""
    match = re.fullmatch(r"((?:DTSTART|DUE)[^:]*:)(\d{8})(.*)", line)
    if match is None:
        return line
    return f"{match[1]}{datetime.strptime(match[2], '%Y%m%d') - TWO_WEEKS:%Y%m%d}{match[3]}"  # noqa: DTZ007


def once(uid: str, lines: tuple[str, ...]) -> str:
    return task(uid, *lines)


def repeated(uid: str, lines: tuple[str, ...]) -> str:
    """Give a task whose last occurrence is when *lines* say; without a time, the rule means nothing."""
    return task(uid, *map(earlier, lines), "RRULE:FREQ=WEEKLY;COUNT=3")


def moved(uid: str, lines: tuple[str, ...]) -> str:
    """Give a task of long ago, one occurrence of which was moved to when *lines* say."""
    override = ("END:VTODO", "BEGIN:VTODO", f"UID:{uid}", "RECURRENCE-ID:20260608T080000Z", *lines)
    return task(uid, "DTSTART:20260601T080000Z", "RRULE:FREQ=WEEKLY;COUNT=2", *override)


def has_time(lines: tuple[str, ...]) -> bool:
    return any(line.startswith(("DTSTART", "DUE")) for line in lines)


@pytest.mark.parametrize("form", [once, repeated, moved])
def test_tasks_are_found_by_the_table(kari: Client, form: Callable[[str, tuple[str, ...]], str]) -> None:
    rows = {name: lines for name, lines in {**LIES_IN, **LIES_OUTSIDE}.items() if form is not moved or has_time(lines)}
    for name, lines in rows.items():
        assert kari.put(f"/kari/tasks/{name}.ics", form(name, lines)).status == 201

    for more in ("", "<C:prop-filter name='UID'/>"):
        window = f"<C:comp-filter name='VTODO'><C:time-range start='{START}' end='{END}'/>{more}</C:comp-filter>"
        assert found(query(kari, window, path="/kari/tasks/")) == LIES_IN.keys() & rows.keys()


def test_an_occurrence_that_was_changed_in_anything_but_its_time_is_when_the_rules_have_it(kari: Client) -> None:
    kari.put("/kari/tasks/one.ics", moved("one", ("SUMMARY:Legge gulv",)))

    def names(start: str, end: str, more: str = "") -> set[str]:
        window = f"<C:comp-filter name='VTODO'><C:time-range start='{start}' end='{end}'/>{more}</C:comp-filter>"
        return found(query(kari, window, path="/kari/tasks/"))

    for more in ("", "<C:prop-filter name='UID'/>"):
        assert names("20260608T080000Z", "20260608T080001Z", more) == {"one"}
        assert names("20260608T080001Z", "20260609T080000Z", more) == set()
    ranged = "start='20260608T000000Z' end='20260609T000000Z'"
    prop = f"<C:calendar-data><C:expand {ranged}/></C:calendar-data>"
    told = query(kari, "<C:comp-filter name='VTODO'/>", path="/kari/tasks/", prop=prop).responses()
    assert "SUMMARY:Legge gulv" in told["/dav/kari/tasks/one.ics"].value("C:calendar-data")


def test_an_override_alone_without_a_time_is_when_it_was(kari: Client) -> None:
    kari.put("/kari/tasks/one.ics", task("one", "RECURRENCE-ID:20260608T080000Z"))

    def is_there(start: str, end: str) -> bool:
        window = f"<C:comp-filter name='VTODO'><C:time-range start='{start}' end='{end}'/></C:comp-filter>"
        return found(query(kari, window, path="/kari/tasks/")) == {"one"}

    assert is_there("20260608T080000Z", "20260608T080001Z")
    assert not is_there("20260608T080001Z", "20270608T080000Z")


def test_an_occurrence_at_the_edge_is_one_that_is_expanded(kari: Client) -> None:
    kari.put("/kari/tasks/due.ics", task("due", "DUE:20261117T120000Z", "RRULE:FREQ=WEEKLY"))
    ranged = "start='20261117T120000Z' end='20261201T120000Z'"

    inner = f"<C:comp-filter name='VTODO'><C:time-range {ranged}/></C:comp-filter>"
    prop = f"<C:calendar-data><C:expand {ranged}/></C:calendar-data>"
    told = query(kari, inner, path="/kari/tasks/", prop=prop).responses()["/dav/kari/tasks/due.ics"]

    lines = unfolded(told.value("C:calendar-data")).splitlines()
    assert [line for line in lines if line.startswith("DUE")] == ["DUE:20261124T120000Z", "DUE:20261201T120000Z"]


def test_an_override_at_the_edge_is_one_that_matters(kari: Client) -> None:
    moved_to_the_end = moved("due", (f"DUE:{END}",))
    kari.put("/kari/tasks/due.ics", moved_to_the_end)

    def limited(start: str, end: str) -> str:
        prop = f"<C:calendar-data><C:limit-recurrence-set start='{start}' end='{end}'/></C:calendar-data>"
        told = query(kari, "<C:comp-filter name='VTODO'/>", path="/kari/tasks/", prop=prop).responses()
        return told["/dav/kari/tasks/due.ics"].value("C:calendar-data")

    assert limited(START, END) == moved_to_the_end
    assert "RECURRENCE-ID" not in limited(END, AFTER)


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        (("DTSTART:20261201T100000Z", "DURATION:PT2H"), NOON),
        (("DTSTART:20261201T100000Z", f"DUE:{NOON}"), NOON),
        ((f"DUE:{NOON}",), NOON),
        (("DTSTART:20261201T100000Z",), None),
    ],
)
def test_a_deadline_can_be_asked_for_however_it_is_said(kari: Client, lines: tuple[str, ...], at: str | None) -> None:
    kari.put("/kari/tasks/one.ics", task("one", *lines))

    def is_due(start: str, end: str) -> bool:
        ranged = f"<C:prop-filter name='DUE'><C:time-range start='{start}' end='{end}'/></C:prop-filter>"
        return bool(found(query(kari, f"<C:comp-filter name='VTODO'>{ranged}</C:comp-filter>", path="/kari/tasks/")))

    assert is_due(NOON, "20261201T120001Z") is (at == NOON)
    assert not is_due("20261201T120001Z", END)
    assert not is_due(START, NOON)


@pytest.mark.parametrize(
    ("trigger", "at"),
    [
        ("TRIGGER:-PT15M", "20261201T094500Z"),
        ("TRIGGER;RELATED=END:-PT15M", "20261201T114500Z"),
        ("TRIGGER;RELATED=END:PT0S", NOON),
        ("TRIGGER;VALUE=DATE-TIME:20261130T120000Z", BEFORE),
    ],
)
@pytest.mark.parametrize("lasts", ["DURATION:PT2H", f"DUE:{NOON}"])
@pytest.mark.parametrize("form", [once, repeated])
def test_the_alarm_of_a_task_rings_from_the_start_of_a_window_until_before_its_end(
    kari: Client, form: Callable[[str, tuple[str, ...]], str], lasts: str, trigger: str, at: str
) -> None:
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", trigger, "END:VALARM")
    kari.put(
        "/kari/tasks/one.ics",
        form("one", ("DTSTART:20261201T100000Z", lasts)).replace("END:VTODO", "\r\n".join((*alarm, "END:VTODO"))),
    )
    second = timedelta(seconds=1)
    rings = datetime.strptime(at, "%Y%m%dT%H%M%SZ")  # noqa: DTZ007

    def is_found(start: datetime, end: datetime) -> bool:
        ranged = f"<C:time-range start='{start:%Y%m%dT%H%M%SZ}' end='{end:%Y%m%dT%H%M%SZ}'/>"
        inner = f"<C:comp-filter name='VTODO'><C:comp-filter name='VALARM'>{ranged}</C:comp-filter></C:comp-filter>"
        return bool(found(query(kari, inner, path="/kari/tasks/")))

    assert is_found(rings, rings + second)
    assert not is_found(rings + second, rings + 2 * second)
    assert not is_found(rings - second, rings)

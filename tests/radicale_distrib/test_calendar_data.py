# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report gives of an object's text: occurrences, overrides that matter, parts (RFC 4791 9.6)."""

import pytest

from tests.radicale_distrib.client import Answer, Client
from tests.radicale_distrib.texts import calendar, event, task, unfolded

ZONE = """\
BEGIN:VTIMEZONE\r
TZID:Oslo\r
BEGIN:STANDARD\r
DTSTART:19701025T030000\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0100\r
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r
END:STANDARD\r
BEGIN:DAYLIGHT\r
DTSTART:19700329T020000\r
TZOFFSETFROM:+0100\r
TZOFFSETTO:+0200\r
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r
END:DAYLIGHT\r
END:VTIMEZONE\r
"""
DECEMBER = "start='20261201T000000Z' end='20270101T000000Z'"
SUMMER = "start='20260601T000000Z' end='20260608T000000Z'"


def zoned(uid: str, *more: str, start: str) -> str:
    text = event(uid, *more).replace(":20261201T090000Z", f";TZID=Oslo:{start}")
    text = text.replace("DTEND:20261201T100000Z", "DURATION:PT1H")
    return text.replace("BEGIN:VEVENT", f"{ZONE}BEGIN:VEVENT")


def moved(uid: str, instance: str, start: str, *more: str) -> str:
    parameter, _, at = instance.rpartition(":")
    return (
        f"BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261123T100000Z\r\nRECURRENCE-ID{parameter}:{at}\r\n"
        f"DTSTART:{start}\r\nDURATION:PT1H\r\n" + "".join(f"{line}\r\n" for line in more) + "END:VEVENT\r\n"
    )


def data(client: Client, inner: str, text: str, path: str = "/kari/calendar/one.ics") -> str:
    answer = asked(client, inner, text, path)
    assert answer.status == 207, answer
    return unfolded(answer.responses()[f"/dav{path}"].value("C:calendar-data"))


def asked(client: Client, inner: str, text: str, path: str = "/kari/calendar/one.ics") -> Answer:
    assert client.put(path, text).status == 201
    return client.report(
        path.rpartition("/")[0] + "/",
        f"<C:calendar-multiget><D:prop><C:calendar-data>{inner}</C:calendar-data></D:prop>"
        f"<D:href>/dav{path}</D:href></C:calendar-multiget>",
    )


def expand(within: str) -> str:
    return f"<C:expand {within}/>"


def test_an_expanded_time_in_a_zone_is_in_utc_and_the_zone_is_gone(kari: Client) -> None:
    once = zoned("one", start="20260603T090000")

    assert data(kari, expand(SUMMER), once) == event("one").replace(
        "DTSTART:20261201T090000Z", "DTSTART:20260603T070000Z"
    ).replace("DTEND:20261201T100000Z", "DURATION:PT1H")


@pytest.mark.parametrize("start", [":20261203T090000Z", ":20261203T090000", ";VALUE=DATE:20261203"])
def test_an_expanded_event_that_does_not_repeat_and_has_no_zone_is_as_it_was(kari: Client, start: str) -> None:
    once = calendar("VEVENT", "UID:one", "DTSTAMP:20261123T100000Z", f"DTSTART{start}", "X-NOTE;X-A=b:ja,\\;")

    assert data(kari, expand(DECEMBER), once) == once


def test_an_expanded_task_without_any_time_is_as_it_was(kari: Client) -> None:
    assert data(kari, expand(DECEMBER), task("one"), "/kari/tasks/one.ics") == task("one")


@pytest.mark.parametrize(
    ("start", "first", "second"),
    [
        (";TZID=Oslo:20260601T090000", ":20260601T070000Z", ":20260602T070000Z"),
        (":20260601T090000", ":20260601T090000", ":20260602T090000"),
        (";VALUE=DATE:20260601", ";VALUE=DATE:20260601", ";VALUE=DATE:20260602"),
    ],
)
def test_expanded_occurrences_have_times_of_one_kind(kari: Client, start: str, first: str, second: str) -> None:
    lines = ("UID:one", "DTSTAMP:20261123T100000Z", f"DTSTART{start}", "RRULE:FREQ=DAILY;COUNT=2", "SUMMARY:Kaffe")
    text = data(kari, expand(SUMMER), calendar("VEVENT", *lines).replace("BEGIN:VEVENT", f"{ZONE}BEGIN:VEVENT"))

    assert [line for line in text.splitlines() if line.startswith(("DTSTART", "RECURRENCE-ID"))] == [
        f"RECURRENCE-ID{first}",
        f"DTSTART{first}",
        f"RECURRENCE-ID{second}",
        f"DTSTART{second}",
    ]
    assert "RRULE" not in text
    assert "VTIMEZONE" not in text


def test_overrides_that_do_not_matter_in_a_range_are_left_out(kari: Client) -> None:
    weekly = zoned("one", "RRULE:FREQ=WEEKLY", start="20260601T090000")
    overrides = (
        moved("one", ";TZID=Oslo:20260608T090000", "20260602T070000Z", "SUMMARY:Flyttet inn"),
        moved("one", ";TZID=Oslo:20260601T090000", "20260720T070000Z", "SUMMARY:Flyttet ut"),
        moved("one", ";TZID=Oslo:20260615T090000", "20260616T070000Z", "SUMMARY:Utenfor"),
    )
    text = weekly.replace("END:VCALENDAR", "".join(overrides) + "END:VCALENDAR")

    told = data(kari, f"<C:limit-recurrence-set {SUMMER}/>", text)

    assert told == text.replace(overrides[2], "")


def test_an_override_for_all_later_ones_matters_later(kari: Client) -> None:
    weekly = event("one", "RRULE:FREQ=WEEKLY", start="20260105T080000Z")
    later = moved("one", ";RANGE=THISANDFUTURE:20260202T080000Z", "20260202T100000Z")
    text = weekly.replace("END:VCALENDAR", later + "END:VCALENDAR")

    def told(within: str) -> str:
        kari("DELETE", "/kari/calendar/one.ics")
        return data(kari, f"<C:limit-recurrence-set {within}/>", text)

    assert told(SUMMER) == text
    assert told("start='20260101T000000Z' end='20260110T000000Z'") == weekly


def test_only_the_parts_asked_for_are_given(kari: Client) -> None:
    # As in RFC 4791 7.8.1: VTIMEZONE without anything in it is wanted whole.
    wanted = (
        "<C:comp name='VCALENDAR'><C:prop name='VERSION'/><C:comp name='VEVENT'><C:prop name='SUMMARY'/>"
        "<C:prop name='UID'/><C:prop name='location' novalue='yes'/></C:comp><C:comp name='VTIMEZONE'/></C:comp>"
    )
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nDESCRIPTION:x\r\nEND:VALARM"
    text = zoned("one", "LOCATION;LANGUAGE=nb:Storgata 1", alarm, start="20260603T090000")

    told = data(kari, wanted, text)

    assert told == (
        f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{ZONE}BEGIN:VEVENT\r\nUID:one\r\nSUMMARY:Befaring\r\n"
        "LOCATION;LANGUAGE=nb:\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def test_all_properties_or_all_components_can_be_asked_for(kari: Client) -> None:
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nDESCRIPTION:x\r\nEND:VALARM\r\n"
    text = event("one", alarm.removesuffix("\r\n"))

    def told(inner: str) -> str:
        kari("DELETE", "/kari/calendar/one.ics")
        return data(kari, f"<C:comp name='VCALENDAR'><C:allprop/>{inner}</C:comp>", text)

    assert told("<C:allcomp/>") == text
    assert told("<C:comp name='VEVENT'><C:allprop/></C:comp>") == text.replace(alarm, "")
    assert told("<C:comp name='VEVENT'><C:allcomp/></C:comp>").count("BEGIN:") == 3
    assert told("<C:comp name='VTODO'><C:allprop/></C:comp>").count("BEGIN:") == 1


def test_parts_of_occurrences_can_be_asked_for(kari: Client) -> None:
    series = event("one", "RRULE:FREQ=WEEKLY;COUNT=9", start="20261201T080000Z")
    part = "<C:comp name='VCALENDAR'><C:comp name='VEVENT'><C:prop name='DTSTART'/></C:comp></C:comp>"

    told = data(kari, part + "<C:expand start='20261201T000000Z' end='20261209T000000Z'/>", series)

    assert told.replace("\r\n", " ") == (
        "BEGIN:VCALENDAR BEGIN:VEVENT DTSTART:20261201T080000Z END:VEVENT "
        "BEGIN:VEVENT DTSTART:20261208T080000Z END:VEVENT END:VCALENDAR "
    )


@pytest.mark.parametrize(
    "inner",
    [
        "<C:expand start='20261201T000000Z'/>",
        "<C:limit-recurrence-set end='20261201T000000Z'/>",
        "<C:comp name='VEVENT'/>",
    ],
)
def test_what_cannot_be_meant_is_refused(kari: Client, inner: str) -> None:
    assert asked(kari, inner, event()).status == 400

# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules for stored objects: each refusal says which, with the limit or the href that it is about (RFC 4791 5.3.2.1)."""

from pathlib import Path

import pytest

import radicale_distrib
from gateway.config import Settings
from gateway.model import Person
from gateway.store import people
from gateway.store.unit import Database
from tests.radicale_distrib.client import Answer, Client
from tests.radicale_distrib.conftest import NOW
from tests.radicale_distrib.texts import calendar, event, meeting, task, unfolded

PATH = "/kari/calendar/one.ics"


def refusal(answer: Answer) -> tuple[int, str | None, str]:
    """Give status, rule, and what stands inside the rule's element."""
    return answer.status, answer.rule, "".join(answer.root[0].itertext())


def many(uid: str, count: int, *lines: str) -> str:
    """Give a daily series of which *count* days stand in the text by themselves."""
    days = (f"{2027 + day // 336}{day // 28 % 12 + 1:02}{day % 28 + 1:02}T090000Z" for day in range(count))
    more = "".join(
        "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"RECURRENCE-ID:{day}", f"DTSTART:{day}", *lines, "END:VEVENT", ""])
        for day in days
    )
    return event(uid, "RRULE:FREQ=DAILY", *lines).replace("END:VCALENDAR", f"{more}END:VCALENDAR")


def test_a_text_that_is_too_long_is_refused_with_the_limit(kari: Client) -> None:
    limit = kari.told("/kari/calendar/", "C:max-resource-size").value("C:max-resource-size")
    text = event(summary="x" * int(limit))

    assert refusal(kari("PUT", PATH, text)) == (403, "max-resource-size", limit)
    assert refusal(kari("PUT", PATH, event(), CONTENT_LENGTH="9999999")) == (403, "max-resource-size", limit)


def test_too_many_people_are_refused_with_the_limit(kari: Client) -> None:
    limit = kari.told("/kari/calendar/", "C:max-attendees-per-instance").value("C:max-attendees-per-instance")
    boxes = [f"p{n}@kunde.example" for n in range(int(limit))]

    assert refusal(kari("PUT", PATH, meeting(attendees=boxes))) == (403, "max-attendees-per-instance", limit)


def test_too_many_people_in_all_instances_together_are_refused(kari: Client) -> None:
    people = [f"ATTENDEE:mailto:p{n}@kunde.example" for n in range(150)]
    text = many("m", 100, "ORGANIZER:mailto:kari@byggbo.example", *people)

    assert refusal(kari("PUT", PATH, text)) == (403, "max-attendees-per-instance", "")


@pytest.mark.parametrize("name", ["RDATE", "EXDATE"])
def test_too_many_dates_are_too_many_instances(kari: Client, name: str) -> None:
    days = ",".join(f"{2027 + n // 336}{n // 28 % 12 + 1:02}{n % 28 + 1:02}T090000Z" for n in range(10_001))

    assert kari("PUT", PATH, event("one", "RRULE:FREQ=DAILY", f"{name}:{days}")).rule == "max-instances"


def test_too_many_overrides_are_too_many_instances(kari: Client) -> None:
    assert kari("PUT", PATH, many("m", 1000)).rule == "max-instances"
    assert kari("PUT", PATH, many("m", 999)).status == 201


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=DAILY;COUNT=1000000000", "FREQ=YEARLY;UNTIL=99991231T235959Z"])
def test_a_rule_may_make_as_many_instances_as_it_likes(kari: Client, rule: str) -> None:
    # There is no max-instances on our calendars, so a client may assume so (RFC 4791 5.2.8).
    assert "C:max-instances" not in kari.told("/kari/calendar/", "C:max-instances")

    assert kari("PUT", PATH, event("one", f"RRULE:{rule}")).status == 201


@pytest.mark.parametrize("year", ["0001", "1604", "9999"])
def test_dates_from_the_first_to_the_last_year_are_kept(kari: Client, year: str) -> None:
    told = kari.told("/kari/calendar/", "C:min-date-time C:max-date-time")
    assert told.value("C:min-date-time") <= f"{year}0601T000000Z" <= told.value("C:max-date-time")
    text = event(start=f"{year}0601T090000Z")

    kari.put(PATH, text)

    assert kari.get(PATH) == text
    ranged = f"<C:time-range start='{year}0601T000000Z' end='{year}0602T000000Z'/>"
    found = kari.report(
        "/kari/calendar/",
        "<C:calendar-query><D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name='VCALENDAR'>"
        f"<C:comp-filter name='VEVENT'>{ranged}</C:comp-filter></C:comp-filter></C:filter></C:calendar-query>",
    )
    assert set(found.responses()) == {"/dav/kari/calendar/one.ics"}


@pytest.mark.parametrize("edge", ["00010101T000000Z", "00010101T000000", "00010101", "99991231T235959Z", "99991231"])
def test_the_edges_of_time_are_kept_too(kari: Client, edge: str) -> None:
    end = {"DTEND:20261201T100000Z": f"DTEND{';VALUE=DATE' if len(edge) == 8 else ''}:{edge}"}
    start = {"DTSTART:20261201T090000Z": f"DTSTART{';VALUE=DATE' if len(edge) == 8 else ''}:{edge}"}
    text = event()
    for old, new in (start | end).items():
        text = text.replace(old, new)

    kari.put(PATH, text)

    assert kari.get(PATH) == text
    assert set(kari.propfind("/kari/calendar/", "D:getetag", "1")) == {
        "/dav/kari/calendar/", "/dav/kari/calendar/one.ics"
    }  # fmt: skip


@pytest.mark.parametrize("written", ["DTSTART:00000101T000000Z", "DTSTART;VALUE=DATE:00000101"])
def test_a_date_before_them_is_refused_with_the_first(kari: Client, written: str) -> None:
    answer = kari("PUT", PATH, event().replace("DTSTART:20261201T090000Z", written))

    assert refusal(answer) == (403, "min-date-time", "00010101T000000Z")


def test_a_question_about_a_time_before_them_is_refused_alike(kari: Client) -> None:
    answer = kari.report(
        "/kari/calendar/", "<C:free-busy-query><C:time-range start='00000101T000000Z' end='20270101T000000Z'/>"
        "</C:free-busy-query>",
    )  # fmt: skip

    assert refusal(answer) == (403, "min-date-time", "00010101T000000Z")


def test_another_uid_at_the_same_place_names_the_object_that_is_there(kari: Client) -> None:
    kari.put(PATH, event("one"))

    assert refusal(kari("PUT", PATH, event("two"))) == (403, "no-uid-conflict", "/dav/kari/calendar/one.ics")
    assert "UID:one" in kari.get(PATH)


def test_the_organizer_stays_who_it_is_for_both_sides(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    copy = next(p for p in ola.propfind("/ola/calendar/", "D:getetag", "1") if p.endswith(".ics")).removeprefix("/dav")

    mine = kari("PUT", "/kari/calendar/m.ics", meeting().replace("ORGANIZER:mailto:kari@", "ORGANIZER:mailto:nina@"))
    his = ola("PUT", copy, unfolded(ola.get(copy)).replace("mailto:kari@byggbo", "mailto:nina@byggbo"))

    assert refusal(mine) == (403, "allowed-organizer-scheduling-object-change", "")
    assert refusal(his) == (403, "allowed-attendee-scheduling-object-change", "")
    assert "mailto:kari@byggbo.example" in unfolded(ola.get(copy))


def test_a_uid_of_another_meeting_of_ones_own_is_refused_in_every_calendar(kari: Client, ola: Client) -> None:
    kari("MKCALENDAR", "/kari/ny/")
    kari.put("/kari/ny/one.ics", event("one"))
    ola.put("/ola/calendar/theirs.ics", event("theirs"))

    assert refusal(kari("PUT", PATH, meeting("one"))) == (
        403, "unique-scheduling-object-resource", "/dav/kari/ny/one.ics"
    )  # fmt: skip
    assert kari("PUT", PATH, event("one")).status == 201
    assert kari("PUT", "/kari/calendar/theirs.ics", event("theirs")).status == 201


@pytest.mark.parametrize(
    "text",
    [
        event() + event("two"),
        calendar("VEVENT", "UID:one", "DTSTAMP:20261123T100000Z"),
        task("one", "DUE:soon"),
        event().replace("BEGIN:VCALENDAR", "BEGIN:VCALENDAR\r\nX-A"),
    ],
)
def test_what_is_no_icalendar_is_refused_as_such(kari: Client, text: str) -> None:
    path = "/kari/tasks/t.ics" if "VTODO" in text else PATH

    assert refusal(kari("PUT", path, text)) == (403, "valid-calendar-data", "")


@pytest.mark.usefixtures("company")
def test_an_object_larger_than_a_megabyte_is_read_where_the_settings_let_it_in(
    database: Database, tmp_path: Path
) -> None:
    def verify(login: str, _password: str, _remote: str) -> Person | None:
        with database.read() as uow:
            return people.by_login(uow, login)

    settings = Settings(data_dir=tmp_path, public_url="http://localhost:5232", max_resource_size=3_000_000)
    generous = Client(
        radicale_distrib.build(database=database, settings=settings, verify=verify, clock=lambda: NOW), "kari"
    )
    text = meeting("big", f"DESCRIPTION:{'x' * 2_000_000}")

    generous.put(PATH, text)

    assert len(generous.get(PATH)) > 2_000_000
    assert generous("PUT", PATH, text.replace("Befaring", "Ny")).status == 204


def test_what_the_server_adds_makes_no_object_too_large_to_be_read(kari: Client) -> None:
    asked = [f"ATTENDEE;CN={'x' * 460}:urn:uuid:{n:032}" for n in range(1990)]
    text = event("big", "ORGANIZER:mailto:kari@byggbo.example", *asked)
    assert 1_000_000 < len(text) < 1_048_576

    kari.put(PATH, text)

    read = kari("GET", PATH)
    assert len(read.body) > 1_048_576
    ranged = "<C:time-range start='20261201T000000Z' end='20261202T000000Z'/>"
    found = kari.report(
        "/kari/calendar/",
        "<C:calendar-query><D:prop><C:calendar-data/></D:prop><C:filter><C:comp-filter name='VCALENDAR'>"
        f"<C:comp-filter name='VEVENT'>{ranged}<C:prop-filter name='SUMMARY'/></C:comp-filter></C:comp-filter>"
        "</C:filter></C:calendar-query>",
    )
    assert found.responses()["/dav/kari/calendar/one.ics"].value("C:calendar-data") == read.text

# SPDX-License-Identifier: GPL-3.0-or-later
"""Journals: their owner's alone, in calendars that were made for them (RFC 5545 3.6.3, RFC 4791 9.9)."""

from itertools import chain, combinations

import pytest

from tests.radicale_distrib.client import DECLARED, Answer, Client
from tests.radicale_distrib.test_query import found, query, within
from tests.radicale_distrib.test_sync import sync, token_of
from tests.radicale_distrib.texts import calendar, event, meeting, people, task, unfolded

DIARY = "/kari/dagbok/"
DAY, WEEK_LATER = "20261201", "20261208"
NOON = "20261201T120000Z"


def journal(uid: str = "note", *more: str, summary: str = "Byggemøte") -> str:
    """Give a journal without a time."""
    return calendar("VJOURNAL", f"UID:{uid}", "DTSTAMP:20261123T100000Z", f"SUMMARY:{summary}", *more)


def make(client: Client, path: str, *kinds: str) -> Answer:
    """Make a calendar for *kinds*, or for what it takes where nothing is said."""
    wanted = "".join(f'<C:comp name="{kind}"/>' for kind in kinds)
    prop = f"<C:supported-calendar-component-set>{wanted}</C:supported-calendar-component-set>" if kinds else ""
    return client("MKCALENDAR", path, f"<C:mkcalendar{DECLARED}><D:set><D:prop>{prop}</D:prop></D:set></C:mkcalendar>")


def kinds_of(client: Client, path: str) -> set[str | None]:
    told = client.told(path, "C:supported-calendar-component-set")
    return {comp.get("name") for comp in told["C:supported-calendar-component-set"]}


@pytest.fixture
def diary(kari: Client) -> Client:
    """Give Kari's client; she has a calendar for journals."""
    assert make(kari, DIARY, "VJOURNAL").status == 201
    return kari


def asked(*inner: str) -> str:
    return f"<C:comp-filter name='VJOURNAL'>{''.join(inner)}</C:comp-filter>"


def test_a_journal_is_kept_byte_for_byte(diary: Client) -> None:
    text = journal("note", "DTSTART;VALUE=DATE:20261201", "DESCRIPTION:Én;to\\, tre", "X-VENDOR:a,b", "STATUS:FINAL")
    stored = diary.put(f"{DIARY}note.ics", text.encode())

    read = diary("GET", f"{DIARY}note.ics")

    assert read.text == text
    assert read.headers["Content-Type"] == "text/calendar; charset=utf-8; component=vjournal"
    assert stored.headers["ETag"] == read.headers["ETag"]
    assert "Schedule-Tag" not in {**stored.headers, **read.headers}
    assert "component=vjournal" in diary.told(f"{DIARY}note.ics", "D:getcontenttype").value("D:getcontenttype")


def test_only_calendars_made_for_journals_take_them(diary: Client) -> None:
    make(diary, "/kari/alt/", "VEVENT", "VTODO", "VJOURNAL")
    make(diary, "/kari/ny/")

    assert kinds_of(diary, DIARY) == {"VJOURNAL"}
    assert kinds_of(diary, "/kari/alt/") == {"VEVENT", "VTODO", "VJOURNAL"}
    diary.put("/kari/alt/note.ics", journal())
    diary.put("/kari/alt/one.ics", event())
    for path in ("/kari/calendar/", "/kari/tasks/", "/kari/ny/"):
        assert "VJOURNAL" not in kinds_of(diary, path)
        assert diary("PUT", f"{path}note.ics", journal("other")).rule == "supported-calendar-component"
    for text in (event("other"), task("other")):
        assert diary("PUT", f"{DIARY}other.ics", text).rule == "supported-calendar-component"


def test_a_journal_moves_among_calendars_that_take_it(diary: Client) -> None:
    make(diary, "/kari/alt/", "VTODO", "VJOURNAL")
    diary.put(f"{DIARY}note.ics", journal())

    def move(path: str) -> Answer:
        return diary("MOVE", f"{DIARY}note.ics", Destination=f"http://localhost:5232/dav{path}")

    assert move("/kari/calendar/note.ics").rule == "supported-calendar-component"
    assert move("/kari/alt/note.ics").status == 201
    assert diary.get("/kari/alt/note.ics") == journal()


def test_the_home_tells_every_set_of_kinds_that_a_calendar_may_have(kari: Client) -> None:
    told = kari.told("/kari/", "C:supported-calendar-component-sets")["C:supported-calendar-component-sets"]

    kinds = ("VEVENT", "VTODO", "VJOURNAL")
    every = chain.from_iterable(combinations(kinds, size) for size in (1, 2, 3))
    assert {frozenset(str(comp.get("name")) for comp in one) for one in told} == set(map(frozenset, every))


def test_whoever_is_named_in_a_journal_hears_nothing_of_it(diary: Client, ola: Client) -> None:
    text = journal("note", *people(["ola", "berit@kunde.example"]))
    before = ola.told("/ola/inbox/", "CS:getctag").value("CS:getctag")

    answer = diary.put(f"{DIARY}note.ics", text)
    diary.put(f"{DIARY}note.ics", text.replace("Byggemøte", "Nytt"))

    assert "Schedule-Tag" not in answer.headers
    assert diary.get(f"{DIARY}note.ics") == text.replace("Byggemøte", "Nytt")
    assert diary("DELETE", f"{DIARY}note.ics").status == 204
    assert ola.told("/ola/inbox/", "CS:getctag").value("CS:getctag") == before
    for path in ("/ola/inbox/", "/ola/calendar/", "/ola/tasks/"):
        assert set(ola.propfind(path, "D:getetag", "1")) == {f"/dav{path}"}


def test_a_journal_with_a_method_is_refused(diary: Client) -> None:
    text = journal("note", *people(["ola"])).replace("VERSION:2.0", "VERSION:2.0\r\nMETHOD:PUBLISH")

    assert diary("PUT", f"{DIARY}note.ics", text).rule == "valid-calendar-object-resource"


def test_an_invitation_never_becomes_a_journal(kari: Client, ola: Client) -> None:
    make(kari, "/kari/alt/", "VEVENT", "VTODO", "VJOURNAL")
    kari.put("/kari/alt/m.ics", meeting())
    told = kari.get("/kari/alt/m.ics")
    as_journal = journal("meeting", *people(["ola"]))

    over = kari("PUT", "/kari/alt/m.ics", as_journal)
    beside = kari("PUT", "/kari/alt/other.ics", as_journal)

    assert (over.status, over.rule) == (403, "allowed-organizer-scheduling-object-change")
    assert (beside.status, beside.rule) == (403, "unique-scheduling-object-resource")
    assert kari.get("/kari/alt/m.ics") == told
    assert len(ola.propfind("/ola/calendar/", "D:getetag", "1")) == 2


def test_a_private_object_of_another_kind_takes_the_place_of_one(kari: Client, ola: Client) -> None:
    make(kari, "/kari/alt/", "VEVENT", "VTODO", "VJOURNAL")
    kari.put("/kari/alt/x.ics", event("x"))
    before = kari.etag("/kari/alt/x.ics")

    assert kari("PUT", "/kari/alt/x.ics", journal("x", f"DTSTART:{NOON}")).status == 204

    assert kari.etag("/kari/alt/x.ics") != before
    assert found(query(kari, asked(), path="/kari/alt/")) == {"x"}
    assert found(query(kari, "<C:comp-filter name='VEVENT'/>", path="/kari/alt/")) == set()
    assert kari("PUT", "/kari/alt/x.ics", meeting("x")).status == 204
    assert len(ola.propfind("/ola/calendar/", "D:getetag", "1")) == 2


IN_IT = {
    "starts at its start": ("DTSTART:20261201T000000Z",),
    "starts in it": (f"DTSTART:{NOON}",),
    "in it, with an end that journals do not have": (f"DTSTART:{NOON}", "DTEND:20261203T120000Z"),
    "on its day": (f"DTSTART;VALUE=DATE:{DAY}",),
    "on the day that goes on in it": ("DTSTART;VALUE=DATE:20261130",),
    "day by day": ("DTSTART;VALUE=DATE:20261101", "RRULE:FREQ=DAILY"),
    "weekly on its day": ("DTSTART:20261110T120000Z", "RRULE:FREQ=WEEKLY;COUNT=4"),
}
OUTSIDE = {
    "starts before": ("DTSTART:20261130T235959Z",),
    "starts before, with an end that journals do not have": ("DTSTART:20261130T120000Z", f"DTEND:{NOON}"),
    "starts before, with a length that journals do not have": ("DTSTART:20261130T120000Z", "DURATION:P1D"),
    "starts at its end": ("DTSTART:20261201T230000Z",),
    "on the day at its end": ("DTSTART;VALUE=DATE:20261202",),
    "on the day before the last": ("DTSTART;VALUE=DATE:20261129",),
    "weekly, done by then": ("DTSTART:20261110T120000Z", "RRULE:FREQ=WEEKLY;COUNT=3"),
    "without a time": (),
    "created in it": (f"CREATED:{NOON}",),
}


@pytest.mark.parametrize("more", ["", "<C:prop-filter name='UID'/>"], ids=["by time alone", "and by a property"])
def test_journals_are_found_by_the_table(diary: Client, more: str) -> None:
    for name, lines in {**IN_IT, **OUTSIDE}.items():
        assert diary.put(f"{DIARY}{name}.ics", journal(name, *lines)).status == 201

    window = within("20261201T000000Z", "20261201T230000Z")  # Kari's days begin at 23 o'clock UTC

    assert found(query(diary, asked(window, more), path=DIARY)) == set(IN_IT) - {"on the day that goes on in it"}
    assert found(query(diary, asked(within("20261130T225959Z", "20261201T230000Z"), more), path=DIARY)) == {
        *IN_IT,
        "starts before",
    }


def test_journals_are_found_by_kind_and_words(kari: Client) -> None:
    make(kari, "/kari/alt/", "VEVENT", "VTODO", "VJOURNAL")
    kari.put("/kari/alt/note.ics", journal("note", "CATEGORIES:Bygg"))
    kari.put("/kari/alt/other.ics", journal("other", summary="Telefon"))
    kari.put("/kari/alt/one.ics", event("one", summary="Byggemøte"))
    kari.put("/kari/alt/todo.ics", task("todo", summary="Byggemøte"))

    def match(name: str, text: str) -> str:
        return f"<C:prop-filter name='{name}'><C:text-match>{text}</C:text-match></C:prop-filter>"

    def ask(inner: str) -> set[str]:
        return found(query(kari, inner, path="/kari/alt/"))

    assert ask("") == {"note", "other", "one", "todo"}
    assert ask(asked()) == {"note", "other"}
    assert ask(asked(match("SUMMARY", "BYGGE"))) == {"note"}
    assert ask(asked("<C:prop-filter name='CATEGORIES'><C:is-not-defined/></C:prop-filter>")) == {"other"}
    assert ask("<C:comp-filter name='VJOURNAL'><C:is-not-defined/></C:comp-filter>") == {"one", "todo"}
    assert ask("<C:comp-filter name='VEVENT'/>") == {"one"}
    assert ask("<C:comp-filter name='VTODO'/>") == {"todo"}


def test_a_journal_that_repeats_can_be_had_day_by_day(diary: Client) -> None:
    changed = ("END:VJOURNAL", "BEGIN:VJOURNAL", "UID:note", f"RECURRENCE-ID;VALUE=DATE:{WEEK_LATER}")
    lines = (f"DTSTART;VALUE=DATE:{DAY}", "RRULE:FREQ=WEEKLY;COUNT=3", *changed, "DTSTART;VALUE=DATE:20261210")
    diary.put(f"{DIARY}note.ics", journal("note", *lines))
    ranged = "start='20261205T000000Z' end='20270101T000000Z'"

    answer = query(
        diary,
        asked(f"<C:time-range {ranged}/>"),
        path=DIARY,
        prop=f"<C:calendar-data><C:expand {ranged}/></C:calendar-data>",
    )

    told = unfolded(answer.responses()[f"/dav{DIARY}note.ics"].value("C:calendar-data")).splitlines()
    assert [line for line in told if line.startswith(("DTSTART", "RECURRENCE-ID", "RRULE", "DTEND"))] == [
        "RECURRENCE-ID;VALUE=DATE:20261208",
        "DTSTART;VALUE=DATE:20261210",
        "RECURRENCE-ID;VALUE=DATE:20261215",
        "DTSTART;VALUE=DATE:20261215",
    ]


def test_journals_are_synchronised_and_fetched_like_everything(diary: Client) -> None:
    diary.put(f"{DIARY}note.ics", journal())
    first = sync(diary, path=DIARY)
    diary.put(f"{DIARY}other.ics", journal("other"))
    second = sync(diary, token_of(first), path=DIARY)
    href = f"/dav{DIARY}note.ics"

    fetched = diary.report(
        DIARY, f"<C:calendar-multiget><D:prop><C:calendar-data/></D:prop><D:href>{href}</D:href></C:calendar-multiget>"
    )

    assert set(first.responses()) == {href}
    assert set(second.responses()) == {f"/dav{DIARY}other.ics"}
    assert fetched.responses()[href].value("C:calendar-data") == journal()
    assert diary.get(DIARY).count("BEGIN:VJOURNAL") == 2


def test_a_journal_takes_nobodys_time(kari: Client) -> None:
    make(kari, "/kari/alt/", "VEVENT", "VJOURNAL")
    kari.put("/kari/alt/note.ics", journal("note", f"DTSTART:{NOON}", "DTEND:20261201T130000Z"))
    kari.put("/kari/alt/days.ics", journal("days", "DTSTART;VALUE=DATE:20261101", "RRULE:FREQ=DAILY"))

    body = f"<C:free-busy-query>{within('20261201T000000Z', '20261202T000000Z')}</C:free-busy-query>"

    assert "FREEBUSY;" not in unfolded(kari.report("/kari/alt/", body).text)


@pytest.mark.parametrize("end", ["DTEND:20261203T120000Z", "DTEND:igår", "DUE:20261203T120000Z", "DURATION:P2D"])
def test_an_end_that_journals_do_not_have_is_in_no_occurrence(diary: Client, end: str) -> None:
    diary.put(f"{DIARY}note.ics", journal("note", f"DTSTART:{NOON}", end, "RRULE:FREQ=DAILY;COUNT=3"))
    prop = "<C:calendar-data><C:expand start='20261202T000000Z' end='20261203T000000Z'/></C:calendar-data>"

    answer = query(diary, asked(), prop=prop, path=DIARY)

    text = unfolded(answer.responses()[f"/dav{DIARY}note.ics"].value("C:calendar-data"))
    times = ("DTSTART", "DTEND", "DUE", "DURATION", "RECURRENCE-ID")
    assert [line for line in text.splitlines() if line.startswith(times)] == [
        "RECURRENCE-ID:20261202T120000Z",
        "DTSTART:20261202T120000Z",
    ]

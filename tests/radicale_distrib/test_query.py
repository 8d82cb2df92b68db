# SPDX-License-Identifier: GPL-3.0-or-later
"""calendar-query, calendar-multiget and free-busy-query."""

import pytest

from tests.radicale_distrib.client import Answer, Client
from tests.radicale_distrib.texts import event, meeting, task, unfolded

SERIES = event("series", "RRULE:FREQ=WEEKLY", start="20260105T080000Z", summary="Ukemøte")
TASKS = {
    "due": task("due", "DUE:20261205T120000Z"),
    "timed": task("timed", "DTSTART:20261210T080000Z", "DUE:20261211T080000Z"),
    "done": task("done", "COMPLETED:20261120T080000Z", "STATUS:COMPLETED"),
    "plain": task("plain"),
}


@pytest.fixture
def filled(kari: Client) -> Client:
    """Give Kari's client, with some objects stored."""
    kari.put("/kari/calendar/one.ics", event("one", "LOCATION:Storgata 1", "CATEGORIES:Bygg,Tak"))
    kari.put(
        "/kari/calendar/alarm.ics",
        event("alarm", "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT15M", "END:VALARM", start="20270301T090000Z"),
    )
    kari.put(
        "/kari/calendar/day.ics",
        event("day")
        .replace(":20261201T090000Z", ";VALUE=DATE:20261224")
        .replace(":20261201T100000Z", ";VALUE=DATE:20261225"),
    )
    kari.put("/kari/calendar/series.ics", SERIES)
    for name, text in TASKS.items():
        kari.put(f"/kari/tasks/{name}.ics", text)
    return kari


def query(
    client: Client, inner: str, *, path: str = "/kari/calendar/", prop: str = "<D:getetag/>", more: str = ""
) -> Answer:
    return client.report(
        path,
        f"<C:calendar-query><D:prop>{prop}</D:prop><C:filter><C:comp-filter name='VCALENDAR'>{inner}</C:comp-filter>"
        f"</C:filter>{more}</C:calendar-query>",
    )


def found(answer: Answer) -> set[str]:
    assert answer.status == 207, answer
    return {path.rpartition("/")[2].removesuffix(".ics") for path in answer.responses()}


def event_with(inner: str) -> str:
    return f"<C:comp-filter name='VEVENT'>{inner}</C:comp-filter>"


def within(start: str | None, end: str | None) -> str:
    given = {"start": start, "end": end}
    return "<C:time-range " + " ".join(f"{name}='{at}'" for name, at in given.items() if at) + "/>"


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("", {"one", "alarm", "day", "series"}),
        ("<C:comp-filter name='VEVENT'/>", {"one", "alarm", "day", "series"}),
        ("<C:comp-filter name='VTODO'/>", set()),
        ("<C:comp-filter name='VTODO'><C:is-not-defined/></C:comp-filter>", {"one", "alarm", "day", "series"}),
        ("<C:comp-filter name='VEVENT'><C:is-not-defined/></C:comp-filter>", set()),
        ("<C:comp-filter name='VEVENT'><C:comp-filter name='VALARM'/></C:comp-filter>", {"alarm"}),
        (
            event_with("<C:comp-filter name='VALARM'><C:is-not-defined/></C:comp-filter>"),
            {"one", "day", "series"},
        ),
        ("<C:comp-filter name='VEVENT'><C:prop-filter name='LOCATION'/></C:comp-filter>", {"one"}),
        (
            event_with("<C:prop-filter name='LOCATION'><C:is-not-defined/></C:prop-filter>"),
            {"alarm", "day", "series"},
        ),
    ],
)
def test_filters_on_what_there_is(filled: Client, inner: str, expected: set[str]) -> None:
    assert found(query(filled, inner)) == expected


@pytest.mark.parametrize(
    ("name", "match", "expected"),
    [
        ("UID", "<C:text-match>series</C:text-match>", {"series"}),
        ("UID", "<C:text-match collation='i;octet'>SERIES</C:text-match>", set()),
        ("SUMMARY", "<C:text-match>UKE</C:text-match>", {"series"}),
        ("SUMMARY", "<C:text-match collation='i;unicode-casemap'>MØTE</C:text-match>", {"series"}),
        ("SUMMARY", "<C:text-match negate-condition='yes'>befar</C:text-match>", {"series"}),
        ("CATEGORIES", "<C:text-match>tak</C:text-match>", {"one"}),
        ("DTSTART", "<C:param-filter name='VALUE'><C:text-match>date</C:text-match></C:param-filter>", {"day"}),
        ("DTSTART", "<C:param-filter name='VALUE'><C:is-not-defined/></C:param-filter>", {"one", "alarm", "series"}),
    ],
)
def test_filters_on_values(filled: Client, name: str, match: str, expected: set[str]) -> None:
    inner = f"<C:comp-filter name='VEVENT'><C:prop-filter name='{name}'>{match}</C:prop-filter></C:comp-filter>"

    assert found(query(filled, inner)) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("20261201T093000Z", "20261201T094000Z", {"one"}),
        ("20261201T100000Z", "20261202T000000Z", set()),
        ("20261201T080000Z", "20261201T090000Z", set()),
        ("20261223T230000Z", "20261224T010000Z", {"day"}),
        ("20261130T000000Z", "20261202T000000Z", {"one", "series"}),
        ("20270401T000000Z", None, {"series"}),
        (None, "20260106T000000Z", {"series"}),
        ("20380101T000000Z", "20380108T000000Z", {"series"}),
    ],
)
def test_filters_on_time(filled: Client, start: str | None, end: str | None, expected: set[str]) -> None:
    inner = f"<C:comp-filter name='VEVENT'>{within(start, end)}</C:comp-filter>"

    assert found(query(filled, inner)) == expected


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("20261205T000000Z", "20261206T000000Z", {"due", "plain"}),
        ("20261210T120000Z", "20261210T130000Z", {"timed", "plain"}),
        ("20261119T000000Z", "20261121T000000Z", {"done", "plain"}),
        ("20270101T000000Z", None, {"plain"}),
    ],
)
def test_tasks_by_time_follow_the_table_of_rfc_4791(
    filled: Client, start: str, end: str | None, expected: set[str]
) -> None:
    inner = f"<C:comp-filter name='VTODO'>{within(start, end)}</C:comp-filter>"

    assert found(query(filled, inner, path="/kari/tasks/")) == expected


@pytest.mark.parametrize(
    ("alarm", "start", "end", "rings"),
    [
        (["TRIGGER:-PT15M"], "20261207T074500Z", "20261207T074501Z", True),
        (["TRIGGER:-PT15M"], "20261207T074501Z", "20261207T090000Z", False),
        (["TRIGGER;RELATED=END:PT5M"], "20261207T090500Z", "20261207T090600Z", True),
        (["TRIGGER:-P1D"], "20261206T080000Z", "20261206T080100Z", True),
        (["TRIGGER;VALUE=DATE-TIME:20261201T120000Z"], "20261201T115900Z", "20261201T120100Z", True),
        (["TRIGGER;VALUE=DATE-TIME:20261201T120000Z"], "20261201T120100Z", None, False),
        (["TRIGGER:-PT15M", "REPEAT:2", "DURATION:PT5M"], "20261207T075500Z", "20261207T075600Z", True),
        (["TRIGGER:-PT15M", "REPEAT:1", "DURATION:PT5M"], "20261207T075500Z", "20261207T075600Z", False),
        (["TRIGGER:-PT15M"], "20261207T074500Z", None, True),
        (["TRIGGER:nonsense"], "20260101T074500Z", None, False),
    ],
)
def test_alarms_can_be_asked_when_they_ring(
    kari: Client, alarm: list[str], start: str, end: str | None, rings: bool
) -> None:
    lines = ["RRULE:FREQ=WEEKLY;COUNT=100", "BEGIN:VALARM", "ACTION:DISPLAY", *alarm, "END:VALARM"]
    kari.put("/kari/calendar/one.ics", event("one", *lines, start="20260105T080000Z"))

    inner = event_with(f"<C:comp-filter name='VALARM'>{within(start, end)}</C:comp-filter>")

    assert found(query(kari, inner)) == ({"one"} if rings else set())


def test_a_property_can_be_asked_for_its_time(filled: Client) -> None:
    ranged = within("20261119T000000Z", "20261121T000000Z")
    inner = f"<C:comp-filter name='VTODO'><C:prop-filter name='COMPLETED'>{ranged}</C:prop-filter></C:comp-filter>"

    assert found(query(filled, inner, path="/kari/tasks/")) == {"done"}


def test_a_time_range_without_a_kind_is_understood(filled: Client) -> None:
    # RFC 4791 9.9 has no place for it; python caldav sends it all the same.
    assert found(query(filled, within("20261201T093000Z", "20261201T094000Z"))) == {"one"}


def test_texts_come_along_when_they_are_asked_for(filled: Client) -> None:
    answer = query(filled, "<C:comp-filter name='VEVENT'/>", prop="<C:calendar-data/><D:getcontentlength/>")

    told = answer.responses()["/dav/kari/calendar/series.ics"]
    assert told.value("C:calendar-data") == SERIES
    assert int(told.value("D:getcontentlength")) == len(SERIES.encode())


def test_occurrences_can_be_had_one_by_one(filled: Client) -> None:
    ranged = "start='20261201T000000Z' end='20261215T000000Z'"
    answer = query(
        filled,
        f"<C:comp-filter name='VEVENT'><C:time-range {ranged}/></C:comp-filter>",
        prop=f"<C:calendar-data><C:expand {ranged}/></C:calendar-data>",
    )

    text = unfolded(answer.responses()["/dav/kari/calendar/series.ics"].value("C:calendar-data"))
    assert text.count("BEGIN:VEVENT") == 2
    assert "RECURRENCE-ID:20261207T080000Z" in text
    assert "DTSTART:20261214T080000Z" in text
    assert "RRULE" not in text


@pytest.mark.parametrize(
    ("inner", "rule"),
    [
        ("<C:comp-filter name='VEVENT'><C:time-range start='x'/></C:comp-filter>", "valid-filter"),
        ("<C:comp-filter name='VEVENT'><C:time-range/></C:comp-filter>", "valid-filter"),
        (
            f"<C:comp-filter name='VEVENT'>{within('20270101T000000Z', '20260101T000000Z')}</C:comp-filter>",
            "valid-filter",
        ),
        (
            event_with("<C:prop-filter name='UID'><C:text-match collation='i;x'>a</C:text-match></C:prop-filter>"),
            "supported-collation",
        ),
        (
            event_with("<C:comp-filter name='X-KIND'><C:time-range start='20260101T000000Z'/></C:comp-filter>"),
            "supported-filter",
        ),
    ],
)
def test_a_filter_that_cannot_be_answered_is_refused_by_its_rule(kari: Client, inner: str, rule: str) -> None:
    answer = query(kari, inner)

    assert (answer.status, answer.rule) == (403, rule)


def test_a_query_without_a_filter_or_for_another_format_is_refused(kari: Client) -> None:
    assert kari.report("/kari/calendar/", "<C:calendar-query><D:prop/></C:calendar-query>").rule == "valid-filter"
    answer = query(kari, "", prop="<C:calendar-data content-type='application/calendar+xml'/>")
    assert answer.rule == "supported-calendar-data"


def test_a_query_may_be_limited(filled: Client) -> None:
    answer = query(filled, "", more="<D:limit><D:nresults>2</D:nresults></D:limit>")

    responses = answer.responses()
    assert "507" in (responses.pop("/dav/kari/calendar/").status or "")
    assert len(responses) == 2


def test_multiget_tells_what_is_not_there(filled: Client) -> None:
    hrefs = (
        "/dav/kari/calendar/one.ics",
        "/dav/kari/calendar/missing.ics",
        "/dav/ola/calendar/x.ics",
        "/elsewhere",
        "::",
    )
    body = "".join(f"<D:href>{href}</D:href>" for href in hrefs)

    answer = filled.report(
        "/kari/calendar/", f"<C:calendar-multiget><D:prop><D:getetag/></D:prop>{body}</C:calendar-multiget>"
    )

    responses = answer.responses()
    assert set(responses) == set(hrefs)
    assert "D:getetag" in responses[hrefs[0]]
    assert all("404" in (responses[href].status or "") for href in hrefs[1:])


def test_multiget_takes_whole_urls_and_other_spellings(filled: Client) -> None:
    for href in ("http://localhost:5232/dav/kari/calendar/one.ics", "/dav/kari/calendar/%6fne.ics"):
        answer = filled.report(
            "/kari/calendar/",
            f"<C:calendar-multiget><D:prop><D:getetag/></D:prop><D:href>{href}</D:href></C:calendar-multiget>",
        )
        assert "D:getetag" in answer.responses()["/dav/kari/calendar/one.ics"]


def test_an_attendee_finds_the_calendar_copy_by_uid(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting())
    inner = event_with("<C:prop-filter name='UID'><C:text-match>meeting</C:text-match></C:prop-filter>")

    assert len(found(query(ola, inner, path="/ola/calendar/"))) == 1


def test_nothing_is_found_by_what_another_keeps_to_themselves(kari: Client, ola: Client) -> None:
    kari.put("/kari/calendar/m.ics", meeting("meeting", "X-MOZ-SNOOZE-TIME:20261130T080000Z"))
    inner = event_with("<C:prop-filter name='X-MOZ-SNOOZE-TIME'><C:text-match>2026</C:text-match></C:prop-filter>")

    assert found(query(kari, inner)) == {"m"}
    assert found(query(ola, inner, path="/ola/calendar/")) == set()


def test_free_busy_of_a_calendar(filled: Client) -> None:
    answer = filled.report(
        "/kari/calendar/", f"<C:free-busy-query>{within('20261201T000000Z', '20261202T000000Z')}</C:free-busy-query>"
    )

    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    text = unfolded(answer.text)
    assert "BEGIN:VFREEBUSY" in text
    assert "20261201T090000Z/" in text
    assert "Befaring" not in text


def test_free_busy_of_no_time_is_a_bad_request(kari: Client) -> None:
    assert kari.report("/kari/calendar/", "<C:free-busy-query/>").status == 400

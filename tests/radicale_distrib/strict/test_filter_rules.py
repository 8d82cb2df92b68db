# SPDX-License-Identifier: GPL-3.0-or-later
"""Filters that no server could answer, and those that this one does not (RFC 4791 7.8, 9.7)."""

import pytest

from tests.radicale_distrib.client import Answer, Client, clark
from tests.radicale_distrib.texts import event

NOW = "<C:time-range start='20261201T000000Z' end='20261202T000000Z'/>"
ABSENT = "<C:is-not-defined/>"


def query(client: Client, inner: str) -> Answer:
    return client.report(
        "/kari/calendar/",
        f"<C:calendar-query><D:prop><D:getetag/></D:prop><C:filter>{inner}</C:filter></C:calendar-query>",
    )


def within(name: str, inner: str = "", what: str = "comp") -> str:
    return f"<C:{what}-filter name='{name}'>{inner}</C:{what}-filter>"


def of_event(inner: str) -> str:
    return within("VCALENDAR", within("VEVENT", inner))


INVALID = {
    "nothing": "",
    "no VCALENDAR": within("VEVENT"),
    "a component without a name": within("VCALENDAR", "<C:comp-filter/>"),
    "a property without a name": of_event("<C:prop-filter/>"),
    "a parameter without a name": of_event(within("DTSTART", "<C:param-filter/>", "prop")),
    "a task in an event": of_event(within("VTODO")),
    "an event in an alarm": of_event(within("VALARM", within("VEVENT"))),
    "a calendar in a calendar": within("VCALENDAR", within("VCALENDAR")),
    "an alarm beside events": within("VCALENDAR", within("VALARM")),
    "a time of a summary": of_event(within("SUMMARY", NOW, "prop")),
    "what is not there, with a property": of_event(within("X-A", ABSENT + NOW, "prop")),
    "what is not there, with a test": within("VCALENDAR", within("VEVENT", ABSENT + within("VALARM"))),
    "a negation that is none": of_event(
        within("SUMMARY", "<C:text-match negate-condition='maybe'>x</C:text-match>", "prop")
    ),
    "no end and no start": of_event("<C:time-range/>"),
    "an end before the start": of_event("<C:time-range start='20261202T000000Z' end='20261201T000000Z'/>"),
    "a day": of_event("<C:time-range start='20261202'/>"),
    "a local time": of_event("<C:time-range start='20261202T000000'/>"),
}


@pytest.mark.parametrize("what", INVALID)
def test_a_filter_that_makes_no_sense_is_invalid(kari: Client, what: str) -> None:
    answer = query(kari, INVALID[what])

    assert (answer.status, answer.rule) == (403, "valid-filter")


@pytest.mark.parametrize(
    ("inner", "tag", "name"),
    [
        (within("VCALENDAR", within("X-KIND", NOW)), "C:comp-filter", "X-KIND"),
        (within("VCALENDAR", within("VTIMEZONE", NOW)), "C:comp-filter", "VTIMEZONE"),
        (of_event(within("X-WHEN", NOW, "prop")), "C:prop-filter", "X-WHEN"),
        (within("VCALENDAR", within("X-&lt;&quot;", NOW)), "C:comp-filter", 'X-<"'),
    ],
)
def test_what_is_not_supported_is_named(kari: Client, inner: str, tag: str, name: str) -> None:
    answer = query(kari, inner)

    assert (answer.status, answer.rule) == (403, "supported-filter")
    assert [(node.tag, node.get("name")) for node in answer.root[0]] == [(clark(tag), name)]


def test_a_filter_of_more_tests_than_anybody_needs_is_not_supported(kari: Client) -> None:
    kari.put("/kari/calendar/one.ics", event())

    def tests(count: int) -> str:
        return of_event(within("SUMMARY", what="prop") * count)

    assert set(query(kari, tests(198)).responses()) == {"/dav/kari/calendar/one.ics"}
    assert query(kari, tests(199)).rule == "supported-filter"


@pytest.mark.parametrize(
    "inner",
    [
        within("VCALENDAR", within("vevent")),
        within("VCALENDAR", within("VTIMEZONE", ABSENT)),
        within("VCALENDAR", within("VEVENT", within("VALARM", ABSENT))),
        of_event(within("DTSTART", NOW, "prop")),
        of_event(within("X-A", ABSENT, "prop")),
        of_event(within("UID", within("X-B", ABSENT, "param"), "prop")),
        within("VCALENDAR", NOW),
    ],
)
def test_filters_that_clients_send_are_answered(kari: Client, inner: str) -> None:
    kari.put("/kari/calendar/one.ics", event())

    assert set(query(kari, inner).responses()) == {"/dav/kari/calendar/one.ics"}


def test_an_unknown_collation_is_refused_by_its_rule(kari: Client) -> None:
    match = "<C:text-match collation='i;no-such'>x</C:text-match>"

    for inner in (within("SUMMARY", match, "prop"), within("UID", within("X-A", match, "param"), "prop")):
        assert query(kari, of_event(inner)).rule == "supported-collation"

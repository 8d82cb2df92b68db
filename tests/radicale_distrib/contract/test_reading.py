# SPDX-License-Identifier: GPL-3.0-or-later
"""`get_all`, `get_multi`, `get_filtered` and `has_uid`."""

import xml.etree.ElementTree as ET

import pytest
from radicale.storage import BaseStorage

from tests.radicale_distrib.client import DECLARED
from tests.radicale_distrib.contract.objects import CALENDAR, hrefs, reading, upload, writing
from tests.radicale_distrib.texts import event, task

NAMES = ("one.ics", "two.ics", "tre æøå.ics")
LATE = {"start": "20270301T090000Z"}


@pytest.fixture(autouse=True)
def _objects(storage: BaseStorage) -> None:
    for uid, href in zip(("one", "two", "tre"), NAMES, strict=True):
        upload(storage, href, event(uid))
    upload(storage, "late.ics", event("late", start="20270301T090000Z"))
    upload(storage, "series.ics", event("series", "RRULE:FREQ=DAILY;COUNT=3", start="20261130T060000Z"))
    upload(storage, "t.ics", task("t", "DUE:20261205T120000Z"), "/kari/tasks/")


def filtered(storage: BaseStorage, inner: str, path: str = CALENDAR) -> dict[str | None, bool]:
    """Give what passes a filter so far, and whether Radicale needs not ask the rest of it."""
    node = ET.fromstring(  # noqa: S314
        f"<C:filter{DECLARED}><C:comp-filter name='VCALENDAR'>{inner}</C:comp-filter></C:filter>"
    )
    with reading(storage, path) as calendar:
        return {item.href: matched for item, matched in calendar.get_filtered([node])}


def within(kind: str, start: str, end: str) -> str:
    return f"<C:comp-filter name='{kind}'><C:time-range start='{start}' end='{end}'/></C:comp-filter>"


def test_all_objects_are_given(storage: BaseStorage) -> None:
    with reading(storage) as calendar:
        assert hrefs(calendar) == {*NAMES, "late.ics", "series.ics"}
        assert all(item.serialize().startswith("BEGIN:VCALENDAR") for item in calendar.get_all())


def test_objects_are_given_by_name_and_none_for_what_is_not_there(storage: BaseStorage) -> None:
    with reading(storage) as calendar:
        asked = (name for name in ("two.ics", "none.ics", "tre æøå.ics", "a/b.ics"))
        found = dict(calendar.get_multi(asked))

    assert set(found) == {"two.ics", "none.ics", "tre æøå.ics", "a/b.ics"}
    assert (found["none.ics"], found["a/b.ics"]) == (None, None)
    assert {href: item.uid for href, item in found.items() if item is not None} == {
        "two.ics": "two", "tre æøå.ics": "tre"
    }  # fmt: skip


def test_nothing_is_asked_for_and_nothing_is_given(storage: BaseStorage) -> None:
    with reading(storage) as calendar:
        assert list(calendar.get_multi([])) == []


def test_a_name_that_is_asked_for_twice_is_given_at_least_once(storage: BaseStorage) -> None:
    with reading(storage) as calendar:
        assert {href for href, item in calendar.get_multi(["one.ics", "one.ics"]) if item} == {"one.ics"}


@pytest.mark.parametrize(
    ("inner", "least", "most"),
    [
        ("", {*NAMES, "late.ics", "series.ics"}, {*NAMES, "late.ics", "series.ics"}),
        ("<C:comp-filter name='VEVENT'/>", {*NAMES, "late.ics", "series.ics"}, {*NAMES, "late.ics", "series.ics"}),
        ("<C:comp-filter name='VTODO'/>", set(), set()),
        (within("VEVENT", "20270301T000000Z", "20270302T000000Z"), {"late.ics"}, {"late.ics"}),
        (within("VEVENT", "20261202T050000Z", "20261202T080000Z"), {"series.ics"}, {*NAMES, "series.ics"}),
        (within("VEVENT", "20301201T000000Z", "20301202T000000Z"), set(), set()),
        (
            "<C:comp-filter name='VEVENT'><C:prop-filter name='SUMMARY'/></C:comp-filter>",
            {*NAMES, "late.ics", "series.ics"},
            {*NAMES, "late.ics", "series.ics"},
        ),
    ],
)
def test_a_filter_leaves_out_nothing_that_passes_and_most_of_the_rest(
    storage: BaseStorage, inner: str, least: set[str], most: set[str]
) -> None:
    assert least <= set(filtered(storage, inner)) <= most


def test_what_is_said_to_match_does(storage: BaseStorage) -> None:
    inner = "<C:comp-filter name='VEVENT'><C:prop-filter name='LOCATION'/></C:comp-filter>"

    assert not any(filtered(storage, inner).values())


def test_a_day_is_found_at_both_of_its_ends_in_every_zone(storage: BaseStorage) -> None:
    day = event("day").replace(":20261201T090000Z", ";VALUE=DATE:20261224")
    upload(storage, "day.ics", day.replace(":20261201T100000Z", ";VALUE=DATE:20261225"))

    for start, end in (("20261224T000000Z", "20261224T003000Z"), ("20261224T233000Z", "20261224T235959Z")):
        assert "day.ics" in filtered(storage, within("VEVENT", start, end))


def test_a_task_without_a_time_is_found_at_any_time(storage: BaseStorage) -> None:
    upload(storage, "plain.ics", task("plain"), "/kari/tasks/")

    found = filtered(storage, within("VTODO", "20261205T000000Z", "20261206T000000Z"), "/kari/tasks/")

    assert set(found) == {"t.ics", "plain.ics"}


def test_a_uid_is_known_in_its_collection_alone(storage: BaseStorage) -> None:
    with reading(storage) as calendar:
        assert calendar.has_uid("one")
        assert not calendar.has_uid("t")
        assert not calendar.has_uid("none")
        assert not calendar.has_uid("")


def test_the_uid_of_what_is_gone_is_free(storage: BaseStorage) -> None:
    with writing(storage) as calendar:
        calendar.delete("one.ics")
        assert not calendar.has_uid("one")
    with reading(storage) as calendar:
        assert not calendar.has_uid("one")

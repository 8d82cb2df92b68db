# SPDX-License-Identifier: GPL-3.0-or-later
"""`create_collection`, `delete` of a whole one, `get_meta` and `set_meta`."""

import pytest
from radicale.storage import BaseCollection, BaseStorage

from tests.radicale_distrib.contract.objects import at, calendar_at, hrefs, item_of, reading, upload, writing
from tests.radicale_distrib.texts import event

PROPS = {
    "tag": "VCALENDAR",
    "D:displayname": "Prosjekt <A> & ÆØÅ",
    "C:supported-calendar-component-set": "VEVENT",
    "C:calendar-description": "Linje\nto",
    "ICAL:calendar-color": "#FF0000FF",
    "{urn:x}noe": "<x>",
}


def create(storage: BaseStorage, props: dict[str, str] | None = None) -> None:
    with storage.acquire_lock("w", "kari"):
        storage.create_collection("/kari/ny/", props=props or {"tag": "VCALENDAR"})


def test_a_calendar_is_made_empty_with_its_properties(storage: BaseStorage) -> None:
    with storage.acquire_lock("w", "kari"):
        made, replaced, new = storage.create_collection("/kari/ny/", props=PROPS)
        assert (made.path, made.tag, replaced, list(new)) == ("kari/ny", "VCALENDAR", {}, [])

    with reading(storage, "/kari/ny/") as calendar:
        assert dict(calendar.get_meta()) == PROPS
        assert hrefs(calendar) == set()


def test_a_property_is_asked_for_by_name(storage: BaseStorage) -> None:
    create(storage, PROPS)

    with reading(storage, "/kari/ny/") as calendar:
        assert calendar.get_meta("D:displayname") == PROPS["D:displayname"]
        assert calendar.get_meta("tag") == calendar.tag == "VCALENDAR"
        assert calendar.get_meta("C:nothing") is None


def test_properties_are_set_in_place_of_all_that_there_were(storage: BaseStorage) -> None:
    create(storage, PROPS)
    kept = {name: PROPS[name] for name in ("tag", "C:supported-calendar-component-set", "D:displayname")}

    with writing(storage, "/kari/ny/") as calendar:
        calendar.set_meta({**kept, "C:calendar-description": ""})
        assert calendar.get_meta("C:calendar-description") == ""

    with reading(storage, "/kari/ny/") as calendar:
        assert dict(calendar.get_meta()) == {**kept, "C:calendar-description": ""}


def test_objects_stay_when_properties_are_set(storage: BaseStorage) -> None:
    create(storage)
    upload(storage, "one.ics", event(), "/kari/ny/")

    with writing(storage, "/kari/ny/") as calendar:
        calendar.set_meta({**calendar.get_meta(), "D:displayname": "Ny"})
        assert hrefs(calendar) == {"one.ics"}


def test_a_collection_that_is_there_stays_as_it_is_unless_properties_are_given(storage: BaseStorage) -> None:
    create(storage, PROPS)
    upload(storage, "one.ics", event(), "/kari/ny/")

    with storage.acquire_lock("w", "kari"):
        for path in ("/kari/ny/", "/kari/"):
            found, replaced, new = storage.create_collection(path)
            assert (found.path, replaced, list(new)) == (path.strip("/"), {}, [])

    with reading(storage, "/kari/ny/") as calendar:
        assert dict(calendar.get_meta()) == PROPS
        assert hrefs(calendar) == {"one.ics"}


def test_a_calendar_is_made_of_objects(storage: BaseStorage) -> None:
    with storage.acquire_lock("w", "kari"):
        items = [item_of(event(uid), "kari/ny") for uid in ("one", "two", "tre/æøå")]
        made, replaced, new = storage.create_collection("/kari/ny/", items=iter(items), props={"tag": "VCALENDAR"})
        assert (replaced, len(new)) == ({}, 3)
        assert hrefs(made) == set(new)

    with reading(storage, "/kari/ny/") as calendar:
        assert {item.uid for item in calendar.get_all()} == {"one", "two", "tre/æøå"}
        assert {"one.ics", "two.ics"} < hrefs(calendar)


def test_a_calendar_is_replaced_by_objects(storage: BaseStorage) -> None:
    create(storage, PROPS)
    for uid in ("one", "two"):
        upload(storage, f"{uid}.ics", event(uid), "/kari/ny/")
    with reading(storage, "/kari/ny/") as calendar:
        token, _ = calendar.sync()

    with storage.acquire_lock("w", "kari"):
        items = [item_of(event("two", summary="Ny"), "kari/ny"), item_of(event("three"), "kari/ny")]
        _, replaced, new = storage.create_collection(
            "/kari/ny/", items=items, props={"tag": "VCALENDAR", "D:displayname": "Ny"}
        )

    assert {href: item.vobject_item.vevent.summary.value for href, item in replaced.items()} == {"two.ics": "Befaring"}
    assert list(new) == ["three.ics"]
    with reading(storage, "/kari/ny/") as calendar:
        assert {str(item.uid): item.vobject_item.vevent.summary.value for item in calendar.get_all()} == {
            "two": "Ny", "three": "Befaring"
        }  # fmt: skip
        assert calendar.get_meta("D:displayname") == "Ny"
        try:
            changed = set(calendar.sync(token)[1])
        except ValueError:  # stock Radicale forgets its tokens then, which tells all too
            changed = set(calendar.sync()[1]) | {"one.ics"}
        assert changed == {"one.ics", "two.ics", "three.ics"}


def test_a_calendar_is_removed_with_what_is_in_it(storage: BaseStorage) -> None:
    create(storage)
    upload(storage, "one.ics", event(), "/kari/ny/")

    with storage.acquire_lock("w", "kari"):
        calendar_at(storage, "/kari/ny/").delete()

    with storage.acquire_lock("r", "kari"):
        assert at(storage, "/kari/ny/") is None
        assert at(storage, "/kari/ny/one.ics") is None
        names = [one.path for one in storage.discover("/kari/", "1") if isinstance(one, BaseCollection)]
    assert set(names) == {"kari", "kari/calendar", "kari/tasks"}


def test_a_calendar_that_was_removed_can_be_made_again_and_is_another_one(storage: BaseStorage) -> None:
    create(storage)
    upload(storage, "one.ics", event(), "/kari/ny/")
    with storage.acquire_lock("w", "kari"):
        calendar_at(storage, "/kari/ny/").delete()

    create(storage)
    upload(storage, "two.ics", event("one"), "/kari/ny/")

    with reading(storage, "/kari/ny/") as calendar:
        assert hrefs(calendar) == {"two.ics"}


@pytest.mark.parametrize("path", ["/kari/ny/inside/", "/kari/calendar/one.ics/"])
def test_below_a_calendar_nothing_of_its_own_is_found(storage: BaseStorage, path: str) -> None:
    with storage.acquire_lock("r", "kari"):
        assert at(storage, path) is None


def test_a_whole_calendar_is_one_text(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event("one"))
    upload(storage, "two.ics", event("two"))

    with reading(storage) as calendar:
        text = calendar.serialize()

    assert text.count("BEGIN:VCALENDAR") == text.count("END:VCALENDAR") == 1
    assert text.count("BEGIN:VEVENT") == 2
    assert item_of(event()).serialize()  # what Radicale reads again

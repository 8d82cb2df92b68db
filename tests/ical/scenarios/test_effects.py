# SPDX-License-Identifier: GPL-3.0-or-later
"""What the runner of the scenarios holds after every step, without being told."""

from collections import Counter
from dataclasses import replace

from tests.ical.scenarios.effects import broken, happened
from tests.ical.scenarios.seeing import Item, Seen, View

TEXT = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n"
OTHER = TEXT.replace(b"PRODID:x", b"PRODID:y")
KEY = "ola", "m"
SEEN = Seen("/ola/calendar/m.ics", '"7-3"', '"7-3"', TEXT)
ITEM = Item("ola", "m", "REQUEST", "", "", "/ola/inbox/a.ics", "i4-9")


def view(seen: Seen | None, token: str = "3", item: Item | None = None, inbox: str = "9") -> View:
    """Give what there is to see where somebody has one object, and perhaps a message."""
    return View(
        objects={} if seen is None else {KEY: seen},
        items={} if item is None else {item.path: item},
        texts={} if item is None else {item.path: TEXT},
        tokens={"/ola/calendar/": token, "/ola/inbox/": inbox},
        revisions={},
        letters={},
        log=Counter(),
    )


def test_an_etag_names_one_text() -> None:
    assert list(broken(view(SEEN), view(replace(SEEN, text=OTHER), "4"))) == ["the ETag of ola/m names two texts"]
    assert not list(broken(view(SEEN), view(replace(SEEN, text=OTHER, etag='"7-4"'), "4")))


def test_a_sync_token_moves_exactly_where_something_changed() -> None:
    other = replace(SEEN, text=OTHER, etag='"7-4"')

    assert list(broken(view(SEEN), view(other))) == ["the sync token of /ola/calendar/ did not move"]
    assert list(broken(view(SEEN), view(SEEN, "4"))) == ["the sync token of /ola/calendar/ moved without a change"]
    assert list(broken(view(SEEN), view(SEEN, item=ITEM))) == ["the sync token of /ola/inbox/ did not move"]
    assert not list(broken(view(SEEN), view(SEEN, item=ITEM, inbox="10")))


def test_a_text_that_other_programs_cannot_read_is_told() -> None:
    (told,) = broken(view(None), view(replace(SEEN, text=TEXT.replace(b"VERSION", b"BEGIN:VEVENT\r\nVERSION")), "4"))
    assert told.startswith("a text cannot be read, icalendar")


def test_an_object_that_moved_touches_both_calendars() -> None:
    there = replace(SEEN, path="/ola/shelf/m.ics", etag='"7-5"', tag='"7-5"')
    now = view(there, "4")
    now.tokens["/ola/shelf/"] = "5"
    before = view(SEEN)
    before.tokens["/ola/shelf/"] = "4"

    assert not list(broken(before, now))
    assert list(happened(before, now)) == ["moved ola/m"]


def test_a_schedule_tag_tells_a_change_from_somebody_elses_status() -> None:
    def moved(**changes: str | None) -> list[str]:
        return list(happened(view(SEEN), view(replace(SEEN, **changes), "4")))  # type: ignore[arg-type]

    assert moved(etag='"7-4"', tag='"7-4"') == ["moved ola/m"]
    assert moved(etag='"7-4"') == ["shown ola/m"]
    assert moved() == []
    assert list(happened(view(None), view(SEEN))) == ["new ola/m"]
    assert list(happened(view(SEEN), view(None))) == ["gone ola/m"]


def test_a_message_is_laid_anew_and_taken_away() -> None:
    with_item = view(SEEN, item=ITEM)

    assert list(happened(view(SEEN), with_item)) == ["inbox REQUEST ola/m"]
    assert list(happened(with_item, view(SEEN, item=ITEM._replace(revision="i4-10")))) == ["inbox REQUEST ola/m"]
    assert list(happened(with_item, view(SEEN))) == ["inbox without REQUEST ola/m"]
    reply = ITEM._replace(login="kari", method="REPLY", instance="20261208T090000Z", about="ola")
    assert list(happened(view(SEEN), view(SEEN, item=reply))) == ["inbox REPLY @20261208T090000Z kari/m from ola"]

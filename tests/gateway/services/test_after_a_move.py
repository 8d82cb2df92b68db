# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries that came from another server are scheduled here from then on: who hears of what happens to them."""

from tests.gateway.services import texts
from tests.gateway.services.carrying import Carried, brought
from tests.gateway.services.texts import BERIT, OLA
from tests.gateway.services.world import World

MEETING = texts.meeting("u", OLA, BERIT)


def _moved(world: World, text: bytes, *more: Carried) -> None:
    brought(world, [Carried("kari", "calendar", "u.ics", text), *more])
    assert world.mails() == []


def test_a_contact_who_had_answered_hears_that_it_is_called_off(world: World) -> None:
    _moved(world, texts.with_partstat(MEETING, BERIT, "ACCEPTED"))

    world.delete("kari", "u")

    assert [(mail.method, mail.address) for mail in world.mails("u")] == [("CANCEL", f"mailto:{BERIT}")]


def test_a_contact_of_whom_nothing_is_known_is_asked_with_the_next_change(world: World) -> None:
    _moved(world, MEETING)

    world.put("kari", texts.later(world.text("kari", "u")))

    assert [(mail.method, mail.address) for mail in world.mails("u")] == [("REQUEST", f"mailto:{BERIT}")]
    assert [told.method for told in world.inbox("ola")] == ["REQUEST"]


def test_a_colleague_answers_as_if_it_had_always_been_here(world: World) -> None:
    _moved(world, MEETING, Carried("ola", "calendar", "o.ics", texts.with_alarm(MEETING, "olas")))

    world.put("ola", texts.with_partstat(world.text("ola", "u"), OLA, "ACCEPTED"))

    assert texts.people(world.text("kari", "u"))[OLA] == "ACCEPTED"
    assert texts.alarms(world.text("ola", "u")) == ["olas"]
    assert [told.method for told in world.inbox("kari")] == ["REPLY"]


def test_a_day_that_was_declined_before_it_was_all_called_off_stays_out_of_sight(world: World) -> None:
    series = texts.with_lines(texts.meeting("u", OLA), "RRULE:FREQ=WEEKLY;COUNT=4")
    off = texts.with_value(series, "STATUS", "CANCELLED")
    olas = texts.with_lines(off, "EXDATE;TZID=Europe/Oslo:20261208T100000")

    _moved(world, off, Carried("ola", "calendar", "o.ics", olas))

    assert texts.named(world.text("ola", "u"), "EXDATE") == ["EXDATE;TZID=Europe/Oslo:20261208T100000"]

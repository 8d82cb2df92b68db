# SPDX-License-Identifier: GPL-3.0-or-later
"""A mail to a contact says what is another than in the mail that they had before (decision 34)."""

from datetime import timedelta

import pytest

from ical.news import News, What, of_stored
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, OLA
from tests.gateway.services.world import World

JON = "jon@kunde.example"


@pytest.fixture
def asked(world: World) -> World:
    """Give a company where Kari has invited Berit."""
    world.put("kari", texts.meeting("m", BERIT, OLA, more=["LOCATION:Rom 1"]))
    return world


def change(world: World, text: bytes | None = None, **values: str) -> None:
    """Let Kari's program write *text*, or other values, a minute later."""
    world.now += timedelta(minutes=1)
    text = text or world.text("kari", "m")
    for name, value in values.items():
        text = texts.with_value(text, name, value)
    world.put("kari", text)


def told(world: World, address: str = BERIT) -> list[News]:
    """Give what the newest mail to *address* says that was changed."""
    mail = [mail for mail in world.mails() if mail.address.endswith(address)][-1]
    return list(of_stored(mail.facts.get("news")))


def whats(world: World, address: str = BERIT) -> list[What]:
    return [one.what for one in told(world, address)]


def test_an_invitation_tells_of_no_change(asked: World) -> None:
    assert told(asked) == []


def test_an_update_tells_what_it_was_and_is(asked: World) -> None:
    change(asked, texts.later(asked.text("kari", "m")), LOCATION="Rom 2")

    time, place = told(asked)
    assert (time.what, place.what) == (What.TIME, What.PLACE)
    assert time.before.start != time.now.start
    assert (place.before.location, place.now.location) == ("Rom 1", "Rom 2")


def test_each_mail_tells_what_is_another_than_in_the_last(asked: World) -> None:
    change(asked, LOCATION="Rom 2")
    change(asked, texts.later(asked.text("kari", "m")))

    assert whats(asked) == [What.TIME]


def test_whoever_comes_later_is_told_of_no_change_before(asked: World) -> None:
    change(asked, LOCATION="Rom 2")
    change(asked, texts.with_attendee(asked.text("kari", "m"), JON))
    assert told(asked, JON) == []

    change(asked, LOCATION="Rom 3")

    (place,) = told(asked, JON)
    assert place.before.location == "Rom 2"


def test_only_what_people_are_told_of_counts(asked: World) -> None:
    change(asked, DESCRIPTION="Ta med målene.")

    assert told(asked) == []


def test_of_mail_that_is_forgotten_the_last_change_is_told(asked: World) -> None:
    change(asked, LOCATION="Rom 2")
    with asked.database.write() as uow:
        uow.connection.exec_driver_sql("DELETE FROM outbox")
    change(asked, LOCATION="Rom 3")

    (place,) = told(asked)
    assert (place.before.location, place.now.location) == ("Rom 2", "Rom 3")

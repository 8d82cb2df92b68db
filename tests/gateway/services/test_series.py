# SPDX-License-Identifier: GPL-3.0-or-later
"""Single occurrences of a series, where what is read, told and busy must go together."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from gateway.services import freebusy
from tests.gateway.services import series
from tests.gateway.services.series import Book, Piece
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA
from tests.gateway.services.world import World

FIRST, SECOND, THIRD = (datetime(2026, 12, day, 9, tzinfo=UTC) for day in (1, 8, 15))
HOUR = timedelta(hours=1)

Edit = Callable[[Piece], Piece]


def weekly(*asked: str, kind: str = "VEVENT") -> Book:
    """Give three weeks' series of kari's."""
    first, rule = datetime(2026, 12, 1, 10), "FREQ=WEEKLY;COUNT=3"  # noqa: DTZ001 - local
    return series.series("s", kind, "zone", *asked, organizer=KARI, first=first, rule=rule)


def read(world: World, login: str) -> Book:
    """Give what somebody reads."""
    return series.read(world.text(login, "s"))


def change_one(world: World, login: str, when: datetime, edit: Edit) -> bytes:
    """Let somebody change one occurrence, and give what they sent."""
    text = read(world, login).one_edited(when, edit).text
    world.put(login, text)
    return text


def change(world: World, login: str, edit: Edit) -> bytes:
    """Let somebody change the series, and give what they sent."""
    text = read(world, login).main_edited(edit).text
    world.put(login, text)
    return text


def partstat(world: World, reader: str, when: datetime, box: str) -> str:
    """Give what *reader* sees that somebody said to one occurrence."""
    piece = read(world, reader).says(when)
    assert piece is not None
    return piece.partstats()[box]


def busy(world: World, login: str, when: datetime) -> list[str]:
    """Give how somebody's time is taken by an occurrence."""
    with world.database.read() as uow:
        calendar = world.calendar(uow, login, "calendar")
        told = freebusy.of_calendar(uow, world.people[login], calendar, when, when + HOUR, world.now)
    return [line.partition(":")[0] for line in told.decode().splitlines() if line.startswith("FREEBUSY")]


def test_an_organizer_who_declines_one_day_is_free_on_it(world: World) -> None:
    world.put("kari", weekly(OLA, KARI).text)

    change_one(world, "kari", SECOND, lambda p: p.answering(KARI, "DECLINED"))

    assert (busy(world, "kari", SECOND), len(busy(world, "kari", THIRD))) == ([], 1)


def test_a_later_no_to_the_series_frees_the_day_that_was_added(world: World) -> None:
    world.put("kari", weekly(OLA, NINA).one_edited(SECOND, lambda p: p.leaving_out(OLA)).text)
    change_one(world, "kari", SECOND, lambda p: p.asking(OLA))

    change(world, "ola", lambda p: p.answering(OLA, "DECLINED"))

    assert (partstat(world, "ola", SECOND, OLA), busy(world, "ola", SECOND)) == ("DECLINED", [])


def test_an_override_that_goes_away_is_another_text_for_everybody_in_it(world: World) -> None:
    world.put("kari", weekly(OLA).one_edited(SECOND, lambda p: p.plus("CATEGORIES:Felles")).text)
    before = world.found("ola", "s")

    world.put("kari", read(world, "kari").without_one(SECOND).text)

    after = world.found("ola", "s")
    assert (after.text != before.text, after.etag != before.etag) == (True, True)


def test_what_an_organizer_has_done_of_one_task_is_told_to_nobody(world: World) -> None:
    world.put("kari", weekly(OLA, BERIT, kind="VTODO").text)
    told = len(world.mails("s")), len(world.inbox("ola"))

    change_one(world, "kari", SECOND, lambda p: p.saying("STATUS", "COMPLETED"))

    assert (len(world.mails("s")), len(world.inbox("ola"))) == told


def test_an_answer_to_one_day_is_not_shown_where_another_answered_it_too(world: World) -> None:
    world.put("kari", weekly(OLA, NINA).text)
    change_one(world, "ola", SECOND, lambda p: p.answering(OLA, "ACCEPTED"))
    before = world.found("ola", "s")

    change_one(world, "nina", SECOND, lambda p: p.answering(NINA, "DECLINED"))

    assert world.found("ola", "s") == before
    assert partstat(world, "kari", SECOND, NINA) == "DECLINED"


def test_an_occurrence_of_a_task_that_is_called_off_says_only_that(world: World) -> None:
    world.put("kari", weekly(OLA, kind="VTODO").text)

    change_one(world, "kari", SECOND, lambda p: p.saying("STATUS", "CANCELLED"))

    for login in ("kari", "ola"):
        piece = read(world, login).alone(SECOND)
        assert piece is not None
        assert piece.named("STATUS") == ["STATUS:CANCELLED"]


def test_a_day_is_called_off_though_it_was_answered_apart(world: World) -> None:
    world.put("kari", weekly(OLA, BERIT).text)
    change_one(world, "ola", SECOND, lambda p: p.answering(OLA, "ACCEPTED"))

    change_one(world, "kari", SECOND, lambda p: p.saying("STATUS", "CANCELLED"))

    assert [mail.method for mail in world.mails("s")] == ["REQUEST", "CANCEL"]
    assert [told.method for told in world.inbox("ola", "s")] == ["REQUEST", "CANCEL"]


def test_a_day_that_was_called_off_and_is_as_the_series_again_is_asked_again(world: World) -> None:
    world.put("kari", weekly(OLA, BERIT).text)
    world.put("ola", read(world, "ola").main_edited(lambda p: p.answering(OLA, "ACCEPTED")).text)
    change_one(world, "kari", SECOND, lambda p: p.saying("STATUS", "CANCELLED"))

    world.put("kari", read(world, "kari").without_one(SECOND).text)

    assert [partstat(world, "ola", day, OLA) for day in (FIRST, SECOND)] == ["ACCEPTED", "NEEDS-ACTION"]
    assert [mail.method for mail in world.mails("s")] == ["REQUEST", "CANCEL", "REQUEST"]


def test_what_is_called_off_as_a_whole_asks_nobody_to_a_single_day(world: World) -> None:
    world.put("kari", weekly(OLA, BERIT).text)
    change(world, "kari", lambda p: p.saying("STATUS", "CANCELLED"))

    change_one(world, "kari", SECOND, lambda p: p.saying("SUMMARY", "Avlyst"))

    assert [mail.method for mail in world.mails("s")] == ["REQUEST", "CANCEL"]


def test_a_day_that_says_otherwise_than_the_new_answer_to_the_series_keeps_it(world: World) -> None:
    world.put("kari", weekly(OLA).one_edited(SECOND, lambda p: p.saying("SUMMARY", "Annet")).text)
    world.put("ola", read(world, "ola").each(lambda p: p.answering(OLA, "ACCEPTED")).text)

    sent = change(world, "ola", lambda p: p.answering(OLA, "DECLINED"))

    once = world.text("ola", "s")
    assert [partstat(world, "kari", day, OLA) for day in (FIRST, SECOND)] == ["DECLINED", "ACCEPTED"]
    world.put("ola", sent)
    assert world.text("ola", "s") == once


@pytest.mark.parametrize("said", ["DECLINED", "TENTATIVE"])
def test_a_day_that_was_answered_as_the_series_follows_it(world: World, said: str) -> None:
    world.put("kari", weekly(OLA).text)
    change_one(world, "ola", SECOND, lambda p: p.answering(OLA, "ACCEPTED"))
    change(world, "ola", lambda p: p.answering(OLA, "ACCEPTED"))
    assert read(world, "ola").alone(SECOND) is None

    change(world, "ola", lambda p: p.answering(OLA, said))

    assert [partstat(world, reader, SECOND, OLA) for reader in ("ola", "kari")] == [said, said]


def test_an_old_reading_declines_no_day_that_was_added_since(world: World) -> None:
    world.put("kari", weekly(NINA).one_edited(SECOND, lambda p: p.asking(OLA)).text)
    old = world.text("ola", "s")
    change_one(world, "kari", THIRD, lambda p: p.asking(OLA))

    world.put("ola", old)

    assert [partstat(world, "kari", day, OLA) for day in (SECOND, THIRD)] == ["NEEDS-ACTION", "NEEDS-ACTION"]


def test_a_day_can_be_answered_alone_after_another_was_moved(world: World) -> None:
    world.put("kari", weekly(NINA).one_edited(SECOND, lambda p: p.asking(OLA)).text)
    change_one(world, "kari", THIRD, lambda p: p.shifted(HOUR))

    change_one(world, "ola", SECOND, lambda p: p.answering(OLA, "ACCEPTED"))

    assert partstat(world, "kari", SECOND, OLA) == "ACCEPTED"


def test_whoever_put_away_their_only_day_reads_it_declined(world: World) -> None:
    days = weekly(NINA).one_edited(SECOND, lambda p: p.asking(OLA)).one_edited(THIRD, lambda p: p.asking(OLA))
    world.put("kari", days.text)
    world.put("ola", read(world, "ola").without_one(SECOND).text)

    change_one(world, "kari", THIRD, lambda p: p.leaving_out(OLA))

    assert partstat(world, "ola", SECOND, OLA) == "DECLINED"

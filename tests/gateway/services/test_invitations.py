# SPDX-License-Identifier: GPL-3.0-or-later
"""What people are asked to: in which order, until when, and what looking at it or putting it off does (P-07 … P-12)."""

import pytest

from gateway.errors import NotFound
from gateway.model import ReadingId, Stage
from gateway.services import invitations
from ical.answers import ACCEPTED, DECLINED
from tests.conftest import Statements
from tests.gateway.services import desk, texts
from tests.gateway.services.desk import titles
from tests.gateway.services.texts import KARI, OLA, PER, PER_TOO
from tests.gateway.services.world import World
from tests.gateway.worker.outside import arrive, know, said

WEEKLY = "RRULE:FREQ=WEEKLY;COUNT=6"


def meeting(uid: str, *asked: str, more: tuple[str, ...] = (), organizer: str = KARI) -> bytes:
    text = texts.meeting(uid, *asked, more=more, organizer=organizer)
    return texts.with_value(text, "SUMMARY", uid)


def test_what_was_asked_first_is_at_the_top(world: World) -> None:
    """P-12."""
    for uid in ("b", "c", "a"):
        world.put("kari", meeting(uid, OLA))

    assert titles(desk.pending(world, "ola")) == titles(desk.coming_up(world, "ola")) == ["b", "c", "a"]
    assert desk.count(world, "ola") == 3


def test_what_is_answered_by_any_door_waits_no_more(world: World) -> None:
    for uid in ("a", "b", "c"):
        world.put("kari", meeting(uid, OLA))

    world.put("ola", texts.with_partstat(world.text("ola", "a"), OLA, "ACCEPTED"))
    desk.answer(world, "ola", "b", DECLINED)

    assert titles(desk.pending(world, "ola")) == ["c"]
    assert desk.count(world, "ola") == 1
    assert titles(desk.declined(world, "ola")) == ["b"]


def test_what_is_put_off_waits_but_comes_up_no_more(world: World) -> None:
    """P-07."""
    world.put("kari", meeting("a", OLA))
    world.put("kari", meeting("b", OLA))

    desk.defer(world, "ola", "a")

    assert titles(desk.coming_up(world, "ola")) == ["b"]
    assert [(one.brief.summary, one.stage) for one in desk.pending(world, "ola")] == [
        ("a", Stage.DEFERRED),
        ("b", Stage.NEW),
    ]
    assert desk.pending(world, "ola")[0].deferred_at == world.now
    assert desk.count(world, "ola") == 2


def test_what_was_only_looked_at_comes_up_again(world: World) -> None:
    """P-08."""
    world.put("kari", meeting("a", OLA))

    desk.display(world, "ola", "a")

    assert [one.stage for one in desk.coming_up(world, "ola")] == [Stage.DISPLAYED]


def test_a_change_that_asks_anew_comes_up_anew(world: World) -> None:
    """A10: whoever had looked at it or put it off has not seen this."""
    world.put("kari", meeting("a", OLA, PER))
    desk.defer(world, "ola", "a")
    desk.answer(world, "per", "a", ACCEPTED)

    world.put("kari", texts.later(world.text("kari", "a")))

    (olas,), (pers,) = desk.coming_up(world, "ola"), desk.coming_up(world, "per")
    assert (olas.stage, olas.deferred_at, olas.again) == (Stage.NEW, None, False)
    assert (pers.stage, pers.again) == (Stage.NEW, True)


def test_a_change_that_asks_nobody_leaves_it_put_off(world: World) -> None:
    world.put("kari", meeting("a", OLA))
    desk.defer(world, "ola", "a")

    world.put("kari", texts.with_value(world.text("kari", "a"), "SUMMARY", "Nytt navn"))

    assert [(one.brief.summary, one.stage) for one in desk.pending(world, "ola")] == [("Nytt navn", Stage.DEFERRED)]


def test_a_series_is_one_question_and_not_one_for_each_day(world: World) -> None:
    world.put("kari", meeting("a", OLA, more=(WEEKLY,)))

    (one,) = desk.pending(world, "ola")

    assert (one.instance, one.brief.recurring) == ("", True)


def test_a_day_that_is_asked_apart_is_a_question_of_its_own(world: World) -> None:
    world.put("kari", meeting("a", OLA, more=(WEEKLY,)))
    desk.answer(world, "ola", "a", ACCEPTED)
    day = texts.unfolded(meeting("a", OLA, more=("RECURRENCE-ID;TZID=Europe/Oslo:20261208T100000",)))
    moved = [line.replace("20261201T100000", "20261208T140000") for line in day]
    block = moved[moved.index("BEGIN:VEVENT") : moved.index("END:VEVENT") + 1]
    lines = texts.unfolded(world.text("kari", "a"))

    world.put("kari", texts.written([*lines[:-1], *block, lines[-1]]))

    (one,) = desk.pending(world, "ola")
    assert one.instance.startswith("20261208T")
    assert one.again
    desk.answer(world, "ola", "a", DECLINED, day=one.instance)
    assert desk.pending(world, "ola") == []
    assert [declined.instance for declined in desk.declined(world, "ola")] == [one.instance]


def test_somebody_with_two_addresses_is_asked_once(world: World) -> None:
    world.put("kari", meeting("a", PER, PER_TOO))

    assert len(desk.pending(world, "per")) == desk.count(world, "per") == 1
    desk.answer(world, "per", "a", ACCEPTED)

    assert desk.pending(world, "per") == []
    assert set(texts.people(world.text("kari", "a")).values()) == {"ACCEPTED"}


def test_what_is_called_off_over_or_taken_back_waits_no_more(world: World) -> None:
    """A22."""
    for uid in ("off", "gone", "over"):
        world.put("kari", meeting(uid, OLA))
    world.put("kari", texts.with_lines(world.text("kari", "off"), "STATUS:CANCELLED"))
    world.put("kari", texts.without_attendee(world.text("kari", "gone"), OLA))
    assert titles(desk.pending(world, "ola")) == ["over"]

    world.now = world.now.replace(month=12, day=30)

    assert desk.pending(world, "ola") == desk.coming_up(world, "ola") == []
    assert desk.count(world, "ola") == 0


def test_a_task_can_be_answered_late(world: World) -> None:
    world.put("kari", texts.task("t", OLA))
    world.now = world.now.replace(year=2027)

    assert titles(desk.pending(world, "ola")) == ["Legge gipsplate"]
    assert desk.count(world, "ola") == 1


def test_one_may_think_better_until_it_is_over(world: World) -> None:
    """A24."""
    world.put("kari", meeting("a", OLA))
    desk.answer(world, "ola", "a", DECLINED, comment="Er på ferie")
    (one,) = desk.declined(world, "ola")
    assert (one.stage, one.comment) == (Stage.DECLINED, "Er på ferie")

    desk.answer(world, "ola", "a", ACCEPTED)

    assert desk.declined(world, "ola") == []
    assert texts.people(world.text("kari", "a")) == {OLA: "ACCEPTED"}


def test_declined_and_over_is_listed_no_more(world: World) -> None:
    world.put("kari", meeting("a", OLA))
    desk.answer(world, "ola", "a", DECLINED)

    world.now = world.now.replace(month=12, day=30)

    assert desk.declined(world, "ola") == []


def test_the_inviters_zone_is_told(world: World) -> None:
    world.hire("ada", zone="America/New_York")
    world.put("ada", meeting("a", OLA, organizer="ada@byggbo.example"))

    (one,) = desk.pending(world, "ola")

    assert (one.organizer_name, one.organizer_zone) == ("Ada", "America/New_York")


def test_somebody_outside_asks_by_the_name_in_their_mail_and_in_no_zone_that_we_know(world: World) -> None:
    know(world)
    arrive(world, said())

    (one,) = desk.pending(world, "ola")
    assert (one.organizer_name, one.organizer_zone) == ("Berit Kunde", "")
    desk.answer(world, "ola", "m", ACCEPTED, asked=one.asked)

    assert desk.pending(world, "ola") == []
    assert [mail.method for mail in world.mails("m")] == ["REPLY"]
    assert texts.people(world.mails("m")[0].text) == {OLA: "ACCEPTED"}


def test_the_lists_are_as_long_as_the_number_says(world: World) -> None:
    world.put("kari", meeting("a", OLA))
    world.put("kari", meeting("s", OLA, more=(WEEKLY,)))
    world.put("kari", texts.task("t", OLA, PER, PER_TOO))

    for login in ("ola", "per", "kari", "nina"):
        assert desk.count(world, login) == len({one.reading_id for one in desk.pending(world, login)})


@pytest.mark.parametrize("act", [invitations.display, invitations.defer])
def test_nobody_looks_at_what_is_none_of_theirs(world: World, act: object) -> None:
    world.put("kari", meeting("a", OLA))
    olas, karis = desk.reading_of(world, "ola", "a"), desk.reading_of(world, "kari", "a")

    for login, reading in (("per", olas), ("kari", karis), ("ola", ReadingId(999))):
        with world.database.write() as uow, pytest.raises(NotFound):
            act(uow, world.people[login], reading, world.now)  # type: ignore[operator]


def test_a_count_is_one_statement_and_a_list_as_many_as_for_one(world: World, statements: Statements) -> None:
    world.put("kari", meeting("a", OLA))
    statements.clear()
    desk.count(world, "ola")
    assert len(statements) == 1
    statements.clear()
    desk.pending(world, "ola")
    few = len(statements)
    for number in range(30):
        world.put("kari", meeting(f"m{number}", OLA, PER))
    statements.clear()

    assert len(desk.pending(world, "ola")) == 31

    assert len(statements) == few <= 3


def test_what_was_looked_at_or_put_off_before_is_not_written_again(world: World, statements: Statements) -> None:
    world.put("kari", meeting("a", OLA))
    desk.display(world, "ola", "a")
    etag = world.found("kari", "a").etag
    statements.clear()

    desk.display(world, "ola", "a")

    assert statements.on("calendar") == 0
    assert world.found("kari", "a").etag == etag


def test_whoever_invited_reads_who_has_looked_and_not_who_put_it_off(world: World) -> None:
    """P-07, V-03, V-06, A3: to the minute, in what calendar programs read, and by another ETag."""
    world.put("kari", meeting("a", OLA, PER))
    before = world.found("kari", "a")

    desk.display(world, "ola", "a")
    desk.display(world, "per", "a")
    both = world.found("kari", "a")
    desk.defer(world, "per", "a")

    after = world.found("kari", "a")
    assert len({before.etag, both.etag, after.etag}) == 3
    assert before.schedule_tag == after.schedule_tag
    told = [texts.parameter(texts.line_of(after.text, box), "X-DISTRIB-SEEN") for box in (OLA, PER)]
    assert told == ["20261123T120200Z", None]
    assert texts.parameter(texts.line_of(both.text, PER), "X-DISTRIB-SEEN") == "20261123T120300Z"
    assert b"X-DISTRIB-SEEN" not in world.text("ola", "a") + world.text("per", "a")


def test_of_a_task_it_stands_among_the_words_too(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER))

    desk.display(world, "ola", "t")

    text = world.text("kari", "t")
    assert texts.parameter(texts.line_of(text, OLA), "X-DISTRIB-SEEN")
    assert "• Ola: ikke besvart · sett 23.11.\\n• Per: har ikke sett oppgaven" in (
        texts.value(text, "DESCRIPTION") or ""
    )

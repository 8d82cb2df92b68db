# SPDX-License-Identifier: GPL-3.0-or-later
"""What whoever organizes something is told of those whom they asked: V-01 … V-13, D-02 … D-06, A3, A17."""

import pytest

from gateway.errors import NotFound
from gateway.model import Contact
from gateway.services import deliveries, handed_out, overview, task_rules
from gateway.services.handed_out import Wanted
from gateway.services.overview import Count
from gateway.services.scene import Scene
from gateway.store import contacts
from ical.answers import ACCEPTED, COMPLETED, DECLINED, IN_PROCESS
from ical.tasks import Progress, Whole
from tests.conftest import Statements
from tests.gateway.services import desk, texts
from tests.gateway.services.desk import recipient
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER, PER_TOO
from tests.gateway.services.world import World
from tests.gateway.worker.outside import arrive, know, said


def listed(world: World, login: str = "kari", wanted: Wanted = Wanted()) -> list[str]:  # noqa: B008 - it is frozen
    with world.database.read() as uow:
        found = handed_out.listed(uow, world.people[login], wanted, world.now)
    return [one.brief.summary for one in found.shown]


def task(uid: str, *asked: str, organizer: str = KARI) -> bytes:
    return texts.with_value(texts.task(uid, *asked, organizer=organizer), "SUMMARY", uid)


def test_the_four_of_the_mixed_story(world: World) -> None:
    """V-01 … V-06: one said yes and has begun, one no and why, one looked, one put it off."""
    world.hire("siri", "siri@byggbo.example")
    world.put("kari", task("t", OLA, PER, NINA, "siri@byggbo.example"))

    desk.answer(world, "ola", "t", IN_PROCESS, percent=70)
    desk.answer(world, "per", "t", DECLINED, comment="Ferie")
    desk.display(world, "nina", "t")
    desk.display(world, "siri", "t")
    desk.defer(world, "siri", "t")

    seen = desk.seen_by(world, "kari", "t")
    assert [one.name for one in seen.recipients] == ["Nina", "Ola", "Per", "Siri"]
    nina, ola, per, siri = seen.recipients
    assert (ola.is_approved, ola.percent, ola.channel) == (True, 70, "web")
    assert (per.is_declined, per.comment, per.seen_at) == (True, "Ferie", per.answered_at)
    assert (nina.is_unanswered, nina.is_unseen, nina.seen_at) == (True, False, world.now.replace(minute=4))
    assert (siri.is_unanswered, siri.is_unseen, siri.seen_at) == (True, True, None)
    assert seen.count == Count(approved=1, declined=1, seen=1, unseen=1)
    assert seen.progress == Progress("IN-PROCESS", 23)


def test_nobody_has_seen_what_nobody_looked_at(world: World) -> None:
    """V-05, A12: a calendar program that has fetched it is no human who has seen it."""
    world.put("kari", texts.meeting("m", OLA))
    assert world.text("ola", "m")

    assert recipient(world, "m", "Ola").is_unseen


def test_a_change_that_asks_anew_has_not_been_seen(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    desk.display(world, "ola", "m")

    world.put("kari", texts.later(world.text("kari", "m")))

    assert recipient(world, "m", "Ola").is_unseen


def test_of_a_contact_is_told_what_became_of_the_mail(world: World) -> None:
    with world.database.write() as uow:
        contacts.add(uow, Contact("Berit Kunde", email=BERIT))
    world.put("kari", texts.meeting("m", OLA, BERIT))
    waiting = recipient(world, "m", "Berit Kunde")
    with world.database.write() as uow:
        (mail,) = deliveries.claim(uow, worker="w", now=world.now, limit=9)
        deliveries.sent(uow, mail, worker="w", response="250", now=world.now)
    sent = recipient(world, "m", "Berit Kunde")

    assert (waiting.is_colleague, waiting.is_unseen, waiting.mailed_at, waiting.is_failed) == (
        False,
        False,
        None,
        False,
    )
    assert (sent.mailed_at, sent.is_failed) == (world.now, False)


def test_a_mail_that_could_not_be_delivered_is_told(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    with world.database.write() as uow:
        (mail,) = deliveries.claim(uow, worker="w", now=world.now, limit=9)
        deliveries.refused(uow, mail, worker="w", response="550", status=deliveries.REFUSED, now=world.now)

    assert recipient(world, "m", BERIT).is_failed


def test_a_day_that_was_answered_apart_is_told_apart(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, PER, more=("RRULE:FREQ=WEEKLY;COUNT=6",)))
    desk.answer(world, "ola", "m", ACCEPTED)

    desk.answer(world, "ola", "m", DECLINED, day="20261208T090000Z")

    seen = desk.seen_by(world, "kari", "m")
    assert [one.partstat for one in seen.recipients] == [ACCEPTED, "NEEDS-ACTION"]
    (day,) = seen.days
    assert day.instance == "20261208T090000Z"
    assert str(day.brief.start) == "2026-12-08 10:00:00+01:00"
    assert [(one.name, one.partstat) for one in day.recipients] == [("Ola", DECLINED), ("Per", "NEEDS-ACTION")]


def test_two_addresses_of_one_person_are_one(world: World) -> None:
    world.put("kari", texts.meeting("m", PER, PER_TOO))

    assert [one.name for one in desk.seen_by(world, "kari", "m").recipients] == ["Per"]


def test_whoever_handed_it_on_is_told_with_whom(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    text = texts.with_parameter(world.text("ola", "m"), OLA, "DELEGATED-TO", f'"mailto:{PER}"')
    world.put("ola", texts.with_partstat(text, OLA, "DELEGATED"))

    seen = desk.seen_by(world, "kari", "m")
    assert [(one.name, one.delegated_to) for one in seen.recipients] == [("Ola", "Per"), ("Per", "")]
    assert seen.count == Count(0, 0, 0, 1)


def test_only_whoever_organizes_it_is_told(world: World) -> None:
    """V-13: nobody else, and nothing of what somebody outside organizes or nobody else is in."""
    know(world)
    arrive(world, said(uid="outside"))
    world.put("kari", texts.meeting("m", OLA))
    world.put("kari", texts.private("own"))

    for login, uid in (("ola", "m"), ("kari", "own"), ("ola", "outside")):
        with pytest.raises(NotFound):
            desk.seen_by(world, login, uid)
    olas = desk.reading_of(world, "ola", "m")
    with world.database.read() as uow, pytest.raises(NotFound):
        overview.of(uow, world.people["kari"], olas, world.now)


def test_the_list_has_what_was_handed_out_and_nothing_else(world: World) -> None:
    """D-02, D-05."""
    world.put("kari", texts.with_value(task("late", OLA), "DUE", "20261210T160000"))
    world.put("kari", task("soon", OLA))
    world.put("kari", texts.without(task("whenever", OLA), "DUE", "DTSTART"))
    world.put("kari", texts.meeting("meeting", OLA))
    world.put("kari", texts.private("own", kind="VTODO"))
    world.put("kari", texts.without_attendee(task("alone", KARI), OLA))
    world.put("ola", task("olas", KARI, organizer=OLA))

    assert listed(world) == ["soon", "late", "whenever"]
    assert listed(world, "ola") == ["olas"]
    assert listed(world, "per") == []


def test_the_list_tells_what_is_done(world: World) -> None:
    """D-06, A17: of whoever did it alone."""
    world.put("kari", task("t", OLA, PER))
    desk.answer(world, "ola", "t", COMPLETED)
    assert recipient(world, "t", "Ola").percent == 100
    assert recipient(world, "t", "Per").percent is None
    assert not desk.seen_by(world, "kari", "t").is_done

    desk.answer(world, "per", "t", COMPLETED)

    assert desk.seen_by(world, "kari", "t").is_done


def test_a_task_that_is_called_off_is_done_with(world: World) -> None:
    world.put("kari", task("t", OLA))
    world.put("kari", texts.with_value(world.text("kari", "t"), "STATUS", "CANCELLED"))

    assert desk.seen_by(world, "kari", "t").is_done


def test_what_is_done_is_listed_apart_as_its_own_rule_says(world: World) -> None:
    """A17: by all who have not declined, or by one of them where the distributor chose that."""
    for uid in ("all", "any", "half", "off"):
        world.put("kari", task(uid, OLA, PER, NINA))
        desk.answer(world, "ola", uid, COMPLETED)
    with world.database.write() as uow:
        task_rules.choose(uow, world.people["kari"], "any", Whole.ANY, scene=Scene(world.settings, world.now))
    desk.answer(world, "per", "all", COMPLETED)
    desk.answer(world, "nina", "all", DECLINED)
    world.put("kari", texts.with_value(world.text("kari", "off"), "STATUS", "CANCELLED"))
    world.put("kari", task("declined", OLA))
    desk.answer(world, "ola", "declined", DECLINED)

    assert sorted(listed(world)) == ["declined", "half"]
    assert sorted(listed(world, wanted=Wanted(done=True))) == ["all", "any", "off"]


def test_a_list_is_narrowed_to_one_person_whichever_address_they_were_asked_by(world: World) -> None:
    world.put("kari", task("one", PER, OLA))
    world.put("kari", task("other", PER_TOO))
    world.put("kari", task("no", OLA))
    with world.database.read() as uow:
        found = handed_out.listed(uow, world.people["kari"], Wanted(), world.now)
    names = {one.name: one.address for one in found.partners}

    assert names.keys() == {"Ola", "Per"}
    assert sorted(listed(world, wanted=Wanted(whom=names["Per"]))) == ["one", "other"]
    assert sorted(listed(world, wanted=Wanted(whom="mailto:nobody@byggbo.example"))) == ["no", "one", "other"]


def test_a_list_has_pages_and_is_opened_where_the_task_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handed_out, "ON_A_PAGE", 2)
    for number in range(5):
        world.put("kari", texts.with_value(task(f"t{number}", OLA), "DUE", f"2026121{number}T160000"))

    assert listed(world) == ["t0", "t1"]
    assert listed(world, wanted=Wanted(page=3)) == ["t4"]
    assert listed(world, wanted=Wanted(page=4)) == []
    with world.database.read() as uow:
        here = Wanted(with_reading=desk.reading_of(world, "kari", "t3"))
        found = handed_out.listed(uow, world.people["kari"], here, world.now)
    assert (found.page, found.first, found.has_more) == (2, 3, True)


def test_it_costs_the_same_for_few_and_many(world: World, statements: Statements) -> None:
    for number in range(40):
        world.hire(f"k{number}")
    cost = []
    for many in (1, 40):
        for number in range(many):
            world.put("kari", task(f"t{many}-{number}", BERIT, *(f"k{n}@byggbo.example" for n in range(many))))
        statements.clear()
        desk.seen_by(world, "kari", f"t{many}-0")
        one = len(statements)
        statements.clear()
        listed(world)
        cost.append((one, len(statements)))

    assert cost[0] == cost[1]

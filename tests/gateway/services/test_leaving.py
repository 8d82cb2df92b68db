# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody leaves the company: what they organize is called off, or handed over (model, row 38)."""

from datetime import timedelta

import pytest

from gateway.errors import Refused
from gateway.model import Person
from gateway.services import leaving, proposals
from gateway.services.scene import Scene
from ical.itip.proposals import Fate
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER
from tests.gateway.services.world import World
from tests.gateway.worker.outside import arrive, know, said


def scene(world: World) -> Scene:
    return Scene(world.settings, world.now)


def leave(world: World, person: Person) -> int:
    with world.database.write() as uow:
        return leaving.call_off_all(uow, person, scene=scene(world))


def test_what_somebody_who_leaves_organizes_can_be_called_off(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))
    world.put("kari", texts.task("t", NINA))
    world.put("ola", texts.meeting("other", NINA, organizer=OLA))

    assert leave(world, world.people["kari"]) == 2

    assert texts.value(world.text("ola", "m"), "STATUS") == "CANCELLED"
    assert texts.value(world.text("nina", "t"), "STATUS") == "CANCELLED"
    assert texts.value(world.text("nina", "other"), "STATUS") is None
    assert [mail.method for mail in world.mails("m")] == ["REQUEST", "CANCEL"]
    assert leave(world, world.people["kari"]) == 0


def test_what_is_over_is_not_called_off_any_more(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    world.now += timedelta(days=60)

    assert leave(world, world.people["kari"]) == 0
    assert texts.value(world.text("ola", "m"), "STATUS") is None


def hand_over(world: World, to: str = "nina") -> tuple[int, tuple[str, ...]]:
    with world.database.write() as uow:
        return leaving.hand_over_all(uow, world.people["kari"], world.people[to], scene=scene(world))


def test_a_colleague_organizes_it_from_now_on_and_those_invited_are_told(world: World) -> None:
    world.put("kari", texts.with_alarm(texts.meeting("m", KARI, OLA, PER, BERIT), "bare kari"))
    world.put("ola", texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED"))
    world.put("per", texts.with_partstat(world.text("per", "m"), PER, "DECLINED"))

    assert hand_over(world) == (1, ())

    text = world.text("nina", "m")
    assert world.seen("kari", "m") is None
    assert "mailto:nina@byggbo.example" in (texts.named(text, "ORGANIZER")[0])
    assert texts.people(text) == {OLA: "ACCEPTED", PER: "DECLINED", BERIT: "NEEDS-ACTION"}
    assert b"bare kari" not in text
    assert texts.value(world.text("ola", "m"), "SEQUENCE") == "1"
    assert [told.method for told in world.inbox("ola")] == ["REQUEST"]
    assert [mail.method for mail in world.mails("m")] == ["REQUEST", "REQUEST"]
    world.put("nina", texts.with_value(text, "LOCATION", "Bua"))
    assert texts.value(world.text("ola", "m"), "LOCATION") == "Bua"
    world.reply_by_mail("m", "ACCEPTED")
    assert texts.people(world.text("nina", "m"))[BERIT] == "ACCEPTED"


def test_an_answer_to_the_former_organizers_mail_counts_for_the_successor(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    hand_over(world)

    world.reply_by_mail("m", "ACCEPTED", to=0)

    assert texts.people(world.text("nina", "m"))[BERIT] == "ACCEPTED"


def test_whoever_was_invited_keeps_their_place_and_what_they_answered(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    world.put("nina", texts.with_partstat(world.text("nina", "m"), NINA, "ACCEPTED"))
    place = world.found("nina", "m").href

    assert hand_over(world) == (1, ())

    assert world.found("nina", "m").href == place
    assert texts.people(world.text("ola", "m")) == {OLA: "NEEDS-ACTION", NINA: "ACCEPTED"}
    assert world.inbox("nina") == []


def test_a_task_is_handed_over_with_all_shares(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER))
    world.put("ola", texts.with_value(world.text("ola", "t"), "PERCENT-COMPLETE", "40"))

    assert hand_over(world) == (1, ())

    assert world.found("nina", "t").slug == "tasks"
    assert texts.value(world.text("nina", "t"), "PERCENT-COMPLETE") == "20"


def test_what_is_over_stays_and_so_does_what_the_successor_has_something_else_for(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    world.put("nina", texts.meeting("m", PER, organizer=NINA))

    assert hand_over(world) == (0, ("m",))
    assert "mailto:kari" in texts.named(world.text("ola", "m"), "ORGANIZER")[0]
    world.now += timedelta(days=60)
    assert hand_over(world) == (0, ())


def test_nobody_takes_over_from_themselves(world: World) -> None:
    with pytest.raises(Refused):
        hand_over(world, "kari")


def propose(world: World, login: str) -> None:
    with world.database.write() as uow:
        start = world.now + timedelta(days=9)
        end = start + timedelta(hours=1)
        proposals.propose(uow, world.people[login], "m", start=start, end=end, scene=scene(world))


def test_what_was_proposed_is_for_the_successor_to_settle(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, PER))
    propose(world, "ola")

    hand_over(world)

    (told,) = world.inbox("nina")
    assert told.method == "COUNTER"
    with world.database.write() as uow:
        (known,) = proposals.of_entry(uow, world.people["nina"], "m")
        proposals.accept(uow, world.people["nina"], known.id, scene=scene(world))
    assert world.inbox("nina") == []
    assert texts.value(world.text("per", "m"), "SEQUENCE") == "2"


def test_a_successor_proposes_nothing_to_themselves(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    propose(world, "nina")

    hand_over(world)

    assert world.inbox("nina") == []
    with world.database.read() as uow:
        (known,) = proposals.of_entry(uow, world.people["nina"], "m")
    assert known.proposal.fate is Fate.SUPERSEDED


def decline(world: World, login: str = "ola") -> int:
    with world.database.write() as uow:
        return leaving.decline_all(uow, world.people[login], scene=scene(world))


def test_what_a_leaver_is_invited_to_is_declined_and_every_organizer_told(world: World) -> None:
    know(world)
    world.put("kari", texts.meeting("m", OLA, PER))
    world.put("ola", texts.meeting("own", PER, organizer=OLA))
    arrive(world, said(uid="outside"))
    world.put("ola", texts.with_partstat(world.text("ola", "outside"), OLA, "ACCEPTED"))

    assert decline(world) == 2

    assert texts.people(world.text("kari", "m"))[OLA] == "DECLINED"
    (told,) = world.inbox("kari")
    assert (told.method, told.about[OLA]) == ("REPLY", "DECLINED")
    *_, last = world.mails("outside")
    assert (last.method, last.address, texts.people(last.text)) == ("REPLY", f"mailto:{BERIT}", {OLA: "DECLINED"})
    assert world.seen("ola", "own") is not None
    assert decline(world) == 0


def test_nothing_is_declined_that_is_over_called_off_or_declined(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    world.put("kari", texts.meeting("off", OLA))
    world.delete("kari", "off")
    world.put("kari", texts.meeting("no", OLA))
    world.put("ola", texts.with_partstat(world.text("ola", "no"), OLA, "DECLINED"))

    world.now += timedelta(days=60)
    assert decline(world) == 0
    world.now -= timedelta(days=60)
    assert decline(world) == 1

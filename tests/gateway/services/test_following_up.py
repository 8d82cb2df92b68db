# SPDX-License-Identifier: GPL-3.0-or-later
"""«Purr», «Trekk tilbake», «Distribuer til flere», «Registrer svar»: what they come to on the other side."""

import pytest

from gateway.errors import NotFound, PreconditionFailed, Refused
from gateway.model import Stage
from gateway.services import explain, following_up
from ical.address import of_mailbox
from ical.answers import ACCEPTED, DECLINED, IN_PROCESS
from tests.gateway.services import desk, texts
from tests.gateway.services.desk import reading_of, recipient
from tests.gateway.services.texts import BERIT, NINA, OLA, PER, PER_TOO
from tests.gateway.services.world import World


def version(world: World, uid: str) -> str:
    return world.found("kari", uid).schedule_tag or ""


def remind(world: World, uid: str, *boxes: str, tag: str | None = None) -> int:
    read = tag or version(world, uid)
    with desk.following_up(world) as (uow, scene):
        addresses = [of_mailbox(box) for box in boxes]
        number = reading_of(world, "kari", uid)
        return following_up.remind(uow, world.people["kari"], number, read, addresses, scene=scene)


def withdraw(world: World, uid: str, *boxes: str, tag: str | None = None) -> None:
    read = tag or version(world, uid)
    with desk.following_up(world) as (uow, scene):
        addresses = [of_mailbox(box) for box in boxes]
        number = reading_of(world, "kari", uid)
        following_up.withdraw(uow, world.people["kari"], number, read, addresses, scene=scene)


def ask_more(world: World, uid: str, *logins: str) -> None:
    with desk.following_up(world) as (uow, scene):
        number = reading_of(world, "kari", uid)
        following_up.ask_more(uow, world.people["kari"], number, version(world, uid), logins, scene=scene)


def note(world: World, uid: str, box: str, partstat: str, percent: int | None = None, comment: str = "") -> None:
    with desk.following_up(world) as (uow, scene):
        number, address = reading_of(world, "kari", uid), of_mailbox(box)
        following_up.note_answer(
            uow, world.people["kari"], number, address, partstat, percent=percent, comment=comment, scene=scene
        )


def test_whoever_owes_an_answer_is_asked_once_more(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER, NINA, BERIT))
    desk.answer(world, "ola", "t", ACCEPTED)
    desk.defer(world, "per", "t")
    desk.display(world, "nina", "t")
    olas, mails = world.tokens("ola"), len(world.mails("t"))

    assert remind(world, "t") == 3

    assert [one.stage for one in desk.coming_up(world, "per")] == [Stage.NEW]
    assert [one.stage for one in desk.coming_up(world, "nina")] == [Stage.NEW]
    assert len(world.mails("t")) == mails + 1
    assert world.tokens("ola")["inbox"] == olas["inbox"]
    assert recipient(world, "t", "Ola").is_approved
    assert b"FORCE" not in world.text("kari", "t") + world.text("per", "t")


def test_only_those_who_are_named_are_reminded(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER, BERIT))
    desk.defer(world, "ola", "t")
    desk.defer(world, "per", "t")

    assert remind(world, "t", OLA) == 1

    assert len(desk.coming_up(world, "ola")) == 1
    assert desk.coming_up(world, "per") == []
    assert len(world.mails("t")) == 1


def test_to_remind_twice_from_one_page_is_to_remind_once(world: World) -> None:
    world.put("kari", texts.task("t", OLA, BERIT))
    tag = version(world, "t")
    remind(world, "t", tag=tag)

    with pytest.raises(PreconditionFailed):
        remind(world, "t", tag=tag)

    assert len(world.mails("t")) == 2


def test_where_all_have_answered_nobody_is_reminded(world: World) -> None:
    world.put("kari", texts.task("t", OLA))
    desk.answer(world, "ola", "t", DECLINED)
    before = world.found("kari", "t")

    assert remind(world, "t") == 0

    assert world.found("kari", "t") == before


def test_what_is_over_reminds_nobody(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    world.now = world.now.replace(month=12, day=30)

    with pytest.raises(Refused):
        remind(world, "m")


def test_whoever_is_taken_out_is_told_and_waits_no_more(world: World) -> None:
    """A22."""
    world.put("kari", texts.task("t", OLA, PER, PER_TOO))

    withdraw(world, "t", PER)

    assert desk.pending(world, "per") == []
    assert [told.method for told in world.inbox("per", "t")] == ["CANCEL"]
    assert texts.people(world.text("kari", "t")) == {OLA: "NEEDS-ACTION"}
    assert len(desk.pending(world, "ola")) == 1


def test_a_text_that_was_changed_meanwhile_is_not_written_over(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER))
    tag = version(world, "t")
    world.put("kari", texts.with_value(world.text("kari", "t"), "SUMMARY", "Nytt"))

    with pytest.raises(PreconditionFailed):
        withdraw(world, "t", PER, tag=tag)

    assert set(texts.people(world.text("kari", "t"))) == {OLA, PER}


def test_an_answer_in_between_is_no_reason_to_refuse(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER))
    tag = version(world, "t")
    desk.answer(world, "ola", "t", ACCEPTED)

    withdraw(world, "t", PER, tag=tag)

    assert texts.people(world.text("kari", "t")) == {OLA: ACCEPTED}


def test_more_colleagues_are_asked_and_the_others_hear_nothing(world: World) -> None:
    world.put("kari", texts.task("t", OLA))
    desk.answer(world, "ola", "t", ACCEPTED)

    ask_more(world, "t", "per", "nina", "ola", "kari", "nobody")

    assert texts.people(world.text("kari", "t")) == {OLA: ACCEPTED, PER: "NEEDS-ACTION", NINA: "NEEDS-ACTION"}
    assert [len(desk.pending(world, login)) for login in ("per", "nina", "ola")] == [1, 1, 0]


def test_what_was_said_by_phone_is_noted_and_logged(world: World) -> None:
    world.put("kari", texts.task("t", OLA, BERIT))

    note(world, "t", BERIT, IN_PROCESS, percent=40, comment="Ringte")
    note(world, "t", OLA, ACCEPTED)

    berit, ola = recipient(world, "t", BERIT), recipient(world, "t", "Ola")
    assert (berit.partstat, berit.percent, berit.comment, berit.channel) == (IN_PROCESS, 40, "Ringte", "phone")
    assert (ola.partstat, ola.channel) == (ACCEPTED, "phone")
    assert texts.people(world.text("ola", "t"))[OLA] == ACCEPTED
    assert desk.pending(world, "ola") == []
    with world.database.read() as uow:
        log = "\n".join(explain.explain(uow, "t"))
    assert "answered ACCEPTED by phone" in log
    assert "kari noted that for them" in log
    assert world.inbox("kari", "t") == []


def test_noted_twice_is_noted_once(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    note(world, "m", OLA, ACCEPTED)
    before = world.found("kari", "m")

    note(world, "m", OLA, ACCEPTED)

    assert world.found("kari", "m") == before


@pytest.mark.parametrize(("box", "partstat", "error"), [(PER, ACCEPTED, NotFound), (OLA, IN_PROCESS, Refused)])
def test_what_is_no_answer_of_anybody_is_not_noted(world: World, box: str, partstat: str, error: type) -> None:
    world.put("kari", texts.meeting("m", OLA))

    with pytest.raises(error):
        note(world, "m", box, partstat)


def test_nobody_follows_up_what_somebody_else_organizes(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER))
    number, tag = reading_of(world, "ola", "t"), world.found("ola", "t").schedule_tag or ""

    with desk.following_up(world) as (uow, scene), pytest.raises(NotFound):
        following_up.remind(uow, world.people["ola"], number, tag, scene=scene)

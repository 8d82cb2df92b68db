# SPDX-License-Identifier: GPL-3.0-or-later
"""A distributed task: each assignee's share, and the whole made of them (the story, point 4)."""

import pytest

from gateway.errors import NotFound, Refused
from gateway.services import task_rules
from gateway.services.scene import Scene
from ical.tasks import Whole
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, OLA, PER
from tests.gateway.services.world import World


def progress(text: bytes) -> tuple[str | None, str | None]:
    """Give STATUS and PERCENT-COMPLETE."""
    return texts.value(text, "STATUS"), texts.value(text, "PERCENT-COMPLETE")


def percent_of(world: World, box: str) -> str | None:
    """Give how much of it the distributor reads that *box* has done."""
    return texts.parameter(texts.line_of(world.text("kari", "t"), box), "X-DISTRIB-PERCENT")


def begun(text: bytes, percent: int) -> bytes:
    """Give the task with some of it done."""
    return texts.with_value(texts.with_value(text, "PERCENT-COMPLETE", str(percent)), "STATUS", "IN-PROCESS")


def completed(text: bytes) -> bytes:
    """Give the task as a client completes it."""
    done = texts.with_value(texts.with_value(text, "PERCENT-COMPLETE", "100"), "STATUS", "COMPLETED")
    return texts.with_value(done, "COMPLETED", "20261130T093000Z")


def test_the_distributor_reads_each_share_and_the_mean(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER))
    assert progress(world.text("kari", "t")) in {(None, None), ("NEEDS-ACTION", "0")}

    world.put("ola", begun(world.text("ola", "t"), 40))

    assert texts.people(world.text("kari", "t")) == {OLA: "IN-PROCESS", PER: "NEEDS-ACTION"}
    assert percent_of(world, OLA) == "40"
    assert progress(world.text("kari", "t")) == ("IN-PROCESS", "20")

    world.put("per", texts.with_partstat(world.text("per", "t"), PER, "DECLINED"))

    assert texts.people(world.text("kari", "t"))[PER] == "DECLINED"
    assert progress(world.text("kari", "t")) == ("IN-PROCESS", "40")
    assert [told.method for told in world.inbox("kari")] == ["REPLY", "REPLY"]


def test_nobody_reads_anothers_per_cent_as_their_own(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER))

    world.put("ola", begun(world.text("ola", "t"), 40))

    text = world.text("per", "t")
    assert progress(text) == ("NEEDS-ACTION", None)
    assert texts.people(text)[OLA] == "IN-PROCESS"
    assert b"X-DISTRIB" not in text


def test_completing_is_for_oneself_with_its_time(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER))

    world.put("ola", completed(world.text("ola", "t")))

    own = world.text("ola", "t")
    assert (*progress(own), texts.value(own, "COMPLETED")) == ("COMPLETED", "100", "20261130T093000Z")
    line = texts.line_of(world.text("kari", "t"), OLA)
    assert texts.parameter(line, "PARTSTAT") == "COMPLETED"
    assert texts.parameter(line, "X-DISTRIB-COMPLETED") == "20261130T093000Z"
    assert progress(world.text("kari", "t")) == ("IN-PROCESS", "50")
    assert progress(world.text("per", "t")) == ("NEEDS-ACTION", None)


def test_the_whole_is_completed_when_all_who_have_not_declined_have(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER, BERIT))

    world.put("ola", completed(world.text("ola", "t")))
    world.reply_by_mail("t", "COMPLETED", "STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:20261129T080000Z")
    world.put("per", texts.with_partstat(world.text("per", "t"), PER, "DECLINED"))

    assert progress(world.text("kari", "t")) == ("COMPLETED", "100")
    assert texts.value(world.text("kari", "t"), "COMPLETED") == "20261130T093000Z"


@pytest.mark.parametrize(
    "said", [("STATUS", "COMPLETED"), ("PERCENT-COMPLETE", "100"), ("COMPLETED", "20261130T093000Z")]
)
def test_each_way_of_saying_that_it_is_done_is_understood(world: World, said: tuple[str, str]) -> None:
    world.put("kari", texts.task("t", OLA))

    world.put("ola", texts.with_value(world.text("ola", "t"), *said))

    assert progress(world.text("ola", "t")) == ("COMPLETED", "100")
    assert texts.people(world.text("kari", "t")) == {OLA: "COMPLETED"}


def test_what_was_completed_can_be_taken_up_again(world: World) -> None:
    world.put("kari", texts.task("t", OLA))
    world.put("ola", completed(world.text("ola", "t")))

    world.put("ola", texts.without(begun(world.text("ola", "t"), 60), "COMPLETED"))

    assert progress(world.text("ola", "t")) == ("IN-PROCESS", "60")
    assert texts.people(world.text("kari", "t")) == {OLA: "IN-PROCESS"}


def test_the_same_upload_again_does_not_take_it_up_again(world: World) -> None:
    world.put("kari", texts.task("t", OLA))
    world.put("ola", texts.with_partstat(world.text("ola", "t"), OLA, "ACCEPTED"))
    upload = completed(world.text("ola", "t"))

    world.put("ola", upload)
    world.put("ola", upload)

    assert texts.people(world.text("kari", "t")) == {OLA: "COMPLETED"}


def test_a_distributor_who_is_asked_too_has_a_share(world: World) -> None:
    world.put("kari", texts.task("t", KARI, OLA))

    world.put("kari", begun(world.text("kari", "t"), 60))

    assert percent_of(world, KARI) == "60"
    assert progress(world.text("kari", "t")) == ("IN-PROCESS", "30")
    assert texts.people(world.text("ola", "t"))[KARI] == "IN-PROCESS"
    assert progress(world.text("ola", "t")) == ("NEEDS-ACTION", None)


def test_a_distributors_old_aggregate_is_no_word_of_theirs(world: World) -> None:
    world.put("kari", texts.task("t", KARI, OLA))
    world.put("ola", begun(world.text("ola", "t"), 50))
    old = world.text("kari", "t")
    world.put("ola", begun(world.text("ola", "t"), 80))

    world.put("kari", texts.with_value(old, "SUMMARY", "Nytt navn"))

    assert percent_of(world, KARI) in {None, "0"}
    assert progress(world.text("kari", "t")) == ("IN-PROCESS", "40")


def test_a_distributor_who_leaves_the_list_has_no_share_any_more(world: World) -> None:
    world.put("kari", texts.task("t", KARI, OLA))
    world.put("ola", begun(world.text("ola", "t"), 50))

    world.put("kari", texts.without_attendee(world.text("kari", "t"), KARI))

    assert progress(world.text("kari", "t")) == ("IN-PROCESS", "50")


def test_a_distributor_can_close_the_task_and_open_it_again(world: World) -> None:
    world.put("kari", texts.task("t", OLA))
    world.put("ola", begun(world.text("ola", "t"), 40))

    world.put("kari", completed(world.text("kari", "t")))
    assert progress(world.text("kari", "t")) == ("COMPLETED", "100")
    assert progress(world.text("ola", "t")) == ("IN-PROCESS", "40")

    opened = texts.without(texts.with_value(world.text("kari", "t"), "STATUS", "NEEDS-ACTION"), "COMPLETED")
    world.put("kari", texts.with_value(opened, "PERCENT-COMPLETE", "0"))
    assert progress(world.text("kari", "t")) == ("IN-PROCESS", "40")


def test_calling_a_task_off_is_no_answer_of_its_distributor(world: World) -> None:
    world.put("kari", texts.task("t", KARI, OLA))

    world.put("kari", texts.with_value(world.text("kari", "t"), "STATUS", "CANCELLED"))

    assert texts.people(world.text("kari", "t"))[KARI] == "NEEDS-ACTION"
    assert texts.value(world.text("ola", "t"), "STATUS") == "CANCELLED"


def test_an_outlook_that_strips_an_assignees_task_is_understood(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER))
    before, etag = world.text("per", "t"), world.found("ola", "t").etag

    stripped = texts.stripped(world.text("ola", "t"), PERCENT_COMPLETE="50", STATUS="IN-PROCESS")
    stored = world.put("ola", stripped, if_match=etag)

    assert not stored.verbatim
    own = world.text("ola", "t")
    assert progress(own) == ("IN-PROCESS", "50")
    assert texts.value(own, "DUE") == "20261204T160000"
    assert texts.value(own, "SEQUENCE") == "0"
    assert texts.people(own) == {OLA: "IN-PROCESS", PER: "NEEDS-ACTION"}
    assert world.text("per", "t") == before.replace(
        b"ATTENDEE;RSVP=TRUE:mailto:ola", b"ATTENDEE;RSVP=TRUE;PARTSTAT=IN-PROCESS:mailto:ola"
    )
    assert percent_of(world, OLA) == "50"
    assert [told.method for told in world.inbox("kari")] == ["REPLY"]


def test_an_outlook_that_strips_the_distributors_task_calls_nothing_off(world: World) -> None:
    world.put("kari", texts.with_lines(texts.task("t", OLA, BERIT), "X-FELLES:ja"))
    world.put("ola", begun(world.text("ola", "t"), 40))

    world.put("kari", texts.stripped(world.text("kari", "t"), LOCATION="Gata 1", PERCENT_COMPLETE="20"))

    text = world.text("kari", "t")
    assert texts.people(text) == {OLA: "IN-PROCESS", BERIT: "NEEDS-ACTION"}
    assert (texts.value(text, "LOCATION"), texts.value(text, "X-FELLES")) == ("Gata 1", "ja")
    assert texts.value(text, "DUE") == "20261204T160000"
    assert texts.value(world.text("ola", "t"), "LOCATION") == "Gata 1"
    assert {mail.method for mail in world.mails()} == {"REQUEST"}


def test_another_due_time_asks_again_and_remembers_what_was_done(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER))
    world.put("ola", begun(world.text("ola", "t"), 40))

    world.put("kari", texts.later(world.text("kari", "t")))

    assert texts.people(world.text("kari", "t")) == {OLA: "NEEDS-ACTION", PER: "NEEDS-ACTION"}
    assert percent_of(world, OLA) == "40"
    assert progress(world.text("kari", "t")) == ("NEEDS-ACTION", "0")


def choose(world: World, login: str, rule: Whole, uid: str = "t") -> None:
    with world.database.write() as uow:
        task_rules.choose(uow, world.people[login], uid, rule, scene=Scene(world.settings, world.now))


def test_the_distributor_chooses_the_rule_of_the_whole_and_nobody_else_hears_of_it(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER, BERIT))
    world.put("ola", completed(world.text("ola", "t")))
    before = [(login, world.found(login, "t").etag) for login in ("ola", "per")], world.mails(), world.inbox("per")
    tag = world.found("kari", "t").etag

    choose(world, "kari", Whole.ANY)

    assert progress(world.text("kari", "t")) == ("COMPLETED", "100")
    assert world.found("kari", "t").etag != tag
    assert before == (
        [(login, world.found(login, "t").etag) for login in ("ola", "per")],
        world.mails(),
        world.inbox("per"),
    )
    assert b"X-DISTRIB-WHOLE" not in world.text("per", "t")

    choose(world, "kari", Whole.MEAN)
    assert progress(world.text("kari", "t")) == ("IN-PROCESS", "33")
    assert b"X-DISTRIB-WHOLE" not in world.text("kari", "t")


def test_a_rule_that_is_chosen_stays_when_the_task_is_saved_by_a_client(world: World) -> None:
    world.put("kari", texts.task("t", OLA, PER))
    choose(world, "kari", Whole.ALL)
    world.put("ola", begun(world.text("ola", "t"), 90))

    world.put("kari", texts.with_value(world.text("kari", "t"), "LOCATION", "Bua"))

    assert progress(world.text("kari", "t")) == ("IN-PROCESS", None)


@pytest.mark.parametrize(
    ("login", "uid", "error"), [("ola", "t", Refused), ("kari", "m", Refused), ("nina", "t", NotFound)]
)
def test_nobody_else_chooses_and_of_nothing_else(world: World, login: str, uid: str, error: type[Exception]) -> None:
    world.put("kari", texts.task("t", OLA))
    world.put("kari", texts.meeting("m", OLA))

    with pytest.raises(error):
        choose(world, login, Whole.ALL, uid)

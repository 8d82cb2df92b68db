# SPDX-License-Identifier: GPL-3.0-or-later
"""What was read before somebody else acted, and is written after it: conditions, tags and old texts."""

import pytest

from gateway.errors import PreconditionFailed
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA
from tests.gateway.services.world import World


def accepted(world: World, login: str, box: str) -> None:
    """Let somebody accept."""
    world.put(login, texts.with_partstat(world.text(login, "m"), box, "ACCEPTED"))


def test_an_etag_from_before_a_colleagues_answer_is_accepted(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    before = world.found("kari", "m")
    accepted(world, "ola", OLA)
    assert world.found("kari", "m").etag != before.etag

    world.put("kari", texts.with_value(before.text, "LOCATION", "Rom 2"), if_match=before.etag)

    text = world.text("kari", "m")
    assert texts.people(text) == {OLA: "ACCEPTED", NINA: "NEEDS-ACTION"}
    assert texts.value(text, "LOCATION") == "Rom 2"


def test_strict_conditions_refuse_it(world: World) -> None:
    world.settings = world.settings.model_copy(update={"strict_conditions": True})
    world.put("kari", texts.meeting("m", OLA, NINA))
    before = world.found("kari", "m")
    accepted(world, "ola", OLA)

    with pytest.raises(PreconditionFailed):
        world.put("kari", texts.with_value(before.text, "LOCATION", "Rom 2"), if_match=before.etag)


def test_an_etag_from_before_an_own_change_is_refused(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    before = world.found("kari", "m")
    world.put("kari", texts.with_value(before.text, "LOCATION", "Rom 2"))

    with pytest.raises(PreconditionFailed):
        world.put("kari", texts.with_value(before.text, "LOCATION", "Rom 3"), if_match=before.etag)
    with pytest.raises(PreconditionFailed):
        world.delete("kari", "m", if_match=before.etag)

    assert texts.value(world.text("ola", "m"), "LOCATION") == "Rom 2"


def test_an_etag_from_before_the_organizers_change_is_refused(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    before = world.found("ola", "m")
    world.put("kari", texts.later(world.text("kari", "m")))

    with pytest.raises(PreconditionFailed):
        world.put("ola", texts.with_partstat(before.text, OLA, "ACCEPTED"), if_match=before.etag)


def test_the_etag_of_a_private_entry_is_a_plain_one(world: World) -> None:
    world.put("kari", texts.private("p"))
    before = world.found("kari", "p")
    world.put("kari", texts.private("p", "SUMMARY:Ny"))

    with pytest.raises(PreconditionFailed):
        world.put("kari", texts.private("p", "SUMMARY:Nyere"), if_match=before.etag)


def test_there_must_be_nothing_yet_where_the_client_says_so(world: World) -> None:
    world.put("kari", texts.private("p"), if_none_match="*")

    with pytest.raises(PreconditionFailed):
        world.put("kari", texts.private("p"), if_none_match="*")


def test_an_empty_schedule_tag_condition_is_none(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA), schedule_tag="")

    world.put("kari", texts.with_value(world.text("kari", "m"), "LOCATION", "Rom 2"), schedule_tag=" ")

    assert texts.value(world.text("ola", "m"), "LOCATION") == "Rom 2"


def test_an_answer_leaves_the_others_schedule_tags(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))
    before = {login: world.found(login, "m") for login in ("kari", "ola", "nina")}

    accepted(world, "ola", OLA)
    world.reply_by_mail("m", "ACCEPTED")

    after = {login: world.found(login, "m") for login in ("kari", "ola", "nina")}
    for login in ("kari", "nina"):
        assert after[login].schedule_tag == before[login].schedule_tag
        assert after[login].etag != before[login].etag
    assert after["ola"].schedule_tag != before["ola"].schedule_tag


def test_an_old_base_with_its_schedule_tag_keeps_every_answer(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))
    before = world.found("kari", "m")
    accepted(world, "ola", OLA)
    accepted(world, "nina", NINA)
    world.reply_by_mail("m", "ACCEPTED")

    world.put("kari", texts.with_value(before.text, "LOCATION", "Rom 2"), schedule_tag=before.schedule_tag)

    assert set(texts.people(world.text("kari", "m")).values()) == {"ACCEPTED"}
    with pytest.raises(PreconditionFailed):
        world.put("kari", before.text, schedule_tag=before.schedule_tag)


@pytest.mark.parametrize("sequence", [[], ["SEQUENCE:3"]])
def test_an_old_reading_that_is_saved_again_is_no_answer(world: World, sequence: list[str]) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA, more=sequence))
    accepted(world, "ola", OLA)
    old = world.text("ola", "m")
    world.put("kari", texts.later(world.text("kari", "m")))
    before = world.text("kari", "m"), world.text("nina", "m"), world.inbox("kari")

    world.put("ola", texts.with_alarm(texts.with_value(old, "X-MOZ-LASTACK", "20261123T120000Z"), "Husk"))

    assert (world.text("kari", "m"), world.text("nina", "m"), world.inbox("kari")) == before
    own = world.text("ola", "m")
    assert texts.people(own)[OLA] == "NEEDS-ACTION"
    assert texts.value(own, "DTSTART") == "20261202T100000"
    assert texts.alarms(own) == ["Husk"]
    assert texts.value(own, "X-MOZ-LASTACK") == "20261123T120000Z"


def test_an_old_reading_brings_no_categories_of_the_organizers_past(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, more=["CATEGORIES:Gammel"]))
    old = world.text("ola", "m")
    world.put("kari", texts.with_value(texts.later(world.text("kari", "m")), "CATEGORIES", "Ny"))

    world.put("ola", texts.with_alarm(old, "Husk"))
    assert texts.value(world.text("ola", "m"), "CATEGORIES") == "Ny"


def test_a_higher_sequence_of_a_clients_own_making_is_an_answer(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))

    upload = texts.with_partstat(texts.with_value(world.text("ola", "m"), "SEQUENCE", "7"), OLA, "ACCEPTED")
    world.put("ola", upload)

    assert texts.people(world.text("kari", "m")) == {OLA: "ACCEPTED"}
    assert texts.value(world.text("ola", "m"), "SEQUENCE") == "0"


def test_no_upload_takes_an_answer_back_to_needs_action(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    old = world.text("ola", "m")
    accepted(world, "ola", OLA)

    world.put("ola", texts.with_alarm(old, "Husk"))

    assert texts.people(world.text("kari", "m")) == {OLA: "ACCEPTED"}
    assert texts.alarms(world.text("ola", "m")) == ["Husk"]


def test_an_organizers_lower_sequence_is_raised_and_the_text_taken(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, more=["SEQUENCE:5"]))

    old = texts.with_value(texts.meeting("m", OLA, more=["LOCATION:Rom 2"]), "SEQUENCE", "1")
    world.put("kari", old)

    for login in ("kari", "ola"):
        text = world.text(login, "m")
        assert (texts.value(text, "LOCATION"), texts.value(text, "SEQUENCE")) == ("Rom 2", "5")


def test_a_reply_to_what_was_asked_before_is_ignored(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))
    world.put("kari", texts.later(world.text("kari", "m")))

    world.reply_by_mail("m", "ACCEPTED", to=0)
    assert texts.people(world.text("kari", "m"))[BERIT] == "NEEDS-ACTION"

    world.reply_by_mail("m", "ACCEPTED")
    assert texts.people(world.text("kari", "m"))[BERIT] == "ACCEPTED"


def test_the_organizer_cannot_answer_for_others_by_a_text(world: World) -> None:
    world.put("kari", texts.with_partstat(texts.meeting("m", OLA, KARI), OLA, "ACCEPTED"))

    assert texts.people(world.text("kari", "m"))[OLA] == "NEEDS-ACTION"
    assert texts.people(world.text("ola", "m"))[OLA] == "NEEDS-ACTION"

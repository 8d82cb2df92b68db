# SPDX-License-Identifier: GPL-3.0-or-later
"""People outside the company: one mail for each cause, links to answer by, and what the organizer reads of it."""

import pytest

from gateway.errors import NotFound, Refused
from gateway.model import Contact
from gateway.services.arrivals import What
from gateway.store import contacts, outbox
from gateway.store.unit import Database
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, OLA
from tests.gateway.services.world import World
from tests.steps import steps

JON = "jon@kunde.example"


def link_of(world: World, number: int = -1) -> str:
    """Give the link in one of the mails."""
    return str(world.mails()[number].facts["link"])


def test_each_cause_makes_one_mail_for_each_address(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT, JON, OLA))
    world.put("kari", texts.with_value(world.text("kari", "m"), "LOCATION", "Rom 2"))
    world.put("kari", world.text("kari", "m"))

    keys = [(mail.entry_id, mail.address, mail.method, mail.cause) for mail in world.mails()]
    assert len(keys) == len(set(keys)) == 4
    assert len({mail.cause for mail in world.mails()}) == 2


def test_a_mail_for_a_cause_that_was_asked_for_is_not_asked_for_again(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    (mail,) = world.mails()

    again = outbox.NewMail(
        entry_id=mail.entry_id,
        address=mail.address,
        method=mail.method,
        cause=mail.cause,
        text=mail.text,
        message_id="other@byggbo.example",
        due_at=mail.due_at,
        created_at=mail.created_at,
    )
    with world.database.write() as uow:
        assert outbox.add(uow, [again]) == 0

    assert len(world.mails()) == 1


@pytest.mark.parametrize("together", [False, True])
def test_twice_as_many_letters_are_twice_the_work(database: Database, together: bool) -> None:
    world = World(database, show_attendees_in_mail=together)

    def asking(number: int) -> int:
        text = texts.meeting(f"m{number}", *(f"k{n}@kunde.example" for n in range(number)))
        return steps(lambda: world.put("kari", text))

    asking(3)  # what is made once is made
    few, many = asking(100), asking(200)

    assert len(world.mails()) == 303
    assert many < 2.2 * few


def test_colleagues_answers_mail_nobody(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT, JON))

    world.put("ola", texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED"))
    world.reply_by_mail("m", "ACCEPTED")

    assert len(world.mails()) == 2


def test_the_same_mail_twice_is_one_answer(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    now = world.now
    assert world.reply_by_mail("m", "ACCEPTED").what is What.ANSWER
    tokens = world.tokens("kari")

    world.now = now
    assert world.reply_by_mail("m", "ACCEPTED").what is What.AGAIN
    assert world.tokens("kari") == tokens


def test_of_two_mails_the_newer_counts_in_whatever_order_they_come(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    early = world.now
    world.now = early.replace(hour=15)
    world.reply_by_mail("m", "DECLINED")

    world.now = early
    assert world.reply_by_mail("m", "ACCEPTED").what is What.IGNORED

    assert texts.people(world.text("kari", "m")) == {BERIT: "DECLINED"}


def test_the_contacts_language_is_the_mails(world: World) -> None:
    with world.database.write() as uow:
        contacts.add(uow, Contact("Jon Uten", JON, language="en"))

    world.put("kari", texts.meeting("m", BERIT, JON))

    facts = {str(mail.address): mail.facts for mail in world.mails()}
    assert facts[f"mailto:{BERIT}"]["language"] == "nb"
    assert (facts[f"mailto:{JON}"]["language"], facts[f"mailto:{JON}"]["recipient_name"]) == ("en", "Jon Uten")


def test_a_setting_shows_the_others_in_the_mail(world: World) -> None:
    world.settings = world.settings.model_copy(update={"show_attendees_in_mail": True})

    world.put("kari", texts.meeting("m", BERIT, OLA))

    assert set(texts.people(world.mails()[0].text)) == {BERIT, OLA}


def test_a_link_shows_the_entry_and_looking_changes_nothing(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT, more=["LOCATION:Gata 1\\, Oslo"]))
    tokens = world.tokens("kari")

    view = world.view_link(link_of(world))

    assert view is not None
    assert (view.brief.summary, view.brief.location, view.partstat) == ("Befaring", "Gata 1, Oslo", "NEEDS-ACTION")
    assert (view.recipient_address, view.organizer_name) == (BERIT, "Kari")
    assert world.tokens("kari") == tokens


def test_an_answer_by_link_is_the_answer_everywhere(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT, OLA))

    view = world.answer_by_link(link_of(world), "DECLINED", "Er bortreist")

    assert (view.partstat, view.comment) == ("DECLINED", "Er bortreist")
    for login in ("kari", "ola"):
        assert texts.people(world.text(login, "m"))[BERIT] == "DECLINED"
    (told,) = world.inbox("kari")
    assert texts.value(told.text, "COMMENT") == "Er bortreist"
    assert b"bortreist" not in world.text("ola", "m")
    assert len(world.mails()) == 1


def test_an_answer_by_link_can_be_changed_and_repeated(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    world.answer_by_link(link_of(world), "DECLINED")
    world.answer_by_link(link_of(world), "ACCEPTED")
    tokens = world.tokens("kari")

    world.answer_by_link(link_of(world), "ACCEPTED")

    assert texts.people(world.text("kari", "m")) == {BERIT: "ACCEPTED"}
    assert world.tokens("kari") == tokens


def test_an_old_link_answers_what_is_asked_now(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    world.answer_by_link(link_of(world), "ACCEPTED")
    world.put("kari", texts.later(world.text("kari", "m")))

    view = world.view_link(link_of(world, 0))

    assert view is not None
    assert (view.partstat, view.changed) == ("NEEDS-ACTION", True)
    world.answer_by_link(link_of(world, 0), "ACCEPTED")
    assert texts.people(world.text("kari", "m")) == {BERIT: "ACCEPTED"}


def test_a_share_of_a_task_can_be_told_by_link(world: World) -> None:
    world.put("kari", texts.task("t", BERIT, KARI))

    world.answer_by_link(link_of(world), "IN-PROCESS", percent=50)
    assert texts.value(world.text("kari", "t"), "PERCENT-COMPLETE") == "25"

    world.answer_by_link(link_of(world), "COMPLETED")
    assert texts.people(world.text("kari", "t"))[BERIT] == "COMPLETED"


def test_what_was_called_off_cannot_be_answered(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    world.delete("kari", "m")

    view = world.view_link(link_of(world, 0))
    assert view is not None
    assert view.cancelled
    with pytest.raises(Refused):
        world.answer_by_link(link_of(world, 0), "ACCEPTED")


def test_a_link_that_was_never_given_leads_nowhere(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))

    assert world.view_link("nonsense") is None
    with pytest.raises(NotFound):
        world.answer_by_link("nonsense", "ACCEPTED")


def test_an_answer_that_an_appointment_cannot_have_is_refused(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))

    with pytest.raises(Refused):
        world.answer_by_link(link_of(world), "COMPLETED")
    with pytest.raises(Refused):
        world.answer_by_link(link_of(world), "NEEDS-ACTION")


def test_a_cancel_goes_to_whoever_was_asked_and_has_not_declined(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT, JON))
    world.reply_by_mail("m", "DECLINED")

    world.delete("kari", "m")

    assert [str(mail.address) for mail in world.mails() if mail.method == "CANCEL"] == [f"mailto:{JON}"]

# SPDX-License-Identifier: GPL-3.0-or-later
"""A journal is its owner's alone, whoever is named in it, and wherever it comes from."""

from email.message import EmailMessage

import pytest

from gateway.services import calendars, received, reindex
from gateway.services.arrivals import What
from gateway.services.letters import reply_mailbox
from ical.errors import AttendeeMayNot
from ical.kinds import Kind
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA
from tests.gateway.services.world import World

DIARY = "dagbok"
NAMED = (f"ORGANIZER:mailto:{KARI}", f"ATTENDEE;RSVP=TRUE:mailto:{OLA}", f"ATTENDEE:mailto:{BERIT}")


def make_diary(world: World, login: str) -> None:
    with world.database.write() as uow:
        calendars.create(uow, world.people[login], DIARY, name="Dagbok", components=[Kind.VJOURNAL], props={})


def test_no_message_is_made_of_a_journal(world: World) -> None:
    make_diary(world, "kari")
    text = texts.private("j", *NAMED, kind="VJOURNAL")

    world.put("kari", text, slug=DIARY)
    world.put("kari", texts.later(text))
    assert world.text("kari", "j") == texts.later(text)
    assert world.found("kari", "j").schedule_tag is None
    world.delete("kari", "j")

    assert world.mails() == []
    assert world.inbox("ola") == []
    assert world.all_seen("ola") == []


def test_an_answer_by_mail_that_is_a_journal_is_no_answer(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    (invitation,) = world.mails()
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = BERIT, "<1@kunde.example>"
    mail["To"] = reply_mailbox(world.settings.mail_from, str(invitation.facts["reply_token"]))
    part = texts.reply(invitation.text, BERIT, "ACCEPTED").replace(b"VEVENT", b"VJOURNAL")
    mail.set_content(part.decode(), subtype="calendar", params={"method": "REPLY"})

    with world.database.write() as uow:
        to = str(mail["To"])
        taken = received.receive(uow, mail.as_bytes(), to, return_path=BERIT, settings=world.settings, now=world.now)

    assert taken.what is What.FORWARDED
    assert texts.people(world.text("kari", "m"))[BERIT] == "NEEDS-ACTION"


def test_a_journal_keeps_its_place_where_its_uid_is_invited_to(world: World) -> None:
    make_diary(world, "ola")
    text = texts.private("m", kind="VJOURNAL")
    world.put("ola", text, slug=DIARY)

    world.put("kari", texts.meeting("m", OLA))

    assert [seen.text for seen in world.all_seen("ola")] == [text]
    assert world.inbox("ola") == []


def test_a_copy_of_what_one_is_no_longer_in_stays_of_its_kind(world: World) -> None:
    world.make_calendar("ola", "alt")
    world.put("kari", texts.meeting("m", OLA, NINA))
    world.move("ola", "m", "alt", "m.ics")
    world.put("kari", texts.without_attendee(world.text("kari", "m"), OLA))
    copy = world.text("ola", "m")

    with pytest.raises(AttendeeMayNot):
        world.put("ola", texts.private("m", kind="VTODO"))

    assert world.text("ola", "m") == copy


def test_the_index_is_made_anew_with_journals_in_it(world: World) -> None:
    make_diary(world, "kari")
    world.put("kari", texts.private("j", "RRULE:FREQ=DAILY", kind="VJOURNAL"), slug=DIARY)

    (progress,) = reindex.reindex(world.database)

    assert (progress.done, progress.unreadable) == (1, ())

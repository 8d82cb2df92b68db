# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks for the current text by mail, on each database; the conversations are in `refreshing.txt`."""

from datetime import timedelta
from email.message import EmailMessage

from gateway.services import binding, received
from gateway.services.arrivals import What
from gateway.services.letters import reply_mailbox
from gateway.services.scene import Scene
from gateway.store import decisions
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, OLA
from tests.gateway.services.world import World


def refresh(world: World, **settings: object) -> What:
    """Let Berit's program ask for the current text."""
    asked = next(mail for mail in world.mails("m") if BERIT in mail.address)
    world.now += timedelta(minutes=1)
    lines = ("METHOD:REFRESH", "BEGIN:VEVENT", "UID:m", f"DTSTAMP:{world.now:%Y%m%dT%H%M%SZ}")
    body = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y", *lines, f"ATTENDEE:mailto:{BERIT}")
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = BERIT, f"<{world.now:%H%M%S}@kunde.example>"
    mail["To"] = reply_mailbox(world.settings.mail_from, str(asked.facts["reply_token"]))
    text = "\r\n".join((*body, "END:VEVENT", "END:VCALENDAR", "")).encode()
    mail.set_content(text, maintype="text", subtype="calendar", params={"method": "REFRESH"})
    chosen = world.settings.model_copy(update=settings)
    with world.database.write() as uow:
        raw, to = mail.as_bytes(), str(mail["To"])
        return received.receive(uow, raw, to, return_path=BERIT, settings=chosen, now=world.now).what


def reasons(world: World) -> list[str]:
    with world.database.read() as uow:
        return [decision.why for decision in decisions.of_uid(uow, "m")]


def test_each_time_that_it_is_asked_for_it_is_one_mail_with_a_link_of_its_own(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))
    before = world.tokens("kari"), world.tokens("ola")

    assert [refresh(world), refresh(world)] == [What.REFRESH, What.REFRESH]

    first, *more = world.mails("m")
    assert len(more) == 2
    assert len({mail.cause for mail in (first, *more)}) == 3
    assert (world.tokens("kari"), world.tokens("ola")) == before
    assert {mail.facts["reply_token"] for mail in more} == {first.facts["reply_token"]}
    world.answer_by_link(str(more[0].facts["link"]), "ACCEPTED")
    assert texts.people(more[1].text)[BERIT] == "NEEDS-ACTION"
    refresh(world)
    assert texts.people(world.mails("m")[-1].text)[BERIT] == "ACCEPTED"


def test_in_a_crowd_it_is_their_own_answer_that_they_get(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT, *(f"k{number}@kunde.example" for number in range(60))))
    world.reply_by_mail("m", "TENTATIVE")

    assert refresh(world) is What.REFRESH

    assert texts.people(world.mails("m")[-1].text)[BERIT] == "TENTATIVE"
    assert texts.people(world.mails("m")[-1].text).keys() == {BERIT}


def test_without_a_way_to_send_mail_nothing_is_sent(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))

    assert refresh(world, smtp_url=None) is What.IGNORED

    assert len(world.mails("m")) == 1
    assert f"A mail asks for the current text, and {BERIT} cannot be sent any mail." in reasons(world)


def test_a_contact_who_is_hired_reads_it_in_a_calendar(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))
    berit = world.hire("berit", BERIT)
    with world.database.write() as uow:
        binding.bind(uow, berit, berit.addresses, scene=Scene(world.settings, world.now))

    assert refresh(world) is What.IGNORED

    assert len(world.mails("m")) == 1
    assert f"A mail asks for the current text, which {BERIT}, a colleague, reads in a calendar." in reasons(world)

# SPDX-License-Identifier: GPL-3.0-or-later
"""What an employee proposes to an organizer outside: a COUNTER by mail, and what comes back (RFC 5546 3.2.7, 3.2.8)."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.errors import NotYours, Refused
from gateway.model import Person
from gateway.services import explain, proposals
from gateway.services.arrivals import What
from gateway.services.scene import Scene
from gateway.store import index
from gateway.store import proposals as stored
from gateway.store.outbox import Mail
from gateway.store.proposals import Known
from gateway.worker.letters import envelope_of
from ical.instances import SERIES, InstanceId
from ical.itip.proposals import Fate
from mail.addresses import Mailboxes
from mail.compose import House
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, OLA
from tests.gateway.services.world import World
from tests.gateway.worker.outside import DAY, WEEKLY, arrive, know, said
from tests.gateway.worker.work import read, reasons

AT = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)
JON = "jon@nabo.example"
HOUSE = House(Mailboxes("kalender@byggbo.example"), "https://kalender.byggbo.example")


@pytest.fixture(autouse=True)
def _known(world: World) -> None:
    know(world)


def propose(world: World, at: datetime = AT, instance: InstanceId = SERIES, **settings: object) -> None:
    """Let Ola propose an hour from *at* on."""
    world.now += timedelta(minutes=1)
    scene = Scene(world.settings.model_copy(update=settings), world.now)
    with world.database.write() as uow:
        proposals.propose(uow, world.people["ola"], "m", instance, at, comment="Helst da", scene=scene)


def known(world: World) -> list[Known]:
    with world.database.read() as uow:
        found = index.of_uid(uow, "m")
        return [one for entry in found for one in stored.of_entry(uow, entry.entry_id)]


def counters(world: World) -> list[Mail]:
    return [mail for mail in world.mails("m") if mail.method == "COUNTER"]


def methods(world: World) -> list[str]:
    return [told.method for told in world.inbox("ola") if told.method != "REQUEST"]


def test_the_organizer_gets_a_counter_that_names_the_employee_and_no_secret(world: World) -> None:
    arrive(world, said(sequence=3))
    before = world.found("ola", "m")

    propose(world)

    (mail,) = counters(world)
    lines = texts.unfolded(mail.text)
    assert mail.address == f"mailto:{BERIT}"
    assert {"METHOD:COUNTER", "DTSTART;TZID=Europe/Oslo:20261202T130000", "SEQUENCE:3", "COMMENT:Helst da"} <= set(
        lines
    )
    assert (texts.value(mail.text, "ORGANIZER"), texts.value(mail.text, "UID")) == (f"mailto:{BERIT}", "m")
    assert texts.people(mail.text) == {OLA: "NEEDS-ACTION"}
    assert mail.text.count(b"BEGIN:VTIMEZONE") == 1
    for secret in (b"kalender+", b"SCHEDULE-", b"VALARM"):
        assert secret not in mail.text
    assert world.found("ola", "m") == before
    assert methods(world) == []


def test_the_mail_says_in_words_what_is_proposed(world: World) -> None:
    arrive(world, said())
    propose(world)

    envelope = envelope_of(counters(world)[0], HOUSE)
    mail = read(envelope.data)

    assert envelope.recipient == BERIT
    assert mail["From"].addresses[0].addr_spec == OLA
    assert mail["Subject"] == "Forslag: Befaring"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Ola foreslår dette i stedet." in body.get_content()
    assert "Når: onsdag 2. desember 2026 kl. 13.00–14.00" in body.get_content()
    assert "Helst da" in body.get_content()
    assert b"method=COUNTER" in envelope.data
    words = read(envelope.data).get_body(("plain",))
    assert words is not None
    assert "I stedet for: tirsdag 1. desember 2026 kl. 10.00–11.00" in words.get_content()


def test_one_day_of_a_series_is_countered_by_its_name(world: World) -> None:
    arrive(world, said("REQUEST", WEEKLY))

    propose(world, datetime(2026, 12, 8, 13, 0, tzinfo=UTC), InstanceId("20261208T090000Z"))

    text = counters(world)[0].text
    assert f"RECURRENCE-ID;TZID=Europe/Oslo:{DAY}T100000" in texts.unfolded(text)
    assert texts.named(text, "RRULE") == []


def test_the_organizer_takes_it_by_a_request_with_the_time_that_was_proposed(world: World) -> None:
    arrive(world, said())
    propose(world)

    moved = said(sequence=1, at="12:30:00").replace(b"20261201T100000", b"20261202T130000")
    assert arrive(world, moved).what is What.INVITATION

    assert [one.proposal.fate for one in known(world)] == [Fate.ACCEPTED]


def test_another_time_overtakes_it(world: World) -> None:
    arrive(world, said())
    propose(world)

    arrive(world, said(sequence=1, at="12:30:00", start="T150000"))

    assert [one.proposal.fate for one in known(world)] == [Fate.SUPERSEDED]


def test_that_it_is_declined_lies_in_the_inbox_of_whoever_proposed(world: World) -> None:
    arrive(world, said())
    propose(world)
    declined = said("DECLINECOUNTER", "COMMENT:Det går ikke", at="12:30:00")

    assert arrive(world, declined).what is What.PROPOSAL
    assert arrive(world, declined).what is What.AGAIN

    (one,) = known(world)
    assert (one.proposal.fate, one.proposal.answer) == (Fate.DECLINED, "Det går ikke")
    (told,) = [told for told in world.inbox("ola") if told.method == "DECLINECOUNTER"]
    assert "COMMENT:Det går ikke" in texts.unfolded(told.text)
    assert any("is declined" in why for why in reasons(world, "m"))
    with world.database.read() as uow:
        assert any("proposes 20261202T120000Z" in line and "declined" in line for line in explain.explain(uow, "m"))


def test_what_nobody_proposed_cannot_be_declined(world: World) -> None:
    assert arrive(world, said("DECLINECOUNTER")).what is What.ORDINARY
    arrive(world, said())
    assert arrive(world, said("DECLINECOUNTER", at="12:30:00")).what is What.IGNORED
    propose(world)
    know(world, JON)
    other = said("DECLINECOUNTER", at="12:31:00", organizer=JON)

    assert arrive(world, other, sender=JON).what is What.ORDINARY

    assert [one.proposal.fate for one in known(world)] == [Fate.OPEN]


def test_a_stranger_declines_nothing(world: World) -> None:
    arrive(world, said())
    propose(world)

    assert arrive(world, said("DECLINECOUNTER", at="12:30:00"), sender=JON).what is What.IGNORED

    assert [one.proposal.fate for one in known(world)] == [Fate.OPEN]


def test_nobody_here_settles_what_was_proposed_outside(world: World) -> None:
    arrive(world, said())
    propose(world)
    scene = Scene(world.settings, world.now)

    def accepts(who: Person) -> None:
        with world.database.write() as uow:
            proposals.accept(uow, who, known(world)[0].id, scene=scene)

    for login in ("ola", "kari"):
        with pytest.raises(NotYours, match="only whoever organizes it"):
            accepts(world.people[login])


def test_without_a_way_to_send_mail_nothing_is_proposed(world: World) -> None:
    arrive(world, said())

    with pytest.raises(Refused, match="cannot be sent any mail"):
        propose(world, smtp_url=None)

    assert known(world) == []

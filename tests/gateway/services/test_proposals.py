# SPDX-License-Identifier: GPL-3.0-or-later
"""What is proposed to an organizer, on each database; the conversations are in `negotiation.txt`."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from gateway.errors import NotFound, NotYours, Refused
from gateway.model import Person, ProposalId
from gateway.services import binding, explain, proposals, received
from gateway.services.arrivals import What
from gateway.services.letters import reply_mailbox
from gateway.services.scene import Scene
from gateway.store import decisions, outbox
from gateway.store import proposals as stored
from gateway.store.proposals import Known
from gateway.store.unit import UnitOfWork
from ical.itip.proposals import Fate
from mail.note import HOPS
from tests.conftest import Statements
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, NINA, OLA
from tests.gateway.services.world import World

AT = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def counter(world: World, start: str = "20261202T120000Z", *more: str, hops: int = 0) -> What:
    """Let Berit's program send a COUNTER for what she was invited to last."""
    asked = [mail for mail in world.mails("m") if mail.method == "REQUEST" and BERIT in mail.address][-1]
    world.now += timedelta(minutes=1)
    lines = ("METHOD:COUNTER", "BEGIN:VEVENT", "UID:m", f"DTSTAMP:{world.now:%Y%m%dT%H%M%SZ}", f"DTSTART:{start}")
    body = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y", *lines, f"ATTENDEE:mailto:{BERIT}", *more)
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = BERIT, f"<{world.now:%H%M%S}@kunde.example>"
    mail["To"] = reply_mailbox(world.settings.mail_from, str(asked.facts["reply_token"]))
    mail[HOPS] = str(hops)
    mail.set_content("Kan vi flytte?")
    text = "\r\n".join((*body, "END:VEVENT", "END:VCALENDAR", "")).encode()
    mail.add_alternative(text, maintype="text", subtype="calendar", params={"method": "COUNTER"})
    with world.database.write() as uow:
        to = str(mail["To"])
        taken = received.receive(uow, mail.as_bytes(), to, return_path=BERIT, settings=world.settings, now=world.now)
    return taken.what


def act(world: World, login: str, what: Callable[[UnitOfWork, Person, Scene], None]) -> None:
    """Let somebody call a service."""
    world.now += timedelta(minutes=1)
    with world.database.write() as uow:
        what(uow, world.people[login], Scene(world.settings, world.now))


def propose(world: World, login: str, at: datetime = AT) -> None:
    act(world, login, lambda uow, who, scene: proposals.propose(uow, who, "m", start=at, end=at + HOUR, scene=scene))


def accept(world: World, login: str, number: ProposalId) -> None:
    act(world, login, lambda uow, who, scene: proposals.accept(uow, who, number, scene=scene))


def decline(world: World, login: str, number: ProposalId, comment: str | None = None) -> None:
    act(world, login, lambda uow, who, scene: proposals.decline(uow, who, number, comment=comment, scene=scene))


def known(world: World) -> list[Known]:
    """Give what was proposed to Kari, oldest first."""
    with world.database.read() as uow:
        return list(proposals.of_entry(uow, world.people["kari"], "m"))


def forwards(world: World) -> int:
    with world.database.read() as uow:
        return sum(mail.method == outbox.FORWARD for mail in outbox.recent(uow, 100))


def test_a_contacts_proposal_is_accepted_and_everybody_is_asked_again(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))

    assert counter(world) is What.PROPOSAL
    (one,) = known(world)
    assert (one.proposal.start, one.proposal.fate) == (AT, Fate.OPEN)
    assert [told.method for told in world.inbox("kari")] == ["COUNTER"]
    accept(world, "kari", one.id)

    (one,) = known(world)
    assert (one.proposal.fate, one.proposal.settled_at) == (Fate.ACCEPTED, world.now)
    assert [told.method for told in world.inbox("kari")] == []
    assert world.mails("m")[-1].method == "REQUEST"
    assert texts.value(world.text("ola", "m"), "SEQUENCE") == "1"
    assert texts.people(world.text("kari", "m"))[OLA] == "NEEDS-ACTION"


def test_the_organizer_reads_why_and_reads_it_once(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))

    counter(world, "20261202T120000Z", "COMMENT:Toget er forsinket\\, dessverre.")
    counter(world, "20261203T120000Z", "COMMENT:Kan  vi flytte?\\n")

    with world.database.read() as uow:
        said = [mail.facts["words"] for mail in reversed(outbox.recent(uow, 100)) if mail.method == outbox.FORWARD]
    assert said == ["Toget er forsinket, dessverre.\n\nKan vi flytte?", "Kan vi flytte?"]


def test_a_declined_one_is_a_mail_that_is_sent_once(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))
    counter(world)
    (one,) = known(world)
    before = world.tokens("ola"), world.found("kari", "m").etag

    decline(world, "kari", one.id, "Nei" * 2000)
    with pytest.raises(Refused, match="the proposal is declined already"):
        decline(world, "kari", one.id)

    mails = [mail for mail in world.mails("m") if mail.method == "DECLINECOUNTER"]
    assert [mail.address for mail in mails] == [f"mailto:{BERIT}"]
    assert len(known(world)[0].proposal.answer or "") == 2000
    assert (world.tokens("ola"), world.found("kari", "m").etag) == before


def test_only_the_organizer_settles_it(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))
    propose(world, "ola")
    (one,) = known(world)

    for settle in (accept, decline):
        for login in ("ola", "nina", "per"):
            with pytest.raises(NotYours, match="only whoever organizes it accepts or declines"):
                settle(world, login, one.id)
        with pytest.raises(NotFound, match="no such proposal"):
            settle(world, "kari", ProposalId(one.id + 1))
    assert known(world)[0].proposal.fate is Fate.OPEN


def test_a_refused_proposal_says_why_and_leaves_nothing(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    before = world.tokens("kari")

    with pytest.raises(Refused, match="it proposes no other time and no other place"):
        act(world, "ola", lambda uow, who, scene: proposals.propose(uow, who, "m", scene=scene))
    with pytest.raises(Refused, match="what it proposes has passed"):
        propose(world, "ola", world.now - timedelta(days=2))
    with pytest.raises(NotFound, match="you are in no such entry"):
        propose(world, "nina")
    with pytest.raises(Refused, match="whoever organizes it"):
        propose(world, "kari")

    assert (known(world), world.tokens("kari")) == ([], before)


def test_what_is_over_is_declined_in_silence_and_not_accepted(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))
    counter(world)
    propose(world, "ola")
    world.now += timedelta(days=30)
    mails, told = len(world.mails("m")), len(world.inbox("ola"))

    with pytest.raises(Refused, match="it is over"):
        accept(world, "kari", known(world)[0].id)
    for one in known(world):
        decline(world, "kari", one.id)

    assert (len(world.mails("m")), len(world.inbox("ola"))) == (mails, told)
    assert world.inbox("kari") == []


def test_what_goes_in_circles_is_kept_and_not_passed_on(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))

    assert counter(world, hops=3) is What.PROPOSAL

    assert len(known(world)) == 1
    assert forwards(world) == 0


def test_many_proposals_are_not_kept(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))

    came = [counter(world, f"202612{day:02}T120000Z") for day in range(2, 25)]

    assert came == [What.PROPOSAL] * 20 + [What.FORWARDED] * 3
    assert len(known(world)) == 20
    assert sum(one.proposal.fate is Fate.OPEN for one in known(world)) == 1


def test_in_a_crowd_a_proposal_concerns_one_address(world: World) -> None:
    others = [f"k{number}@kunde.example" for number in range(60)]
    world.put("kari", texts.meeting("m", BERIT, OLA, *others))

    assert counter(world) is What.PROPOSAL
    world.reply_by_mail("m", "ACCEPTED", box=others[0])
    assert known(world)[0].proposal.fate is Fate.OPEN
    accept(world, "kari", known(world)[0].id)

    assert known(world)[0].proposal.fate is Fate.ACCEPTED


def test_a_contact_who_is_hired_proposes_by_mail_and_hears_in_the_inbox(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))
    berit = world.hire("berit", BERIT)
    with world.database.write() as uow:
        binding.bind(uow, berit, berit.addresses, scene=Scene(world.settings, world.now))

    assert counter(world) is What.PROPOSAL
    decline(world, "kari", known(world)[0].id, "Nei")

    (told,) = [told for told in world.inbox("berit") if told.method == "DECLINECOUNTER"]
    assert told.about == {BERIT: "NEEDS-ACTION", OLA: "NEEDS-ACTION"}
    assert "COMMENT:Nei" in texts.unfolded(told.text)
    assert [mail.method for mail in world.mails("m")] == ["REQUEST"]


def test_a_removed_calendar_settles_what_was_proposed(world: World) -> None:
    world.make_calendar("kari", "work")
    world.put("kari", texts.meeting("m", OLA), "m.ics", "work")
    propose(world, "ola")
    (one,) = known(world)

    world.remove_calendar("kari", "work")

    assert world.inbox("kari") == []
    with world.database.read() as uow:
        gone = stored.by_id(uow, one.id)
    assert gone is not None
    assert gone.proposal.fate is Fate.SUPERSEDED
    with pytest.raises(NotFound, match="not in your calendar any more"):
        accept(world, "kari", one.id)


def test_a_proposal_costs_the_same_for_two_and_for_fifty(world: World, statements: Statements) -> None:
    costs = []
    for number in (2, 50):
        world.put("kari", texts.meeting("m", OLA, *(f"k{n}@kunde.example" for n in range(number))))
        statements.clear()
        propose(world, "ola")
        (one,) = known(world)
        accept(world, "kari", one.id)
        costs.append(len(statements))
        world.forget()

    assert costs[0] == costs[1]


def test_explain_tells_what_was_proposed_and_what_became_of_it(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))
    counter(world, "20261202T120000Z", "LOCATION:Loftet", "COMMENT:Helst da")
    propose(world, "ola")
    decline(world, "kari", next(one.id for one in known(world) if one.proposal.address == f"mailto:{OLA}"))

    with world.database.read() as uow:
        told = "\n".join(explain.explain(uow, "m"))
        logged = [decision.why for decision in decisions.of_uid(uow, "m")]

    assert (
        "  berit@kunde.example proposes 20261202T120000Z to 20261202T130000Z and another place for all of it, by mail, "
        "SEQUENCE 0, 2026-11-23 12:02:00 UTC, open\n"
    ) in told
    assert f"{OLA} proposes 20261202T120000Z to 20261202T130000Z for all of it, by service, SEQUENCE 0, " in told
    assert f"declined {world.now:%Y-%m-%d %H:%M:%S} UTC" in told
    assert "Loftet" not in told
    assert "Helst da" not in told
    assert f"The organizer declines what {OLA} proposed for all of it: DECLINECOUNTER to them alone." in logged

# SPDX-License-Identifier: GPL-3.0-or-later
"""Who was not asked and answers, on each database: what is kept, for whom, how long; see `party-crashers.txt` too."""

from datetime import timedelta
from email.message import EmailMessage

import pytest

from gateway.errors import NotFound, NotYours
from gateway.model import CrasherId
from gateway.services import crashers, explain, leaving, people, received
from gateway.services.arrivals import What
from gateway.services.crashers import Uninvited
from gateway.services.letters import reply_mailbox
from gateway.services.scene import Scene
from gateway.store import calendars, decisions
from gateway.worker.housekeeping import Housekeeping
from tests.conftest import Statements
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, OLA
from tests.gateway.services.world import World

SIRI = "siri@kunde.example"
VOUCHED = "mx.byggbo.example; dmarc={} header.from=kunde.example"


def answer(
    world: World, partstat: str = "ACCEPTED", who: str = SIRI, *, vouched: str = "", to: str = "", uid: str = "m"
) -> What:
    """Let somebody answer by mail the invitation that Berit passed on, or write *to* the organizer's own mailbox."""
    asked = [mail for mail in world.mails(uid) if mail.method == "REQUEST" and BERIT in mail.address][-1]
    world.now += timedelta(minutes=1)
    lines = (
        f"UID:{uid}",
        f"DTSTAMP:{world.now:%Y%m%dT%H%M%SZ}",
        f"ATTENDEE;CN=Siri Holm;PARTSTAT={partstat}:mailto:{who}",
    )
    body = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y", "METHOD:REPLY", "BEGIN:VEVENT", *lines)
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = who, f"<{world.now:%H%M%S}{who}"
    mail["To"] = to or reply_mailbox(world.settings.mail_from, str(asked.facts["reply_token"]))
    if vouched:
        mail["Authentication-Results"] = VOUCHED.format(vouched)
    mail.set_content("Svar")
    text = "\r\n".join((*body, "END:VEVENT", "END:VCALENDAR", "")).encode()
    mail.add_alternative(text, maintype="text", subtype="calendar", params={"method": "REPLY"})
    with world.database.write() as uow:
        box = str(mail["To"])
        taken = received.receive(uow, mail.as_bytes(), box, return_path=who, settings=world.settings, now=world.now)
    return taken.what


def waiting(world: World, login: str = "kari") -> list[Uninvited]:
    with world.database.read() as uow:
        return crashers.uninvited(uow, world.people[login], world.now)


def pulse(world: World, login: str) -> int:
    with world.database.read() as uow:
        return calendars.pulses(uow, [world.people[login].id])[world.people[login].id]


def told(world: World) -> str:
    with world.database.read() as uow:
        return "\n".join(explain.explain(uow, "m"))


@pytest.fixture
def asked(world: World) -> World:
    """Give a company where Kari has invited Ola and Berit."""
    world.settings = world.settings.model_copy(update={"trusted_auth": ("mx.byggbo.example",)})
    world.put("kari", texts.meeting("m", OLA, BERIT))
    return world


def test_it_is_the_organizers_alone_to_know_and_to_decide(asked: World) -> None:
    before = pulse(asked, "ola")
    assert answer(asked) is What.UNINVITED

    (siri,) = waiting(asked)

    assert (siri.name, siri.mailbox, siri.via, siri.partstat) == ("Siri Holm", SIRI, BERIT, "ACCEPTED")
    assert waiting(asked, "ola") == []
    assert pulse(asked, "ola") == before
    with pytest.raises(NotYours), asked.database.write() as uow:
        crashers.take_in(uow, asked.people["ola"], siri.id, scene=Scene(asked.settings, asked.now))
    with pytest.raises(NotFound), asked.database.write() as uow:
        crashers.turn_away(uow, asked.people["kari"], CrasherId(siri.id + 1), scene=Scene(asked.settings, asked.now))


def test_open_pages_hear_of_it_and_no_calendar_moves(asked: World) -> None:
    before, seen = pulse(asked, "kari"), asked.seen("kari", "m")
    answer(asked)
    heard = pulse(asked, "kari")
    answer(asked, "TENTATIVE")

    assert len({before, heard, pulse(asked, "kari")}) == 3
    assert asked.seen("kari", "m") == seen


def test_explain_says_who_waits_and_what_became_of_them(asked: World) -> None:
    answer(asked)
    assert f"  {SIRI}, who is not asked, answers ACCEPTED by mail, by the invitation of {BERIT}, " in told(asked)
    assert "waits for the organizer" in told(asked)
    with asked.database.write() as uow:
        crashers.turn_away(uow, asked.people["kari"], waiting(asked)[0].id, scene=Scene(asked.settings, asked.now))

    assert "turned away" in told(asked)
    assert "Siri Holm" not in told(asked)


def test_what_our_mail_server_calls_forged_is_not_kept(asked: World) -> None:
    assert answer(asked, vouched="fail") is What.FORWARDED
    assert waiting(asked) == []


@pytest.mark.parametrize(("vouched", "what"), [("pass", What.UNINVITED), ("", What.ORDINARY), ("fail", What.ORDINARY)])
def test_a_mail_to_the_organizers_own_mailbox_counts_where_it_is_vouched_for(
    asked: World, vouched: str, what: What
) -> None:
    assert answer(asked, vouched=vouched, to="kari@byggbo.example") is what
    assert len(waiting(asked)) == (what is What.UNINVITED)


def test_so_many_are_kept_and_the_rest_is_mail(asked: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crashers, "MOST", 2)
    came = [answer(asked, who=f"gjest{n}@kunde.example") for n in range(3)]

    assert came == [What.UNINVITED, What.UNINVITED, What.FORWARDED]
    assert len(waiting(asked)) == 2


def test_a_page_asks_as_much_for_one_as_for_many(asked: World, statements: Statements) -> None:
    answer(asked)
    statements.clear()
    waiting(asked)
    one = len(statements)
    for n in range(5):
        answer(asked, who=f"gjest{n}@kunde.example")
    statements.clear()

    assert len(waiting(asked)) == 6
    assert len(statements) == one


def test_what_is_over_is_nothing_to_decide_about_and_is_forgotten(asked: World) -> None:
    answer(asked)
    asked.now += timedelta(days=60)

    assert waiting(asked) == []
    assert "waits for the organizer" in told(asked)
    Housekeeping(asked.database, lambda: asked.now).sweep()
    assert "waits for the organizer" not in told(asked)


def test_whoever_organizes_it_from_now_on_decides(asked: World) -> None:
    answer(asked)
    with asked.database.write() as uow:
        kari, per = asked.people["kari"], asked.people["per"]
        leaving.hand_over_all(uow, kari, per, scene=Scene(asked.settings, asked.now))

    assert [one.name for one in waiting(asked, "per")] == ["Siri Holm"]
    assert waiting(asked) == []


def test_a_colleague_who_leaves_waits_no_more(asked: World) -> None:
    answer(asked, who="nina@byggbo.example")
    assert [one.name for one in waiting(asked)] == [asked.people["nina"].name]
    with asked.database.write() as uow:
        people.remove(uow, "nina", asked.now)

    assert waiting(asked) == []


def test_the_log_says_what_was_decided(asked: World) -> None:
    answer(asked)
    with asked.database.write() as uow:
        crashers.take_in(uow, asked.people["kari"], waiting(asked)[0].id, scene=Scene(asked.settings, asked.now))
    with asked.database.read() as uow:
        said = [one.why for one in decisions.of_uid(uow, "m")]

    assert f"The organizer takes in {SIRI}, who answered without being asked: ACCEPTED stands." in said

# SPDX-License-Identifier: GPL-3.0-or-later
"""An answer that comes to the organizer's own mailbox, and not to the secret one of the invitation."""

import pytest

from gateway.services import received
from gateway.services.arrivals import Taken, What
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA
from tests.gateway.services.world import World
from tests.gateway.worker.outside import mail_with
from tests.gateway.worker.work import invite, partstat, reasons, rows

TRUSTED = "mx.byggbo.example"
VOUCHED = ("Authentication-Results", f"{TRUSTED}; dmarc=pass header.from=kunde.example")
FAILED = ("Authentication-Results", f"{TRUSTED}; dmarc=fail header.from=kunde.example")
SELF_MADE = ("Authentication-Results", "mx.kunde.example; dmarc=pass header.from=kunde.example")


def answered(*more: str, box: str = BERIT, organizer: str = KARI, method: str = "REPLY", at: str = "T090000Z") -> bytes:
    """Give the answer of a program that has asked nobody for a secret mailbox."""
    return texts.written(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Ute//NO",
            f"METHOD:{method}",
            "BEGIN:VEVENT",
            "UID:befaring-1",
            "DTSTAMP:20261123T121500Z",
            "SEQUENCE:0",
            f"DTSTART:20261201{at}",
            "DURATION:PT1H",
            "SUMMARY:Befaring",
            f"ORGANIZER:mailto:{organizer}",
            f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{box}",
            *more,
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    )


def arrive(
    world: World, text: bytes, *headers: tuple[str, str], sender: str = BERIT, to: str = KARI, trusted: str = TRUSTED
) -> Taken:
    """Let a mail come to an employee, whose mail server's word counts."""
    settings = world.settings.model_copy(update={"trusted_auth": (trusted,)})
    with world.database.write() as uow:
        raw = mail_with(text, *headers, sender=sender, to=to)
        return received.receive(uow, raw, to, return_path=sender, settings=settings, now=world.now)


def test_the_answer_of_a_vouched_for_sender_counts(world: World) -> None:
    invite(world)

    assert arrive(world, answered(), VOUCHED).what is What.ANSWER

    assert partstat(world) == "ACCEPTED"
    (told,) = world.inbox("kari")
    assert (told.method, told.about[BERIT]) == ("REPLY", "ACCEPTED")
    assert any("and our mail server vouches for it" in why for why in reasons(world))
    assert arrive(world, answered(), VOUCHED).what is What.AGAIN


def test_a_program_that_names_no_organizer_is_understood(world: World) -> None:
    invite(world)
    text = b"\r\n".join(line for line in answered().split(b"\r\n") if not line.startswith(b"ORGANIZER"))

    assert arrive(world, text, VOUCHED).what is What.ANSWER


def test_a_program_that_names_the_secret_mailbox_is_understood(world: World) -> None:
    invite(world)
    secret = f"kalender+{rows(world)[0].facts['reply_token']}@byggbo.example"

    assert arrive(world, answered(organizer=secret), VOUCHED).what is What.ANSWER


@pytest.mark.parametrize("headers", [(), (FAILED,), (SELF_MADE,)])
def test_whoever_nobody_vouches_for_answers_nothing(world: World, headers: tuple[tuple[str, str], ...]) -> None:
    invite(world)

    assert arrive(world, answered(), *headers).what is What.IGNORED

    assert partstat(world) == "NEEDS-ACTION"
    assert any("nobody vouches for who wrote it" in why for why in reasons(world))
    assert [mail.method for mail in rows(world)] == ["REQUEST"]


def test_nobody_answers_for_another(world: World) -> None:
    invite(world, "befaring-1", BERIT, "jon@kunde.example")

    assert arrive(world, answered(), VOUCHED, sender="jon@kunde.example").what is What.IGNORED
    assert arrive(world, answered(), VOUCHED, sender="siri@kunde.example").what is What.ORDINARY
    assert partstat(world) == "NEEDS-ACTION"


def test_what_others_organize_is_not_answered_in_ones_own_mailbox(world: World) -> None:
    invite(world, "befaring-1", BERIT, OLA)

    assert arrive(world, answered(), VOUCHED, to=NINA).what is What.ORDINARY
    assert arrive(world, answered(), VOUCHED, to=OLA).what is What.ORDINARY
    assert arrive(world, answered(organizer=OLA), VOUCHED).what is What.ORDINARY
    assert partstat(world) == "NEEDS-ACTION"


def test_a_proposal_is_kept_and_mailed_to_nobody_who_has_it(world: World) -> None:
    invite(world)

    assert arrive(world, answered(method="COUNTER", at="T110000Z"), VOUCHED).what is What.PROPOSAL

    assert [told.method for told in world.inbox("kari")] == ["COUNTER"]
    assert [mail.method for mail in rows(world)] == ["REQUEST"]


def test_a_proposal_that_nobody_vouches_for_is_not_kept(world: World) -> None:
    invite(world)

    assert arrive(world, answered(method="COUNTER", at="T110000Z")).what is What.IGNORED
    assert world.inbox("kari") == []


def test_whoever_asks_for_the_current_text_gets_it_where_they_are_vouched_for(world: World) -> None:
    invite(world)

    assert arrive(world, answered(method="REFRESH")).what is What.IGNORED
    assert arrive(world, answered(method="REFRESH"), VOUCHED).what is What.REFRESH
    assert [mail.method for mail in rows(world)] == ["REQUEST", "REQUEST"]


def test_an_answer_that_cannot_be_read_is_their_mail_and_nothing_else(world: World) -> None:
    invite(world)

    assert arrive(world, answered("RECURRENCE-ID:nonsense"), VOUCHED).what is What.ORDINARY
    assert [mail.method for mail in rows(world)] == ["REQUEST"]

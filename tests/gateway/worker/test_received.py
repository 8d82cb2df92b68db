# SPDX-License-Identifier: GPL-3.0-or-later
"""What becomes of a mail that came in."""

import pytest

from gateway.services import received
from gateway.services.arrivals import What
from gateway.store import outbox
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, NINA
from tests.gateway.services.world import World
from tests.gateway.worker.work import invite, partstat, reasons, rows, status
from tests.mail.letters import TOKEN, sample

BOX = "kalender+{}@byggbo.example"


def box_of(world: World, box: str = BERIT) -> str:
    """Give the secret mailbox of an invited contact."""
    return BOX.format(next(mail.facts["reply_token"] for mail in rows(world) if mail.address == f"mailto:{box}"))


def arrive(world: World, raw: bytes, recipient: str | None = None, return_path: str | None = None) -> What:
    """Let a mail come in."""
    with world.database.write() as uow:
        return received.receive(
            uow, raw, recipient or box_of(world), return_path=return_path, settings=world.settings, now=world.now
        ).what


def forwarded(world: World) -> list[outbox.Mail]:
    """Give the mails that are passed on to the organizer."""
    return [mail for mail in rows(world) if mail.method == outbox.FORWARD]


@pytest.mark.parametrize(
    ("name", "answered"),
    [
        ("google-accepted", "ACCEPTED"),
        ("exchange-declined", "DECLINED"),
        ("apple-tentative", "TENTATIVE"),
        ("thunderbird-accepted", "ACCEPTED"),
        ("yahoo-accepted", "ACCEPTED"),
        ("proton-accepted", "ACCEPTED"),
    ],
)
def test_the_answer_of_each_mail_program_counts(world: World, name: str, answered: str) -> None:
    invite(world)

    assert arrive(world, sample(name)) is What.ANSWER

    assert partstat(world) == answered
    assert status(world) == "2.0"
    (told,) = world.inbox("kari")
    assert told.method == "REPLY"
    assert told.about[BERIT] == answered
    assert forwarded(world) == []
    assert any("answers for berit@kunde.example" in why for why in reasons(world))


def test_the_proposal_of_exchange_is_kept_and_reaches_the_organizer_as_mail_too(world: World) -> None:
    """The times are what is proposed; those that it is to be moved from stand in lines of Microsoft's own."""
    invite(world)

    assert arrive(world, sample("exchange-counter")) is What.PROPOSAL

    assert partstat(world) == "NEEDS-ACTION"
    (told,) = world.inbox("kari")
    lines = texts.unfolded(told.text)
    assert told.method == "COUNTER"
    assert {"DTSTART;TZID=Europe/Oslo:20261202T120000", "COMMENT:Kan vi ta det dagen etter?\\n"} <= set(lines)
    (mail,) = forwarded(world)
    assert mail.facts["reason"] == "proposal"
    assert mail.facts["proposed"] == {
        "start": "20261202T110000Z",
        "end": "20261202T123000Z",
        "place": None,
        "comment": None,
    }


def test_a_comment_comes_along(world: World) -> None:
    invite(world)

    arrive(world, sample("exchange-declined"))

    assert "Jeg er bortreist" in "".join(texts.unfolded(world.inbox("kari")[0].text))


def test_the_same_mail_twice_is_dealt_with_once(world: World) -> None:
    invite(world)

    assert arrive(world, sample("google-accepted")) is What.ANSWER
    tokens = world.tokens("kari")
    assert arrive(world, sample("google-accepted")) is What.AGAIN

    assert world.tokens("kari") == tokens
    assert len(world.inbox("kari")) == 1


def test_a_mailbox_that_nobody_was_told_leads_nowhere(world: World) -> None:
    invite(world)

    assert arrive(world, sample("google-accepted"), BOX.format(TOKEN)) is What.UNKNOWN
    assert arrive(world, sample("google-accepted"), "kalender@byggbo.example") is What.UNKNOWN
    assert arrive(world, sample("google-accepted"), "nobody@annen.example") is What.UNKNOWN

    assert partstat(world) == "NEEDS-ACTION"


def test_an_answer_for_somebody_else_changes_nothing_and_reaches_the_organizer(world: World) -> None:
    invite(world)

    assert arrive(world, sample("stranger-accepted")) is What.UNINVITED
    assert arrive(world, sample("stranger-accepted")) is What.AGAIN

    assert partstat(world) == "NEEDS-ACTION"
    assert "jon@nabo.example" not in texts.people(world.text("kari", "befaring-1"))
    (mail,) = forwarded(world)
    assert (mail.address, mail.facts["reason"]) == ("mailto:kari@byggbo.example", "stranger")


def test_a_contacts_answer_cannot_be_a_colleagues(world: World) -> None:
    invite(world, "befaring-1", BERIT, NINA)
    text = texts.reply(world.mails("befaring-1")[0].text, NINA, "DECLINED")
    head = b"From: berit@kunde.example\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n"

    assert arrive(world, head + text) is What.FORWARDED

    assert partstat(world, box=NINA) == partstat(world) == "NEEDS-ACTION"


def test_an_alias_answers_for_the_invited_address(world: World) -> None:
    invite(world)
    text = texts.reply(world.mails("befaring-1")[0].text, "berit.kunde@gmail.example", "ACCEPTED")
    head = b"From: Berit <berit@kunde.example>\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n"

    assert arrive(world, head + text) is What.ANSWER

    assert partstat(world) == "ACCEPTED"
    assert "berit.kunde@gmail.example" not in texts.people(world.text("kari", "befaring-1"))


def test_an_answer_from_another_mailbox_counts_and_the_log_says_whose(world: World) -> None:
    invite(world)

    raw = sample("thunderbird-accepted").replace(b"From: berit@kunde.example", b"From: sekretaer@kunde.example")
    assert arrive(world, raw) is What.ANSWER

    assert partstat(world) == "ACCEPTED"
    assert any("sekretaer@kunde.example" in why for why in reasons(world))


def test_an_answer_that_only_outlook_can_unwrap_reaches_the_organizer(world: World) -> None:
    invite(world)
    head = b"From: berit@kunde.example\r\nSubject: Accepted: Befaring\r\nMIME-Version: 1.0\r\n"
    body = b'Content-Type: application/ms-tnef; name="winmail.dat"\r\n\r\n\x78\x9f\x3e\x22\r\n'

    assert arrive(world, head + body, return_path=BERIT) is What.FORWARDED

    assert partstat(world) == "NEEDS-ACTION"
    assert b"winmail.dat" in forwarded(world)[0].text


def test_words_reach_the_organizer_once(world: World) -> None:
    invite(world)

    assert arrive(world, sample("words"), return_path="berit@kunde.example") is What.FORWARDED
    assert arrive(world, sample("words"), return_path="berit@kunde.example") is What.AGAIN

    (mail,) = forwarded(world)
    assert mail.text == sample("words")
    assert mail.facts["writer"] == "berit@kunde.example"
    assert mail.facts["title"] == "Befaring"
    assert "først kl. 10.15" in str(mail.facts["words"])
    assert partstat(world) == "NEEDS-ACTION"


@pytest.mark.parametrize("return_path", ["", None])
def test_a_machines_words_go_nowhere(world: World, return_path: str | None) -> None:
    invite(world)

    assert arrive(world, sample("absence"), return_path=return_path) is What.IGNORED

    assert forwarded(world) == []
    assert partstat(world) == "NEEDS-ACTION"
    assert any("no human wrote" in why for why in reasons(world))


def test_a_mail_in_circles_stops(world: World) -> None:
    invite(world)

    assert arrive(world, b"X-Distrib-Hops: 3\r\n" + sample("words")) is What.IGNORED

    assert forwarded(world) == []


def test_an_answer_to_something_else_reaches_the_organizer(world: World) -> None:
    invite(world, "noe-annet")

    assert arrive(world, sample("google-accepted")) is What.FORWARDED

    assert forwarded(world)[0].facts["reason"] == "unreadable"
    assert partstat(world, "noe-annet") == "NEEDS-ACTION"


def test_an_old_answer_changes_nothing(world: World) -> None:
    invite(world)
    world.put("kari", texts.later(world.text("kari", "befaring-1")))

    assert arrive(world, sample("google-accepted")) is What.IGNORED

    assert partstat(world) == "NEEDS-ACTION"
    assert any("ignored" in why for why in reasons(world))


def test_a_bomb_is_noted_and_nothing_else(world: World) -> None:
    invite(world)

    assert arrive(world, b"From: x@y.example\r\n" + b"X-A: b\r\n" * 2000 + b"\r\nx") is What.IGNORED

    assert forwarded(world) == []
    assert any("not read" in why for why in reasons(world))


def test_a_bounce_stands_in_the_organizers_copy(world: World) -> None:
    invite(world)
    before = world.found("kari", "befaring-1")

    assert arrive(world, sample("bounce"), box_of(world).replace("+", "+b-"), "") is What.BOUNCE

    assert status(world) == "5.2"
    after = world.found("kari", "befaring-1")
    assert after.etag != before.etag
    assert after.schedule_tag == before.schedule_tag
    assert forwarded(world) == []


def test_a_bounce_that_comes_after_the_answer_says_nothing(world: World) -> None:
    invite(world)
    world.reply_by_mail("befaring-1", "ACCEPTED")

    assert arrive(world, sample("bounce"), box_of(world).replace("+", "+b-"), "") is What.IGNORED

    assert status(world) == "2.0"


def test_a_delay_is_no_bounce(world: World) -> None:
    invite(world)
    delayed = sample("bounce").replace(b"Action: failed", b"Action: delayed")

    assert arrive(world, delayed, box_of(world).replace("+", "+b-"), "") is What.IGNORED

    assert status(world) == "1.0"


def test_other_mail_to_the_mailbox_for_bounces_is_no_answer(world: World) -> None:
    invite(world)

    assert arrive(world, sample("google-accepted"), box_of(world).replace("+", "+b-")) is What.IGNORED

    assert partstat(world) == "NEEDS-ACTION"


def test_who_has_left_gets_no_mail(world: World) -> None:
    invite(world)
    world.leave("kari")

    assert arrive(world, sample("words"), return_path="berit@kunde.example") is What.IGNORED
    assert forwarded(world) == []


def test_a_task_is_done_by_mail(world: World) -> None:
    world.put("kari", texts.task("gips-1", BERIT))
    asked = world.mails("gips-1")[0].text
    done = ("STATUS:COMPLETED", "PERCENT-COMPLETE:100", "COMPLETED:20261123T130000Z")
    text = texts.reply(asked, BERIT, "COMPLETED", *done)
    head = b"From: berit@kunde.example\r\nContent-Type: text/calendar; method=REPLY\r\n\r\n"

    assert arrive(world, head + text) is What.ANSWER

    line = texts.line_of(world.text("kari", "gips-1"), BERIT)
    assert texts.parameter(line, "PARTSTAT") == "COMPLETED"
    assert texts.parameter(line, "X-DISTRIB-PERCENT") == "100"

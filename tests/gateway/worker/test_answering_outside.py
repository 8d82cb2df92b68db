# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers to organizers outside: a REPLY by mail that their programs take, once for each act, and what became of it."""

import asyncio
from pathlib import Path

import pytest

from gateway.services import deliveries
from gateway.worker.letters import envelope_of
from ical.itip.outcome import Method
from mail.addresses import Mailboxes
from mail.compose import House
from mail.parse import parse
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, OLA, PER, PER_TOO
from tests.gateway.services.world import World
from tests.gateway.worker.outside import DAY, WEEKLY, arrive, know, mail_with, said
from tests.gateway.worker.test_round_trip import hand_over
from tests.gateway.worker.work import at_work, read, reasons, rows, story, until
from tests.mail.peer import peer


@pytest.fixture(autouse=True)
def _known(world: World) -> None:
    know(world)


def answer(world: World, partstat: str, login: str = "ola", box: str = OLA) -> None:
    """Let an employee answer in a calendar program."""
    world.put(login, texts.with_partstat(world.text(login, "m"), box, partstat))


def status(world: World, login: str = "ola") -> str | None:
    """Give the SCHEDULE-STATUS that the employee reads of the organizer."""
    line = next(line for line in texts.unfolded(world.text(login, "m")) if line.startswith("ORGANIZER"))
    return texts.parameter(line, "SCHEDULE-STATUS")


def replies(world: World) -> list[bytes]:
    """Give the calendar texts of the answers that were mailed, oldest first."""
    return [mail.text for mail in world.mails("m") if mail.method == "REPLY"]


def test_the_reply_says_what_exchange_and_google_ask_for(world: World) -> None:
    arrive(world, said(sequence=3))

    answer(world, "ACCEPTED")

    (text,) = replies(world)
    assert texts.people(text) == {OLA: "ACCEPTED"}
    assert len(texts.named(text, "ATTENDEE")) == 1
    assert texts.value(text, "ORGANIZER") == f"mailto:{BERIT}"
    assert (texts.value(text, "UID"), texts.value(text, "SEQUENCE")) == ("m", "3")
    assert texts.named(text, "DTSTART") == ["DTSTART;TZID=Europe/Oslo:20261201T100000"]
    assert texts.value(text, "SUMMARY") == "Befaring"
    assert text.count(b"BEGIN:VTIMEZONE") == 1
    assert b"METHOD:REPLY" in text
    for line in (b"RSVP", b"VALARM", b"SCHEDULE-", b"kalender+"):
        assert line not in text


def test_the_mail_is_the_employees_own_and_names_no_secret(world: World) -> None:
    arrive(world, said())
    answer(world, "TENTATIVE")

    (row,) = [mail for mail in rows(world) if mail.method == "REPLY"]
    envelope = envelope_of(row, House(Mailboxes("kalender@byggbo.example"), "https://kalender.byggbo.example"))
    mail = read(envelope.data)

    assert mail["From"].addresses[0].addr_spec == mail["Reply-To"].addresses[0].addr_spec == OLA
    assert mail["Sender"].address.addr_spec == "kalender@byggbo.example"
    assert envelope.recipient == BERIT
    assert envelope.sender.startswith("kalender+b-")
    assert mail["Subject"] == "Kanskje: Befaring"
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Ola kommer kanskje." in body.get_content()
    assert str(row.facts["reply_token"]).encode() not in envelope.data
    part = parse(envelope.data).calendar
    assert part is not None
    assert part.method == Method.REPLY


def test_an_employee_of_another_domain_is_answered_to_by_reply_to(world: World) -> None:
    world.hire("lise", "lise@datter.example")
    arrive(world, said(asked=("lise@datter.example",)), to="lise@datter.example")
    answer(world, "DECLINED", "lise", "lise@datter.example")

    (row,) = [mail for mail in rows(world) if mail.method == "REPLY"]
    mail = read(envelope_of(row, House(Mailboxes("kalender@byggbo.example"), "https://kalender.byggbo.example")).data)

    assert mail["From"].addresses[0].addr_spec == "kalender@byggbo.example"
    assert mail["Reply-To"].addresses[0].addr_spec == "lise@datter.example"
    assert mail["Sender"] is None


def test_an_english_contact_is_written_to_in_english(world: World) -> None:
    know(world, language="en")
    arrive(world, said(kind="VTODO"))
    world.put("ola", texts.with_value(world.text("ola", "m"), "PERCENT-COMPLETE", "40"))

    (row,) = [mail for mail in rows(world) if mail.method == "REPLY"]
    mail = read(envelope_of(row, House(Mailboxes("kalender@byggbo.example"), "https://kalender.byggbo.example")).data)

    assert mail["Subject"] == "In progress: Befaring"
    assert b"PERCENT-COMPLETE:40" in row.text
    assert "(40 %)" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_each_act_is_told_once(world: World) -> None:
    arrive(world, said())

    answer(world, "ACCEPTED")
    world.put("ola", texts.refolded(world.text("ola", "m")))
    world.put("ola", texts.with_alarm(world.text("ola", "m"), "Min"))
    answer(world, "ACCEPTED")
    assert len(replies(world)) == 1

    answer(world, "DECLINED")
    answer(world, "ACCEPTED")
    assert [texts.people(text)[OLA] for text in replies(world)] == ["ACCEPTED", "DECLINED", "ACCEPTED"]


def test_no_answer_is_none(world: World) -> None:
    arrive(world, said())

    world.put("ola", texts.with_alarm(world.text("ola", "m"), "Min"))
    answer(world, "NEEDS-ACTION")

    assert replies(world) == []


def test_to_delete_it_declines_it(world: World) -> None:
    arrive(world, said())

    world.delete("ola", "m")

    (text,) = replies(world)
    assert texts.people(text) == {OLA: "DECLINED"}


def test_a_program_that_wants_nobody_told_is_obeyed(world: World) -> None:
    arrive(world, said())

    world.delete("ola", "m", reply=False)

    assert replies(world) == []


def test_a_program_that_answers_by_itself_is_left_to_it(world: World) -> None:
    arrive(world, said())
    mine = texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED")

    world.put("ola", mine.replace(b"ORGANIZER;", b"ORGANIZER;SCHEDULE-AGENT=CLIENT;"))

    assert replies(world) == []
    assert texts.people(world.text("ola", "m")) == {OLA: "ACCEPTED"}
    assert status(world) is None
    assert any("tells the organizer by itself" in why for why in reasons(world, "m"))


def test_one_day_is_answered_by_its_name(world: World) -> None:
    arrive(world, said("REQUEST", WEEKLY))
    arrive(world, said(day=DAY, start="T140000", sequence=1, at="12:10:00"))
    text = world.text("ola", "m")
    before, mark, day = text.partition(b"RECURRENCE-ID")

    world.put("ola", before + mark + day.replace(b"PARTSTAT=NEEDS-ACTION", b"PARTSTAT=DECLINED"))

    (told,) = replies(world)
    assert texts.people(told) == {OLA: "DECLINED"}
    assert texts.named(told, "RECURRENCE-ID") == [f"RECURRENCE-ID;TZID=Europe/Oslo:{DAY}T100000"]
    assert texts.named(told, "DTSTART") == [f"DTSTART;TZID=Europe/Oslo:{DAY}T140000"]
    assert texts.value(told, "SEQUENCE") == "1"


def test_the_address_that_was_invited_answers(world: World) -> None:
    arrive(world, said(asked=(PER_TOO,)), to=PER)
    answer(world, "ACCEPTED", "per", PER_TOO)

    assert texts.people(replies(world)[0]) == {PER_TOO: "ACCEPTED"}


def test_without_a_way_to_mail_the_employee_reads_that(world: World) -> None:
    arrive(world, said())
    world.settings = world.settings.model_copy(update={"smtp_url": None})

    answer(world, "ACCEPTED")

    assert replies(world) == []
    assert status(world) == "5.2"


def test_what_became_of_it_is_read_at_the_organizer(world: World) -> None:
    arrive(world, said())
    answer(world, "ACCEPTED")
    assert status(world) == "1.0"
    tag = world.found("ola", "m").schedule_tag

    with world.database.write() as uow:
        (mail,) = deliveries.claim(uow, worker="w", now=world.now, limit=5)
        deliveries.refused(uow, mail, worker="w", response="550 no", status=deliveries.REFUSED, now=world.now)

    assert status(world) == "5.2"
    assert world.found("ola", "m").schedule_tag == tag


def test_in_by_lmtp_and_the_answer_out_by_smtp(world: World, tmp_path: Path) -> None:
    async def told() -> None:
        path = tmp_path / "lmtp"
        async with peer() as server, at_work(world, server.url, lmtp_listen=f"unix:{path}"):
            raw = mail_with(said())
            await until(path.exists)
            for once in (b"2.0.0 taken: invitation", b"2.0.0 taken: again"):
                assert await asyncio.to_thread(hand_over, path, raw, OLA.upper()) == (250, once)
            plain = b"From: a@b.example\r\nSubject: Hei\r\n\r\nHei\r\n"
            assert await asyncio.to_thread(hand_over, path, plain, OLA) == (250, b"2.0.0 taken: ordinary")
            assert (await asyncio.to_thread(hand_over, path, plain, "ingen@annen.example"))[0] == 550
            await asyncio.to_thread(answer, world, "ACCEPTED")
            await until(lambda: status(world) == "1.1")

            (sent,) = server.taken
            assert sent.recipients == [BERIT]
            bounce = sent.sender
            report = _bounce(bounce)
            assert await asyncio.to_thread(hand_over, path, report, bounce, "") == (250, b"2.0.0 taken: bounce")
            assert status(world) == "5.2"

    story(told())


def _bounce(box: str) -> bytes:
    lines = (
        "From: MAILER-DAEMON@kunde.example",
        f"To: {box}",
        "Message-ID: <bounce@kunde.example>",
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
        "",
        "--b",
        "Content-Type: text/plain",
        "",
        "Det gikk ikke.",
        "--b",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.kunde.example",
        "",
        f"Final-Recipient: rfc822; {BERIT}",
        "Action: failed",
        "Status: 5.1.1",
        "--b--",
        "",
    )
    return "\r\n".join(lines).encode()


def test_what_an_employee_answers_to_is_not_ours_to_ask(world: World) -> None:
    arrive(world, said())
    mine = texts.with_attendee(world.text("ola", "m"), "ny@annen.example")

    world.put("ola", texts.with_partstat(mine, OLA, "ACCEPTED"))

    assert [(mail.method, str(mail.address)) for mail in world.mails("m")] == [("REPLY", f"mailto:{BERIT}")]
    assert "ny@annen.example" not in texts.people(world.text("ola", "m"))

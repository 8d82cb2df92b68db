# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody outside asked an employee to is handed on (RFC 5546 3.2.2.3): they ask the delegate."""

import pytest

from gateway.services import deliveries
from gateway.worker.letters import envelope_of
from mail.addresses import Mailboxes
from mail.compose import House
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, NINA, OLA, PER
from tests.gateway.services.world import World
from tests.gateway.worker.outside import DAY, WEEKLY, arrive, know, said
from tests.gateway.worker.work import read, reasons, rows

JON = "jon@nabo.example"
HOUSE = House(Mailboxes("kalender@byggbo.example"), "https://kalender.byggbo.example")


@pytest.fixture(autouse=True)
def _known(world: World) -> None:
    know(world)


def hand_on(world: World, to: str, login: str = "ola", box: str = OLA, more: str = "") -> None:
    """Let an employee hand it on in a calendar program that names the delegate, as the standard asks."""
    text = texts.with_partstat(world.text(login, "m"), box, "DELEGATED")
    text = text.replace(f":mailto:{box}".encode(), f';DELEGATED-TO="mailto:{to}":mailto:{box}'.encode())
    line = f'ATTENDEE;CN=Stedfortreder{more};DELEGATED-FROM="mailto:{box}":mailto:{to}'
    world.put(login, texts.with_lines(text, line))


def sent(world: World) -> list[tuple[str, str]]:
    """Give what went out: method and to whom, oldest first."""
    return [(mail.method, mail.address.removeprefix("mailto:")) for mail in rows(world)]


def test_a_colleague_has_it_at_once_and_answers_to_the_organizer(world: World) -> None:
    arrive(world, said())

    hand_on(world, NINA)

    assert sent(world) == [("REPLY", BERIT)]
    text = world.text("nina", "m")
    assert texts.people(text) == {OLA: "DELEGATED", NINA: "NEEDS-ACTION"}
    assert texts.parameter(texts.line_of(text, NINA), "DELEGATED-FROM") == f"mailto:{OLA}"
    assert texts.value(text, "ORGANIZER") == f"mailto:{BERIT}"
    (told,) = world.inbox("nina")
    assert (told.method, told.about[NINA]) == ("REQUEST", "NEEDS-ACTION")
    world.put("nina", texts.with_partstat(text, NINA, "ACCEPTED"))
    assert sent(world) == [("REPLY", BERIT)] * 2
    assert texts.people(rows(world)[-1].text) == {NINA: "ACCEPTED"}
    assert any("sends a REQUEST to nina@byggbo.example" in why for why in reasons(world, "m"))


def test_somebody_outside_gets_a_mail_from_whoever_hands_it_on(world: World) -> None:
    arrive(world, said("REQUEST", "DESCRIPTION:Ta med hjelm"))

    hand_on(world, JON)

    assert sent(world) == [("REPLY", BERIT), ("REQUEST", JON)]
    told, asked = (read(envelope_of(row, HOUSE).data) for row in rows(world))
    assert "Ola har gitt dette videre til jon@nabo.example." in told.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert (asked["Subject"], asked["From"].addresses[0].addr_spec, asked["To"]) == ("Invitasjon: Befaring", OLA, JON)
    words = asked.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    for line in ("Ola ber deg komme i stedet.", "Arrangør: Berit Kunde (får svaret ditt)", "Ta med hjelm"):
        assert line in words
    text = rows(world)[-1].text
    assert b"METHOD:REQUEST" in text
    assert texts.people(text) == {OLA: "DELEGATED", JON: "NEEDS-ACTION"}
    assert texts.parameter(texts.line_of(text, JON), "RSVP") == "TRUE"
    assert text.count(b"BEGIN:VTIMEZONE") == 1


def test_taking_it_back_tells_the_delegate(world: World) -> None:
    arrive(world, said())
    hand_on(world, NINA)

    text = world.text("ola", "m").replace(f';DELEGATED-TO="mailto:{NINA}"'.encode(), b"")
    world.put("ola", texts.with_partstat(text, OLA, "ACCEPTED"))

    assert texts.value(world.text("nina", "m"), "STATUS") == "CANCELLED"
    assert world.inbox("nina")[-1].method == "CANCEL"
    assert sent(world) == [("REPLY", BERIT)] * 2


def test_it_is_handed_to_another_instead(world: World) -> None:
    arrive(world, said())
    hand_on(world, JON)

    world.put("ola", texts.written([line.replace(JON, PER) for line in texts.unfolded(world.text("ola", "m"))]))

    assert sent(world) == [("REPLY", BERIT), ("REQUEST", JON), ("REPLY", BERIT), ("CANCEL", JON)]
    assert "trenger ikke lenger" in str(read(envelope_of(rows(world)[-1], HOUSE).data).get_body(("plain",)))
    assert texts.people(world.text("per", "m")) == {OLA: "DELEGATED", PER: "NEEDS-ACTION"}


def test_one_day_is_handed_on_alone(world: World) -> None:
    arrive(world, said("REQUEST", WEEKLY))
    own = texts.unfolded(said("REQUEST", day=DAY))
    day = own[own.index("BEGIN:VEVENT") : own.index("END:VEVENT") + 1]
    who = f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="mailto:{NINA}":mailto:{OLA}'
    day = [who if line.startswith("ATTENDEE") else line for line in day]

    world.put("ola", world.text("ola", "m").replace(b"END:VCALENDAR", "\r\n".join([*day, "END:VCALENDAR"]).encode()))

    text = world.text("nina", "m")
    assert text.count(b"BEGIN:VEVENT") == 1
    assert b"RECURRENCE-ID;TZID=Europe/Oslo:20261208T100000" in text
    assert texts.people(text) == {OLA: "DELEGATED", NINA: "NEEDS-ACTION"}


def test_whoever_is_in_it_already_is_asked_nothing(world: World) -> None:
    arrive(world, said(asked=(OLA, NINA)))
    arrive(world, said(asked=(OLA, NINA)), to=NINA)

    text = texts.with_partstat(world.text("ola", "m"), OLA, "DELEGATED")
    world.put("ola", text.replace(f":mailto:{OLA}".encode(), f';DELEGATED-TO="mailto:{NINA}":mailto:{OLA}'.encode()))

    assert sent(world) == [("REPLY", BERIT)]
    assert texts.people(world.text("nina", "m"))[OLA] == "NEEDS-ACTION"


def test_a_program_that_mails_by_itself_hands_on_by_itself(world: World) -> None:
    arrive(world, said())
    text = world.text("ola", "m").replace(b"ORGANIZER;", b"ORGANIZER;SCHEDULE-AGENT=CLIENT;")
    text = texts.with_partstat(text, OLA, "DELEGATED")

    world.put("ola", text.replace(f":mailto:{OLA}".encode(), f';DELEGATED-TO="mailto:{JON}":mailto:{OLA}'.encode()))

    assert sent(world) == []


def test_a_delegate_who_cannot_be_reached_says_nothing_of_the_organizer(world: World) -> None:
    arrive(world, said())
    hand_on(world, JON)
    entry_id = rows(world)[0].entry_id

    with world.database.write() as uow:
        deliveries.tell(uow, entry_id, rows(world)[-1].address, "5.2", "A mail was refused.", world.now)

    line = next(line for line in texts.unfolded(world.text("ola", "m")) if line.startswith("ORGANIZER"))
    assert texts.parameter(line, "SCHEDULE-STATUS") == "1.0"


def test_the_organizers_next_text_reaches_the_delegate_whom_they_ask_too(world: World) -> None:
    arrive(world, said())
    hand_on(world, NINA)
    world.put("nina", texts.with_partstat(world.text("nina", "m"), NINA, "ACCEPTED"))

    arrive(world, said("REQUEST", "LOCATION:Gata 2", at="23:00:00", asked=(OLA, NINA)), to=NINA)

    text = world.text("nina", "m")
    assert (texts.value(text, "LOCATION"), texts.people(text)[NINA]) == ("Gata 2", "ACCEPTED")

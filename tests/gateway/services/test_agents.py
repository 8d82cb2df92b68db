# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is responsible for telling whom: SCHEDULE-AGENT, SCHEDULE-FORCE-SEND and SCHEDULE-STATUS (RFC 6638 7)."""

import pytest

from ical.errors import AttendeeMayNot, OrganizerMayNot
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA
from tests.gateway.services.world import World


def with_agent(text: bytes, box: str, agent: str | None) -> bytes:
    """Give *text* in which *agent* tells *box*."""
    return texts.with_parameter(text, box, "SCHEDULE-AGENT", agent)


@pytest.mark.parametrize("agent", ["CLIENT", "NONE", "X-ANNEN"])
def test_nobody_is_told_whom_the_server_is_not_to_tell(world: World, agent: str) -> None:
    text = with_agent(with_agent(texts.meeting("m", OLA, NINA, BERIT), OLA, agent), BERIT, agent)

    world.put("kari", texts.with_partstat(text, BERIT, "TENTATIVE"))

    assert world.seen("ola", "m") is None
    assert world.inbox("ola") == []
    assert world.mails() == []
    own = world.text("kari", "m")
    assert texts.people(own)[BERIT] == "TENTATIVE"
    assert texts.parameter(texts.line_of(own, OLA), "SCHEDULE-STATUS") is None
    assert texts.people(world.text("nina", "m"))[BERIT] == "TENTATIVE"


def test_from_client_to_server_is_an_invitation(world: World) -> None:
    world.put("kari", with_agent(texts.meeting("m", OLA, BERIT), OLA, "CLIENT"))

    world.put("kari", with_agent(world.text("kari", "m"), OLA, None))

    assert texts.people(world.text("ola", "m"))[OLA] == "NEEDS-ACTION"
    assert [told.method for told in world.inbox("ola")] == ["REQUEST"]


@pytest.mark.parametrize("agent", ["CLIENT", "NONE"])
def test_from_server_to_another_calls_it_off(world: World, agent: str) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))

    world.put("kari", with_agent(with_agent(world.text("kari", "m"), OLA, agent), BERIT, agent))

    assert [told.method for told in world.inbox("ola")] == ["CANCEL"]
    assert texts.value(world.text("ola", "m"), "STATUS") == "CANCELLED"
    assert [mail.method for mail in world.mails()] == ["REQUEST", "CANCEL"]
    assert texts.value(world.text("nina", "m"), "STATUS") is None


def test_a_client_that_asks_everybody_itself_says_so_on_the_organizer(world: World) -> None:
    text = texts.meeting("m", OLA, BERIT).replace(b"ORGANIZER:", b"ORGANIZER;SCHEDULE-AGENT=CLIENT:")

    world.put("kari", text)

    assert world.seen("ola", "m") is None
    assert world.mails() == []


def test_an_attendees_client_agent_on_a_colleagues_invitation_counts_as_the_server(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    text = world.text("ola", "m").replace(b"ORGANIZER:", b"ORGANIZER;SCHEDULE-AGENT=CLIENT:")

    world.put("ola", texts.with_partstat(text, OLA, "ACCEPTED"))

    assert texts.people(world.text("kari", "m")) == {OLA: "ACCEPTED"}
    assert b"SCHEDULE-AGENT" not in world.text("ola", "m")


def test_force_send_sends_once_and_is_not_stored(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))

    forced = texts.with_parameter(world.text("kari", "m"), BERIT, "SCHEDULE-FORCE-SEND", "REQUEST")
    stored = world.put("kari", forced)

    assert not stored.verbatim
    assert [mail.method for mail in world.mails()] == ["REQUEST", "REQUEST"]
    assert b"FORCE-SEND" not in world.text("kari", "m")
    assert b"FORCE-SEND" not in world.mails()[-1].text
    world.put("kari", world.text("kari", "m"))
    assert len(world.mails()) == 2


def test_no_parameter_of_the_servers_leaves_in_a_message(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))

    world.put("kari", texts.with_value(world.text("kari", "m"), "LOCATION", "Rom 2"))

    for text in (world.mails()[-1].text, world.inbox("ola")[-1].text, world.text("ola", "m")):
        assert b"SCHEDULE-" not in text
        assert b"X-DISTRIB" not in text


def test_the_organizer_cannot_be_changed_by_anybody(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    before = {login: world.text(login, "m") for login in ("kari", "ola", "nina")}

    with pytest.raises(AttendeeMayNot):
        world.put("ola", world.text("ola", "m").replace(b"ORGANIZER:mailto:kari", b"ORGANIZER:mailto:ola"))
    with pytest.raises(OrganizerMayNot):
        world.put("kari", world.text("kari", "m").replace(b"ORGANIZER:mailto:kari", b"ORGANIZER:mailto:ola"))

    assert {login: world.text(login, "m") for login in before} == before


def test_reordered_people_and_another_spelling_are_no_change(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))
    before = world.tokens("ola"), world.inbox("ola"), len(world.mails())

    lines = texts.unfolded(world.text("kari", "m"))
    people = [line for line in lines if line.startswith("ATTENDEE")]
    rest = [line for line in lines if not line.startswith("ATTENDEE")]
    shuffled = [*rest[:-2], *(line.replace("mailto:", "MAILTO:") for line in reversed(people)), *rest[-2:]]
    world.put(
        "kari",
        texts.written(line.replace("DURATION:PT1H", "DTEND;TZID=Europe/Oslo:20261201T110000") for line in shuffled),
    )

    assert (world.tokens("ola"), world.inbox("ola"), len(world.mails())) == before


def test_the_organizers_name_in_other_capitals_is_the_same_organizer(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, organizer=KARI.upper()))

    assert texts.people(world.text("ola", "m")) == {OLA: "NEEDS-ACTION"}

# SPDX-License-Identifier: GPL-3.0-or-later
"""People come to an entry, go, and come back; some have two addresses, and some leave the company."""

import pytest

from gateway.model import urn_of
from ical.address import of_mailbox
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER, PER_TOO
from tests.gateway.services.world import World


def test_one_person_under_two_addresses_has_one_copy_and_one_message(world: World) -> None:
    world.put("kari", texts.meeting("m", PER, PER_TOO))

    assert len(world.all_seen("per")) == 1
    assert [told.method for told in world.inbox("per")] == ["REQUEST"]


@pytest.mark.parametrize("named", ["/dav/per/", "/kalender/dav/per/", "urn:uuid"])
def test_a_colleague_may_be_named_by_what_their_principal_is_called(world: World, named: str) -> None:
    value = urn_of(of_mailbox(PER)) if named == "urn:uuid" else named
    world.put("kari", texts.meeting("m", PER).replace(f"mailto:{PER}".encode(), value.encode()))
    assert [told.method for told in world.inbox("per")] == ["REQUEST"]

    text = world.text("per", "m")
    world.put("per", text.replace(b"ATTENDEE", b"ATTENDEE;PARTSTAT=ACCEPTED"))

    (line,) = [line for line in texts.unfolded(world.text("kari", "m")) if line.endswith(value)]
    assert texts.parameter(line, "PARTSTAT") == "ACCEPTED"
    assert world.mails() == []


def test_nobody_has_a_urn_that_is_made_of_nothing(world: World) -> None:
    world.put("kari", texts.meeting("m", PER, more=["ATTENDEE:urn:uuid:00000000-0000-0000-0000-000000000000"]))

    assert [told.method for told in world.inbox("per")] == ["REQUEST"]


def test_an_answer_is_one_under_all_addresses(world: World) -> None:
    world.put("kari", texts.meeting("m", PER, PER_TOO))

    world.put("per", texts.with_partstat(world.text("per", "m"), PER_TOO, "ACCEPTED"))

    assert texts.people(world.text("kari", "m")) == {PER: "ACCEPTED", PER_TOO: "ACCEPTED"}
    assert len(world.inbox("kari")) == 1


def test_one_more_address_of_somebody_who_has_answered_is_no_new_question(world: World) -> None:
    world.put("kari", texts.meeting("m", PER))
    world.put("per", texts.with_partstat(world.text("per", "m"), PER, "ACCEPTED"))

    world.put("kari", texts.with_attendee(world.text("kari", "m"), PER_TOO))

    assert texts.people(world.text("kari", "m")) == {PER: "ACCEPTED", PER_TOO: "ACCEPTED"}
    assert texts.people(world.text("per", "m")) == {PER: "ACCEPTED", PER_TOO: "ACCEPTED"}


def test_taking_one_of_two_addresses_away_calls_nothing_off(world: World) -> None:
    world.put("kari", texts.meeting("m", PER, PER_TOO))

    world.put("kari", texts.without_attendee(world.text("kari", "m"), PER_TOO))

    assert [told.method for told in world.inbox("per")] == ["REQUEST"]
    assert texts.value(world.text("per", "m"), "STATUS") is None
    world.put("per", texts.with_partstat(world.text("per", "m"), PER, "ACCEPTED"))
    assert texts.people(world.text("kari", "m")) == {PER: "ACCEPTED"}


def test_an_address_that_is_exchanged_for_another_of_the_same_person_stays_with_them(world: World) -> None:
    world.put("kari", texts.meeting("m", PER))

    world.put("kari", texts.with_attendee(texts.without_attendee(world.text("kari", "m"), PER), PER_TOO))

    assert texts.people(world.text("per", "m")) == {PER_TOO: "NEEDS-ACTION"}
    assert [told.method for told in world.inbox("per")] == ["REQUEST"]


def test_somebody_added_is_asked_and_the_rest_only_see_it(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))
    world.put("ola", texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED"))
    inbox = world.inbox("ola")

    world.put("kari", texts.with_attendee(world.text("kari", "m"), NINA))

    assert texts.people(world.text("ola", "m")) == {OLA: "ACCEPTED", BERIT: "NEEDS-ACTION", NINA: "NEEDS-ACTION"}
    assert [told.method for told in world.inbox("nina")] == ["REQUEST"]
    assert len(world.inbox("ola")) == len(inbox)
    assert len(world.mails()) == 1


def test_somebody_taken_away_keeps_a_cancelled_copy_without_alarms(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))
    accepted = texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED")
    world.put("ola", texts.with_alarm(accepted, "Gå nå"))

    world.put("kari", texts.without_attendee(world.text("kari", "m"), OLA, BERIT))

    text = world.text("ola", "m")
    assert texts.value(text, "STATUS") == "CANCELLED"
    assert texts.alarms(text) == []
    assert texts.people(text)[OLA] == "ACCEPTED"
    assert [told.method for told in world.inbox("ola")] == ["CANCEL"]
    assert [mail.method for mail in world.mails()] == ["REQUEST", "CANCEL"]
    assert texts.people(world.text("nina", "m")) == {NINA: "NEEDS-ACTION"}


def test_a_copy_of_somebody_taken_away_follows_nothing(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    world.put("kari", texts.without_attendee(world.text("kari", "m"), OLA))
    before = world.found("ola", "m")

    world.put("kari", texts.with_value(texts.later(world.text("kari", "m")), "SUMMARY", "Nytt"))
    world.put("nina", texts.with_partstat(world.text("nina", "m"), NINA, "ACCEPTED"))

    assert world.found("ola", "m") == before


def test_a_cancelled_copy_can_be_dismissed_without_a_word(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    world.put("kari", texts.without_attendee(world.text("kari", "m"), OLA))
    since, inbox = world.tokens("ola")["calendar"], world.inbox("kari")

    world.delete("ola", "m")

    assert world.seen("ola", "m") is None
    assert [change.gone for change in world.changes("ola", "calendar", since).values()] == [True]
    assert world.inbox("kari") == inbox


def test_somebody_asked_again_has_it_at_its_old_place_and_the_cancel_is_gone(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    href = world.found("ola", "m").href
    world.put("kari", texts.without_attendee(world.text("kari", "m"), OLA))
    tag = world.found("ola", "m").schedule_tag

    world.put("kari", texts.with_attendee(world.text("kari", "m"), OLA))

    seen = world.found("ola", "m")
    assert (seen.href, texts.value(seen.text, "STATUS")) == (href, None)
    assert texts.people(seen.text)[OLA] == "NEEDS-ACTION"
    assert seen.schedule_tag != tag
    assert [told.method for told in world.inbox("ola")] == ["REQUEST"]


def test_the_cancelled_copy_saved_after_a_new_invitation_is_no_answer(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    world.put("ola", texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED"))
    world.put("kari", texts.without_attendee(world.text("kari", "m"), OLA))
    old = world.text("ola", "m")
    world.put("kari", texts.with_attendee(world.text("kari", "m"), OLA))

    world.put("ola", old)

    assert texts.people(world.text("kari", "m"))[OLA] == "NEEDS-ACTION"


def test_a_dismissed_copy_comes_back_with_a_new_invitation(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    world.put("kari", texts.without_attendee(world.text("kari", "m"), OLA))
    world.delete("ola", "m")

    world.put("kari", texts.with_attendee(world.text("kari", "m"), OLA))

    assert texts.people(world.text("ola", "m"))[OLA] == "NEEDS-ACTION"


def test_what_was_deleted_and_made_again_is_the_same_entry_one_sequence_on(world: World) -> None:
    first = texts.meeting("m", OLA, NINA, more=["SEQUENCE:4"])
    world.put("kari", first)
    href = world.found("ola", "m").href
    world.delete("kari", "m")

    world.put("kari", texts.without_attendee(first, NINA))

    seen = world.found("ola", "m")
    assert (seen.href, texts.value(seen.text, "STATUS")) == (href, None)
    assert int(texts.value(seen.text, "SEQUENCE") or 0) == 6
    assert texts.people(seen.text) == {OLA: "NEEDS-ACTION"}
    assert [told.method for told in world.inbox("ola")] == ["REQUEST"]
    assert texts.value(world.text("nina", "m"), "STATUS") == "CANCELLED"


def test_what_was_called_off_can_be_on_again(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))
    world.put("ola", texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED"))
    world.put("kari", texts.with_value(world.text("kari", "m"), "STATUS", "CANCELLED"))

    world.put("kari", texts.with_value(world.text("kari", "m"), "STATUS", "CONFIRMED"))

    assert texts.value(world.text("ola", "m"), "STATUS") == "CONFIRMED"
    assert texts.people(world.text("kari", "m"))[OLA] == "NEEDS-ACTION"
    assert [mail.method for mail in world.mails()] == ["REQUEST", "CANCEL", "REQUEST"]
    assert [told.method for told in world.inbox("ola")] == ["REQUEST"]


def test_the_organizer_leaves_the_company_and_the_meetings_stay(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))
    before = world.text("ola", "m")

    world.leave("kari")

    assert world.text("ola", "m") == before
    world.put("ola", texts.with_partstat(before, OLA, "ACCEPTED"))
    world.reply_by_mail("m", "ACCEPTED")
    assert texts.people(world.text("nina", "m")) == {OLA: "ACCEPTED", NINA: "NEEDS-ACTION", BERIT: "ACCEPTED"}
    world.delete("nina", "m")
    assert texts.people(world.text("ola", "m"))[NINA] == "DECLINED"


def test_an_invited_person_leaves_the_company_and_the_meeting_goes_on(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))

    world.leave("ola")
    world.put("kari", texts.later(world.text("kari", "m")))
    world.put("nina", texts.with_partstat(world.text("nina", "m"), NINA, "ACCEPTED"))

    assert texts.people(world.text("kari", "m")) == {OLA: "NEEDS-ACTION", NINA: "ACCEPTED"}


def test_a_new_colleague_with_an_old_address_does_not_read_old_entries(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    world.leave("ola")
    world.hire("olav", OLA)

    world.put("kari", texts.later(world.text("kari", "m")))

    assert world.seen("olav", "m") is None


def test_a_colleague_is_known_by_the_path_of_their_principal_too(world: World) -> None:
    text = texts.meeting("m").replace(b"END:VEVENT", b"ATTENDEE:/dav/ola/\r\nEND:VEVENT")

    world.put("kari", text)
    world.put("ola", world.text("ola", "m").replace(b"RSVP=TRUE:/dav", b"RSVP=TRUE;PARTSTAT=ACCEPTED:/dav"))

    assert b"PARTSTAT=ACCEPTED" in world.text("kari", "m")


def test_the_organizers_own_second_address_is_nobody_else(world: World) -> None:
    world.put("per", texts.meeting("m", PER_TOO, OLA, organizer=PER))

    assert world.inbox("per") == []
    assert len(world.all_seen("per")) == 1
    assert texts.people(world.text("ola", "m")) == {PER_TOO: "NEEDS-ACTION", OLA: "NEEDS-ACTION"}


def test_everybody_taken_away_is_no_reason_to_lose_the_entry(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, KARI))

    world.put("kari", texts.without_attendee(world.text("kari", "m"), OLA, KARI))
    world.put("kari", texts.with_value(world.text("kari", "m"), "SUMMARY", "Alene"))

    assert texts.value(world.text("kari", "m"), "SUMMARY") == "Alene"
    assert texts.value(world.text("ola", "m"), "STATUS") == "CANCELLED"


def test_somebody_taken_away_who_had_deleted_it_follows_nothing_either(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    old = world.text("ola", "m")
    world.delete("ola", "m")
    world.put("kari", texts.without_attendee(world.text("kari", "m"), OLA))
    world.put("ola", old)
    before = world.found("ola", "m")

    world.put("kari", texts.later(world.text("kari", "m")))

    assert world.found("ola", "m") == before

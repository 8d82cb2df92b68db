# SPDX-License-Identifier: GPL-3.0-or-later
"""Invitations from outside in an employee's calendar: they come, change and go as their organizer's mails say."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from gateway.services.arrivals import What
from gateway.services.explain import explain
from gateway.worker.inbox import Inbox
from mail.lmtp import Arrival
from tests.gateway.services import texts
from tests.gateway.services.test_freebusy import BUSY, FIRST, TENTATIVE, busy
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER, PER_TOO
from tests.gateway.services.world import World
from tests.gateway.worker.outside import DAY, WEEKLY, arrive, know, mail_with, said
from tests.gateway.worker.work import reasons


@pytest.fixture(autouse=True)
def _known(world: World) -> None:
    know(world)


def answer(world: World, partstat: str, login: str = "ola", box: str = OLA, uid: str = "m") -> None:
    """Let an employee answer in a calendar program."""
    world.put(login, texts.with_partstat(world.text(login, uid), box, partstat))


def test_an_invitation_is_in_the_calendar_and_in_the_inbox(world: World) -> None:
    taken = arrive(world, said("REQUEST", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:jon@nabo.example"))

    assert taken.what is What.INVITATION
    seen = world.found("ola", "m")
    assert (seen.slug, seen.href) == ("calendar", "m.ics")
    assert seen.schedule_tag is not None
    assert texts.people(seen.text) == {OLA: "NEEDS-ACTION", "jon@nabo.example": "ACCEPTED"}
    assert b"METHOD" not in seen.text
    assert texts.value(seen.text, "ORGANIZER") == f"mailto:{BERIT}"
    (told,) = world.inbox("ola")
    assert (told.method, told.about[OLA]) == ("REQUEST", "NEEDS-ACTION")
    assert world.inbox("kari") == []


def test_a_task_lies_among_the_tasks(world: World) -> None:
    arrive(world, said(kind="VTODO"))

    assert world.found("ola", "m").slug == "tasks"


def test_any_address_of_the_employee_is_theirs(world: World) -> None:
    assert arrive(world, said(asked=(PER_TOO,)), to=PER).what is What.INVITATION

    assert texts.people(world.text("per", "m")) == {PER_TOO: "NEEDS-ACTION"}


def test_what_is_for_others_is_none_of_theirs(world: World) -> None:
    assert arrive(world, said(asked=(NINA,)), to=OLA).what is What.IGNORED

    assert world.seen("ola", "m") is None


def test_two_employees_have_a_replica_each(world: World) -> None:
    arrive(world, said(asked=(OLA, NINA)))
    arrive(world, said(asked=(OLA, NINA)), to=NINA)

    answer(world, "ACCEPTED")

    assert texts.people(world.text("ola", "m")) == {OLA: "ACCEPTED", NINA: "NEEDS-ACTION"}
    assert texts.people(world.text("nina", "m")) == {OLA: "NEEDS-ACTION", NINA: "NEEDS-ACTION"}


def test_another_time_asks_again_and_another_text_does_not(world: World) -> None:
    arrive(world, said())
    answer(world, "ACCEPTED")

    arrive(world, said("REQUEST", "LOCATION:Gata 2", at="12:10:00"))
    assert texts.people(world.text("ola", "m")) == {OLA: "ACCEPTED"}
    assert texts.value(world.text("ola", "m"), "LOCATION") == "Gata 2"

    arrive(world, said(sequence=1, at="12:20:00", start="T120000"))
    assert texts.people(world.text("ola", "m")) == {OLA: "NEEDS-ACTION"}
    assert [told.method for told in world.inbox("ola")] == ["REQUEST"] * len(world.inbox("ola"))


def test_own_alarms_and_lines_outlive_an_update(world: World) -> None:
    arrive(world, said("REQUEST", "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "END:VALARM"))
    assert texts.alarms(world.text("ola", "m")) == []
    own = texts.with_lines(texts.with_alarm(world.text("ola", "m"), "Min"), "CATEGORIES:Mitt")
    world.put("ola", own)

    arrive(world, said("REQUEST", "LOCATION:Gata 2", at="12:10:00"))

    text = world.text("ola", "m")
    assert texts.alarms(text) == ["Min"]
    assert texts.value(text, "CATEGORIES") == "Mitt"
    assert texts.value(text, "LOCATION") == "Gata 2"


def test_repeats_and_older_messages_change_nothing(world: World) -> None:
    arrive(world, said("REQUEST", "LOCATION:Ny", sequence=2, at="12:20:00"))
    tokens, text = world.tokens("ola"), world.text("ola", "m")

    for again in (said("REQUEST", "LOCATION:Ny", sequence=2, at="12:20:00"), said(), said(sequence=2, at="12:10:00")):
        assert arrive(world, again, ("X-Way", "another")).what in {What.IGNORED, What.AGAIN}

    assert (world.tokens("ola"), world.text("ola", "m")) == (tokens, text)


def test_an_end_leaves_a_called_off_copy_until_it_is_dismissed(world: World) -> None:
    arrive(world, said())
    answer(world, "ACCEPTED")

    assert arrive(world, said("CANCEL", sequence=1, at="12:10:00")).what is What.INVITATION

    assert texts.value(world.text("ola", "m"), "STATUS") == "CANCELLED"
    assert world.inbox("ola")[-1].method == "CANCEL"
    mails = len(world.mails())
    world.delete("ola", "m")
    assert world.seen("ola", "m") is None
    assert len(world.mails()) == mails


def test_an_end_that_comes_first_is_not_undone_by_the_invitation(world: World) -> None:
    arrive(world, said("CANCEL", sequence=1, at="12:10:00"))
    assert world.seen("ola", "m") is None

    arrive(world, said())
    assert world.seen("ola", "m") is None

    arrive(world, said(sequence=2, at="12:20:00"))
    assert texts.people(world.text("ola", "m")) == {OLA: "NEEDS-ACTION"}
    assert texts.value(world.text("ola", "m"), "STATUS") is None


def test_one_day_that_is_called_off_leaves_the_series(world: World) -> None:
    arrive(world, said("REQUEST", WEEKLY))
    answer(world, "ACCEPTED")

    arrive(world, said("CANCEL", day=DAY, sequence=1, at="12:10:00"))

    text = world.text("ola", "m")
    assert text.count(b"STATUS:CANCELLED") == 1
    assert text.count(b"BEGIN:VEVENT") == 2
    assert texts.people(text)[OLA] == "ACCEPTED"


def test_a_day_that_moves_asks_again_for_that_day_alone(world: World) -> None:
    arrive(world, said("REQUEST", WEEKLY))
    answer(world, "ACCEPTED")

    arrive(world, said(day=DAY, start="T140000", sequence=1, at="12:10:00"))

    text = world.text("ola", "m")
    assert text.count(b"PARTSTAT=ACCEPTED") == text.count(b"PARTSTAT=NEEDS-ACTION") == 1
    assert b"RECURRENCE-ID" in text


def test_a_whole_request_drops_the_days_that_it_lacks(world: World) -> None:
    arrive(world, said("REQUEST", WEEKLY))
    arrive(world, said(day=DAY, start="T140000", at="12:10:00"))

    arrive(world, said("REQUEST", WEEKLY, sequence=1, at="12:20:00"))

    assert b"RECURRENCE-ID" not in world.text("ola", "m")


def test_a_day_that_is_added_is_one_of_the_series(world: World) -> None:
    arrive(world, said("REQUEST", WEEKLY))

    arrive(world, said("ADD", day="20261210", sequence=1, at="12:10:00"))

    text = world.text("ola", "m")
    assert texts.named(text, "RDATE") == ["RDATE;TZID=Europe/Oslo:20261210T100000"]
    assert b"RECURRENCE-ID;TZID=Europe/Oslo:20261210T100000" in text


def test_what_was_declined_and_deleted_comes_back_only_when_it_is_asked_again(world: World) -> None:
    arrive(world, said())
    world.delete("ola", "m")
    told = len(world.inbox("ola"))

    arrive(world, said("REQUEST", "LOCATION:Gata 2", at="12:10:00"))
    assert world.seen("ola", "m") is None
    assert len(world.inbox("ola")) == told

    arrive(world, said(sequence=1, at="12:20:00", start="T120000"))
    assert texts.people(world.text("ola", "m")) == {OLA: "NEEDS-ACTION"}


def test_an_answer_that_was_given_before_the_mail_came_counts(world: World) -> None:
    text = said().replace(b"METHOD:REQUEST\r\n", b"")
    mine = texts.with_alarm(texts.with_partstat(text, OLA, "ACCEPTED"), "Min")
    world.put("ola", mine, "min.ics")
    assert world.found("ola", "m").schedule_tag is None

    arrive(world, said())

    seen = world.found("ola", "m")
    assert seen.href == "min.ics"
    assert seen.schedule_tag is not None
    assert texts.people(seen.text) == {OLA: "ACCEPTED"}
    assert texts.alarms(seen.text) == ["Min"]
    assert [mail.method for mail in world.mails("m")] == ["REPLY"]


def test_another_organizer_of_the_same_uid_is_refused(world: World) -> None:
    know(world, "eve@ond.example")
    arrive(world, said())
    text = world.text("ola", "m")

    forged = said("CANCEL", sequence=9, at="13:00:00", organizer="eve@ond.example")
    assert arrive(world, forged, sender="eve@ond.example").what is What.IGNORED

    assert world.text("ola", "m") == text
    assert any("eve@ond.example says to organize it" in why for why in reasons(world, "m"))


def test_what_a_colleague_organizes_is_no_replica(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    text, tokens = world.text("ola", "m"), world.tokens("ola")

    assert arrive(world, said(organizer=KARI), sender=KARI).what is What.ORDINARY
    assert arrive(world, said(sequence=5), sender=BERIT).what is What.IGNORED

    assert (world.text("ola", "m"), world.tokens("ola")) == (text, tokens)
    assert any("says to organize it" in why for why in reasons(world, "m"))


def test_our_own_mail_that_comes_back_is_none(world: World) -> None:
    world.put("kari", texts.meeting("m", BERIT))
    (mail,) = world.mails("m")
    box = f"kalender+{mail.facts['reply_token']}@byggbo.example"

    assert arrive(world, mail.text, sender=box).what is What.ORDINARY


def test_it_takes_time_and_programs_that_sync_hear_of_it(world: World) -> None:
    token = world.tokens("ola")["calendar"]
    arrive(world, said())

    assert set(world.changes("ola", "calendar", token)) == {"m.ics"}
    assert busy(world, OLA) == [(TENTATIVE, FIRST)]
    answer(world, "ACCEPTED")
    assert busy(world, OLA) == [(BUSY, FIRST)]
    world.delete("ola", "m")
    assert busy(world, OLA) == []


def test_an_update_moves_the_schedule_tag_and_is_no_echo_of_the_answer(world: World) -> None:
    arrive(world, said())
    before = world.found("ola", "m")

    arrive(world, said("REQUEST", "LOCATION:Gata 2", at="12:10:00"))

    after = world.found("ola", "m")
    assert after.schedule_tag != before.schedule_tag
    answer(world, "ACCEPTED")
    assert world.found("ola", "m").schedule_tag != after.schedule_tag


def test_a_message_that_cannot_be_used_changes_nothing_and_the_log_says_why(world: World) -> None:
    arrive(world, said())
    text, tokens = world.text("ola", "m"), world.tokens("ola")
    broken = said(sequence=1, at="12:10:00").replace(b"DTSTART;TZID=Europe/Oslo:20261201T100000", b"DTSTART:i morgen")

    assert arrive(world, broken).what is What.IGNORED

    assert (world.text("ola", "m"), world.tokens("ola")) == (text, tokens)
    assert any("cannot be used: DTSTART" in why for why in reasons(world, "m"))


BOMBS = (b"BEGIN:X\r\n" * 5000, b"ATTENDEE:mailto:a@b.example\r\n" * 3000, b"X:" + b"y" * 600_000)


@pytest.mark.parametrize("bomb", BOMBS, ids=("deep", "crowded", "large"))
def test_a_bomb_is_taken_and_left_alone(world: World, bomb: bytes) -> None:
    text = said().replace(b"END:VEVENT", bomb + b"\r\nEND:VEVENT")

    assert arrive(world, text).what is What.ORDINARY

    assert world.seen("ola", "m") is None


def test_mails_that_come_at_the_same_moment_make_one_entry(world: World) -> None:
    inbox, together = Inbox(world.database, world.settings, lambda: world.now), threading.Barrier(4)

    def hand_over(number: int) -> str:
        raw = mail_with(said(), ("X-Way", str(number)))
        together.wait()
        return inbox.take(Arrival(raw, OLA, BERIT))

    with ThreadPoolExecutor(4) as several:
        told = sorted(several.map(hand_over, range(4)))

    assert told == ["taken: ignored"] * 3 + ["taken: invitation"]
    assert texts.people(world.text("ola", "m")) == {OLA: "NEEDS-ACTION"}


def test_explain_tells_where_it_is_from_and_how_sure_that_is(world: World) -> None:
    arrive(world, said())

    with world.database.read() as uow:
        lines = "\n".join(explain(uow, "m"))

    assert "from outside" in lines
    assert f"A mail from {BERIT} with REQUEST, unverified" in lines

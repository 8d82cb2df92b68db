# SPDX-License-Identifier: GPL-3.0-or-later
"""One UID, several uploads: what is merged, what moves, what is refused, and what becomes an invitation."""

import pytest

from gateway.errors import NotFound, PreconditionFailed, UidTaken, WrongComponent
from gateway.store import decisions
from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA, PER
from tests.gateway.services.world import World


def test_the_same_invitation_under_another_name_is_merged_under_the_stored_one(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    upload = texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED")

    stored = world.put("ola", upload, "another.ics", if_none_match="*")

    assert (stored.href, stored.created) == ("m.ics", False)
    assert len(world.all_seen("ola")) == 1
    assert texts.people(world.text("kari", "m")) == {OLA: "ACCEPTED"}


def test_the_same_invitation_in_another_calendar_moves_there(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    world.make_calendar("ola", "jobb")
    since = world.tokens("ola")

    stored = world.put("ola", texts.with_alarm(world.text("ola", "m"), "Gå"), "new.ics", "jobb")

    assert (stored.calendar_slug, stored.href, stored.created) == ("jobb", "new.ics", True)
    seen = world.found("ola", "m")
    assert (seen.slug, seen.href, seen.etag) == ("jobb", "new.ics", stored.etag)
    assert [change.gone for change in world.changes("ola", "calendar", since["calendar"]).values()] == [True]
    assert [change.gone for change in world.changes("ola", "jobb", since["jobb"]).values()] == [False]
    assert world.inbox("kari") == []


def test_deleting_the_old_place_after_such_a_move_declines_nothing(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    world.make_calendar("ola", "jobb")
    stored = world.put("ola", world.text("ola", "m"), "new.ics", "jobb")
    assert stored.etag == world.found("ola", "m").etag

    with pytest.raises(NotFound):
        world.delete_at("ola", "calendar", "m.ics")

    assert texts.people(world.text("kari", "m")) == {OLA: "NEEDS-ACTION"}


def test_the_organizer_too_can_upload_it_into_another_calendar(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    world.make_calendar("kari", "jobb")

    world.put("kari", world.text("kari", "m"), "new.ics", "jobb")

    assert world.found("kari", "m").slug == "jobb"
    assert [told.method for told in world.inbox("ola")] == ["REQUEST"]


@pytest.mark.parametrize("organizer", [OLA, BERIT])
def test_the_uid_of_an_invitation_with_another_organizer_is_refused(world: World, organizer: str) -> None:
    world.put("kari", texts.meeting("m", OLA))

    with pytest.raises(UidTaken) as refused:
        world.put("ola", texts.meeting("m", OLA, NINA, organizer=organizer), "other.ics")

    assert (refused.value.path, refused.value.scheduled) == ("calendar/m.ics", True)
    assert world.seen("nina", "m") is None


def test_a_private_entry_with_the_uid_of_an_invitation_is_refused(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))

    with pytest.raises(UidTaken):
        world.put("ola", texts.private("m"), "other.ics")


def test_two_private_entries_of_one_uid_cannot_lie_in_one_calendar(world: World) -> None:
    world.put("kari", texts.private("p"))
    world.make_calendar("kari", "jobb")

    with pytest.raises(UidTaken) as refused:
        world.put("kari", texts.private("p"), "other.ics")
    assert (refused.value.path, refused.value.scheduled) == ("calendar/p.ics", False)

    world.put("kari", texts.private("p"), "other.ics", "jobb")
    assert len(world.all_seen("kari", "p")) == 2


def test_what_lies_at_a_name_keeps_its_uid(world: World) -> None:
    world.put("kari", texts.private("p"))

    with pytest.raises(UidTaken):
        world.put("kari", texts.private("q"), "p.ics")


def test_a_name_can_be_used_again_after_what_lay_there_was_deleted(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    world.delete("ola", "m")

    world.put("ola", texts.private("q"), "m.ics")
    world.put("kari", texts.later(world.text("kari", "m")))

    assert world.found("ola", "q").href == "m.ics"
    assert world.found("ola", "m").href != "m.ics"


def test_an_invitation_takes_another_name_where_its_own_is_taken(world: World) -> None:
    world.put("ola", texts.private("q"), "m.ics")

    world.put("kari", texts.meeting("m", OLA))

    assert world.found("ola", "q").href == "m.ics"
    assert texts.people(world.text("ola", "m")) == {OLA: "NEEDS-ACTION"}


def test_a_private_entry_becomes_the_invitation_and_keeps_place_and_alarm(world: World) -> None:
    world.put("ola", texts.with_alarm(texts.private("m", "SUMMARY:Fra fil"), "Min"), "mine.ics")
    since = world.tokens("ola")["calendar"]

    world.put("kari", texts.meeting("m", OLA))

    (seen,) = world.all_seen("ola")
    assert (seen.href, texts.value(seen.text, "SUMMARY")) == ("mine.ics", "Befaring")
    assert texts.alarms(seen.text) == ["Min"]
    assert set(world.changes("ola", "calendar", since)) == {"mine.ics"}
    assert texts.people(world.text("kari", "m")) == {OLA: "NEEDS-ACTION"}


def test_what_was_answered_before_the_invitation_arrived_counts_once(world: World) -> None:
    invitation = texts.meeting("m", OLA, more=["SEQUENCE:0"])
    world.put("ola", texts.with_partstat(invitation, OLA, "ACCEPTED"), "mail.ics")
    assert world.seen("kari", "m") is None

    world.put("kari", invitation)

    assert texts.people(world.text("kari", "m")) == {OLA: "ACCEPTED"}
    assert len(world.all_seen("ola")) == 1
    assert [told.method for told in world.inbox("kari")] == ["REPLY"]


def test_the_organizer_is_told_the_right_etag_after_an_adoption(world: World) -> None:
    invitation = texts.meeting("m", OLA, more=["SEQUENCE:0"])
    world.put("ola", texts.with_partstat(invitation, OLA, "ACCEPTED"), "mail.ics")

    stored = world.put("kari", invitation)

    assert stored.etag == world.found("kari", "m").etag


def test_an_invitation_by_another_organizer_stays_what_it_is(world: World) -> None:
    foreign = texts.meeting("m", OLA, organizer="chef@kunde.example")
    world.put("ola", foreign, "foreign.ics")

    world.put("kari", texts.meeting("m", OLA, NINA))

    assert world.text("ola", "m") == foreign
    assert texts.parameter(texts.line_of(world.text("kari", "m"), OLA), "SCHEDULE-STATUS") == "5.3"
    assert world.inbox("ola") == []


def test_two_organizers_with_one_uid_do_not_meet_in_anybodys_calendar(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))

    world.put("per", texts.meeting("m", OLA, NINA, organizer=PER))
    world.put("per", texts.later(world.text("per", "m")))

    assert texts.value(world.text("ola", "m"), "ORGANIZER") == f"mailto:{KARI}"
    assert texts.parameter(texts.line_of(world.text("per", "m"), OLA), "SCHEDULE-STATUS") == "5.3"
    assert texts.people(world.text("nina", "m")) == {OLA: "NEEDS-ACTION", NINA: "NEEDS-ACTION"}
    assert [told.method for told in world.inbox("ola")] == ["REQUEST"]
    with world.database.read() as uow:
        said = [d.why for d in decisions.of_uid(uow, "m") if "another entry with this UID" in d.why]
    assert len(said) == 1


def test_a_stranger_who_uploads_a_known_uid_reaches_nobody(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    before = world.text("kari", "m"), world.text("ola", "m")

    intruder = texts.with_partstat(texts.meeting("m", NINA, OLA), NINA, "ACCEPTED")
    world.put("nina", intruder)

    assert (world.text("kari", "m"), world.text("ola", "m")) == before
    assert world.text("nina", "m") == intruder


def test_a_private_entry_is_handed_out_where_it_lies(world: World) -> None:
    world.put("kari", texts.meeting("m"), "mine.ics")
    assert world.found("kari", "m").schedule_tag is None

    world.put("kari", texts.meeting("m", OLA, BERIT))

    assert world.found("kari", "m").href == "mine.ics"
    assert world.found("kari", "m").schedule_tag is not None
    assert texts.people(world.text("ola", "m")) == {OLA: "NEEDS-ACTION", BERIT: "NEEDS-ACTION"}
    assert len(world.mails()) == 1


def test_a_uid_that_was_called_off_can_be_private_and_handed_out_again(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    world.delete("kari", "m")
    world.put("kari", texts.meeting("m"))

    stored = world.put("kari", texts.meeting("m", OLA))

    assert len(world.all_seen("kari", "m")) == 1
    assert stored.etag == world.found("kari", "m").etag
    assert texts.value(world.text("ola", "m"), "STATUS") is None
    assert int(texts.value(world.text("ola", "m"), "SEQUENCE") or 0) == 2


def test_the_same_uid_in_two_homes_is_nobodys_business(world: World) -> None:
    world.put("kari", texts.private("p", "SUMMARY:Kari"))
    world.put("ola", texts.private("p", "SUMMARY:Ola"))

    assert texts.value(world.text("kari", "p"), "SUMMARY") == "Kari"


def test_a_move_tells_nobody_and_moves_both_pointers(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    world.make_calendar("ola", "jobb")
    since, tag = world.tokens("ola"), world.found("ola", "m").schedule_tag
    others = world.tokens("kari"), world.tokens("nina")

    stored = world.move("ola", "m", "jobb", "flyttet.ics")

    seen = world.found("ola", "m")
    assert (stored.calendar_slug, stored.href, stored.etag) == ("jobb", "flyttet.ics", seen.etag)
    assert seen.schedule_tag != tag
    assert world.changes("ola", "calendar", since["calendar"])["m.ics"].gone
    assert not world.changes("ola", "jobb", since["jobb"])["flyttet.ics"].gone
    assert (world.tokens("kari"), world.tokens("nina")) == others

    world.put("kari", texts.later(world.text("kari", "m")))
    assert world.found("ola", "m").slug == "jobb"


def test_a_move_onto_its_twin_needs_leave_to_overwrite_it(world: World) -> None:
    world.make_calendar("kari", "jobb")
    world.put("kari", texts.private("p"), "two.ics", "jobb")
    world.put("kari", texts.private("p"), "one.ics", "calendar")

    with pytest.raises(PreconditionFailed):
        world.move("kari", "p", "jobb", "two.ics")
    world.move("kari", "p", "jobb", "two.ics", overwrite=True)

    assert [(seen.slug, seen.href) for seen in world.all_seen("kari")] == [("jobb", "two.ics")]


def test_nothing_is_moved_onto_another_entry(world: World) -> None:
    world.put("kari", texts.private("p"))
    world.put("kari", texts.private("q"))

    with pytest.raises(UidTaken):
        world.move("kari", "p", "calendar", "q.ics", overwrite=True)

    assert [seen.href for seen in world.all_seen("kari")] == ["p.ics", "q.ics"]


def test_a_private_entry_cannot_be_moved_beside_its_twin(world: World) -> None:
    world.make_calendar("kari", "jobb")
    world.put("kari", texts.private("p"), "one.ics", "calendar")
    world.put("kari", texts.private("p"), "two.ics", "jobb")

    with pytest.raises(UidTaken):
        world.move("kari", "p", "jobb", "three.ics")


def test_tasks_and_appointments_keep_their_calendars(world: World) -> None:
    with pytest.raises(WrongComponent):
        world.put("kari", texts.task("t", OLA), "t.ics", "calendar")
    world.put("kari", texts.task("t", OLA))

    with pytest.raises(WrongComponent):
        world.move("ola", "t", "calendar", "t.ics")
    assert world.found("ola", "t").slug == "tasks"


def test_a_calendar_removed_declines_what_lay_in_it_and_a_new_time_asks_again(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    world.make_calendar("ola", "jobb")
    world.move("ola", "m", "jobb", "m.ics")

    world.remove_calendar("ola", "jobb")
    assert texts.people(world.text("kari", "m")) == {OLA: "DECLINED"}

    world.put("kari", texts.later(world.text("kari", "m")))
    assert world.found("ola", "m").slug == "calendar"

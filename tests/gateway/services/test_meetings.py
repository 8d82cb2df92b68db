# SPDX-License-Identifier: GPL-3.0-or-later
"""An appointment from the first invitation to its end: the story, points 1 to 3."""

from tests.gateway.services import texts
from tests.gateway.services.texts import BERIT, KARI, NINA, OLA
from tests.gateway.services.world import World


def test_colleagues_have_it_at_their_next_sync_and_a_request_in_the_inbox(world: World) -> None:
    before = {login: world.tokens(login) for login in ("ola", "nina")}

    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))

    for login in ("ola", "nina"):
        seen = world.found(login, "m")
        assert seen.slug == "calendar"
        assert texts.people(seen.text) == dict.fromkeys((OLA, NINA, BERIT), "NEEDS-ACTION")
        assert [told.method for told in world.inbox(login)] == ["REQUEST"]
        assert set(world.changes(login, "calendar", before[login]["calendar"])) == {seen.href}
        assert len(world.changes(login, "inbox", before[login]["inbox"])) == 1
    assert world.inbox("kari") == []


def test_the_contact_gets_one_mail_that_names_nobody_else_and_an_address_of_its_own(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))

    (mail,) = world.mails()
    assert (mail.method, mail.address) == ("REQUEST", f"mailto:{BERIT}")
    assert texts.people(mail.text) == {BERIT: "NEEDS-ACTION"}
    assert f"+{mail.facts['reply_token']}@" in (texts.value(mail.text, "ORGANIZER") or "")
    assert mail.facts["first"] is True


def test_the_organizer_reads_how_far_each_message_has_come(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT, "urn:uuid:noone"))

    text = world.text("kari", "m")
    assert texts.parameter(texts.line_of(text, OLA), "SCHEDULE-STATUS") == "1.2"
    assert texts.parameter(texts.line_of(text, BERIT), "SCHEDULE-STATUS") == "1.0"
    unreachable = next(line for line in texts.named(text, "ATTENDEE") if "noone" in line)
    assert texts.parameter(unreachable, "SCHEDULE-STATUS") == "3.7"


def test_without_a_way_to_send_mail_the_organizer_reads_so(world: World) -> None:
    world.settings = world.settings.model_copy(update={"smtp_url": None})

    world.put("kari", texts.meeting("m", BERIT))

    assert texts.parameter(texts.line_of(world.text("kari", "m"), BERIT), "SCHEDULE-STATUS") == "5.2"
    assert world.mails() == []


def test_every_answer_is_read_by_everybody_and_one_mail_has_been_sent(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))

    world.put("ola", texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED"))
    world.put("nina", texts.with_partstat(world.text("nina", "m"), NINA, "DECLINED"))
    world.reply_by_mail("m", "ACCEPTED")

    said = {OLA: "ACCEPTED", NINA: "DECLINED", BERIT: "ACCEPTED"}
    assert {login: texts.people(world.text(login, "m")) for login in ("kari", "ola", "nina")} == dict.fromkeys(
        ("kari", "ola", "nina"), said
    )
    assert [(told.method, told.about) for told in world.inbox("kari")] == [
        ("REPLY", {address: partstat}) for address, partstat in said.items()
    ]
    assert [mail.method for mail in world.mails()] == ["REQUEST"]
    answered = {texts.parameter(texts.line_of(world.text("kari", "m"), a), "SCHEDULE-STATUS") for a in said}
    assert answered == {"2.0"}


def test_moving_it_asks_everybody_again_and_leaves_each_their_alarm(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))
    accepted = texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED")
    world.put("ola", texts.with_alarm(accepted, "Gå nå"))
    world.put("nina", texts.with_partstat(world.text("nina", "m"), NINA, "DECLINED"))
    world.reply_by_mail("m", "ACCEPTED")
    tag = world.found("ola", "m").schedule_tag

    world.put("kari", texts.later(world.text("kari", "m")))

    for login in ("kari", "ola", "nina"):
        text = world.text(login, "m")
        assert texts.people(text) == dict.fromkeys((OLA, NINA, BERIT), "NEEDS-ACTION")
        assert texts.value(text, "DTSTART") == "20261202T100000"
        assert texts.value(text, "SEQUENCE") == "1"
        assert texts.alarms(text) == (["Gå nå"] if login == "ola" else [])
    assert world.found("ola", "m").schedule_tag != tag
    assert [(mail.method, mail.facts["first"]) for mail in world.mails()] == [("REQUEST", True), ("REQUEST", False)]
    assert [told.method for told in world.inbox("ola")] == ["REQUEST"]


def test_the_organizers_own_alarm_is_nobody_elses_matter(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))
    before = {login: (world.tokens(login), world.inbox(login)) for login in ("ola", "nina")}

    stored = world.put("kari", texts.with_alarm(world.text("kari", "m"), "Min egen"))

    assert {login: (world.tokens(login), world.inbox(login)) for login in ("ola", "nina")} == before
    assert len(world.mails()) == 1
    assert texts.alarms(world.text("kari", "m")) == ["Min egen"]
    assert stored.verbatim


def test_another_place_is_told_and_takes_no_answer_back(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))
    world.put("ola", texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED"))

    world.put("kari", texts.with_value(world.text("kari", "m"), "LOCATION", "Rom 2"))

    assert texts.value(world.text("ola", "m"), "LOCATION") == "Rom 2"
    assert texts.people(world.text("kari", "m"))[OLA] == "ACCEPTED"
    assert [mail.method for mail in world.mails()] == ["REQUEST", "REQUEST"]
    assert len({mail.cause for mail in world.mails()}) == 2


def test_the_organizer_deletes_it_and_whoever_has_not_declined_is_told(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA, BERIT))
    world.put("nina", texts.with_partstat(world.text("nina", "m"), NINA, "DECLINED"))

    world.delete("kari", "m")

    assert world.seen("kari", "m") is None
    for login in ("ola", "nina"):
        assert texts.value(world.text(login, "m"), "STATUS") == "CANCELLED"
    assert [told.method for told in world.inbox("ola")] == ["CANCEL"]
    assert world.inbox("nina") == []
    assert [mail.method for mail in world.mails()] == ["REQUEST", "CANCEL"]
    assert texts.value(world.mails()[-1].text, "SEQUENCE") == "1"


def test_calling_it_off_by_its_status_sends_a_cancel_alone(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, BERIT))

    world.put("kari", texts.with_value(world.text("kari", "m"), "STATUS", "CANCELLED"))
    world.delete("kari", "m")

    assert [mail.method for mail in world.mails()] == ["REQUEST", "CANCEL"]
    assert [told.method for told in world.inbox("ola")] == ["CANCEL"]
    assert texts.value(world.text("ola", "m"), "STATUS") == "CANCELLED"


def test_deleting_an_invitation_declines_it_once(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))

    world.delete("ola", "m")

    assert world.seen("ola", "m") is None
    assert texts.people(world.text("kari", "m"))[OLA] == "DECLINED"
    assert texts.people(world.text("nina", "m"))[OLA] == "DECLINED"
    assert [told.about for told in world.inbox("kari")] == [{OLA: "DECLINED"}]


def test_deleting_what_was_declined_says_nothing_more(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    world.put("ola", texts.with_partstat(world.text("ola", "m"), OLA, "DECLINED"))
    tokens = world.tokens("kari")

    world.delete("ola", "m")

    assert world.tokens("kari") == tokens


def test_schedule_reply_f_deletes_without_a_word(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    tokens = world.tokens("kari")

    world.delete("ola", "m", reply=False)

    assert world.seen("ola", "m") is None
    assert world.tokens("kari") == tokens
    assert texts.people(world.text("kari", "m")) == {OLA: "NEEDS-ACTION"}


def test_what_was_deleted_stays_away_until_it_is_moved(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    href = world.found("ola", "m").href
    world.delete("ola", "m")

    world.put("kari", texts.with_value(world.text("kari", "m"), "SUMMARY", "Nytt navn"))
    assert world.seen("ola", "m") is None

    world.put("kari", texts.later(world.text("kari", "m")))
    seen = world.found("ola", "m")
    assert seen.href == href
    assert texts.value(seen.text, "SUMMARY") == "Nytt navn"
    assert texts.people(seen.text)[OLA] == "NEEDS-ACTION"


def test_an_answer_twice_is_one_answer(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA))
    accepted = texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED")
    world.put("ola", accepted)
    before = world.tokens("kari"), world.tokens("ola")

    world.put("ola", accepted)

    assert (world.tokens("kari"), world.tokens("ola")) == before


def test_an_invited_person_cannot_change_what_is_the_organizers(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, NINA))
    before = world.text("nina", "m")
    wanted = texts.with_attendee(texts.with_value(texts.later(world.text("ola", "m")), "SUMMARY", "Mitt"), BERIT)

    stored = world.put("ola", texts.with_partstat(wanted, OLA, "ACCEPTED"))

    assert not stored.verbatim
    assert world.text("nina", "m") == before.replace(
        b"ATTENDEE;RSVP=TRUE:mailto:ola", b"ATTENDEE;RSVP=TRUE;PARTSTAT=ACCEPTED:mailto:ola"
    )
    assert texts.value(world.text("ola", "m"), "SUMMARY") == "Befaring"
    assert texts.people(world.text("kari", "m")) == {OLA: "ACCEPTED", NINA: "NEEDS-ACTION"}
    assert world.mails() == []


def test_the_organizer_among_those_asked_is_sent_nothing_and_keeps_the_own_answer(world: World) -> None:
    own = texts.with_partstat(texts.meeting("m", KARI, OLA), KARI, "ACCEPTED")

    world.put("kari", own)
    world.put("kari", texts.later(world.text("kari", "m")))

    assert world.inbox("kari") == []
    assert texts.people(world.text("ola", "m")) == {KARI: "ACCEPTED", OLA: "NEEDS-ACTION"}


def test_a_plain_series_is_handed_out_and_answered_like_anything_else(world: World) -> None:
    world.put("kari", texts.meeting("m", OLA, more=["RRULE:FREQ=WEEKLY;COUNT=10"]))
    world.put("ola", texts.with_partstat(world.text("ola", "m"), OLA, "ACCEPTED"))

    world.put("kari", texts.with_value(world.text("kari", "m"), "RRULE", "FREQ=DAILY;COUNT=10"))

    assert texts.people(world.text("kari", "m")) == {OLA: "NEEDS-ACTION"}
    assert texts.value(world.text("ola", "m"), "RRULE") == "FREQ=DAILY;COUNT=10"

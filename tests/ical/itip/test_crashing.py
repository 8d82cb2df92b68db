# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody says who was not asked, and what becomes of it when they are (RFC 5546 3.2.3; decision 33)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, DECLINED, IN_PROCESS, NEEDS_ACTION, Answer
from ical.errors import NotOneObject
from ical.instances import SERIES, InstanceId
from ical.itip.crashers import Crasher
from ical.itip.crashing import COMING, copied, heard, is_open, sentence, stands, taken_in, with_answer
from ical.itip.outcome import Entry, State
from ical.snapshot import read_object
from ical.tasks import Share
from tests.ical.itip.company import (
    BERIT,
    END,
    KARI,
    LATER,
    NINA,
    NOW,
    OLA,
    START,
    applied,
    distributed,
    job,
    meeting,
    row,
    saves,
    with_row,
)
from tests.ical.texts import OSLO, calendar, component, event

SIRI = Address("mailto:siri@kunde.example")
WEEKLY = ("RRULE:FREQ=WEEKLY;COUNT=4",)
SECOND, THIRD, NONE = (InstanceId(f"202610{day}T080000Z") for day in (15, 22, 16))
RECURS = "RECURRENCE-ID;TZID=Europe/Oslo:20261015T100000"
AFTERWARDS = datetime(2026, 12, 1, tzinfo=UTC)


def reply(*lines: str, kind: str = "VEVENT", partstat: str = ACCEPTED, who: Address = SIRI, uid: str = "") -> bytes:
    """Give what siri sends."""
    said = (f"ATTENDEE;CN=Siri  Holm;PARTSTAT={partstat}:{who}", "SEQUENCE:0", "DTSTAMP:20261001T130000Z", *lines)
    text = calendar(component(kind, *said), head=("METHOD:REPLY",))
    return text.replace(b"UID:", b"UID:" + uid.encode())


def comes(entry: Entry, text: bytes, *, via: Address | None = BERIT, now: datetime = LATER) -> Crasher | str:
    return heard(entry, text, SIRI, via, zone=OSLO, now=now)


def crasher(entry: Entry, text: bytes, **more: Address | None) -> Crasher:
    found = comes(entry, text, **more)  # type: ignore[arg-type]
    assert isinstance(found, Crasher), found
    return found


def test_the_answer_is_kept_as_it_was_said() -> None:
    said = crasher(distributed(meeting(OLA, BERIT)), reply("COMMENT:Jeg tar med kake."))

    assert (said.address, said.instance, said.name) == (SIRI, SERIES, "Siri Holm")
    assert (said.share.partstat, said.comment, said.channel, said.via) == (ACCEPTED, "Jeg tar med kake.", "mail", BERIT)
    assert (said.sequence, said.stamp, said.at) == (0, datetime(2026, 10, 1, 13, tzinfo=UTC), LATER)
    assert sentence(said) == (
        "siri@kunde.example, who is not asked, answers ACCEPTED by mail, by the invitation of berit@kunde.example."
    )


def test_a_name_has_an_end() -> None:
    said = crasher(distributed(meeting(BERIT)), reply().replace(b"Siri  Holm", b"x" * 300))

    assert said.name == "x" * 200


def test_without_somebodys_invitation_it_is_to_what_all_are_asked() -> None:
    entry = distributed(meeting(OLA, more=WEEKLY))

    assert crasher(entry, reply(), via=None).instance == SERIES
    day = crasher(entry, reply(f"RECURRENCE-ID:{SECOND}"), via=None)
    assert (day.instance, day.via) == (SECOND, None)
    assert sentence(day) == f"siri@kunde.example, who is not asked, answers ACCEPTED for {SECOND} by mail."
    assert comes(entry, reply(f"RECURRENCE-ID:{NONE}"), via=None) == f"there is no occurrence {NONE}"


def test_it_must_be_their_own_reply_to_this() -> None:
    entry = distributed(meeting(BERIT))

    assert comes(entry, reply(f"ATTENDEE:{OLA}")) == "it is not the answer of its sender alone"
    assert comes(entry, reply(who=OLA)) == "it is not the answer of its sender alone"
    assert comes(entry, reply(partstat=NEEDS_ACTION)) == "it says neither yes nor no"
    with pytest.raises(NotOneObject, match="something else"):
        comes(entry, reply(uid="another-"))
    with pytest.raises(NotOneObject, match="something else"):
        comes(entry, reply(kind="VTODO"))


def test_it_is_to_the_question_of_whose_invitation_was_passed_on() -> None:
    entry = distributed(meeting(OLA, BERIT))
    moved = applied(entry, saves(entry, meeting(OLA, BERIT).replace(b"1008T100000", b"1008T090000")))

    assert comes(entry, reply(), via=SIRI) == (
        "siri@kunde.example is not asked to all of it, or there is no such occurrence"
    )
    assert (
        comes(moved, reply()) == f"it answers SEQUENCE 0, and berit@kunde.example was asked again at {moved.sequence}"
    )
    assert isinstance(comes(moved, reply().replace(b"SEQUENCE:0", b"SEQUENCE:%d" % moved.sequence)), Crasher)
    # Whose it was is not known, so neither is when they were asked.
    assert isinstance(comes(moved, reply(), via=None), Crasher)


def test_there_must_be_something_to_come_to() -> None:
    entry = distributed(meeting(BERIT))
    said = crasher(entry, reply())
    off = replace(entry, state=State.CANCELLED)

    assert comes(entry, reply(), now=AFTERWARDS) == "it is over"
    assert comes(off, reply()) == "it has been called off"
    assert is_open(entry, said, zone=OSLO, now=LATER)
    assert not is_open(entry, said, zone=OSLO, now=AFTERWARDS)
    assert not is_open(off, said, zone=OSLO, now=LATER)


def test_who_is_asked_otherwise_is_no_crasher_any_more() -> None:
    entry = distributed(meeting(BERIT, more=WEEKLY))
    day, whole = crasher(entry, reply(f"RECURRENCE-ID:{SECOND}")), crasher(entry, reply())
    asked = distributed(meeting(BERIT, SIRI, more=WEEKLY))

    for said in (day, whole):
        assert is_open(entry, said, zone=OSLO, now=LATER)
        assert not is_open(asked, said, zone=OSLO, now=LATER)
    assert not is_open(distributed(meeting(BERIT)), day, zone=OSLO, now=LATER)


def test_an_answer_stands_until_the_question_is_put_anew() -> None:
    entry = distributed(meeting(OLA, BERIT))
    by_berit, alone = crasher(entry, reply()), crasher(entry, reply(), via=None)
    moved = applied(entry, saves(entry, meeting(OLA, BERIT).replace(b"1008T100000", b"1008T090000")))
    left = applied(entry, saves(entry, meeting(OLA)))

    for said in (by_berit, alone):
        assert stands(entry, said, zone=OSLO)
        assert not stands(moved, said, zone=OSLO)
    assert not stands(left, replace(by_berit, sequence=-1), zone=OSLO)
    assert stands(moved, replace(alone, sequence=moved.sequence), zone=OSLO)


def test_whoever_is_taken_in_is_asked_and_has_answered() -> None:
    entry = distributed(meeting(OLA, BERIT))
    said = crasher(entry, reply("COMMENT:Jeg tar med kake."))

    outcome = with_answer(saves(entry, taken_in(entry.shared, said, "Siri Holm", OSLO)), entry, said, LATER)

    assert {address for message in outcome.messages for address in message.to} == {SIRI}
    answer = row(outcome, SIRI)
    assert (answer.partstat, answer.shown, answer.comment) == (ACCEPTED, ACCEPTED, "Jeg tar med kake.")
    assert (answer.channel, answer.answered_at, answer.stamp) == ("mail", LATER, said.stamp)
    assert answer.sequence >= answer.reset_sequence
    assert row(applied(entry, outcome), OLA).partstat == NEEDS_ACTION


def test_whoever_is_taken_in_to_a_day_is_in_no_other() -> None:
    entry = distributed(meeting(BERIT, more=WEEKLY))
    said = crasher(entry, reply(f"RECURRENCE-ID:{SECOND}"))

    text = read_object(taken_in(entry.shared, said, "Siri Holm", OSLO), OSLO)

    assert [(p.instance, SIRI in {one.address for one in p.people}) for p in text.parts] == [
        (SERIES, False),
        (SECOND, True),
    ]


def test_a_copy_of_ones_own_says_it_too() -> None:
    entry = distributed(meeting(OLA))
    copy = read_object(meeting(more=(f"ATTENDEE;PARTSTAT=ACCEPTED:{SIRI}",)), OSLO)

    said = copied(entry, copy, frozenset({SIRI}), zone=OSLO, now=LATER)

    assert isinstance(said, Crasher)
    assert (said.address, said.instance, said.share, said.channel) == (SIRI, SERIES, Share(ACCEPTED), "caldav")
    busy = read_object(meeting(more=(f"ATTENDEE;PARTSTAT=ACCEPTED:{SIRI}", "PERCENT-COMPLETE:40")), OSLO)
    assert copied(entry, busy, frozenset({SIRI}), zone=OSLO, now=LATER) == said
    assert copied(entry, copy, frozenset({OLA}), zone=OSLO, now=LATER) == "it says neither yes nor no"
    assert copied(entry, copy, frozenset({SIRI}), zone=OSLO, now=AFTERWARDS) == "it is over"
    asked = read_object(meeting(SIRI), OSLO)
    assert copied(entry, asked, frozenset({SIRI}), zone=OSLO, now=LATER) == "it says neither yes nor no"
    other = distributed(job(OLA))
    assert copied(other, copy, frozenset({SIRI}), zone=OSLO, now=LATER) == "it says neither yes nor no"


def test_a_copy_of_a_task_tells_how_much_is_done() -> None:
    entry = distributed(job(OLA))
    line = f"ATTENDEE;PARTSTAT=IN-PROCESS:{SIRI}"
    copy = read_object(job(more=(line, "PERCENT-COMPLETE:40", "STATUS:IN-PROCESS")), OSLO)

    said = copied(entry, copy, frozenset({SIRI}), zone=OSLO, now=LATER)

    assert isinstance(said, Crasher)
    assert said.share == Share(IN_PROCESS, 40)


def test_the_same_again_and_what_is_older_are_known() -> None:
    said = crasher(distributed(meeting(BERIT)), reply())
    assert said.stamp is not None
    earlier = replace(said, stamp=said.stamp - timedelta(hours=1))

    assert said.repeats(replace(said, at=NOW, comment=""))
    assert not said.repeats(replace(said, comment="Nei"))
    assert not said.repeats(replace(said, share=Share(DECLINED)))
    assert not said.repeats(replace(said, share=Share(COMPLETED, 100)))
    assert earlier.is_older(said)
    assert not said.is_older(said)
    assert not said.is_older(earlier)
    assert not replace(earlier, channel="caldav").is_older(said)
    assert not replace(earlier, sequence=1).is_older(said)
    assert not replace(earlier, stamp=None).is_older(said)
    assert not earlier.is_older(replace(said, stamp=None))


def test_who_is_asked_to_that_day_alone_is_no_crasher_there() -> None:
    entry = distributed(meeting(BERIT, more=WEEKLY))
    day, third = (crasher(entry, reply(f"RECURRENCE-ID:{one}")) for one in (SECOND, THIRD))
    asked = replace(entry, answers=(*entry.answers, Answer(SIRI, SECOND)))

    assert not is_open(asked, day, zone=OSLO, now=LATER)
    assert is_open(asked, third, zone=OSLO, now=LATER)


def test_whose_invitation_it_was_tells_when_it_was_asked() -> None:
    entry = with_row(distributed(meeting(OLA, BERIT)), BERIT, reset_sequence=3)

    assert not stands(entry, replace(crasher(entry, reply(), via=None), via=BERIT), zone=OSLO)
    assert stands(entry, crasher(entry, reply(), via=None), zone=OSLO)


def test_a_day_of_its_own_is_asked_anew_by_itself() -> None:
    entry = distributed(with_day("SEQUENCE:5"))
    day, whole = crasher(entry, reply(f"RECURRENCE-ID:{SECOND}"), via=None), crasher(entry, reply(), via=None)

    assert not stands(entry, day, zone=OSLO)
    assert stands(entry, whole, zone=OSLO)
    assert stands(entry, replace(day, instance=THIRD), zone=OSLO)
    assert stands(distributed(with_day("SUMMARY:Flyttet")), day, zone=OSLO)
    unnumbered = reply(f"RECURRENCE-ID:{SECOND}").replace(b"SEQUENCE:0\r\n", b"")
    assert crasher(entry, unnumbered, via=None).sequence == 5
    assert crasher(distributed(with_day("SUMMARY:Flyttet")), unnumbered, via=None).sequence == 0


def test_a_day_that_is_called_off_is_nothing_to_come_to() -> None:
    entry = distributed(with_day("STATUS:CANCELLED"))

    assert comes(entry, reply(f"RECURRENCE-ID:{SECOND}"), via=None) == "it has been called off"
    assert isinstance(comes(entry, reply(f"RECURRENCE-ID:{THIRD}"), via=None), Crasher)


def test_taking_one_in_answers_for_nobody_else_and_not_twice() -> None:
    entry = distributed(meeting(OLA, BERIT))
    said = replace(crasher(entry, reply()), sequence=-1)
    outcome = saves(entry, meeting(OLA, BERIT, NINA, SIRI))

    taken = with_answer(outcome, entry, said, LATER)

    assert row(taken, NINA).partstat == NEEDS_ACTION
    assert row(taken, SIRI).sequence == row(taken, SIRI).reset_sequence
    declined = row(taken, SIRI)._replace(partstat=DECLINED)
    assert with_answer(replace(outcome, answers=(declined,)), entry, said, LATER).answers == (declined,)


def test_a_day_that_has_its_own_component_gets_them_there() -> None:
    entry = distributed(with_day("SUMMARY:Flyttet"))
    day, whole = (crasher(entry, reply(*lines), via=None) for lines in ([f"RECURRENCE-ID:{SECOND}"], []))

    into_day, into_all = (read_object(taken_in(entry.shared, one, "Siri", OSLO), OSLO) for one in (day, whole))

    assert [SIRI in {p.address for p in part.people} for part in into_day.parts] == [False, True]
    assert [part.instance for part in into_all.parts] == [SERIES, SECOND]
    assert all(SIRI in {p.address for p in part.people} for part in into_all.parts)


def test_of_a_copy_the_series_speaks_first_and_for_its_own_version() -> None:
    entry = distributed(meeting(OLA, more=WEEKLY))
    line = f"ATTENDEE;PARTSTAT={{}}:{SIRI}"
    day = event(RECURS, START.replace("08T", "15T"), f"ORGANIZER:{KARI}", line.format(DECLINED))
    main = event(START, END, *WEEKLY, f"ORGANIZER:{KARI}", "SEQUENCE:2", line.format(ACCEPTED))

    said = copied(entry, read_object(calendar(day, main), OSLO), frozenset({SIRI}), zone=OSLO, now=LATER)

    assert isinstance(said, Crasher)
    assert (said.instance, said.share.partstat, said.sequence) == (SERIES, ACCEPTED, 2)
    unnumbered = read_object(meeting(more=(line.format(ACCEPTED), *WEEKLY)), OSLO)
    again = copied(entry, unnumbered, frozenset({SIRI}), zone=OSLO, now=LATER)
    assert isinstance(again, Crasher)
    assert again.sequence == 0


def test_who_has_done_it_all_comes_too_and_another_comment_is_something_new() -> None:
    said = crasher(distributed(meeting(BERIT)), reply("COMMENT:Ja"))

    assert COMPLETED in COMING
    assert said.repeats(said)
    assert not said.repeats(replace(said, comment=None))


def with_day(*lines: str) -> bytes:
    """Give ola's weekly meeting, the second day of which says something of its own."""
    asked = (f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}")
    day = event(RECURS, START.replace("08T", "15T"), END.replace("08T", "15T"), *asked, *lines)
    return calendar(event(START, END, *WEEKLY, *asked), day)


@pytest.mark.parametrize(("many", "shown"), [(50, ACCEPTED), (51, NEEDS_ACTION)])
def test_in_a_crowd_others_see_it_later(many: int, shown: str) -> None:
    crowd = [Address(f"mailto:nr{n}@byggbo.example") for n in range(many - 1)]
    entry = distributed(meeting(BERIT, *crowd))
    said = crasher(entry, reply())

    outcome = with_answer(saves(entry, taken_in(entry.shared, said, "Siri", OSLO)), entry, said, LATER)

    assert (row(outcome, SIRI).partstat, row(outcome, SIRI).shown) == (ACCEPTED, shown)


def test_a_day_beside_the_rule_and_days_without_a_series_can_be_come_to() -> None:
    beside = distributed(with_day("SUMMARY:Ekstra").replace(b"1015T100000", b"1016T100000"))
    alone = distributed(calendar(event(RECURS, START.replace("08T", "15T"), f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}")))

    assert crasher(beside, reply(f"RECURRENCE-ID:{NONE}"), via=None).instance == NONE
    assert crasher(alone, reply(), via=None).instance == SERIES

# SPDX-License-Identifier: GPL-3.0-or-later
"""A series in which a thousand days are apart costs what a thousand days cost."""

from dataclasses import replace
from datetime import date, timedelta

from ical import view
from ical.instances import SERIES
from ical.itip import build
from ical.itip.attendee import answer
from ical.itip.inbound import MOST_REASONS, receive
from ical.itip.organizer import organize
from ical.snapshot import read_object
from tests.ical.itip.company import BERIT, END, KARI, LATER, NOW, OLA, START, actor, applied, distributed
from tests.ical.texts import OSLO, calendar, event
from tests.radicale_distrib.strict.costs import bounded

MANY = 900
DAYS = [date(2026, 10, 8) + timedelta(days=day) for day in range(1, MANY)]
PEOPLE = (f"ORGANIZER:{KARI}", f"ATTENDEE:{OLA}", f"ATTENDEE:{BERIT}")
SERIES_OF_DAYS = event(START, END, "RRULE:FREQ=DAILY", "SUMMARY:Befaring", *PEOPLE)


def apart(place: str) -> bytes:
    """Give the series with nearly every day held two hours later, at *place*."""
    overrides = (
        event(
            f"RECURRENCE-ID;TZID=Europe/Oslo:{day:%Y%m%d}T100000",
            f"DTSTART;TZID=Europe/Oslo:{day:%Y%m%d}T120000",
            f"LOCATION:{place}",
            *PEOPLE,
        )
        for day in DAYS
    )
    return calendar(SERIES_OF_DAYS, *overrides)


def reply(hour: str) -> bytes:
    """Give Berit's answer to each day, named by that hour."""
    days = (
        event(f"RECURRENCE-ID;TZID=Europe/Oslo:{day:%Y%m%d}T{hour}", f"ATTENDEE;PARTSTAT=DECLINED:{BERIT}")
        for day in DAYS
    )
    return calendar(*days).replace(b"VERSION", b"METHOD:REPLY\r\nVERSION", 1)


def test_an_organizer_moves_nearly_every_day() -> None:
    entry = distributed(calendar(SERIES_OF_DAYS))

    with bounded():
        moved = applied(entry, organize(entry, apart("Kjelleren"), actor(KARI), now=LATER))
        elsewhere = organize(moved, apart("Loftet"), actor(KARI), now=LATER)

    assert len(elsewhere.messages) == 1


def test_somebody_invited_answers_a_series_of_such_days() -> None:
    entry = distributed(apart("Kjelleren"))
    shown = view.for_attendee(entry, frozenset({OLA}), {}, OSLO)
    sent = shown.replace(f":{OLA}".encode(), f";PARTSTAT=TENTATIVE:{OLA}".encode())

    with bounded():
        outcome = answer(entry, sent, actor(OLA), overlay={}, shown=shown, conditional=True, now=LATER)

    assert {a.partstat for a in outcome.answers} == {"TENTATIVE"}


def test_a_mail_answers_every_day_by_the_start_that_it_was_moved_to() -> None:
    entry = distributed(apart("Kjelleren"))

    with bounded():
        outcome = receive(entry, reply("120000"), BERIT, zone=OSLO, now=LATER)

    assert len(outcome.answers) == len(DAYS)
    assert {a.address for a in outcome.answers} == {BERIT}
    assert SERIES not in {a.instance for a in outcome.answers}


def test_a_mail_about_days_that_are_none_is_told_in_a_few_sentences() -> None:
    entry = distributed(apart("Kjelleren"))

    with bounded():
        outcome = receive(entry, reply("131500"), BERIT, zone=OSLO, now=LATER)

    assert outcome == replace(outcome, answers=(), messages=())
    assert len(outcome.why) == MOST_REASONS + 1


def test_replies_are_repeated_at_no_more_cost() -> None:
    entry = distributed(apart("Kjelleren"))
    answered = applied(entry, receive(entry, reply("120000"), BERIT, zone=OSLO, now=NOW))

    with bounded():
        again = receive(answered, reply("120000"), BERIT, zone=OSLO, now=LATER)

    assert not again.messages


def test_the_replies_about_every_day_are_made_for_the_organizers_inbox() -> None:
    entry = distributed(apart("Kjelleren"))
    answered = receive(entry, reply("120000"), BERIT, zone=OSLO, now=NOW).answers

    with bounded():
        shared = read_object(entry.shared, OSLO)
        texts = [build.reply(shared, row, now=LATER, zone=OSLO) for row in answered]

    assert len({len(text) for text in texts}) == 1
    assert all(text.count(b"RECURRENCE-ID") == 1 for text in texts)

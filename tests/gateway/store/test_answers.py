# SPDX-License-Identifier: GPL-3.0-or-later
"""What each person said to an entry."""

from datetime import timedelta

from gateway.model import EntryId, PersonId
from gateway.store import answers, entries
from gateway.store.unit import Database, UnitOfWork
from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, DECLINED, NEEDS_ACTION, Answer
from ical.instances import InstanceId
from tests.conftest import Statements
from tests.gateway.store.company import NOW, hired, met, new_entry

OLA = Address("mailto:ola@byggbo.example")
BERIT = Address("mailto:berit@kunde.example")


def asked(uow: UnitOfWork, *said: Answer, people: dict[Address, PersonId] | None = None) -> EntryId:
    entry_id = entries.add(uow, new_entry(hired(uow, "kari")))
    answers.put(uow, entry_id, said, people or {})
    return entry_id


def test_every_word_of_an_answer_is_kept(database: Database) -> None:
    full = Answer(
        address=OLA,
        instance=InstanceId("20261008T080000Z"),
        partstat=COMPLETED,
        shown=ACCEPTED,
        sequence=4,
        stamp=NOW,
        digest="abc",
        channel="mail",
        reset_sequence=3,
        percent=40,
        completed_at=NOW + timedelta(hours=1),
        written="TENTATIVE",
        comment="Ferdig – «æøå» 🎉\nlinje to",
        delegated_to=BERIT,
        delegated_from=Address("mailto:per@byggbo.example"),
        added_by=Address("mailto:nina@byggbo.example"),
        agent="CLIENT",
        asked_at=NOW - timedelta(days=1),
        answered_at=NOW + timedelta(microseconds=1),
        delivery="1.2",
        organizer=True,
        hidden=True,
        answered_before=NOW - timedelta(days=2),
        sent_by=Address("mailto:nina@byggbo.example"),
    )
    assert not [name for name, value in Answer._field_defaults.items() if getattr(full, name) == value], (
        "a default proves nothing"
    )

    with database.write() as uow:
        entry_id = asked(uow, full)

    with database.read() as uow:
        assert answers.of(uow, entry_id) == (full,)


def test_an_answer_that_says_nothing_is_kept_too(database: Database) -> None:
    with database.write() as uow:
        entry_id = asked(uow, Answer(OLA))

    with database.read() as uow:
        assert answers.of(uow, entry_id) == (Answer(OLA),)


def test_the_new_answer_wins_and_the_others_stand(database: Database) -> None:
    with database.write() as uow:
        one_day = Answer(OLA, InstanceId("20261008"), DECLINED)
        entry_id = asked(uow, Answer(OLA), Answer(BERIT), one_day)
        answers.put(uow, entry_id, [Answer(OLA, partstat=ACCEPTED, comment="Ja"), Answer(OLA, partstat=DECLINED)], {})

        assert answers.of(uow, entry_id) == (Answer(BERIT), Answer(OLA, partstat=DECLINED), one_day)


def test_an_address_stays_whose_it_was_when_it_was_asked(database: Database) -> None:
    with database.write() as uow:
        ola = hired(uow, "ola")
        entry_id = asked(uow, Answer(OLA), Answer(BERIT), people={OLA: ola.id})
        answers.put(uow, entry_id, [Answer(OLA, partstat=ACCEPTED)], {})

        assert answers.people_of(uow, entry_id) == {OLA: ola.id}


def test_a_thousand_answers_are_one_statement(database: Database, statements: Statements) -> None:
    said = [Answer(Address(f"mailto:{n:04}@kunde.example"), comment="x" * 100, asked_at=NOW) for n in range(1000)]
    with database.write() as uow:
        entry_id = entries.add(uow, new_entry(hired(uow, "kari")))
        for partstat in (NEEDS_ACTION, ACCEPTED):
            statements.clear()
            answers.put(uow, entry_id, [a._replace(partstat=partstat) for a in said], {})
            assert len(statements) == 1
        answers.put(uow, entry_id, [], {})

    with database.read() as uow:
        assert answers.of(uow, entry_id) == tuple(a._replace(partstat=ACCEPTED) for a in said)


def test_whoever_is_not_invited_any_more_has_no_answer(database: Database) -> None:
    with database.write() as uow:
        entry_id = asked(uow, Answer(OLA), Answer(OLA, InstanceId("20261008")), Answer(BERIT))
        answers.drop(uow, entry_id, [OLA])
        answers.drop(uow, entry_id, [])

        assert answers.of(uow, entry_id) == (Answer(BERIT),)


def test_publishing_shows_what_was_not_shown(database: Database) -> None:
    with database.write() as uow:
        entry_id = asked(uow, Answer(OLA, partstat=ACCEPTED), Answer(BERIT))
        other = met(uow, hired(uow, "per"), [hired(uow, "nina")])

        assert (answers.publish(uow, entry_id), answers.publish(uow, entry_id), answers.publish(uow, other)) == (
            1,
            0,
            0,
        )
        assert {a.address: a.shown for a in answers.of(uow, entry_id)} == {OLA: ACCEPTED, BERIT: NEEDS_ACTION}


def test_what_became_of_a_message_is_noted_once(database: Database) -> None:
    with database.write() as uow:
        entry_id = asked(uow, Answer(OLA, delivery="1.2"), Answer(BERIT, delivery="1.0"))

        noted = [answers.set_delivery(uow, entry_id, {BERIT: "1.1", OLA: "1.2"}) for _ in range(2)]
        assert noted == [1, 0]
        assert answers.set_delivery(uow, entry_id, {}) == 0
        assert [a.delivery for a in answers.of(uow, entry_id)] == ["1.1", "1.2"]

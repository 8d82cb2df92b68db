# SPDX-License-Identifier: GPL-3.0-or-later
"""What people would rather have, until it is settled."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from gateway.model import ProposalId
from gateway.store import entries, proposals
from gateway.store.unit import Database
from ical.address import Address
from ical.instances import SERIES, InstanceId
from ical.itip.proposals import Fate, Proposal
from tests.conftest import Statements
from tests.gateway.store.company import NOW, hired, met

BERIT, JON = Address("mailto:berit@kunde.example"), Address("mailto:jon@kunde.example")
DAY = InstanceId("20261015T080000Z")
HOUR = timedelta(hours=1)
FIRST = Proposal(
    BERIT, SERIES, NOW, NOW + HOUR, "Loftet", "Helst, ø", 3, NOW - HOUR, "mail", NOW, b"BEGIN:VCALENDAR\xc3\xa6"
)


@pytest.mark.parametrize(
    "new",
    [
        FIRST,
        replace(FIRST, start=None, end=None, comment=None, instance=DAY),
        replace(FIRST, start=date(2026, 10, 9), end=date(2026, 10, 12), location=None),
        replace(FIRST, start=datetime(2026, 10, 9, 10, 0), end=None),  # noqa: DTZ001 - floating
    ],
)
def test_a_proposal_is_given_back_as_it_was_made(database: Database, new: Proposal) -> None:
    with database.write() as uow:
        entry_id = met(uow, hired(uow, "kari"), [])
        number = proposals.add(uow, entry_id, new)

    with database.read() as uow:
        found = proposals.by_id(uow, number)
        assert found is not None
        assert (found.id, found.entry_id, found.proposal) == (number, entry_id, replace(new, text=b""))
        assert proposals.text_of(uow, number) == new.text
        assert proposals.by_id(uow, ProposalId(number + 1)) is None


def test_one_of_a_person_and_occurrence_is_open(database: Database) -> None:
    with database.write() as uow:
        entry_id = met(uow, hired(uow, "kari"), [])
        first = proposals.add(uow, entry_id, FIRST)
        for other in (replace(FIRST, instance=DAY), replace(FIRST, address=JON)):
            proposals.add(uow, entry_id, other)
        proposals.settle(uow, {first: Fate.SUPERSEDED}, NOW)
        proposals.add(uow, entry_id, replace(FIRST, comment="Eller så"))

    with pytest.raises(IntegrityError), database.write() as uow:
        proposals.add(uow, entry_id, FIRST)


def test_what_is_settled_says_how_and_when_and_is_open_no_more(database: Database) -> None:
    with database.write() as uow:
        entry_id = met(uow, hired(uow, "kari"), [])
        mine, other = (proposals.add(uow, entry_id, replace(FIRST, address=who)) for who in (BERIT, JON))
        proposals.settle(uow, {mine: Fate.DECLINED}, NOW + HOUR, answer="Nei")

        assert [known.id for known in proposals.open_in(uow, [entry_id])] == [other]
        (found,) = (known.proposal for known in proposals.of_entry(uow, entry_id, BERIT))
        assert (found.fate, found.settled_at, found.answer) == (Fate.DECLINED, NOW + HOUR, "Nei")
        assert proposals.text_of(uow, mine) == b""
        assert proposals.text_of(uow, other) == FIRST.text


def test_several_entries_are_one_question_and_several_fates_one_statement(
    database: Database, statements: Statements
) -> None:
    with database.write() as uow:
        kari = hired(uow, "kari")
        several = [met(uow, kari, [], f"m{n}") for n in range(20)]
        numbers = [proposals.add(uow, entry_id, FIRST) for entry_id in several]
        statements.clear()
        proposals.settle(uow, {n: Fate.ACCEPTED if n % 2 else Fate.SUPERSEDED for n in numbers}, NOW)
        assert proposals.open_in(uow, several) == []
        assert [known.id for known in proposals.of_entries(uow, several)] == numbers
        proposals.settle(uow, {}, NOW)
        assert (proposals.open_in(uow, []), proposals.of_entries(uow, [])) == ([], ())
        assert len(statements) == 3


def test_with_an_entry_go_its_proposals(database: Database) -> None:
    with database.write() as uow:
        entry_id = met(uow, hired(uow, "kari"), [])
        number = proposals.add(uow, entry_id, FIRST)
        entries.remove(uow, entry_id)

        assert proposals.by_id(uow, number) is None

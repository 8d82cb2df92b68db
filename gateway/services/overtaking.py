# SPDX-License-Identifier: GPL-3.0-or-later
"""What is proposed for an entry is settled by whatever changes the entry under it."""

from collections.abc import Iterator, Mapping, Sequence

from gateway.model import EntryId, ProposalId
from gateway.services.scene import zone_of
from gateway.services.subject import Overtaken, Settled
from gateway.store import proposals
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.itip import proposing
from ical.itip.outcome import State
from ical.itip.proposals import Fate


def overtaken(uow: UnitOfWork, settled: Sequence[Settled]) -> Mapping[EntryId, tuple[Overtaken, ...]]:
    """Give which open proposals are settled by what is written, and how: one question for all entries."""
    changed = {one.subject.entry_id: one for one in settled if _changes(one)}
    found: dict[EntryId, tuple[Overtaken, ...]] = {}
    for number, entry_id, proposal in proposals.open_in(uow, changed.keys()):
        one = changed[entry_id]
        # Of a large meeting only the rows of whoever answers may be known.
        if any(a.address == proposal.address for a in one.subject.entry.answers):
            fate = proposing.settled(one.entry, proposal, zone=zone_of(one.subject.custodian))
            if fate is not Fate.OPEN:
                found[entry_id] = (*found.get(entry_id, ()), Overtaken(number, proposal, fate))
    return found


def fates(settled: Sequence[Settled]) -> dict[ProposalId, Fate]:
    """Give what became of them, to be stored."""
    return {one.number: one.fate for some in settled for one in some.overtaken}


def sentences(one: Settled) -> Iterator[str]:
    """Say it, for the decision log."""
    for gone in one.overtaken:
        said = gone.proposal
        yield f"What {said.address.removeprefix('mailto:')} proposed for {said.about} is {gone.fate} by it."


def asked_or_off(settled: Sequence[Settled]) -> tuple[list[EntryId], list[tuple[EntryId, Address]]]:
    """Give what was called off, and who is asked that was not: party crashers among them wait no more."""
    known = [(one, {a.address for a in one.subject.entry.answers}) for one in settled if one.subject.entry.answers]
    off = [one.subject.entry_id for one, _ in known if _goes_off(one)]
    return off, [(one.subject.entry_id, a.address) for one, was in known for a in one.answers if a.address not in was]


def _goes_off(one: Settled) -> bool:
    return one.outcome.state is State.CANCELLED and one.subject.entry.state is not State.CANCELLED


def _changes(one: Settled) -> bool:
    outcome, before = one.outcome, one.subject.entry
    is_other = outcome.shared is not None or bool(outcome.dropped) or outcome.state is not before.state
    return is_other and bool(before.answers)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Make anew what columns say of the words: summary and span of every entry.

The words are the truth and stay as they are; no revision moves, for what a client reads does not change.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.model import EntryId
from gateway.services.save import facts_of
from gateway.store import entries, index, people, readings
from gateway.store.unit import Database, UnitOfWork
from ical.errors import IcalError

BATCH = 200
"""Entries in one transaction: others must be able to write in between."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What has come of a batch."""

    done: int
    """Entries so far, this batch included."""
    unreadable: tuple[str, ...]
    """UIDs of this batch whose words are not understood; their columns stay."""


def reindex(database: Database) -> Iterator[Progress]:
    """Go through all entries, a transaction for each batch; give how far it has come after each."""
    last, done = EntryId(0), 0
    while True:
        with database.write() as uow:
            batch = index.after(uow, last, limit=BATCH)
            unreadable = tuple(_renewed(uow, batch))
        if not batch:
            return
        last, done = batch[-1].entry_id, done + len(batch)
        yield Progress(done, unreadable)


def _renewed(uow: UnitOfWork, batch: tuple[index.Indexed, ...]) -> Iterator[str]:
    """Write the columns of *batch*; give the UIDs of what cannot be read."""
    custodians = people.by_ids(uow, {found.custodian for found in batch})
    for found in batch:
        try:
            facts = facts_of(found.words, custodians[found.custodian])
        except IcalError:
            yield found.uid
            continue
        entries.update(uow, found.entry_id, summary=facts.summary, span=facts.span)
        readings.set_spans(uow, found.entry_id, facts.span)

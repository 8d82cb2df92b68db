# SPDX-License-Identifier: GPL-3.0-or-later
"""Make anew what columns and the index of times say of the words of every entry.

The words are the truth and stay as they are; no revision moves, for what a client reads does not change.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gateway.log import log
from gateway.model import EntryId, Person
from gateway.services.save import facts_of
from gateway.services.scene import zone_of
from gateway.services.subject import Facts
from gateway.store import entries, facts, index, people, reading_changes
from gateway.store.unit import Database, UnitOfWork
from ical.errors import IcalError
from ical.snapshot import read_object

BATCH = 200
"""Entries in one transaction: others must be able to write in between."""
VERSION = "3"
"""To be counted on when the index knows more of a text than before: then it is made anew at the next start."""
FACT = "index"


@dataclass(frozen=True, slots=True)
class Progress:
    """What has come of a batch."""

    done: int
    """Entries so far, this batch included."""
    unreadable: tuple[str, ...]
    """UIDs of this batch whose words are not understood; their columns stay."""


def bring_up_to_date(database: Database) -> None:
    """Make the index anew where an older version has made it; until then, texts are asked in its place."""
    with database.read() as uow:
        if facts.get(uow, FACT) == VERSION:
            return
    for progress in reindex(database):
        log.info("index.renewed", entries=progress.done)
    with database.write() as uow:
        facts.put(uow, FACT, VERSION)


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


def _facts(found: index.Indexed, custodian: Person) -> Facts:
    said = read_object(found.text, zone_of(custodian))
    return facts_of(said, custodian, alone=found.is_private)


def _renewed(uow: UnitOfWork, batch: tuple[index.Indexed, ...]) -> Iterator[str]:
    """Write the columns of *batch*; give the UIDs of what cannot be read."""
    custodians = people.by_ids(uow, {found.custodian for found in batch})
    for found in batch:
        try:
            known = _facts(found, custodians[found.custodian])
        except IcalError:
            yield found.uid
            continue
        entries.update(uow, found.entry_id, summary=known.summary, span=known.span)
        reading_changes.set_spans(uow, {found.entry_id: known.span})

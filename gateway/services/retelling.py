# SPDX-License-Identifier: GPL-3.0-or-later
"""What a mail to somebody who had one before has of that: it tells what is another, and asks if that one asked."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from gateway.model import EntryId
from gateway.services.scene import zone_of
from gateway.services.subject import Settled
from gateway.store import formers, outbox
from gateway.store.formers import Former
from gateway.store.unit import UnitOfWork
from ical.address import Address
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Message, Method
from ical.news import news_since
from ical.snapshot import Snapshot

_JUST_BEFORE = timedelta(microseconds=1)


class Retelling:
    """What those know who had a mail before: asked of the store once for all entries that are saved together."""

    def __init__(self, uow: UnitOfWork, settled: Collection[Settled], now: datetime) -> None:
        updated = {one.subject.entry_id for one in settled if any(map(_is_update, one.outcome.messages))}
        self._before: Mapping[EntryId, Sequence[Former]] = formers.of_entries(uow, updated)
        self._mailed = outbox.last_asked(uow, updated)
        self._now = now
        self._made: dict[tuple[EntryId, InstanceId, datetime], list[dict[str, object]]] = {}

    def of(self, one: Settled, message: Message, said: Snapshot, address: Address) -> list[dict[str, object]]:
        """Give what *message* tells *address* to be another, as `News.facts`."""
        before = self._before.get(one.subject.entry_id)
        if before is None or not _is_update(message):
            return []
        since = self._since(one.subject.entry_id, address, message.instance)
        key = one.subject.entry_id, message.instance, since
        if key not in self._made:
            was = formers.known(before, since, self._now)
            found = news_since(was, said, message.instance, zone_of(one.subject.custodian))
            self._made[key] = [each.facts for each in found]
        return self._made[key]

    def is_published(self, one: Settled, message: Message, address: Address) -> bool:
        """Tell whether *message* asks *address* no more than the last one did (reading A21)."""
        mailed = self._mailed.get((one.subject.entry_id, address, message.instance))
        return _is_update(message) and mailed is not None and mailed.published

    def _since(self, entry_id: EntryId, address: Address, instance: InstanceId) -> datetime:
        """Give when the last mail to *address* about *instance* was written; not known: just before now."""
        mailed = (self._mailed.get((entry_id, address, about)) for about in {SERIES, instance})
        return max((one.at for one in mailed if one is not None), default=self._now - _JUST_BEFORE)


def _is_update(message: Message) -> bool:
    return message.method is Method.REQUEST and not message.first

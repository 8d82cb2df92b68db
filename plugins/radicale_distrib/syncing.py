# SPDX-License-Identifier: GPL-3.0-or-later
"""sync-collection: what changed since a token (RFC 6578 3.2)."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Sequence

from gateway.model import Change, Listed, Rendered
from gateway.services import calendars
from gateway.store.calendars import Place
from gateway.store.listing import PAGE
from gateway.store.readings import BATCH
from radicale_distrib import limits, properties, sight, streams, telling
from radicale_distrib.errors import Problem
from radicale_distrib.markup import dav, element, multistatus, text, words
from radicale_distrib.requests import Response, xml_response
from radicale_distrib.resources import Collection, Resource, Scope
from radicale_distrib.telling import Tell


def sync_collection(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    """Tell what changed since a token; all that is there without one."""
    if not isinstance(resource, Collection):
        raise Problem(403, dav("supported-report"), message="this report is for calendars")
    level = words(root.find(dav("sync-level"))) or "1"
    if level not in {"1", "infinite", "infinity"}:
        raise Problem(400, message="sync-level is neither 1 nor infinite")
    token = words(root.find(dav("sync-token"))) or None
    asked, calendar = telling.asked(root), resource.calendar
    told = _Told(
        resource, asked.of(scope, resource), needs_text=asked.needs_text or not scope.sees_private, since=token
    )
    limit = limits.limit_of(root, texts=asked.needs_text)
    if limit is not None:
        delta = calendars.changes(scope.uow, calendar, token, limit)
        more = [limits.truncated(scope)] if delta.truncated else []
        return xml_response(207, multistatus([*told.of(scope, delta.changes), *more], _token(delta.token)))

    def fetch(scope: Scope, place: Place) -> tuple[Iterable[str], Place | None]:
        found, behind = calendars.page(scope.uow, calendar, place, BATCH if asked.needs_text else PAGE)
        return told.of(scope, found), behind

    start = calendars.begin(calendar, token)
    return streams.multistatus(scope, fetch, start, tail=_token(calendars.token_of(calendar)))


class _Told:
    """Makes `response` elements of changes."""

    def __init__(self, collection: Collection, tell: Tell, *, needs_text: bool, since: str | None) -> None:
        self._collection, self._tell, self._since = collection, tell, since
        self._reads = needs_text or collection.is_inbox

    def of(self, scope: Scope, changes: Sequence[Change]) -> Iterator[str]:
        """Give an element for each change; what is gone is news only to who has been told of it."""
        items = self._items(scope, changes)
        for change in changes:
            if (item := items.get(change.href)) is not None:
                yield self._tell(scope, item)
            elif self._since is not None:
                yield properties.gone(scope, f"{self._collection.path}{change.href}")

    def _items(self, scope: Scope, changes: Sequence[Change]) -> dict[str, Listed | Rendered]:
        if self._reads:
            there = [change.href for change in changes if not change.gone]
            return {item.href: item for item in sight.read(scope, self._collection, there)} if there else {}
        return {change.href: change.item for change in changes if change.item is not None}


def _token(token: str) -> str:
    return element(dav("sync-token"), text(token))

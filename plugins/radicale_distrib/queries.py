# SPDX-License-Identifier: GPL-3.0-or-later
"""calendar-query (RFC 4791 7.8): the index finds what may pass the filter, and texts are asked only where it must."""

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeVar

from gateway.model import Listed, Rendered
from gateway.services import views
from gateway.store.windows import Candidate
from ical.kinds import Kind
from radicale_distrib import filters, limits, matching, sight, streams, telling
from radicale_distrib.errors import Problem
from radicale_distrib.filters import CompFilter
from radicale_distrib.markup import caldav, dav, multistatus
from radicale_distrib.requests import Response, xml_response
from radicale_distrib.resources import Collection, Member, Resource, Scope
from radicale_distrib.telling import Asked

BATCH = 200
"""Objects that are looked at, and told of, at once."""

Item = Listed | Rendered
At = TypeVar("At")
"""A place in what is looked at: how many were, or the href of the last one."""
Find = Callable[[Scope, At], tuple[list[Item], At | None]]
"""Gives what passes the filter, from a place on, and where to go on; None: that was all."""


@dataclass(frozen=True, slots=True)
class _Query:
    """A calendar-query of one collection."""

    scope: Scope
    collection: Collection
    asked: Asked
    wanted: CompFilter
    zone: tzinfo
    limit: int | None

    def answer(self, find: Find[At], start: At) -> Response:
        """Tell of what *find* gives from *start* on."""
        tell = self.asked.of(self.scope, self.collection)
        if self.limit is not None:
            chosen = list(itertools.islice(_all(self.scope, find, start), self.limit + 1))
            more = [limits.truncated(self.scope)] if len(chosen) > self.limit else []
            return xml_response(207, multistatus([*(tell(self.scope, item) for item in chosen[: self.limit]), *more]))

        def fetch(scope: Scope, at: At) -> tuple[Iterable[str], At | None]:
            found, behind = find(scope, at)
            return [tell(scope, item) for item in found], behind

        return streams.multistatus(self.scope, fetch, start)


def calendar_query(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    """Tell of the objects that pass a filter."""
    asked = telling.asked(root)
    wanted = filters.read(root.find(caldav("filter")))
    if not isinstance(resource, Member | Collection):
        raise Problem(403, dav("supported-report"), message="this report is for calendars")
    collection = Collection(resource.person, resource.calendar) if isinstance(resource, Member) else resource
    zone, limit = asked.zone_in(scope, collection), limits.limit_of(root, texts=asked.needs_text)
    query = _Query(scope, collection, asked, wanted, zone, limit)
    if isinstance(resource, Member):
        return query.answer(_among(query, [resource.item.href]), "")
    return _answered(query)


def _answered(query: _Query) -> Response:
    kinds = _kinds(query.wanted)
    if query.collection.is_inbox or not kinds:
        return query.answer(_among(query, None if kinds else []), "")
    within = query.wanted.time_range
    if within is None:
        return query.answer(_everywhere(query, kinds), "")
    start, end = within.bounds
    near = views.within(query.scope.uow, query.collection.calendar, kinds=kinds, start=start, end=end)
    return query.answer(_near(query, near), 0)


def _all(scope: Scope, find: Find[At], start: At) -> Iterator[Item]:
    at: At | None = start
    while at is not None:
        found, at = find(scope, at)
        yield from found


def _kinds(wanted: CompFilter) -> list[Kind]:
    """Give the kinds of entries that can pass, none where none can."""
    asked = {comp.name for comp in wanted.comps if not comp.absent and comp.name != "VTIMEZONE"}
    if wanted.absent or len(asked) > 1 or asked - set(Kind):
        return []
    return [Kind(name) for name in asked] or list(Kind)


def _passing(query: _Query, found: Iterable[Rendered]) -> list[Item]:
    return [item for item in found if matching.passes(query.wanted, item.text, query.zone)]


def _among(query: _Query, hrefs: list[str] | None) -> Find[str]:
    """Look at the objects named, or at all, whose texts are not many."""

    def find(scope: Scope, _: str) -> tuple[list[Item], str | None]:
        return _passing(query, sight.read(scope, query.collection, hrefs)), None

    return find


def _near(query: _Query, near: list[Candidate]) -> Find[int]:
    """Look at what the index found in a window of time; what it is sure of passes where nothing else is asked."""
    only_time = query.wanted.window is not None
    needs_text = query.asked.needs_text or not query.scope.sees_private

    def find(scope: Scope, done: int) -> tuple[list[Item], int | None]:
        behind = done + BATCH
        batch = near[done:behind]
        asked = [one.id for one in batch if needs_text or not (only_time and one.is_sure)]
        texts = {item.href: item for item in sight.of_ids(scope, asked)}
        return list(_judged(batch, texts)), behind if behind < len(near) else None

    def _judged(batch: list[Candidate], texts: dict[str, Rendered]) -> Iterator[Item]:
        for one in batch:
            text = texts.get(one.item.href)
            if only_time and one.is_sure:
                if text is not None or not needs_text:
                    yield text or one.item
            elif text is not None and matching.passes(query.wanted, text.text, query.zone):
                yield text

    return find


def _everywhere(query: _Query, kinds: list[Kind]) -> Find[str]:
    """Look at all objects, without their texts where only the kind is asked for."""
    calendar, is_plain = query.collection.calendar, matching.is_plain(query.wanted)
    kind = kinds[0] if len(kinds) == 1 else None

    def listed(scope: Scope, after: str) -> tuple[list[Item], str | None]:
        found, behind = sight.listed_page(scope, calendar, after, kind)
        return list(found), behind

    def read(scope: Scope, after: str) -> tuple[list[Item], str | None]:
        found, behind = sight.page(scope, calendar, after)
        of_kind = [item for item in found if item.kind in kinds]
        return list(of_kind) if is_plain else _passing(query, of_kind), behind

    return listed if is_plain and not query.asked.needs_text else read

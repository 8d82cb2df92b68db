# SPDX-License-Identifier: GPL-3.0-or-later
"""calendar-query (RFC 4791 7.8): the index finds what may pass the filter, and texts are asked only where it must."""

import itertools
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from datetime import tzinfo

from gateway.model import Listed, Rendered
from gateway.services import views
from gateway.store.windows import Candidate
from ical.kinds import Kind
from radicale_distrib import filters, limits, matching, streams, telling
from radicale_distrib.errors import Problem
from radicale_distrib.filters import CompFilter
from radicale_distrib.markup import caldav, dav, multistatus
from radicale_distrib.requests import Response, xml_response
from radicale_distrib.resources import Collection, Member, Resource, Scope, rendered

BATCH = 200
"""Objects that are looked at, and told of, at once."""

Item = Listed | Rendered
Place = int | str
Find = Callable[[Scope, Place], tuple[list[Item], Place | None]]
"""Gives what passes the filter, from a place on, and where to go on; None: that was all."""


def calendar_query(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    """Tell of the objects that pass a filter."""
    asked = telling.asked(root)
    wanted = filters.read(root.find(caldav("filter")))
    if isinstance(resource, Member):
        collection = Collection(resource.person, resource.calendar)
        zone = asked.zone_in(scope, collection)
        found: tuple[Find, Place] = (_among(collection, wanted, zone, [resource.item.href]), "")
    elif isinstance(resource, Collection):
        collection = resource
        zone = asked.zone_in(scope, collection)
        found = _finder(scope, collection, wanted, zone, needs_text=asked.needs_text)
    else:
        raise Problem(403, dav("supported-report"), message="this report is for calendars")
    find, start = found
    tell = asked.of(scope, collection)
    limit = limits.limit_of(root, texts=asked.needs_text)
    if limit is not None:
        chosen = list(itertools.islice(_all(scope, find, start), limit + 1))
        more = [limits.truncated(scope)] if len(chosen) > limit else []
        return xml_response(207, multistatus([*(tell(scope, item) for item in chosen[:limit]), *more]))

    def fetch(scope: Scope, place: Place) -> tuple[Iterable[str], Place | None]:
        found, behind = find(scope, place)
        return [tell(scope, item) for item in found], behind

    return streams.multistatus(scope, fetch, start)


def _all(scope: Scope, find: Find, start: Place) -> Iterator[Item]:
    place: Place | None = start
    while place is not None:
        found, place = find(scope, place)
        yield from found


def _finder(
    scope: Scope, collection: Collection, wanted: CompFilter, zone: tzinfo, *, needs_text: bool
) -> tuple[Find, Place]:
    """Give how the objects of *collection* that pass are found, and where that begins."""
    kinds = _kinds(wanted)
    if collection.is_inbox or not kinds:
        return _among(collection, wanted, zone, None if kinds else []), ""
    within = wanted.time_range
    if within is not None:
        start, end = within.bounds
        near = views.within(scope.uow, collection.calendar, kinds=kinds, start=start, end=end)
        return _near(collection, wanted, zone, near, needs_text=needs_text), 0
    return _everywhere(collection, wanted, zone, kinds, needs_text=needs_text), ""


def _kinds(wanted: CompFilter) -> list[Kind]:
    """Give the kinds of entries that can pass, none where none can."""
    asked = {comp.name for comp in wanted.comps if not comp.absent and comp.name != "VTIMEZONE"}
    if wanted.absent or len(asked) > 1 or asked - set(Kind):
        return []
    return [Kind(name) for name in asked] or list(Kind)


def _passing(wanted: CompFilter, zone: tzinfo, found: Iterable[Rendered]) -> list[Item]:
    return [item for item in found if matching.passes(wanted, item.text, zone)]


def _among(collection: Collection, wanted: CompFilter, zone: tzinfo, hrefs: list[str] | None) -> Find:
    """Look at the objects named, or at all, whose texts are not many."""

    def find(scope: Scope, _: Place) -> tuple[list[Item], Place | None]:
        return _passing(wanted, zone, rendered(scope, collection, hrefs)), None

    return find


def _near(collection: Collection, wanted: CompFilter, zone: tzinfo, near: list[Candidate], *, needs_text: bool) -> Find:
    """Look at what the index found in a window of time; what it is sure of passes where nothing else is asked."""
    only_time = wanted.window is not None

    def find(scope: Scope, place: Place) -> tuple[list[Item], Place | None]:
        behind = int(str(place)) + BATCH
        batch = near[behind - BATCH : behind]
        asked = [one.id for one in batch if needs_text or not (only_time and one.is_sure)]
        texts = {item.href: item for item in views.of_ids(scope.uow, collection.person, asked)}
        return list(_judged(batch, texts)), behind if behind < len(near) else None

    def _judged(batch: list[Candidate], texts: dict[str, Rendered]) -> Iterator[Item]:
        for one in batch:
            text = texts.get(one.item.href)
            if only_time and one.is_sure:
                if text is not None or not needs_text:
                    yield text or one.item
            elif text is not None and matching.passes(wanted, text.text, zone):
                yield text

    return find


def _everywhere(
    collection: Collection, wanted: CompFilter, zone: tzinfo, kinds: list[Kind], *, needs_text: bool
) -> Find:
    """Look at all objects, without their texts where only the kind is asked for."""
    calendar, is_plain = collection.calendar, matching.is_plain(wanted)
    kind = kinds[0] if len(kinds) == 1 else None

    def listed(scope: Scope, place: Place) -> tuple[list[Item], Place | None]:
        found, behind = views.listed_page(scope.uow, calendar, str(place), kind)
        return list(found), behind

    def read(scope: Scope, place: Place) -> tuple[list[Item], Place | None]:
        found, behind = views.page(scope.uow, collection.person, calendar, str(place))
        of_kind = [item for item in found if item.kind in kinds]
        return list(of_kind) if is_plain else _passing(wanted, zone, of_kind), behind

    return listed if is_plain and not needs_text else read

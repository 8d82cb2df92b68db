# SPDX-License-Identifier: GPL-3.0-or-later
"""REPORT: one function each, found by the name of the request's root element."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gateway.errors import NotFound
from gateway.model import Listed, Rendered
from gateway.services import calendars, freebusy, views
from gateway.services.scene import zone_of
from ical.kinds import Kind
from radicale_distrib import expansion, filters, matching, principals, properties
from radicale_distrib.errors import Problem
from radicale_distrib.expansion import Data
from radicale_distrib.markup import caldav, dav, element, href, multistatus, server, text, words
from radicale_distrib.requests import Response, xml_response
from radicale_distrib.resources import Collection, Home, Member, Resource, Scope, listed, locate, rendered, split

Answer = Callable[[Scope, Resource, ET.Element], Response]

_NUMBER = re.compile("[1-9][0-9]{0,8}", re.ASCII)
_OBJECT = 3
"""How many segments the path of an object has."""

MAX_LISTED = 200
"""Changed objects up to which they are asked for by name; beyond, the whole collection is listed."""


def report(scope: Scope) -> Response:
    """Answer a report that the resource supports; any other is refused by name (RFC 3253 3.6)."""
    root = scope.request.xml()
    if root is None:
        raise Problem(400, message="REPORT has no body")
    answer = REPORTS.get(root.tag)
    if answer is None:
        raise Problem(403, dav("supported-report"), message=f"{root.tag[:120]} is no report of ours")
    resource = locate(scope, scope.request.path)
    if resource is None:
        raise NotFound(scope.request.path)
    return answer(scope, resource, root)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Properties that a report asks for, of objects."""

    names: list[str]
    data: Data | None
    """How `calendar-data` shall be given; None where it was not asked for."""

    @property
    def needs_text(self) -> bool:
        """Whether the objects must be rendered."""
        return self.data is not None or dav("getcontentlength") in self.names

    def response(self, scope: Scope, collection: Collection, item: Listed | Rendered) -> str:
        """Give the `response` element of *item*."""
        extra = {}
        if self.data is not None and isinstance(item, Rendered):
            extra[caldav("calendar-data")] = self.data.of(item.text, zone_of(scope.me))
        member = Member(collection.person, collection.calendar, item)
        return properties.response(scope, member, self.names, extra=extra)


def _asked(root: ET.Element) -> _Asked:
    if root.find(dav("allprop")) is not None or root.find(dav("propname")) is not None:
        return _Asked([dav("getetag"), dav("getcontenttype"), dav("resourcetype"), caldav("schedule-tag")], None)
    nodes = list(root.iterfind(f"{dav('prop')}/*"))
    data = next((expansion.wanted(node) for node in nodes if node.tag == caldav("calendar-data")), None)
    return _Asked(properties.asked_for(node.tag for node in nodes), data)


def _collection(resource: Resource) -> Collection:
    if not isinstance(resource, Collection):
        raise Problem(403, dav("supported-report"), message="this report is for calendars")
    return resource


def _calendar_query(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    if isinstance(resource, Member):
        collection, only = Collection(resource.person, resource.calendar), resource.item.href
    else:
        collection, only = _collection(resource), None
    asked = _asked(root)
    wanted = filters.read(root.find(caldav("filter")))
    found = _matching(scope, collection, wanted, needs_text=asked.needs_text)
    limit = _limit(root)
    chosen = [item for item in found if only is None or item.href == only]
    responses = [asked.response(scope, collection, item) for item in chosen[:limit]]
    if limit is not None and len(chosen) > limit:
        responses.append(_truncated(scope))
    return xml_response(207, multistatus(responses))


def _matching(
    scope: Scope, collection: Collection, wanted: filters.CompFilter, *, needs_text: bool
) -> list[Listed | Rendered]:
    """Give the objects that pass the filter; the database leaves out what surely cannot."""
    if matching.is_plain(wanted) and not needs_text:
        return list(_candidates(scope, collection, wanted))
    hrefs = [item.href for item in _candidates(scope, collection, wanted)]
    if not hrefs:
        return []
    zone = zone_of(scope.me)
    return [item for item in rendered(scope, collection, hrefs) if matching.passes(wanted, item.text, zone)]


def _candidates(scope: Scope, collection: Collection, wanted: filters.CompFilter) -> Iterator[Listed]:
    kinds = {comp.name for comp in wanted.comps if not comp.absent and comp.name != "VTIMEZONE"}
    if wanted.absent or len(kinds) > 1 or kinds - set(Kind):
        return iter(())
    if collection.is_inbox:
        return (item for item in listed(scope, collection) if wanted.kind in {None, item.kind})
    within = wanted.time_range
    # A task with no time but COMPLETED or CREATED has no span: the store gives it as a candidate.
    start, end = within.bounds if within is not None else (None, None)
    return views.listing(scope.uow, collection.calendar, kind=wanted.kind, start=start, end=end)


def _limit(root: ET.Element) -> int | None:
    node = root.find(f"{dav('limit')}/{dav('nresults')}")
    if node is None:
        return None
    value = words(node)
    if not _NUMBER.fullmatch(value):
        raise Problem(400, message="nresults is no positive number")
    return int(value)


def _truncated(scope: Scope) -> str:
    """Say that there is more (RFC 6578 3.6)."""
    target = scope.href(scope.request.path)
    return properties.status_response(target, "507 Insufficient Storage", "<D:number-of-matches-within-limits/>")


def _calendar_multiget(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    asked = _asked(root)
    paths = {words(node): scope.request.inside(words(node)) for node in root.iterfind(dav("href"))}
    if not paths:
        raise Problem(400, message="calendar-multiget names no href")
    if isinstance(resource, Member):
        resource = Collection(resource.person, resource.calendar)
    if not isinstance(resource, Collection | Home):
        raise Problem(403, dav("supported-report"), message="this report is for calendars")
    responses: list[str] = []
    found: dict[str, str] = {}
    for collection, hrefs in _by_collection(scope, resource, list(paths.values())):
        for item in _items(scope, collection, asked, hrefs):
            path = f"{collection.path}{item.href}"
            found[path] = asked.response(scope, collection, item)
    for sent, asked_path in paths.items():
        if asked_path is not None and asked_path in found:
            responses.append(found[asked_path])
        else:
            target = scope.href(asked_path) if asked_path is not None else href(sent)
            responses.append(properties.status_response(target, "404 Not Found"))
    return xml_response(207, multistatus(responses))


def _by_collection(
    scope: Scope, resource: Collection | Home, paths: Iterable[str | None]
) -> Iterator[tuple[Collection, list[str]]]:
    """Sort the asked paths by the collection that they lie in; what lies outside of *resource* is not found."""
    sorted_paths: dict[str, list[str]] = {}
    for path in paths:
        segments = split(path) if path is not None and path.startswith(resource.path) else []
        if len(segments) == _OBJECT and path is not None and not path.endswith("/"):
            sorted_paths.setdefault(segments[1], []).append(segments[2])
    for slug, hrefs in sorted_paths.items():
        found = resource if isinstance(resource, Collection) else locate(scope, f"{resource.path}{slug}/")
        if isinstance(found, Collection):
            yield found, hrefs


def _items(scope: Scope, collection: Collection, asked: _Asked, hrefs: list[str]) -> Iterator[Listed | Rendered]:
    if asked.needs_text or len(hrefs) <= MAX_LISTED:
        return iter(rendered(scope, collection, hrefs))
    names = set(hrefs)
    return (item for item in listed(scope, collection) if item.href in names)


def _sync_collection(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    """Tell what changed since a token (RFC 6578 3.2)."""
    collection = _collection(resource)
    level = words(root.find(dav("sync-level"))) or "1"
    if level not in {"1", "infinite", "infinity"}:
        raise Problem(400, message="sync-level is neither 1 nor infinite")
    token = words(root.find(dav("sync-token"))) or None
    asked = _asked(root)
    delta = calendars.changes(scope.uow, collection.calendar, token, _limit(root))
    there = [change.href for change in delta.changes if not change.gone]
    items = {item.href: item for item in _items(scope, collection, asked, there)} if there else {}
    responses = []
    for change in delta.changes:
        if (item := items.get(change.href)) is not None:
            responses.append(asked.response(scope, collection, item))
        elif token is not None:
            responses.append(properties.gone(scope, f"{collection.path}{change.href}"))
    if delta.truncated:
        responses.append(_truncated(scope))
    return xml_response(207, multistatus(responses, element(dav("sync-token"), text(delta.token))))


def _free_busy_query(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    collection = _collection(resource)
    if collection.is_inbox:
        raise Problem(403, dav("supported-report"), message="the inbox takes no time")
    within = filters.time_range(root.find(caldav("time-range")))
    if within is None:
        raise Problem(400, message="free-busy-query has no time-range")
    body = freebusy.of_calendar(scope.uow, scope.me, collection.calendar, within.start, within.end, scope.scene.now)
    return Response(200, {"Content-Type": "text/calendar; charset=utf-8"}, body)


REPORTS: dict[str, Answer] = {
    caldav("calendar-query"): _calendar_query,
    caldav("calendar-multiget"): _calendar_multiget,
    caldav("free-busy-query"): _free_busy_query,
    dav("sync-collection"): _sync_collection,
    dav("principal-property-search"): principals.property_search,
    dav("principal-search-property-set"): principals.search_property_set,
    dav("principal-match"): principals.match,
    dav("expand-property"): principals.expand_property,
    server("calendarserver-principal-search"): principals.text_search,
}

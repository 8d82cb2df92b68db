# SPDX-License-Identifier: GPL-3.0-or-later
"""REPORT: one function each, found by the name of the request's root element."""

import xml.etree.ElementTree as ET
from collections.abc import Callable

from gateway.errors import NotFound
from gateway.services import freebusy
from radicale_distrib import filters, principals, zones
from radicale_distrib.errors import Problem
from radicale_distrib.markup import caldav, dav, server
from radicale_distrib.multiget import calendar_multiget
from radicale_distrib.queries import calendar_query
from radicale_distrib.requests import Response
from radicale_distrib.resources import Collection, Resource, Scope
from radicale_distrib.syncing import sync_collection
from radicale_distrib.tree import locate

Answer = Callable[[Scope, Resource, ET.Element], Response]


def report(scope: Scope) -> Response:
    """Answer a report that the resource supports; any other is refused by name (RFC 3253 3.6)."""
    root = scope.request.xml()
    if root is None:
        raise Problem(400, message="REPORT has no body")
    if scope.request.depth == "infinity" and root.tag in _FLAT:
        raise Problem(400, message="this report has no Depth")
    answer = REPORTS.get(root.tag)
    if answer is None:
        raise Problem(403, dav("supported-report"), message=f"{root.tag[:120]} is no report of ours")
    resource = locate(scope, scope.request.path)
    if resource is None:
        raise NotFound(scope.request.path)
    return answer(scope, resource, root)


def _free_busy_query(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    if not isinstance(resource, Collection) or resource.is_inbox:
        raise Problem(403, dav("supported-report"), message="this report is for calendars")
    ranges = root.findall(caldav("time-range"))
    within = filters.time_range(ranges[0]) if len(ranges) == 1 else None
    if within is None:
        raise Problem(400, message="free-busy-query has one time-range")
    zone = zones.zone_kept(scope, resource.calendar)
    now = scope.scene.now
    body = freebusy.of_calendar(scope.uow, scope.owner, resource.calendar, within.start, within.end, now, zone=zone)
    return Response(200, {"Content-Type": "text/calendar; charset=utf-8"}, body)


_FLAT = frozenset(
    dav(name)
    for name in ("principal-match", "principal-property-search", "principal-search-property-set", "sync-collection")
)
"""Defined for Depth 0 alone (RFC 3744 9, RFC 6578 3.2); Thunderbird sends 1 with sync-collection."""

REPORTS: dict[str, Answer] = {
    caldav("calendar-query"): calendar_query,
    caldav("calendar-multiget"): calendar_multiget,
    caldav("free-busy-query"): _free_busy_query,
    dav("sync-collection"): sync_collection,
    dav("principal-property-search"): principals.property_search,
    dav("principal-search-property-set"): principals.search_property_set,
    dav("principal-match"): principals.match,
    dav("expand-property"): principals.expand_property,
    server("calendarserver-principal-search"): principals.text_search,
}

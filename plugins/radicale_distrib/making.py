# SPDX-License-Identifier: GPL-3.0-or-later
"""MKCALENDAR (RFC 4791 5.3.1) and extended MKCOL (RFC 5689), which make calendars and nothing else."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from gateway.services import calendars
from gateway.store import calendars as stored
from ical.kinds import Kind
from radicale_distrib.errors import Problem, denied
from radicale_distrib.markup import caldav, dav, document, multistatus
from radicale_distrib.properties import MOST
from radicale_distrib.proppatch import Changes, propstats, take, weigh
from radicale_distrib.requests import Response, xml_response
from radicale_distrib.resources import RESERVED, Scope
from radicale_distrib.tree import split

MAX_SLUG = 128
"""Characters of a calendar's last path segment."""

_TYPE = dav("resourcetype")
_COMPONENTS = caldav("supported-calendar-component-set")
_READ_ELSEWHERE = frozenset({_TYPE, _COMPONENTS})
_CALENDAR = {dav("collection"), caldav("calendar")}
_FRESH = {"Cache-Control": "no-cache"}
"""RFC 4791 5.3.1 wants it on every answer."""


def mkcalendar(scope: Scope) -> Response:
    """Make a calendar at the request's path."""
    root = scope.request.xml()
    if root is not None and root.tag != caldav("mkcalendar"):
        raise Problem(415, message="the body of MKCALENDAR is no mkcalendar element")
    slug, changes = _slug(scope, taken=403), _wishes(root)
    if caldav("valid-calendar-data") in changes.refused.values():
        raise Problem(403, caldav("valid-calendar-data"), message="calendar-timezone is not one VTIMEZONE")
    if changes.refused:
        told = f"<D:response>{scope.href(scope.request.path)}{propstats(changes)}</D:response>"
        return xml_response(207, multistatus([told]), _FRESH)
    return _made(scope, slug, changes, root)


def mkcol(scope: Scope) -> Response:
    """Make a calendar by the extended MKCOL; every other kind of collection is refused."""
    root = scope.request.xml()
    if root is not None and root.tag != dav("mkcol"):
        raise Problem(415, message="the body of MKCOL is no mkcol element")
    slug, changes = _slug(scope, taken=405), _wishes(root)
    kinds = {kind.tag for node in _asked(root) if node.tag == _TYPE for kind in node}
    if not kinds:
        raise Problem(403, dav("valid-resourcetype"), message="only calendars can be made here")
    if kinds != _CALENDAR:
        changes.refused[_TYPE] = dav("valid-resourcetype")
    if changes.refused:
        return xml_response(403, document(dav("mkcol-response"), propstats(changes)), _FRESH)
    return _made(scope, slug, changes, root)


def _made(scope: Scope, slug: str, changes: Changes, root: ET.Element | None) -> Response:
    name = changes.set.pop(dav("displayname"), "") or slug
    props = {key: value for key, value in changes.set.items() if key not in _READ_ELSEWHERE}
    calendars.create(scope.uow, scope.me, slug, name=name, components=_components(root), props=props)
    return Response(201, _FRESH)


def _asked(root: ET.Element | None) -> Iterator[ET.Element]:
    if root is None:
        return iter(())
    return (node for prop in root.iterfind(f"{dav('set')}/{dav('prop')}") for node in prop)


def _wishes(root: ET.Element | None) -> Changes:
    changes = Changes()
    asked = list(_asked(root))
    if len(asked) > MOST:
        raise Problem(403, message="too many properties are set at once")
    for node in asked:
        if node.tag in _READ_ELSEWHERE:
            changes.set[node.tag] = ""
        else:
            take(changes, node)
    weigh(changes, {})
    return changes


def _slug(scope: Scope, taken: int) -> str:
    path = scope.request.path
    login, *rest = split(path)
    if not rest and login in {"", scope.me.login}:
        raise Problem(taken, dav("resource-must-be-null"), message=f"{path} is there already")
    if login != scope.me.login:
        raise denied("MKCALENDAR", path, scope.href, message=f"{scope.me.login} may not make {path}")
    if rest[0] in RESERVED or stored.at(scope.uow, scope.me.id, rest[0]) is not None:
        if len(rest) > 1:
            raise Problem(403, caldav("calendar-collection-location-ok"), message="calendars do not nest")
        raise Problem(taken, dav("resource-must-be-null"), message=f"{path} is there already")
    if len(rest) > 1:
        raise Problem(409, message="the parent collection does not exist")
    if len(rest[0]) > MAX_SLUG or rest[0].startswith("."):
        raise Problem(403, caldav("calendar-collection-location-ok"), message="the name is too long, or hidden")
    return rest[0]


def _components(root: ET.Element | None) -> frozenset[Kind]:
    """Give the kinds that the calendar shall take; empty: nothing is said of them.

    Of several only those that are kept here count.
    """
    sets = [node for node in _asked(root) if node.tag == _COMPONENTS]
    asked = {str(comp.get("name", "")).upper() for node in sets[-1:] for comp in node.iterfind(caldav("comp"))}
    kinds = frozenset(kind for kind in Kind if kind.value in asked)
    if asked and not kinds:
        raise Problem(403, caldav("supported-calendar-component"), message=f"only {', '.join(Kind)} are kept here")
    return kinds

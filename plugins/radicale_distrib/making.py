# SPDX-License-Identifier: GPL-3.0-or-later
"""MKCALENDAR (RFC 4791 5.3.1) and extended MKCOL (RFC 5689), which make calendars and nothing else."""

import xml.etree.ElementTree as ET

from gateway.errors import NotYours
from gateway.model import INBOX, OUTBOX
from gateway.services import calendars
from gateway.store import calendars as stored
from ical.kinds import Kind
from radicale_distrib.errors import Problem
from radicale_distrib.markup import caldav, dav
from radicale_distrib.proppatch import Changes, take
from radicale_distrib.requests import Response
from radicale_distrib.resources import Scope, split

MAX_SLUG = 128
"""Characters of a calendar's last path segment."""

_TYPE = dav("resourcetype")
_COMPONENTS = caldav("supported-calendar-component-set")
_CALENDAR = {dav("collection"), caldav("calendar")}


def mkcalendar(scope: Scope) -> Response:
    """Make a calendar at the request's path."""
    root = scope.request.xml()
    if root is not None and root.tag != caldav("mkcalendar"):
        raise Problem(400, message="the body of MKCALENDAR is no mkcalendar element")
    return _make(scope, root, taken=403)


def mkcol(scope: Scope) -> Response:
    """Make a calendar by the extended MKCOL; every other kind of collection is refused."""
    root = scope.request.xml()
    if root is not None and root.tag != dav("mkcol"):
        raise Problem(415, message="the body of MKCOL is no mkcol element")
    kinds = {} if root is None else {node.tag for node in root.iterfind(f"{dav('set')}/{dav('prop')}/{_TYPE}/*")}
    if kinds != _CALENDAR:
        raise Problem(403, dav("valid-resourcetype"), message="only calendars can be made here")
    return _make(scope, root, taken=405)


def _make(scope: Scope, root: ET.Element | None, *, taken: int) -> Response:
    slug = _slug(scope, taken)
    wishes = [] if root is None else [node for prop in root.iterfind(f"{dav('set')}/{dav('prop')}") for node in prop]
    components: frozenset[Kind] = frozenset()
    changes = Changes()
    for node in wishes:
        if node.tag == _COMPONENTS:
            components = _components(node)
        elif node.tag != _TYPE:
            take(changes, node)
    for name, rule in changes.refused.items():
        raise Problem(403, rule or None, message=f"{name} cannot be set")
    name = changes.set.pop(dav("displayname"), "") or slug
    calendars.create(scope.uow, scope.me, slug, name=name, components=components, props=changes.set)
    return Response(201, {"Cache-Control": "no-cache"})


def _slug(scope: Scope, taken: int) -> str:
    path = scope.request.path
    login, *rest = split(path)
    if not rest and login in {"", scope.me.login}:
        raise Problem(taken, dav("resource-must-be-null"), message=f"{path} is there already")
    if login != scope.me.login:
        raise NotYours(f"{scope.me.login} may not make {path}")
    if rest[0] in {INBOX, OUTBOX} or stored.at(scope.uow, scope.me.id, rest[0]) is not None:
        if len(rest) > 1:
            raise Problem(403, caldav("calendar-collection-location-ok"), message="calendars do not nest")
        raise Problem(taken, dav("resource-must-be-null"), message=f"{path} is there already")
    if len(rest) > 1:
        raise Problem(409, message="the parent collection does not exist")
    if len(rest[0]) > MAX_SLUG:
        raise Problem(403, caldav("calendar-collection-location-ok"), message="the name is too long")
    return rest[0]


def _components(node: ET.Element) -> frozenset[Kind]:
    asked = {str(comp.get("name", "")).upper() for comp in node.iterfind(caldav("comp"))}
    kinds = frozenset(kind for kind in Kind if kind.value in asked)
    if asked and not kinds:
        raise Problem(403, caldav("supported-calendar-component"), message="only VEVENT and VTODO are kept here")
    return kinds

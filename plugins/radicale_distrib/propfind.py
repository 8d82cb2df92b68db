# SPDX-License-Identifier: GPL-3.0-or-later
"""PROPFIND (RFC 4918 9.1)."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable

from gateway.errors import NotFound
from radicale_distrib import properties, sight, streams
from radicale_distrib.errors import Problem
from radicale_distrib.markup import dav, element, multistatus
from radicale_distrib.requests import Response, xml_response
from radicale_distrib.resources import Collection, Member, Resource, Root, Scope
from radicale_distrib.shapes import Shape
from radicale_distrib.tree import children, locate

_NEEDS_TEXT = dav("getcontentlength")


def propfind(scope: Scope) -> Response:
    """Tell the properties of a resource, and of what lies in it."""
    request = scope.request
    wanted = _wanted(request.xml())
    resource = locate(scope, request.path)
    if resource is None:
        raise NotFound(request.path)
    depth = request.depth
    if depth == "infinity" and not isinstance(resource, Collection | Member):
        raise Problem(403, dav("propfind-finite-depth"))
    if depth != "0" and isinstance(resource, Collection) and not resource.is_inbox:
        return _members(scope, resource, wanted)
    found = [resource] if depth == "0" else [resource, *children(scope, resource)]
    if depth != "0" and request.wishes.no_root:
        del found[0]
    return xml_response(207, multistatus(wanted.response(scope, one) for one in found))


class _Wanted:
    """What a PROPFIND asks for: certain names, everything, or the names alone."""

    def __init__(self, choose: Callable[[Scope, Resource], Iterable[str]], *, needs_text: bool = False) -> None:
        self._choose, self.needs_text = choose, needs_text

    def response(self, scope: Scope, resource: Resource) -> str:
        """Give the `response` element of *resource*."""
        return properties.response(scope, resource, self._choose(scope, resource))


class _Names(_Wanted):
    """`propname`: what there is, without values."""

    def __init__(self) -> None:
        super().__init__(properties.names)

    def response(self, scope: Scope, resource: Resource) -> str:
        """Give the `response` element of *resource*, all properties empty."""
        empty = "".join(element(name) for name in self._choose(scope, resource))
        return f"<D:response>{scope.href(resource.path)}{properties.propstat(empty, '200 OK')}</D:response>"


def _wanted(root: ET.Element | None) -> _Wanted:
    if root is None:
        return _Wanted(lambda scope, resource: properties.everything(scope, resource, _without_body(resource)))
    if root.tag != dav("propfind"):
        raise Problem(400, message="the body of PROPFIND is no propfind element")
    if root.find(dav("propname")) is not None:
        return _Names()
    if root.find(dav("allprop")) is not None:
        include = properties.asked_for(child.tag for child in root.iterfind(f"{dav('include')}/*"))
        return _Wanted(lambda scope, resource: properties.everything(scope, resource, include))
    prop = root.find(dav("prop"))
    if prop is None:
        raise Problem(400, message="propfind asks for nothing")
    # PROPFIND must not give calendar-data (RFC 4791 9.6).
    asked = properties.asked_for(child.tag for child in prop)
    return _Wanted(lambda *_: asked, needs_text=_NEEDS_TEXT in asked)


def _without_body(resource: Resource) -> tuple[str, ...]:
    # python caldav follows 301 from / with the method but without the body: who it speaks for is what it wants to know.
    # RFC 4918 9.1 lets a server tell more than `allprop` must.
    return (dav("current-user-principal"),) if isinstance(resource, Root) else ()


def _members(scope: Scope, collection: Collection, wanted: _Wanted) -> Response:
    """Tell of a calendar and all that lies in it."""
    head = "" if scope.request.wishes.no_root else wanted.response(scope, collection)
    shape = Shape(collection, lambda scope, member, _: wanted.response(scope, member))

    def listed(scope: Scope, after: str) -> tuple[Iterable[str], str | None]:
        found, behind = sight.listed_page(scope, collection.calendar, after)
        return shape.each(scope, found), behind

    def read(scope: Scope, after: str) -> tuple[Iterable[str], str | None]:
        found, behind = sight.page(scope, collection.calendar, after)
        members = (Member(collection.person, collection.calendar, item) for item in found)
        return [wanted.response(scope, member) for member in members], behind

    return streams.multistatus(scope, read if wanted.needs_text else listed, "", head=head)

# SPDX-License-Identifier: GPL-3.0-or-later
"""calendar-multiget (RFC 4791 7.9): objects by name, in the order in which they are asked for."""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Mapping

from radicale_distrib import properties, sight, streams, telling
from radicale_distrib.errors import Problem
from radicale_distrib.markup import dav, href, words
from radicale_distrib.requests import Response
from radicale_distrib.resources import Collection, Home, Member, Resource, Scope
from radicale_distrib.telling import Asked, Tell
from radicale_distrib.tree import locate, split

BATCH = 200
"""Objects that are looked up, and told of, at once."""
_OBJECT = 3
"""How many segments the path of an object has."""


def calendar_multiget(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    """Tell of the objects that are named, and of each that is not there."""
    asked = telling.asked(root)
    sent = map(words, root.iterfind(dav("href")))
    paths = {reference: scope.request.inside(reference) for reference in sent}
    if not paths:
        raise Problem(400, message="calendar-multiget names no href")
    if isinstance(resource, Member):
        if set(paths.values()) != {resource.path}:
            raise Problem(400, message="calendar-multiget at an object names that object alone (RFC 4791 7.9)")
        resource = Collection(resource.person, resource.calendar)
    if not isinstance(resource, Collection | Home):
        raise Problem(403, dav("supported-report"), message="this report is for calendars")
    named = list(paths.items())
    shelves = _Shelves(resource, asked)

    def fetch(scope: Scope, place: int) -> tuple[Iterable[str], int | None]:
        behind = place + BATCH
        told = shelves.told(scope, dict(named[place:behind]))
        return told, behind if behind < len(named) else None

    return streams.multistatus(scope, fetch, 0)


class _Shelves:
    """The collections in which the asked objects lie, looked up once each. A class, because it remembers them."""

    def __init__(self, root: Collection | Home, asked: Asked) -> None:
        self._root, self._asked = root, asked
        self._known: dict[str, tuple[Collection, Tell] | None] = {}

    def told(self, scope: Scope, paths: Mapping[str, str | None]) -> list[str]:
        """Give a `response` element for each of *paths*, which are by the href that was sent."""
        found: dict[str, str] = {}
        for slug, hrefs in self._sorted(paths.values()).items():
            shelf = self._shelf(scope, slug)
            if shelf is not None:
                collection, tell = shelf
                place = collection.path
                there = sight.read(scope, collection, hrefs)
                found |= {f"{place}{item.href}": tell(scope, item) for item in there}
        return [found.get(path or "") or _missing(scope, sent, path) for sent, path in paths.items()]

    def _sorted(self, paths: Iterable[str | None]) -> dict[str, list[str]]:
        """Sort the asked paths by the collection that they lie in; what lies outside of the resource is not found."""
        by_slug: dict[str, list[str]] = {}
        root = self._root.path
        for path in paths:
            segments = split(path) if path is not None and path.startswith(root) else []
            if len(segments) == _OBJECT and path is not None and not path.endswith("/"):
                by_slug.setdefault(segments[1], []).append(segments[2])
        return by_slug

    def _shelf(self, scope: Scope, slug: str) -> tuple[Collection, Tell] | None:
        if slug not in self._known:
            root = self._root
            found = root if isinstance(root, Collection) else locate(scope, f"{root.path}{slug}/")
            self._known[slug] = (found, self._asked.of(scope, found)) if isinstance(found, Collection) else None
        return self._known[slug]


def _missing(scope: Scope, sent: str, path: str | None) -> str:
    target = scope.href(path) if path is not None else href(sent)
    return properties.status_response(target, "404 Not Found")

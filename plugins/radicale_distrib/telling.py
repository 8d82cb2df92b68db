# SPDX-License-Identifier: GPL-3.0-or-later
"""What a report tells of calendar objects: the properties that it asks for, and their texts."""

import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import dataclass
from datetime import tzinfo

from gateway.model import Listed, Rendered
from radicale_distrib import expansion, properties, zones
from radicale_distrib.expansion import Data
from radicale_distrib.markup import caldav, dav
from radicale_distrib.resources import Collection, Member, Scope
from radicale_distrib.shapes import Shape

Tell = Callable[[Scope, Listed | Rendered], str]
"""Gives the `response` element of an object."""

_LENGTH = dav("getcontentlength")
_DATA = caldav("calendar-data")
_PLAIN = [dav("getetag"), dav("getcontenttype"), dav("resourcetype"), caldav("schedule-tag")]


@dataclass(frozen=True, slots=True)
class Asked:
    """Properties that a report asks for, of objects."""

    names: list[str]
    data: Data | None
    """How `calendar-data` shall be given; None where it was not asked for."""
    zone: tzinfo | None = None
    """In which days and floating times are read; None: in the collection's."""

    @property
    def needs_text(self) -> bool:
        """Whether the objects must be rendered."""
        return self.data is not None or _LENGTH in self.names

    def zone_in(self, scope: Scope, collection: Collection) -> tzinfo:
        """Give the zone in which days and floating times of *collection* are read."""
        return self.zone or zones.zone_kept(scope, collection.calendar)

    def of(self, scope: Scope, collection: Collection) -> Tell:
        """Give what tells of the objects of *collection*."""
        data = self._data(scope, collection)
        if _LENGTH in self.names:
            return lambda scope, item: self._response(scope, collection, item, data(item))
        shape = Shape(collection, lambda scope, member, data: self._response(scope, collection, member.item, data))
        return lambda scope, item: shape.of(scope, item, data(item))

    def _response(self, scope: Scope, collection: Collection, item: Listed | Rendered, data: str) -> str:
        member = Member(collection.person, collection.calendar, item)
        return properties.response(scope, member, self.names, extra={} if self.data is None else {_DATA: data})

    def _data(self, scope: Scope, collection: Collection) -> Callable[[Listed | Rendered], str]:
        """Give what gives the XML inside an object's `calendar-data`."""
        if self.data is None:
            return lambda _: ""
        told, zone = self.data, self.zone_in(scope, collection)
        return lambda item: told.of(scope.fetched(item).text, zone) if isinstance(item, Rendered) else ""


def asked(root: ET.Element) -> Asked:
    """Read what the report *root* asks for."""
    if root.find(dav("allprop")) is not None or root.find(dav("propname")) is not None:
        return Asked(_PLAIN, None, zones.zone_asked(root))
    nodes = list(root.iterfind(f"{dav('prop')}/*"))
    data = next((expansion.wanted(node) for node in nodes if node.tag == _DATA), None)
    return Asked(properties.asked_for(node.tag for node in nodes), data, zones.zone_asked(root))

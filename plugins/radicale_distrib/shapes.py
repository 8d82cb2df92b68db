# SPDX-License-Identifier: GPL-3.0-or-later
"""The `response` elements of many objects of one collection, which differ in little from one another.

One is made for each kind of object, by the same functions that tell the properties of a single one, with marks where
name, tags and text stand; the others are copies of it with these filled in.
"""

import re
import secrets
from collections.abc import Callable, Iterable, Iterator
from urllib.parse import quote

from gateway.model import Listed, Rendered
from ical.kinds import Kind
from radicale_distrib.resources import Collection, Member, Scope

Make = Callable[[Scope, Member, str], str]
"""Gives the `response` element of an object; the last is the XML inside its `calendar-data`."""

_PLAIN = re.compile("[A-Za-z0-9_.~-]+")
"""What a path has as it is: to know that is cheaper than to quote it."""
_NONCE = secrets.token_hex(16)
_NAME, _ETAG, _TAG, _DATA = (f"{_NONCE}-{what}" for what in ("name", "etag", "tag", "data"))
"""Marks that nobody can write into a property."""


class Shape:
    """Makes the `response` elements of the objects of one collection.

    A class, because it remembers what it has made: one for each answer.
    """

    def __init__(self, collection: Collection, make: Make) -> None:
        self._collection, self._make = collection, make
        self._made: dict[tuple[Kind, bool], str] = {}

    def of(self, scope: Scope, item: Listed | Rendered, data: str = "") -> str:
        """Give the element of *item*; *data* is the XML inside its `calendar-data`, where that was asked for."""
        key = item.kind, item.schedule_tag is not None
        shape = self._made.get(key)
        if shape is None:
            shape = self._made[key] = self._template(scope, *key)
        href = item.href if _PLAIN.fullmatch(item.href) else quote(item.href)
        return shape.format(href, item.etag, item.schedule_tag, data)

    def each(self, scope: Scope, items: Iterable[Listed]) -> Iterator[str]:
        """Give the element of each of *items*, of which there may be thousands."""
        made, is_plain = self._made, _PLAIN.fullmatch
        for item in items:
            number, name, _, kind, scheduled, revision, tag = item
            shape = made.get((kind, scheduled))
            if shape is None:
                yield self.of(scope, item)
            else:
                href = name if is_plain(name) else quote(name)
                yield shape.format(href, f'"{number}-{revision}"', f'"{number}-{tag}"', "")

    def _template(self, scope: Scope, kind: Kind, scheduled: bool) -> str:  # noqa: FBT001 - the key of the kinds
        sample = Rendered(_NAME, _ETAG, _TAG if scheduled else None, b"", kind, "")
        member = Member(self._collection.person, self._collection.calendar, sample)
        made = self._make(scope, member, _DATA).replace("{", "{{").replace("}", "}}")
        for place, mark in enumerate((_NAME, _ETAG, _TAG, _DATA)):
            made = made.replace(mark, f"{{{place}}}")
        return made

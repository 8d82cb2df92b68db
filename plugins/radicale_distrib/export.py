# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole calendar as one iCalendar text, for GET on the collection."""

from collections.abc import Iterable
from xml.sax.saxutils import unescape

from gateway.model import Calendar, Rendered
from ical import whole
from ical.whole import END, Components
from radicale_distrib.markup import caldav

__all__ = ["END", "Components", "export", "head"]


def export(calendar: Calendar, objects: Iterable[Rendered]) -> bytes:
    """Give all *objects* in one VCALENDAR; each time zone stands there once."""
    return "".join([head(calendar), *Components().of(one.text for one in objects), END]).encode()


def head(calendar: Calendar) -> str:
    """Give what stands before the components: name and description of *calendar* among it."""
    description = calendar.props.get(caldav("calendar-description"))
    return whole.head(calendar.name, unescape(description) if description else None)

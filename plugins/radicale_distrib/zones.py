# SPDX-License-Identifier: GPL-3.0-or-later
"""The zone in which a report reads days and floating times (RFC 4791 7.3)."""

import html
import xml.etree.ElementTree as ET
from datetime import tzinfo
from functools import lru_cache

from gateway.model import Calendar
from gateway.services.scene import zone_of
from ical.timezones import is_timezone, zone_in
from radicale_distrib.errors import Problem
from radicale_distrib.markup import caldav, words
from radicale_distrib.resources import Scope

_ZONE = caldav("calendar-timezone")


def zone_asked(root: ET.Element) -> tzinfo | None:
    """Give the zone that the request itself brings (RFC 4791 9.8), None where it brings none."""
    node = root.find(caldav("timezone"))
    if node is None:
        return None
    text = words(node).encode(errors="replace")
    if not is_timezone(text):
        raise Problem(403, caldav("valid-calendar-data"), message="the timezone is no calendar with one VTIMEZONE")
    return zone_in(text)


def zone_kept(scope: Scope, calendar: Calendar) -> tzinfo:
    """Give the zone that was set on *calendar*, or else the reader's own."""
    kept = calendar.props.get(_ZONE)
    return (_zone_in(kept) if kept else None) or zone_of(scope.owner)


@lru_cache(maxsize=256)
def _zone_in(kept: str) -> tzinfo | None:
    """Give the zone of a property as it is kept: XML around an iCalendar text."""
    return zone_in(html.unescape(kept).strip().encode())

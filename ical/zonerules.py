# SPDX-License-Identifier: GPL-3.0-or-later
"""The rules of the time zones that a text names: whoever gets it must be able to tell the hour (RFC 5545 3.6.5)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from icalendar import Timezone

from ical.lines import Document
from ical.times import moment
from ical.timezones import has_rules_for, zone_named

BEFORE, AFTER = timedelta(days=400), timedelta(days=5 * 366)
"""For how long around its first time an added VTIMEZONE speaks."""
YEARS = range(1900, 2200)
"""Outside of them no zone has rules worth telling."""
TIMED = frozenset({"DTSTART", "DTEND", "DUE", "RECURRENCE-ID", "RDATE", "EXDATE"})


def with_rules(document: Document) -> Document:
    """Give *document* with a VTIMEZONE for each known zone that it names and does not explain."""
    missing = {tzid: rules for tzid in sorted(_named(document)) if (rules := _rules(tzid, document)) is not None}
    if not missing:
        return document
    first = document.root.children[0].start
    return document.edited({first: (*missing.values(), document.lines[first].raw)})


def _named(document: Document) -> set[str]:
    found = (line.parameter("TZID") for line in document.lines if line.name in TIMED)
    return {tzid for tzid in found if tzid is not None and not has_rules_for(tzid, document)}


def _rules(tzid: str, document: Document) -> bytes | None:
    zone = zone_named(tzid)
    if zone is None:
        return None
    days = [day for day in _days(document, tzid) if day.year in YEARS]
    if not days:
        return None
    rules = Timezone.from_tzinfo(zone, tzid, first_date=min(days) - BEFORE, last_date=max(days) + AFTER)
    text: bytes = rules.to_ical()
    return text


def _days(document: Document, tzid: str) -> Iterator[date]:
    for line in document.lines:
        if line.name in {"DTSTART", "DUE"} and line.parameter("TZID") == tzid:
            value = moment(line, document)
            yield value.date() if isinstance(value, datetime) else value

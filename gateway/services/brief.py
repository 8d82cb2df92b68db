# SPDX-License-Identifier: GPL-3.0-or-later
"""What an entry says, as a page tells of it."""

from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from gateway.model import Brief
from ical.kinds import Kind
from ical.overrides import single
from ical.recurrence import is_over, occurrences, span, when
from ical.snapshot import Snapshot
from ical.text import unescape
from ical.times import END

MOST_OFF = 20
"""So many days in a row that are called off are passed over to find one that is on."""


def brief(said: Snapshot, zone: ZoneInfo, now: datetime) -> Brief:
    """Give what *said* tells; floating times are in *zone*."""
    at = when(said.document, said.main.component)
    is_task = said.kind is Kind.VTODO
    return Brief(
        kind=said.kind,
        summary=_text(said, "SUMMARY"),
        location=_text(said, "LOCATION"),
        description=_text(said, "DESCRIPTION"),
        start=_aware(at.start, zone),
        end=None if is_task else _aware(at.end, zone),
        due=_aware(at.end, zone) if is_task else None,
        recurring=span(said.document, said.kind, zone).recurring,
        cancelled=said.cancelled,
        over=is_over(said.document, said.kind, zone, now),
    )


def coming(said: Snapshot, zone: ZoneInfo, now: datetime) -> Brief:
    """As `brief`, but of a series that has begun: when it takes place next."""
    told = brief(said, zone, now)
    if not told.recurring or told.over:
        return told
    for one in occurrences(said.document, now, END, zone, limit=MOST_OFF):
        day = brief(single(said, one.instance, zone), zone, now)
        if not day.cancelled:
            return replace(told, start=day.start, end=day.end, due=day.due)
    return told


def _text(said: Snapshot, name: str) -> str:
    return unescape(said.value(name) or "")


def _aware(value: datetime | date | None, zone: ZoneInfo) -> datetime | date | None:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=zone)
    return value

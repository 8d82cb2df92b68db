# SPDX-License-Identifier: GPL-3.0-or-later
"""What an entry says, as a page tells of it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from gateway.model import Brief
from ical.kinds import Kind
from ical.recurrence import is_over, span, when
from ical.snapshot import Snapshot
from ical.text import unescape


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


def _text(said: Snapshot, name: str) -> str:
    return unescape(said.value(name) or "")


def _aware(value: datetime | date | None, zone: ZoneInfo) -> datetime | date | None:
    if isinstance(value, datetime) and value.tzinfo is None:
        return value.replace(tzinfo=zone)
    return value

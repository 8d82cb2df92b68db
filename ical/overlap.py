# SPDX-License-Identifier: GPL-3.0-or-later
"""What lies in a window of time, by the tables of RFC 4791 9.9."""

from datetime import datetime, tzinfo

from ical.lines import Component, Document
from ical.times import instant, moment


def overlaps(
    document: Document, component: Component, begin: datetime, close: datetime, start: datetime, end: datetime
) -> bool:
    """Tell whether *component*, of which an occurrence goes from *begin* to *close*, lies in a window (all UTC).

    A task that is only due begins and closes then; an override without a time is asked for the one by the rules.
    """
    if component.name != "VTODO":
        return begin < end and (close > start or close == begin >= start)
    has = document.places(component)
    if "DTSTART" not in has:
        return start < close <= end if "DUE" in has else start <= begin < end
    if "DUE" in has:
        return (start < close or start <= begin) and (end > begin or end >= close)
    if "DURATION" in has:
        return start <= close and (end > begin or end >= close)
    return start <= begin < end


def undated_overlaps(document: Document, task: Component, start: datetime, end: datetime, zone: tzinfo) -> bool:
    """Tell whether *task*, which has neither DTSTART nor DUE, lies in a window (UTC); raises ValueRefused."""
    created, completed = (_at(document, task, name, zone) for name in ("CREATED", "COMPLETED"))
    if completed is not None:
        first = created if created is not None else completed
        return start <= max(first, completed) and end >= min(first, completed)
    return created is None or end > created


def _at(document: Document, task: Component, name: str, zone: tzinfo) -> datetime | None:
    line = document.first(task, name)
    return instant(moment(line, document), zone) if line is not None else None

# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's own lines in an entry that several people have: which they are, and how they are kept."""

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from ical.governing import Days
from ical.instances import SERIES, InstanceId
from ical.lines import Component, Document, Line
from ical.snapshot import Part, Snapshot

NEVER_SHARED = (
    "X-MOZ-",  # Thunderbird: snooze times, generation counter
    "X-APPLE-TRAVEL",
    "X-APPLE-SORT",
    "X-APPLE-DEFAULT-ALARM",
    "X-CALENDARSERVER-",
    "X-EVOLUTION-ALARM-UID",
    "X-EVOLUTION-CALDAV",
    "X-LIC-",  # libical's notes about errors
    "X-MICROSOFT-CDO-APPT-SEQUENCE",
    "X-MICROSOFT-CDO-BUSYSTATUS",
    "X-MICROSOFT-CDO-INTENDEDSTATUS",
    "X-MICROSOFT-CDO-OWNERAPPTID",
    "X-DISTRIB-",  # the distributor's choices and figures
    "X-OC-",  # ownCloud and Nextcloud
    "X-RADICALE-",
)
"""Beginnings of the names of lines that are about one person's program and go to nobody else (model, row 53)."""

OWN = frozenset({"CATEGORIES", "CLASS", "COLOR", "COMMENT", "PRIORITY", "RELATED-TO", "TRANSP"})
"""Names that each invited person may have an own value of; until then they see the organizer's."""

_CLASS = re.compile(rb"^CLASS(?:;[^\r\n]*?)?:([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_FOLD = re.compile(rb"\r?\n[ \t]")


@dataclass(frozen=True, slots=True)
class Chunk:
    """One person's own lines in one component."""

    lines: Mapping[str, tuple[bytes, ...]] = field(default_factory=dict)
    """Per property name the raw lines that stand instead of the organizer's; () means "mine is empty"."""
    alarms: tuple[bytes, ...] = ()
    """Raw VALARM components."""


Overlay = Mapping[InstanceId, Chunk]
"""A person's own lines per instance; what is missing is the organizer's."""


def is_private(name: str) -> bool:
    """Tell whether a line of this name goes to nobody else."""
    return name.startswith(NEVER_SHARED)


def is_public(value: str) -> bool:
    """Tell whether a CLASS says that everybody may look; one that is not known is PRIVATE (RFC 5545 3.8.1.3)."""
    return value.strip().upper() == "PUBLIC"


def is_for_everybody(text: bytes) -> bool:
    """Tell whether no component of *text* says that it is not for everybody who may look."""
    return all(is_public(value.decode(errors="replace")) for value in _CLASS.findall(_FOLD.sub(b"", text)))


def chunk_for(overlay: Overlay, instance: InstanceId) -> Chunk | None:
    """Give what stands over *instance*: its own chunk, or else the series'."""
    return overlay.get(instance, overlay.get(SERIES))


def own_lines(
    sent: Snapshot,
    parts: Mapping[InstanceId, Part],
    seen: Snapshot,
    shared: Snapshot,
    overlay: Overlay,
    zone: ZoneInfo,
    *,
    lossy: bool = False,
    stale: bool = False,
) -> Overlay:
    """Give the overlay of a person who read *seen* and sent *sent*, whose *parts* speak of these instances.

    Only what differs from what was seen becomes the person's own, so that an echo takes nothing over (model, row 18).
    *lossy*: the client cannot keep all lines, so a missing one says nothing. *stale*: the text was made from an older
    reading, so what it differs in may be the organizer's: it brings alarms and X- lines (model, row 15). A chunk of an
    instance goes away where the text could have shown its component, and has it no more; chunks of what it could not
    show stay as they are (model, row 16).
    """
    missing = {i for i in overlay if i != SERIES and seen.part(i) is not None and i not in parts}
    kept = {i: chunk for i, chunk in overlay.items() if i not in missing or lossy or stale}
    then, now = Days(seen, zone), Days(shared, zone)
    for instance, part in sorted(parts.items()):  # the series comes first: the others inherit from it
        before = then.part(instance)
        if before is None:
            continue
        names = _names(shared.document, now.part(instance) or shared.main)
        was = chunk_for(overlay, instance) or Chunk()
        chunk = _chunk(sent, part, seen, before, names, was, lossy=lossy, stale=stale)
        if instance in kept or chunk != kept.get(SERIES, Chunk()):
            kept[instance] = chunk
    return kept


def _chunk(
    sent: Snapshot,
    part: Part,
    seen: Snapshot,
    before: Part,
    names_of_shared: frozenset[str],
    inherited: Chunk,
    *,
    lossy: bool,
    stale: bool,
) -> Chunk:
    now_lines = _own(sent.document, part, names_of_shared)
    then_lines = _own(seen.document, before, names_of_shared)
    lines = dict(inherited.lines)
    for name in now_lines.keys() | then_lines.keys():
        if stale and not name.startswith("X-"):
            continue
        mine, then = now_lines.get(name, ()), then_lines.get(name, ())
        if _say(map(Line.of, mine)) != _say(map(Line.of, then)) and (mine or not lossy):
            lines[name] = mine
    alarms = tuple(sent.document.text_of(alarm) for alarm in _alarms(part))
    if (lossy and not alarms) or _alarms_say(sent, part) == _alarms_say(seen, before):
        alarms = inherited.alarms
    return Chunk(_without_needless(lines, names_of_shared), alarms)


def _without_needless(
    lines: Mapping[str, tuple[bytes, ...]], names_of_shared: frozenset[str]
) -> dict[str, tuple[bytes, ...]]:
    # "Mine is empty" says something only where it hides a line of the organizer's.
    return {name: raw for name, raw in sorted(lines.items()) if raw or name in OWN or name in names_of_shared}


def _say(lines: Iterable[Line]) -> Counter[Hashable]:
    """Give what *lines* say: clients fold them anew, and put them and their parameters into another order."""
    return Counter(line.meaning for line in lines)


def _alarms_say(said: Snapshot, part: Part) -> Counter[Hashable]:
    each = (said.document.lines[alarm.start : alarm.stop] for alarm in _alarms(part))
    return Counter(tuple(line.meaning for line in lines) for lines in each)


def _own(document: Document, part: Part, names_of_shared: frozenset[str]) -> dict[str, tuple[bytes, ...]]:
    mine = (name for name in document.places(part.component) if may_own(name, names_of_shared))
    return {name: tuple(line.raw for line in document.named(part.component, name)) for name in mine}


def may_own(name: str, names_of_shared: frozenset[str]) -> bool:
    """Tell whether an invited person may have an own line *name*: never one that carries the organizer's words."""
    if name.startswith("X-DISTRIB-"):
        return False
    return name in OWN or is_private(name) or (name.startswith("X-") and name not in names_of_shared)


def _names(document: Document, part: Part) -> frozenset[str]:
    return frozenset(document.places(part.component))


def _alarms(part: Part) -> Iterator[Component]:
    return (child for child in part.component.children if child.name == "VALARM")

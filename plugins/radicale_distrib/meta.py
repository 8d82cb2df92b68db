# SPDX-License-Identifier: GPL-3.0-or-later
"""A calendar's name, kinds and properties, under Radicale's names and as it writes them."""

from collections.abc import Mapping
from xml.sax.saxutils import escape, unescape

from radicale import xmlutils

from gateway.model import Calendar
from ical.kinds import Kind

NAME = "D:displayname"

_TAG, _CALENDAR = "tag", "VCALENDAR"
_COMPONENTS = "C:supported-calendar-component-set"
_STRUCTURED = frozenset({"C:schedule-calendar-transp"})
"""Values that are XML, not text."""


def of_calendar(calendar: Calendar) -> dict[str, str]:
    """Give all that Radicale may know of *calendar*."""
    return {
        _TAG: _CALENDAR,
        NAME: calendar.name,
        _COMPONENTS: ",".join(sorted(calendar.kinds)),
        **{xmlutils.make_human_tag(name): _as_text(name, value) for name, value in calendar.props.items()},
    }


def is_calendar(props: Mapping[str, str]) -> bool:
    """Tell whether *props* are those of a calendar."""
    return props.get(_TAG) == _CALENDAR


def properties_of(props: Mapping[str, str]) -> dict[str, str]:
    """Give *props* by Clark name and as XML, without those that are columns of a calendar."""
    columns = {_TAG, NAME, _COMPONENTS}
    return {
        xmlutils.make_clark(name): value if name in _STRUCTURED else escape(value)
        for name, value in props.items()
        if name not in columns
    }


def components_of(props: Mapping[str, str]) -> frozenset[Kind]:
    """Give the kinds of entries that *props* name; empty: none in particular."""
    named = {name.strip().upper() for name in props.get(_COMPONENTS, "").split(",")}
    return frozenset(kind for kind in Kind if kind.value in named)


def _as_text(name: str, value: str) -> str:
    return value if xmlutils.make_human_tag(name) in _STRUCTURED else unescape(value)

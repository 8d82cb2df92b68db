# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a filter makes sense, and whether it can be answered (RFC 4791 7.8, 9.7)."""

import xml.etree.ElementTree as ET
from xml.sax.saxutils import quoteattr

from radicale_distrib.errors import Problem
from radicale_distrib.markup import CALDAV, caldav

MOST = 200
"""Tests in one filter: each is put to every object."""
TIMES = frozenset({"DTSTART", "DTEND", "DUE", "DTSTAMP", "COMPLETED", "CREATED", "LAST-MODIFIED", "RECURRENCE-ID"})
"""Properties that may be asked for their time."""

_ENTRIES = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"})
_INSIDE = {
    "VCALENDAR": _ENTRIES,
    "VEVENT": frozenset({"VALARM"}),
    "VTODO": frozenset({"VALARM"}),
    "VTIMEZONE": frozenset({"STANDARD", "DAYLIGHT"}),
}
_KNOWN = frozenset({*_INSIDE, *_ENTRIES, "VALARM", "STANDARD", "DAYLIGHT"})
_TIMED = frozenset({"VCALENDAR", "VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VALARM"})
"""RFC 4791 9.9 has no place for VCALENDAR; python caldav sends it all the same."""
_TESTS = frozenset(caldav(name) for name in ("comp-filter", "prop-filter", "param-filter"))


def check(root: ET.Element) -> None:
    """Raise Problem where *root*, the outermost comp-filter, or something in it breaks a rule.

    `valid-filter` for what no server could answer, `supported-filter`, with what it was, for what this one does not.
    """
    if sum(node.tag in _TESTS for node in root.iter()) > MOST:
        raise Problem(403, caldav("supported-filter"), message=f"a filter has at most {MOST} tests")
    _check_component(root, None)


def _check_component(node: ET.Element, parent: str | None) -> None:
    name = _name(node)
    if parent is not None and name in _KNOWN and name not in _INSIDE.get(parent, frozenset()):
        raise _invalid(f"there is no {name} in {parent}")
    if node.find(caldav("time-range")) is not None and name not in _TIMED:
        raise _unsupported(node, f"no time range is asked of {name[:40]}")
    for child in node.iterfind(caldav("prop-filter")):
        _check_property(child)
    for child in node.iterfind(caldav("comp-filter")):
        _check_component(child, name)


def _check_property(node: ET.Element) -> None:
    name = _name(node)
    if node.find(caldav("time-range")) is not None and name not in TIMES:
        message = f"no time range is asked of {name[:40]}"
        raise _unsupported(node, message) if name.startswith("X-") else _invalid(message)
    _check_text(node)
    for child in node.iterfind(caldav("param-filter")):
        _name(child)
        _check_text(child)


def _check_text(node: ET.Element) -> None:
    for match in node.iterfind(caldav("text-match")):
        if match.get("negate-condition", "no") not in {"yes", "no"}:
            raise _invalid("negate-condition is neither yes nor no")


def _name(node: ET.Element) -> str:
    """Give what a test is about; a test for absence stands alone."""
    name = node.get("name", "").strip().upper()
    if not name:
        raise _invalid(f"a {node.tag.rpartition('}')[2]} has no name")
    if node.find(caldav("is-not-defined")) is not None and len(node) > 1:
        raise _invalid(f"what is asked of {name[:40]} cannot be there, because it shall not be there")
    return name


def _invalid(message: str) -> Problem:
    return Problem(403, caldav("valid-filter"), message=message)


def _unsupported(node: ET.Element, message: str) -> Problem:
    tag = node.tag.removeprefix(f"{{{CALDAV}}}")
    element = f"<C:{tag} name={quoteattr(node.get('name', ''))}/>"
    return Problem(403, caldav("supported-filter"), message=message, content=element)

# SPDX-License-Identifier: GPL-3.0-or-later
"""What went wrong, as an HTTP status and the precondition element that the RFCs name for it."""

import re
from collections.abc import Callable

from gateway import errors as gateway
from ical import errors as ical
from ical.text import stamp
from ical.times import FIRST

_CALDAV = "urn:ietf:params:xml:ns:caldav"
_PREFIXES = {"DAV:": "D", _CALDAV: "C"}
_YEAR_0 = re.compile(r"0000\d{4}(?:T\d{6}Z?)?$", re.ASCII)
_LACKING = {
    "COPY": "D:read",
    "DELETE": "D:unbind",
    "MKCALENDAR": "D:bind",
    "MKCOL": "D:bind",
    "MOVE": "D:unbind",
    "POST": "C:schedule-send",
    "PROPPATCH": "D:write-properties",
    "PUT": "D:bind",
}
"""What each method needs (RFC 3744 appendix B, RFC 6638 6.2); those that are not named here read."""
_OF_THE_PARENT = frozenset({"D:bind", "D:unbind"})


class Problem(Exception):
    """An answer that is decided already: *status*, and the Clark name of the rule that was broken."""

    def __init__(self, status: int, condition: str | None = None, *, message: str = "", content: str = "") -> None:
        super().__init__(message or f"{status} {condition or ''}".strip())
        self.status, self.condition, self.content = status, condition, content
        """`content` is XML inside the precondition element: most often an href."""


Href = Callable[[str], str]
"""Makes an `<href>` element of a path inside the DAV tree."""


def denied(method: str, path: str, href: Href, *, message: str) -> Problem:
    """Give the refusal of *method* at *path*, with what would be needed where (RFC 3744 7.1.1)."""
    privilege = _LACKING.get(method, "D:read")
    place = path.rstrip("/").rpartition("/")[0] + "/" if privilege in _OF_THE_PARENT else path
    needed = f"<D:resource>{href(place)}<D:privilege><{privilege}/></D:privilege></D:resource>"
    return Problem(403, "{DAV:}need-privileges", message=message, content=needed)


def translate(error: gateway.GatewayError | ical.IcalError, href: Href) -> Problem:
    """Give what a client is told of *error*; a database that cannot be reached is the only 5xx."""
    if isinstance(error, gateway.UidTaken):
        name = "unique-scheduling-object-resource" if error.scheduled else "no-uid-conflict"
        return Problem(403, _caldav(name), message=str(error), content=href(error.path))
    if isinstance(error, ical.TooLarge):
        rule, content = _limit(error)
        return Problem(403, rule, message=str(error), content=content)
    if isinstance(error, ical.ValueRefused) and is_before_all(error.value):
        return before_all(str(error))
    for kind, status, condition in _TABLE:
        if isinstance(error, kind):
            return Problem(status, condition, message=str(error))
    return Problem(403, message=str(error))


def is_before_all(value: str) -> bool:
    """Tell whether a date or time as it is written lies before the year 1, where ours begin (RFC 4791 5.2.6)."""
    return _YEAR_0.match(value) is not None


def before_all(message: str) -> Problem:
    """Give the refusal of such a date; a later one than ours end with cannot be written (RFC 5545 3.3.4)."""
    return Problem(403, _caldav("min-date-time"), message=message, content=stamp(FIRST))


def body(problem: Problem) -> bytes | None:
    """Give the `DAV:error` document of *problem*, None where no rule has a name."""
    if problem.condition is None:
        return None
    uri, _, name = problem.condition[1:].partition("}")
    tag = f"{_PREFIXES[uri]}:{name}"
    rule = f"<{tag}>{problem.content}</{tag}>" if problem.content else f"<{tag}/>"
    declared = "".join(f' xmlns:{prefix}="{space}"' for space, prefix in _PREFIXES.items())
    return f'<?xml version="1.0" encoding="utf-8"?>\n<D:error{declared}>{rule}</D:error>'.encode()


def _caldav(name: str) -> str:
    return f"{{{_CALDAV}}}{name}"


def _limit(error: ical.TooLarge) -> tuple[str, str]:
    """Give the precondition, and the value of the property of that name where it was this value that was passed."""
    name = _LIMITS.get(error.what, "valid-calendar-data")
    if name.startswith("{"):
        return name, ""
    return _caldav(name), str(error.limit) if error.what in _TOLD else ""


_LIMITS = {
    "attendees": "max-attendees-per-instance",
    "attendees of all components": "max-attendees-per-instance",
    "bytes of text": "max-resource-size",
    "components of one object": "max-instances",
    "content lines": "max-resource-size",
    "dates of one component": "max-instances",
    "days asked about": "{DAV:}number-of-matches-within-limits",
}
"""Precondition by what was too large; what is not named here is no calendar that anybody means (RFC 4791 5.3.2.1)."""
_TOLD = frozenset({"attendees", "bytes of text"})

_TABLE: tuple[tuple[type[Exception], int, str | None], ...] = (
    (ical.NotOneObject, 403, _caldav("valid-calendar-object-resource")),
    (ical.KindNotTaken, 403, _caldav("supported-calendar-component")),
    (ical.NotCalendarData, 403, _caldav("valid-calendar-data")),
    (ical.OrganizersDiffer, 403, _caldav("same-organizer-in-all-components")),
    (ical.OrganizerMayNot, 403, _caldav("allowed-organizer-scheduling-object-change")),
    (ical.AttendeeMayNot, 403, _caldav("allowed-attendee-scheduling-object-change")),
    (ical.IcalError, 403, _caldav("valid-calendar-object-resource")),
    (gateway.NotFound, 404, None),
    (gateway.NotYours, 403, "{DAV:}need-privileges"),
    (gateway.NotTheOrganizer, 403, _caldav("valid-organizer")),
    (gateway.WrongComponent, 403, _caldav("supported-calendar-component")),
    (gateway.DefaultCalendarNeeded, 403, _caldav("default-calendar-needed")),
    (gateway.PreconditionFailed, 412, None),
    (gateway.TokenTooOld, 403, "{DAV:}valid-sync-token"),
    (gateway.DatabaseError, 503, None),
)
"""The first that fits counts: what is narrower stands first."""

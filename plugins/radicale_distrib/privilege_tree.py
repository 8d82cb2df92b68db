# SPDX-License-Identifier: GPL-3.0-or-later
"""Which privileges there are, and which of them hold which others (RFC 3744 5.3, RFC 4791 6.1.1, RFC 6638 6)."""

from functools import cache

from radicale_distrib.markup import caldav, dav, element
from radicale_distrib.resources import Collection, Outbox, Resource

_ALL = dav("all")
_DELIVER, _SEND = caldav("schedule-deliver"), caldav("schedule-send")
_INSIDE: dict[str, tuple[str, ...]] = {
    _ALL: (dav("read"), dav("write")),
    dav("read"): (dav("read-current-user-privilege-set"), caldav("read-free-busy")),
    dav("write"): tuple(dav(name) for name in ("write-properties", "write-content", "bind", "unbind")),
    _DELIVER: tuple(
        caldav(name) for name in ("schedule-deliver-invite", "schedule-deliver-reply", "schedule-query-freebusy")
    ),
    _SEND: tuple(caldav(name) for name in ("schedule-send-invite", "schedule-send-reply", "schedule-send-freebusy")),
}
_SAID = {
    "all": "Everything",
    "bind": "Add something to a collection",
    "read": "Read contents and properties",
    "read-current-user-privilege-set": "Read what one may do",
    "read-free-busy": "Read when time is taken",
    "schedule-deliver": "Deliver scheduling messages",
    "schedule-deliver-invite": "Deliver invitations",
    "schedule-deliver-reply": "Deliver answers",
    "schedule-query-freebusy": "Ask when time is taken",
    "schedule-send": "Send scheduling messages",
    "schedule-send-freebusy": "Ask others when their time is taken",
    "schedule-send-invite": "Send invitations",
    "schedule-send-reply": "Send answers",
    "unbind": "Remove something from a collection",
    "write": "Change contents and properties",
    "write-content": "Change contents",
    "write-properties": "Change properties",
}


def supported(resource: Resource) -> str:
    """Give the XML inside `supported-privilege-set` of *resource*."""
    if isinstance(resource, Outbox):
        return _tree(_SEND)
    return _tree(_DELIVER if isinstance(resource, Collection) and resource.is_inbox else None)


@cache
def _tree(scheduling: str | None) -> str:
    return _branch(_ALL, (scheduling,) if scheduling is not None else ())


def _branch(name: str, more: tuple[str, ...] = ()) -> str:
    said = f'<D:description xml:lang="en">{_SAID[name.rpartition("}")[2]]}</D:description>'
    held = "".join(map(_branch, (*_INSIDE.get(name, ()), *more)))
    abstract = "<D:abstract/>" if name == _ALL else ""
    return element(dav("supported-privilege"), f"{element(dav('privilege'), element(name))}{abstract}{said}{held}")

# SPDX-License-Identifier: GPL-3.0-or-later
"""What the reader may do with a resource, and which reports it answers."""

from gateway.model import INBOX
from radicale_distrib.markup import caldav, dav, server
from radicale_distrib.resources import Colleague, Collection, Home, Member, Outbox, Proxies, Resource, Scope

_READ = (dav("read"), dav("read-current-user-privilege-set"))
_WRITE = (dav("write"), dav("write-properties"), dav("write-content"))
_BIND = (dav("bind"), dav("unbind"))
_DELIVER = tuple(
    caldav(name)
    for name in ("schedule-deliver", "schedule-deliver-invite", "schedule-deliver-reply", "schedule-query-freebusy")
)
_SEND = tuple(
    caldav(name) for name in ("schedule-send", "schedule-send-invite", "schedule-send-reply", "schedule-send-freebusy")
)

_OBJECTS = (caldav("calendar-query"), caldav("calendar-multiget"), dav("sync-collection"))
_PEOPLE = (
    dav("principal-property-search"),
    dav("principal-search-property-set"),
    dav("principal-match"),
    server("calendarserver-principal-search"),
)
_EXPAND = (dav("expand-property"),)


def privileges(scope: Scope, resource: Resource) -> tuple[str, ...]:
    """Give the privileges that the reader has (RFC 3744 5.4, RFC 6638 6)."""
    if not isinstance(resource, Home | Collection | Member | Outbox):
        # What a search tells of a colleague is all that is to be read.
        return () if isinstance(resource, Colleague) else _READ
    return _owned(resource) if resource.person.id == scope.me.id else _lent(resource)


def _lent(resource: Home | Collection | Member | Outbox) -> tuple[str, ...]:
    """Give what a deputy may: all that is about entries, and nothing of how the home is arranged."""
    match resource:
        case Outbox():
            return (*_READ, *_SEND)
        case Collection() if not resource.is_inbox:
            return (*_READ, dav("write-content"), *_BIND, caldav("read-free-busy"))
        case Member() if resource.calendar.kind != INBOX:
            return (*_READ, dav("write-content"))
    return _READ


def _owned(resource: Home | Collection | Member | Outbox) -> tuple[str, ...]:
    match resource:
        case Home():
            return (*_READ, *_WRITE, *_BIND)
        case Outbox():
            return (*_READ, *_SEND)
        case Collection() if resource.is_inbox:
            return (*_READ, dav("write-properties"), dav("unbind"), *_DELIVER)
        case Collection():
            return (*_READ, *_WRITE, *_BIND, caldav("read-free-busy"))
        case Member() if resource.calendar.kind != INBOX:
            return (*_READ, *_WRITE)
    return _READ


def reports(resource: Resource) -> tuple[str, ...]:
    """Give the reports that work on *resource*, and no other."""
    match resource:
        case Collection() if resource.is_inbox:
            return (*_OBJECTS, *_EXPAND)
        case Collection():
            return (*_OBJECTS, caldav("free-busy-query"), *_EXPAND)
        case Colleague():
            return ()
        case Member() | Outbox() | Proxies():
            return _EXPAND
    return (*_PEOPLE, *_EXPAND)

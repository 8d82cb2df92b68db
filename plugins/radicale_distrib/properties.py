# SPDX-License-Identifier: GPL-3.0-or-later
"""Live properties: one function each, found by Clark name.

A function gives the XML inside its property, or None where the resource has no such property.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping

from gateway.model import EVENTS, INBOX, OUTBOX, TASKS, Person, Rendered
from gateway.services import calendars
from ical.address import mailbox
from ical.kinds import Kind
from ical.limits import DEFAULT
from radicale_distrib import privileges
from radicale_distrib.markup import apple, caldav, dav, element, href, server, text
from radicale_distrib.resources import (
    HOME_PROPERTY,
    Colleague,
    Collection,
    Home,
    Member,
    Outbox,
    Resource,
    Root,
    Scope,
)

Read = Callable[[Scope, Resource], str | None]

LIVE: dict[str, Read] = {}
"""Every property that the server itself knows."""

WRITABLE = frozenset(
    {
        dav("displayname"),
        caldav("calendar-description"),
        caldav("calendar-timezone"),
        caldav("schedule-calendar-transp"),
        apple("calendar-color"),
        apple("calendar-order"),
    }
)
"""Live properties that a client may set; every other one is protected."""

PROTECTED = frozenset(
    dav(name)
    for name in (
        "acl",
        "creationdate",
        "getcontentlanguage",
        "getlastmodified",
        "group-member-set",
        "inherited-acl-set",
        "lockdiscovery",
        "quota-available-bytes",
        "quota-used-bytes",
    )
)
"""Names that mean something to clients and are not kept here: nobody may set them as dead properties."""


def _live(name: str) -> Callable[[Read], Read]:
    def enter(read: Read) -> Read:
        LIVE[name] = read
        return read

    return enter


def dead(scope: Scope, resource: Resource) -> Mapping[str, str]:
    """Give the properties that clients stored on *resource*."""
    if isinstance(resource, Collection):
        return {k: v for k, v in resource.calendar.props.items() if not k.startswith(HOME_PROPERTY)}
    return scope.home_properties if isinstance(resource, Home) else {}


def read(scope: Scope, resource: Resource, name: str) -> str | None:
    """Give the XML inside property *name* of *resource*, None where it has no such property."""
    live = LIVE.get(name)
    if live is not None:
        return live(scope, resource)
    return dead(scope, resource).get(name)


def names(scope: Scope, resource: Resource) -> list[str]:
    """Give the names of all properties that *resource* has."""
    defined = [name for name, live in LIVE.items() if live(scope, resource) is not None]
    return [*defined, *(name for name in dead(scope, resource) if name not in LIVE)]


def everything(scope: Scope, resource: Resource, include: Iterable[str]) -> list[str]:
    """Give the names that `allprop` asks for: RFC 4918's own, the dead ones, and those of `include`."""
    plain = [name for name in _ALLPROP if read(scope, resource, name) is not None]
    return list(dict.fromkeys([*plain, *dead(scope, resource), *include]))


_ALLPROP = [dav(n) for n in ("resourcetype", "displayname", "getetag", "getcontenttype", "supportedlock")]


def response(scope: Scope, resource: Resource, asked: Iterable[str], *, extra: Mapping[str, str] | None = None) -> str:
    """Give a `response` element with the *asked* properties of *resource*; *extra* holds values made elsewhere."""
    found: list[str] = []
    missing: list[str] = []
    for name in asked:
        value = extra[name] if extra and name in extra else read(scope, resource, name)
        if value is None:
            missing.append(element(name))
        else:
            found.append(element(name, value))
    parts = []
    if found or not missing or scope.request.is_minimal:
        parts.append(_propstat("".join(found), "200 OK"))
    if missing and not scope.request.is_minimal:
        parts.append(_propstat("".join(missing), "404 Not Found"))
    return f"<D:response>{scope.href(resource.path)}{''.join(parts)}</D:response>"


def _propstat(properties: str, status: str) -> str:
    return f"<D:propstat>{element(dav('prop'), properties)}<D:status>HTTP/1.1 {status}</D:status></D:propstat>"


def gone(scope: Scope, path: str) -> str:
    """Give a `response` element that says that nothing lies at *path* (any more)."""
    return status_response(scope.href(path), "404 Not Found")


def status_response(target: str, status: str, error: str = "") -> str:
    """Give a `response` element with a status of its own; *error* is the name of a rule, as XML."""
    told = f"<D:error>{error}</D:error>" if error else ""
    return f"<D:response>{target}<D:status>HTTP/1.1 {status}</D:status>{told}</D:response>"


@_live(dav("resourcetype"))
def _resourcetype(scope: Scope, resource: Resource) -> str | None:
    match resource:
        case Member():
            return ""
        case Home() | Colleague():
            return "<D:principal/><D:collection/>"
        case Outbox():
            return "<D:collection/><C:schedule-outbox/>"
        case Collection() if resource.is_inbox:
            return "<D:collection/><C:schedule-inbox/>"
        case Collection():
            return "<D:collection/><C:calendar/>"
    return "<D:collection/>"


@_live(dav("displayname"))
def _displayname(scope: Scope, resource: Resource) -> str | None:
    match resource:
        case Home(person) | Colleague(person):
            return text(person.name)
        case Collection():
            return text(resource.calendar.name or resource.calendar.slug)
        case Outbox():
            return "Outbox"
    return None


@_live(dav("owner"))
def _owner(scope: Scope, resource: Resource) -> str | None:
    if isinstance(resource, Root):
        return None
    return scope.href(f"/{resource.person.login}/")


@_live(dav("current-user-principal"))
def _current_user_principal(scope: Scope, resource: Resource) -> str | None:
    return scope.href(f"/{scope.me.login}/")


@_live(dav("principal-URL"))
def _principal_url(scope: Scope, resource: Resource) -> str | None:
    return scope.href(resource.path) if isinstance(resource, Home | Colleague) else None


@_live(dav("principal-collection-set"))
def _principal_collection_set(scope: Scope, resource: Resource) -> str | None:
    return scope.href("/")


@_live(dav("alternate-URI-set"))
def _alternate_uri_set(scope: Scope, resource: Resource) -> str | None:
    return "" if isinstance(resource, Home | Colleague) else None


@_live(dav("group-membership"))
def _group_membership(scope: Scope, resource: Resource) -> str | None:
    return "" if isinstance(resource, Home | Colleague) else None


@_live(dav("current-user-privilege-set"))
def _current_user_privilege_set(scope: Scope, resource: Resource) -> str | None:
    granted = privileges.privileges(resource)
    return "".join(f"<D:privilege>{element(name)}</D:privilege>" for name in granted)


@_live(dav("supported-report-set"))
def _supported_report_set(scope: Scope, resource: Resource) -> str | None:
    supported = privileges.reports(resource)
    return "".join(
        f"<D:supported-report><D:report>{element(name)}</D:report></D:supported-report>" for name in supported
    )


@_live(dav("supportedlock"))
def _supportedlock(scope: Scope, resource: Resource) -> str | None:
    return ""


@_live(dav("resource-id"))
def _resource_id(scope: Scope, resource: Resource) -> str | None:
    match resource:
        case Home(person) | Colleague(person):
            name = f"person/{person.id}"
        case Collection():
            name = f"calendar/{resource.calendar.id}"
        case _:
            return None
    return href(uuid.uuid5(uuid.NAMESPACE_URL, f"{scope.settings.public_url}/{name}").urn)


@_live(dav("getetag"))
def _getetag(scope: Scope, resource: Resource) -> str | None:
    return text(resource.item.etag) if isinstance(resource, Member) else None


@_live(dav("getcontenttype"))
def _getcontenttype(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Member):
        return None
    return f"text/calendar;charset=utf-8;component={resource.item.kind.value.lower()}"


@_live(dav("getcontentlength"))
def _getcontentlength(scope: Scope, resource: Resource) -> str | None:
    if isinstance(resource, Member) and isinstance(resource.item, Rendered):
        return str(len(resource.item.text))
    return None


@_live(dav("sync-token"))
def _sync_token(scope: Scope, resource: Resource) -> str | None:
    return text(calendars.token_of(resource.calendar)) if isinstance(resource, Collection) else None


@_live(server("getctag"))
def _getctag(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Collection):
        return None
    return f'"{resource.calendar.id}-{resource.calendar.revision}"'


@_live(caldav("calendar-home-set"))
def _calendar_home_set(scope: Scope, resource: Resource) -> str | None:
    return scope.href(resource.path) if isinstance(resource, Home) else None


@_live(caldav("calendar-user-address-set"))
def _calendar_user_address_set(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Home | Colleague):
        return None
    # Outlook and DAVx5 take the first mailto: for the account's own address.
    return "".join(href(address) for address in resource.person.addresses) + scope.href(resource.path)


@_live(caldav("calendar-user-type"))
def _calendar_user_type(scope: Scope, resource: Resource) -> str | None:
    return "INDIVIDUAL" if isinstance(resource, Home | Colleague) else None


@_live(server("email-address-set"))
def _email_address_set(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Home | Colleague):
        return None
    return "".join(element(server("email-address"), text(box)) for box in mailboxes(resource.person))


def mailboxes(person: Person) -> list[str]:
    """Give the plain mail addresses of *person*, the primary one first."""
    return [box for address in person.addresses if (box := mailbox(address))]


@_live(caldav("schedule-inbox-URL"))
def _schedule_inbox_url(scope: Scope, resource: Resource) -> str | None:
    return scope.href(f"{resource.path}{INBOX}/") if isinstance(resource, Home) else None


@_live(caldav("schedule-outbox-URL"))
def _schedule_outbox_url(scope: Scope, resource: Resource) -> str | None:
    return scope.href(f"{resource.path}{OUTBOX}/") if isinstance(resource, Home) else None


@_live(caldav("schedule-default-calendar-URL"))
def _schedule_default_calendar_url(scope: Scope, resource: Resource) -> str | None:
    return _in_home(scope, resource, EVENTS)


@_live(server("schedule-default-tasks-URL"))
def _schedule_default_tasks_url(scope: Scope, resource: Resource) -> str | None:
    return _in_home(scope, resource, TASKS)


def _in_home(scope: Scope, resource: Resource, slug: str) -> str | None:
    """RFC 6638 9.2 has the default on the inbox; some clients look for it on the principal."""
    if isinstance(resource, Home) or (isinstance(resource, Collection) and resource.is_inbox):
        return scope.href(f"/{resource.person.login}/{slug}/")
    return None


@_live(caldav("schedule-calendar-transp"))
def _schedule_calendar_transp(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Collection) or resource.is_inbox:
        return None
    return resource.calendar.props.get(caldav("schedule-calendar-transp")) or "<C:opaque/>"


@_live(caldav("schedule-tag"))
def _schedule_tag(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Member) or resource.item.schedule_tag is None:
        return None
    return text(resource.item.schedule_tag)


@_live(caldav("supported-calendar-component-set"))
def _supported_calendar_component_set(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Collection):
        return None
    kinds = sorted(resource.calendar.components or Kind)
    return "".join(f'<C:comp name="{kind.value}"/>' for kind in kinds)


@_live(caldav("supported-calendar-component-sets"))
def _supported_calendar_component_sets(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Home):
        return None
    sets = (["VEVENT"], ["VTODO"], ["VEVENT", "VTODO"])
    return "".join(
        element(caldav("supported-calendar-component-set"), "".join(f'<C:comp name="{kind}"/>' for kind in kinds))
        for kinds in sets
    )


@_live(caldav("supported-calendar-data"))
def _supported_calendar_data(scope: Scope, resource: Resource) -> str | None:
    return _of_calendar(resource, '<C:calendar-data content-type="text/calendar" version="2.0"/>')


@_live(caldav("supported-collation-set"))
def _supported_collation_set(scope: Scope, resource: Resource) -> str | None:
    names = ("i;ascii-casemap", "i;octet", "i;unicode-casemap")
    return _of_calendar(resource, "".join(element(caldav("supported-collation"), name) for name in names))


@_live(caldav("max-resource-size"))
def _max_resource_size(scope: Scope, resource: Resource) -> str | None:
    return _of_calendar(resource, str(int(scope.settings.max_resource_size)))


@_live(caldav("max-attendees-per-instance"))
def _max_attendees_per_instance(scope: Scope, resource: Resource) -> str | None:
    return _of_calendar(resource, str(DEFAULT.attendees))


def _of_calendar(resource: Resource, value: str) -> str | None:
    return value if isinstance(resource, Collection | Outbox) else None


def _stored(name: str) -> None:
    """Enter a property that clients set and that has no value until they do."""

    @_live(name)
    def read_stored(scope: Scope, resource: Resource) -> str | None:
        return dead(scope, resource).get(name)


for _name in sorted(WRITABLE - {dav("displayname"), caldav("schedule-calendar-transp")}):
    _stored(_name)


def asked_for(properties: Iterator[str] | Iterable[str]) -> list[str]:
    """Give the names in their order, each once."""
    return list(dict.fromkeys(properties))

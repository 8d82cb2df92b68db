# SPDX-License-Identifier: GPL-3.0-or-later
"""Live properties of WebDAV, its access control and its synchronization: one function each.

A function gives the XML inside its property, or None where the resource has no such property.
"""

import uuid
from collections.abc import Callable

from gateway.model import Rendered, urn_of
from gateway.services import calendars, deputies
from radicale_distrib import privilege_tree, privileges
from radicale_distrib.markup import dav, element, href, text
from radicale_distrib.resources import (
    WRITING,
    Colleague,
    Collection,
    Home,
    Member,
    Outbox,
    Proxies,
    Resource,
    Root,
    Scope,
)

Read = Callable[[Scope, Resource], str | None]


def _resourcetype(scope: Scope, resource: Resource) -> str | None:
    match resource:
        case Member():
            return ""
        case Home() | Colleague():
            return "<D:principal/><D:collection/>"
        case Proxies():
            return f"<D:principal/><D:collection/><CS:{resource.slug}/>"
        case Outbox():
            return "<D:collection/><C:schedule-outbox/>"
        case Collection():
            return f"<D:collection/><C:{'schedule-inbox' if resource.is_inbox else 'calendar'}/>"
    return "<D:collection/>"


def _displayname(scope: Scope, resource: Resource) -> str | None:
    match resource:
        case Home(person) | Colleague(person):
            return text(person.name)
        case Collection():
            return text(resource.calendar.name or resource.calendar.slug)
        case Outbox():
            return "Outbox"
        case Proxies():
            return resource.slug
    return None


def _owner(scope: Scope, resource: Resource) -> str | None:
    if isinstance(resource, Root):
        return None
    return scope.href(f"/{resource.person.login}/")


def _current_user_principal(scope: Scope, resource: Resource) -> str | None:
    return scope.href(f"/{scope.me.login}/")


def _principal_url(scope: Scope, resource: Resource) -> str | None:
    return scope.href(resource.path) if isinstance(resource, Home | Colleague | Proxies) else None


def _principal_collection_set(scope: Scope, resource: Resource) -> str | None:
    return scope.href("/")


def _alternate_uri_set(scope: Scope, resource: Resource) -> str | None:
    return "" if isinstance(resource, Home | Colleague) else None


def _group_membership(scope: Scope, resource: Resource) -> str | None:
    if isinstance(resource, Home) and resource.person.id == scope.me.id:
        return "".join(scope.href(Proxies(owner, WRITING).path) for owner in deputies.owners(scope.uow, scope.me))
    return "" if isinstance(resource, Home | Colleague | Proxies) else None


def _group_member_set(scope: Scope, resource: Resource) -> str | None:
    """Those who act for somebody (calendarserver.org's calendar-proxy); all of ours may write."""
    if not isinstance(resource, Proxies):
        return None
    acting = deputies.acting_for(scope.uow, resource.person) if resource.slug == WRITING else ()
    return "".join(scope.href(f"/{deputy.login}/") for deputy, _ in acting)


def _current_user_privilege_set(scope: Scope, resource: Resource) -> str | None:
    granted = privileges.privileges(scope, resource)
    return "".join(f"<D:privilege>{element(name)}</D:privilege>" for name in granted)


def _supported_privilege_set(scope: Scope, resource: Resource) -> str | None:
    return privilege_tree.supported(resource)


def _supported_report_set(scope: Scope, resource: Resource) -> str | None:
    supported = privileges.reports(resource)
    return "".join(
        f"<D:supported-report><D:report>{element(name)}</D:report></D:supported-report>" for name in supported
    )


def _supportedlock(scope: Scope, resource: Resource) -> str | None:
    return ""


def _resource_id(scope: Scope, resource: Resource) -> str | None:
    match resource:
        case Home(person) | Colleague(person):
            return href(urn_of(person.addresses[0])) if person.addresses else None
        case Collection():
            name = f"{scope.settings.public_url}/calendar/{resource.calendar.id}"
            return href(uuid.uuid5(uuid.NAMESPACE_URL, name).urn)
    return None


def _getetag(scope: Scope, resource: Resource) -> str | None:
    match resource:
        case Member():
            return text(resource.item.etag)
        case Collection() if not resource.is_inbox:
            return text(resource.calendar.etag)  # RFC 4918 15.6: a GET of it tells one
    return None


def _getcontenttype(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Member):
        return None
    return f"text/calendar;charset=utf-8;component={resource.item.kind.value.lower()}"


def _getcontentlength(scope: Scope, resource: Resource) -> str | None:
    if isinstance(resource, Member) and isinstance(resource.item, Rendered):
        return str(len(resource.item.text))
    return None


def _sync_token(scope: Scope, resource: Resource) -> str | None:
    return text(calendars.token_of(resource.calendar)) if isinstance(resource, Collection) else None


TABLE: dict[str, Read] = {
    dav("resourcetype"): _resourcetype,
    dav("displayname"): _displayname,
    dav("owner"): _owner,
    dav("current-user-principal"): _current_user_principal,
    dav("principal-URL"): _principal_url,
    dav("principal-collection-set"): _principal_collection_set,
    dav("alternate-URI-set"): _alternate_uri_set,
    dav("group-membership"): _group_membership,
    dav("group-member-set"): _group_member_set,
    dav("current-user-privilege-set"): _current_user_privilege_set,
    dav("supported-privilege-set"): _supported_privilege_set,
    dav("supported-report-set"): _supported_report_set,
    dav("supportedlock"): _supportedlock,
    dav("resource-id"): _resource_id,
    dav("getetag"): _getetag,
    dav("getcontenttype"): _getcontenttype,
    dav("getcontentlength"): _getcontentlength,
    dav("sync-token"): _sync_token,
}

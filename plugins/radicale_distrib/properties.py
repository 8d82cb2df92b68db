# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties: which there are, what they say, and how that is told."""

from collections.abc import Iterable, Mapping

from radicale_distrib import calendar_properties, dav_properties
from radicale_distrib.dav_properties import Read
from radicale_distrib.errors import Problem
from radicale_distrib.markup import caldav, dav, element
from radicale_distrib.resources import HOME_PROPERTY, Collection, Home, Resource, Scope

LIVE: Mapping[str, Read] = {**dav_properties.TABLE, **calendar_properties.TABLE}
"""Every property that the server itself knows, by Clark name."""

MOST = 500
"""Properties that one request may ask for: each is answered for every resource; Apple asks for 40."""

WRITABLE = frozenset({dav("displayname"), caldav("schedule-calendar-transp")})
"""Live properties that a client may set; every other one is protected."""

PROTECTED = frozenset(
    dav(name)
    for name in (
        "acl",
        "creationdate",
        "getcontentlanguage",
        "getlastmodified",
        "inherited-acl-set",
        "lockdiscovery",
        "quota-available-bytes",
        "quota-used-bytes",
    )
)
"""Names that mean something to clients and are not kept here: nobody may set them as dead properties."""


def dead(scope: Scope, resource: Resource) -> Mapping[str, str]:
    """Give the properties that clients stored on *resource*."""
    if isinstance(resource, Collection):
        return {k: v for k, v in resource.calendar.props.items() if not k.startswith(HOME_PROPERTY)}
    is_here = isinstance(resource, Home) and resource.person.id == scope.owner.id
    return scope.home_properties if is_here else {}


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
        parts.append(propstat("".join(found), "200 OK"))
    if missing and not scope.request.is_minimal:
        parts.append(propstat("".join(missing), "404 Not Found"))
    return f"<D:response>{scope.href(resource.path)}{''.join(parts)}</D:response>"


def propstat(told: str, status: str, rule: str = "") -> str:
    """Give a `propstat` element: properties as XML, their status, and the Clark name of the rule that was broken."""
    error = element(dav("error"), element(rule)) if rule else ""
    return f"<D:propstat>{element(dav('prop'), told)}<D:status>HTTP/1.1 {status}</D:status>{error}</D:propstat>"


def gone(scope: Scope, path: str) -> str:
    """Give a `response` element that says that nothing lies at *path* (any more)."""
    return status_response(scope.href(path), "404 Not Found")


def status_response(target: str, status: str, error: str = "") -> str:
    """Give a `response` element with a status of its own; *error* is the name of a rule, as XML."""
    told = f"<D:error>{error}</D:error>" if error else ""
    return f"<D:response>{target}<D:status>HTTP/1.1 {status}</D:status>{told}</D:response>"


def asked_for(names_asked: Iterable[str]) -> list[str]:
    """Give the names in their order, each once; raises Problem where nobody can mean so many."""
    names = list(dict.fromkeys(names_asked))
    if len(names) > MOST:
        raise Problem(403, message=f"more than {MOST} properties are asked for at once")
    return names

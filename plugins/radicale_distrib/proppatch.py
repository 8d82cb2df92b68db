# SPDX-License-Identifier: GPL-3.0-or-later
"""PROPPATCH (RFC 4918 9.2), and the checks of property values that MKCALENDAR shares."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gateway.errors import NotFound
from gateway.model import INBOX
from gateway.services import calendars
from gateway.store import calendars as stored
from ical.timezones import is_timezone
from radicale_distrib import properties
from radicale_distrib.errors import Problem, denied
from radicale_distrib.markup import caldav, dav, element, inner, multistatus, words
from radicale_distrib.requests import Response, xml_response
from radicale_distrib.resources import HOME_PROPERTY, Collection, Home, Resource, Scope
from radicale_distrib.tree import locate

_DEFAULT = caldav("schedule-default-calendar-URL")
_QUOTA = dav("quota-not-exceeded")

MAX_NAME = 200
MAX_VALUE = 64 * 1024
"""Characters of a stored property; a VTIMEZONE of many years has some 20,000."""
MAX_STORED = 256 * 1024
"""Characters of all properties that clients store on one collection: they are read with each request to it."""


@dataclass(slots=True)
class Changes:
    """What a client wants of properties, and which of that it may not have."""

    set: dict[str, str] = field(default_factory=dict)
    remove: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """Name of the property to name of the broken rule ('' where no rule has a name)."""

    @property
    def names(self) -> list[str]:
        """All names, each once."""
        return list(dict.fromkeys([*self.set, *self.remove, *self.refused]))


def proppatch(scope: Scope) -> Response:
    """Store properties of a collection: all that are asked for, or none."""
    resource = locate(scope, scope.request.path)
    if resource is None:
        raise NotFound(scope.request.path)
    changes = _asked(scope.request.xml(), resource)
    if scope.is_deputy:
        raise denied("PROPPATCH", scope.request.path, scope.href, message="properties are their owner's to change")
    weigh(changes, properties.dead(scope, resource))
    if not changes.refused:
        _store(scope, resource, changes)
        if scope.request.is_minimal:
            return Response(204)  # RFC 8144 2.2
    return xml_response(207, multistatus([_response(scope, resource, changes)]))


def take(changes: Changes, node: ET.Element, *, home: bool = False) -> None:
    """Enter the wish to set the property *node*, as one that is refused where its value or name is not allowed."""
    name = node.tag
    changes.set.pop(name, None)
    if name in changes.remove:
        changes.remove.remove(name)
    rule = _broken_rule(node, home=home)
    if rule is None:
        changes.set[name] = _value(node)
    else:
        changes.refused[name] = rule


def weigh(changes: Changes, kept: Mapping[str, str]) -> None:
    """Refuse what is wished for where it would be too much together with what is *kept* (RFC 4331 6)."""
    there = {name: value for name, value in kept.items() if name not in changes.remove} | changes.set
    if changes.set and sum(len(name) + len(value) for name, value in there.items()) > MAX_STORED:
        changes.refused.update(dict.fromkeys(changes.set, _QUOTA))
        changes.set.clear()


def _broken_rule(node: ET.Element, *, home: bool) -> str | None:
    if is_protected(node.tag, home=home):
        return dav("cannot-modify-protected-property")
    size = len(inner(node))
    if size > MAX_VALUE or (node.tag == dav("displayname") and len(words(node)) > MAX_NAME):
        return ""
    if node.tag == caldav("calendar-timezone") and not is_timezone(words(node).encode(errors="replace")):
        return caldav("valid-calendar-data")
    if node.tag == caldav("schedule-calendar-transp") and _transparency(node) is None:
        return ""
    return None


def is_protected(name: str, *, home: bool = False) -> bool:
    """Tell whether property *name* is the server's own; on the *home* its name is as well."""
    if name in properties.WRITABLE:
        return home and name == dav("displayname")
    return name in properties.LIVE or name in properties.PROTECTED


def _value(node: ET.Element) -> str:
    if node.tag == dav("displayname"):
        return words(node)
    if node.tag == caldav("schedule-calendar-transp"):
        return f"<C:{_transparency(node)}/>"
    return inner(node)


def _transparency(node: ET.Element) -> str | None:
    return next((n for n in ("opaque", "transparent") if node.find(caldav(n)) is not None), None)


def _asked(root: ET.Element | None, resource: Resource) -> Changes:
    if root is None or root.tag != dav("propertyupdate"):
        raise Problem(400, message="the body of PROPPATCH is no propertyupdate element")
    changes = Changes()
    keeps = isinstance(resource, Collection | Home)
    home = isinstance(resource, Home)
    instructions = list(_instructions(root))
    if len(instructions) > properties.MOST:
        raise Problem(403, message="PROPPATCH names too many properties")
    for action, node in instructions:
        if not keeps:
            changes.refused[node.tag] = dav("cannot-modify-protected-property") if is_protected(node.tag) else ""
        elif action == "set":
            take(changes, node, home=home)
        elif node.tag == _DEFAULT:
            changes.refused[node.tag] = caldav("default-calendar-needed")  # RFC 6638 4.3.1.1
        elif is_protected(node.tag, home=home) or node.tag == dav("displayname"):
            changes.refused[node.tag] = dav("cannot-modify-protected-property")
        else:
            changes.set.pop(node.tag, None)
            changes.remove.append(node.tag)
    if not changes.names:
        raise Problem(400, message="PROPPATCH names no property")
    return changes


def _instructions(root: ET.Element) -> Iterator[tuple[str, ET.Element]]:
    for part in root:
        action = part.tag.removeprefix("{DAV:}")
        if action in {"set", "remove"}:
            yield from ((action, node) for prop in part.iterfind(dav("prop")) for node in prop)


def _store(scope: Scope, resource: Resource, changes: Changes) -> None:
    if isinstance(resource, Collection):
        values = dict(changes.set)
        name = values.pop(dav("displayname"), None)
        calendars.change(scope.uow, resource.calendar, name=name, set_=values, remove_=changes.remove)
        return
    inbox = stored.at(scope.uow, scope.owner.id, INBOX)
    if inbox is None:
        raise NotFound("the home has no inbox")
    calendars.change(
        scope.uow,
        inbox,
        name=None,
        set_={HOME_PROPERTY + name: value for name, value in changes.set.items()},
        remove_=[HOME_PROPERTY + name for name in changes.remove],
    )


def _response(scope: Scope, resource: Resource, changes: Changes) -> str:
    return f"<D:response>{scope.href(resource.path)}{propstats(changes)}</D:response>"


def propstats(changes: Changes) -> str:
    """Give what became of each wish; where one is refused, all others fail with it (RFC 4918 9.2)."""
    parts = []
    for rule in dict.fromkeys(changes.refused.values()):
        broken = [name for name, found in changes.refused.items() if found == rule]
        parts.append(_propstat(broken, "507 Insufficient Storage" if rule == _QUOTA else "403 Forbidden", rule))
    fine = [name for name in changes.names if name not in changes.refused]
    if fine:
        parts.append(_propstat(fine, "424 Failed Dependency" if changes.refused else "200 OK"))
    return "".join(parts)


def _propstat(names: list[str], status: str, rule: str = "") -> str:
    return properties.propstat("".join(element(name) for name in names), status, rule)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports about people: searches, principal-match and expand-property (RFC 3744 9, RFC 3253 3.8)."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterable, Sequence

from gateway.errors import NotYours
from gateway.model import Person
from gateway.store import people
from radicale_distrib import properties
from radicale_distrib.calendar_properties import mailboxes
from radicale_distrib.errors import Problem
from radicale_distrib.markup import caldav, dav, document, element, hrefs_in, multistatus, server, words
from radicale_distrib.requests import Response, xml_response
from radicale_distrib.resources import Colleague, Collection, Home, Resource, Root, Scope
from radicale_distrib.tree import children, locate

MAX_PEOPLE = 100
"""People that one search gives at most; that there are more is said in its answer."""
MAX_TERMS = 20
"""Terms of one search; each is asked of everybody."""
MAX_EXPANDED = 100
"""Properties of one expand-property, all levels together."""
MAX_NESTING = 4
"""Levels that expand-property follows."""

_SEARCHABLE: dict[str, tuple[str, Callable[[Person], list[str]]]] = {
    dav("displayname"): ("Name", lambda person: [person.name]),
    server("email-address-set"): ("E-mail address", mailboxes),
    caldav("calendar-user-address-set"): ("Calendar address", lambda person: [str(a) for a in person.addresses]),
}
_MATCHES: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda value, sought: sought in value,
    "starts-with": lambda value, sought: value.startswith(sought) or any(w.startswith(sought) for w in value.split()),
    "ends-with": lambda value, sought: value.endswith(sought),
    "equals": lambda value, sought: value == sought,
}


def property_search(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    """Find people by their properties (RFC 3744 9.4); iOS and macOS ask this while an attendee is typed.

    A search for nothing in particular finds everybody: python-caldav lists people so.
    """
    tests = [_test(node) for node in _few(root, dav("property-search"))]
    names = _names(root) or _names_beside(root)
    if not tests:
        return _people(scope, people.everybody(scope.uow), names)
    found: dict[int, Person] = {}
    for sought, _ in tests:
        for person in people.search(scope.uow, sought):
            found.setdefault(person.id, person)
    combine = any if root.get("test", "allof") == "anyof" else all
    chosen = [person for person in found.values() if combine(test(person) for _, test in tests)]
    return _people(scope, chosen, names)


def text_search(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    """Find people of whom every token matches name or address (calendarserver-principal-search)."""
    tokens = [(words(node), node.get("match-type", "contains")) for node in _few(root, server("search-token"))]
    tokens = [(sought, kind) for sought, kind in tokens if sought]
    if not tokens:
        return _people(scope, (), [])
    longest = max((sought for sought, _ in tokens), key=len)
    chosen = [
        person
        for person in people.search(scope.uow, longest)
        if all(_matches([person.name, *mailboxes(person)], sought, kind) for sought, kind in tokens)
    ]
    return _people(scope, chosen, _names(root))


def search_property_set(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    """Tell by which properties people are found (RFC 3744 9.5)."""
    parts = [
        element(
            dav("principal-search-property"),
            element(dav("prop"), element(name)) + f'<D:description xml:lang="en">{label}</D:description>',
        )
        for name, (label, _) in _SEARCHABLE.items()
    ]
    return xml_response(200, document(dav("principal-search-property-set"), "".join(parts)))


def match(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    """Tell which resources here are the reader, or are the reader's (RFC 3744 9.3)."""
    found: list[Resource] = []
    if root.find(dav("self")) is not None:
        found = [Home(scope.me)] if isinstance(resource, Root) or resource == Home(scope.me) else []
    elif root.find(f"{dav('principal-property')}/{dav('owner')}") is not None:
        found = list(children(scope, resource)) if isinstance(resource, Root | Home | Collection) else []
    names = _names(root)
    return xml_response(207, multistatus(properties.response(scope, one, names) for one in found))


def expand_property(scope: Scope, resource: Resource, root: ET.Element) -> Response:
    """Tell properties, and in place of the hrefs in them the properties of what they lead to (RFC 3253 3.8)."""
    if sum(1 for _ in root.iter(dav("property"))) > MAX_EXPANDED:
        raise Problem(403, message="expand-property has too many properties")
    return xml_response(207, multistatus([_expanded(scope, resource, root, 1)]))


def _expanded(scope: Scope, resource: Resource, node: ET.Element, level: int) -> str:
    extra: dict[str, str] = {}
    names = []
    for child in node.iterfind(dav("property")):
        name = f"{{{child.get('namespace', 'DAV:')}}}{child.get('name', '')}"
        if not child.get("name"):
            raise Problem(400, message="expand-property has a property without a name")
        names.append(name)
        value = properties.read(scope, resource, name)
        if value and child.find(dav("property")) is not None and level < MAX_NESTING:
            targets = (_target(scope, target) for target in hrefs_in(value))
            extra[name] = "".join(_expanded(scope, found, child, level + 1) for found in targets if found)
    return properties.response(scope, resource, properties.asked_for(names), extra=extra)


def _target(scope: Scope, reference: str) -> Resource | None:
    path = scope.request.inside(reference)
    try:
        return locate(scope, path) if path is not None else None
    except NotYours:
        return None


def _few(root: ET.Element, name: str) -> list[ET.Element]:
    found = root.findall(name)
    if len(found) > MAX_TERMS:
        raise Problem(403, message="the search has too many terms")
    return found


def _test(node: ET.Element) -> tuple[str, Callable[[Person], bool]]:
    sought = words(node.find(dav("match")))
    if not sought:
        raise Problem(400, message="principal-property-search has an empty match")
    found = node.find(dav("match"))
    kind = (found.get("match-type") if found is not None else None) or "contains"
    readers = [_SEARCHABLE[prop.tag][1] for prop in node.iterfind(f"{dav('prop')}/*") if prop.tag in _SEARCHABLE]

    def test(person: Person) -> bool:
        return any(_matches(read(person), sought, kind) for read in readers)

    return sought.removeprefix("mailto:"), test


def _matches(values: Iterable[str], sought: str, kind: str) -> bool:
    compare = _MATCHES.get(kind, _MATCHES["contains"])
    return any(compare(value.casefold(), sought.casefold()) for value in values)


def _names(root: ET.Element) -> list[str]:
    return properties.asked_for(node.tag for node in root.iterfind(f"{dav('prop')}/*"))


def _names_beside(root: ET.Element) -> list[str]:
    """Give the properties that python-caldav names beside an empty DAV:prop."""
    return properties.asked_for(node.tag for node in root if node.tag not in _PARTS)


_PARTS = frozenset(dav(name) for name in ("property-search", "prop", "apply-to-principal-collection-set"))


def _people(scope: Scope, found: Sequence[Person], names: list[str]) -> Response:
    responses = [
        properties.response(scope, Home(person) if person.id == scope.me.id else Colleague(person), names)
        for person in found[:MAX_PEOPLE]
    ]
    if len(found) > MAX_PEOPLE:
        target = scope.href(scope.request.path)
        told = element(dav("number-of-matches-within-limits"))
        responses.append(properties.status_response(target, "507 Insufficient Storage", told))
    return xml_response(207, multistatus(responses))

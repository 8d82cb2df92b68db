# SPDX-License-Identifier: GPL-3.0-or-later
"""The If header: lists of entity tags and sync tokens, of which one must hold (RFC 4918 10.4, RFC 6578 5)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.errors import NotYours, PreconditionFailed
from gateway.services import calendars
from gateway.store import calendars as stored
from radicale_distrib.errors import Problem
from radicale_distrib.resources import Collection, Member, Scope
from radicale_distrib.tree import locate, split

MOST = 100
"""Conditions in one header."""

_WORD = re.compile(r'\s*(?:(?P<no>not)\b|<(?P<url>[^<>]*)>|\[(?:W/)?(?P<tag>"[^"]*")\]|(?P<mark>[()]))', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Condition:
    """An entity tag with its quotes, or a state token, that a resource must have or must not have."""

    wanted: str
    negated: bool


@dataclass(frozen=True, slots=True)
class _List:
    """Conditions that must all hold for one resource."""

    target: str | None
    """A URL as it was sent; None: what the request is for."""
    conditions: tuple[_Condition, ...]


def check(scope: Scope, *, writes: bool) -> None:
    """Raise PreconditionFailed unless one list of the If header holds; where nothing was sent, nothing is asked.

    *writes* keeps everybody else from changing what was looked at until the unit of work ends.
    """
    header = scope.request.header("If")
    if not header:
        return
    lists = list(_read(header))
    if not any(_holds(scope, one, writes=writes) for one in lists):
        raise PreconditionFailed("no list of the If header holds")


def _holds(scope: Scope, one: _List, *, writes: bool) -> bool:
    path = scope.request.path if one.target is None else scope.request.inside(one.target)
    state = _state(scope, path, writes=writes) if path is not None else frozenset()
    return all((condition.wanted in state) is not condition.negated for condition in one.conditions)


def _state(scope: Scope, path: str, *, writes: bool) -> frozenset[str]:
    """Give the tags and tokens of what lies at *path*; what is not there has none (RFC 4918 10.4.4)."""
    try:
        if writes:
            stored.hold(scope.uow, scope.owner.id, (*split(path), "")[1])
        resource = locate(scope, path)
    except NotYours:
        return frozenset()
    match resource:
        case Member():
            return frozenset({resource.item.etag})
        case Collection():
            return frozenset({resource.calendar.etag, calendars.token_of(resource.calendar)})
    return frozenset()


def _read(header: str) -> Iterator[_List]:
    target: str | None = None
    inside: list[_Condition] | None = None
    negated = False
    for word in _words(header):
        if word["mark"] == "(" and inside is None:
            inside = []
        elif word["mark"] == ")" and inside and not negated:
            yield _List(target, tuple(inside))
            inside = None
        elif word["no"] and inside is not None and not negated:
            negated = True
        elif (wanted := word["url"] or word["tag"]) and inside is not None:
            inside.append(_Condition(wanted, negated))
            negated = False
        elif word["url"] and inside is None:
            target = word["url"]
        else:
            raise _unreadable()
    if inside is not None:
        raise _unreadable()


def _words(header: str) -> Iterator[re.Match[str]]:
    at = count = 0
    text = header.rstrip()
    while at < len(text):
        word = _WORD.match(text, at)
        count += 1
        if word is None or count > 4 * MOST:
            raise _unreadable()
        yield word
        at = word.end()


def _unreadable() -> Problem:
    return Problem(400, message="the If header cannot be read")

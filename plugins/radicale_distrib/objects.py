# SPDX-License-Identifier: GPL-3.0-or-later
"""GET, PUT, DELETE, MOVE and COPY of calendar objects, inbox items and calendars."""

from collections.abc import Iterable
from dataclasses import replace

from gateway.errors import NotFound, PreconditionFailed
from gateway.model import INBOX, OUTBOX, Calendar, Condition, Rendered, Stored
from gateway.services import calendars, conditions, entries, inbox
from gateway.store import calendars as stored
from radicale_distrib import sight
from radicale_distrib.errors import Problem, denied
from radicale_distrib.export import END, Components, head
from radicale_distrib.markup import caldav
from radicale_distrib.requests import Response
from radicale_distrib.resources import Collection, Member, Scope
from radicale_distrib.streams import streamed
from radicale_distrib.tree import locate, split

MAX_HREF = 1000
"""Characters of an object's last path segment."""

_IN_HOME = 2
"""Segments of an object's path behind the login."""
_TEXT = "text/calendar; charset=utf-8"
_BODIES = frozenset(
    {"", "text/calendar", "text/plain", "application/octet-stream", "application/x-www-form-urlencoded"}
)
"""Content types under which clients send calendars; curl says the last of them."""


def get(scope: Scope) -> Response:
    """Give an object's text, or a calendar's objects in one text."""
    path = scope.request.path
    _, *rest = split(path)
    if len(rest) == _IN_HOME and not path.endswith("/") and (found := sight.at(scope, *rest)):
        return _object(scope, found)
    resource = locate(scope, path)
    match resource:
        case None:
            raise NotFound(path)
        case Member(item=Rendered() as item):
            return _object(scope, item)
        case Collection() if not resource.is_inbox:
            etag = resource.calendar.etag
            _check_match(scope, etag)
            if conditions.names(scope.request.header("If-None-Match") or "", etag):
                return Response(304, {"ETag": etag})
            return _whole(scope, resource.calendar)
    raise Problem(403, message="there is no listing of this collection")


def _object(scope: Scope, item: Rendered) -> Response:
    _check_match(scope, item.etag)
    return _unless_known(scope, item.etag, Response(200, _headers(item), scope.fetched(item).text))


def _check_match(scope: Scope, etag: str) -> None:
    demanded = scope.request.header("If-Match")
    if demanded and not conditions.names(demanded, etag):  # RFC 9110 13.1.1
        raise PreconditionFailed("this was changed in the meantime")


def _whole(scope: Scope, calendar: Calendar) -> Response:
    components = Components()

    def fetch(scope: Scope, after: str) -> tuple[Iterable[str], str | None]:
        found, behind = sight.page(scope, calendar, after)
        return components.of(scope.fetched(one).text for one in found), behind

    headers = {"Content-Type": _TEXT, "ETag": calendar.etag}
    return streamed(scope, fetch, "", headers, (head(calendar), END))


def _headers(item: Rendered) -> dict[str, str]:
    headers = {"Content-Type": f"{_TEXT}; component={item.kind.value.lower()}", "ETag": item.etag}
    if item.schedule_tag is not None:
        headers["Schedule-Tag"] = item.schedule_tag
    return headers


def current(scope: Scope, status: int, path: str | None = None) -> Response | None:
    """Give the object at *path*, by default where the request goes, as the body of another answer than that of GET.

    None where no object is.
    """
    there = locate(scope, path or scope.request.path)
    if not isinstance(there, Member) or not isinstance(there.item, Rendered):
        return None
    headers = {**_headers(there.item), "Content-Location": scope.request.url(there.path)}
    return Response(status, headers, there.item.text)


def _unless_known(scope: Scope, etag: str, response: Response) -> Response:
    """Answer 304 where the client names the ETag in If-None-Match (RFC 9110 13.1.2)."""
    if not conditions.names(scope.request.header("If-None-Match") or "", etag):
        return response
    return Response(304, {k: v for k, v in response.headers.items() if k != "Content-Type"})


def put(scope: Scope) -> Response:
    """Store an object exactly as sent, or merge it into the entry that it belongs to."""
    request = scope.request
    calendar, href = _target(scope, request.path)
    if request.content_type not in _BODIES:
        raise Problem(403, caldav("supported-calendar-data"), message=f"{request.content_type} is no calendar")
    result = entries.put(
        scope.uow,
        scope.owner,
        calendar,
        href,
        request.body(scope.settings.max_resource_size),
        condition=request.condition,
        scene=scope.scene,
    )
    return _written(scope, result, request.path)


def _written(scope: Scope, result: Stored, path: str) -> Response:
    headers = {}
    if result.verbatim:
        headers["ETag"] = result.etag
    if result.schedule_tag is not None:
        headers["Schedule-Tag"] = result.schedule_tag
    lies_at = f"/{scope.owner.login}/{result.calendar_slug}/{result.href}"
    if lies_at != path:
        headers["Location"] = headers["Content-Location"] = scope.request.url(lies_at)
    shown = current(scope, 201 if result.created else 200, lies_at) if scope.request.wishes.representation else None
    if shown is not None:
        return replace(shown, headers={**headers, **shown.headers})
    return Response(201 if result.created else 204, headers)


def _target(scope: Scope, path: str) -> tuple[Calendar, str]:
    """Give the calendar and the name for a written object; raises where none may be written."""
    login, *rest = split(path)
    if login and login != scope.owner.login:
        raise denied("PUT", path, scope.href, message=f"{scope.me.login} may not write {path}")
    if not login or not rest or path.endswith("/") or rest in ([INBOX], [OUTBOX]):
        raise Problem(405, message=f"{path} is a collection")
    if rest[0] in {INBOX, OUTBOX}:
        raise denied("PUT", path, scope.href, message=f"nothing can be written into {rest[0]}")
    calendar = stored.at(scope.uow, scope.owner.id, rest[0])
    if len(rest) == 1:
        raise Problem(405 if calendar else 403, message="objects lie in calendars, not in the home")
    if calendar is None:
        raise Problem(409, message=f"there is no calendar {rest[0]}")
    if len(rest) > _IN_HOME:
        raise Problem(409, message="objects hold no other objects")  # RFC 4918 9.7.1: there is no such parent
    if len(rest[1]) > MAX_HREF:
        raise Problem(414, message="the name is too long")
    return calendar, rest[1]


def delete(scope: Scope) -> Response:
    """Remove an object, an inbox item, or a whole calendar."""
    request = scope.request
    calendar, href = _source(scope, "removed")
    if scope.is_deputy and (href is None or calendar.kind == INBOX):
        raise denied("DELETE", request.path, scope.href, message=f"{request.path} is {scope.owner.login}'s to remove")
    if href is None:
        conditions.check_tag(request.condition, calendar.etag)
        calendars.remove(scope.uow, scope.owner, calendar, reply=request.replies, scene=scope.scene)
    elif calendar.kind == INBOX:
        inbox.remove(scope.uow, scope.owner, href, condition=request.condition)
    else:
        entries.delete(
            scope.uow,
            scope.owner,
            calendar,
            href,
            condition=request.condition,
            reply=request.replies,
            scene=scope.scene,
        )
    return Response(204)


def move(scope: Scope) -> Response:
    """Move an object to another name or calendar of the same home."""
    request = scope.request
    to_path = request.destination()
    overwrite = _overwrite(request.header("Overwrite"))
    calendar, href = _source(scope, "moved")
    if href is None or calendar.kind == INBOX:
        raise Problem(403, message=f"{request.path} cannot be moved")
    target, to_href = _target(scope, to_path)
    if to_path == request.path:
        raise Problem(403, message="source and destination are the same")
    result = entries.move(
        scope.uow,
        scope.owner,
        calendar,
        href,
        target,
        to_href,
        overwrite=overwrite,
        condition=request.condition,
        scene=scope.scene,
    )
    return _written(scope, result, to_path)


def _source(scope: Scope, fate: str) -> tuple[Calendar, str | None]:
    """Give what shall be removed or moved: a calendar, or the name of something in it."""
    path = scope.request.path
    login, *rest = split(path)
    if login != scope.owner.login or not rest:
        raise denied(scope.request.method, path, scope.href, message=f"{path} cannot be {fate}")
    if len(rest) == 1 and rest[0] in {INBOX, OUTBOX}:
        raise Problem(403, message=f"{path} cannot be {fate}")
    calendar = stored.at(scope.uow, scope.owner.id, rest[0])
    if calendar is None or len(rest) > _IN_HOME or (len(rest) == _IN_HOME and path.endswith("/")):
        raise NotFound(path)
    href = rest[1] if len(rest) == _IN_HOME else None
    if href is not None:
        sight.check(scope, calendar, href)
    return calendar, href


def _overwrite(value: str | None) -> bool:
    if (value or "T").upper() not in {"T", "F"}:
        raise Problem(400, message="Overwrite is neither T nor F")
    return (value or "T").upper() == "T"


def copy(scope: Scope) -> Response:
    """Store a private object a second time, in another calendar of the same home.

    An entry with other people is in a home once (RFC 6638 3.2.4.1), and a calendar is not copied.
    """
    request = scope.request
    to_path = request.destination()
    overwrite = _overwrite(request.header("Overwrite"))
    there = locate(scope, request.path)
    if there is None:
        raise NotFound(request.path)
    if not isinstance(there, Member) or not isinstance(there.item, Rendered) or there.calendar.kind == INBOX:
        raise Problem(403, message=f"{request.path} cannot be copied")
    conditions.check_tag(request.condition, there.item.etag)
    target, href = _target(scope, to_path)
    if to_path == request.path:
        raise Problem(403, message="source and destination are the same")
    if there.item.schedule_tag is not None:
        rule = caldav("unique-scheduling-object-resource")
        raise Problem(403, rule, message=f"{request.path} has other people", content=scope.href(request.path))
    demand = Condition(if_none_match=None if overwrite else "*")
    text = there.item.text
    result = entries.put(scope.uow, scope.owner, target, href, text, condition=demand, scene=scope.scene)
    return _written(scope, result, to_path)

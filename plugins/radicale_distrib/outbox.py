# SPDX-License-Identifier: GPL-3.0-or-later
"""POST to the outbox: who is free when (RFC 6638 5)."""

from gateway.services import freebusy
from ical.errors import NotOneObject
from radicale_distrib.errors import Problem
from radicale_distrib.markup import caldav, document, element, href, text
from radicale_distrib.requests import Request, Response, xml_response
from radicale_distrib.resources import Outbox, Scope
from radicale_distrib.tree import locate

_BODIES = frozenset({"", "text/calendar", "text/plain", "application/octet-stream"})


def post(scope: Scope) -> Response:
    """Answer a free-busy request; nothing else can be posted, and nowhere else."""
    request = scope.request
    if not isinstance(locate(scope, request.path), Outbox):
        raise Problem(405, message="POST is for the outbox")
    if request.content_type not in _BODIES:
        raise Problem(403, caldav("supported-calendar-data"), message="a free-busy request is text/calendar")
    body = request.body(scope.settings.max_resource_size)
    asker, now = request.header("Originator") or None, scope.scene.now
    try:
        found = freebusy.answer(scope.uow, body, scope.owner, asker, _recipients(request), now)
    except NotOneObject as error:
        raise Problem(400, caldav("valid-scheduling-message"), message=str(error)) from error
    responses = (element(caldav("response"), _told(*one)) for one in found)
    return xml_response(200, document(caldav("schedule-response"), "".join(responses)))


def _told(recipient: str, status: str, calendar: str | None) -> str:
    parts = element(caldav("recipient"), href(recipient)) + element(caldav("request-status"), text(status))
    return parts + (element(caldav("calendar-data"), text(calendar)) if calendar is not None else "")


def _recipients(request: Request) -> list[str]:
    """Give the recipients of the older drafts' header, which Thunderbird and Apple send beside the attendees."""
    return [one for part in (request.header("Recipient") or "").split(",") if (one := part.strip())]

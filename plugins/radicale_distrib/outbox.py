# SPDX-License-Identifier: GPL-3.0-or-later
"""POST to the outbox: who is free when (RFC 6638 5)."""

from gateway.services import freebusy
from ical.errors import IcalError
from ical.lines import read
from radicale_distrib.errors import Problem
from radicale_distrib.markup import caldav, document, element, href, text
from radicale_distrib.requests import Response, xml_response
from radicale_distrib.resources import Outbox, Scope, locate

MAX_RECIPIENTS = 500


def post(scope: Scope) -> Response:
    """Answer a free-busy request; nothing else can be posted, and nowhere else."""
    if not isinstance(locate(scope, scope.request.path), Outbox):
        raise Problem(405, message="POST is for the outbox")
    if scope.request.content_type not in {"", "text/calendar", "text/plain", "application/octet-stream"}:
        raise Problem(403, caldav("supported-calendar-data"), message="a free-busy request is text/calendar")
    body = scope.request.body(scope.settings.max_resource_size)
    recipients = _recipients(body)
    answers = freebusy.answer(scope.uow, body, scope.me, scope.request.header("Originator"), recipients, scope.scene.now)
    responses = []
    for recipient, status, calendar in answers:
        parts = element(caldav("recipient"), href(recipient)) + element(caldav("request-status"), text(status))
        if calendar is not None:
            parts += element(caldav("calendar-data"), text(calendar))
        responses.append(element(caldav("response"), parts))
    return xml_response(200, document(caldav("schedule-response"), "".join(responses)))


def _recipients(body: bytes) -> list[str]:
    """Give the attendees of the request; raises Problem where it is something else."""
    try:
        found = read(body)
    except IcalError as error:
        raise Problem(403, caldav("valid-calendar-data"), message=str(error)) from error
    method = found.first(found.root, "METHOD")
    asked = [child for child in found.root.children if child.name == "VFREEBUSY"]
    others = [child for child in found.root.children if child.name not in {"VFREEBUSY", "VTIMEZONE"}]
    if method is None or method.value.strip().upper() != "REQUEST" or len(asked) != 1 or others:
        raise Problem(403, caldav("valid-scheduling-message"), message="only free-busy requests can be posted")
    recipients = [line.value.strip() for _, line in found.own(asked[0]) if line.name == "ATTENDEE"]
    if len(recipients) > MAX_RECIPIENTS:
        raise Problem(403, caldav("max-attendees-per-instance"), message="too many people are asked about at once")
    return recipients

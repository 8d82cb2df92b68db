# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the mail that an employee who was invited from outside sends: the answer, or whom they hand it to (RFC 6047).

The calendar text names mailboxes that the organizer knows, and no secret of ours. The employee stands in From where
their domain is ours too, so that DMARC holds; if not, our own mailbox does, and Reply-To leads to them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ical.answers import ACCEPTED, COMPLETED, DECLINED, DELEGATED, IN_PROCESS, TENTATIVE
from ical.itip.outcome import Method
from ical.kinds import Kind
from mail import mime
from mail.addresses import deliverable
from mail.compose import PRODUCT, Envelope, House, in_our_name
from mail.content import Content, Proposed, content_of, one_line
from mail.dates import zone_named
from mail.translations import Gettext, language_of, rendered, translator
from mail.wording import Occasion, Row, Wording, wanted_in, wording_of


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer, to one organizer; or one invitation that is handed on, to one delegate."""

    text: bytes
    """The REPLY, or COUNTER; to a delegate the REQUEST, or CANCEL."""
    recipient: str
    recipient_name: str
    attendee_name: str
    attendee_email: str
    partstat: str
    percent: int | None
    comment: str
    token: str
    """Names the envelope's sender, so that a bounce finds the way back."""
    language: str
    timezone: str
    message_id: str
    written_at: datetime
    method: Method = Method.REPLY
    """COUNTER: they would rather have it as the text says; REQUEST, CANCEL: they hand it on, or take it back."""
    organizer_name: str = ""
    """Told to a delegate, who answers to them."""
    delegate: str = ""
    """REPLY: to whom it is handed on."""
    planned: Proposed | None = None
    """COUNTER: when and where it is as long as nobody accepts that."""


def tell(answered: Answered, house: House) -> Envelope:
    """Write the mail; raises NotComposable where its text or an address cannot be used."""
    recipient, attendee = deliverable(answered.recipient), deliverable(answered.attendee_email)
    language = language_of(answered.language)
    _ = translator(language)
    content, name = content_of(answered.text), _name(answered)
    wording = _wording(answered, content, language, _)
    description = content.description if answered.method is Method.REQUEST else ""
    facts = {
        "wording": wording,
        "comment": answered.comment or description,
        "name": name,
        "email": answered.attendee_email,
        "product": PRODUCT,
    }
    plain, html = (rendered(f"answered.{form}", language, facts) for form in ("txt", "html"))
    message = mime.invitation(plain, html, answered.text, answered.method, seed=answered.message_id)
    if attendee.rpartition("@")[2] == house.mailboxes.domain:
        mime.set_address(message, "From", name, attendee)
        mime.set_address(message, "Sender", PRODUCT, house.mailboxes.plain)
    else:
        mime.set_address(message, "From", in_our_name(name, _), house.mailboxes.plain)
    mime.set_address(message, "Reply-To", name, attendee)
    mime.set_address(message, "To", answered.recipient_name, recipient)
    message["Subject"] = wording.subject
    mime.set_automatic(message, answered.written_at, language)
    return Envelope(house.mailboxes.bounce(answered.token), recipient, mime.serialised(message, answered.message_id))


def _name(answered: Answered) -> str:
    return one_line(answered.attendee_name) or answered.attendee_email


def _wording(answered: Answered, content: Content, language: str, _: Gettext) -> Wording:
    occasion = Occasion(Method.REQUEST, first=True, removed=False, organizer="", timezone=answered.timezone)
    wording = wording_of(content, occasion, language, _)
    subject, headline = _sentences(answered, content.kind, _)
    done = f" ({answered.percent} %)" if answered.percent and answered.partstat == IN_PROCESS else ""
    said = {"name": _name(answered), "delegate": one_line(answered.delegate)}
    return replace(
        wording,
        subject=subject % {"title": wording.title},
        headline=headline % said + done,
        rows=(*wording.rows, *_more_rows(answered, language, _)),
    )


def _more_rows(answered: Answered, language: str, _: Gettext) -> Iterator[Row]:
    planned = wanted_in(answered.planned, zone_named(answered.timezone), language, _)
    if planned:
        yield Row(_("Instead of"), planned)
    organizer = one_line(answered.organizer_name)
    if organizer:
        yield Row(_("Organizer"), organizer, _("gets your answer"))


def _sentences(answered: Answered, kind: Kind, _: Gettext) -> tuple[str, str]:
    """Give subject and headline."""
    task = kind is Kind.VTODO
    if answered.method is Method.COUNTER:
        return _("Proposal: %(title)s"), _("%(name)s would rather have it like this")
    if answered.method is Method.REQUEST:
        if task:
            return _("Task: %(title)s"), _("%(name)s asks you to do this task instead")
        return _("Invitation: %(title)s"), _("%(name)s asks you to come instead")
    if answered.method is Method.CANCEL:
        if task:
            return _("No longer for you: %(title)s"), _("%(name)s has taken this task back")
        return _("No longer invited: %(title)s"), _("%(name)s does not need you to come instead any more")
    on = _("%(name)s has handed this on to %(delegate)s") if answered.delegate else _("%(name)s has handed this on")
    said = {
        ACCEPTED: (_("Accepted: %(title)s"), _("%(name)s will do this task") if task else _("%(name)s will come")),
        TENTATIVE: (_("Tentative: %(title)s"), _("%(name)s may do this task") if task else _("%(name)s may come")),
        DECLINED: (_("Declined: %(title)s"), _("%(name)s cannot do this task") if task else _("%(name)s cannot come")),
        DELEGATED: (_("Delegated: %(title)s"), on),
        COMPLETED: (_("Completed: %(title)s"), _("%(name)s has completed this task")),
        IN_PROCESS: (_("In progress: %(title)s"), _("%(name)s has begun with this task")),
    }
    return said.get(answered.partstat, (_("Answer to: %(title)s"), _("%(name)s has answered")))

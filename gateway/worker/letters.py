# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a mail of a row of the outbox."""

from collections.abc import Mapping

from gateway.store.outbox import COPY, FORWARD, Mail
from ical.address import mailbox
from ical.instances import InstanceId
from ical.itip.outcome import Method
from ical.news import of_stored
from ical.times import moment_of
from mail.answered import Answered, tell
from mail.compose import Envelope, House, Letter, compose
from mail.content import Proposed
from mail.copied import Copy, copied
from mail.errors import AddressRefused
from mail.note import Note, Reason, pass_on


def envelope_of(mail: Mail, house: House) -> Envelope:
    """Write *mail*; raises NotComposable where nothing can be made of it."""
    if mail.method == FORWARD:
        return pass_on(_note(mail), house)
    if mail.method == COPY:
        return copied(_copy(mail), house)
    is_by_attendee = "attendee_email" in mail.facts
    return tell(_answered(mail), house) if is_by_attendee else compose(_letter(mail), house)


def _letter(mail: Mail) -> Letter:
    facts = mail.facts
    recipient = mailbox(mail.address)
    if recipient is None:
        raise AddressRefused(mail.address)
    return Letter(
        method=Method(mail.method),
        text=mail.text,
        recipient=recipient,
        recipient_name=_text(facts, "recipient_name"),
        organizer_name=_text(facts, "organizer_name"),
        organizer_email=_text(facts, "organizer_email"),
        reply_token=_text(facts, "reply_token"),
        link=_text(facts, "link") or None,
        first=bool(facts.get("first")),
        removed=bool(facts.get("removed")),
        language=_text(facts, "language"),
        timezone=_text(facts, "timezone"),
        message_id=mail.message_id,
        written_at=mail.created_at,
        proposed=_proposed(facts.get("proposed")),
        subject=_text(facts, "subject"),
        words=_text(facts, "words"),
        copies=_several(facts, "copies"),
        published=bool(facts.get("published")),
        news=of_stored(facts.get("news")),
    )


def _proposed(said: object) -> Proposed | None:
    """Give what the mail turns down, or would rather have otherwise."""
    if not isinstance(said, dict):
        return None
    start, end = (moment_of(InstanceId(_text(said, name))) for name in ("start", "end"))
    return Proposed(start, end, _text(said, "place"), _text(said, "comment"))


def _answered(mail: Mail) -> Answered:
    facts = mail.facts
    recipient, percent = mailbox(mail.address), facts.get("percent")
    if recipient is None:
        raise AddressRefused(mail.address)
    return Answered(
        text=mail.text,
        recipient=recipient,
        recipient_name=_text(facts, "recipient_name"),
        attendee_name=_text(facts, "attendee_name"),
        attendee_email=_text(facts, "attendee_email"),
        partstat=_text(facts, "partstat"),
        percent=percent if isinstance(percent, int) else None,
        comment=_text(facts, "comment"),
        token=_text(facts, "reply_token"),
        language=_text(facts, "language"),
        timezone=_text(facts, "timezone"),
        message_id=mail.message_id,
        written_at=mail.created_at,
        method=Method(mail.method),
        organizer_name=_text(facts, "organizer_name"),
        delegate=_text(facts, "delegate"),
        planned=_proposed(facts.get("planned")),
    )


def _copy(mail: Mail) -> Copy:
    facts = mail.facts
    return Copy(
        recipient=mailbox(mail.address) or "",
        to=_text(facts, "to"),
        to_name=_text(facts, "recipient_name"),
        copies=_several(facts, "copies"),
        organizer_name=_text(facts, "organizer_name"),
        organizer_email=_text(facts, "organizer_email"),
        subject=_text(facts, "subject"),
        words=_text(facts, "words"),
        language=_text(facts, "language"),
        message_id=mail.message_id,
        written_at=mail.created_at,
    )


def _note(mail: Mail) -> Note:
    facts = mail.facts
    hops = facts.get("hops")
    return Note(
        original=mail.text,
        words=_text(facts, "words"),
        writer=_text(facts, "writer"),
        writer_name=_text(facts, "writer_name"),
        invited=_text(facts, "invited"),
        title=_text(facts, "title"),
        reason=Reason(_text(facts, "reason")),
        hops=hops if isinstance(hops, int) else 0,
        recipient=mailbox(mail.address) or "",
        recipient_name=_text(facts, "organizer_name"),
        language=_text(facts, "language"),
        message_id=mail.message_id,
        written_at=mail.created_at,
        proposed=_proposed(facts.get("proposed")),
        timezone=_text(facts, "timezone"),
    )


def _several(facts: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = facts.get(name)
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _text(facts: Mapping[str, object], name: str) -> str:
    value = facts.get(name)
    return value if isinstance(value, str) else ""

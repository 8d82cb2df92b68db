# SPDX-License-Identifier: GPL-3.0-or-later
"""An employee's answer to an organizer outside: a REPLY by mail, once for each act that gave it."""

import secrets
from collections.abc import Iterator, Mapping

from gateway.model import Contact, EntryId
from gateway.services.scene import Scene, zone_of
from gateway.services.subject import Settled, Subject
from gateway.store.outbox import NewMail
from ical.address import Address, mailbox
from ical.answers import NEEDS_ACTION, Standing
from ical.itip import build
from ical.itip.outcome import Message, Method
from ical.snapshot import Snapshot, read_object


def organizer_of(one: Settled) -> Address | None:
    """Give who is to be sent what was answered; None: nobody by mail."""
    entry = one.entry
    told = any(message.method is Method.REPLY for message in one.outcome.messages)
    if not told or not entry.outside or entry.organizer is None or mailbox(entry.organizer) is None:
        return None
    return entry.organizer


def replies(
    one: Settled,
    cause: str,
    known: Mapping[Address, Contact],
    tokens: Mapping[tuple[EntryId, Address], str],
    scene: Scene,
) -> Iterator[NewMail]:
    """Give the mails to the organizer of *one* who is outside."""
    organizer = organizer_of(one)
    if organizer is None:
        return
    said, standing = read_object(one.entry.shared, zone_of(one.subject.custodian)), Standing(one.entry.answers)
    for message in one.outcome.messages:
        answer = standing.of(message.about, message.instance) if message.about is not None else None
        if message.method is Method.REPLY and answer is not None and answer.partstat != NEEDS_ACTION:
            answer = answer._replace(instance=message.instance)
            token = tokens[one.subject.entry_id, organizer]
            facts = facts_of(one.subject, answer.address, said, known.get(organizer), token, scene)
            facts |= {"partstat": answer.partstat, "percent": answer.percent, "comment": answer.comment}
            facts |= {"delegate": mailbox(answer.delegated_to) if answer.delegated_to is not None else None}
            yield NewMail(
                entry_id=one.subject.entry_id,
                instance=message.instance,
                address=organizer,
                method=message.method,
                cause=_cause(one, message, cause, scene),
                text=build.reply(said, answer, now=scene.now, zone=zone_of(one.subject.custodian), mailed=True),
                facts=facts,
                message_id=f"{secrets.token_hex(16)}@{scene.settings.mail_domain}",
                due_at=scene.now + scene.hold_back,
                created_at=scene.now,
            )


def _cause(one: Settled, message: Message, cause: str, scene: Scene) -> str:
    """An answer that is sent once more, as its program orders, is another act though no revision tells of it."""
    is_new = any(a.instance == message.instance for a in one.outcome.answers)
    return cause if is_new else f"again {scene.now:%Y%m%dT%H%M%S.%f}"


def facts_of(  # who says it under which address, about what, to whom
    subject: Subject, address: Address, said: Snapshot, contact: Contact | None, token: str, scene: Scene
) -> dict[str, object]:
    """Give what a mail to an organizer outside needs beside its calendar text and what it tells."""
    line = said.line("ORGANIZER")
    name, language = (line.parameter("CN"), line.parameter("LANGUAGE")) if line is not None else (None, None)
    known_name, known_language = (contact.name, contact.language) if contact is not None else (None, None)
    return {
        "language": known_language or language or scene.settings.language,
        "recipient_name": name or known_name or "",
        "attendee_name": subject.custodian.name,
        "attendee_email": mailbox(address),
        "reply_token": token,
        "timezone": subject.custodian.timezone,
    }

# SPDX-License-Identifier: GPL-3.0-or-later
"""Messages to people outside: each becomes a row of the outbox in the transaction that asked for it.

The text is made now, of what was decided now; it is sent later (`gateway.worker.outbox`).
"""

import base64
import hashlib
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.model import Contact, EntryId
from gateway.services import replying
from gateway.services.retelling import Retelling
from gateway.services.scene import Scene, zone_of
from gateway.services.subject import Present, Settled, Subject
from gateway.store import contacts, drafts, outbox, tokens
from gateway.store.outbox import NewMail
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox
from ical.instances import SERIES, InstanceId
from ical.itip import build
from ical.itip.outcome import Entry, Message, Method, Outcome
from ical.itip.proposals import Proposal
from ical.overrides import invitations, narrowed
from ical.people import Attendee
from ical.snapshot import Snapshot, read_object
from ical.times import instance_at

LINK_BYTES = 20
"""160 random bits in an answer link (mail.md 3)."""
MAIL_BYTES = 15
"""120 random bits in a reply address: 24 letters and digits, without case, because mail systems fold it."""


@dataclass(frozen=True, slots=True)
class _Recipient:
    address: Address
    reply_token: str
    name: str | None
    language: str


def post(uow: UnitOfWork, settled: Sequence[tuple[Settled, str]], scene: Scene) -> None:
    """Put a mail in the outbox for each recipient outside, once for each cause (the revision that asked for it).

    Without a way to send mail nothing is queued: the organizer reads SCHEDULE-STATUS 5.2 instead.
    """
    for one, _ in settled:
        if one.outcome.revived:
            told = {address for message in one.outcome.messages for address in message.to}
            outbox.take_back(uow, one.subject.entry_id, told, Method.CANCEL)
    outside = {(one.subject.entry_id, address) for one, _ in settled for address in _outside(one)}
    hosts = ((one.subject.entry_id, replying.organizer_of(one)) for one, _ in settled)
    outside |= {(entry_id, host) for entry_id, host in hosts if host is not None}
    if not scene.settings.can_mail:
        outside = {*tokens.drafted(uow, outside)}
    if not outside:
        return
    known = contacts.by_addresses(uow, {address for _, address in outside})
    boxes = tokens.reply_boxes(uow, outside, new_reply_token)
    replies = {key: box.token for key, box in boxes.items()}
    drafted = frozenset(key for key, box in boxes.items() if box.drafted)
    links: list[tokens.Link] = []
    retelling = Retelling(uow, [one for one, _ in settled], scene.now)
    mails = (mail for one, cause in settled for mail in _mails(one, cause, known, replies, links, retelling, scene))
    outbox.add(uow, _held_back(uow, settled, mails, drafted))
    tokens.add_links(uow, links)
    outbox.add(uow, (mail for one, cause in settled for mail in replying.replies(one, cause, known, replies, scene)))


def _held_back(
    uow: UnitOfWork,
    settled: Sequence[tuple[Settled, str]],
    mails: Iterator[NewMail],
    drafted: frozenset[tuple[EntryId, Address]],
) -> Iterator[NewMail]:
    """Give what we send; what is for whoever organizes it to send becomes a draft of theirs."""
    custodians = {one.subject.entry_id: one.subject.custodian for one, _ in settled}
    held: list[NewMail] = []
    for mail in mails:
        if (mail.entry_id, mail.address) in drafted and mail.method in drafts.HELD:
            held.append(mail)
        elif mail.facts.get(drafts.PUBLISHED):
            yield replace(mail, text=build.published(mail.text, zone_of(custodians[mail.entry_id])))
        else:
            yield mail
    drafts.hold(uow, [(custodians[mail.entry_id].id, mail) for mail in held])


def send(uow: UnitOfWork, subject: Subject, outcome: Outcome, cause: str, scene: Scene) -> None:
    """Put the messages of an *outcome* that changes nothing in the outbox, once for *cause*."""
    present = Present(subject.people or {}, {}, {}, {}, {}, frozenset(), frozenset())
    post(uow, [(Settled(subject, outcome, present, (), subject.entry, None, None), cause)], scene)


def _outside(one: Settled) -> frozenset[Address]:
    to = (a for m in one.outcome.messages if m.method is not Method.REPLY for a in m.to)
    return frozenset(address for address in to if _is_outside(address, one.present))


def _mails(  # of which entry, why, what is known of the recipients, where links are noted, and what they know
    one: Settled,
    cause: str,
    known: Mapping[Address, Contact],
    replies: Mapping[tuple[EntryId, Address], str],
    links: list[tokens.Link],
    retelling: Retelling,
    scene: Scene,
) -> Iterator[NewMail]:
    subject, outside = one.subject, _outside(one)
    for message in one.outcome.messages if outside else ():
        if message.method is Method.REPLY:
            continue
        said = read_object(message.base, zone_of(subject.custodian))
        made = _Drafts(subject, one.entry, message, said, scene)
        people, asked = said.attendees(), {(a.address, a.instance) for a in one.entry.answers}
        for address in message.to:
            if address in outside and (subject.entry_id, address) in replies:
                token = replies[subject.entry_id, address]
                recipient = _recipient(address, people.get(address), known.get(address), token, scene)
                # Where one message asks to several days, no link answers all of them.
                is_one = not asked.isdisjoint({(address, SERIES), (address, message.instance)})
                link = secrets.token_urlsafe(LINK_BYTES) if message.method is Method.REQUEST and is_one else None
                if link is not None:
                    links.append(_link(subject, address, message.instance, link, scene))
                mail = _mail(subject, message, made.of(address), recipient, link, cause, scene)
                news = retelling.of(one, message, said, address)
                more: dict[str, object] = {"news": news} if news else {}
                if retelling.is_published(one, message, address):
                    more[drafts.PUBLISHED] = True
                yield replace(mail, facts={**mail.facts, **more})


def new_reply_token() -> str:
    """Give a new secret for a reply address."""
    return base64.b32encode(secrets.token_bytes(MAIL_BYTES)).decode().lower()


def link_digest(link: str) -> str:
    """Give what is stored of an answer link's token."""
    return hashlib.sha256(link.encode()).hexdigest()


def reply_mailbox(settings_from: str, token: str) -> str:
    """Give the secret mailbox of *token*: a plus-address beside the one that mail comes from."""
    local, _, domain = settings_from.rpartition("@")
    return f"{local}+{token}@{domain}"


def _is_outside(address: Address, present: Present) -> bool:
    return address not in present.people and mailbox(address) is not None


def _recipient(
    address: Address, line: Attendee | None, contact: Contact | None, token: str, scene: Scene
) -> _Recipient:
    name = line.line.parameter("CN") if line is not None else None
    language = line.line.parameter("LANGUAGE") if line is not None else None
    known_name, known_language = (contact.name, contact.language) if contact is not None else (None, None)
    chosen = known_language or language or scene.settings.language
    return _Recipient(address, token, name or known_name, _supported(chosen))


def _supported(language: str) -> str:
    return "en" if language.lower().startswith("en") else "nb"


def _link(subject: Subject, address: Address, instance: InstanceId, link: str, scene: Scene) -> tokens.Link:
    return tokens.Link(link_digest(link), subject.entry_id, address, scene.now, instance=instance)


class _Drafts:
    """The texts of one message: all who are asked to the same occurrences get the same, but for their own lines."""

    def __init__(self, subject: Subject, entry: Entry, message: Message, said: Snapshot, scene: Scene) -> None:
        self._subject, self._entry, self._message, self._said, self._scene = subject, entry, message, said, scene
        self._invited = invitations(said)
        self._made: dict[frozenset[InstanceId], build.Draft] = {}

    def of(self, address: Address) -> build.Draft:
        """Give what *address* gets."""
        invited = self._invited.get(address, frozenset())
        if invited not in self._made:
            self._made[invited] = self._draft(address)
        return self._made[invited]

    def _draft(self, address: Address) -> build.Draft:
        organizer = self._subject.custodian
        zone = zone_of(organizer)
        return build.draft(
            self._message.method,
            narrowed(self._said, {address}, zone).document.raw,
            self._entry.answers,
            sender=organizer.name,
            alone=not self._scene.settings.show_attendees_in_mail,
            now=self._scene.now,
            zone=zone,
        )


def _mail(
    subject: Subject,
    message: Message,
    draft: build.Draft,
    recipient: _Recipient,
    link: str | None,
    cause: str,
    scene: Scene,
) -> NewMail:
    settings, organizer = scene.settings, subject.custodian
    sender = f"mailto:{reply_mailbox(settings.mail_from, recipient.reply_token)}"
    return NewMail(
        entry_id=subject.entry_id,
        instance=message.instance,
        address=recipient.address,
        method=message.method,
        cause=cause,
        text=draft.to(recipient.address, sender=sender),
        facts={
            "language": recipient.language,
            "organizer_name": organizer.name,
            "organizer_email": mailbox(organizer.addresses[0]) if organizer.addresses else None,
            "recipient_name": recipient.name,
            "reply_token": recipient.reply_token,
            "link": link,
            "first": message.first,
            "removed": message.method is Method.CANCEL and not message.called_off,
            "timezone": organizer.timezone,
            **(proposed(message.proposal) if message.proposal is not None else {}),
        },
        message_id=f"{secrets.token_hex(16)}@{settings.mail_domain}",
        due_at=scene.now + scene.hold_back,
        created_at=scene.now,
    )


def proposed(proposal: Proposal) -> dict[str, object]:
    """Give what a mail says of a proposal."""
    start, end = (instance_at(value) if value is not None else None for value in (proposal.start, proposal.end))
    return {"proposed": {"start": start, "end": end, "place": proposal.location, "comment": proposal.answer}}

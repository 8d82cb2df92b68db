# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail to contacts that a person looks at, changes and sends themselves (product, S-07 and S-08; reading A1).

Until it is sent, whoever it is for is in the text with SCHEDULE-AGENT=CLIENT, and nothing leaves. By sending they are
asked as everybody else is; what changes later becomes a draft again, wherever it was changed (product, 2.1).
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, replace

from gateway.errors import NotFound, Refused
from gateway.model import EntryId, Loaded, Person, Reading, ReadingId
from gateway.services import confirmations, copies, editing, letters
from gateway.services.concern import subject_of
from gateway.services.letters import new_reply_token, reply_mailbox
from gateway.services.scene import Scene, zone_of
from gateway.store import contacts, entries, outbox, people, readings, tokens
from gateway.store import drafts as rows
from gateway.store.drafts import Draft
from gateway.store.outbox import NewMail
from gateway.store.unit import UnitOfWork
from ical import sharing
from ical.address import Address, mailbox
from ical.edits import Edits
from ical.itip import build
from ical.itip.outcome import Message, Method, Outcome, State
from ical.news import of_stored
from ical.overrides import narrowed
from ical.people import SERVER
from ical.snapshot import Snapshot, read_object
from mail.addresses import Mailboxes
from mail.compose import House, Letter, suggested, unsent

LONGEST_SUBJECT, LONGEST_WORDS = 300, 20_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A draft as its sender sees it."""

    draft: Draft
    recipient: str
    recipient_name: str
    subject: str
    words: str
    copies: tuple[str, ...]
    """The mailboxes of those who get a copy."""
    calendar: bytes
    """The calendar part."""
    reading: Reading | None
    """Where the entry lies with them; None where they have deleted it."""

    @property
    def asks(self) -> bool:
        """Tell whether whoever gets it is asked to answer (reading A21)."""
        return self.draft.method is Method.REQUEST and not self.draft.facts.get(rows.PUBLISHED)


def hold(uow: UnitOfWork, entry_id: EntryId, to: Collection[Address]) -> None:
    """Let all that goes to contacts *to* about an entry be sent by whoever organizes it, where nothing is said yet."""
    named = {(entry_id, address) for address in to}
    tokens.let_draft(uow, named - tokens.replied(uow, named).keys(), new_reply_token)


def begin(uow: UnitOfWork, person: Person, reading_id: ReadingId, to: Collection[Address], scene: Scene) -> None:
    """Write a mail to each of *to*, and send none."""
    here = _here(uow, person, reading_id)
    tokens.let_draft(uow, {(here.entry_id, address) for address in to}, new_reply_token)
    rows.begin(uow, person.id, here.entry_id, to, scene.now)


def count(uow: UnitOfWork, person: Person) -> int:
    """Count what *person* has not sent yet."""
    return rows.count(uow, person.id)


def listed(uow: UnitOfWork, person: Person) -> list[Draft]:
    """Give what *person* has not sent yet, and what they have downloaded."""
    return rows.of_person(uow, person.id)


def shown(uow: UnitOfWork, person: Person, number: int, scene: Scene) -> Shown:
    """Give one of the person's drafts; raises NotFound."""
    draft = _found(uow, person, number)
    here = readings.of_person(uow, draft.entry_id, person.id)
    letter = _letter(uow, draft, here, person, scene)
    subject, words = suggested(letter, confirmations.standard(uow, letter.language))
    return Shown(
        draft=draft,
        recipient=letter.recipient,
        recipient_name=letter.recipient_name,
        subject=subject if draft.subject is None else draft.subject,
        words=words if draft.words is None else draft.words,
        copies=letter.copies,
        calendar=letter.text,
        reading=here.reading if here is not None and not here.reading.hidden else None,
    )


def keep(  # of whom, which, what it says
    uow: UnitOfWork,
    person: Person,
    number: int,
    subject: str,
    words: str,
    *,
    asks: bool = True,
    to_others: str | None = None,
) -> None:
    """Store what *person* wrote; not *asks*: whoever gets it is not asked to answer (reading A21).

    *to_others*: whom a copy goes to; None: as before. Raises Refused where those are no mailboxes, or too many.
    """
    draft = _found(uow, person, number)
    boxes = copies.of(draft.facts) if to_others is None else copies.read(to_others, draft.address)
    published = draft.method is Method.REQUEST and not asks
    facts = {**draft.facts, rows.PUBLISHED: published, rows.COPIES: list(boxes)}
    subject, words = subject[:LONGEST_SUBJECT], words[:LONGEST_WORDS]
    rows.write(uow, replace(draft, subject=subject, words=words, facts=facts))


def discard(uow: UnitOfWork, person: Person, number: int) -> None:
    """Throw a draft away: nobody is told anything by it."""
    rows.remove(uow, [_found(uow, person, number).id])


def send(uow: UnitOfWork, person: Person, number: int, *, by_itself: bool = False, scene: Scene) -> None:
    """Put a draft into the outbox, once; *by_itself*: what changes later is sent without asking.

    Whoever is a colleague by now has it in their calendar instead (product, A19). Raises NotFound where it is sent
    already, and Refused where nobody can be asked by it or no mail can leave.
    """
    if not scene.settings.can_mail:
        raise Refused("there is no way to send mail from here")
    draft = _asked(uow, person, number, scene)
    if draft.text is None:
        rows.remove(uow, [draft.id])
        return
    subject, words = draft.subject, draft.words
    if words is None:
        letter = _letter(uow, draft, None, person, scene)
        subject, words = suggested(letter, confirmations.standard(uow, letter.language))
    if not rows.remove(uow, [draft.id]):
        raise NotFound("it is sent")
    text = draft.text or b""
    if draft.facts.get(rows.PUBLISHED):
        text = build.published(text, zone_of(person))
    mail = _mail(draft, text, subject or "", words, scene)
    outbox.add(uow, [mail, *copies.mails(draft, mail, person, scene)])
    if by_itself:
        tokens.let_draft(uow, [(draft.entry_id, draft.address)], new_reply_token, drafted=False)


def downloaded(uow: UnitOfWork, person: Person, number: int, scene: Scene) -> bytes:
    """Give a draft as a file for the person's own mail program; whoever it is for can answer from now on.

    Raises NotFound and Refused as `send` does.
    """
    draft = _asked(uow, person, number, scene)
    if draft.text is None:
        raise Refused("they are a colleague by now")
    rows.write(uow, replace(draft, taken_at=scene.now))
    letter = _letter(uow, draft, None, person, scene)
    if not copies.are_own(person, letter.copies):
        letter = replace(letter, link=None)  # whoever gets a copy could answer by it
    return unsent(letter, House(Mailboxes(scene.settings.mail_from), scene.settings.public_url))


def _asked(uow: UnitOfWork, person: Person, number: int, scene: Scene) -> Draft:
    """Give a draft whose recipient is asked, so that an answer counts: what was only begun is made of it here.

    Without text: they are a colleague by now, who needs no mail.
    """
    entries.lock(uow, _found(uow, person, number).entry_id)
    draft = _found(uow, person, number)
    if draft.text is not None:
        return draft
    here = readings.of_person(uow, draft.entry_id, person.id)
    if here is None or here.reading.hidden or here.entry.state is not State.LIVE:
        raise Refused("it is called off")
    entry = editing.opened(uow, person, here.reading.id, scene)
    text = _with_server(entry.said, draft.address)
    if text is None:
        raise Refused("they are not in it any more")
    if text != entry.said.document.raw:
        editing.write(uow, person, entry, text, entry.version, scene)
    else:
        said = here.entry
        message = Message(Method.REQUEST, (draft.address,), said.shared, said.sequence)
        letters.send(uow, subject_of(uow, here, person), Outcome(messages=(message,)), f"draft {draft.id}", scene)
    held = _found(uow, person, number)
    if held.text is None and not _signs_in(uow, held.address):
        raise Refused("it is over")
    return held


def _signs_in(uow: UnitOfWork, address: Address) -> bool:
    found = people.recipients(uow, [address]).get(address)
    return found is not None and found.can_sign_in


def _with_server(said: Snapshot, address: Address) -> bytes | None:
    """Give the text in which we ask *address*; None where it does not name them."""
    edits: Edits = {}
    found = [person for part in said.parts for person in part.people if person.address == address]
    for person in found:
        if person.agent != SERVER:
            edits[person.place] = (person.line.with_parameters({"SCHEDULE-AGENT": None}).raw,)
    return said.document.spliced(edits) if found else None


def _letter(uow: UnitOfWork, draft: Draft, here: Loaded | None, person: Person, scene: Scene) -> Letter:
    """Give *draft* as a letter: as it is held, or as it would be if it were sent now."""
    facts, text = draft.facts, draft.text
    contact = contacts.by_addresses(uow, [draft.address]).get(draft.address)
    if text is None:
        key = (draft.entry_id, draft.address)
        token = tokens.replied(uow, [key]).get(key, "")
        text = _preview(draft, here, person, token, scene)
        facts = {**facts, "reply_token": token, "first": True}
    language = facts.get("language") or (contact.language if contact is not None else None) or scene.settings.language
    name = facts.get("recipient_name") or (contact.name if contact is not None else _name(text, draft, person))
    is_published = bool(facts.get(rows.PUBLISHED))
    return Letter(
        method=draft.method,
        text=build.published(text, zone_of(person)) if is_published else text,
        recipient=mailbox(draft.address) or "",
        recipient_name=str(name),
        organizer_name=person.name,
        organizer_email=(mailbox(person.addresses[0]) or "") if person.addresses else "",
        reply_token=str(facts.get("reply_token", "")),
        link=str(facts["link"]) if facts.get("link") else None,
        first=bool(facts.get("first")),
        removed=bool(facts.get("removed")),
        language=str(language),
        timezone=person.timezone,
        message_id=draft.message_id or f"{draft.id}@{scene.settings.mail_domain}",
        written_at=scene.now,
        subject=draft.subject or "",
        words=draft.words or "",
        copies=copies.of(draft.facts),
        published=is_published,
        news=of_stored(facts.get("news")),
    )


def _name(text: bytes, draft: Draft, person: Person) -> str:
    """Give what somebody is called in the text that they get."""
    line = read_object(text, zone_of(person), method=draft.method).attendees().get(draft.address)
    return (line.line.parameter("CN") or "") if line is not None else ""


def _preview(draft: Draft, here: Loaded | None, person: Person, token: str, scene: Scene) -> bytes:
    if here is None or here.entry.words is None:
        raise NotFound("the entry is gone")
    zone = zone_of(person)
    words = _with_server(read_object(here.entry.words, zone), draft.address)
    if words is None:
        raise NotFound("they are not in it any more")
    shared = sharing.share(words, person.all_addresses, zone)
    text = narrowed(read_object(shared, zone), {draft.address}, zone).document.raw
    alone = not scene.settings.show_attendees_in_mail
    made = build.draft(
        Method.REQUEST, text, here.entry.answers, sender=person.name, alone=alone, now=scene.now, zone=zone
    )
    return made.to(draft.address, sender=f"mailto:{reply_mailbox(scene.settings.mail_from, token)}")


def _mail(draft: Draft, text: bytes, subject: str, words: str, scene: Scene) -> NewMail:
    return NewMail(
        entry_id=draft.entry_id,
        instance=draft.instance,
        address=draft.address,
        method=draft.method,
        cause=f"draft {draft.id} {scene.now:%Y%m%dT%H%M%S.%f}",
        text=text,
        facts={**draft.facts, "subject": subject, "words": words},
        message_id=f"{secrets.token_hex(16)}@{scene.settings.mail_domain}",
        due_at=scene.now,
        created_at=scene.now,
    )


def _here(uow: UnitOfWork, person: Person, reading_id: ReadingId) -> Loaded:
    here = next(readings.loaded(uow, [reading_id]), None)
    if here is None or here.reading.person_id != person.id:
        raise NotFound("there is no such entry")
    return here


def _found(uow: UnitOfWork, person: Person, number: int) -> Draft:
    found = rows.find(uow, person.id, number)
    if found is None:
        raise NotFound("there is no such draft, or it is sent")
    return found

# SPDX-License-Identifier: GPL-3.0-or-later
"""An employee hands on what somebody outside asked them to: a colleague has it at once, anybody else gets a mail."""

import secrets

from gateway.model import EntryId, Person
from gateway.services import replicas
from gateway.services.letters import new_reply_token
from gateway.services.replying import facts_of
from gateway.services.scene import Scene, zone_of
from gateway.services.subject import Subject
from gateway.store import contacts, decisions, outbox, people, tokens
from gateway.store.outbox import NewMail
from gateway.store.unit import UnitOfWork
from ical.itip.outcome import Handover, Method, Outcome
from ical.limits import MAIL
from ical.snapshot import read_object


def hand_on(uow: UnitOfWork, subject: Subject, outcome: Outcome, scene: Scene) -> None:
    """Send the handovers of *outcome*, which is saved: *subject* is the replica of whoever hands on."""
    colleagues = people.recipients(uow, {one.to for one in outcome.handovers}) if outcome.handovers else {}
    for one in outcome.handovers:
        if (to := colleagues.get(one.to)) is not None and to.can_sign_in:
            _to_colleague(uow, subject, one, to.person, scene)
        elif scene.settings.can_mail:
            _by_mail(uow, subject, one, scene)
        else:
            _note(uow, subject.entry_id, f"{_name(one.to)} cannot be sent any mail.", scene)


def _to_colleague(uow: UnitOfWork, subject: Subject, one: Handover, to: Person, scene: Scene) -> None:
    """Let it come to *to* as if the organizer had asked them."""
    said = read_object(one.text, zone_of(to), MAIL, one.method)
    source = f"{_name(one.by)}, a colleague, sent a {one.method}: {subject.custodian.name} was asked."
    taken = replicas.take(uow, to, said, one.text, source, scene)
    _note(uow, subject.entry_id, f"{one.method} to {_name(one.to)}, a colleague: {taken.what}.", scene)


def _by_mail(uow: UnitOfWork, subject: Subject, one: Handover, scene: Scene) -> None:
    said, asked = read_object(subject.entry.shared, zone_of(subject.custodian)), (subject.entry_id, one.to)
    token = tokens.reply_tokens(uow, {asked}, new_reply_token)[asked]
    known = contacts.by_addresses(uow, {one.to}).get(one.to)
    line = said.line("ORGANIZER")
    name = line.parameter("CN") if line is not None else None
    mail = NewMail(
        entry_id=subject.entry_id,
        instance=one.instance,
        address=one.to,
        method=one.method,
        cause=f"handed on {scene.now:%Y%m%dT%H%M%S.%f}",
        text=one.text,
        facts={
            **facts_of(subject, one.by, said, known, token, scene),
            "recipient_name": known.name if known is not None else "",
            "organizer_name": name or _name(subject.entry.organizer) if one.method is Method.REQUEST else "",
        },
        message_id=f"{secrets.token_hex(16)}@{scene.settings.mail_domain}",
        due_at=scene.now + scene.hold_back,
        created_at=scene.now,
    )
    outbox.add(uow, [mail])


def _note(uow: UnitOfWork, entry_id: EntryId, why: str, scene: Scene) -> None:
    decisions.note(uow, entry_id, [("decided", why)], scene.now)


def _name(address: object) -> str:
    return str(address or "nobody").removeprefix("mailto:")

# SPDX-License-Identifier: GPL-3.0-or-later
"""What an employee proposes to an organizer outside goes to them by mail."""

import secrets
from zoneinfo import ZoneInfo

from gateway.errors import Refused
from gateway.model import ProposalId
from gateway.services.letters import new_reply_token
from gateway.services.replying import facts_of
from gateway.services.scene import Scene, zone_of
from gateway.services.subject import Subject
from gateway.store import contacts, outbox, tokens
from gateway.store.outbox import NewMail
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox
from ical.itip import build
from ical.itip.countering import countered
from ical.itip.outcome import Method
from ical.itip.proposals import Proposal
from ical.overrides import single
from ical.snapshot import Snapshot, read_object
from ical.text import unescape
from ical.times import instance_at, when


def organizer_of(subject: Subject, scene: Scene) -> Address:
    """Give who is to be asked by mail; raises Refused where no mail can reach them."""
    organizer = subject.entry.organizer
    if organizer is None or mailbox(organizer) is None or not scene.settings.can_mail:
        raise Refused("whoever organizes it is outside, and cannot be sent any mail")
    return organizer


def send(uow: UnitOfWork, subject: Subject, said: Proposal, number: ProposalId, scene: Scene) -> None:
    """Put the COUNTER into the outbox, once."""
    organizer, zone = organizer_of(subject, scene), zone_of(subject.custodian)
    shared, asked = read_object(subject.entry.shared, zone), (subject.entry_id, organizer)
    token = tokens.reply_tokens(uow, {asked}, new_reply_token)[asked]
    known = contacts.by_addresses(uow, {organizer}).get(organizer)
    facts = facts_of(subject, said.address, shared, known, token, scene)
    mail = NewMail(
        entry_id=subject.entry_id,
        instance=said.instance,
        address=organizer,
        method=Method.COUNTER,
        cause=f"proposal {number}",
        text=build.outward(Method.COUNTER, countered(shared, said, zone), now=scene.now, zone=zone),
        facts={**facts, "comment": said.comment, "planned": planned(shared, said, zone)},
        message_id=f"{secrets.token_hex(16)}@{scene.settings.mail_domain}",
        due_at=scene.now + scene.hold_back,
        created_at=scene.now,
    )
    outbox.add(uow, [mail])


def planned(shared: Snapshot, said: Proposal, zone: ZoneInfo) -> dict[str, object]:
    """Give when and where it is as long as nobody accepts what is *said*."""
    now = single(shared, said.instance, zone)
    at = when(now.document, now.main.component)
    start, end = (instance_at(value) if value is not None else None for value in (at.start, at.end))
    place = unescape(now.value("LOCATION") or "") if said.location is not None else ""
    return {"start": start if said.moves else None, "end": end if said.moves else None, "place": place}

# SPDX-License-Identifier: GPL-3.0-or-later
"""Tell an operator everything about a UID but its text: who has it, who answered what, what was decided and why."""

from collections.abc import Iterator
from datetime import datetime

from gateway.store import answers, crashers, decisions, index, proposals
from gateway.store.crashers import Known as Uninvited
from gateway.store.decisions import Decision
from gateway.store.index import Known, Place
from gateway.store.unit import UnitOfWork
from ical.address import Address, mailbox
from ical.answers import Answer
from ical.instances import SERIES
from ical.itip.crashing import sentence as crashing_sentence
from ical.itip.proposals import Proposal
from ical.itip.proposing import sentence


def explain(uow: UnitOfWork, uid: str) -> tuple[str, ...]:
    """Give the lines; none where nothing has this UID."""
    decided = decisions.of_uid(uow, uid)
    return tuple(
        line
        for known in index.of_uid(uow, uid)
        for line in _entry(uow, known, [one for one in decided if one.entry_id == known.entry_id])
    )


def _entry(uow: UnitOfWork, known: Known, decided: list[Decision]) -> Iterator[str]:
    yield f"{known.kind} {known.summary!r}, {known.state}, SEQUENCE {known.sequence}, {known.scope}"
    if known.organizer:
        more = f", CRM {known.crm_ref}" if known.crm_ref else ", from outside, by mail" if known.outside else ""
        yield f"  organizer {_who(Address(known.organizer))}{more}"
    yield from map(_place, index.places(uow, known.entry_id))
    yield from map(_answer, answers.of(uow, known.entry_id))
    yield from (_proposal(one.proposal) for one in proposals.of_entry(uow, known.entry_id))
    yield from map(_crasher, crashers.of_entry(uow, known.entry_id))
    yield from (f"  {_time(one.at)} {one.what}: {one.why}" for one in decided)


def _place(place: Place) -> str:
    facts = [
        f"revision {place.revision}",
        f"tag {place.tag}",
        "a kept text" if place.is_kept else "",
        "hidden" if place.hidden else "",
        _delivered(place.delivered_at) if place.is_invited else "",
    ]
    return f"  at /dav/{place.login}/{place.slug}/{place.href}, {', '.join(filter(None, facts))}"


def _delivered(at: datetime | None) -> str:
    return f"delivered to a device {_time(at)}" if at is not None else "on no device yet"


def _answer(said: Answer) -> str:
    facts = [
        said.partstat,
        f"{said.percent} %" if said.percent is not None else "",
        f"on {said.instance}" if said.instance != SERIES else "",
        "taken out of their copy" if said.hidden else "",
        f"by {said.channel}" if said.channel else "",
        _time(said.answered_at) if said.answered_at else "",
        f"delivery {said.delivery}" if said.delivery else "",
        f"shown as {said.shown}" if said.shown != said.partstat else "",
    ]
    return f"  {_who(said.address)} {', '.join(filter(None, facts))}"


def _proposal(proposed: Proposal) -> str:
    """Say what somebody proposed and what became of it; the words and the place are theirs and the organizer's."""
    fate = "open" if proposed.settled_at is None else f"{proposed.fate} {_time(proposed.settled_at)}"
    facts = [sentence(proposed).rstrip("."), f"SEQUENCE {proposed.sequence}", _time(proposed.at), fate]
    return f"  {', '.join(facts)}"


def _crasher(known: Uninvited) -> str:
    """Say who answered without being asked; what they call themselves and wrote is theirs and the organizer's."""
    fate = "turned away" if known.refused else "waits for the organizer"
    return f"  {crashing_sentence(known.crasher).rstrip('.')}, {_time(known.crasher.at)}, {fate}"


def _who(address: Address) -> str:
    return mailbox(address) or address


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"

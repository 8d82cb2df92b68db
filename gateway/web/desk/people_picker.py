# SPDX-License-Identifier: GPL-3.0-or-later
"""Who is asked to something: people and groups are found, added and taken away, and colleagues' time is looked up."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as made
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from starlette.responses import Response
from starlette.routing import BaseRoute

from gateway.errors import Refused
from gateway.model import Contact
from gateway.services import guests
from gateway.services.guests import Invitee
from gateway.services.scene import zone_of
from gateway.store.unit import UnitOfWork
from gateway.web.desk.door import Desk, Visit
from gateway.web.desk.item_form import guest_value, guests_of, with_values
from gateway.web.desk.item_work import Work
from gateway.web.forms import FormRefused, field
from gateway.web.times import teller
from ical.address import normalise
from ical.editing import Guest, Particulars
from ical.people import NONE
from ical.times import Moment, instant

LONGEST_SEARCH = 100
LONGEST_SPAN = timedelta(days=31)
"""For which it is looked up whether somebody is busy."""


@dataclass(frozen=True, slots=True)
class Picked:
    """What was looked for in the form, and what came of it."""

    text: str = ""
    outside: bool = False
    found: tuple[Invitee, ...] = ()
    searched: bool = False
    error: str = ""
    note: str = ""
    typed: Mapping[str, str] = made(default_factory=dict)
    """What was filled in of a contact that could not be added."""


@dataclass(frozen=True, slots=True)
class Listed:
    """Somebody in the form, as it shows them."""

    invitee: Invitee
    value: str
    """What their field carries."""
    is_unasked: bool
    """A colleague to whom no invitation was sent."""
    busy: str
    """When they are busy first, '' where they are free or nobody knows."""
    is_free: bool
    is_new: bool
    """They are not in what is stored."""


class PeoplePicker:
    """`/deltakere`: what a script asks while somebody types."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Sequence[BaseRoute]:
        """Give the route of the names that are found."""
        return [self._desk.route("/deltakere", show=self._show)]

    def _show(self, visit: Visit) -> Response:
        asked = visit.request.query_params
        text, outside = asked.get("sok", "")[:LONGEST_SEARCH], asked.get("hvem", "") == "kontakter"
        with self._desk.database.read() as uow:
            found = guests.search(uow, visit.person, text, outside=outside)
        facts = {"found": [(one, guest_value(one.guest)) for one in found], "outside": outside}
        return self._desk.piece(visit, "desk/item_found.html", facts)


def changed(uow: UnitOfWork, visit: Visit, work: Work, wanted: str) -> tuple[Work, Picked]:
    """Give the form after a button in its list of people: `finn`, `legg …`, `fjern …`, `ny_kontakt`, or another."""
    verb, _, about = wanted.partition(" ")
    if verb in {"finn", "finn_kontakt"}:
        outside = verb == "finn_kontakt"
        text = field(visit.form, "sok_kontakt" if outside else "sok", longest=LONGEST_SEARCH)
        found = tuple(guests.search(uow, visit.person, text, outside=outside))
        return work, Picked(text, outside, found, searched=True)
    if verb == "legg":
        return _with(work, guests_of([about])), Picked(note="added")
    if verb == "fjern":
        gone = normalise(about)
        values = [guest_value(one) for one in guests_of(work.form.all("deltaker")) if one.address != gone]
        return replace(work, form=with_values(work.form, {"deltaker": values})), Picked(note="removed")
    if verb == "ny_kontakt":
        return _with_new(uow, visit, work)
    if verb in {"ledig", "tilbake"}:
        return work, Picked()
    raise FormRefused("no such button")


def listed(uow: UnitOfWork, visit: Visit, work: Work, told: Particulars) -> list[Listed]:
    """Give those in the form, and whether the colleagues among them are free then; four statements at most."""
    known = guests.known(uow, told.guests)
    zone = zone_of(visit.person)
    span = _span(told.start, told.end, zone)
    uid = work.entry.reading.uid if work.entry is not None else ""
    taken = guests.busy_of(uow, known.colleagues, *span, but_for=uid) if span is not None and known.colleagues else {}
    times = teller(visit.person.timezone, visit.language)
    before = {one.address for one in guests_of(work.base.all("deltaker"))}
    found = ((one, told.guest(one.address), taken.get(one.address)) for one in known.everybody)
    return [
        Listed(
            invitee=one,
            value=guest_value(guest) if guest is not None else "",
            is_unasked=one.is_colleague and guest is not None and guest.agent == NONE,
            busy=times.stamp(busy.start) if busy is not None else "",
            is_free=span is not None and one.is_colleague and busy is None,
            is_new=one.address not in before,
        )
        for one, guest, busy in found
    ]


def _with(work: Work, more: Sequence[Guest]) -> Work:
    there = guests_of(work.form.all("deltaker"))
    known = {one.address for one in there}
    values = [guest_value(one) for one in (*there, *(one for one in more if one.address not in known))]
    return replace(work, form=with_values(work.form, {"deltaker": values}))


def _with_new(uow: UnitOfWork, visit: Visit, work: Work) -> tuple[Work, Picked]:
    told = {name: field(visit.form, f"kontakt_{name}") for name in ("navn", "epost", "mobil", "firma")}
    contact = Contact(
        told["navn"], told["epost"] or None, told["mobil"][:32] or None, told["firma"] or None, visit.language
    )
    try:
        new = guests.typed(uow, contact)
    except Refused:
        return work, Picked(outside=True, error="contact", typed=told)
    return _with(work, [new.guest]), Picked(note="added")


def _span(start: Moment | None, end: Moment | None, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    if start is None:
        return None
    begin = instant(start, zone)
    close = instant(end, zone) if end is not None else begin
    return (begin, close) if begin < close and close - begin <= LONGEST_SPAN else None

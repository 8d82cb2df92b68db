# SPDX-License-Identifier: GPL-3.0-or-later
"""Several colleagues side by side: one's own day in full, and of the others when they are busy, and no more."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.model import Person
from gateway.services import freebusy
from gateway.services.agenda import Thing
from gateway.store import people
from gateway.store.unit import UnitOfWork
from gateway.web.desk.cards import Card, Teller
from gateway.web.desk.door import Visit
from gateway.web.desk.grid import MOST_BARS, MOST_LANES, Slot, slots
from gateway.web.desk.periods import Period, View
from gateway.web.desk.sheets import Head, Sheet, Url, drawn, pieces_of, timed
from gateway.web.forms import plain
from ical.freebusy import Busy
from ical.freebusy import Period as Taken

MOST = 10
"""Colleagues beside each other."""
SMALL = 6
"""A company of so many is shown as a whole where nobody was chosen."""
LONGEST = 200
SUGGESTED = 500


@dataclass(frozen=True, slots=True)
class Group:
    """Who is shown, whoever is looking first, and who else there is."""

    members: Sequence[Person]
    others: Sequence[Person]
    """Those that can be added, by name."""
    unknown: str = ""
    """What was asked for and is nobody's name."""
    alike: Sequence[Person] = ()
    """Those who may have been meant."""


def group_of(uow: UnitOfWork, visit: Visit) -> Group:
    """Give who is to be shown to *visit*: those named `med`, and whose name was typed into `navn`."""
    asked = visit.request.query_params
    staff = {one.login: one for one in people.everybody(uow) if not one.disabled}
    named = [login for login in asked.getlist("med") if login in staff]
    typed = plain(asked.get("navn", ""))[:LONGEST]
    alike = _meant(typed, list(staff.values()))
    if len(alike) == 1:
        named.append(alike[0].login)
    if not named and not typed and "med" not in asked and len(staff) <= SMALL:
        named = list(staff)
    logins = list(dict.fromkeys((visit.person.login, *named)))[:MOST]
    members = [staff.get(login, visit.person) for login in logins]
    others = sorted((one for one in staff.values() if one not in members), key=lambda one: one.name.casefold())
    is_found = not typed or len(alike) == 1
    return Group(members, others[:SUGGESTED], "" if is_found else typed, () if is_found else alike[:MOST])


@dataclass(frozen=True, slots=True)
class Said:
    """What a page says of the time of others."""

    busy: str
    perhaps: str
    """What is not answered, or not sure."""


def group_sheet(
    uow: UnitOfWork, shown: Period, group: Group, appointments: Sequence[Thing], tell: Teller, url: Url, said: Said
) -> Sheet:
    """Give the sheet of a day with a column for each member."""
    days = shown.days
    start, end = shown.window(tell.zone)
    pieces, spans = pieces_of(appointments, days, tell)
    told = freebusy.of_people(uow, group.members[1:], start, end) if len(group.members) > 1 else {}
    for number, member in enumerate(group.members[1:], 1):
        for taken in told[member.id]:
            card = _card(taken, tell, said)
            if (taken.start, taken.end) == (start, end):
                spans.append((number, number, card))
                continue
            pieces += ((Slot(number, one.first, one.rows), card) for one in slots(*taken[:2], days, tell.zone))
    heads = [Head(one.login, one.name, one.name, "", "", url(View.LIST, shown.day)) for one in group.members]
    today = range(len(heads)) if tell.today in days else ()
    return timed(heads, drawn(pieces, spans, lanes=MOST_LANES, most=MOST_BARS), tell, today=today)


def _meant(typed: str, staff: Sequence[Person]) -> list[Person]:
    """Give who is meant by what was typed: the one of that name or login, else all in whose name it stands."""
    wanted = typed.casefold()
    if not wanted:
        return []
    exact = [one for one in staff if wanted in {one.name.casefold(), one.login}]
    return exact or sorted((one for one in staff if wanted in one.name.casefold()), key=lambda one: one.name.casefold())


def _card(taken: Taken, tell: Teller, said: Said) -> Card:
    begin, close = taken.start.astimezone(tell.zone), taken.end.astimezone(tell.zone)
    sure = taken.busy is Busy.BUSY
    look = "busy" if sure else "busy waiting"
    return Card("", said.busy if sure else said.perhaps, *tell.clocks(begin, close), "", "", "", look, "")

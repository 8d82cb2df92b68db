# SPDX-License-Identifier: GPL-3.0-or-later
"""The pop-up: what nobody has decided comes up by itself, one after another, until it is (product, 1.2).

A script puts it before the visitor. What is here tells what comes next, and takes what was done with it.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from http import HTTPStatus

from starlette.responses import Response
from starlette.routing import BaseRoute

from gateway.errors import NotFound, Overtaken, Refused
from gateway.model import Brief, Invitation, ReadingId, Stage
from gateway.services import deciding, invitations
from gateway.services.conflicts import Conflict, conflicts
from gateway.services.fellows import named
from gateway.services.scene import zone_of
from gateway.store.unit import UnitOfWork
from gateway.store.waiting import Asked
from gateway.web.desk.door import Desk, Visit
from gateway.web.desk.invitations import ANSWERS, DEFER, PATH, day_of, reading_of, record, shown_of
from gateway.web.desk.strip import around, strip
from gateway.web.forms import FormRefused
from gateway.web.times import teller

MOST_SHUT = 100
"""So many that were closed without an answer a script may name."""
TOLD, NAMED = 5, 8
"""So many appointments in the way are told of, and so many people named."""
MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Overlap:
    """What the visitor has on at that time, as the pop-up tells of it."""

    summary: str
    clock: str
    """When it begins, or that it lasts all day."""


class PopUp:
    """What the pop-up's script asks for."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Sequence[BaseRoute]:
        """Give the routes of what comes next, and of what is done with it."""
        return [
            self._desk.route(f"{PATH}/neste", show=self._next),
            self._desk.route(f"{PATH}/{{reading:int}}/vist", act=self._displayed),
            self._desk.route(f"{PATH}/{{reading:int}}/svar", act=self._answer),
            self._desk.route(f"{PATH}/{{reading:int}}/angre", act=self._take_back),
        ]

    def _next(self, visit: Visit) -> Response:
        """Give what comes up next, and how many wait; `uten` names those that were closed a while ago."""
        shut = set(visit.request.query_params.get("uten", "").split(" ")[:MOST_SHUT])
        with self._desk.database.read() as uow:
            waiting = invitations.count(uow, visit.person, visit.now)
            asked = invitations.coming_up(uow, visit.person, visit.now)
            open_ones = ((n, each) for n, each in enumerate(asked, 1) if not _is_shut(each, shut))
            read = ((n, invitations.read(uow, visit.person, each, visit.now)) for n, each in open_ones)
            place, one = next((found for found in read if found[1] is not None), (0, None))
            details = _details(uow, visit, one) if one is not None else {}
        facts = {
            "one": shown_of(one, visit) if one is not None else None,
            "key": key_of(asked[place - 1]) if one is not None else "",
            "keys": " ".join(map(key_of, asked)),
            "place": place,
            "total": len(asked),
            "count": waiting,
            **details,
        }
        return self._desk.piece(visit, "desk/next.html", facts)

    def _displayed(self, visit: Visit) -> Response:
        with self._desk.database.write() as uow:
            invitations.display(uow, visit.person, reading_of(visit), visit.now)
        return _done()

    def _answer(self, visit: Visit) -> Response:
        """Take an answer: 409 where there is nothing to answer (any more), or it is another question."""
        reading, said = reading_of(visit), visit.form.get("svar", "")
        if said != DEFER and said not in ANSWERS:
            raise FormRefused("no answer")
        try:
            if said == DEFER:
                self._defer(visit, reading)
            else:
                record(self._desk, visit, reading, ANSWERS[said])
        except (Overtaken, Refused, NotFound):
            return Response(status_code=HTTPStatus.CONFLICT)
        return _done()

    def _defer(self, visit: Visit, reading: ReadingId) -> None:
        with self._desk.database.write() as uow:
            invitations.defer(uow, visit.person, reading, visit.now)

    def _take_back(self, visit: Visit) -> Response:
        try:
            with self._desk.database.write() as uow:
                deciding.take_back(
                    uow, visit.person, reading_of(visit), instance=day_of(visit.form), scene=self._desk.scene(visit)
                )
        except (Refused, NotFound):
            return Response(status_code=HTTPStatus.CONFLICT)
        return _done()


def _is_shut(one: Asked, shut: Collection[str]) -> bool:
    """Tell whether it was closed a while ago. One that was seen (`!`) and is new again is asked once more."""
    key = key_of(one)
    return key in shut or (f"{key}!" in shut and invitations.stage_of(one) is not Stage.NEW)


def key_of(one: Asked) -> str:
    """Name a question: what is asked anew is another one."""
    return f"{one.reading_id}.{one.reset_sequence}.{one.instance}"


def _details(uow: UnitOfWork, visit: Visit, one: Invitation) -> Mapping[str, object]:
    """Give who else is asked, and what the visitor has on around then."""
    zone = zone_of(visit.person)
    taken = conflicts(uow, visit.person, one.reading_id, around(one.brief, zone))
    return {
        "others": named(uow, one.others[:NAMED]),
        "unnamed": max(len(one.others) - NAMED, 0),
        "strip": strip(one.brief, taken, zone),
        "overlaps": [_overlap(each, visit) for each in taken if _is_in_the_way(each, one.brief)][:TOLD],
    }


def _is_in_the_way(conflict: Conflict, asked: Brief) -> bool:
    start, end = asked.start, asked.end
    if not isinstance(start, datetime) or not isinstance(end, datetime):
        return False
    return conflict.start < max(end, start + MOMENT) and start < conflict.end


def _overlap(conflict: Conflict, visit: Visit) -> Overlap:
    zone = zone_of(visit.person)
    whole = all(at.astimezone(zone).time() == time() for at in (conflict.start, conflict.end))
    clock = teller(visit.person.timezone, visit.language).clock(conflict.start)
    return Overlap(conflict.summary, visit.word("all day") if whole else clock)


def _done() -> Response:
    return Response(status_code=HTTPStatus.NO_CONTENT, headers={"Cache-Control": "no-store"})

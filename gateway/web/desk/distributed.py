# SPDX-License-Identifier: GPL-3.0-or-later
"""«Distribuerte oppgaver»: what the visitor has handed out, the list left and the task right (D-01 … D-06)."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from gateway.services import overview
from gateway.services.overview import Overview
from gateway.store.unit import UnitOfWork
from gateway.web.desk.door import Desk, Visit
from gateway.web.desk.invitations import reading_of
from gateway.web.desk.recipients import Panel, note_of, panel_of
from gateway.web.times import teller

PATH = "/distribuert"
TABS = ("generelt", "deltakere", "distribusjoner")


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody by whom the list can be narrowed."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The task that is looked at."""

    seen: Overview
    start: str
    due: str


class DistributedPage:
    """`/distribuert` and `/distribuert/{reading}`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Sequence[BaseRoute]:
        """Give the routes of the list, and of a task in it."""
        return [
            self._desk.route(PATH, show=self._list),
            self._desk.route(f"{PATH}/{{reading:int}}", show=self._one),
        ]

    def _list(self, visit: Visit) -> Response:
        with self._desk.database.read() as uow:
            everything = overview.distributed(uow, visit.person, visit.now)
            return self._page(visit, uow, everything, None)

    def _one(self, visit: Visit) -> Response:
        number = reading_of(visit)
        with self._desk.database.read() as uow:
            everything = overview.distributed(uow, visit.person, visit.now)
            found = next((one for one in everything if one.reading_id == number), None)
            return self._page(visit, uow, everything, found or overview.of(uow, visit.person, number, visit.now))

    def _page(self, visit: Visit, uow: UnitOfWork, everything: list[Overview], seen: Overview | None) -> Response:
        asked = visit.request.query_params
        done, whom = asked.get("vis_bare") == "fullforte", asked.get("mottaker", "")
        everybody = {one.address: one.name for each in everything for one in each.recipients}
        shown = [one for one in everything if one.is_done is done and (whom not in everybody or _asks(one, whom))]
        tab = asked.get("fane", "")
        panel: Panel | None = panel_of(uow, visit, seen) if seen is not None else None
        facts = {
            "shown": shown,
            "done": done,
            "whom": whom if whom in everybody else "",
            "everybody": sorted(
                (Choice(a, name) for a, name in everybody.items()), key=lambda one: one.name.casefold()
            ),
            "picture": _picture(seen, visit) if seen is not None else None,
            "panel": panel,
            "tab": tab if tab in TABS else TABS[0],
            "is_open": asked.get("vis") == "1",
            "from_list": True,
            "note": note_of(visit),
            "error": "",
        }
        template = "desk/recipients_panel.html" if asked.get("del") == "1" and panel else "desk/distributed.html"
        if template == "desk/recipients_panel.html":
            return self._desk.piece(visit, template, facts)
        return self._desk.render(visit, uow, template, facts)


def _asks(one: Overview, whom: str) -> bool:
    return any(recipient.address == whom for recipient in one.recipients)


def _picture(seen: Overview, visit: Visit) -> Picture:
    tell, brief = teller(visit.person.timezone, visit.language), seen.brief
    return Picture(
        seen,
        start=tell.moment(brief.start) if brief.start else "",
        due=tell.moment(brief.due) if brief.due else "",
    )

# SPDX-License-Identifier: GPL-3.0-or-later
"""«Distribuerte oppgaver»: what the visitor has handed out, the list left and the task right (D-01 … D-06)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.responses import Response
from starlette.routing import BaseRoute

from gateway.services import for_others, handed_out, overview
from gateway.services.handed_out import Wanted
from gateway.services.overview import Overview
from gateway.store.unit import UnitOfWork
from gateway.web.desk.door import Desk, Visit
from gateway.web.desk.invitations import reading_of
from gateway.web.desk.recipients import note_of, panel_of
from gateway.web.forms import page_number
from gateway.web.times import teller

PATH = "/distribuert"
TABS = ("generelt", "deltakere", "distribusjoner")


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
            return self._page(visit, uow, None)

    def _one(self, visit: Visit) -> Response:
        with self._desk.database.read() as uow:
            return self._page(visit, uow, overview.of(uow, visit.person, reading_of(visit), visit.now))

    def _page(self, visit: Visit, uow: UnitOfWork, seen: Overview | None) -> Response:
        asked = visit.request.query_params
        tab = asked.get("fane", "")
        facts: dict[str, object] = {
            "picture": _picture(seen, visit) if seen is not None else None,
            "panel": panel_of(uow, visit, seen) if seen is not None else None,
            "tab": tab if tab in TABS else TABS[0],
            "is_open": asked.get("vis") == "1",
            "from_list": True,
            "note": note_of(visit),
            "error": "",
        }
        if seen is not None and asked.get("del") == "1":
            return self._desk.piece(visit, "desk/recipients_panel.html", facts)
        return self._desk.render(visit, uow, "desk/distributed.html", {**facts, **self._listed(visit, uow, seen)})

    def _listed(self, visit: Visit, uow: UnitOfWork, seen: Overview | None) -> Mapping[str, object]:
        asked = visit.request.query_params
        done, page = asked.get("vis_bare") == "fullforte", page_number(asked.get("side", ""))
        here = seen.reading_id if seen is not None and "side" not in asked else None
        found = handed_out.listed(uow, visit.person, Wanted(done, asked.get("mottaker", ""), page, here), visit.now)
        kept = {"vis_bare": "fullforte" if done else "", "mottaker": found.whom}
        pages = {"before": found.page - 1, "after": found.page + 1 if found.has_more else 0}
        tell = teller(visit.person.timezone, visit.language)
        others = for_others.listed(uow, visit.person, visit.now) if seen is None else []
        return {
            "list": found,
            "for_others": [(n, one.summary, tell.span(one.start, one.end) if one.start else "") for n, one in others],
            "done": done,
            "kept": _query({**kept, "side": str(found.page) if found.page > 1 else ""}),
            **{name: self._desk.url(PATH) + _query({**kept, "side": str(n)}) if n else "" for name, n in pages.items()},
        }


def _query(asked: Mapping[str, str]) -> str:
    """Give what an address asks, as far as it does: `?a=b`, or ''."""
    said = urlencode({name: value for name, value in asked.items() if value})
    return f"?{said}" if said else ""


def _picture(seen: Overview, visit: Visit) -> Picture:
    tell, brief = teller(visit.person.timezone, visit.language), seen.brief
    return Picture(
        seen,
        start=tell.moment(brief.start) if brief.start else "",
        due=tell.moment(brief.due) if brief.due else "",
    )

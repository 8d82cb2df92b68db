# SPDX-License-Identifier: GPL-3.0-or-later
"""The calendar: a day, a week, a month, a list, or colleagues beside each other, and the tasks of that time."""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import quote

from starlette.responses import Response
from starlette.routing import BaseRoute

from gateway.services import agenda
from gateway.services.agenda import Agenda
from gateway.store.unit import UnitOfWork
from gateway.web.desk.cards import Teller
from gateway.web.desk.door import HOME, Desk, Visit
from gateway.web.desk.group import Group, Said, group_of, group_sheet
from gateway.web.desk.periods import Period, View, day_of, period, title
from gateway.web.desk.sheets import MOST_LISTED, day_sheet, list_sheet, month_sheet

KEYS = {View.DAY: "1", View.WEEK: "2", View.MONTH: "3", View.LIST: "4", View.GROUP: "5"}
MOST_TASKS = 100
"""Tasks below a sheet; the others are under «Vis oppgaver»."""


class CalendarPage:
    """`/kalender`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Sequence[BaseRoute]:
        """Give the route of the page."""
        return [self._desk.route(HOME, show=self._show)]

    def _show(self, visit: Visit) -> Response:
        asked, tell = visit.request.query_params, Teller(visit, self._desk.pages.prefix)
        wanted = asked.get("v", "")
        view = View(wanted) if wanted in set(View) else View.WEEK
        shown = period(view, day_of(asked.get("d", "")) or tell.today)
        with self._desk.database.read() as uow:
            found = agenda.within(uow, visit.person, *shown.window(tell.zone))
            group = group_of(uow, visit) if view is View.GROUP else None
            facts = {
                **self._frame(visit, shown, tell.today, group),
                **self._sheet(visit, uow, shown, found, tell, group),
                "chores": [tell.chore(one) for one in found.tasks[:MOST_TASKS]],
                "more_chores": max(len(found.tasks) - MOST_TASKS, 0),
                "is_all": found.is_all and (view is not View.LIST or len(found.appointments) <= MOST_LISTED),
                "nothing": not found.appointments,
            }
            return self._desk.render(visit, uow, "desk/calendar.html", facts)

    def _sheet(
        self, visit: Visit, uow: UnitOfWork, shown: Period, found: Agenda, tell: Teller, group: Group | None
    ) -> Mapping[str, object]:
        things = found.appointments
        if group is not None:
            said = Said(visit.word("Busy"), visit.word("Busy, perhaps"))
            return {"group": group, "sheet": group_sheet(uow, shown, group, things, tell, self._url, said)}
        if shown.view is View.MONTH:
            return {"weeks": month_sheet(shown, things, tell, self._url)}
        if shown.view is View.LIST:
            return {"sheet": list_sheet(shown, things, tell, self._url)}
        return {"sheet": day_sheet(shown, things, tell, self._url)}

    def _frame(self, visit: Visit, shown: Period, today: date, group: Group | None) -> Mapping[str, object]:
        names = {
            View.DAY: visit.word("Day"),
            View.WEEK: visit.word("Week"),
            View.MONTH: visit.word("Month"),
            View.LIST: visit.word("List"),
            View.GROUP: visit.word("Group"),
        }
        members = [one.login for one in group.members[1:]] if group is not None else []
        return {
            "shown": shown,
            "title": title(shown, visit.language),
            "views": [(view, name, self._url(view, shown.day), KEYS[view]) for view, name in names.items()],
            "back": self._on(shown, shown.previous, members),
            "forth": self._on(shown, shown.following, members),
            "new": self._desk.url("/avtale/ny", **_start(shown, today)),
            "today": self._on(shown, today, members),
        }

    def _url(self, view: View, day: date) -> str:
        return self._desk.url(HOME, v=view.value, d=day.isoformat())

    def _on(self, shown: Period, day: date, members: Sequence[str]) -> str:
        return self._url(shown.view, day) + "".join(f"&med={quote(login)}" for login in members)


def _start(shown: Period, today: date) -> dict[str, str]:
    """Give when something new begins: in the next hour, or where another time is shown, in its morning."""
    return {} if shown.first <= today <= shown.last else {"start": f"{shown.day.isoformat()}T09:00"}

# SPDX-License-Identifier: GPL-3.0-or-later
"""«Vis oppgaver»: the tasks that are somebody's to do, own ones and those accepted from others."""

from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

from starlette.responses import Response
from starlette.routing import BaseRoute

from gateway.services import agenda
from gateway.services.agenda import Todo
from gateway.web.desk.cards import Teller
from gateway.web.desk.door import Desk, Visit
from gateway.web.forms import page_number

PATH = "/oppgaver"
ON_A_PAGE = 100


class Filter(StrEnum):
    """Which of them are shown."""

    ACTIVE = "aktive"
    """Begun or without a start, and not done."""
    DONE = "fullforte"
    ALL = "alle"
    FUTURE = "fremtidige"


class TasksPage:
    """`/oppgaver`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Sequence[BaseRoute]:
        """Give the route of the page."""
        return [self._desk.route(PATH, show=self._show)]

    def _show(self, visit: Visit) -> Response:
        asked, tell = visit.request.query_params, Teller(visit, self._desk.pages.prefix)
        wanted, number = asked.get("vis", ""), page_number(asked.get("side", ""))
        chosen = Filter(wanted) if wanted in set(Filter) else Filter.ACTIVE
        with self._desk.database.read() as uow:
            todos, is_all = agenda.todos(uow, visit.person, visit.now)
            shown = sorted((one for one in todos if _is_shown(one, chosen, tell)), key=lambda one: _order(one, tell))
            page = shown[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
            facts = {
                "chores": [tell.task(one.reading_id, one.said, one.instance, one.due) for one in page],
                "filters": [(each, name, self._desk.url(PATH, vis=each.value)) for each, name in _names(visit).items()],
                "chosen": chosen,
                "is_all": is_all,
                "before": self._page(chosen, number - 1) if number > 1 else "",
                "after": self._page(chosen, number + 1) if len(shown) > number * ON_A_PAGE else "",
            }
            return self._desk.render(visit, uow, "desk/tasks.html", facts)

    def _page(self, chosen: Filter, number: int) -> str:
        return self._desk.url(PATH, vis=chosen.value, side=str(number))


def _names(visit: Visit) -> dict[Filter, str]:
    return {
        Filter.ACTIVE: visit.word("Active"),
        Filter.DONE: visit.word("Completed"),
        Filter.ALL: visit.word("All"),
        Filter.FUTURE: visit.word("Future"),
    }


def _is_shown(todo: Todo, chosen: Filter, tell: Teller) -> bool:
    is_ahead = todo.start is not None and tell.day(todo.start) > tell.today
    match chosen:
        case Filter.ACTIVE:
            return not (todo.said.done or is_ahead or todo.said.cancelled)
        case Filter.FUTURE:
            return not (todo.said.done or todo.said.cancelled) and is_ahead
        case Filter.DONE:
            return todo.said.done
        case Filter.ALL:
            return True


def _order(todo: Todo, tell: Teller) -> tuple[bool, bool, date, str]:
    """What is not done first, what is due first at the top, what is never due last."""
    due: date | datetime | None = todo.due
    return todo.said.done, due is None, tell.day(due) if due is not None else date.max, todo.said.summary.casefold()

# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody chooses for themselves: the language of their pages."""

from collections.abc import Sequence

from starlette.responses import Response
from starlette.routing import BaseRoute

from gateway.services import people
from gateway.web.desk.door import Desk, Visit, target_of


class SettingsPage:
    """`/innstillinger`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Sequence[BaseRoute]:
        """Give the routes of the page."""
        return [self._desk.route("/innstillinger/sprak", act=self._choose_language)]

    def _choose_language(self, visit: Visit) -> Response:
        with self._desk.database.write() as uow:
            people.set_language(uow, visit.person.login, visit.form.get("sprak", ""))
        return self._desk.go(target_of(visit.form.get("til", "")))

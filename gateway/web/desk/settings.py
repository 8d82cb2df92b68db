# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody chooses for themselves: language and time zone, how pages look, and whether keys act."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.responses import Response
from starlette.routing import BaseRoute

from gateway.errors import Refused
from gateway.services import people
from gateway.services.people import LANGUAGES
from gateway.web.choices import Choices, Theme, chosen, keep
from gateway.web.desk.door import Desk, Visit, target_of
from gateway.web.desk.zones import zones
from gateway.web.forms import FormRefused
from gateway.web.pages import LANGUAGE_NAMES
from gateway.web.times import teller

PATH = "/innstillinger"


class SettingsPage:
    """`/innstillinger`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Sequence[BaseRoute]:
        """Give the routes of the page."""
        return [
            self._desk.route(PATH, show=self._show, act=self._choose),
            self._desk.route(f"{PATH}/sprak", act=self._choose_language),
        ]

    def _show(self, visit: Visit) -> Response:
        facts = {
            "languages": [(code, LANGUAGE_NAMES[code]) for code in LANGUAGES],
            "zones": zones(visit.word, visit.language, visit.person.timezone),
            "clock": teller(visit.person.timezone, visit.language).clock(visit.now),
            "themes": _themes(visit),
            "kept": visit.request.query_params.get("lagret") == "1",
        }
        with self._desk.database.read() as uow:
            return self._desk.render(visit, uow, "desk/settings.html", facts)

    def _choose(self, visit: Visit) -> Response:
        theme, language = visit.form.get("utseende", ""), visit.form.get("sprak", "")
        if theme not in set(Theme) or language not in LANGUAGES:
            raise FormRefused("no choice")
        if language != visit.person.language:
            self._speak(visit, language)
        self._move(visit, visit.form.get("tidssone", visit.person.timezone))
        choices = replace(chosen(visit.request), theme=Theme(theme), keys=visit.form.get("taster") == "1")
        return self._kept(choices, self._desk.go(PATH, lagret="1"))

    def _choose_language(self, visit: Visit) -> Response:
        self._speak(visit, visit.form.get("sprak", ""))
        return self._desk.go(target_of(visit.form.get("til", "")))

    def _speak(self, visit: Visit, language: str) -> None:
        with self._desk.database.write() as uow:
            people.set_language(uow, visit.person.login, language)

    def _move(self, visit: Visit, timezone: str) -> None:
        if timezone == visit.person.timezone:
            return
        try:
            with self._desk.database.write() as uow:
                people.set_timezone(uow, visit.person.login, timezone)
        except Refused as error:
            raise FormRefused("no time zone") from error

    def _kept(self, choices: Choices, response: Response) -> Response:
        pages = self._desk.pages
        return keep(choices, response, path=pages.prefix or "/", secure=pages.public_url.startswith("https:"))


def _themes(visit: Visit) -> Mapping[Theme, str]:
    return {
        Theme.SYSTEM: visit.word("As the machine says"),
        Theme.LIGHT: visit.word("Light"),
        Theme.DARK: visit.word("Dark"),
    }

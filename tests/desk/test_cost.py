# SPDX-License-Identifier: GPL-3.0-or-later
"""What a page of the desk costs in statements: as many where there are 200 of everything as where there is one.

Each address of the desk that can be opened is in the table, and each page that comes of a form. A route that is not
listed fails.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import event
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from gateway.auth.sessions import form_mark
from gateway.opening import Service, verifier
from gateway.store.unit import Database
from gateway.web import News, desk, routes
from gateway.web.desk.door import Desk
from gateway.web.desk.events import PATH as EVENTS
from gateway.web.pages import Pages
from tests.conftest import direct_noted
from tests.desk.busy import NOW, Busy, filled
from tests.desk.events import listening
from tests.desk.pages import PAGES, Page
from tests.gateway.running import running

MANY = 200
FEW = 17
"""Statements that a page may take; who is there, what waits, and which mail is not sent are three of them."""


@dataclass(frozen=True, slots=True)
class Office:
    """A company at whose pages Kari is, and what is executed for her."""

    busy: Busy
    pages: TestClient
    executed: list[str]

    def cost(self, path: str, form: Mapping[str, str | list[str]] | None = None) -> tuple[int, str]:
        """Give how many statements a page takes, and what it says; with *form*, the page that comes of sending it."""
        self.executed.clear()
        answer = self.pages.get(path) if form is None else self.pages.post(path, data=form)
        assert answer.status_code in {200, 303, 409}, (path, answer.status_code, answer.text)
        return len(self.executed), answer.text


Offices = tuple[Office, Office]


@contextmanager
def _opened(template: Path, folder: Path, many: int) -> Iterator[Office]:
    copyfile(template, folder / f"{many}.db")
    executed: list[str] = []
    with closing(Database(f"sqlite:///{folder / f'{many}.db'}")) as database:
        busy = filled(database, folder, many)
        event.listen(database.engine, "before_cursor_execute", lambda *said: executed.append(said[2]))
        service = Service(busy.settings, database, verifier(database))
        app = Starlette(routes=routes(service, lambda: NOW, None, News(database, lambda: NOW)))
        client = TestClient(app, cookies={"distrib": busy.secret}, follow_redirects=False)
        with direct_noted(lambda text, _: executed.append(text)):
            yield Office(busy, client, executed)


@pytest.fixture(scope="module")
def offices(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Offices]:
    """Give a company with one of everything, and one with many."""
    folder = tmp_path_factory.mktemp("cost")
    with _opened(sqlite_template, folder, 1) as small, _opened(sqlite_template, folder, MANY) as large:
        yield small, large


def test_each_page_of_the_desk_is_counted(offices: Offices) -> None:
    busy = offices[0].busy
    service = Service(busy.settings, busy.database, verifier(busy.database))
    door = Desk(service, lambda: NOW, Pages(busy.settings.public_url, "nb"))
    found = desk.routes(door, News(busy.database, lambda: NOW))

    opened = {one.path for one in found if isinstance(one, Route) and "GET" in (one.methods or ())}

    assert opened == {page.route for page in PAGES} | {EVENTS}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.route}{page.asked} {page.of}")
def test_a_page_costs_as_much_for_many_as_for_one(offices: Offices, page: Page) -> None:
    costs, said = zip(*(one.cost(page.path(one.busy)) for one in offices), strict=True)

    assert costs[0] == costs[1] <= FEW
    if page.row:
        few, many = (text.count(page.row) for text in said)
        assert 1 <= few < 10
        assert many >= 50


@pytest.mark.parametrize("room", ["avtale", "oppgave"])
@pytest.mark.parametrize("meanwhile", [False, True])
def test_the_step_of_saving_and_the_choice_between_two_cost_as_much_for_many(
    offices: Offices, room: str, *, meanwhile: bool
) -> None:
    costs = []
    for one in offices:
        path = f"/{room}/{one.busy.event if room == 'avtale' else one.busy.task}"
        cost, said = one.cost(f"{path}/lagre", _form(one, path, meanwhile=meanwhile))
        assert ("velg_tittel" if meanwhile else 'name="send_invitasjoner"') in said
        costs.append(cost)

    assert costs[0] == costs[1] <= 2 * FEW


def test_an_open_page_that_hears_of_changes_costs_as_much_for_many(offices: Offices) -> None:
    asked = []
    for one in offices:
        database = one.busy.database
        service = Service(one.busy.settings, database, verifier(database))
        app = Starlette(routes=routes(service, lambda: NOW, None, News(database, lambda: NOW)))
        one.executed.clear()
        with running(app) as port, listening(port, one.busy.secret) as stream:
            stream.until("event: changed")
            asked.append(set(one.executed))

    assert asked[0] == asked[1]
    assert len(asked[0]) <= FEW


def _form(office: Office, path: str, *, meanwhile: bool) -> dict[str, str | list[str]]:
    """Give what the form at *path* sends when the title was changed; *meanwhile*: by somebody else too."""
    _, page = office.cost(path)
    hidden = {name: _value(page, name) for name in ("uid", "versjon", "grunnlag")}
    form: dict[str, str | list[str]] = {"merke": form_mark(office.busy.secret), "gjor": "lagre", **hidden}
    pairs = json.loads(hidden["grunnlag"])
    for name, value in pairs:
        form[name] = [*form.get(name, ()), value] if name == "deltaker" else value
    form["tittel"] = "Noe annet"
    if meanwhile:
        before = [[name, "Noe som sto der" if name == "tittel" else value] for name, value in pairs]
        form |= {"grunnlag": json.dumps(before), "versjon": "en annen"}
    return form


def _value(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return html.unescape(found.group(1)) if found else ""

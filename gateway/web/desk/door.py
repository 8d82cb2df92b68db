# SPDX-License-Identifier: GPL-3.0-or-later
"""The employees' door: who is there, whether a form is one of ours, and what every page of theirs has around it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import TypeAlias
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.auth.sessions import form_mark, is_marked
from gateway.errors import DatabaseError, NotFound, Refused
from gateway.log import log
from gateway.model import Person
from gateway.opening import Service
from gateway.services import drafts, invitations
from gateway.services.scene import Scene
from gateway.services.signing_in import visitor
from gateway.store.unit import Database, UnitOfWork, persist
from gateway.web.forms import Fields, FormRefused, read_form
from gateway.web.language import words
from gateway.web.pages import DESK_POLICY, HEADERS, Pages
from ical.errors import IcalError

MARK = "merke"
"""The field in which forms carry the mark of their session."""
LARGEST_FORM = 256 * 1024
MOST_FIELDS = 2000
LARGEST_ID = 2**31 - 1
"""Of what a database numbers."""
SIGN_IN, SIGN_OUT, HOME = "/logg-inn", "/logg-ut", "/kalender"


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who is signed in looks at a page, or sends a form."""

    request: Request
    person: Person
    secret: str
    """Of their session."""
    language: str
    now: datetime
    """Aware, UTC."""
    form: Fields

    def word(self, message: str) -> str:
        """Give *message* in the visitor's language."""
        return words(self.language).gettext(message)

    @property
    def mark(self) -> str:
        """What the forms of a page carry."""
        return form_mark(self.secret)

    @property
    def path(self) -> str:
        """Where they are, as they would come back to it."""
        return _path(self.request)


TARGET = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,2000}")


def target_of(path: str) -> str:
    """Give where to go on: a page of ours, whatever was asked for."""
    return path if TARGET.fullmatch(path) and not path.startswith((SIGN_IN, SIGN_OUT)) else HOME


Handler: TypeAlias = Callable[[Visit], Response]
Pairs: TypeAlias = Sequence[tuple[str, str]]


class Desk:
    """What the employees' pages share. Its handlers run in threads, as the services do."""

    def __init__(self, service: Service, clock: Callable[[], datetime], pages: Pages) -> None:
        self.service, self.clock, self.pages = service, clock, pages
        self.cookie = "__Host-distrib" if service.settings.public_url.startswith("https:") else "distrib"

    @property
    def database(self) -> Database:
        """Where everything is kept."""
        return self.service.database

    def scene(self, visit: Visit) -> Scene:
        """Give under what a service acts for *visit*."""
        return Scene(self.service.settings, visit.now)

    def route(self, path: str, *, show: Handler | None = None, act: Handler | None = None) -> Route:
        """Give the route of a page for those who are signed in: *show* answers a GET, *act* takes its form."""
        methods = [*(["GET"] if show else []), *(["POST"] if act else [])]

        async def respond(request: Request) -> Response:
            if request.method == "POST":
                return await self._take(request, act) if act else Response(status_code=405)
            visit = await run_in_threadpool(self.visit, request)
            if visit is None:
                return self.to_sign_in(request)
            return await run_in_threadpool(self._handled, show, visit)

        return Route(path, respond, methods=methods)

    def visit(self, request: Request, form: Fields | None = None) -> Visit | None:
        """Give who is there, None where nobody is signed in; one statement."""
        secret = request.cookies.get(self.cookie, "")
        now = self.clock()
        person = visitor(self.database, secret, now) if secret else None
        if person is None:
            return None
        language = self.pages.language(request, person.language)
        return Visit(request, person, secret, language, now, form or Fields())

    def url(self, path: str, **asked: str) -> str:
        """Give the address of one of our pages, wherever we are shown."""
        query = f"?{urlencode(asked)}" if asked else ""
        return f"{self.pages.prefix}{path}{query}"

    def go(self, path: str, **asked: str) -> Response:
        """Send the visitor to another page of ours, by GET."""
        return RedirectResponse(self.url(path, **asked), HTTPStatus.SEE_OTHER, self._headers())

    def render(
        self,
        visit: Visit,
        uow: UnitOfWork,
        template: str,
        facts: Mapping[str, object],
        *,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        """Give a whole page: what *template* makes of *facts*, and around it what every page has (two statements)."""
        waiting = invitations.count(uow, visit.person, visit.now)
        unsent = drafts.count(uow, visit.person)
        return self._page(visit, template, {**self._shell(visit, waiting, unsent), **facts}, status)

    def piece(self, visit: Visit, template: str, facts: Mapping[str, object]) -> Response:
        """Give a piece of a page, which a script puts where it belongs."""
        return self._page(visit, template, {**self._shell(visit, 0), **facts}, HTTPStatus.OK)

    def apologize(self, visit: Visit, status: HTTPStatus, reason: str) -> Response:
        """Give a page that says in a sentence what is wrong, and where to go on."""
        with self.database.read() as uow:
            return self.render(visit, uow, "desk/sorry.html", {"reason": reason}, status=status)

    def to_sign_in(self, request: Request) -> Response:
        """Send a visitor who is not signed in to where that is done, and back afterwards."""
        return self.go(SIGN_IN, til=_path(request))

    def is_from_here(self, request: Request) -> bool:
        """Tell whether a form was sent by a page of ours, as far as the browser says."""
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        origin = request.headers.get("origin")
        if origin is None:
            return True
        return origin == _origin(self.service.settings.public_url) or urlsplit(origin).netloc == request.url.netloc

    async def _take(self, request: Request, act: Handler) -> Response:
        """Take a form: of a page of ours, and of this session. A session that is over is begun anew, nothing lost."""
        try:
            form = await read_form(request, largest=LARGEST_FORM, most=MOST_FIELDS)
        except FormRefused:
            return self.refused(request)
        if not self.is_from_here(request):
            return self.refused(request)
        visit = await run_in_threadpool(self.visit, request, form)
        kept = [pair for pair in form.pairs if pair[0] != MARK]
        if visit is None:
            status = HTTPStatus.UNAUTHORIZED
            return self.sign_in_page(request, target=_path(request), kept=kept, error="again", status=status)
        if not is_marked(form.get(MARK, ""), visit.secret):
            return self.resume(visit, _path(request), kept)
        return await run_in_threadpool(self._handled, act, visit)

    def sign_in_page(
        self,
        request: Request,
        *,
        target: str,
        kept: Pairs = (),
        login: str = "",
        error: str = "",
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        """Ask who is there; *target* is where they want to go, and *kept* what they had filled in there."""
        facts = {"target": target, "kept": kept, "login": login, "error": error}
        language = self.pages.language(request)
        return self.pages.render(request, "desk/sign_in.html", facts, language=language, status=status)

    def resume(self, visit: Visit, target: str, kept: Pairs) -> Response:
        """Let somebody send themselves what they had filled in before they signed in, or what another page made up."""
        with self.database.read() as uow:
            return self.render(visit, uow, "desk/resume.html", {"target": self.url(target), "kept": kept})

    def _handled(self, handler: Handler | None, visit: Visit) -> Response:
        if handler is None or any(isinstance(n, int) and n > LARGEST_ID for n in visit.request.path_params.values()):
            return self.apologize(visit, HTTPStatus.NOT_FOUND, "missing")
        try:
            return _tried(handler, visit)
        except NotFound:
            return self.apologize(visit, HTTPStatus.NOT_FOUND, "missing")
        except (FormRefused, IcalError) as error:
            log.info("desk.refused", why=str(error))
            return self.apologize(visit, HTTPStatus.UNPROCESSABLE_ENTITY, "form")
        except Refused as refused:
            log.info("desk.refused", why=str(refused))
            return self.apologize(visit, HTTPStatus.CONFLICT, "refused")
        except DatabaseError as error:
            log.error("database.unusable", reason=str(error))
            facts = {**self._shell(visit, 0), "reason": "database"}
            return self._page(visit, "desk/sorry.html", facts, HTTPStatus.SERVICE_UNAVAILABLE)

    def refused(self, request: Request) -> Response:
        """Answer to a form that is none of ours."""
        language = self.pages.language(request)
        return self.pages.render(request, "desk/refused.html", {}, language=language, status=HTTPStatus.BAD_REQUEST)

    def _shell(self, visit: Visit, waiting: int, unsent: int = 0) -> dict[str, object]:
        counts = {"waiting": waiting, "unsent": unsent, "popup_minutes": self.service.settings.popup_minutes}
        deleted = visit.request.query_params.get("slettet") == "1"
        return {"visitor": visit.person, "mark": visit.mark, "here": visit.path, "deleted": deleted, **counts}

    def _page(self, visit: Visit, template: str, facts: Mapping[str, object], status: HTTPStatus) -> Response:
        return self.pages.render(
            visit.request, template, facts, language=visit.language, status=status, headers=self._headers()
        )

    def _headers(self) -> dict[str, str]:
        return {**HEADERS, "Content-Security-Policy": DESK_POLICY}


def _tried(handler: Handler, visit: Visit) -> Response:
    """Let *handler* answer: once more where another write came in between, whose work it sees then."""
    return persist(lambda: handler(visit), lambda met: log.info("desk.again", path=visit.path, reason=met))


def _path(request: Request) -> str:
    scope = request.scope
    path = scope["path"][len(scope.get("root_path", "")) :]
    return f"{path}?{request.url.query}" if request.url.query and request.method == "GET" else path


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"

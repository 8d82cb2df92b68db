# SPDX-License-Identifier: GPL-3.0-or-later
"""The page where somebody outside answers an invitation: looking changes nothing, only the form does."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.config import Settings
from gateway.errors import NotFound, Refused
from gateway.metrics import answers
from gateway.model import LinkView
from gateway.services import replies
from gateway.store.unit import Database
from gateway.web.forms import FULL, Fields, FormRefused, Mark, check_mark, make_mark, per_cent, plain, read_form
from gateway.web.limit import Limit
from gateway.web.pages import HEADERS, Pages
from gateway.web.times import Leaf, teller
from ical.answers import ACCEPTED, COMPLETED, DECLINED, IN_PROCESS, NEEDS_ACTION, TENTATIVE
from ical.kinds import Kind
from mail.changes import told
from mail.dates import zone_named
from mail.translations import translator

CHOICES = {"accept": ACCEPTED, "tentative": TENTATIVE, "decline": DECLINED}
"""What `?a=` and the form may say."""
LONGEST_COMMENT = 1000
_CHOSEN = {
    ACCEPTED: "accept",
    IN_PROCESS: "accept",
    COMPLETED: "accept",
    TENTATIVE: "tentative",
    DECLINED: "decline",
}
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,128}")


@dataclass(frozen=True, slots=True)
class Filled:
    """What stands in the form."""

    choice: str
    comment: str
    percent: str
    done: bool = False

    def percent_done(self) -> int | None:
        """Give how much of a task is done, None where nothing is said; anything but 0-100 is refused."""
        if self.done:
            return FULL
        if not self.percent:
            return None
        return per_cent(self.percent)


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as the page tells of it."""

    view: LinkView
    when: str
    due: str
    zone: str
    leaf: Leaf | None
    changes: tuple[str, ...]
    """What is another, a line for each."""

    @property
    def is_task(self) -> bool:
        """Tell whether it is a task."""
        return self.view.brief.kind is Kind.VTODO

    @property
    def is_open(self) -> bool:
        """Tell whether it can be answered."""
        return not (self.view.cancelled or self.view.brief.over)

    @property
    def is_answered(self) -> bool:
        """Tell whether an answer stands."""
        return self.view.partstat != NEEDS_ACTION

    @property
    def facts(self) -> str:
        """Give what an answer is an answer to: when it changes, the answer must be given again."""
        told = self.view.brief
        return repr((told.summary, told.location, told.description, told.start, told.end, told.due, self.is_open))


class AnswerPage:
    """`/svar/{token}`."""

    def __init__(self, database: Database, settings: Settings, clock: Callable[[], datetime], pages: Pages) -> None:
        self._database, self._settings, self._clock, self._pages = database, settings, clock, pages
        self._limit = Limit()

    def routes(self) -> list[Route]:
        """Give the routes of the page."""
        return [Route("/svar/{token:path}", self.respond, methods=["GET", "POST"])]

    async def respond(self, request: Request) -> Response:
        """Show the page, or take the answer."""
        now = self._clock()
        if not self._limit.admits(request.client.host if request.client else "", now):
            return self._plainly(request, "limited.html", 429, {"Retry-After": "60"})
        token = request.path_params["token"]
        if request.method != "POST":
            return await run_in_threadpool(self._show, request, token, now)
        try:
            form = await read_form(request)
        except FormRefused:
            return self._plainly(request, "refused.html", 400)
        return await run_in_threadpool(self._answer, request, token, form, now)

    def _show(self, request: Request, token: str, now: datetime) -> Response:
        view = self._view(token, now)
        if view is None:
            return self._unknown(request)
        asked = request.query_params.get("a", "")
        filled = _standing(view, asked if asked in CHOICES else "")
        return self._page(request, token, view, filled, now, thanks="svart" in request.query_params)

    def _answer(self, request: Request, token: str, form: Fields, now: datetime) -> Response:
        view = self._view(token, now)
        if view is None:
            return self._unknown(request)
        choice, comment, percent = (plain(form.get(name, "")) for name in ("svar", "melding", "prosent"))
        filled = Filled(choice, comment, percent, done="ferdig" in form)
        if len(filled.comment) > LONGEST_COMMENT:
            return self._page(request, token, view, filled, now, error="comment", status=422)
        mark = check_mark(form.get("merke", ""), token, self._shown(view, "nb").facts, now)
        if mark is not Mark.GOOD:
            return self._page(request, token, view, filled, now, error=mark.value, status=409)
        if filled.choice not in CHOICES:
            return self._page(request, token, view, filled, now, error="choice", status=422)
        return self._take(request, token, view, filled, now)

    def _take(self, request: Request, token: str, view: LinkView, filled: Filled, now: datetime) -> Response:
        try:
            partstat, percent = _said(view.brief.kind, filled)
        except FormRefused:
            return self._page(request, token, view, filled, now, error="percent", status=422)
        try:
            with self._database.write() as uow:
                replies.answer_by_link(
                    uow, token, partstat, filled.comment or None, percent, settings=self._settings, now=now
                )
        except NotFound:
            return self._unknown(request)
        except Refused:
            current = self._view(token, now)
            if current is None:
                return self._unknown(request)
            return self._page(request, token, current, filled, now, error="changed", status=409)
        answers.labels("link").inc()
        language = request.query_params.get("l", "")
        kept = f"&l={language}" if language in {"nb", "en"} else ""
        return RedirectResponse(f"{self._pages.prefix}/svar/{token}?svart=1{kept}", 303, HEADERS)

    def _view(self, token: str, now: datetime) -> LinkView | None:
        if not _TOKEN.fullmatch(token):
            return None
        with self._database.read() as uow:
            return replies.view_link(uow, token, now)

    def _shown(self, view: LinkView, language: str) -> Shown:
        tell = teller(view.timezone, language)
        first = view.brief.start or view.brief.due
        return Shown(
            view,
            when=tell.span(view.brief.start, view.brief.end) if view.brief.start else "",
            due=tell.moment(view.brief.due) if view.brief.due else "",
            zone=tell.zone_name(first),
            leaf=tell.leaf(first) if first else None,
            changes=told(view.news, zone_named(view.timezone), language, translator(language)),
        )

    def _page(
        self,
        request: Request,
        token: str,
        view: LinkView,
        filled: Filled,
        now: datetime,
        *,
        thanks: bool = False,
        error: str = "",
        status: int = 200,
    ) -> Response:
        language = self._pages.language(request, view.language)
        shown = self._shown(view, language)
        facts = {
            "shown": shown,
            "view": view,
            "filled": filled,
            "error": error,
            "mark": make_mark(token, shown.facts, now),
            "action": f"{self._pages.prefix}/svar/{token}",
            "longest_comment": LONGEST_COMMENT,
        }
        template = "thanks.html" if thanks and shown.is_answered and shown.is_open else "answer.html"
        return self._pages.render(request, template, facts, language=language, status=status)

    def _unknown(self, request: Request) -> Response:
        """Give the one answer to a link that leads nowhere, whatever the reason is."""
        return self._plainly(request, "unknown.html", 404)

    def _plainly(self, request: Request, template: str, status: int, headers: dict[str, str] | None = None) -> Response:
        language = self._pages.language(request)
        return self._pages.render(request, template, {}, language=language, status=status, headers=headers)


def _standing(view: LinkView, asked: str) -> Filled:
    """Give the form as it is first shown: what the link asks for, else the answer that stands."""
    choice = asked or _CHOSEN.get(view.partstat, "")
    if view.brief.kind is Kind.VTODO and choice == "tentative":
        choice = ""
    percent = "" if view.percent is None else str(view.percent)
    return Filled(choice, view.comment, percent, done=view.partstat == COMPLETED)


def _said(kind: Kind, filled: Filled) -> tuple[str, int | None]:
    """Give the PARTSTAT and the per cent that a filled form comes to (RFC 5545 3.2.12, 3.8.1.8)."""
    partstat = CHOICES[filled.choice]
    if kind is not Kind.VTODO or partstat != ACCEPTED:
        return partstat, None
    percent = filled.percent_done()
    if percent == FULL:
        return COMPLETED, percent
    return (IN_PROCESS, percent) if percent else (ACCEPTED, percent)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Employees sign in and out, with the password that their calendar program has too."""

from collections.abc import Sequence
from http import HTTPStatus

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.auth.sessions import LONGEST
from gateway.auth.verifier import TooManyGuesses
from gateway.log import log
from gateway.services import signing_in
from gateway.web.desk.door import LARGEST_FORM, MOST_FIELDS, SIGN_IN, SIGN_OUT, Desk, Visit, target_of
from gateway.web.forms import Fields, FormRefused, read_form
from gateway.web.limit import Limit

KEPT = "felt:"
"""What stands before the name of a field that somebody had filled in before they were asked to sign in."""
LONGEST_LOGIN, LONGEST_PASSWORD = 200, 1000


class SignIn:
    """`/logg-inn` and `/logg-ut`."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._limit = desk, Limit(burst=20, per_minute=20)

    def routes(self) -> Sequence[BaseRoute]:
        """Give the routes of both."""
        return [
            Route(SIGN_IN, self.respond, methods=["GET", "POST"]),
            self._desk.route(SIGN_OUT, act=self._sign_out),
        ]

    async def respond(self, request: Request) -> Response:
        """Ask who is there, or take their word for it."""
        desk = self._desk
        if request.method != "POST":
            visit = await run_in_threadpool(desk.visit, request)
            target = target_of(request.query_params.get("til", ""))
            return desk.go(target) if visit is not None else desk.sign_in_page(request, target=target)
        try:
            form = await read_form(request, largest=LARGEST_FORM, most=MOST_FIELDS)
        except FormRefused:
            return desk.refused(request)
        if not desk.is_from_here(request):
            return desk.refused(request)
        return await run_in_threadpool(self._sign_in, request, form)

    def _sign_in(self, request: Request, form: Fields) -> Response:
        desk, now = self._desk, self._desk.clock()
        remote = request.client.host if request.client else ""
        login, password = form.get("brukernavn", "").strip().lower(), form.get("passord", "")
        target, kept = target_of(form.get("til", "")), _kept(form)
        if not self._limit.admits(remote, now):
            return self._again(request, form, "slow", HTTPStatus.TOO_MANY_REQUESTS)
        if not 0 < len(login) <= LONGEST_LOGIN or not 0 < len(password) <= LONGEST_PASSWORD:
            return self._again(request, form, "wrong", HTTPStatus.UNAUTHORIZED)
        try:
            person = desk.service.verifier.verify(login, password, remote)
        except TooManyGuesses:
            return self._again(request, form, "slow", HTTPStatus.TOO_MANY_REQUESTS)
        secret = None
        if person is not None:
            with desk.database.write() as uow:
                secret = signing_in.sign_in(uow, person, now)
        if person is None or secret is None:
            log.info("desk.sign_in_refused", remote=remote)
            return self._again(request, form, "wrong", HTTPStatus.UNAUTHORIZED)
        answer = desk.go(target)
        if kept:
            language = desk.pages.language(request, person.language)
            answer = desk.resume(Visit(request, person, secret, language, now, form), target, kept)
        self._set_cookie(answer, secret)
        return answer

    def _again(self, request: Request, form: Fields, error: str, status: HTTPStatus) -> Response:
        """Ask once more, in the same words whatever was wrong: nobody learns who has an account."""
        login = form.get("brukernavn", "")[:LONGEST_LOGIN]
        target = target_of(form.get("til", ""))
        return self._desk.sign_in_page(
            request, target=target, kept=_kept(form), login=login, error=error, status=status
        )

    def _sign_out(self, visit: Visit) -> Response:
        with self._desk.database.write() as uow:
            signing_in.sign_out(uow, visit.secret)
        prefix = self._desk.pages.prefix
        answer = RedirectResponse(f"{prefix}/", HTTPStatus.SEE_OTHER, {"Clear-Site-Data": '"cache", "storage"'})
        answer.delete_cookie(self._desk.cookie, path="/", secure=self._is_secure, httponly=True, samesite="lax")
        return answer

    def _set_cookie(self, answer: Response, secret: str) -> None:
        answer.set_cookie(
            self._desk.cookie,
            secret,
            max_age=int(LONGEST.total_seconds()),
            path="/",
            secure=self._is_secure,
            httponly=True,
            samesite="lax",
        )

    @property
    def _is_secure(self) -> bool:
        return self._desk.service.settings.public_url.startswith("https:")


def _kept(form: Fields) -> list[tuple[str, str]]:
    return [(name.removeprefix(KEPT), value) for name, value in form.pairs if name.startswith(KEPT)]

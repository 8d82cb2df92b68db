# SPDX-License-Identifier: GPL-3.0-or-later
"""Radicale's application with methods of our own: they read and write entries, not files."""

import base64
import binascii
import itertools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

from radicale import config, httputils
from radicale.app import Application as RadicaleApplication
from radicale.types import WSGIEnviron, WSGIResponse, WSGIStartResponse

from gateway.auth.verifier import TooManyGuesses
from gateway.config import Settings
from gateway.errors import DatabaseError, GatewayError, PreconditionFailed
from gateway.log import log
from gateway.model import Person
from gateway.services import deputies
from gateway.services.fetches import Fetches
from gateway.services.scene import Scene
from gateway.store.unit import Database, UnitOfWork, persist
from ical.errors import IcalError
from radicale_distrib import (
    errors,
    if_header,
    loudness,
    making,
    objects,
    outbox,
    prefer,
    propfind,
    proppatch,
    reports,
    streams,
)
from radicale_distrib.auth import Auth, SignedIn, Verify
from radicale_distrib.errors import Problem
from radicale_distrib.requests import XML, Request, Response
from radicale_distrib.resources import Scope
from radicale_distrib.rights import Rights
from radicale_distrib.storage import Storage
from radicale_distrib.tree import split

Clock = Callable[[], datetime]
Method = Callable[[Scope], Response]

DAV = "1, 2, 3, access-control, calendar-access, calendar-auto-schedule, extended-mkcol, calendar-proxy"
"""Thunderbird drops the first token, and polls the inbox in vain where `calendar-schedule` stands alone."""
ALLOW = "COPY, DELETE, GET, HEAD, MKCALENDAR, MKCOL, MOVE, OPTIONS, POST, PROPFIND, PROPPATCH, PUT, REPORT"
REALM = "Distrib CalDAV"

_REST = "distrib.rest"
_HOPS = ("FOR", "HOST", "PROTO", "SERVER", "PORT", "PREFIX")


def build(
    *, database: Database, settings: Settings, verify: Verify, clock: Clock, fetches: Fetches | None = None
) -> "Application":
    """Give the CalDAV application; *verify* tells who a login and password belong to.

    *fetches* is told which invitations their people's programs fetch.
    """
    configuration = config.load()
    configuration.update(
        {
            "server": {
                "max_content_length": "100000000",
                "max_resource_size": str(int(settings.max_resource_size)),
                "delay_on_error": "0",
                "validate_path_value": "none",
                "validate_user_value": "none",
            },
            "auth": {"type": partial(Auth, verify=verify), "delay": "0", "realm": REALM},
            "rights": {"type": Rights},
            "storage": {"type": partial(Storage, database=database, settings=settings, clock=clock)},
            "web": {"type": "none"},
            "logging": {"level": "warning"},
        },
        "the gateway",
        privileged=True,
    )
    loudness.set_up()
    noted = Fetches() if fetches is None else fetches
    return Application(configuration, database=database, settings=settings, clock=clock, fetches=noted)


def _method(method: Method, *, writes: bool = False) -> Callable[..., WSGIResponse]:
    """Give a `do_…` of Radicale's application; it may be called with more than we need to know."""

    def do(self: "Application", environ: WSGIEnvironment, prefix: str, path: str, *who: object) -> WSGIResponse:
        return self.answer(method, Request(environ, prefix, path), who[1], writes=writes)

    return do


class Application(RadicaleApplication):
    """A WSGI application: dispatch, sign-in and path checks are Radicale's, the methods ours."""

    def __init__(
        self,
        configuration: config.Configuration,
        *,
        database: Database,
        settings: Settings,
        clock: Clock,
        fetches: Fetches,
    ) -> None:
        super().__init__(configuration)
        self._database, self._settings, self._clock, self._fetches = database, settings, clock, fetches
        self._public_host = urlsplit(settings.public_url).netloc

    def __call__(self, environ: WSGIEnviron, start_response: WSGIStartResponse) -> Iterable[bytes]:
        """Answer one request."""
        return super().__call__(self._prepared(environ), start_response)

    def _prepared(self, environ: WSGIEnviron) -> WSGIEnvironment:
        """Give *environ* without what makes Radicale stumble or believe the wrong one."""
        prepared = dict(environ)
        prepared["PATH_INFO"] = _decoded(environ.get("PATH_INFO", ""))
        prepared["SCRIPT_NAME"] = _decoded(environ.get("SCRIPT_NAME", ""))
        prepared["distrib.public_host"] = self._public_host
        # The front has judged these; Radicale would cut the mount point from paths that merely begin like it.
        for name in (*(f"HTTP_X_FORWARDED_{hop}" for hop in _HOPS), "HTTP_X_SCRIPT_NAME"):
            prepared.pop(name, None)
        # Radicale decodes passwords by the body's charset.
        prepared["CONTENT_TYPE"] = str(environ.get("CONTENT_TYPE") or "").partition(";")[0]
        scheme, _, pair = str(environ.get("HTTP_AUTHORIZATION", "")).partition(" ")
        if scheme.lower() == "basic":  # RFC 9110 11.1: without case; Radicale knows `Basic` only
            prepared["HTTP_AUTHORIZATION"] = f"Basic {pair}"
        if not _is_readable(str(prepared.get("HTTP_AUTHORIZATION", ""))):
            # An unknown pair, which is answered with 401.
            prepared["HTTP_AUTHORIZATION"] = "Basic Og=="
        return prepared

    def _handle_request(self, environ: WSGIEnviron) -> tuple[str, list[tuple[str, str]], Iterable[bytes]]:
        try:
            status, headers, answers = super()._handle_request(environ)
        except TooManyGuesses as error:
            return "429 Too Many Requests", [("Retry-After", str(error.retry_after)), ("Content-Length", "0")], []
        except DatabaseError as error:
            log.error("caldav.database", reason=str(error))
            return "503 Service Unavailable", [("Retry-After", "10"), ("Content-Length", "0")], []
        if status.startswith("405") and not any(name == "Allow" for name, _ in headers):
            headers.append(("Allow", ALLOW))  # a method that nothing here knows (RFC 9110 15.5.6)
        if (rest := environ.get(_REST)) is None:
            return status, headers, answers
        if streams.takes_gzip(str(environ.get("HTTP_ACCEPT_ENCODING", ""))):
            return status, [*headers, ("Content-Encoding", "gzip")], streams.compressed(rest)
        return status, headers, rest

    def do_OPTIONS(self, *request: object) -> WSGIResponse:
        """Tell what can be done here, to anybody who asks: clients look before they sign in."""
        return 200, {"DAV": DAV, "Allow": ALLOW, "Content-Length": "0"}, None, None

    do_GET = do_HEAD = _method(objects.get)
    do_PROPFIND = _method(propfind.propfind)
    do_REPORT = _method(reports.report)
    do_POST = _method(outbox.post)
    do_COPY = _method(objects.copy, writes=True)
    do_PUT = _method(objects.put, writes=True)
    do_DELETE = _method(objects.delete, writes=True)
    do_MOVE = _method(objects.move, writes=True)
    do_PROPPATCH = _method(proppatch.proppatch, writes=True)
    do_MKCALENDAR = _method(making.mkcalendar, writes=True)
    do_MKCOL = _method(making.mkcol, writes=True)

    def answer(self, method: Method, request: Request, groups: object, *, writes: bool) -> WSGIResponse:
        """Answer *request* by *method* for whoever is signed in."""
        person = groups.person if isinstance(groups, SignedIn) else None
        if person is None:
            return httputils.NOT_ALLOWED
        try:
            response = self._write(method, request, person) if writes else self._read(method, request, person)
        except Problem as problem:
            response = _refusal(problem, request)
        except PreconditionFailed as error:
            response = self._as_it_is(request, person) or _refusal(errors.translate(error, request.href), request)
        except (GatewayError, IcalError) as error:
            home = _Home(request, _login(request) or person.login)
            response = _refusal(errors.translate(error, home.href), request)
        headers = {**_preferred(request, response), **response.headers}
        if response.rest is not None:
            # Radicale knows bodies that are whole only.
            request.environ[_REST] = itertools.chain([response.body or b""], response.rest)
            return response.status, headers, None, None
        if response.body is None and response.status not in {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}:
            headers["Content-Length"] = "0"
        return response.status, headers, response.body, None

    def _as_it_is(self, request: Request, person: Person) -> Response | None:
        """Give what a write found in another state than was demanded, to a client that wants to know (RFC 8144 3.2)."""
        if not request.wishes.representation or request.method not in {"PUT", "DELETE"}:
            return None
        with self._database.read() as uow:
            return objects.current(self._scope(uow, request, person), HTTPStatus.PRECONDITION_FAILED)

    def _read(self, method: Method, request: Request, person: Person) -> Response:
        with self._database.read() as uow:
            scope = self._scope(uow, request, person)
            if_header.check(scope, writes=False)
            return method(scope)

    def _write(self, method: Method, request: Request, person: Person) -> Response:
        def written() -> Response:
            with self._database.write() as uow:
                scope = self._scope(uow, request, person)
                if_header.check(scope, writes=True)
                return method(scope)

        return persist(written, lambda met: log.info("caldav.again", method=request.method, reason=met))

    def _scope(self, uow: UnitOfWork, request: Request, person: Person) -> Scope:
        access = self._access(uow, request, person)
        agent = request.header("User-Agent") or ""
        now = self._clock()
        scene = Scene(self._settings, now, agent, deputy=access.deputy, sees_private=access.sees_private)
        return Scope(uow, person, access, request, scene, self._database.read, self._fetches)

    def _access(self, uow: UnitOfWork, request: Request, person: Person) -> deputies.Access:
        """Give how *person* is in the home that the request goes to; raises Problem where it is none of theirs."""
        access = deputies.access(uow, person, _login(request) or person.login)
        if access is None:
            message = f"{request.path} is not {person.login}'s"
            raise errors.denied(request.method, request.path, request.href, message=message)
        return access


@dataclass(frozen=True, slots=True)
class _Home:
    """Makes hrefs of paths that the services name inside the home of *login*."""

    request: Request
    login: str

    def href(self, path: str) -> str:
        """Give an `<href>` element."""
        return self.request.href(f"/{self.login}/{path.lstrip('/')}")


def _login(request: Request) -> str:
    """Give in whose home the request goes, '' where in nobody's."""
    return split(request.path)[0]


def _refusal(problem: Problem, request: Request) -> Response:
    """Give the answer that says what was wrong, and note it."""
    log.info(
        "caldav.refused",
        method=request.method,
        status=problem.status,
        rule=(problem.condition or "").rpartition("}")[2],
        reason=str(problem),
    )
    is_down = problem.status == HTTPStatus.SERVICE_UNAVAILABLE
    headers = {"Allow": _others(request.method)} if problem.status == HTTPStatus.METHOD_NOT_ALLOWED else {}
    if is_down:
        headers["Retry-After"] = "10"
    if request.coding:
        headers["Accept-Encoding"] = "identity"  # RFC 9110 12.5.3
    body = errors.body(problem)
    if body is None:
        # What is wrong with the database is the operator's business.
        told = "try again later" if is_down else str(problem)
        return Response(problem.status, {**headers, "Content-Type": "text/plain; charset=utf-8"}, told.encode())
    return Response(problem.status, {**headers, "Content-Type": XML}, body)


def _preferred(request: Request, response: Response) -> dict[str, str]:
    return prefer.headers(
        request.method,
        request.wishes,
        response.status,
        prefer=request.header("Prefer") or "",
        deep=(request.header("Depth") or "0") != "0",
        shown=response.body is not None and "Content-Location" in response.headers,
    )


def _others(refused: str) -> str:
    """Give the methods for Allow without the one that was just refused here."""
    return ", ".join(method for method in ALLOW.split(", ") if method != refused)


def _decoded(value: object) -> str:
    """Give a path as text: WSGI has its bytes as latin-1 (PEP 3333), some servers decode it themselves.

    What is not UTF-8 becomes characters that Radicale refuses in a path.
    """
    text = str(value)
    try:
        return text.encode("latin-1").decode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text


def _is_readable(authorization: str) -> bool:
    """Tell whether Radicale can read the header without falling over."""
    scheme, _, rest = authorization.partition(" ")
    if not scheme.startswith("Basic"):
        return True
    try:
        return b":" in base64.b64decode((scheme.removeprefix("Basic") + rest).strip().encode("ascii"))
    except (binascii.Error, ValueError):
        return False

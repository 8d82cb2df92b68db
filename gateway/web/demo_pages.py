# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's mailbox: read what the contacts got, and answer as they would."""

import re
from collections.abc import Callable
from datetime import datetime
from email.message import EmailMessage

from icalendar import Component
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from gateway.config import Settings
from gateway.services import received
from gateway.store.unit import Database
from gateway.web.answer import CHOICES
from gateway.web.demo_mail import CatchAll, Caught
from gateway.web.demo_reply import attendee, invitation, reply
from gateway.web.forms import Fields, FormRefused, field, per_cent, read_form
from gateway.web.pages import HEADERS, Pages
from gateway.web.times import teller
from ical.address import mailbox, normalise

MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox"
)
"""A mail's HTML carries its style in itself, and may do nothing at all."""
_ANSWER_LINK = re.compile(r"""[^\s<>"']+/svar/[^\s<>"']+""")


class DemoPages:
    """`/demo/mail`."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        clock: Callable[[], datetime],
        pages: Pages,
        catch_all: CatchAll,
    ) -> None:
        self._database, self._settings, self._clock = database, settings, clock
        self._pages, self._catch_all = pages, catch_all
        self.home = f"{pages.prefix}/demo/mail"

    def routes(self) -> list[Route]:
        """Give the routes of the mailbox."""
        return [
            Route("/demo/mail", self.show_all, methods=["GET"]),
            Route("/demo/mail/{name}", self.show_one, methods=["GET"]),
            Route("/demo/mail/{name}/html", self.show_html, methods=["GET"]),
            Route("/demo/mail/{name}/svar", self.answer, methods=["POST"]),
        ]

    def show_all(self, request: Request) -> Response:
        """Give the list of mails, the newest first."""
        language = self._pages.language(request)
        tell = teller("Europe/Oslo", language)
        mails = [(caught, tell.stamp(caught.at) if caught.at else "") for caught in self._catch_all.listed()]
        return self._pages.render(request, "demo_mails.html", {"mails": mails}, language=language)

    def show_one(self, request: Request) -> Response:
        """Give one mail with all its parts, and the form that answers it."""
        caught = self._catch_all.one(request.path_params["name"])
        if caught is None:
            return self._unknown(request)
        return self._page(request, caught)

    def show_html(self, request: Request) -> Response:
        """Give the HTML part alone, for the frame that it is shown in."""
        caught = self._catch_all.one(request.path_params["name"])
        html = caught.part("text/html") if caught else ""
        if not html:
            return self._unknown(request)
        # A link in the frame opens a window of its own: the answer page lets nobody frame it.
        headers = {**HEADERS, "Content-Security-Policy": MAIL_POLICY}
        return HTMLResponse(f'<base target="_blank">{html}', headers=headers)

    async def answer(self, request: Request) -> Response:
        """Send the contact's answer by mail, the way that a mail server would bring it."""
        caught = self._catch_all.one(request.path_params["name"])
        asked = invitation(caught.part("text/calendar")) if caught else None
        if caught is None or asked is None or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
            return self._unknown(request)
        now = self._clock()
        try:
            mail = _reply_of(await read_form(request), asked, caught.recipient, now)
        except FormRefused:
            return self._page(request, caught, error=True)
        await run_in_threadpool(self._take_in, mail, asked, caught.recipient, now)
        return RedirectResponse(f"{self.home}/{caught.name}?svart=1", 303, HEADERS)

    def _take_in(self, mail: EmailMessage, asked: Component, writer: str, now: datetime) -> None:
        organizer = mailbox(normalise(str(asked["ORGANIZER"]))) or ""
        with self._database.write() as uow:
            received.receive(uow, mail.as_bytes(), organizer, return_path=writer, settings=self._settings, now=now)

    def _page(self, request: Request, caught: Caught, *, error: bool = False) -> Response:
        language = self._pages.language(request)
        tell = teller("Europe/Oslo", language)
        text, calendar = caught.part("text/plain"), caught.part("text/calendar")
        asked = invitation(calendar)
        facts = {
            "caught": caught,
            "at": tell.moment(caught.at) if caught.at else "",
            "text": text,
            "has_html": bool(caught.part("text/html")),
            "calendar": calendar,
            "asked": asked is not None and attendee(asked, caught.recipient) is not None,
            "is_task": asked is not None and asked.name == "VTODO",
            "links": [link for link in dict.fromkeys(_ANSWER_LINK.findall(text)) if self._is_ours(link)],
            "sent": "svart" in request.query_params,
            "error": error,
        }
        return self._pages.render(request, "demo_mail.html", facts, language=language, status=422 if error else 200)

    def _is_ours(self, link: str) -> bool:
        return link.startswith(f"{self._pages.public_url}/svar/")

    def _unknown(self, request: Request) -> Response:
        language = self._pages.language(request)
        return self._pages.render(request, "demo_unknown.html", {}, language=language, status=404)


def _reply_of(form: Fields, asked: Component, recipient: str, now: datetime) -> EmailMessage:
    partstat = CHOICES.get(form.get("svar", ""))
    if partstat is None:
        raise FormRefused("no answer is chosen")
    said = field(form, "prosent")
    percent = per_cent(said) if said and asked.name == "VTODO" else None
    return reply(asked, recipient, partstat, percent=percent, comment=field(form, "melding", longest=1000), now=now)

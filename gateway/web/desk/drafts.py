# SPDX-License-Identifier: GPL-3.0-or-later
"""«Møtebekreftelse»: mail to contacts that somebody reads through, changes and sends themselves (S-07, S-08)."""

from collections.abc import Sequence
from datetime import UTC, datetime
from http import HTTPStatus

from starlette.responses import Response
from starlette.routing import BaseRoute

from gateway.errors import Refused
from gateway.services import drafts
from gateway.services.copies import LONGEST, MOST
from gateway.services.drafts import LONGEST_SUBJECT, LONGEST_WORDS
from gateway.web.desk.door import Desk, Visit
from gateway.web.desk.item_work import ROOMS
from gateway.web.forms import FormRefused, field
from gateway.web.times import teller
from ical.address import mailbox
from mail.errors import NotComposable

PATH = "/utkast"


class DraftsPage:
    """`/utkast`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Sequence[BaseRoute]:
        """Give the routes of the list, of one draft, and of what is done with it."""
        return [
            self._desk.route(PATH, show=self._list),
            self._desk.route(f"{PATH}/{{draft:int}}", show=self._show, act=self._act),
        ]

    def _list(self, visit: Visit) -> Response:
        times = teller(visit.person.timezone, visit.language)
        with self._desk.database.read() as uow:
            found = drafts.listed(uow, visit.person)
            rows = [(one, mailbox(one.address) or one.address, times.stamp(_at(one.created_at))) for one in found]
            note = visit.request.query_params.get("gjort", "")
            return self._desk.render(visit, uow, "desk/drafts.html", {"rows": rows, "note": note})

    def _show(self, visit: Visit) -> Response:
        return self._page(visit)

    def _page(
        self, visit: Visit, *, error: str = "", copies: str | None = None, status: HTTPStatus = HTTPStatus.OK
    ) -> Response:
        scene = self._desk.scene(visit)
        with self._desk.database.read() as uow:
            shown = drafts.shown(uow, visit.person, self._number(visit), scene)
            facts = {
                "shown": shown,
                "calendar": shown.calendar.decode().replace("\r\n ", ""),
                "can_mail": scene.settings.can_mail,
                "action": f"{PATH}/{shown.draft.id}",
                "thing": ROOMS[shown.reading.kind] if shown.reading is not None else "",
                "error": error,
                "copies": ", ".join(shown.copies) if copies is None else copies,
                "most_copies": MOST,
                "note": visit.request.query_params.get("gjort", ""),
            }
            return self._desk.render(visit, uow, "desk/draft.html", facts, status=status)

    def _act(self, visit: Visit) -> Response:
        wanted, number = visit.form.get("gjor", ""), self._number(visit)
        if wanted not in {"send", "eml", "lagre", "forkast"}:
            raise FormRefused("no such button")
        if wanted == "forkast":
            with self._desk.database.write() as uow:
                drafts.discard(uow, visit.person, number)
            return self._desk.go(PATH, gjort=wanted)
        if (wrong := self._keep(visit, number)) is not None:
            return self._page(visit, error="copies", copies=wrong, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            return self._done(visit, number, wanted)
        except (NotComposable, Refused):
            return self._page(visit, error="refused", status=HTTPStatus.CONFLICT)

    def _keep(self, visit: Visit, number: int) -> str | None:
        """Store what is written, so that nothing of it is lost whatever comes; give who cannot get a copy."""
        subject = field(visit.form, "emne", longest=LONGEST_SUBJECT)
        words = field(visit.form, "tekst", longest=LONGEST_WORDS)
        asks, others = visit.form.get("be_om_svar", "") == "1", visit.form.get("kopi", "")
        with self._desk.database.write() as uow:
            try:
                drafts.keep(uow, visit.person, number, subject, words, asks=asks, to_others=others)
            except Refused:
                drafts.keep(uow, visit.person, number, subject, words, asks=asks)
                return others[:LONGEST]
        return None

    def _done(self, visit: Visit, number: int, wanted: str) -> Response:
        scene = self._desk.scene(visit)
        with self._desk.database.write() as uow:
            if wanted == "send":
                by_itself = visit.form.get("av_seg_selv", "") == "1"
                drafts.send(uow, visit.person, number, by_itself=by_itself, scene=scene)
                return self._desk.go(PATH, gjort=wanted)
            if wanted == "eml":
                return _file(drafts.downloaded(uow, visit.person, number, scene))
        return self._desk.go(f"{PATH}/{number}", gjort=wanted)

    def _number(self, visit: Visit) -> int:
        return int(visit.request.path_params["draft"])


def _file(data: bytes) -> Response:
    named = {"Content-Disposition": 'attachment; filename="motebekreftelse.eml"', "Cache-Control": "no-store"}
    return Response(data, media_type="message/rfc822", headers={**named, "X-Content-Type-Options": "nosniff"})


def _at(value: datetime | None) -> datetime:
    return value or datetime(1970, 1, 1, tzinfo=UTC)

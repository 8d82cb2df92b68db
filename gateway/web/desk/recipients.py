# SPDX-License-Identifier: GPL-3.0-or-later
"""«Invitasjoner» of an appointment and «Distribusjon» of a task: who was asked, what they said, and how to follow up.

Only whoever organizes it gets here (V-13), and names are shown when they are asked for (V-08).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response
from starlette.routing import BaseRoute

from gateway.errors import PreconditionFailed, Refused
from gateway.model import CrasherId, Person, ReadingId
from gateway.services import crashers, following_up, overview, people
from gateway.services.overview import Overview, Recipient
from gateway.store.unit import UnitOfWork
from gateway.web.desk.door import Desk, Visit
from gateway.web.desk.invitations import LONGEST_COMMENT, day_of, reading_of
from gateway.web.desk.uninvited import TAKE_IN, TURN_AWAY, Crashed, crashed_of, decide, notes_of
from gateway.web.forms import FormRefused, field, per_cent
from gateway.web.times import TimeTeller, teller
from ical.address import Address
from ical.answers import ACCEPTED, COMPLETED, DECLINED, DELEGATED, IN_PROCESS, TENTATIVE
from ical.kinds import Kind

APPOINTMENT, TASK = "/avtale/{reading:int}/invitasjoner", "/oppgave/{reading:int}/distribusjon"
MOST_CHOSEN = 500
NOTED = {"godkjent": ACCEPTED, "underkjent": DECLINED, "kanskje": TENTATIVE, "utfort": COMPLETED, "igang": IN_PROCESS}


@dataclass(frozen=True, slots=True)
class Row:
    """One who is asked, as a page tells of them."""

    who: Recipient
    answered: str
    """When they answered, '' where they have not."""
    seen: str
    """When they saw it, '' where that is not known."""
    missing: str
    """What there is to say of whoever has not answered."""
    more: str
    """What else is to be said: for certain or not, by whom, instead of whom."""


@dataclass(frozen=True, slots=True)
class Table:
    """Who said what, to all of it or to one day."""

    when: str
    """'' for all of it."""
    day: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """All that is shown of those who are asked."""

    overview: Overview
    tables: tuple[Table, ...]
    others: tuple[Person, ...]
    """Colleagues who are not asked."""
    crashers: tuple[Crashed, ...]
    """Who answers without being asked."""

    @property
    def is_task(self) -> bool:
        """Tell whether it is a task."""
        return self.overview.brief.kind is Kind.VTODO

    @property
    def is_asked(self) -> bool:
        """Tell whether anybody in it was asked."""
        return any(one.is_sent for one in self.overview.recipients)

    @property
    def noted(self) -> tuple[Recipient, ...]:
        """Give whose answer can be noted: all but colleagues who were not asked."""
        return tuple(row.who for row in self.tables[0].rows if row.who.is_sent or not row.who.is_colleague)

    @property
    def path(self) -> str:
        """Where it has a page of its own."""
        return (TASK if self.is_task else APPOINTMENT).replace("{reading:int}", str(self.overview.reading_id))


class RecipientsPage:
    """`/avtale/…/invitasjoner` and `/oppgave/…/distribusjon`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Sequence[BaseRoute]:
        """Give the routes of both."""
        return [self._desk.route(path, show=self._show, act=self._act) for path in (APPOINTMENT, TASK)]

    def _show(self, visit: Visit) -> Response:
        return self._page(visit)

    def _act(self, visit: Visit) -> Response:
        """Do what a form asks, and go back to the page that it was on."""
        number, done = reading_of(visit), visit.form.get("gjor", "")
        acts = {
            "purr": self._remind,
            "trekk": self._withdraw,
            "flere": self._ask_more,
            "svar": self._note,
            TAKE_IN: self._decide,
            TURN_AWAY: self._decide,
        }
        if done not in acts:
            raise FormRefused("nothing to do")
        try:
            with self._desk.database.write() as uow:
                many = acts[done](uow, visit, number)
                has_others = overview.has_others(uow, number)
        except PreconditionFailed:
            return self._page(visit, error="changed", status=HTTPStatus.CONFLICT)
        except Refused:
            return self._page(visit, error="closed", status=HTTPStatus.CONFLICT)
        if not has_others:  # the last one was taken out: it is the visitor's alone
            return self._desk.go(visit.path.partition("?")[0].rpartition("/")[0], lagret="1")
        if visit.form.get("fra") == "distribuert":
            return self._desk.go(f"/distribuert/{number}", fane="distribusjoner", vis="1", gjort=done, antall=str(many))
        return self._desk.go(visit.path.partition("?")[0], vis="1", gjort=done, antall=str(many))

    def _remind(self, uow: UnitOfWork, visit: Visit, number: ReadingId) -> int:
        version, scene = visit.form.get("versjon", ""), self._desk.scene(visit)
        return following_up.remind(uow, visit.person, number, version, _chosen(visit), scene=scene)

    def _withdraw(self, uow: UnitOfWork, visit: Visit, number: ReadingId) -> int:
        chosen, version = _chosen(visit), visit.form.get("versjon", "")
        following_up.withdraw(uow, visit.person, number, version, chosen, scene=self._desk.scene(visit))
        return len(chosen)

    def _ask_more(self, uow: UnitOfWork, visit: Visit, number: ReadingId) -> int:
        logins, version = visit.form.all("flere")[:MOST_CHOSEN], visit.form.get("versjon", "")
        following_up.ask_more(uow, visit.person, number, version, logins, scene=self._desk.scene(visit))
        return len(logins)

    def _note(self, uow: UnitOfWork, visit: Visit, number: ReadingId) -> int:
        form, said = visit.form, NOTED.get(visit.form.get("svar", ""))
        if said is None:
            raise FormRefused("no answer")
        following_up.note_answer(
            uow,
            visit.person,
            number,
            Address(form.get("person", "")),
            said,
            instance=day_of(form),
            percent=per_cent(form.get("prosent", "")) if said == IN_PROCESS else None,
            comment=field(form, "melding", longest=LONGEST_COMMENT) or None,
            scene=self._desk.scene(visit),
        )
        return 1

    def _decide(self, uow: UnitOfWork, visit: Visit, _number: ReadingId) -> int:
        who = visit.form.get("ubedt", "")
        if not who.isascii() or not who.isdigit():
            raise FormRefused("nobody to decide about")
        decide(self._desk, visit, uow, CrasherId(int(who[:9])), visit.form.get("gjor", ""))
        return 1

    def _page(self, visit: Visit, *, error: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
        asked = visit.request.query_params
        with self._desk.database.read() as uow:
            panel = panel_of(uow, visit, overview.of(uow, visit.person, reading_of(visit), visit.now))
            facts = {
                "panel": panel,
                "is_open": asked.get("vis") == "1" or bool(error),
                "from_list": False,
                "note": note_of(visit),
                "error": _errors(visit).get(error, ""),
            }
            if asked.get("del") == "1":
                return self._desk.piece(visit, "desk/recipients_panel.html", facts)
            return self._desk.render(visit, uow, "desk/recipients.html", facts, status=status)


def panel_of(uow: UnitOfWork, visit: Visit, seen: Overview) -> Panel:
    """Give what a page shows of *seen* (two statements: the colleagues who could be asked too, and who was not)."""
    tell = teller(visit.person.timezone, visit.language)
    whole = Table("", "", tuple(_row(one, seen.brief.kind, visit, tell) for one in seen.recipients))
    days = (
        Table(
            tell.span(day.brief.start, day.brief.end) if day.brief.start else "",
            day.instance,
            tuple(_row(one, seen.brief.kind, visit, tell) for one in day.recipients),
        )
        for day in seen.days
    )
    asked = {one.address for one in seen.recipients}
    others = [one for one in people.colleagues(uow) if one.id != visit.person.id and asked.isdisjoint(one.addresses)]
    heard = crashers.uninvited(uow, visit.person, visit.now, seen.entry_id)
    return Panel(seen, (whole, *days), tuple(others), tuple(crashed_of(one, visit) for one in heard))


def note_of(visit: Visit) -> str:
    """Say what was done, in a sentence; '' where nothing was."""
    query = visit.request.query_params
    many = query.get("antall", "")
    if many == "0" and query.get("gjort") == "purr":
        return visit.word("Everybody has answered: nobody was reminded.")
    if many == "0":
        return visit.word("You chose nobody, and nothing was done.")
    notes = {
        "purr": visit.word("Reminded: it comes up again, and contacts get a mail."),
        "trekk": visit.word("Withdrawn. They are told that they are not in it any more."),
        "flere": visit.word("Sent to more people. They are asked to answer."),
        "svar": visit.word("The answer is noted."),
        **notes_of(visit),
    }
    return notes.get(query.get("gjort", ""), "")


def _errors(visit: Visit) -> dict[str, str]:
    return {
        "changed": visit.word("It was changed meanwhile, and nothing was done. This is how it is now."),
        "closed": visit.word("It was called off, is over, or that is no answer to it. Nothing was done."),
    }


def _chosen(visit: Visit) -> list[Address]:
    return [Address(one) for one in visit.form.all("hvem")[:MOST_CHOSEN]]


def _row(one: Recipient, kind: Kind, visit: Visit, tell: TimeTeller) -> Row:
    return Row(
        one,
        answered=tell.stamp(one.answered_at) if one.answered_at and not one.is_unanswered else "",
        seen=tell.stamp(one.seen_at) if one.seen_at and one.is_colleague else "",
        missing=_missing(one, kind, visit, tell) if one.is_unanswered else "",
        more=_more(one, visit),
    )


def _missing(one: Recipient, kind: Kind, visit: Visit, tell: TimeTeller) -> str:
    if one.is_failed:
        return visit.word("could not be delivered")
    if not one.is_sent:
        return visit.word("not sent")
    if one.is_colleague:
        unseen = (
            visit.word("has not seen the task") if kind is Kind.VTODO else visit.word("has not seen the appointment")
        )
        return unseen if one.is_unseen else visit.word("answer missing")
    if one.mailed_at is None:
        return visit.word("no answer received · mail waits to be sent")
    return visit.word("no answer received · mail sent %(at)s") % {"at": tell.stamp(one.mailed_at)}


def _more(one: Recipient, visit: Visit) -> str:
    said = []
    if one.partstat == DELEGATED:
        said.append(visit.word("delegated to %(who)s") % {"who": one.delegated_to})
    if one.channel == following_up.PHONE and not one.is_unanswered:
        said.append(visit.word("noted by you"))
    if one.is_failed and not one.is_unanswered:
        said.append(visit.word("could not be delivered"))
    return " · ".join(said)

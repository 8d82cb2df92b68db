# SPDX-License-Identifier: GPL-3.0-or-later
"""«Invitasjoner»: what waits for an answer, and what was declined and can still be thought better of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from starlette.responses import Response
from starlette.routing import BaseRoute

from gateway.errors import NotFound, NotYours, Overtaken, Refused
from gateway.metrics import answers
from gateway.model import Brief, CrasherId, Invitation, ProposalId, ReadingId, Stage
from gateway.services import deciding, invitations, proposals
from gateway.services.awaiting import awaiting
from gateway.services.called_off import called_off, note
from gateway.services.crashers import uninvited
from gateway.store import readings
from gateway.web.desk.changes import named, told
from gateway.web.desk.door import Desk, Visit
from gateway.web.desk.item_view import repeat_in_words
from gateway.web.desk.others_say import gone_of, wish_of
from gateway.web.desk.uninvited import crashed_of, decide, notes_of
from gateway.web.forms import FormRefused, field
from gateway.web.times import teller
from ical.answers import ACCEPTED, DECLINED
from ical.instances import SERIES, InstanceId
from ical.kinds import Kind

PATH = "/invitasjoner"
ANSWERS = {"godkjenn": ACCEPTED, "underkjenn": DECLINED}
DEFER = "avbryt"
LONGEST_COMMENT = 1000
LONGEST_DAY = 32
LONGEST_NAME = 128


@dataclass(frozen=True, slots=True)
class Shown:
    """An invitation as a page tells of it."""

    reading_id: ReadingId
    instance: InstanceId
    asked: int
    brief: Brief
    organizer_name: str
    stage: str
    when: str
    their_when: str
    """The same in the zone of whoever invites, where it is another one there."""
    due: str
    can_defer: bool
    is_deleted: bool
    """It is in no calendar of theirs."""
    is_new: bool
    """Nobody has looked at it yet."""
    rule: str
    """How it repeats, '' where one is asked about a single day."""
    has_begun: bool
    """A series of which `when` and `due` tell the next time."""
    changed: tuple[str, ...]
    """What was changed since it was answered, or seen; nothing where it was not."""

    @property
    def is_task(self) -> bool:
        """Tell whether it is a task."""
        return self.brief.kind is Kind.VTODO

    @property
    def is_series(self) -> bool:
        """Tell whether it is asked about more than one day."""
        return self.instance == SERIES and self.brief.recurring


class InvitationsPage:
    """`/invitasjoner`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Sequence[BaseRoute]:
        """Give the routes of the page and of its answers."""
        return [
            self._desk.route(PATH, show=self._show),
            self._desk.route(f"{PATH}/{{reading:int}}", act=self._answer),
            self._desk.route(f"{PATH}/forslag/{{proposal:int}}", act=self._settle),
            self._desk.route(f"{PATH}/avlyst", act=self._note),
            self._desk.route(f"{PATH}/ubedt/{{crasher:int}}", act=self._decide),
        ]

    def _show(self, visit: Visit) -> Response:
        told = self._notes(visit).get(visit.request.query_params.get("svart", ""), "")
        return self._page(visit, told=told)

    def _answer(self, visit: Visit) -> Response:
        reading, said = reading_of(visit), visit.form.get("svar", "")
        if said == DEFER:
            with self._desk.database.write() as uow:
                invitations.defer(uow, visit.person, reading, visit.now)
            return self._desk.go(PATH, svart=DEFER)
        if said not in ANSWERS:
            raise FormRefused("no answer")
        try:
            record(self._desk, visit, reading, ANSWERS[said])
        except Overtaken:
            return self._page(visit, error="changed", status=HTTPStatus.CONFLICT)
        except (Refused, NotFound):
            return self._page(visit, error="closed", status=HTTPStatus.CONFLICT)
        is_task = said == "godkjenn" and visit.form.get("slag") == "oppgave"
        return self._desk.go(PATH, svart="godkjenn-oppgave" if is_task else said)

    def _settle(self, visit: Visit) -> Response:
        """Accept or decline what somebody proposes."""
        number, said = ProposalId(visit.request.path_params["proposal"]), visit.form.get("svar", "")
        comment = field(visit.form, "melding", longest=LONGEST_COMMENT) or None
        scene = self._desk.scene(visit)
        try:
            with self._desk.database.write() as uow:
                if said == "godta":
                    proposals.accept(uow, visit.person, number, scene=scene)
                elif said == "avvis":
                    proposals.decline(uow, visit.person, number, comment=comment, scene=scene)
                else:
                    raise FormRefused("no answer")
        except NotYours:
            raise NotFound("there is no such proposal") from None
        except Refused:
            return self._page(visit, error="settled", status=HTTPStatus.CONFLICT)
        return self._desk.go(PATH, svart=said)

    def _note(self, visit: Visit) -> Response:
        """Tell no more of something that was called off."""
        with self._desk.database.write() as uow:
            note(uow, visit.person, visit.form.get("melding", "")[:LONGEST_NAME])
        return self._desk.go(PATH)

    def _decide(self, visit: Visit) -> Response:
        """Take in somebody who was not asked, or turn them away."""
        number, said = CrasherId(visit.request.path_params["crasher"]), visit.form.get("svar", "")
        try:
            with self._desk.database.write() as uow:
                decide(self._desk, visit, uow, number, said)
        except Refused:
            return self._page(visit, error="closed", status=HTTPStatus.CONFLICT)
        return self._desk.go(PATH, svart=said)

    def _page(self, visit: Visit, *, told: str = "", error: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
        chosen = visit.request.query_params.get("vis", "")
        declined = chosen == "avslatte"
        find = invitations.declined if declined else invitations.pending
        with self._desk.database.read() as uow:
            wishes = [] if declined else awaiting(uow, visit.person, visit.now)
            gone = [] if declined else called_off(uow, visit.person, visit.now)
            heard = [] if declined else uninvited(uow, visit.person, visit.now)
            places = readings.numbers(
                uow, visit.person.id, {one.entry_id for one in wishes} | {one.entry_id for one in heard}
            )
            shown = [shown_of(one, visit) for one in find(uow, visit.person, visit.now)]
            facts = {
                "shown": [one for one in shown if one.is_series] if chosen == "repetisjoner" else shown,
                "chosen": chosen,
                "declined": declined,
                "proposals": [wish_of(one, visit, places) for one in wishes],
                "gone": [gone_of(one, visit) for one in gone],
                "note": told,
                "crashers": [crashed_of(one, visit, places) for one in heard],
                "error": self._errors(visit).get(error, ""),
            }
            return self._desk.render(visit, uow, "desk/invitations.html", facts, status=status)

    def _notes(self, visit: Visit) -> Mapping[str, str]:
        return {
            "godkjenn": visit.word("Accepted. It is in your calendar."),
            "godkjenn-oppgave": visit.word("Accepted. It is among your tasks."),
            "underkjenn": visit.word("Declined. Whoever invited you can see it."),
            "godta": visit.word("The proposal is accepted. Everybody is asked anew."),
            "avvis": visit.word("The proposal is declined. Whoever made it is told."),
            **notes_of(visit),
            DEFER: visit.word("Put off. It lies here until you answer."),
        }

    def _errors(self, visit: Visit) -> Mapping[str, str]:
        return {
            "changed": visit.word("It was changed while you had it open. Look at it once more, and answer."),
            "settled": visit.word("The proposal is settled already, or cannot be followed."),
            "closed": visit.word("It has been called off, or is over. There is nothing to answer any more."),
        }


def reading_of(visit: Visit) -> ReadingId:
    """Give which reading an address names; whose it is, the services see to."""
    return ReadingId(visit.request.path_params["reading"])


def day_of(form: Mapping[str, str]) -> InstanceId:
    """Give which day of a series a form is about, '' for all of it."""
    return InstanceId(form.get("dag", "")[:LONGEST_DAY])


def record(desk: Desk, visit: Visit, reading: ReadingId, partstat: str) -> None:
    """Record the answer in a form. Raises as `deciding.answer` does, and FormRefused."""
    form = visit.form
    asked = form.get("spurt", "")
    if not asked.isascii() or not asked.isdigit():
        raise FormRefused("no question")
    comment = field(form, "melding", longest=LONGEST_COMMENT) if partstat == DECLINED else ""
    deleted = form.get("slettet") == "1" and partstat == ACCEPTED
    with desk.database.write() as uow:
        deciding.answer(
            uow,
            visit.person,
            reading,
            partstat,
            instance=day_of(form),
            asked=int(asked[:9]),
            comment=comment or None,
            deleted=deleted,
            scene=desk.scene(visit),
        )
    answers.labels("web").inc()


def shown_of(one: Invitation, visit: Visit) -> Shown:
    """Give *one* as a page tells of it to *visit*: in their language and zone, and the inviter's where it differs."""
    tell, brief = teller(visit.person.timezone, visit.language), one.brief
    theirs = teller(one.organizer_zone, visit.language) if one.organizer_zone else tell
    when = tell.span(brief.start, brief.end) if brief.start else ""
    return Shown(
        one.reading_id,
        one.instance,
        one.asked,
        brief,
        one.organizer_name,
        stage=_stage(one, visit),
        when=when,
        their_when=theirs.span_here(brief.start, brief.end, tell) if brief.start else "",
        due=tell.moment(brief.due) if brief.due else "",
        can_defer=one.stage in {Stage.NEW, Stage.DISPLAYED},
        is_deleted=one.is_deleted,
        is_new=one.stage is Stage.NEW,
        rule=_rule(one, visit),
        has_begun=one.has_begun,
        changed=_changed(one, visit),
    )


def _rule(one: Invitation, visit: Visit) -> str:
    if one.instance != SERIES or not one.brief.recurring:
        return ""
    return repeat_in_words(visit, one.repeat) if one.repeat is not None else visit.word("repeats")


def _changed(one: Invitation, visit: Visit) -> tuple[str, ...]:
    lines = told(one.news, visit)
    if lines:
        return tuple(visit.word("Changed: %(what)s") % {"what": line} for line in lines)
    return (visit.word("Changed since you answered"),) if one.again else ()


def _stage(one: Invitation, visit: Visit) -> str:
    if one.news and one.stage is not Stage.DEFERRED:
        return visit.word("Changed: %(what)s") % {"what": named(one.news, visit)}
    if one.again:
        return visit.word("Changed since you answered")
    if one.stage is Stage.DEFERRED and one.deferred_at is not None:
        at = teller(visit.person.timezone, visit.language).stamp(one.deferred_at)
        return visit.word("Put off %(at)s") % {"at": at}
    if one.stage is Stage.DECLINED:
        return visit.word("Declined by deleting it") if one.is_deleted else visit.word("Declined")
    return visit.word("New")

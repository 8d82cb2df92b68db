# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of one appointment or task: filled in by whoever it belongs to, read by whoever is invited to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from http import HTTPStatus

from starlette.responses import Response
from starlette.routing import BaseRoute

from gateway.errors import NotFound, Overtaken, PreconditionFailed, Refused
from gateway.metrics import answers
from gateway.model import ReadingId
from gateway.services import deciding, drafts, editing, foresight, saving
from gateway.services.saving import Choices, Reach
from gateway.store import readings
from gateway.store.unit import UnitOfWork
from gateway.web.desk import item_work, people_picker
from gateway.web.desk.door import Desk, Visit
from gateway.web.desk.item_conflict import Conflict, conflict_of, joined, merged
from gateway.web.desk.item_form import REMINDERS, Errors, differences, packed
from gateway.web.desk.item_view import invited_facts, rule_in_words
from gateway.web.desk.item_work import KINDS, Work, choices_of
from gateway.web.desk.saving import step_facts
from gateway.web.forms import FormRefused, field, per_cent
from ical.answers import ACCEPTED, DECLINED, TENTATIVE
from ical.editing_own import Own
from ical.instances import SERIES, InstanceId
from ical.kinds import Kind
from ical.tasks import DONE

ANSWERS = {
    "godkjenn": ACCEPTED,
    "underkjenn": DECLINED,
    "kanskje": TENTATIVE,
    "prosent": ACCEPTED,
    "fullfort": ACCEPTED,
}
LONGEST_NOTE, LONGEST_COMMENT = 5000, 1000


class ItemsPage:
    """`/avtale/…` and `/oppgave/…`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def routes(self) -> Sequence[BaseRoute]:
        """Give the routes of new entries, of those that are there, and of the steps of saving and deleting."""
        return [route for room, kind in KINDS.items() for route in self._of_kind(room, kind)]

    def _of_kind(self, room: str, kind: Kind) -> Sequence[BaseRoute]:
        new, here = f"/{room}/ny", f"/{room}/{{reading:int}}"
        back, act = partial(self._back, kind), partial(self._act, kind)
        return [
            self._desk.route(new, show=partial(self._new, kind), act=act),
            self._desk.route(f"{new}/lagre", show=back, act=act),
            self._desk.route(here, show=partial(self._show, kind), act=act),
            self._desk.route(f"{here}/lagre", show=back, act=act),
            self._desk.route(f"{here}/slett", show=partial(self._ask_deleting, kind), act=partial(self._delete, kind)),
        ]

    def _new(self, kind: Kind, visit: Visit) -> Response:
        with self._desk.database.read() as uow:
            return self._form(visit, uow, item_work.started(visit, kind))

    def _back(self, kind: Kind, visit: Visit) -> Response:
        """Somebody comes to a step of saving by its address: what they had filled in is not in it."""
        room, number = item_work.ROOMS[kind], visit.request.path_params.get("reading", "ny")
        return self._desk.go(f"/{room}/{number}")

    def _show(self, kind: Kind, visit: Visit) -> Response:
        with self._desk.database.read() as uow:
            work = item_work.begun(uow, visit, kind, self._desk.scene(visit))
            note = visit.request.query_params.get("lagret", "")
            if work.entry is not None and work.entry.is_mine:
                return self._form(visit, uow, work, note=note)
            return self._invited(visit, uow, work, note=note)

    def _act(self, kind: Kind, visit: Visit) -> Response:
        wanted = visit.form.get("gjor", "lagre")
        if wanted == "svar":
            return self._answer(kind, visit)
        if wanted == "eget":
            return self._keep_own(kind, visit)
        with self._desk.database.write() as uow:
            work = item_work.sent(uow, visit, kind, self._desk.scene(visit))
            if work.entry is not None and not work.entry.is_mine:
                raise NotFound("it is not theirs to change")
            if wanted in {"lagre", "utfor"}:
                return self._save(visit, uow, work, chosen=wanted == "utfor")
            if wanted == "flett":
                return self._merge(visit, uow, work)
            work, picked = people_picker.changed(uow, visit, work, wanted)
            return self._form(visit, uow, work, picked=picked)

    def _save(self, visit: Visit, uow: UnitOfWork, work: Work, *, chosen: bool) -> Response:
        """Save what is filled in, or say first what it comes to (S-01, S-12)."""
        _, errors = work.told(visit.person)
        if errors:
            return self._form(visit, uow, work, errors=errors)
        entry = work.entry
        if entry is not None and work.version != entry.version:
            work = joined(work)
            conflict = conflict_of(visit, work)
            if conflict is not None:
                return self._conflict(visit, uow, work, conflict)
            work = replace(work, version=entry.version)
        filled, scene = work.filled(visit.person), self._desk.scene(visit)
        choices = choices_of(visit.form) if chosen else Choices()
        plan = foresight.plan(uow, visit.person, filled, choices, scene)
        if plan.asks and not chosen:
            facts = step_facts(work, plan)
            return self._desk.render(visit, uow, "desk/item_save.html", facts)
        return self._saved(visit, uow, work, choices)

    def _saved(self, visit: Visit, uow: UnitOfWork, work: Work, choices: Choices) -> Response:
        filled, scene = work.filled(visit.person), self._desk.scene(visit)
        try:
            number = saving.save(uow, visit.person, filled, choices, scene)
        except PreconditionFailed:
            return self._saved_twice(visit, uow, work)
        waiting = [one for one in drafts.listed(uow, visit.person) if one.taken_at is None]
        here = next(iter(readings.loaded(uow, [number])), None)
        mine = [one for one in waiting if here is not None and one.entry_id == here.entry_id]
        if choices.mail and mine:
            return self._desk.go(f"/utkast/{mine[0].id}")
        # Of a series that is moved, the day has another name now.
        query = work.query if choices.reach is Reach.THIS else {}
        return self._desk.go(f"/{item_work.ROOMS[work.kind]}/{number}", **query, lagret="1")

    def _saved_twice(self, visit: Visit, uow: UnitOfWork, work: Work) -> Response:
        """What is new was sent before: show what became of it."""
        if work.entry is not None:
            raise Overtaken("it was changed at the same moment")
        found = readings.of_uid(uow, visit.person.id, work.uid)
        if not found:
            raise NotFound("it is gone")
        return self._desk.go(f"/{item_work.ROOMS[work.kind]}/{found[0].reading.id}", lagret="1")

    def _merge(self, visit: Visit, uow: UnitOfWork, work: Work) -> Response:
        """Take of what two people changed what was chosen, and go on as if nobody else had been there."""
        if work.entry is None:
            raise FormRefused("nothing to be merged")
        return self._save(visit, uow, merged(work, visit.form), chosen=False)

    def _conflict(self, visit: Visit, uow: UnitOfWork, work: Work, conflict: Conflict) -> Response:
        facts = {"work": work, "conflict": conflict, "action": work.path, "carried": work.carried()}
        return self._desk.render(visit, uow, "desk/item_conflict.html", facts, status=HTTPStatus.CONFLICT)

    def _answer(self, kind: Kind, visit: Visit) -> Response:
        said, form = visit.form.get("svar", ""), visit.form
        if said not in ANSWERS:
            raise FormRefused("no answer")
        percent = DONE if said == "fullfort" else per_cent(form.get("prosent", "")) if said == "prosent" else None
        words = field(form, "melding", longest=LONGEST_COMMENT)
        try:
            with self._desk.database.write() as uow:
                work = self._record(kind, visit, uow, ANSWERS[said], percent, words if said == "underkjenn" else "")
        except Overtaken:
            return self._answered_late(kind, visit, "endret", words)
        except (Refused, NotFound):
            return self._answered_late(kind, visit, "stengt", words)
        answers.labels("web").inc()
        return self._desk.go(work.path, **work.query, lagret="svar")

    def _record(  # of what, who says, where it is kept, what, and in which words
        self, kind: Kind, visit: Visit, uow: UnitOfWork, partstat: str, percent: int | None, words: str
    ) -> Work:
        """Record an answer, and give what it is to. Raises as `deciding.answer` does."""
        work, asked = item_work.begun(uow, visit, kind, self._desk.scene(visit)), visit.form.get("spurt", "")
        if work.entry is None:
            raise NotFound("there is nothing to answer")
        deciding.answer(
            uow,
            visit.person,
            work.entry.reading.id,
            partstat,
            instance=work.instance,
            asked=int(asked[:9]) if asked.isascii() and asked.isdigit() else None,
            comment=words or None,
            percent=percent,
            scene=self._desk.scene(visit),
        )
        return work

    def _answered_late(self, kind: Kind, visit: Visit, note: str, words: str) -> Response:
        """It was changed, called off or over while somebody had it open: show how it is now, and keep their *words*."""
        with self._desk.database.read() as uow:
            work = item_work.begun(uow, visit, kind, self._desk.scene(visit))
            return self._invited(visit, uow, work, note=note, words=words, status=HTTPStatus.CONFLICT)

    def _keep_own(self, kind: Kind, visit: Visit) -> Response:
        form = visit.form
        with self._desk.database.write() as uow:
            work = item_work.begun(uow, visit, kind, self._desk.scene(visit))
            if work.entry is None:
                raise NotFound("there is nothing to write into")
            reminder = form.get("paminnelse", "")
            minutes = int(reminder[:6]) if reminder.isascii() and reminder.isdigit() else None
            own = Own(minutes, field(form, "notat", longest=LONGEST_NOTE))
            editing.write_own(uow, visit.person, work.entry, own, self._desk.scene(visit))
        return self._desk.go(work.path, **work.query, lagret="eget")

    def _ask_deleting(self, kind: Kind, visit: Visit) -> Response:
        with self._desk.database.read() as uow:
            work = item_work.begun(uow, visit, kind, self._desk.scene(visit))
            if work.entry is None:
                raise NotFound("there is nothing to delete")
            end = foresight.ending(uow, work.entry, self._desk.scene(visit))
            facts = {"work": work, "entry": work.entry, "end": end, "action": f"{work.path}/slett"}
            return self._desk.render(visit, uow, "desk/item_delete.html", facts)

    def _delete(self, kind: Kind, visit: Visit) -> Response:
        try:
            with self._desk.database.write() as uow:
                scene = self._desk.scene(visit)
                number = ReadingId(visit.request.path_params["reading"])
                dag = InstanceId(visit.form.get("dag", "")[: item_work.LONGEST_INSTANCE])
                entry = editing.opened(uow, visit.person, number, scene, dag)
                editing.take_away(uow, visit.person, entry, visit.form.get("versjon", "")[:64], scene)
        except PreconditionFailed:
            query = {"dag": visit.form.get("dag", "")} if visit.form.get("dag") else {}
            path = f"/{item_work.ROOMS[kind]}/{visit.request.path_params['reading']}"
            return self._desk.go(path, **query, lagret="endret")
        return self._desk.go("/oppgaver" if kind is Kind.VTODO else "/kalender", slettet="1")

    def _invited(
        self,
        visit: Visit,
        uow: UnitOfWork,
        work: Work,
        *,
        note: str,
        words: str = "",
        status: HTTPStatus = HTTPStatus.OK,
    ) -> Response:
        action = self._desk.url(work.path, **work.query)
        facts = {"note": note, "words": words, "reminders": REMINDERS, "action": action, **invited_facts(visit, work)}
        return self._desk.render(visit, uow, "desk/item_invited.html", facts, status=status)

    def _form(
        self,
        visit: Visit,
        uow: UnitOfWork,
        work: Work,
        *,
        errors: Errors | None = None,
        note: str = "",
        picked: people_picker.Picked | None = None,
    ) -> Response:
        told, _ = work.told(visit.person)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if errors else HTTPStatus.OK
        facts: Mapping[str, object] = {
            "work": work,
            "form": work.form,
            "told": told,
            "entry": work.entry,
            "errors": errors or {},
            "note": note,
            "picked": picked or people_picker.Picked(),
            "guests": people_picker.listed(uow, visit, work, told),
            "reminders": REMINDERS,
            "rule": rule_in_words(visit, work),
            "action": self._desk.url(work.path),
            "carried": [("uid", work.uid), ("versjon", work.version), ("dag", work.instance)],
            "packed": packed(work.base),
            "is_begun": bool(differences(work.base, work.form)),
            "is_day": work.instance != SERIES,
        }
        return self._desk.render(visit, uow, "desk/item.html", facts, status=status)

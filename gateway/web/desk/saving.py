# SPDX-License-Identifier: GPL-3.0-or-later
"""The step before saving: the five choices, what each will do, and whom it leaves out and why (product, 1.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.services.guests import Invitee
from gateway.services.saving import Plan
from gateway.web.desk.door import Visit
from gateway.web.desk.item_work import Work
from ical.kinds import Kind


@dataclass(frozen=True, slots=True)
class Step:
    """What the page of the step tells."""

    with_mail: tuple[Invitee, ...]
    without_mail: tuple[Invitee, ...]
    colleagues: tuple[Invitee, ...]
    occurrences: int | None
    is_day: bool
    linked: int
    reset: tuple[str, ...]
    told: tuple[str, ...]
    absent: bool
    """«Ikke inkluder meg selv» is chosen beforehand."""
    can_be_absent: bool

    @property
    def contacts(self) -> int:
        """Count those outside."""
        return len(self.with_mail) + len(self.without_mail)

    @property
    def generated(self) -> int | None:
        """Count what comes from it; None: there is no end to it."""
        if self.is_day and self.occurrences is None:
            return None
        return self.linked + (self.occurrences or 0 if self.is_day else 0)


def step_facts(visit: Visit, work: Work, plan: Plan) -> Mapping[str, object]:
    """Give what the template of the step is made of."""
    contacts = plan.guests.contacts
    was = work.entry.told if work.entry is not None else None
    is_new = was is None or not was.guests
    step = Step(
        with_mail=tuple(one for one in contacts if one.email),
        without_mail=tuple(one for one in contacts if not one.email),
        colleagues=plan.guests.colleagues,
        occurrences=plan.occurrences,
        is_day=plan.is_day,
        linked=plan.linked,
        reset=plan.reset,
        told=plan.told,
        # Whoever hands out a task does no part of it, unless they say so.
        absent=work.kind is Kind.VTODO if is_new else bool(was and was.absent),
        can_be_absent=bool(plan.guests.everybody),
    )
    return {"work": work, "step": step, "action": work.path, "carried": work.carried(), "names": _names, "visit": visit}


def _names(people: Sequence[Invitee]) -> str:
    return ", ".join(one.name for one in people)

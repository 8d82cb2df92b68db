# SPDX-License-Identifier: GPL-3.0-or-later
"""The step before saving: the five choices, what each will do, and whom it leaves out and why (product, 1.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.services.foresight import Plan
from gateway.services.guests import Invitee
from gateway.web.desk.item_work import Work
from ical.kinds import Kind


@dataclass(frozen=True, slots=True)
class Step:
    """What the page of the step tells."""

    plan: Plan
    absent: bool
    """«Ikke inkluder meg selv» is chosen beforehand."""

    @property
    def contacts(self) -> tuple[Invitee, ...]:
        """Give those outside."""
        return self.plan.guests.contacts

    @property
    def without_mail(self) -> tuple[Invitee, ...]:
        """Give those outside who get no mail, because nobody knows a mailbox of theirs."""
        return tuple(one for one in self.contacts if not one.email)

    @property
    def can_be_absent(self) -> bool:
        """Tell whether anybody else is in it."""
        return bool(self.plan.guests.everybody)

    @property
    def generated(self) -> int | None:
        """Count what comes from it; None: there is no end to it."""
        if self.plan.is_day and self.plan.occurrences is None:
            return None
        return self.plan.linked + (self.plan.occurrences or 0 if self.plan.is_day else 0)


def step_facts(work: Work, plan: Plan) -> Mapping[str, object]:
    """Give what the template of the step is made of."""
    was = work.entry.told if work.entry is not None else None
    is_new = was is None or not was.guests
    # Whoever hands out a task does no part of it, unless they say so.
    step = Step(plan, absent=work.kind is Kind.VTODO if is_new else bool(was and was.absent))
    return {
        "work": work,
        "step": step,
        "plan": plan,
        "action": work.path,
        "carried": work.carried(),
        "names": _names,
    }


def _names(people: Sequence[Invitee]) -> str:
    return ", ".join(one.name for one in people)

# SPDX-License-Identifier: GPL-3.0-or-later
"""What an invited person's own ATTENDEE lines say: PARTSTAT, to whom it is handed on, and what of it was changed."""

from ical.address import Address
from ical.answers import ACCEPTED, DELEGATED, IN_PROCESS, TENTATIVE
from ical.itip.answering import allowed
from ical.itip.delegating import delegate_of
from ical.kinds import Kind
from ical.snapshot import Part
from ical.tasks import Share


def partstats(part: Part, me: frozenset[Address]) -> dict[Address, tuple[str, Address | None]]:
    """Give PARTSTAT of the person's lines, and to whom those are delegated that say so."""
    mine = (p for p in part.people if p.address in me)
    return {p.address: (p.partstat, delegate_of(p.line) if p.partstat == DELEGATED else None) for p in mine}


def delegate_in(part: Part, me: frozenset[Address]) -> Address | None:
    """Give to whom the person hands it on, who is somebody else."""
    return next((to for _, to in partstats(part, me).values() if to is not None and to not in me), None)


def changed_partstat(kind: Kind, part: Part, before: Part | None, me: frozenset[Address]) -> str | None:
    """Give the PARTSTAT that was changed on one of the person's lines, or None; none goes back to NEEDS-ACTION.

    Whoever says DELEGATED, and not to whom else, says nothing.
    """
    showed = partstats(before, me) if before is not None else {}
    changed = (said for address, said in partstats(part, me).items() if said != showed.get(address))
    answers = (partstat for partstat, to in changed if partstat != DELEGATED or (to is not None and to not in me))
    return next((partstat for partstat in answers if allowed(partstat, kind)), None)


def kept_partstat(kind: Kind, part: Part, me: frozenset[Address], share: Share) -> str:
    """Give the PARTSTAT that the person's own text keeps while a task is under way.

    Read back as sent, it is no change for programs that compare texts: vdirsyncer would take it for a conflict with the
    next edit, and lose that.
    """
    if kind is not Kind.VTODO or share.partstat != IN_PROCESS:
        return ""
    own = next((p.partstat for p in part.people if p.address in me), "")
    return own if own in {ACCEPTED, TENTATIVE} else ""

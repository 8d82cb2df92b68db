# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people, or two windows, changed the same entry: the second sees what the first did, and chooses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.web.desk.item_form import differences, fields_of, guests_of, with_values
from gateway.web.desk.item_work import Work
from gateway.web.forms import Fields

TOGETHER: Mapping[str, Sequence[str]] = {
    "tid": ("start_dato", "start_tid", "slutt_dato", "slutt_tid", "hele_dagen"),
    "gjentakelse": ("gjenta", "intervall", "ukedag", "manedlig", "ender", "antall", "til_dato"),
}
"""Fields that say one thing together."""
_OF = {name: group for group, names in TOGETHER.items() for name in names}


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing that was changed meanwhile."""

    name: str
    before: str
    theirs: str
    mine: str
    is_mine: bool
    """The one who comes second changed it too."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What was changed meanwhile, thing by thing."""

    choices: tuple[Choice, ...]


def conflict_of(work: Work) -> Conflict | None:
    """Give what was changed since the form was made; None: nothing that stands on it."""
    if work.entry is None:
        return None
    theirs = fields_of(work.entry.told, work.kind)
    changed = _groups(differences(work.base, theirs))
    mine = _groups(differences(work.base, work.form))
    found = [
        Choice(name, _said(work.base, name), _said(theirs, name), _said(work.form, name), name in mine)
        for name in changed
        if _said(theirs, name) != _said(work.form, name)
    ]
    return Conflict(tuple(found)) if found else None


def merged(work: Work, chosen: Fields) -> Work:
    """Give *work* on top of what there is now, in which each thing is as was chosen (`velg_…`: `mitt` or `deres`)."""
    if work.entry is None:
        return work
    theirs = fields_of(work.entry.told, work.kind)
    mine, others = (_groups(differences(work.base, one)) for one in (work.form, theirs))
    form = theirs
    for group in dict.fromkeys((*mine, *others)):
        if chosen.get(f"velg_{group}", "mitt" if group in mine else "deres") == "mitt":
            names = TOGETHER.get(group, (group,))
            form = with_values(form, {name: work.form.all(name) for name in names})
    return replace(work, form=form, base=theirs, version=work.entry.version)


def _groups(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_OF.get(name, name) for name in names))


def _said(form: Fields, group: str) -> str:
    """Give what *form* says of one thing, in one line."""
    if group == "deltaker":
        return ", ".join(sorted(guest.name or guest.address for guest in guests_of(form.all(group))))
    if group == "tid":
        return _time(form)
    return " ".join(value for name in TOGETHER.get(group, (group,)) for value in form.all(name) if value)


def _time(form: Fields) -> str:
    parts = (
        (form.get("start_dato", ""), form.get("start_tid", "")),
        (form.get("slutt_dato", ""), form.get("slutt_tid", "")),
    )
    start, end = (" ".join(filter(None, part)) for part in parts)
    return f"{start} \N{EN DASH} {end}".strip(" \N{EN DASH}")

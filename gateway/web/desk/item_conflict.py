# SPDX-License-Identifier: GPL-3.0-or-later
"""Two people, or two windows, changed the same entry: the second sees what the first did, and chooses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.services.scene import zone_of
from gateway.web.desk.door import Visit
from gateway.web.desk.item_form import differences, fields_of, guest_value, guests_of, particulars_of, with_values
from gateway.web.desk.item_view import repeat_in_words
from gateway.web.desk.item_work import Work
from gateway.web.forms import Fields
from gateway.web.times import teller
from ical.editing import Particulars
from ical.kinds import Kind

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


def joined(work: Work) -> Work:
    """Give *work* in which those are whom both name: who comes second added and took out some, and so did the other."""
    if work.entry is None or "deltaker" not in differences(work.base, work.form):
        return work
    forms = (work.base, fields_of(work.entry.told, work.kind), work.form)
    before, theirs, mine = ({one.address: one for one in guests_of(form.all("deltaker"))} for form in forms)
    stay = [one for address, one in mine.items() if address in theirs or address not in before]
    more = [one for address, one in theirs.items() if address not in before and address not in mine]
    return replace(work, form=with_values(work.form, {"deltaker": [guest_value(one) for one in (*stay, *more)]}))


def conflict_of(visit: Visit, work: Work) -> Conflict | None:
    """Give what was changed since the form was made, as *visit* says it; None: nothing that stands on it."""
    if work.entry is None:
        return None
    theirs = fields_of(work.entry.told, work.kind)
    changed = _groups(differences(work.base, theirs))
    mine = _groups(differences(work.base, work.form))

    def choice(name: str) -> Choice:
        before, here, own = (_said(form, name, work.kind, visit) for form in (work.base, theirs, work.form))
        return Choice(name, before, here, own, name in mine)

    found = tuple(one for one in map(choice, changed) if one.theirs != one.mine)
    return Conflict(found) if found else None


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


def _said(form: Fields, group: str, kind: Kind, visit: Visit) -> str:
    """Give what *form* says of one thing, in one line; what is chosen from a list the page says."""
    if group == "deltaker":
        return ", ".join(sorted(guest.name or guest.address for guest in guests_of(form.all(group))))
    if group in TOGETHER:
        told, _ = particulars_of(form, kind, zone_of(visit.person))
        return _time(told, kind, visit) if group == "tid" else _repeat(told, visit)
    return form.get(group, "")


def _repeat(told: Particulars, visit: Visit) -> str:
    if told.repeat is not None:
        return repeat_in_words(visit, told.repeat)
    return visit.word("It repeats by a rule of its own.") if told.own_rule else ""


def _time(told: Particulars, kind: Kind, visit: Visit) -> str:
    tell = teller(visit.person.timezone, visit.language)
    if kind is Kind.VEVENT:
        return tell.span(told.start, told.end) if told.start is not None else ""
    return " \N{EN DASH} ".join(tell.moment(at) for at in (told.start, told.end) if at is not None)

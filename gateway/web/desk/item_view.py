# SPDX-License-Identifier: GPL-3.0-or-later
"""What the page of an appointment or task tells beside its form: to whoever is invited, of its rule, before it goes."""

from collections.abc import Mapping
from datetime import datetime

from babel.dates import format_date

from gateway.services.brief import brief, coming
from gateway.services.scene import zone_of
from gateway.web.desk.door import Visit
from gateway.web.desk.item_work import Work
from gateway.web.times import teller
from ical.answers import ACCEPTED, COMPLETED, DECLINED, IN_PROCESS, TENTATIVE
from ical.editing_repeat import Repeat
from ical.itip.groups import individuals
from ical.overrides import single
from ical.people import Attendee

YES = frozenset({ACCEPTED, IN_PROCESS, COMPLETED})


def invited_facts(visit: Visit, work: Work) -> Mapping[str, object]:
    """Give what somebody reads who is only invited, or is not in it any more."""
    entry = work.entry
    if entry is None:
        raise ValueError("nobody is invited to what is not there")
    zone = zone_of(visit.person)
    day = single(entry.said, entry.instance, zone)
    first, told, answer = brief(day, zone, visit.now), coming(day, zone, visit.now), entry.answer_of(visit.person)
    times = teller(visit.person.timezone, visit.language)
    theirs = teller(entry.organizer_zone, visit.language) if entry.organizer_zone else times
    me = visit.person.all_addresses
    return {
        "work": work,
        "entry": entry,
        "told": told,
        "has_begun": (first.start, first.due) != (told.start, told.due),
        "when": times.span(told.start, told.end) if told.start is not None else "",
        "their_when": theirs.span_here(told.start, told.end, times) if told.start is not None else "",
        "due": times.moment(told.due) if told.due is not None else "",
        "answer": answer,
        "said": _said(visit, answer.partstat) if answer is not None else "",
        "percent": (100 if answer.partstat == COMPLETED else answer.percent or 0) if answer is not None else 0,
        "can_answer": answer is not None and not entry.is_off and not entry.is_over and entry.here.kept is None,
        "asked": answer.reset_sequence if answer is not None else "",
        "others": [_other(visit, one) for one in individuals(day.main) if one.address not in me],
        "rule": rule_in_words(visit, work),
    }


def rule_in_words(visit: Visit, work: Work) -> str:
    """Say how what is there repeats, '' where it does not."""
    entry = work.entry
    if entry is None or not entry.repeats:
        return ""
    repeat = entry.told.repeat
    return repeat_in_words(visit, repeat) if repeat is not None else visit.word("It repeats by a rule of its own.")


def _other(visit: Visit, one: Attendee) -> tuple[str, str, str]:
    """Give the name of somebody else in it, the kind of their answer, and the word for it (reading A18)."""
    kind = {DECLINED: "no", TENTATIVE: "maybe"}.get(one.partstat, "yes" if one.partstat in YES else "")
    return (
        one.line.parameter("CN") or one.address.removeprefix("mailto:"),
        kind,
        _said(visit, ACCEPTED if kind == "yes" else one.partstat) if kind else "",  # how much is done is not theirs
    )


def _said(visit: Visit, partstat: str) -> str:
    words = {
        ACCEPTED: visit.word("Accepted"),
        IN_PROCESS: visit.word("Accepted"),
        COMPLETED: visit.word("Finished"),
        DECLINED: visit.word("Declined"),
        TENTATIVE: visit.word("Maybe"),
    }
    return words.get(partstat, visit.word("Not answered yet"))


def repeat_in_words(visit: Visit, repeat: Repeat) -> str:
    """Say how often something takes place, on which days, and how long."""
    once, several = {
        "DAILY": (visit.word("every day"), visit.word("every %(number)s days")),
        "WEEKLY": (visit.word("every week"), visit.word("every %(number)s weeks")),
        "MONTHLY": (visit.word("every month"), visit.word("every %(number)s months")),
        "YEARLY": (visit.word("every year"), visit.word("every %(number)s years")),
    }[repeat.frequency]
    often = once if repeat.interval == 1 else several % {"number": repeat.interval}
    days = ", ".join(format_date(_weekday(day), "EEEE", locale=visit.language) for day in repeat.weekdays)
    ends = ""
    if repeat.count is not None:
        ends = visit.word("%(number)s times") % {"number": repeat.count}
    elif repeat.until is not None:
        ends = visit.word("until %(day)s") % {"day": format_date(repeat.until, "long", locale=visit.language)}
    return ", ".join(filter(None, (f"{often} ({days})" if days else often, ends)))


def _weekday(number: int) -> datetime:
    return datetime(2026, 6, 1 + number)  # noqa: DTZ001 - a Monday, and the days that follow

# SPDX-License-Identifier: GPL-3.0-or-later
"""What an invitation says in words: its subject, its headline and the lines under it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, tzinfo

from ical.itip.outcome import Method
from ical.kinds import Kind
from ical.news import News
from mail.changes import told
from mail.content import Content, Day, Proposed, Repeats, is_timed, one_line
from mail.dates import Leaf, in_zone, leaf, moment, period, zone_name, zone_named
from mail.translations import Gettext

TITLE_LENGTH = 150
MOST_DAYS = 5
"""Occurrences that are told of by themselves."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing to know: its label, what it is, and a remark in smaller letters."""

    label: str
    text: str
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """The sentences of one invitation."""

    subject: str
    title: str
    headline: str
    changes: tuple[str, ...]
    """For an update: what is another."""
    now: str
    """For an update: that what follows is how it is now."""
    rows: tuple[Row, ...]
    leaf: Leaf | None
    accept: str
    decline: str


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a mail is written, and in whose name."""

    method: Method
    first: bool
    removed: bool
    """CANCEL: it takes place, without the recipient."""
    organizer: str
    timezone: str
    proposed: Proposed | None = None
    """DECLINECOUNTER: what is turned down."""
    news: tuple[News, ...] = ()
    """REQUEST: what is another than the recipient was told before."""


def wording_of(content: Content, occasion: Occasion, language: str, _: Gettext) -> Wording:
    """Say *content* in *language*."""
    zone = zone_named(occasion.timezone)
    start = in_zone(content.start, zone) if content.start else None
    end = in_zone(content.end, zone) if content.end else None
    task = content.kind is Kind.VTODO
    title = title_of(content.title, _)
    shown = end or start if task else start
    return Wording(
        subject=_subject(content, occasion, _) % {"title": title},
        title=title,
        headline=_headline(content, occasion, _) % {"name": occasion.organizer},
        changes=told(occasion.news, zone, language, _),
        now=_now(occasion, _),
        rows=(*_rows(content, start, end, zone, language, _), *_turned_down(occasion, zone, language, _)),
        leaf=leaf(shown, language) if shown else None,
        accept=_("Yes, I will do it") if task else _("Yes, I will come"),
        decline=_("No, I cannot do it") if task else _("No, I cannot come"),
    )


def title_of(summary: str, _: Gettext) -> str:
    """Give a title for subject and headline, cut where it is very long."""
    if not summary:
        return _("(no title)")
    return summary if len(summary) <= TITLE_LENGTH else summary[: TITLE_LENGTH - 1].rstrip() + "…"


def wanted_in(proposed: Proposed | None, zone: tzinfo, language: str, _: Gettext) -> str:
    """Say when and where somebody would rather have it; '' where nothing is proposed."""
    if proposed is None:
        return ""
    start, end = (in_zone(at, zone) if at is not None else None for at in (proposed.start, proposed.end))
    told = period(start, end, language, _) if start is not None else moment(end, language, _) if end is not None else ""
    return ", ".join(filter(None, (told, one_line(proposed.place))))


def _now(occasion: Occasion, _: Gettext) -> str:
    if occasion.method is Method.DECLINECOUNTER:
        return _("It stays as planned:")
    return _("This is how it is now:") if occasion.method is Method.REQUEST and not occasion.first else ""


def _subject(content: Content, occasion: Occasion, _: Gettext) -> str:
    task = content.kind is Kind.VTODO
    if occasion.method is Method.DECLINECOUNTER:
        return _("Stays as planned: %(title)s")
    if occasion.method is Method.CANCEL:
        if occasion.removed:
            return _("No longer for you: %(title)s") if task else _("No longer invited: %(title)s")
        return _("Cancelled task: %(title)s") if task else _("Cancelled: %(title)s")
    if occasion.first:
        return _("Task: %(title)s") if task else _("Invitation: %(title)s")
    return _("Updated task: %(title)s") if task else _("Updated invitation: %(title)s")


def _headline(content: Content, occasion: Occasion, _: Gettext) -> str:
    task = content.kind is Kind.VTODO
    if occasion.method is Method.DECLINECOUNTER:
        if task:
            return _("%(name)s cannot change this task as you proposed")
        return _("%(name)s cannot change this appointment as you proposed")
    if occasion.method is Method.CANCEL:
        if occasion.removed:
            return _("%(name)s has taken you off this task") if task else _("%(name)s has taken you off the guest list")
        return _("%(name)s has cancelled this task") if task else _("%(name)s has cancelled this appointment")
    if occasion.first:
        return _("%(name)s has a task for you") if task else _("%(name)s invites you to an appointment")
    return _("%(name)s has changed this task") if task else _("%(name)s has changed this appointment")


def _rows(
    content: Content, start: date | None, end: date | None, zone: tzinfo, language: str, _: Gettext
) -> Iterator[Row]:
    if content.kind is Kind.VTODO:
        if start is not None:
            yield Row(_("Begins"), moment(start, language, _), zone_name(start, language))
        if end is not None:
            yield Row(_("Due"), moment(end, language, _), zone_name(end, language))
    elif start is not None:
        timed = start if is_timed(start) else end
        yield Row(_("When"), period(start, end, language, _), zone_name(timed, language) if timed else "")
    if content.repeats is not None:
        yield Row(_("Repeats"), _repeats(content.repeats, _), _("your calendar shows all dates"))
    if content.place:
        yield Row(_("Where"), content.place)
    if content.link:
        yield Row(_("Link"), content.link)
    for day in content.days[:MOST_DAYS]:
        yield Row(_("Exception"), _day(day, zone, language, _), day.place)
    if len(content.days) > MOST_DAYS:
        yield Row(_("Exception"), _("and more: your calendar shows them"))


def _turned_down(occasion: Occasion, zone: tzinfo, language: str, _: Gettext) -> Iterator[Row]:
    if occasion.proposed is not None:
        yield Row(_("You proposed"), wanted_in(occasion.proposed, zone, language, _))
        if occasion.proposed.comment:
            yield Row(_("Message"), one_line(occasion.proposed.comment))


def _day(day: Day, zone: tzinfo, language: str, _: Gettext) -> str:
    start, end = (in_zone(at, zone) if at is not None else None for at in (day.start, day.end))
    when = period(start, end, language, _) if start is not None else ""
    return _("%(when)s: cancelled") % {"when": when} if day.cancelled else when


def _repeats(repeats: Repeats, _: Gettext) -> str:
    often = {
        "DAILY": (_("every day"), _("every %(number)s days")),
        "WEEKLY": (_("every week"), _("every %(number)s weeks")),
        "MONTHLY": (_("every month"), _("every %(number)s months")),
        "YEARLY": (_("every year"), _("every %(number)s years")),
    }
    once, each = often.get(repeats.frequency, (_("often"), _("often")))
    return once if repeats.interval <= 1 else each % {"number": repeats.interval}

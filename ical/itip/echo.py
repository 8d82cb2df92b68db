# SPDX-License-Identifier: GPL-3.0-or-later
"""What an organizer's client only sends back: components that were made when the entry was read (model, row 22)."""

from zoneinfo import ZoneInfo

from ical.address import Address
from ical.changes import says_the_same
from ical.instances import SERIES
from ical.kinds import Kind
from ical.overrides import arranged, takes_place, without
from ical.ranges import speaks_on
from ical.snapshot import Part, Snapshot
from ical.tasks import progress_of


def without_echo(sent: Snapshot, seen: Snapshot, stored: Snapshot, me: frozenset[Address], zone: ZoneInfo) -> Snapshot:
    """Give *sent* without components that are no word of the organizer *me*, who was shown *seen* of what is *stored*.

    They were made to show who answered them, now or when the client read the entry, or say of an occurrence what the
    series in *sent* says of it.
    """
    main = sent.part(SERIES)
    if main is None:
        return sent
    new = [p for p in sent.parts if stored.part(p.instance) is None]
    echo = {p.instance for p in new if _is_twin(sent, p, seen, me, zone)}
    rest = [p for p in new if p.instance not in echo and not speaks_on(sent.document, p.component)]
    others = {p.instance for p in rest if takes_place(sent, p.instance, zone)}
    if others:
        made = arranged(without(sent, others, zone), zone, made=others)
        echo |= {p.instance for p in rest if p.instance in others and _is_twin(sent, p, made, me, zone)}
    shown = {p.instance for p in rest if p.instance not in echo and _shows_an_answer(sent, p, main, me)}
    once = arranged(stored, zone, made={i for i in shown if takes_place(stored, i, zone)})
    echo |= {p.instance for p in rest if _is_twin(sent, p, once, me, zone)}
    return without(sent, echo, zone) if echo else sent


def _shows_an_answer(sent: Snapshot, part: Part, main: Part, me: frozenset[Address]) -> bool:
    """Tell whether *part* says that somebody else answered it otherwise than the series: only the server writes that.

    It was made for an answer that may be gone by now, or of a series that said something else.
    """
    said, series = _answers(part, me), _answers(main, me)
    if any(said[address] != series[address] for address in said.keys() & series.keys()):
        return True
    return sent.kind is Kind.VTODO and progress_of(sent, part) != progress_of(sent, main)


def _answers(part: Part, me: frozenset[Address]) -> dict[Address, tuple[str, str | None]]:
    asked = (p for p in part.people if p.by_server and p.address not in me)
    return {p.address: (p.partstat, p.line.parameter("X-DISTRIB-PERCENT")) for p in asked}


def _is_twin(sent: Snapshot, part: Part, shown: Snapshot, me: frozenset[Address], zone: ZoneInfo) -> bool:
    twin = shown.part(part.instance)
    if twin is None or sent.is_off(part) != shown.is_off(twin):
        return False
    # The organizer's share of a task is a row of theirs, in one occurrence too.
    alike = sent.kind is Kind.VTODO or _own(part, me) == _own(twin, me)
    return alike and says_the_same(shown, twin, sent, part, zone)


def _own(part: Part, me: frozenset[Address]) -> dict[Address, str]:
    return {p.address: p.partstat for p in part.people if p.address in me}

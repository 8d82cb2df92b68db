# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person reads, as files of which another server, or this one, makes the same entries again."""

from collections.abc import Iterator

from gateway.model import Calendar, Loaded, Person, Rendered
from gateway.services import views
from gateway.store import away, readings
from gateway.store.unit import UnitOfWork


def objects(uow: UnitOfWork, person: Person, calendar: Calendar) -> Iterator[Rendered]:
    """Give what lies in *calendar*, a page of it in memory at once.

    What somebody said beside an answer, and who has put an entry away, stands on their lines in its organizer's text.
    """
    after: str | None = ""
    while after is not None:
        found = readings.page(uow, calendar.id, after)
        own = {one.entry_id for one in found if isinstance(one, Loaded) and _is_own(one)}
        gone = away.from_entries(uow, own)
        for one in found:
            yield views.rendered(one, person, away=gone.get(one.entry_id) if isinstance(one, Loaded) else None)
        after = _href(found[-1]) if len(found) == readings.BATCH else None


def _href(one: Rendered | Loaded) -> str:
    return one.href if isinstance(one, Rendered) else one.reading.href


def _is_own(one: Loaded) -> bool:
    return one.kept is None and one.reading.scheduled and one.reading.organizer

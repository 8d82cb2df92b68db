# SPDX-License-Identifier: GPL-3.0-or-later
"""Under what a service acts: for whom, with which settings, when."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from gateway.config import Settings
from gateway.model import Person
from ical.itip.organizer import WHOLE_CALENDAR, Actor


@dataclass(frozen=True, slots=True)
class Scene:
    """The settings and the time of one act."""

    settings: Settings
    now: datetime
    """Aware, UTC."""
    agent: str = ""
    """The User-Agent of the program that acts."""
    quiet: bool = False
    """Nobody is told of it: a whole calendar is brought in, or whoever acts wants it so (reading A4)."""
    why_quiet: str = WHOLE_CALENDAR
    deputy: Person | None = None
    """Who acts for whoever the act is of (`services.deputies`); None: they do it themselves."""
    sees_private: bool = True
    """Entries can be seen, and so written over, that are not for everybody (CLASS)."""

    @property
    def hold_back(self) -> timedelta:
        """How long mail to contacts waits for second thoughts."""
        return timedelta(seconds=self.settings.hold_back)


def zone_of(person: Person) -> ZoneInfo:
    """Give the zone in which *person* means floating times."""
    return ZoneInfo(person.timezone)


def actor_of(person: Person, scene: Scene) -> Actor:
    """Give *person* as the engine sees them in *scene*."""
    by = scene.deputy.addresses[0] if scene.deputy is not None else None
    return Actor(person.all_addresses, zone_of(person), scene.agent, scene.quiet, scene.why_quiet, by)

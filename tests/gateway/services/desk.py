# SPDX-License-Identifier: GPL-3.0-or-later
"""What people of the company do on their pages, through the services that the pages call."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from gateway.model import Invitation, ReadingId
from gateway.services import deciding, invitations, overview
from gateway.services.overview import Overview, Recipient
from gateway.services.scene import Scene
from gateway.store.unit import UnitOfWork
from ical.answers import ACCEPTED
from ical.instances import SERIES, InstanceId
from tests.gateway.services.world import World


def pending(world: World, login: str) -> list[Invitation]:
    """Give what waits for somebody."""
    with world.database.read() as uow:
        return invitations.pending(uow, world.people[login], world.now)


def coming_up(world: World, login: str) -> list[Invitation]:
    """Give what comes up by itself at somebody's."""
    with world.database.read() as uow:
        person = world.people[login]
        asked = invitations.coming_up(uow, person, world.now)
        return [one for each in asked if (one := invitations.read(uow, person, each, world.now)) is not None]


def declined(world: World, login: str) -> list[Invitation]:
    """Give what somebody declined, and may think better of."""
    with world.database.read() as uow:
        return invitations.declined(uow, world.people[login], world.now)


def count(world: World, login: str) -> int:
    """Give the number that stands beside «Invitasjoner»."""
    with world.database.read() as uow:
        return invitations.count(uow, world.people[login], world.now)


def titles(found: list[Invitation]) -> list[str]:
    """Give what it is about."""
    return [one.brief.summary for one in found]


def reading_of(world: World, login: str, uid: str) -> ReadingId:
    """Give the number of what somebody has of *uid*."""
    return ReadingId(int(world.found(login, uid).etag.strip('"').partition("-")[0]))


def display(world: World, login: str, uid: str) -> None:
    """Let somebody have it before their eyes."""
    world.now += timedelta(minutes=1)
    with world.database.write() as uow:
        invitations.display(uow, world.people[login], reading_of(world, login, uid), world.now)


def defer(world: World, login: str, uid: str) -> None:
    """Let somebody put it off."""
    world.now += timedelta(minutes=1)
    with world.database.write() as uow:
        invitations.defer(uow, world.people[login], reading_of(world, login, uid), world.now)


def answer(  # who says what to which day of what, and in which words
    world: World,
    login: str,
    uid: str,
    partstat: str = ACCEPTED,
    *,
    day: str = SERIES,
    asked: int | None = None,
    comment: str | None = None,
    percent: int | None = None,
) -> None:
    """Let somebody answer."""
    world.now += timedelta(minutes=1)
    with world.database.write() as uow:
        deciding.answer(
            uow,
            world.people[login],
            reading_of(world, login, uid),
            partstat,
            instance=InstanceId(day),
            asked=asked,
            comment=comment,
            percent=percent,
            scene=Scene(world.settings, world.now),
        )


def seen_by(world: World, login: str, uid: str) -> Overview:
    """Give what whoever organizes it is told of the others."""
    with world.database.read() as uow:
        return overview.of(uow, world.people[login], reading_of(world, login, uid), world.now)


def recipient(world: World, uid: str, name: str, login: str = "kari") -> Recipient:
    """Give what they are told of one of them."""
    return next(one for one in seen_by(world, login, uid).recipients if one.name == name)


@contextmanager
def following_up(world: World) -> Iterator[tuple[UnitOfWork, Scene]]:
    """Let the organizer do something about it."""
    world.now += timedelta(minutes=1)
    with world.database.write() as uow:
        yield uow, Scene(world.settings, world.now)

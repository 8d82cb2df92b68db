# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages of an organizer: everybody who gets the same is named in one of them (RFC 5546 3.2.2, 3.2.5)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from ical import sharing
from ical.address import Address
from ical.answers import DECLINED, Answer, Standing
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Message, Method
from ical.overrides import is_past, single
from ical.snapshot import Snapshot, read_object

Recipients = Mapping[InstanceId, Sequence[Address]]
"""Who is sent something, by the occurrence that it is about."""


def requests(shared: bytes, to: Recipients, sequence: int, zone: ZoneInfo, *, first: bool = False) -> Iterator[Message]:
    """Give the REQUEST for each occurrence: whoever is asked to it alone gets that component and no other."""
    about = _about(shared, to, zone)
    for instance, people in sorted(to.items()):
        base = about(instance)
        yield Message(Method.REQUEST, tuple(people), base, sequence, first=first, instance=instance)


def cancels(shared: bytes, to: Recipients, sequence: int, zone: ZoneInfo, *, called_off: bool) -> Iterator[Message]:
    """Give the CANCEL for each occurrence; one of an occurrence never says anything of the series.

    *called_off* False: it takes place, without the recipients.
    """
    about = _about(shared, to, zone)
    for instance, people in sorted(to.items()):
        base = sharing.called_off(about(instance), sequence, zone)
        yield Message(Method.CANCEL, tuple(people), base, sequence, instance=instance, called_off=called_off)


def everybody(
    answers: Iterable[Answer], said: Snapshot, zone: ZoneInfo, now: datetime
) -> dict[InstanceId, list[Address]]:
    """Give who must hear that all of what is *said* is called off: those who were asked, and have not declined.

    Of a day that is over nobody needs to hear.
    """
    rows = [a for a in answers if a.asked_at is not None and not a.organizer]
    whole, some = {a.address for a in rows if a.instance == SERIES}, coming_to_all(rows)
    found: dict[InstanceId, list[Address]] = {SERIES: list(some)} if some else {}
    for row in rows:
        if row.address not in whole and row.partstat != DECLINED:
            found.setdefault(row.instance, []).append(row.address)
    return {i: people for i, people in found.items() if i == SERIES or not is_past(said, i, zone, now)}


def coming_to_all(answers: Iterable[Answer]) -> dict[Address, None]:
    """Give who was asked to the series, in order, and has not declined all that they were asked to."""
    rows = [a for a in answers if a.asked_at is not None and not a.organizer]
    coming = {a.address for a in rows if a.partstat != DECLINED}
    return dict.fromkeys(a.address for a in rows if a.instance == SERIES and a.address in coming)


def is_coming(standing: Standing, address: Address, instance: InstanceId) -> bool:
    """Tell whether somebody was asked to an occurrence and has not declined it."""
    row = standing.of(address, instance)
    return row is not None and row.asked_at is not None and row.partstat != DECLINED


def _about(shared: bytes, to: Recipients, zone: ZoneInfo) -> Callable[[InstanceId], bytes]:
    """Give what tells the text about an occurrence; *shared* is read once, and only where it is about any."""
    said = read_object(shared, zone) if to.keys() - {SERIES} else None
    return lambda instance: shared if said is None else single(said, instance, zone).document.raw

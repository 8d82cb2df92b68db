# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages of an organizer: everybody who gets the same is named in one of them (RFC 5546 3.2.2, 3.2.5)."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

from ical import view
from ical.address import Address
from ical.answers import DECLINED, Answer, Standing
from ical.instances import SERIES, InstanceId
from ical.itip.outcome import Message, Method
from ical.overrides import single
from ical.snapshot import read_object

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
        base = view.called_off(about(instance), sequence, zone)
        yield Message(Method.CANCEL, tuple(people), base, sequence, instance=instance, called_off=called_off)


def everybody(answers: Iterable[Answer]) -> dict[InstanceId, list[Address]]:
    """Give who must hear that all of it is called off: those who were asked, and have not declined."""
    rows = [a for a in answers if a.asked_at is not None and not a.organizer]
    whole = {a.address for a in rows if a.instance == SERIES}
    coming = {a.address for a in rows if a.partstat != DECLINED}
    found: dict[InstanceId, list[Address]] = {}
    for row in rows:
        if row.instance == SERIES and row.address in coming:
            found.setdefault(SERIES, []).append(row.address)
        elif row.address not in whole and row.partstat != DECLINED:
            found.setdefault(row.instance, []).append(row.address)
    return found


def is_coming(standing: Standing, address: Address, instance: InstanceId) -> bool:
    """Tell whether somebody was asked to an occurrence and has not declined it."""
    row = standing.of(address, instance)
    return row is not None and row.asked_at is not None and row.partstat != DECLINED


def _about(shared: bytes, to: Recipients, zone: ZoneInfo) -> Callable[[InstanceId], bytes]:
    """Give what tells the text about an occurrence; *shared* is read once, and only where it is about any."""
    said = read_object(shared, zone) if to.keys() - {SERIES} else None
    return lambda instance: shared if said is None else single(said, instance, zone).document.raw

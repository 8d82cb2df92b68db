# SPDX-License-Identifier: GPL-3.0-or-later
"""Somebody asks for the current text: a REFRESH to something that was distributed here (RFC 5546 3.2.6, 3.4.6)."""

from zoneinfo import ZoneInfo

from ical.address import Address
from ical.errors import NotOneObject
from ical.governing import Days
from ical.instances import SERIES
from ical.itip.calling import cancels, requests
from ical.itip.outcome import Entry, Method, Outcome, State
from ical.itip.questions import question, rows_of
from ical.limits import MAIL
from ical.overrides import Occurrences
from ical.snapshot import read_object


def refresh(entry: Entry, text: bytes, about: Address, *, zone: ZoneInfo) -> Outcome:
    """Decide what the REFRESH *text* brings *about*: all that they are asked to, as one REQUEST, and nothing else.

    A REFRESH that names an occurrence to which they are asked brings that alone. Of what is called off they get a
    CANCEL, and nothing where they are not asked any more. Raises NotOneObject where it is about something else, and
    what reading it raises.
    """
    asked = read_object(text, zone, MAIL, Method.REFRESH)
    if asked.uid != entry.uid or asked.kind is not entry.kind:
        raise NotOneObject("it asks for something else")
    name, mine = about.removeprefix("mailto:"), rows_of(entry.answers, about)
    if not mine:
        why = f"A mail asks for the current text, and {name} is not asked any more."
        return Outcome(state=entry.state, closed=entry.closed, why=(why,))
    shared = read_object(entry.shared, zone)
    row = question(mine, about, asked.main.instance, shared, Occurrences(shared, zone))
    instance = row.instance if row is not None else SERIES
    if entry.state is State.CANCELLED or Days(shared, zone).is_off(instance):
        messages = cancels(entry.shared, {instance: [about]}, entry.sequence, zone, called_off=True)
    else:
        messages = requests(entry.shared, {instance: [about]}, entry.sequence, zone)
    told = tuple(messages)
    why = f"A mail asks for the current text: {told[0].method} to {name} alone."
    return Outcome(state=entry.state, closed=entry.closed, messages=told, why=(why,))

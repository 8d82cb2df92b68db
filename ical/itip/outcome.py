# SPDX-License-Identifier: GPL-3.0-or-later
"""What goes into a decision and what comes out of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ical.address import Address
from ical.answers import Answer
from ical.instances import SERIES, InstanceId
from ical.itip.proposals import Proposal
from ical.kinds import Kind
from ical.overrides import Shift
from ical.private import Overlay
from ical.sharing import ABSENT


class Method(StrEnum):
    """The iTIP messages that are sent, or understood (RFC 5546 1.4)."""

    REQUEST = "REQUEST"
    REPLY = "REPLY"
    CANCEL = "CANCEL"
    REFRESH = "REFRESH"
    COUNTER = "COUNTER"
    DECLINECOUNTER = "DECLINECOUNTER"
    ADD = "ADD"

    # As a text, which it equals: an Enum hashes its name in Python, and a message to a thousand people is hashed often.
    __hash__ = str.__hash__


class State(StrEnum):
    """Whether the organizer still stands by the entry."""

    LIVE = "live"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as the engine sees it."""

    uid: str
    kind: Kind
    shared: bytes
    """What others start from: the words without the organizer's private lines."""
    organizer: Address | None
    sequence: int
    answers: tuple[Answer, ...] = ()
    words: bytes | None = None
    """The organizer's text; loaded for the organizer's own acts only."""
    state: State = State.LIVE
    off_at: datetime | None = None
    """When it was called off (UTC)."""
    closed: bool = False
    """The organizer closed the task by an act of their own, whatever the assignees have done."""
    outside: bool = False
    """Somebody outside organizes it: this is what one person here knows of it by mail (model, shape 9)."""
    crowd: int | None = None
    """How many people are asked at least, where `answers` holds one address's rows alone; None: it holds all."""

    @property
    def size(self) -> int:
        """How many people are asked, under each of their addresses; at least, where there are too many to be loaded."""
        return len({a.address for a in self.answers}) if self.crowd is None else self.crowd

    @property
    def timed(self) -> bytes:
        """The text that tells when people are busy: in what others start from, all that was called off is off.

        What its organizer is not in takes the others' time, and not the organizer's.
        """
        if self.words is None or self.state is State.CANCELLED or self.host_is_absent:
            return self.shared
        return self.words

    @property
    def host_is_absent(self) -> bool:
        """Whoever organizes it is not in it, or not in all of it."""
        return self.words is not None and f"\n{ABSENT}:".encode() in self.words

    def answer(self, address: Address, instance: InstanceId = SERIES) -> Answer | None:
        """Give the row of *address*, or None where the server is not responsible for that line."""
        return next((a for a in self.answers if a.address == address and a.instance == instance), None)


@dataclass(frozen=True, slots=True)
class Message:
    """One iTIP message, for all who get the same; `ical.itip.build` makes the text for each."""

    method: Method
    to: tuple[Address, ...]
    base: bytes
    """The shared text that it is built from."""
    sequence: int
    about: Address | None = None
    """REPLY: the address whose answer this is."""
    first: bool = False
    """REQUEST: the recipients have not been asked before."""
    instance: InstanceId = SERIES
    """Which occurrence alone it is about."""

    called_off: bool = True
    """CANCEL: it does not take place; False: the recipients are not in it any more."""

    proposal: Proposal | None = None
    """DECLINECOUNTER: what is turned down."""

    @property
    def is_end(self) -> bool:
        """It calls all of it off."""
        return self.method is Method.CANCEL and self.instance == SERIES


@dataclass(frozen=True, slots=True)
class Handover:
    """What somebody who is asked from outside sends the one to whom they hand their place, or who gives it back."""

    method: Method
    """REQUEST or CANCEL."""
    to: Address
    by: Address
    text: bytes
    """The message, as it was made for them."""
    instance: InstanceId = SERIES


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a change comes to, before anything is written."""

    words: bytes | None = None
    """The organizer's new text; None: as it was."""
    shared: bytes | None = None
    """What others start from now; None: as it was, in every byte."""
    sequence: int | None = None
    answers: tuple[Answer, ...] = ()
    """Rows that are new or changed."""
    dropped: tuple[Address, ...] = ()
    """Addresses whose rows go away: they are no longer invited, or no longer ours to ask."""
    ended: frozenset[tuple[Address, InstanceId]] = frozenset()
    """Single rows that go away: the occurrence is gone, or the person is not in it any more."""
    frozen: Mapping[Address, bytes] = field(default_factory=dict)
    """The text that each dropped address keeps from now on."""
    overlay: Overlay | None = None
    """The actor's own lines, where they changed."""
    shift: Shift | None = None
    """The series moved as a whole, and with it what people keep of single occurrences (model, row 20)."""
    messages: tuple[Message, ...] = ()
    handovers: tuple[Handover, ...] = ()
    touched: frozenset[Address] = frozenset()
    """Whose reading changed in any byte; the organizer by the organizer's address."""
    firm: frozenset[Address] = frozenset()
    """Of these, whose Schedule-Tag moves (RFC 6638 3.2.10)."""
    reset: frozenset[Address] = frozenset()
    """Who is asked again: a hidden reading of theirs comes back."""
    state: State = State.LIVE
    revived: bool = False
    """It was called off a moment ago, and is on again: who has not heard of it need not."""
    closed: bool = False
    gone: bool = False
    """The actor's own reading goes away."""
    why: tuple[str, ...] = ()
    """What was decided and why, a sentence each, for the decision log."""

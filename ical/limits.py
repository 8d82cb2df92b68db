# SPDX-License-Identifier: GPL-3.0-or-later
"""How much of everything is read before a text is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds for one calendar object; `ical.errors.TooLarge` names the one that is passed."""

    size: int = 1024 * 1024
    """Bytes of the whole text."""
    lines: int = 100_000
    """Content lines after unfolding."""
    depth: int = 8
    """Components inside one another."""
    components: int = 1_000
    """Events or tasks (overrides) of one object."""
    attendees: int = 2_000
    """ATTENDEE lines in one component."""
    people: int = 10_000
    """ATTENDEE lines in all components together."""
    dates: int = 10_000
    """RDATEs and EXDATEs of one component."""
    parameters: int = 64
    """Parameters of one line."""
    address: int = 320
    """Characters of a calendar user address (RFC 5321 4.5.3.1: 64 and 255 for a mailbox)."""


DEFAULT = Limits()
STORED = Limits(**dict.fromkeys(Limits.__slots__, 2**30))
"""For what was let in once: the server's own lines may have made it longer, or the settings let in more."""
MAIL = Limits(size=512 * 1024)
"""For the calendar part of a mail (Stalwart's default for iTIP)."""
PROPOSAL = Limits(size=64 * 1024, lines=5_000, components=10)
"""For a counter-proposal, which is kept as it came; Exchange's, with a description in HTML, have some 20 kB."""

# SPDX-License-Identifier: GPL-3.0-or-later
"""What an entry can be."""

from enum import StrEnum


class Kind(StrEnum):
    """An appointment, a task or a journal."""

    VEVENT = "VEVENT"
    VTODO = "VTODO"
    VJOURNAL = "VJOURNAL"


DISTRIBUTED = frozenset({Kind.VEVENT, Kind.VTODO})
"""What can be handed out to others. A journal is its owner's alone, whoever is named in it."""

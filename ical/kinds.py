# SPDX-License-Identifier: GPL-3.0-or-later
"""What an entry can be."""

from enum import StrEnum


class Kind(StrEnum):
    """An appointment or a task."""

    VEVENT = "VEVENT"
    VTODO = "VTODO"

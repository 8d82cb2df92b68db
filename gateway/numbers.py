# SPDX-License-Identifier: GPL-3.0-or-later
"""Numbers of things in sentences."""


def counted(number: int, one: str, many: str) -> str:
    """Give *number* with what there is so many of, in its right form."""
    return f"{number} {one if number == 1 else many}"

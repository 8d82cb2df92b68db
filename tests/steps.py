# SPDX-License-Identifier: GPL-3.0-or-later
"""How much work something is, counted in lines of Python: that is the same on an idle machine and on a busy one."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import TraceFunction


def steps(act: Callable[[], object]) -> int:
    """Give how many lines *act* executes in this thread."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> "TraceFunction":
        nonlocal count
        count += event == "line"
        return note

    before = sys.gettrace()
    sys.settrace(note)
    try:
        act()
    finally:
        sys.settrace(before)
    return count

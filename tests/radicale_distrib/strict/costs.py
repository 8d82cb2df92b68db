# SPDX-License-Identifier: GPL-3.0-or-later
"""How much processor time something may take."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

MOST = 5.0
"""Seconds; what is measured takes less than a tenth of them, and what is not bounded takes hours."""


@contextmanager
def bounded(seconds: float = MOST) -> Iterator[None]:
    """Hold that what is done inside keeps the processor busy for *seconds* at most, however busy others keep it."""
    before = time.process_time()
    yield
    assert time.process_time() - before < seconds

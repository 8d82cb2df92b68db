# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens without anybody asking: mail goes out and comes in, and what nobody needs any more goes away."""

from gateway.worker.fetches import noted
from gateway.worker.loop import run
from gateway.worker.post import CatchAll

__all__ = ["CatchAll", "noted", "run"]

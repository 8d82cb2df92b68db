# SPDX-License-Identifier: GPL-3.0-or-later
"""What names one occurrence of an entry."""

from typing import NewType

InstanceId = NewType("InstanceId", str)
"""An occurrence by its start: `20261008T080000Z` (an instant, UTC), `20261008T100000` (floating: the same clock for
everybody, RFC 5545 3.3.5), `20261008` (an all-day one), `''` (the series)."""

SERIES = InstanceId("")
"""The entry as a whole, whether it recurs or not."""

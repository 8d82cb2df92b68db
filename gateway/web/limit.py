# SPDX-License-Identifier: GPL-3.0-or-later
"""Slows down an address that asks for too many pages."""

from collections import OrderedDict
from datetime import datetime
from ipaddress import IPv6Address, ip_address
from threading import Lock

MOST_ADDRESSES = 10_000


class Limit:
    """Lets each client address ask *burst* times at once, and *per_minute* times a minute after that."""

    def __init__(self, burst: int = 60, per_minute: int = 60) -> None:
        self._burst, self._per_second = float(burst), per_minute / 60
        self._left: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = Lock()

    def admits(self, client: str, now: datetime) -> bool:
        """Tell whether *client* may ask once more, and count it if so."""
        key = _network(client)
        with self._lock:
            left, since = self._left.pop(key, (self._burst, now))
            left = min(self._burst, left + max(0.0, (now - since).total_seconds()) * self._per_second)
            self._left[key] = (max(0.0, left - 1), now) if left >= 1 else (left, now)
            if len(self._left) > MOST_ADDRESSES:
                self._left.popitem(last=False)
            return left >= 1


def _network(client: str) -> str:
    """Give what counts as one client: an IPv6 customer has a whole /64."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv6Address):
        return f"{int(address) >> 64:x}"
    return str(address)

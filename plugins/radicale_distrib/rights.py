# SPDX-License-Identifier: GPL-3.0-or-later
"""Rights: everybody in their own home, nobody in another's; deputies are the gateway's own (`services.deputies`).

A plain Radicale can use them too (`[rights] type = radicale_distrib`): its DELETE asks rights alone whether a
calendar may go, and would answer 500 to a storage that refuses.
"""

from radicale.rights import BaseRights

from gateway.services.calendars import ALWAYS_THERE


class Rights(BaseRights):
    """The owner reads and writes; the root can be read by all who are signed in."""

    def authorization(self, user: str, user_groups: set[str], path: str) -> str:
        """Give what *user* may do at *path*, in Radicale's letters."""
        if not user:
            return ""
        owner, _, below = path.strip("/").partition("/")
        if not owner:
            return "R"
        if owner != user:
            return ""
        if not below:
            return "R"
        return "rwd" if below in ALWAYS_THERE else "rw"

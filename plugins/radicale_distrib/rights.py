# SPDX-License-Identifier: GPL-3.0-or-later
"""Rights: everybody in their own home, nobody in another's."""

from radicale.rights import BaseRights


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
        return "rw" if below else "R"

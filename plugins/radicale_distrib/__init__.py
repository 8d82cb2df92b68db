# SPDX-License-Identifier: GPL-3.0-or-later
"""CalDAV over the gateway's entries: Radicale speaks HTTP, the services decide.

`build` makes the application that the gateway mounts; `Storage` and `Rights` are what a plain Radicale loads by
`type = radicale_distrib`.
"""

from radicale_distrib.application import REALM, Application, build
from radicale_distrib.rights import Rights
from radicale_distrib.storage import Storage

__all__ = ["REALM", "Application", "Rights", "Storage", "build"]

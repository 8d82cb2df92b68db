# SPDX-License-Identifier: GPL-3.0-or-later
"""How many results a client wants at most, and how it is told that there are more (RFC 6578 3.6, RFC 5323 5.17)."""

import re
import xml.etree.ElementTree as ET

from radicale_distrib import properties
from radicale_distrib.errors import Problem
from radicale_distrib.markup import dav, words
from radicale_distrib.resources import Scope

MOST = 10_000
"""Results of one report that was limited: they are collected before they are sent."""
MOST_TEXTS = 1_000
_NUMBER = re.compile("[1-9][0-9]{0,8}", re.ASCII)


def limit_of(root: ET.Element, *, texts: bool) -> int | None:
    """Read `limit`, for results with or without *texts*; None: there is none. Raises Problem for what is no number."""
    node = root.find(f"{dav('limit')}/{dav('nresults')}")
    if node is None:
        return None
    value = words(node)
    if not _NUMBER.fullmatch(value):
        raise Problem(400, message="nresults is no positive number")
    return min(int(value), MOST_TEXTS if texts else MOST)


def truncated(scope: Scope) -> str:
    """Say that there is more than was told."""
    target = scope.href(scope.request.path)
    return properties.status_response(target, "507 Insufficient Storage", "<D:number-of-matches-within-limits/>")

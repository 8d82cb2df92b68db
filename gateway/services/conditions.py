# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what a client demands of the stored object holds (RFC 9110 13.1, RFC 6638 3.2.10 and 8.3)."""

import re

from gateway.errors import PreconditionFailed
from gateway.model import Condition, Reading

_ETAG = re.compile(r'(?:W/)?"?(\d+)-(\d+)"?\s*(?:,|$)')


def check(condition: Condition, reading: Reading | None, *, strict: bool) -> bool:
    """Tell whether the client proved that it writes on top of what *reading* is now; raises PreconditionFailed.

    In an entry with other people an entity tag holds from the last firm change on: a colleague's answer in between must
    not refuse a save (model, row 2). *strict* turns that off.
    """
    if condition.if_none_match and reading is not None:
        raise PreconditionFailed("there is an object already")
    proved = False
    if condition.if_match is not None:
        proved = _matches(condition.if_match, reading, strict=strict)
    if tag := (condition.schedule_tag or "").strip():
        if reading is None or reading.schedule_tag is None or tag.strip('"') != reading.schedule_tag.strip('"'):
            raise PreconditionFailed("the entry was changed by its organizer, or by its owner elsewhere")
        proved = True
    return proved


def _matches(header: str, reading: Reading | None, *, strict: bool) -> bool:
    if reading is None:
        raise PreconditionFailed("there is no such object")
    if header.strip() == "*":
        return False
    for match in _ETAG.finditer(header.strip()):
        if int(match.group(1)) != reading.id:
            continue
        revision = int(match.group(2))
        lowest = reading.tag if reading.scheduled and not strict else reading.revision
        if lowest <= revision <= reading.revision:
            return True
    raise PreconditionFailed("the object was changed in the meantime")

# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether what a client demands of the stored object holds (RFC 9110 13.1, RFC 6638 3.2.10 and 8.3)."""

import re

from gateway.errors import PreconditionFailed
from gateway.model import Condition, Reading

_TAG = re.compile(r'"([^"]*)"|([^\s,"]+)')
_OURS = re.compile(r"(\d{1,18})-(\d{1,18})", re.ASCII)


def check(condition: Condition, reading: Reading | None, *, strict: bool) -> bool:
    """Tell whether the client proved that it writes on top of what *reading* is now; raises PreconditionFailed.

    In an entry with other people an entity tag holds from the last firm change on: a colleague's answer in between must
    not refuse a save (model, row 2). *strict* turns that off.
    """
    _check_absence(condition, reading.etag if reading is not None else None)
    proved = False
    if condition.if_match is not None:
        proved = _matches(condition.if_match, reading, strict=strict)
    if tag := (condition.schedule_tag or "").strip():
        if reading is None or reading.schedule_tag is None or tag.strip('"') != reading.schedule_tag.strip('"'):
            raise PreconditionFailed("the entry was changed by its organizer, or by its owner elsewhere")
        proved = True
    return proved


def check_tag(condition: Condition, etag: str | None) -> None:
    """Raise PreconditionFailed unless *condition* holds for what has exactly *etag*, and None where nothing is."""
    _check_absence(condition, etag)
    if condition.if_match is not None and not names(condition.if_match, etag):
        raise PreconditionFailed("this was changed in the meantime, or is not there")
    if (condition.schedule_tag or "").strip():
        raise PreconditionFailed("there is no Schedule-Tag here")


def names(header: str, etag: str | None) -> bool:
    """Tell whether a list of entity tags, or `*`, holds for what has *etag*; None: for what is not there."""
    return etag is not None and (header.strip() == "*" or etag.strip('"') in tags_in(header))


def tags_in(header: str) -> list[str]:
    """Give the opaque parts of the entity tags in a list, weak or not; the Outlook synchronizer may send them bare."""
    return [quoted or bare for quoted, bare in _TAG.findall(header.replace("W/", ""))]


def _check_absence(condition: Condition, etag: str | None) -> None:
    if condition.if_none_match is not None and names(condition.if_none_match, etag):
        raise PreconditionFailed("there is such an object already")


def _matches(header: str, reading: Reading | None, *, strict: bool) -> bool:
    if reading is None:
        raise PreconditionFailed("there is no such object")
    if header.strip() == "*":
        return False
    lowest = reading.tag if reading.scheduled and not strict else reading.revision
    for tag in tags_in(header):
        match = _OURS.fullmatch(tag)
        if match is None or int(match.group(1)) != reading.id:
            continue
        if lowest <= int(match.group(2)) <= reading.revision:
            return True
    raise PreconditionFailed("the object was changed in the meantime")

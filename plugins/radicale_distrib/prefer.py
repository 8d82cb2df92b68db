# SPDX-License-Identifier: GPL-3.0-or-later
"""What a client would like an answer to hold (RFC 7240, RFC 8144), and how it is told that it got that."""

from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

LONGEST = 1000
"""Characters of a Prefer header that is read; what is longer wishes for nothing."""
_TOLD_IN_XML = frozenset({"MKCALENDAR", "MKCOL", "PROPFIND", "PROPPATCH", "REPORT"})
_WRITES = frozenset({"COPY", "DELETE", "MOVE", "PUT"})
_SUCCESS = range(200, 300)


@dataclass(frozen=True, slots=True)
class Preferences:
    """The wishes that are known here; every other one may be passed over (RFC 7240 2)."""

    minimal: bool = False
    """`return=minimal`: nothing that goes without saying (RFC 8144 2)."""
    representation: bool = False
    """`return=representation`: the object as it is now, after a write or a condition that failed (RFC 8144 3)."""
    no_root: bool = False
    """`depth-noroot`: what lies in the resource without the resource itself (RFC 8144 4)."""


@lru_cache(maxsize=64)
def read(prefer: str, brief: str) -> Preferences:
    """Read the headers Prefer and Brief, both '' where they were not sent.

    The first of two wishes of one name counts. Apple sends the older `Brief: t`, and `return-minimal`.
    """
    wishes: dict[str, str] = {}
    for wish in prefer.split(",") if len(prefer) <= LONGEST else ():
        name, _, value = wish.partition(";")[0].partition("=")
        wishes.setdefault(name.strip().lower(), value.strip().strip('"').lower())
    wanted = wishes.get("return")
    return Preferences(
        minimal=wanted == "minimal"
        or (wanted is None and ("return-minimal" in wishes or brief.strip().lower() in {"t", "true"})),
        representation=wanted == "representation" or (wanted is None and "return-representation" in wishes),
        no_root="depth-noroot" in wishes,
    )


def headers(method: str, wishes: Preferences, status: int, *, prefer: str, deep: bool, shown: bool) -> dict[str, str]:
    """Give Vary, and Preference-Applied where *prefer* was sent and heeded.

    GET varies by what may be compressed. *deep*: Depth was more than 0; *shown*: the body is the object that the
    request was about.
    """
    if method not in _TOLD_IN_XML and method not in _WRITES:
        return {"Vary": "Accept-Encoding"} if method in {"GET", "HEAD"} else {}
    applied = []
    if prefer and wishes.minimal and method in _TOLD_IN_XML and _is_short(method, status):
        applied.append("return=minimal")
    if prefer and wishes.representation and shown:
        applied.append("return=representation")
    if wishes.no_root and method == "PROPFIND" and deep and status == HTTPStatus.MULTI_STATUS:
        applied.append("depth-noroot")
    found = {"Vary": "Brief, Prefer"}
    if applied:
        found["Preference-Applied"] = ", ".join(applied)
    return found


def _is_short(method: str, status: int) -> bool:
    """Tell whether the answer is one that may have been cut short."""
    if method in {"PROPFIND", "REPORT"}:
        return status == HTTPStatus.MULTI_STATUS
    return status in _SUCCESS and status != HTTPStatus.MULTI_STATUS

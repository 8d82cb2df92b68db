# SPDX-License-Identifier: GPL-3.0-or-later
"""TEXT values and UTC stamps, as they stand in a content line."""

import re
from datetime import UTC, datetime

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_TO_ESCAPE = re.compile(r"[\\;,]")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_STAMP = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z", re.ASCII)

LEAP_SECOND, LAST_SECOND = 60, 59
"""A leap second is read as the last second of its minute (RFC 5545 3.3.12)."""


def escape(text: str) -> str:
    """Give *text* as a TEXT value (RFC 5545 3.3.11); control characters, which no line may hold, are left out."""
    marked = _TO_ESCAPE.sub(r"\\\g<0>", _NEWLINE.sub("\n", text)).replace("\n", "\\n")
    return _CONTROLS.sub("", marked)


def unescape(value: str) -> str:
    """Give the text of a TEXT value (RFC 5545 3.3.11); a backslash before anything else is left out."""
    return _ESCAPE.sub(lambda m: "\n" if m.group(1) in "nN" else m.group(1), value)


def stamp(at: datetime) -> str:
    """Give an aware time as UTC: `20261123T231500Z`."""
    extended = (at if at.tzinfo is UTC else at.astimezone(UTC)).isoformat()
    return f"{extended[:4]}{extended[5:7]}{extended[8:13]}{extended[14:16]}{extended[17:19]}Z"


def parse_stamp(value: str | None) -> datetime | None:
    """Give the time of a UTC stamp, or None where the value is none."""
    match = _STAMP.fullmatch(value.strip()) if value is not None else None
    if match is None:
        return None
    year, month, day, hour, minute, second = map(int, match.groups())
    try:
        return datetime(year, month, day, hour, minute, LAST_SECOND if second == LEAP_SECOND else second, tzinfo=UTC)
    except ValueError:
        return None

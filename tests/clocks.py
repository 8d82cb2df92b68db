# SPDX-License-Identifier: GPL-3.0-or-later
"""What the clocks of Oslo are called in Norwegian: CLDR has had two names for them, and Babel brings CLDR."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_name

_OSLO = ZoneInfo("Europe/Oslo")


def _name(month: int, said: str) -> str:
    name: str = get_timezone_name(datetime(2026, month, 1, tzinfo=_OSLO), width="long", locale="nb")
    assert said in name
    assert "sentral" in name.lower()
    return name


WINTER, SUMMER = _name(1, "normaltid"), _name(7, "sommertid")

# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody has chosen for one browser: how pages look there, and whether keys act. It is kept in a cookie."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

COOKIE = "valg"
KEPT = timedelta(days=365)
_NO_KEYS = "uten-taster"


class Theme(StrEnum):
    """How pages look."""

    SYSTEM = "system"
    """As the machine says."""
    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True)
class Choices:
    """What is chosen."""

    theme: Theme = Theme.SYSTEM
    keys: bool = True
    """Single keys act (WCAG 2.1.4: they can be switched off)."""


def chosen(request: Request) -> Choices:
    """Give what the browser says; what it does not say is as everybody has it."""
    said = request.cookies.get(COOKIE, "").split(".")
    theme = next((Theme(one) for one in said if one in set(Theme)), Theme.SYSTEM)
    return Choices(theme, keys=_NO_KEYS not in said)


def keep(choices: Choices, response: Response, *, path: str, secure: bool) -> Response:
    """Let the browser keep *choices* for the pages under *path*."""
    said = [choices.theme.value, *([] if choices.keys else [_NO_KEYS])]
    age = int(KEPT.total_seconds())
    response.set_cookie(COOKIE, ".".join(said), age, path=path, secure=secure, httponly=True, samesite="lax")
    return response

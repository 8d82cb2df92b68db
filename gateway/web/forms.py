# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms as they are sent, within bounds, and the mark that ties a form to the page it was on."""

import hmac
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from urllib.parse import parse_qsl

from starlette.requests import Request

LARGEST_FORM = 16 * 1024
MOST_FIELDS = 20
OPEN_FOR = timedelta(hours=24)
"""How long a page may lie open before its form is sent."""
CLOCKS_APART = timedelta(minutes=1)
"""How much the clocks of two gateway processes may differ."""
FULL = 100
_DIGITS = re.compile(r"[0-9]{1,3}")
_PAGE = re.compile(r"[0-9]{1,4}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


class Fields(Mapping[str, str]):
    """What was sent: the last value of each field by its name, and all of those that stand there several times."""

    __slots__ = ("pairs",)

    def __init__(self, pairs: tuple[tuple[str, str], ...] = ()) -> None:
        self.pairs = pairs

    def __getitem__(self, name: str) -> str:
        """Give the last value of a field."""
        for key, value in reversed(self.pairs):
            if key == name:
                return value
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        """Give the names, each once."""
        return iter(dict(self.pairs))

    def __len__(self) -> int:
        """Count the names."""
        return len(dict(self.pairs))

    def all(self, name: str) -> tuple[str, ...]:
        """Give every value of a field, in the order of the page."""
        return tuple(value for key, value in self.pairs if key == name)


class FormRefused(Exception):
    """The body is no form of ours: too large, too many fields, or not a form at all."""


class Mark(StrEnum):
    """What a form's mark tells of the page that it was on."""

    GOOD = "good"
    OLD = "old"
    """The page was open too long, or is none of ours."""
    CHANGED = "changed"
    """What the page showed is not so any more."""


async def read_form(request: Request, *, largest: int = LARGEST_FORM, most: int = MOST_FIELDS) -> Fields:
    """Give the fields of a form sent as `application/x-www-form-urlencoded`, at most *largest* bytes of it.

    Raises FormRefused where it is larger, has more than *most* fields, or is no form.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        raise FormRefused("not a form")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise FormRefused("too large")
    try:
        fields = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=most, errors="strict")
    except ValueError as error:
        raise FormRefused("cannot be read") from error
    return Fields(tuple(fields))


def plain(text: str) -> str:
    """Give *text* as people wrote it: line feeds between lines, no control characters, nothing around it."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def make_mark(secret: str, shown: str, now: datetime) -> str:
    """Give the mark of a page that shows *shown* to whoever holds *secret*.

    The secret is the link's own token, so that any process of the gateway can check what another one made.
    """
    stated = f"{int(now.timestamp()):x}.{_digest(shown)}"
    return f"{stated}.{_seal(secret, stated)}"


def check_mark(mark: str, secret: str, shown: str, now: datetime) -> Mark:
    """Tell whether *mark* is of a page of ours that was made not too long ago and showed what is so now."""
    stated, _, seal = mark.rpartition(".")
    if not stated.isascii() or not seal.isascii() or not hmac.compare_digest(seal, _seal(secret, stated)):
        return Mark.OLD
    made, _, digest = stated.partition(".")
    age = now.timestamp() - int(made, 16)
    if not -CLOCKS_APART.total_seconds() <= age <= OPEN_FOR.total_seconds():
        return Mark.OLD
    return Mark.GOOD if digest == _digest(shown) else Mark.CHANGED


def field(form: Mapping[str, str], name: str, *, longest: int = 200) -> str:
    """Give a field as `plain` text, '' where it is missing; more than *longest* characters are refused."""
    text = plain(form.get(name, ""))
    if len(text) > longest:
        raise FormRefused(f"{name} is too long")
    return text


def per_cent(text: str) -> int:
    """Give a whole number from 0 to 100; anything else is refused."""
    if not _DIGITS.fullmatch(text) or int(text) > FULL:
        raise FormRefused("no per cent")
    return int(text)


def page_number(text: str) -> int:
    """Give which page of a list is asked for; the first one where that cannot be read."""
    return max(int(text), 1) if _PAGE.fullmatch(text) else 1


def _digest(shown: str) -> str:
    return sha256(shown.encode()).hexdigest()[:16]


def _seal(secret: str, stated: str) -> str:
    return hmac.new(secret.encode(), b"answer page\n" + stated.encode(), sha256).hexdigest()

# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are longer than one batch: sent piece by piece, each piece read in a transaction of its own.

So the memory that a listing takes does not grow with what is listed, and no transaction waits for a client to read.
What changes meanwhile may be missing, or newer than the token or tag in the same answer, which was read first: the
client is told of it when it asks the next time.
"""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from radicale_distrib import markup
from radicale_distrib.markup import dav
from radicale_distrib.requests import XML, Response
from radicale_distrib.resources import Scope

_NONE = re.compile(r"q\s*=\s*0(?:\.0*)?\s*$")
At = TypeVar("At")
"""A place in what is told, from which the next batch begins."""
Fetch = Callable[[Scope, At], tuple[Iterable[str], At | None]]
"""Gives the pieces from a place on, and where they go on; None: these were the last."""


def multistatus(scope: Scope, fetch: Fetch[At], start: At, *, head: str = "", tail: str = "") -> Response:
    """Give a `multistatus` of *head*, all that *fetch* gives, and *tail*: at once where that is one batch."""
    opened, closed = markup.around(dav("multistatus"))
    return streamed(scope, fetch, start, {"Content-Type": XML}, (opened + head, tail + closed), status=207)


def streamed(
    scope: Scope,
    fetch: Fetch[At],
    start: At,
    headers: dict[str, str],
    around: tuple[str, str],
    *,
    status: int = 200,
) -> Response:
    """Give an answer of what *fetch* gives, with a text before and one behind it."""
    pieces, after = fetch(scope, start)
    first = around[0] + "".join(pieces)
    if after is None:
        return Response(status, headers, (first + around[1]).encode())
    return Response(status, headers, first.encode(), _rest(scope, fetch, after, around[1]))


def takes_gzip(accepted: str) -> bool:
    """Tell whether the header Accept-Encoding names gzip and does not refuse it (RFC 9110 12.5.3)."""
    codings = (coding.partition(";") for coding in accepted.lower().split(","))
    return any(name.strip() == "gzip" and not _NONE.search(quality) for name, _, quality in codings)


def compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Give *pieces* as gzip, each as soon as it is there."""
    packer = zlib.compressobj(level=1, wbits=16 + zlib.MAX_WBITS)
    for piece in pieces:
        if packed := packer.compress(piece) + packer.flush(zlib.Z_SYNC_FLUSH):
            yield packed
    yield packer.flush()


def _rest(scope: Scope, fetch: Fetch[At], start: At, end: str) -> Iterator[bytes]:
    after: At | None = start
    while after is not None:
        with scope.reading() as uow:
            pieces, after = fetch(replace(scope, uow=uow), after)
            piece = "".join(pieces)
        yield piece.encode()
    yield end.encode()

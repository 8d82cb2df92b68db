# SPDX-License-Identifier: GPL-3.0-or-later
"""What our own mail server found out about a mail's From: Authentication-Results (RFC 8601).

Anybody can write such a header. Only those count that bear the name of a server of ours (its authserv-id), and the mail
server must take away what comes in under its name (RFC 8601 5).
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_RESULTS = 50
"""So many results of one header are looked at."""
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*+"')
_COMMENT = re.compile(r"\((?:[^()\\]|\\.)*+\)")
_RESULT = re.compile(r"\s*([A-Za-z][A-Za-z0-9-]*)\s*(?:/\s*\d+\s*)?=\s*([A-Za-z]+)")
_PROPERTY = re.compile(r"([a-z]+)\s*\.\s*([A-Za-z][A-Za-z0-9_-]*)\s*=\s*([^\s;]+)", re.IGNORECASE)
_DEPTH = 5
_FAILED = frozenset({"fail", "hardfail"})


class Authentication(StrEnum):
    """Whether From is who it says."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """No server of ours says anything that counts."""


@dataclass(frozen=True, slots=True)
class _Result:
    method: str
    result: str
    properties: dict[str, str]


def authentication(headers: Sequence[str], trusted: Collection[str], sender: str) -> Authentication:
    """Tell what the *headers* of the *trusted* servers say of the mailbox *sender* in From.

    DMARC decides where it says anything; else a DKIM signature or an SPF pass that is aligned with the domain of From.
    One server that says it failed outweighs another that says it passed.
    """
    domain, names = sender.rpartition("@")[2].lower(), {name.lower() for name in trusted}
    said = [_judged(list(_results(rest)), domain) for name, rest in map(_split, headers) if name in names]
    if Authentication.FAILED in said:
        return Authentication.FAILED
    return Authentication.PASSED if Authentication.PASSED in said else Authentication.UNKNOWN


def _judged(results: Sequence[_Result], domain: str) -> Authentication:
    dmarc = [r for r in results if r.method == "dmarc" and r.properties.get("header.from", domain).lower() == domain]
    if any(r.result in _FAILED for r in dmarc):
        return Authentication.FAILED
    if any(r.result == "pass" for r in dmarc):
        return Authentication.PASSED
    aligned = [r for r in results if _is_aligned(r, domain)]
    if any(r.result == "pass" for r in aligned):
        return Authentication.PASSED
    return Authentication.FAILED if any(r.result in _FAILED for r in aligned) else Authentication.UNKNOWN


def _is_aligned(result: _Result, domain: str) -> bool:
    """Tell whether a result is about the very domain of From, or one that it lies in, or that lies in it."""
    names = {"dkim": ("header.d", "header.i"), "spf": ("smtp.mailfrom", "smtp.from")}.get(result.method, ())
    about = next((result.properties[n] for n in names if n in result.properties), "").rpartition("@")[2].lower()
    nested = domain.endswith(f".{about}") or about.endswith(f".{domain}")
    return "." in about and (about == domain or nested)


def _split(header: str) -> tuple[str, str]:
    """Give the authserv-id of a header, and what follows it."""
    name, _, rest = _without_comments(header).partition(";")
    words = name.strip().strip('"').split()
    return (words[0].strip('"').lower() if words else ""), rest


def _results(text: str) -> Iterator[_Result]:
    for piece in _LITERAL.sub(_plain, text).split(";")[:MOST_RESULTS]:
        found = _RESULT.match(piece)
        if found is not None:
            more = {f"{kind}.{name}".lower(): value for kind, name, value in _PROPERTY.findall(piece[found.end() :])}
            yield _Result(found.group(1).lower(), found.group(2).lower(), more)


def _plain(literal: re.Match[str]) -> str:
    """A quoted string is one word here, whatever stands in it."""
    return re.sub(r"[\s;()=]", "_", literal.group()[1:-1])


def _without_comments(text: str) -> str:
    for _ in range(_DEPTH):
        bare = _COMMENT.sub(" ", text)
        if bare == text:
            break
        text = bare
    return text

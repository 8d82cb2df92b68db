# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a mail that came in, whoever made it: who wrote it, its calendar part, what a human says in it.

Hostile mail is the rule: headers stay raw (compat32; the newer policy needs seconds for a header of 200 kB), sizes
are looked at before anything is decoded, and the only exception that leaves this module is NotReadable.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.parser import BytesFeedParser
from email.policy import Policy, compat32
from email.utils import parseaddr

from mail.content import one_line
from mail.errors import NotReadable
from mail.humans import text_of_html, tidied
from mail.note import HOPS
from mail.reports import Report, report_of

MESSAGE = 10 * 1024 * 1024
"""Bytes of a mail."""
CALENDAR = 512 * 1024
"""Bytes of a calendar part; a larger one is passed over."""
HEADER_LINES = 998
HEADER_BLOCK = 256 * 1024
HEADER = 64 * 1024
STRUCTURED = 4 * 1024
"""Bytes of a header that is taken apart (From, Content-Type …): the parsers' time grows with its square."""
PARTS = 200
DEPTH = 20
WORK = 10_000_000
"""Lines times parts, which the parser's time grows with."""
MOST_RESULTS = 10
"""Headers that tell of a mail's sender."""
WORDS = 200 * 1024
"""Bytes of text that a human's words are read from."""

_CALENDAR_TYPES = frozenset({"text/calendar", "application/ics", "text/x-vcalendar", "application/x-ical"})
_SNIFFED_TYPES = frozenset({"text/plain", "application/octet-stream"})
_METHOD = re.compile(rb"^METHOD[ \t]*(?:;[^:\r\n]*)?:[ \t]*([A-Za-z-]{1,20})[ \t]*\r?$", re.MULTILINE | re.IGNORECASE)
_CHARSETS = re.compile(r"utf-?(8|16)([lb]e)?|us-ascii|ascii|iso-?8859-\d{1,2}|latin-?1|(windows-|cp)125\d|koi8-[ru]")
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")
_BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError, AssertionError)
"""What the email package raises, by accident or on purpose, for mail that nobody would write."""
_DIGITS = 3
_NAME = re.compile(r"\.ics\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """Calendar data found in a mail."""

    text: bytes
    """In UTF-8."""
    method: str
    """METHOD of the text, else of the Content-Type (some systems lose one or the other); upper case, or ''."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A mail that came in."""

    message_id: str
    """Without angle brackets; '' where it has none."""
    sender: str
    """The mailbox in From, lower case; '' where it cannot be read."""
    sender_name: str
    subject: str
    calendar: CalendarPart | None
    """The first part with METHOD:REPLY, else the first part at all."""
    words: str
    """What a human may have written."""
    automatic: str
    """The sign that no human wrote it (an absence note, a mailing list, a bounce), or ''."""
    hops: int
    """How many gateways of our kind it has passed."""
    report: Report | None
    """What it says of a mail of ours that it could not (or could) deliver."""
    authentication: tuple[str, ...] = ()
    """Its Authentication-Results as they stand, the topmost first; anybody may have written them."""


def parse(raw: bytes, *, return_path: str | None = None) -> Incoming:
    """Read *raw*, which came with the envelope sender *return_path* (`''` or `<>`: nobody wants to hear of it)."""
    try:
        return _read(_message(raw), return_path)
    except RecursionError as error:
        raise NotReadable("the parts of the mail lie too deep") from error
    except _BROKEN as error:
        raise NotReadable(f"the mail cannot be taken apart: {error}") from error


def _read(message: Message, return_path: str | None) -> Incoming:
    sender_name, sender = _mailbox(message)
    calendars = tuple(_calendars(message))
    replies = (part for part in calendars if part.method == "REPLY")
    return Incoming(
        message_id=_header(message, "Message-ID").strip("<> ")[:998],
        sender=sender,
        sender_name=sender_name,
        subject=_decoded(_header(message, "Subject")),
        calendar=next(replies, calendars[0] if calendars else None),
        words=_words(message),
        automatic=_automatic(message, return_path),
        hops=_hops(message),
        report=report_of(message),
        authentication=tuple(_plain(value) for value in message.get_all("Authentication-Results", [])[:MOST_RESULTS]),
    )


def _message(raw: bytes) -> Message:
    if len(raw) > MESSAGE:
        raise NotReadable(f"the mail has {len(raw)} bytes, {MESSAGE} are read")
    blank = _BLANK.search(raw)
    head = raw[: blank.start() if blank else len(raw)]
    if len(head) > HEADER_BLOCK or head.count(b"\n") >= HEADER_LINES:
        raise NotReadable("the mail has more headers than are read")
    count = _Count(raw.count(b"\n") + 1)
    parser = BytesFeedParser(count.new_part, policy=compat32)
    parser.feed(raw)
    message = parser.close()
    if not message.keys():
        raise NotReadable("these bytes have no headers")
    return message


class _Count:
    """Makes the parser's parts, and stops it before a mail of many parts costs minutes."""

    def __init__(self, lines: int) -> None:
        self._lines, self._parts = lines, 0

    def new_part(self, policy: "Policy[Message]" = compat32) -> Message:
        self._parts += 1
        if self._parts > PARTS or self._parts * self._lines > WORK:
            raise NotReadable("the mail has more parts than are read")
        return Message(policy=policy)


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """Give the parts that are no containers; what lies inside a forwarded mail is not this writer's word."""
    if depth > DEPTH:
        raise NotReadable("the parts of the mail lie too deep")
    if message.get_content_maintype() == "message":
        return
    if not message.is_multipart():
        yield message
        return
    for part in message.get_payload():
        if isinstance(part, Message):
            yield from _leaves(part, depth + 1)


def _calendars(message: Message) -> Iterator[CalendarPart]:
    for part in _leaves(message):
        if not _may_be_calendar(part):
            continue
        text = _content(part, CALENDAR)
        if text is None:
            continue
        text = _utf8(text, part).strip(b"\x00 \t\r\n") + b"\r\n"
        if not text.lstrip(b"\xef\xbb\xbf").upper().startswith(b"BEGIN:VCALENDAR"):
            continue
        yield _with_method(text, _parameter(part, "method").strip().upper())


def _with_method(text: bytes, told: str) -> CalendarPart:
    """Give the part with its METHOD; where the text has lost it, the one that the Content-Type told is put back."""
    if found := _METHOD.search(text):
        return CalendarPart(text, found.group(1).decode().upper())
    if not told.isalpha():
        return CalendarPart(text, "")
    begin, line_break, rest = text.partition(b"\n")
    return CalendarPart(begin + line_break + f"METHOD:{told}\r\n".encode() + rest, told)


def _may_be_calendar(part: Message) -> bool:
    kind = part.get_content_type()
    if kind in _CALENDAR_TYPES:
        return True
    name = _parameter(part, "name") or _parameter(part, "filename", "Content-Disposition")
    return bool(_NAME.search(name)) or kind in _SNIFFED_TYPES


def _words(message: Message) -> str:
    html = ""
    for part in _leaves(message):
        kind = part.get_content_type()
        if kind not in ("text/plain", "text/html") or _header(part, "Content-Disposition").lower().startswith("att"):
            continue
        content = _content(part, MESSAGE)
        text = _utf8(content[:WORDS], part).decode(errors="replace") if content else ""
        if kind == "text/html":
            html = html or text
        elif text.strip() and not text.lstrip("\ufeff\r\n ").upper().startswith("BEGIN:VCALENDAR"):
            return tidied(text)
    return tidied(text_of_html(html)) if html else ""


def _content(part: Message, limit: int) -> bytes | None:
    """Give the decoded bytes of *part*; None where they are more than *limit*, or none."""
    try:
        payload = part.get_payload()
        if not isinstance(payload, str) or len(payload) > 3 * limit:
            return None
        content = part.get_payload(decode=True)
    except _BROKEN:
        return None
    return content if isinstance(content, bytes) and len(content) <= limit else None


def _utf8(content: bytes, part: Message) -> bytes:
    charset = _parameter(part, "charset").strip().lower()
    try:
        if not charset or not _CHARSETS.fullmatch(charset):
            charset = "utf-8"
        return content.decode(charset).encode()
    except _BROKEN:
        return content.decode("cp1252", errors="replace").encode()


def _automatic(message: Message, return_path: str | None) -> str:
    if message.get_content_type() == "multipart/report":
        return "multipart/report"
    submitted = _header(message, "Auto-Submitted").split(";")[0].strip().lower()
    if submitted and submitted != "no":
        return f"Auto-Submitted: {one_line(submitted)[:40]}"
    precedence = _header(message, "Precedence").strip().lower()
    if precedence in ("bulk", "junk", "list", "auto_reply"):
        return f"Precedence: {precedence}"
    for name in ("List-Id", "X-Autoreply", "X-Autorespond"):
        if _header(message, name):
            return name
    paths = [return_path] if return_path is not None else message.get_all("Return-Path", [])[:1]
    return "empty Return-Path" if any(str(path).strip() in ("", "<>") for path in paths) else ""


def _hops(message: Message) -> int:
    written = _header(message, HOPS).strip()
    return int(written) if written.isdecimal() and len(written) <= _DIGITS else 0


def _mailbox(message: Message) -> tuple[str, str]:
    written = _header(message, "From")
    if len(written) > STRUCTURED:
        return "", ""
    name, email = parseaddr(written)
    return _decoded(name), email.strip().lower() if "@" in email else ""


def _decoded(written: str) -> str:
    """Undo RFC 2047 in *written*, as far as it can be."""
    try:
        pieces = decode_header(written[:STRUCTURED])
        texts = [t if isinstance(t, str) else _from_charset(t, c) for t, c in pieces]
    except _BROKEN:
        return one_line(written[:STRUCTURED])
    return one_line("".join(texts))


def _from_charset(text: bytes, charset: str | None) -> str:
    name = (charset or "ascii").lower()
    return text.decode(name if _CHARSETS.fullmatch(name) else "utf-8", errors="replace")


def _header(message: Message, name: str) -> str:
    return _plain(message.get(name, ""), HEADER)


def _plain(header: object, most: int = STRUCTURED) -> str:
    value = str(header)
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace") if len(value) <= most else ""


def _parameter(part: Message, name: str, header: str = "Content-Type") -> str:
    if len(_header(part, header)) > STRUCTURED:
        return ""
    try:
        value = part.get_param(name, "", header=header.lower())
    except _BROKEN:
        return ""
    return str(value[2] if isinstance(value, tuple) else value)

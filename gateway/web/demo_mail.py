# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo's mail: kept as files instead of sent."""

import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

MOST_KEPT = 500
"""Of more mails than these, the oldest are thrown away."""
_NAME = re.compile(r"\d{8}T\d{12}-[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Caught:
    """A mail that lies in the catch-all."""

    name: str
    recipient: str
    """The mailbox that it was sent to."""
    mail: EmailMessage

    @property
    def subject(self) -> str:
        """Give the subject."""
        return str(self.mail["Subject"] or "")

    @property
    def sender(self) -> str:
        """Give the name of the writer, or the mailbox where there is none."""
        return next((one.display_name or one.addr_spec for one in self._writers()), "")

    @property
    def mailbox(self) -> str:
        """Give the mailbox that it was written from."""
        return next((one.addr_spec for one in self._writers()), "")

    @property
    def at(self) -> datetime | None:
        """Give when it was written."""
        with suppress(TypeError, ValueError):
            at = parsedate_to_datetime(str(self.mail["Date"]))
            return at if at.tzinfo else at.replace(tzinfo=UTC)
        return None

    def part(self, kind: str) -> str:
        """Give the text of the first part of the content type *kind*, '' where there is none."""
        for part in self.mail.walk():
            if part.get_content_type() == kind and not part.is_attachment():
                payload = part.get_payload(decode=True)
                return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""
        return ""

    def _writers(self) -> tuple[Address, ...]:
        header = self.mail["From"]
        return header.addresses if header is not None else ()


class CatchAll:
    """A folder where the demo's mail ends; the worker hands it what it would hand a mail server."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)

    def send(self, data: bytes, sender: str, recipient: str) -> str:
        """Keep a mail, and answer as a mail server does."""
        if any(character in sender + recipient for character in "\r\n"):
            raise ValueError("an address has more than one line")
        name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}-{secrets.token_hex(8)}"
        path = self.directory / f"{name}.eml"
        unfinished = path.with_suffix(".part")
        # What a mail server adds when it delivers (RFC 5321 4.4); Delivered-To is the recipient of the envelope.
        unfinished.write_bytes(f"Return-Path: <{sender}>\r\nDelivered-To: {recipient}\r\n".encode() + data)
        unfinished.replace(path)
        self._throw_away()
        return f"250 2.0.0 kept as {name}"

    def listed(self) -> Iterator[Caught]:
        """Give the mails, the newest first."""
        for path in reversed(self._paths()):
            with suppress(FileNotFoundError):
                yield _read(path)

    def one(self, name: str) -> Caught | None:
        """Give the mail *name*, None where there is none."""
        if not _NAME.fullmatch(name):
            return None
        try:
            return _read(self.directory / f"{name}.eml")
        except FileNotFoundError:
            return None

    def _paths(self) -> list[Path]:
        return sorted(path for path in self.directory.glob("*.eml") if _NAME.fullmatch(path.stem))

    def _throw_away(self) -> None:
        for path in self._paths()[:-MOST_KEPT]:
            path.unlink(missing_ok=True)


def _read(path: Path) -> Caught:
    mail = message_from_bytes(path.read_bytes(), policy=policy.default)
    return Caught(path.stem, str(mail["Delivered-To"] or ""), mail)

# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads delivery status notifications (RFC 3464): whether a mail that we sent came back."""

from dataclasses import dataclass
from email.message import Message

from mail.content import one_line


@dataclass(frozen=True, slots=True)
class Report:
    """What a mail system says of one mail: of one recipient, because ours have no more."""

    action: str
    """failed, delayed, delivered, relayed or expanded."""
    status: str
    """The enhanced status code (RFC 3463), such as `5.1.1`."""
    diagnosis: str
    """What the other side said, in a line."""

    @property
    def is_final(self) -> bool:
        """Tell whether the mail will not arrive."""
        return self.action == "failed"

    @property
    def is_arrival(self) -> bool:
        """Tell whether it lies in the mailbox."""
        return self.action == "delivered"


def report_of(message: Message) -> Report | None:
    """Give what *message* reports, None where it is no delivery status notification."""
    if message.get_content_type() != "multipart/report":
        return None
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        blocks = part.get_payload()
        for block in blocks if isinstance(blocks, list) else ():
            if isinstance(block, Message) and block.get("Action"):
                return _report(block)
    return None


def _report(block: Message) -> Report:
    action = one_line(str(block.get("Action", ""))).lower()
    status = one_line(str(block.get("Status", "")))
    diagnosis = one_line(str(block.get("Diagnostic-Code", "")))
    return Report(action[:20], status[:20], diagnosis[:300])

# SPDX-License-Identifier: GPL-3.0-or-later
"""A company that can send mail, and the mail server that keeps what it sends."""

import email
from collections.abc import Callable, Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from playwright.sync_api import Browser, Page

from tests.desk.house import House, opened
from tests.gateway.running import free_port


class Post:
    """A mail server that keeps what it gets."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.to: list[list[str]] = []
        """To whom each went."""

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: ARG002, N802
        assert isinstance(envelope.content, bytes)
        found = email.message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(found, EmailMessage)
        self.mails.append(found)
        self.to.append(envelope.rcpt_tos)
        return "250 OK"


@pytest.fixture
def post() -> Iterator[tuple[Post, int]]:
    handler, port = Post(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler, port
    controller.stop()


@pytest.fixture
def mailing(sqlite_url: str, tmp_path: Path, browser: Browser, post: tuple[Post, int]) -> Iterator[House]:
    """Give a company that can send mail."""
    with opened(sqlite_url, tmp_path, browser, smtp_url=f"smtp://127.0.0.1:{post[1]}") as running:
        yield running


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait until *is_so* says so; the page does nothing meanwhile."""
    for _ in range(100):
        if is_so():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not come to be so")

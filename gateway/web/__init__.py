# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages: the employees' desk, the start page, the contacts' answer page, and the demo's mailbox."""

from collections.abc import Callable
from datetime import datetime

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from gateway.opening import Service
from gateway.web import desk
from gateway.web.answer import AnswerPage
from gateway.web.demo_mail import CatchAll
from gateway.web.demo_pages import DemoPages
from gateway.web.desk.door import Desk
from gateway.web.desk.events import News
from gateway.web.pages import STATIC, Pages
from gateway.web.start import StartPage

__all__ = ["CatchAll", "News", "routes"]


def routes(service: Service, clock: Callable[[], datetime], catch_all: CatchAll | None, news: News) -> list[BaseRoute]:
    """Give the routes of all pages, which hear of changes by *news*; *catch_all* makes the demo's mailbox one."""
    database, settings = service.database, service.settings
    pages = Pages(settings.public_url, settings.language)
    door = Desk(service, clock, pages)
    mailbox = DemoPages(database, settings, clock, pages, catch_all).routes() if catch_all else []
    return [
        *StartPage(pages, door, demo=settings.demo, has_mailbox=catch_all is not None).routes(),
        *desk.routes(door, news),
        *AnswerPage(database, settings, clock, pages).routes(),
        *mailbox,
        Mount("/static", StaticFiles(directory=STATIC)),
    ]

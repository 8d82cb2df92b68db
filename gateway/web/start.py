# SPDX-License-Identifier: GPL-3.0-or-later
"""The start page: what this is, and how each calendar program is connected."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.web.desk.door import HOME, Desk
from gateway.web.pages import Pages


class StartPage:
    """`/`."""

    def __init__(self, pages: Pages, desk: Desk, *, demo: bool, has_mailbox: bool) -> None:
        self._pages, self._desk, self._demo, self._has_mailbox = pages, desk, demo, has_mailbox

    def routes(self) -> list[Route]:
        """Give the route of the page."""
        return [Route("/", self.show, methods=["GET"])]

    def show(self, request: Request) -> Response:
        """Give the page; whoever is signed in goes to work at once, unless they ask how to connect a program."""
        if "vis" not in request.query_params and self._desk.visit(request) is not None:
            return self._desk.go(HOME)
        facts = {"demo": self._demo, "has_mailbox": self._has_mailbox, "dav_url": f"{self._pages.public_url}/dav/"}
        return self._pages.render(request, "start.html", facts, language=self._pages.language(request))

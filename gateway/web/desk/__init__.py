# SPDX-License-Identifier: GPL-3.0-or-later
"""The employees' desk: calendar, invitations, and what they have handed out, for whoever is signed in."""

from starlette.routing import BaseRoute

from gateway.web.desk.door import Desk
from gateway.web.desk.invitations import InvitationsPage
from gateway.web.desk.settings import SettingsPage
from gateway.web.desk.sign_in import SignIn


def routes(desk: Desk) -> list[BaseRoute]:
    """Give the routes of all pages for employees."""
    rooms = (SignIn(desk), InvitationsPage(desk), SettingsPage(desk))
    return [route for room in rooms for route in room.routes()]

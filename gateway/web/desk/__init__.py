# SPDX-License-Identifier: GPL-3.0-or-later
"""The employees' desk: calendar, invitations, and what they have handed out, for whoever is signed in."""

from starlette.routing import BaseRoute

from gateway.web.desk.calendar import CalendarPage
from gateway.web.desk.distributed import DistributedPage
from gateway.web.desk.door import Desk
from gateway.web.desk.drafts import DraftsPage
from gateway.web.desk.events import EventsDoor, News
from gateway.web.desk.invitations import InvitationsPage
from gateway.web.desk.items import ItemsPage
from gateway.web.desk.people_picker import PeoplePicker
from gateway.web.desk.popup import PopUp
from gateway.web.desk.recipients import RecipientsPage
from gateway.web.desk.settings import SettingsPage
from gateway.web.desk.sign_in import SignIn
from gateway.web.desk.tasks import TasksPage


def routes(desk: Desk, news: News) -> list[BaseRoute]:
    """Give the routes of all pages for employees, who hear of changes by *news*."""
    rooms = (
        SignIn(desk),
        CalendarPage(desk),
        TasksPage(desk),
        InvitationsPage(desk),
        ItemsPage(desk),
        PeoplePicker(desk),
        DraftsPage(desk),
        PopUp(desk),
        RecipientsPage(desk),
        DistributedPage(desk),
        SettingsPage(desk),
        EventsDoor(desk, news),
    )
    return [route for room in rooms for route in room.routes()]

# SPDX-License-Identifier: GPL-3.0-or-later
"""Live properties of CalDAV, its scheduling and calendarserver.org's extensions: one function each.

A function gives the XML inside its property, or None where the resource has no such property.
"""

from collections.abc import Iterable
from itertools import combinations

from gateway.model import EVENTS, INBOX, OUTBOX, TASKS, Person
from gateway.services import deputies
from ical.address import mailbox
from ical.kinds import Kind
from ical.limits import DEFAULT
from ical.text import stamp
from ical.times import FIRST, LAST
from radicale_distrib.dav_properties import Read
from radicale_distrib.markup import caldav, element, href, server, text
from radicale_distrib.resources import Colleague, Collection, Home, Member, Outbox, Resource, Scope


def _getctag(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Collection):
        return None
    return f'"{resource.calendar.id}-{resource.calendar.revision}"'


def _calendar_home_set(scope: Scope, resource: Resource) -> str | None:
    # A colleague's too, though nobody else may look into it: python-caldav takes no principal without (RFC 4791 6.2.1).
    return scope.href(resource.path) if isinstance(resource, Home | Colleague) else None


def _calendar_user_address_set(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Home | Colleague):
        return None
    # Outlook and DAVx5 take the first mailto: for the account's own address.
    return "".join(href(address) for address in resource.person.addresses) + scope.href(resource.path)


def _calendar_user_type(scope: Scope, resource: Resource) -> str | None:
    return "INDIVIDUAL" if isinstance(resource, Home | Colleague) else None


def _email_address_set(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Home | Colleague):
        return None
    return "".join(element(server("email-address"), text(box)) for box in mailboxes(resource.person))


def mailboxes(person: Person) -> list[str]:
    """Give the plain mail addresses of *person*, the primary one first."""
    return [box for address in person.addresses if (box := mailbox(address))]


def _calendar_proxy_write_for(scope: Scope, resource: Resource) -> str | None:
    """For whom the reader acts; Apple Calendar and DAVx5 find their calendars by it."""
    if not isinstance(resource, Home):
        return None
    if resource.person.id != scope.me.id:
        return ""
    return "".join(scope.href(f"/{owner.login}/") for owner in deputies.owners(scope.uow, scope.me))


def _calendar_proxy_read_for(scope: Scope, resource: Resource) -> str | None:
    return "" if isinstance(resource, Home) else None


def _schedule_inbox_url(scope: Scope, resource: Resource) -> str | None:
    return scope.href(f"{resource.path}{INBOX}/") if isinstance(resource, Home) else None


def _schedule_outbox_url(scope: Scope, resource: Resource) -> str | None:
    return scope.href(f"{resource.path}{OUTBOX}/") if isinstance(resource, Home) else None


def _schedule_default_calendar_url(scope: Scope, resource: Resource) -> str | None:
    return _in_home(scope, resource, EVENTS)


def _schedule_default_tasks_url(scope: Scope, resource: Resource) -> str | None:
    return _in_home(scope, resource, TASKS)


def _in_home(scope: Scope, resource: Resource, slug: str) -> str | None:
    """RFC 6638 9.2 has the default on the inbox; some clients look for it on the principal."""
    if isinstance(resource, Home) or (isinstance(resource, Collection) and resource.is_inbox):
        return scope.href(f"/{resource.person.login}/{slug}/")
    return None


def _schedule_calendar_transp(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Collection) or resource.is_inbox:
        return None
    return resource.calendar.props.get(caldav("schedule-calendar-transp")) or "<C:opaque/>"


def _schedule_tag(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Member) or resource.item.schedule_tag is None:
        return None
    return text(resource.item.schedule_tag)


def _supported_calendar_component_set(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Collection):
        return None
    return _components(sorted(resource.calendar.kinds))


def _supported_calendar_component_sets(scope: Scope, resource: Resource) -> str | None:
    if not isinstance(resource, Home):
        return None
    sets = (kinds for size in range(1, len(Kind) + 1) for kinds in combinations(Kind, size))
    return "".join(element(caldav("supported-calendar-component-set"), _components(kinds)) for kinds in sets)


def _components(kinds: Iterable[Kind]) -> str:
    return "".join(f'<C:comp name="{kind.value}"/>' for kind in kinds)


def _supported_calendar_data(scope: Scope, resource: Resource) -> str | None:
    return _of_calendar(resource, '<C:calendar-data content-type="text/calendar" version="2.0"/>')


def _supported_collation_set(scope: Scope, resource: Resource) -> str | None:
    names = ("i;ascii-casemap", "i;octet", "i;unicode-casemap")
    return _of_calendar(resource, "".join(element(caldav("supported-collation"), name) for name in names))


def _max_resource_size(scope: Scope, resource: Resource) -> str | None:
    return _of_calendar(resource, str(int(scope.settings.max_resource_size)))


def _max_attendees_per_instance(scope: Scope, resource: Resource) -> str | None:
    return _of_calendar(resource, str(DEFAULT.attendees))


def _min_date_time(scope: Scope, resource: Resource) -> str | None:
    return _of_calendar(resource, stamp(FIRST))


def _max_date_time(scope: Scope, resource: Resource) -> str | None:
    return _of_calendar(resource, stamp(LAST))


def _of_calendar(resource: Resource, value: str) -> str | None:
    return value if isinstance(resource, Collection | Outbox) else None


TABLE: dict[str, Read] = {
    server("getctag"): _getctag,
    caldav("calendar-home-set"): _calendar_home_set,
    caldav("calendar-user-address-set"): _calendar_user_address_set,
    caldav("calendar-user-type"): _calendar_user_type,
    server("email-address-set"): _email_address_set,
    server("calendar-proxy-write-for"): _calendar_proxy_write_for,
    server("calendar-proxy-read-for"): _calendar_proxy_read_for,
    caldav("schedule-inbox-URL"): _schedule_inbox_url,
    caldav("schedule-outbox-URL"): _schedule_outbox_url,
    caldav("schedule-default-calendar-URL"): _schedule_default_calendar_url,
    server("schedule-default-tasks-URL"): _schedule_default_tasks_url,
    caldav("schedule-calendar-transp"): _schedule_calendar_transp,
    caldav("schedule-tag"): _schedule_tag,
    caldav("supported-calendar-component-set"): _supported_calendar_component_set,
    caldav("supported-calendar-component-sets"): _supported_calendar_component_sets,
    caldav("supported-calendar-data"): _supported_calendar_data,
    caldav("supported-collation-set"): _supported_collation_set,
    caldav("max-resource-size"): _max_resource_size,
    caldav("max-attendees-per-instance"): _max_attendees_per_instance,
    caldav("min-date-time"): _min_date_time,
    caldav("max-date-time"): _max_date_time,
}

# SPDX-License-Identifier: GPL-3.0-or-later
"""A client that cannot run here, played request by request as its sources have it: discovery, sync, writing.

After Apple's own load simulator (ccs-calendarserver), CalDavSynchronizer's and DAVx5's sources. Each discovers as that
client does, polls as it does, and writes what it writes: Outlook's task upload loses ORGANIZER and ATTENDEE, as the
real one does.
"""

import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

import dav
import texts
from checks import Checks

D, C, CS, A = (
    "{DAV:}",
    "{urn:ietf:params:xml:ns:caldav}",
    "{http://calendarserver.org/ns/}",
    "{http://apple.com/ns/ical/}",
)
NS = (
    'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/" '
    'xmlns:A="http://apple.com/ns/ical/"'
)
USER_AGENTS = {
    "macos": "macOS/13.0 (22A380) dataaccessd/1.0",
    "ios": "iOS/17.0 (21A329) dataaccessd/1.0",
    "outlook": "CalDavSynchronizer/4.6",
    "davx5": "DAVx5/4.5-ose (dav4jvm; okhttp/4.12.0) Android/14",
}
APPLE = {"macos", "ios"}

FIRST = "D:current-user-principal D:principal-URL D:resourcetype"
FIRST_OF_DAVX5 = (
    "D:resourcetype D:displayname D:current-user-principal D:current-user-privilege-set C:calendar-home-set "
    "C:supported-calendar-component-set A:calendar-color C:calendar-description C:calendar-timezone"
)
OF_PRINCIPAL = (
    "C:calendar-home-set C:calendar-user-address-set D:current-user-principal D:displayname S:dropbox-home-URL "
    "S:email-address-set S:notification-URL D:principal-collection-set D:principal-URL D:resource-id "
    "C:schedule-inbox-URL C:schedule-outbox-URL D:supported-report-set C:calendar-user-type"
)
OF_HOME = (
    "D:resourcetype D:displayname A:calendar-color C:supported-calendar-component-set D:current-user-privilege-set "
    "D:sync-token S:getctag D:supported-report-set"
)
OF_HOME_FOR_APPLE = (
    "D:add-member S:allowed-sharing-modes A:calendar-color C:calendar-description C:calendar-free-busy-set "
    "A:calendar-order C:calendar-timezone D:current-user-privilege-set C:default-alarm-vevent-date "
    "C:default-alarm-vevent-datetime D:displayname S:getctag S:invite D:owner S:pre-publish-url S:publish-url "
    "S:push-transports S:pushkey D:quota-available-bytes D:quota-used-bytes A:refreshrate D:resource-id D:resourcetype "
    "C:schedule-calendar-transp C:schedule-default-calendar-URL S:source C:supported-calendar-component-set "
    "C:supported-calendar-component-sets D:supported-report-set D:sync-token"
)
OUTLOOK_PRODID = "-//ddaysoftware.com//NONSGML DDay.iCal 1.0//EN"

Properties = dict[str, ET.Element]
Responses = dict[str, Properties]


@dataclass(frozen=True, slots=True)
class Item:
    """An object as a multiget gave it."""

    href: str
    text: str
    etag: str
    tag: str | None


class Persona:
    """One person's client of a kind."""

    def __init__(self, kind: str, base: str, login: tuple[str, str], email: str, ok: Checks) -> None:
        self.kind, self.base, self.login, self.email, self.ok = kind, base, login, email, ok
        self.user = login[0]
        self.principal = self.home = ""
        self.inbox: str | None = None
        self.outbox: str | None = None
        self.people: str | None = None
        """Where colleagues are looked up: principal-collection-set."""
        self.calendars: Responses = {}
        self.kinds: dict[str, set[str]] = {}
        self.events: str | None = None
        self.tasks: str | None = None

    def ask(self, method: str, path: str, body: str | None = None, **headers: str) -> dav.Response:
        """Send one request with this client's own headers; `If_Match` is spelled so for If-Match."""
        sent = {"User-Agent": USER_AGENTS[self.kind]}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        if self.kind in APPLE and method in {"PROPFIND", "REPORT"}:
            sent |= {"Brief": "t", "Prefer": "return=minimal", "Content-Type": "text/xml"}
        return dav.request(method, urljoin(self.base, path), login=self.login, body=body, headers=sent)

    def multistatus(self, method: str, path: str, body: str, depth: str = "0") -> Responses:
        """Give what each href of the answer has; redirects are followed by hand."""
        status, headers, text = self.ask(method, path, body, Depth=depth)
        if status in {301, 302, 307, 308}:
            return self.multistatus(method, urlsplit(headers.get("Location", "/")).path, body, depth)
        if status != 207:
            raise RuntimeError(f"{method} {path} -> {status} {text[:120]}")
        found = {}
        for response in ET.fromstring(text).findall(D + "response"):  # noqa: S314 - our own server's
            href = unquote(urlsplit(response.findtext(D + "href") or "").path)
            found[href] = {
                element.tag: element
                for propstat in response.findall(D + "propstat")
                if " 2" in (propstat.findtext(D + "status") or " 200")
                for element in propstat.find(D + "prop") or []
            }
        return found

    def propfind(self, path: str, names: str, depth: str = "0") -> Responses:
        """Ask for properties by name."""
        asked = "".join(f"<{name}/>" for name in names.split())
        head = '<?xml version="1.0" encoding="UTF-8"?>'
        return self.multistatus(
            "PROPFIND", path, f"{head}<D:propfind {NS}><D:prop>{asked}</D:prop></D:propfind>", depth
        )

    # Discovery

    def discover(self) -> None:
        """Find the principal, the home and its calendars as this client does."""
        who = f"{self.user} ({self.kind})"
        self._find_principal(who)
        self._read_principal(who)
        if self.kind in APPLE:
            self._look_around_as_apple(who)
        self._read_home(who)
        self._choose_lists(who)

    def _find_principal(self, who: str) -> None:
        start, names = "/.well-known/caldav", FIRST
        if self.kind == "davx5":
            start, names = urlsplit(self.base).path or "/", FIRST_OF_DAVX5
        found = self.propfind(start, names)
        first = next(iter(found.values()))
        principals = hrefs(first.get(D + "current-user-principal")) or hrefs(first.get(D + "principal-URL"))
        if not self.ok(f"{who}: well-known leads to a principal", principals and principals[0], found):
            raise RuntimeError("no principal")
        self.principal = principals[0]

    def _read_principal(self, who: str) -> None:
        found = next(iter(self.propfind(self.principal, OF_PRINCIPAL).values()))
        self.home = hrefs(found.get(C + "calendar-home-set"))[0]
        addresses = hrefs(found.get(C + "calendar-user-address-set"))
        what = f"{who}: calendar-user-address-set lists mailto:{self.email}"
        self.ok(what, f"mailto:{self.email}" in addresses, addresses)
        self.inbox = next(iter(hrefs(found.get(C + "schedule-inbox-URL"))), None)
        self.outbox = next(iter(hrefs(found.get(C + "schedule-outbox-URL"))), None)
        self.people = next(iter(hrefs(found.get(D + "principal-collection-set"))), None)
        if self.kind in APPLE:
            names = list(found)
            self.ok(f"{who}: schedule-inbox-URL and schedule-outbox-URL", self.inbox and self.outbox, names)
            self.ok(f"{who}: principal-collection-set", self.people, names)

    def _look_around_as_apple(self, who: str) -> None:
        said = ""
        for path in (self.principal, self.home):
            _, headers, _ = self.ask("OPTIONS", path)
            said += _dav_header(headers)
        what = f"{who}: OPTIONS on principal or home says calendar-auto-schedule"
        self.ok(what, "calendar-auto-schedule" in said, said)
        if self.people:
            report = '<D:principal-search-property-set xmlns:D="DAV:"/>'
            status, _, _ = self.ask("REPORT", self.people, report, Depth="0")
            self.ok(f"{who}: REPORT principal-search-property-set does not fail", status == 200, status)

    def _read_home(self, who: str) -> None:
        has_inbox = False
        names = OF_HOME_FOR_APPLE if self.kind in APPLE else OF_HOME
        for href, found in self.propfind(self.home, names, "1").items():
            types = {element.tag for element in found.get(D + "resourcetype", [])}
            has_inbox = has_inbox or C + "schedule-inbox" in types
            if C + "calendar" in types:
                components = found.get(C + "supported-calendar-component-set", [])
                self.calendars[href] = found
                self.kinds[href] = {component.get("name", "").upper() for component in components}
        self.ok(f"{who}: calendars in the home set", self.calendars, self.home)
        if self.kind in APPLE:
            self.ok(f"{who}: the inbox is listed in the home set with resourcetype schedule-inbox", has_inbox)
            self.ok(
                f"{who}: every calendar has getctag and sync-token",
                self.calendars
                and all({CS + "getctag", D + "sync-token"} <= set(found) for found in self.calendars.values()),
            )

    def _choose_lists(self, who: str) -> None:
        if self.kind == "outlook":
            self.ok(
                f"{who}: every calendar has a displayname and components",
                self.calendars
                and all(D + "displayname" in found and self.kinds[href] for href, found in self.calendars.items()),
            )
            _, headers, _ = self.ask("OPTIONS", next(iter(self.calendars)))
            self.ok(f"{who}: OPTIONS says calendar-access", "calendar-access" in _dav_header(headers))
        # macOS and iOS keep tasks in VTODO collections: iOS 5 reads only the VEVENTs of a mixed one.
        takes = {kind: [h for h, kinds in self.kinds.items() if kind in kinds or not kinds] for kind in KINDS}
        only_tasks = [href for href, kinds in self.kinds.items() if kinds == {"VTODO"}]
        self.events = next(iter(takes["VEVENT"]), None)
        self.tasks = next(iter([*only_tasks, *takes["VTODO"]]), None)
        if self.kind in APPLE:
            self.ok(f"{who}: a VTODO-only list for Reminders", only_tasks, self.kinds)

    # Sync

    def listing(self, path: str, component: str) -> list[str]:
        """Give the hrefs of all objects, asked for as this client does."""
        if self.kind in {"macos", "davx5"} and component == "VEVENT":
            body = (
                f"<D:sync-collection {NS}><D:sync-token/><D:sync-level>1</D:sync-level>"
                "<D:prop><D:getcontenttype/><D:getetag/></D:prop></D:sync-collection>"
            )
        else:
            is_limited = component == "VEVENT" and self.kind == "ios"
            window = '<C:time-range start="20200101T000000Z"/>' if is_limited else ""
            body = (
                f"<C:calendar-query {NS}><D:prop><D:getetag/><D:getcontenttype/></D:prop><C:filter>"
                f'<C:comp-filter name="VCALENDAR"><C:comp-filter name="{component}">{window}</C:comp-filter>'
                "</C:comp-filter></C:filter></C:calendar-query>"
            )
        found = self.multistatus("REPORT", path, body, "1")
        return [href for href, given in found.items() if not href.endswith("/") and D + "getetag" in given]

    def multiget(self, path: str, wanted: list[str]) -> list[Item]:
        """Fetch objects."""
        if not wanted:
            return []
        asked = "".join(f"<D:href>{href}</D:href>" for href in wanted)
        names = "<D:prop><D:getetag/><C:calendar-data/><C:schedule-tag/></D:prop>"
        body = f"<C:calendar-multiget {NS}>{names}{asked}</C:calendar-multiget>"
        return [
            Item(
                href,
                given[C + "calendar-data"].text or "",
                given[D + "getetag"].text or "",
                given[C + "schedule-tag"].text if C + "schedule-tag" in given else None,
            )
            for href, given in self.multistatus("REPORT", path, body, "1").items()
            if C + "calendar-data" in given
        ]

    def find(self, component: str, uid: str) -> Item | None:
        """Look for the object in the lists in which this client would show it."""
        paths = [self.tasks, self.events] if component == "VTODO" else [self.events, *self.calendars]
        for path in dict.fromkeys(path for path in paths if path):
            for item in self.multiget(path, self.listing(path, component)):
                if uid in item.text:
                    return item
        return None

    def found(self, component: str, uid: str) -> Item:
        """Look for the object; RuntimeError where it is not."""
        item = self.find(component, uid)
        if item is None:
            raise RuntimeError("not there")
        return item

    def inbox_items(self) -> list[Item]:
        """Fetch all that lies in the inbox."""
        if not self.inbox:
            return []
        listed = self.propfind(self.inbox, "D:getcontenttype D:getetag", "1")
        return self.multiget(self.inbox, [href for href in listed if href.rstrip("/") != self.inbox.rstrip("/")])

    # Writing

    def create(self, path: str | None, uid: str, text: str) -> bool:
        """Upload something new; tell whether it was taken."""
        headers = {"Content_Type": "text/calendar; charset=utf-8", "If_None_Match": "*"}
        status, _, _ = self.ask("PUT", f"{path}{uid}.ics", text, **headers)
        return status in {201, 204}

    def put(self, item: Item, text: str) -> None:
        """Upload a change under the condition that this client uses."""
        is_by_tag = self.kind in {*APPLE, "davx5"} and item.tag
        condition = {"If_Schedule_Tag_Match": item.tag or ""} if is_by_tag else {"If_Match": item.etag}
        status, _, said = self.ask("PUT", item.href, text, Content_Type="text/calendar; charset=utf-8", **condition)
        if status not in {200, 201, 204}:
            raise RuntimeError(f"PUT {status} {said[:150]}")

    def answer(self, component: str, uid: str, partstat: str) -> None:
        """Change one's own PARTSTAT and remove RSVP, as Apple's clients do."""
        item = self.found(component, uid)

        def answered(line: str) -> str:
            if not (line.upper().startswith("ATTENDEE") and self.email in line.lower()):
                return line
            line = re.sub(r";(PARTSTAT|RSVP)=[A-Z-]+", "", line, flags=re.IGNORECASE)
            return line.replace("ATTENDEE", f"ATTENDEE;PARTSTAT={partstat}", 1)

        self.put(item, texts.joined(answered(line) for line in texts.unfolded(item.text).splitlines()))

    def progress(self, uid: str, percent: int) -> None:
        """Upload how much of a task is done."""
        item = self.found("VTODO", uid)
        self.put(item, self._rebuilt(item, uid, percent) if self.kind == "outlook" else _at(item.text, percent))

    @staticmethod
    def _rebuilt(item: Item, uid: str, percent: int) -> str:
        """Build the VTODO anew from Outlook's fields: only the UID survives."""
        sequence = int(texts.value(item.text, "SEQUENCE") or 0) + 1
        lines = [
            *("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{OUTLOOK_PRODID}", "BEGIN:VTODO", f"UID:{uid}"),
            *("DTSTAMP:20260101T000000Z", f"SUMMARY:{texts.value(item.text, 'SUMMARY') or ''}", f"SEQUENCE:{sequence}"),
            *(f"PERCENT-COMPLETE:{percent}", "STATUS:" + ("COMPLETED" if percent == 100 else "IN-PROCESS")),
            *("PRIORITY:5", "CLASS:PUBLIC", "END:VTODO", "END:VCALENDAR"),
        ]
        return texts.joined(lines)


KINDS = ("VEVENT", "VTODO")


def hrefs(element: ET.Element | None) -> list[str]:
    """Give the hrefs within a property."""
    return [] if element is None else [unquote(href.text or "") for href in element.iter(D + "href")]


def _at(text: str, percent: int) -> str:
    state = "COMPLETED\r\nCOMPLETED:20261124T100000Z" if percent == 100 else "IN-PROCESS"
    rest = texts.without(text, "PERCENT-COMPLETE", "STATUS", "COMPLETED")
    return rest.replace("END:VTODO", f"PERCENT-COMPLETE:{percent}\r\nSTATUS:{state}\r\nEND:VTODO")


def _dav_header(headers: dict[str, str]) -> str:
    return ",".join(value for name, value in headers.items() if name.lower() == "dav")

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""python caldav's scheduling API: invitations, the inbox, a series with one day declined, and a task with 40 %."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import caldav
import icalendar
import texts
from checks import Checks, arguments


@dataclass(slots=True)
class Client:
    """One person, signed in."""

    email: str
    principal: Any
    events: Any
    tasks: Any
    boxes: dict[str, Any] = field(default_factory=dict)

    def event(self, uid: str) -> Any:
        """Find the appointment; None where there is none."""
        return _found(self.events.get_event_by_uid, uid)

    def task(self, uid: str) -> Any:
        """Find the task; None where there is none."""
        return _found(self.tasks.get_todo_by_uid, uid)

    def loaded_event(self, uid: str) -> Any:
        """Find the appointment and fetch it, with its Schedule-Tag."""
        found = self.event(uid)
        found.load()
        return found


def sign_in(ok: Checks, url: str, user: str, password: str, email: str) -> Client:
    """Discover what the server offers this person."""
    client = caldav.DAVClient(url=url.replace("{user}", user), username=user, password=password)
    principal = client.principal()
    calendars = principal.get_calendars()
    ok(f"{user}: calendars found", calendars)
    ok(f"{user}: check_scheduling_support", client.check_scheduling_support())
    try:
        addresses = principal.calendar_user_address_set()
    except Exception as error:  # noqa: BLE001 - the reason is printed
        addresses = [repr(error)]
    ok(f"{user}: calendar_user_address_set has the address", f"mailto:{email}" in addresses, addresses)
    boxes = {}
    for name in ("schedule_inbox", "schedule_outbox"):
        try:
            boxes[name] = getattr(principal, name)()
            ok(f"{user}: {name}", boxes[name].url)
        except Exception as error:  # noqa: BLE001 - the reason is printed
            ok(f"{user}: {name}", holds=False, detail=repr(error))
    kinds = {calendar: [kind.upper() for kind in calendar.get_supported_components()] for calendar in calendars}

    def taking(component: str) -> Any:
        return next((calendar for calendar in calendars if component in kinds[calendar]), calendars[0])

    return Client(email, principal, taking("VEVENT"), taking("VTODO"), boxes)


def busy_times(ok: Checks, kari: Client, ola: Client) -> None:
    """Ask when the other is busy."""
    start = texts.tomorrow(11)
    try:
        found = kari.principal.freebusy_request(start, start + timedelta(hours=4), [ola.principal.get_vcal_address()])
    except Exception as error:  # noqa: BLE001 - the reason is printed
        ok("freebusy_request answers for bob", holds=False, detail=f"{type(error).__name__}: {error}")
    else:
        ok("freebusy_request answers for bob", found and any(part is not None for part in found.values()), found)


def appointment(ok: Checks, kari: Client, ola: Client, wait: float) -> None:
    """Invite, accept, change in between, decline, cancel."""
    uid, text = texts.event(kari.email, ola.email, start=texts.tomorrow(12))
    invite(ok, kari, ola, uid, text)
    seen = ok.until("event: bob's calendar shows it", lambda: (ola.event(uid), None), wait)

    def inbox_item() -> Any:
        items = ola.boxes["schedule_inbox"].get_items()
        return next((item for item in items if uid in (item.data or "") and item.is_invite_request()), None)

    ok.until("event: bob's inbox holds a METHOD:REQUEST", lambda: (inbox_item(), None), 5)
    ok.attempt("event: bob's accept_invite", lambda: inbox_item().accept_invite())
    ok.until("event: alice sees ACCEPTED", lambda: stands(kari.event(uid), ola.email, "ACCEPTED"), wait)
    ok.attempt("event: GET returns a Schedule-Tag", lambda: bool(kari.loaded_event(uid).schedule_tag))
    changes_in_between(ok, kari, ola, uid)
    ok.until("event: alice sees DECLINED", lambda: stands(kari.event(uid), ola.email, "DECLINED"), wait)
    ok.attempt("event: alice deletes", lambda: kari.event(uid).delete())
    ok.until(
        "event: bob's copy is cancelled or gone",
        lambda: (seen and (not (copy := ola.event(uid)) or "STATUS:CANCELLED" in copy.data), None),
        wait,
    )


def invite(ok: Checks, kari: Client, ola: Client, uid: str, text: str) -> None:
    """Invite as the library does it; without that, upload the finished text."""
    lines = [line for line in text.splitlines() if not line.startswith(("ATTENDEE", "ORGANIZER"))]
    people = [kari.principal, ola.principal.get_vcal_address()]
    ok.attempt("event: save_with_invites", lambda: kari.events.save_with_invites(texts.joined(lines), people) and True)
    if not kari.event(uid):
        kari.events.add_event(text)


def changes_in_between(ok: Checks, kari: Client, ola: Client, uid: str) -> None:
    """Ola loads, Kari edits and saves, Ola saves his answer with the Schedule-Tag that he loaded."""

    def answer(copy: Any, partstat: str) -> None:
        copy.change_attendee_status(partstat=partstat)
        copy.save(increase_seqno=False)

    def between(edit: Callable[[Any], object], partstat: str) -> None:
        copy, own = ola.loaded_event(uid), kari.loaded_event(uid)
        with own.edit_icalendar_component() as component:
            edit(component)
        own.save()
        answer(copy, partstat)

    def alarm(component: Any) -> None:
        reminder = icalendar.Alarm()
        reminder.add("ACTION", "DISPLAY")
        reminder.add("DESCRIPTION", "alice's own")
        reminder.add("TRIGGER", timedelta(minutes=-9))
        component.add_component(reminder)

    def changed() -> bool:
        try:
            between(lambda component: component.__setitem__("DESCRIPTION", "new agenda"), "DECLINED")
        except Exception:  # noqa: BLE001 - 412: she changed more than a status
            answer(ola.loaded_event(uid), "DECLINED")
            return True
        return False

    ok.attempt(
        "event: bob's answer survives an alarm that alice sets in between (tag unchanged, RFC 6638 3.2.10)",
        lambda: between(alarm, "TENTATIVE"),
    )
    ok.attempt("event: after a changed description the old tag is refused, and a reload helps", changed)


def series(ok: Checks, kari: Client, ola: Client, wait: float) -> None:
    """A weekly meeting: accepted, one day declined, another one called off."""
    start = texts.tomorrow(14)
    uid, text = texts.event(kari.email, ola.email, start=start, rule="FREQ=WEEKLY;COUNT=5")
    declined, gone = start + timedelta(weeks=1), start + timedelta(weeks=2)
    invite(ok, kari, ola, uid, text)
    ok.until("series: bob's calendar shows it", lambda: (ola.event(uid), None), wait)

    def accepts() -> None:
        copy = ola.loaded_event(uid)
        copy.change_attendee_status(partstat="ACCEPTED")
        copy.save(increase_seqno=False)

    def declines() -> None:
        copy = ola.loaded_event(uid)
        whole = copy.icalendar_component
        day = icalendar.Event.from_ical(whole.to_ical())
        for name in ("RRULE", "DTSTART", "DTEND"):
            del day[name]
        for name, at in (("RECURRENCE-ID", declined), ("DTSTART", declined), ("DTEND", declined + timedelta(hours=1))):
            day.add(name, at)
        mine = next(line for line in day["ATTENDEE"] if ola.email in line)
        mine.params["PARTSTAT"] = "DECLINED"
        copy.icalendar_instance.add_component(day)
        copy.save(increase_seqno=False)

    def calls_off() -> None:
        own = kari.loaded_event(uid)
        own.icalendar_component.add("EXDATE", gone)
        own.save()

    def sees(who: Client, partstat: str) -> tuple[object, object]:
        copy = who.event(uid)
        return copy and texts.partstat(texts.of_day(copy.data, declined), ola.email) == partstat, copy and copy.data

    ok.attempt("series: bob accepts all of it", accepts)
    ok.until("series: alice sees ACCEPTED", lambda: stands(kari.event(uid), ola.email, "ACCEPTED"), wait)
    ok.attempt("series: bob declines one day", declines)
    ok.until("series: alice sees DECLINED on that day", lambda: sees(kari, "DECLINED"), wait)
    ok.until("series: and ACCEPTED on the others", lambda: stands(kari.event(uid), ola.email, "ACCEPTED"), 3)
    ok.until("series: bob reads the day as he answered it", lambda: sees(ola, "DECLINED"), 3)
    ok.attempt("series: alice calls another day off", calls_off)
    ok.until("series: bob's copy has no such day", lambda: (texts.stamp(gone) in ola.event(uid).data, None), wait)
    ok.until("series: the series stands", lambda: stands(ola.event(uid), ola.email, "ACCEPTED"), 3)
    ok.until("series: the declined day too", lambda: sees(kari, "DECLINED"), 3)


def assignment(ok: Checks, kari: Client, ola: Client, wait: float) -> None:
    """Give a task, accept it, set 40 %."""
    uid, text = texts.task(kari.email, ola.email)
    kari.tasks.add_todo(text)
    ok.until("task: bob's calendar shows it", lambda: (ola.task(uid), None), wait)

    def answer(partstat: str, percent: int | None = None) -> None:
        copy = ola.task(uid)
        copy.load()
        copy.change_attendee_status(attendee=f"mailto:{ola.email}", partstat=partstat)
        if percent:
            with copy.edit_icalendar_component() as component:
                for name, value in (("PERCENT-COMPLETE", percent), ("STATUS", "IN-PROCESS")):
                    component.pop(name, None)
                    component.add(name, value)
        copy.save(increase_seqno=False)

    def percent() -> tuple[object, object]:
        own = kari.task(uid)
        return own and texts.value(own.data, "PERCENT-COMPLETE") == "40", own and own.data

    ok.attempt("task: bob accepts", lambda: answer("ACCEPTED"))
    ok.until("task: alice sees ACCEPTED", lambda: stands(kari.task(uid), ola.email, "ACCEPTED"), wait)
    ok.attempt("task: bob sets 40 %", lambda: answer("IN-PROCESS", 40))
    ok.until("task: alice sees 40 %", percent, wait)
    ok.until("task: alice sees IN-PROCESS", lambda: stands(kari.task(uid), ola.email, "IN-PROCESS"), 3)


def stands(own: Any, address: str, partstat: str) -> tuple[object, object]:
    """Tell whether the object says so of this address, and what it says."""
    return own and texts.partstat(own.data, address) == partstat, own and own.data


def _found(find: Callable[[str], Any], uid: str) -> Any:
    try:
        return find(uid)
    except caldav.error.NotFoundError:
        return None


def main() -> None:
    """Play all scenarios."""
    given, ok = arguments(__doc__), Checks()
    kari = sign_in(ok, given.url, given.user, given.password, given.email)
    ola = sign_in(ok, given.url, given.user2, given.password2, given.email2)
    busy_times(ok, kari, ola)
    if given.only != "task":
        appointment(ok, kari, ola, given.wait)
        series(ok, kari, ola, given.wait)
    if given.only != "event":
        assignment(ok, kari, ola, given.wait)
    ok.close()


if __name__ == "__main__":
    main()

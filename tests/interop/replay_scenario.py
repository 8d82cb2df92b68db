#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clients that cannot run here, played request by request for two: --as macos | ios | outlook | davx5."""

import uuid

import texts
from checks import Checks, arguments
from persona import APPLE, NS, USER_AGENTS, C, Item, Persona, hrefs

COMPLETED = "COMPLETED"


class Story:
    """Both people and their checks."""

    def __init__(self, alice: Persona, bob: Persona, ok: Checks, wait: float) -> None:
        self.alice, self.bob, self.ok, self.wait = alice, bob, ok, wait
        self.is_apple = alice.kind in APPLE

    def appointment(self) -> None:
        """Invite, accept, see, cancel."""
        ok, alice, bob, wait = self.ok, self.alice, self.bob, self.wait
        uid, text = texts.event(alice.email, bob.email, start=texts.tomorrow(17), uid=str(uuid.uuid4()).upper())
        if self.is_apple:
            text = text.replace(
                "ATTENDEE;PARTSTAT=NEEDS-ACTION;ROLE=REQ-PARTICIPANT;RSVP=TRUE:",
                f'ATTENDEE;CN="Bob";CUTYPE=INDIVIDUAL;EMAIL="{bob.email}";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:',
            )
            if alice.people:
                what = "event: attendee look-up (principal-property-search) finds bob"
                ok.attempt(what, self._finds_bob)
            ok.attempt("event: free/busy POST to the outbox answers 2.0", self._is_told_when_bob_is_busy)
        ok.attempt("event: alice's PUT", lambda: alice.create(alice.events, uid, text))
        seen = ok.until("event: bob's calendar shows it", lambda: (bob.find("VEVENT", uid), None), wait)
        if self.is_apple:
            what = "event: bob's inbox lists a METHOD:REQUEST"
            ok.until(what, lambda: (has_message(bob, uid, "REQUEST"), None), 5)
            ok.attempt("event: bob's copy has a schedule-tag", lambda: bool(bob.found("VEVENT", uid).tag))
        ok.attempt("event: bob's acceptance PUT", lambda: bob.answer("VEVENT", uid, "ACCEPTED"))
        if self.is_apple:
            self._inbox_item_goes(uid, seen=seen)
        ok.until("event: alice sees ACCEPTED", lambda: self._stands("VEVENT", uid, "ACCEPTED"), wait)
        if self.is_apple:
            what = "event: alice's inbox lists the METHOD:REPLY"
            ok.until(what, lambda: (has_message(alice, uid, "REPLY"), None), 5)
        ok.attempt("event: alice deletes", lambda: _is_gone(alice.ask("DELETE", alice.found("VEVENT", uid).href)[0]))
        ok.until(
            "event: bob's copy is cancelled or gone",
            lambda: (seen and (not (i := bob.find("VEVENT", uid)) or "STATUS:CANCELLED" in i.text), None),
            wait,
        )

    def assignment(self) -> None:
        """Give a task, accept it, set 40 %, complete it."""
        ok, alice, bob, wait = self.ok, self.alice, self.bob, self.wait
        uid, text = texts.task(alice.email, bob.email)
        ok.attempt("task: alice's PUT", lambda: alice.create(alice.tasks, uid, text))
        ok.until("task: bob's list shows it", lambda: (bob.find("VTODO", uid), None), wait)
        if alice.kind != "outlook":  # Outlook has no answer button for CalDAV tasks.
            ok.attempt("task: bob's acceptance PUT", lambda: bob.answer("VTODO", uid, "ACCEPTED"))
            what = "task: alice sees ACCEPTED"
            ok.until(what, lambda: self._stands("VTODO", uid, "ACCEPTED", "IN-PROCESS"), wait)
        ok.attempt("task: bob sets 40 %", lambda: bob.progress(uid, 40))
        what = "task: bob's copy still names organizer and attendee"
        ok.until(what, lambda: names_people(bob.find("VTODO", uid), bob.email), 3)
        ok.until("task: alice sees 40 %", lambda: says(alice.find("VTODO", uid), "PERCENT-COMPLETE", "40"), wait)
        ok.attempt("task: bob completes", lambda: bob.progress(uid, 100))
        ok.until("task: alice sees it completed", lambda: self._is_completed(uid), wait)
        if alice.kind == "outlook":
            self._lossy_organizer(uid)

    def _lossy_organizer(self, uid: str) -> None:
        ok, alice, bob = self.ok, self.alice, self.bob
        ok.attempt("task: alice edits her master (Outlook drops ATTENDEE)", lambda: alice.progress(uid, 50))
        what = "task: alice's master still names bob"
        ok.until(what, lambda: ((i := alice.find("VTODO", uid)) and texts.partstat(i.text, bob.email), i), 3)
        ok.until(
            "task: bob's copy was not cancelled by it",
            lambda: ((i := bob.find("VTODO", uid)) and "STATUS:CANCELLED" not in i.text, i),
            3,
        )

    def _finds_bob(self) -> bool:
        body = (
            f'<D:principal-property-search {NS} test="anyof"><D:property-search><D:prop><S:email-address-set/></D:prop>'
            f'<D:match match-type="starts-with">{self.bob.email[:3]}</D:match></D:property-search><D:property-search>'
            f'<D:prop><D:displayname/></D:prop><D:match match-type="contains">{self.bob.user}</D:match>'
            "</D:property-search><D:prop><C:calendar-user-address-set/><C:calendar-user-type/><D:displayname/>"
            "<D:principal-URL/></D:prop></D:principal-property-search>"
        )
        found = self.alice.multistatus("REPORT", self.alice.people or "", body)
        wanted = f"mailto:{self.bob.email}"
        return any(wanted in hrefs(given.get(C + "calendar-user-address-set")) for given in found.values())

    def _is_told_when_bob_is_busy(self) -> bool:
        day, sender, asked = texts.tomorrow(0), f"mailto:{self.alice.email}", f"mailto:{self.bob.email}"
        body = texts.joined(
            [
                *("BEGIN:VCALENDAR", "VERSION:2.0", "METHOD:REQUEST", "PRODID:-//Apple Inc.//macOS 13.0//EN"),
                *("BEGIN:VFREEBUSY", f"UID:{uuid.uuid4()}", f"DTSTAMP:{texts.stamp(day)}"),
                *(f"DTSTART:{texts.stamp(day)}", f"DTEND:{texts.stamp(day.replace(hour=23))}"),
                *(f"ORGANIZER:{sender}", f"ATTENDEE:{asked}", "END:VFREEBUSY", "END:VCALENDAR"),
            ]
        )
        headers = {"Content_Type": "text/calendar", "Originator": sender, "Recipient": asked}
        status, _, text = self.alice.ask("POST", self.alice.outbox or "", body, **headers)
        if status == 200 and "schedule-response" in text and "2.0" in text:
            return True
        raise RuntimeError(f"{status} {text[:100]}")

    def _inbox_item_goes(self, uid: str, *, seen: bool) -> None:
        bob = self.bob

        def delete() -> bool:
            statuses = [bob.ask("DELETE", item.href)[0] for item in bob.inbox_items() if uid in item.text]
            return _is_gone(statuses[0])

        self.ok.attempt("event: bob's DELETE of the inbox item", delete)
        self.ok.until(
            "event: inbox item is gone, calendar copy is not",
            lambda: (
                seen and bob.find("VEVENT", uid) and not any(uid in item.text for item in bob.inbox_items()),
                None,
            ),
            3,
        )

    def _stands(self, component: str, uid: str, *wanted: str) -> tuple[object, object]:
        item = self.alice.find(component, uid)
        return item and texts.partstat(item.text, self.bob.email) in wanted, item

    def _is_completed(self, uid: str) -> tuple[object, object]:
        item = self.alice.find("VTODO", uid)
        if item is None:
            return False, None
        is_answered = texts.partstat(item.text, self.bob.email) == COMPLETED
        return texts.value(item.text, "STATUS") == COMPLETED or is_answered, item


def says(item: Item | None, name: str, wanted: str) -> tuple[object, object]:
    """Tell whether the object has this value, and what it is."""
    return item and texts.value(item.text, name) == wanted, item


def names_people(item: Item | None, email: str) -> tuple[object, object]:
    """Tell whether the object has its organizer and this attendee, and what it is."""
    return item and "ORGANIZER" in item.text and texts.partstat(item.text, email), item


def has_message(client: Persona, uid: str, method: str) -> bool:
    """Tell whether such a message lies in the inbox."""
    return any(uid in item.text and f"METHOD:{method}" in item.text for item in client.inbox_items())


def _is_gone(status: int) -> bool:
    return status in {200, 204}


def main() -> None:
    """Discover as both, and play both scenarios."""
    given = arguments(__doc__, lambda parser: parser.add_argument("--as", dest="kind", choices=USER_AGENTS))
    kind, ok = given.kind or "macos", Checks()
    try:
        people = [(given.user, given.password, given.email), (given.user2, given.password2, given.email2)]
        personas = [
            Persona(kind, given.url.replace("{user}", user), (user, password), email, ok)
            for user, password, email in people
        ]
        for persona in personas:
            persona.discover()
        story = Story(*personas, ok, given.wait)
        if given.only != "task":
            story.appointment()
        if given.only != "event":
            story.assignment()
    except Exception as error:  # noqa: BLE001 - the reason is printed
        ok("run to the end", holds=False, detail=f"{type(error).__name__}: {error}")
    ok.close()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A secretary in Thunderbird and python caldav: she invites and answers in somebody else's calendar."""

from typing import Any
from urllib.parse import urljoin

import caldav
import pycaldav_scenario
import texts
from checks import Checks, arguments
from tbclient import Thunderbird, display
from thunderbird_scenario import event

PASSWORD = "demo"
NINA = "nina@byggbo.example"
WAY_IN = "{http://calendarserver.org/ns/}calendar-proxy-write-for"


def in_thunderbird(given: Any, ok: Checks, nina: Thunderbird, ola: pycaldav_scenario.Client) -> None:
    """Find the owner's calendars, invite with the own account's address, see the answer, call it off."""
    found = [calendar for calendar in nina.detect() if calendar[0] == "caldav"]
    ok("nina's Thunderbird finds kari's calendars, and may write", found and not any(c[3] for c in found), found)
    for number, calendar in enumerate(found):
        nina.add_calendar(calendar[2], f"kari{number}")
    kinds = {f"kari{number}": nina.info(f"kari{number}") for number in range(len(found))}
    nina.events = next(name for name, known in kinds.items() if "VEVENT" in known["types"])
    ok("her Thunderbird takes it for writable", not kinds[nina.events]["ro"], kinds[nina.events])

    uid, text = texts.event(NINA, given.email2, summary="Avtalt av Nina")
    text = text.replace(f"ATTENDEE;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:{NINA}\r\n", "")
    ok.attempt("she invites bob there", lambda: nina.add(nina.events, text))
    ok.until("bob is invited by kari, by the hand of nina", lambda: _organized(ola.event(uid), given.email), given.wait)
    ok.attempt("bob accepts", lambda: _answer(ola.loaded_event(uid), given.email2, "ACCEPTED"))
    ok.until("her Thunderbird shows ACCEPTED", lambda: _stands(event(nina, uid), given.email2, "ACCEPTED"), given.wait)
    ok.attempt("she moves it", lambda: nina.modify(nina.events, uid, "n.title = 'Avtalt av Nina, annen tittel';"))
    ok.until("bob reads the new title", lambda: ("annen tittel" in ola.event(uid).data, None), given.wait)
    ok.attempt("she deletes it", lambda: nina.delete(nina.events, uid))
    ok.until("bob's copy is cancelled", lambda: ("STATUS:CANCELLED" in ola.event(uid).data, None), given.wait)


def in_python_caldav(given: Any, ok: Checks, ola: pycaldav_scenario.Client) -> None:
    """Find the owner by calendar-proxy, and answer an invitation that the owner got."""
    url = given.url.replace("{user}", "nina")
    client = caldav.DAVClient(url=url, username="nina", password=PASSWORD)
    me = client.principal()
    told = client.propfind(str(me.url), props=f'<propfind xmlns="DAV:"><prop>{_element(WAY_IN)}</prop></propfind>')
    homes = [
        node.text for node in told.tree.iter("{DAV:}href") if node.text and node.text.rstrip("/").endswith("/kari")
    ]
    if not ok("nina is told that she acts for kari", homes, told.raw):
        return
    owner = caldav.Principal(client=client, url=urljoin(str(me.url), homes[0]))
    calendars = owner.get_calendars()
    events = next(c for c in calendars if "VEVENT" in c.get_supported_components())
    uid, text = texts.event(given.email2, given.email, summary="Ola spør Kari")
    ola.events.add_event(text)

    def invitation() -> Any:
        found = events.get_event_by_uid(uid)
        found.load()
        return found

    ok.until("she finds the invitation in kari's calendar", lambda: (invitation(), None), given.wait)
    ok.attempt("she accepts it for kari", lambda: _answer(invitation(), given.email, "ACCEPTED"))
    ok.until("bob sees that kari has accepted", lambda: _stands_in(ola.event(uid), given.email, "ACCEPTED"), given.wait)
    line = next((one for one in texts.unfolded(ola.event(uid).data).splitlines() if given.email in one), "")
    ok("bob sees by whose hand", f'SENT-BY="mailto:{NINA}"' in texts.unfolded(ola.event(uid).data), line)


def _answer(copy: Any, email: str, partstat: str) -> None:
    copy.change_attendee_status(attendee=f"mailto:{email}", partstat=partstat)
    copy.save(increase_seqno=False)


def _element(name: str) -> str:
    space, _, local = name[1:].partition("}")
    return f'<{local} xmlns="{space}"/>'


def _organized(copy: Any, email: str) -> tuple[object, object]:
    text = texts.unfolded(copy.data) if copy else ""
    line = next((one for one in text.splitlines() if one.startswith("ORGANIZER")), "")
    return line.endswith(f"mailto:{email}") and f'SENT-BY="mailto:{NINA}"' in line, line


def _stands(item: dict[str, Any] | None, email: str, partstat: str) -> tuple[object, object]:
    return item and texts.partstat(item["ics"], email) == partstat, item


def _stands_in(copy: Any, email: str, partstat: str) -> tuple[object, object]:
    return copy and texts.partstat(copy.data, email) == partstat, copy and copy.data


def main() -> None:
    """Play both."""
    given, ok = arguments(__doc__), Checks()
    if given.only == "task":
        ok("nothing to do without appointments", holds=True)
        ok.close()
    ola = pycaldav_scenario.sign_in(ok, given.url, given.user2, given.password2, given.email2)
    in_python_caldav(given, ok, ola)
    with display():
        nina = Thunderbird(urljoin(given.url.replace("{user}", "nina"), "/dav/kari/"), "nina", PASSWORD)
        try:
            nina.save_login()
            in_thunderbird(given, ok, nina, ola)
        except Exception as error:  # noqa: BLE001 - the reason is printed
            ok("run to the end", holds=False, detail=f"{type(error).__name__}: {error}")
        finally:
            nina.close()
    ok.close()


if __name__ == "__main__":
    main()

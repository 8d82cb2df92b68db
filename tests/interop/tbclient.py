# SPDX-License-Identifier: GPL-3.0-or-later
"""A real Thunderbird without a screen, one profile for each person, driven over Marionette in the chrome context.

It needs the programs thunderbird and Xvfb, the package marionette_driver, and a DISPLAY: see `display`.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from marionette_driver.marionette import Marionette

START = 90
"""Seconds that Thunderbird has to open its port."""
SCRIPT = 120
END = 15
"""Seconds from SIGTERM to SIGKILL."""

PREFERENCES: dict[str, object] = {
    "app.donation.eoy.version.viewed": 999,
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "calendar.caldav.sched.enabled": False,
    "calendar.invitations.autorefresh.timeout": 1,
    "calendar.timezone.local": "Europe/Berlin",
    "calendar.timezone.useSystemTimezone": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "mail.chat.enabled": False,
    "mail.cloud_files.enabled": False,
    "mail.provider.suppress_dialog_on_startup": True,
    "mail.rights.version": 1,
    "mail.shell.checkDefaultClient": False,
    "mail.spotlight.firstRunDone": True,
    "mail.winsearch.firstRunDone": True,
    "mailnews.auto_config.fetchFromISP.enabled": False,
    "mailnews.start_page.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "http://127.0.0.1:1/",
    "signon.rememberSignons": True,
    "toolkit.telemetry.enabled": False,
}

PRELUDE = """
const { cal } = ChromeUtils.importESModule("resource:///modules/calendar/calUtils.sys.mjs");
const byName = n => cal.manager.getCalendars().find(c => c.name == n || c.uri.spec == n);
const raw = c => { let r = c.wrappedJSObject; return r.mUncachedCalendar ? r.mUncachedCalendar.wrappedJSObject : r; };
const item2js = i => ({uid: i.id, title: i.title, ics: i.icalString,
   partstats: Object.fromEntries(i.getAttendees().map(a => [a.id, a.participationStatus])),
   organizer: i.organizer ? i.organizer.id : null,
   percent: i.isTodo() ? i.percentComplete : null, status: i.status, description: i.getProperty("DESCRIPTION"),
   invitation: cal.itip.isInvitation(i), open: cal.itip.isOpenInvitation(i)});
"""


@contextlib.contextmanager
def display() -> Iterator[None]:
    """Use $DISPLAY where it is set, else an Xvfb of our own for as long as it is wanted."""
    if os.environ.get("DISPLAY"):
        yield
        return
    read, write = os.pipe()
    screen = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1280x900x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as number:
        os.environ["DISPLAY"] = ":" + number.readline().strip()
    try:
        yield
    finally:
        screen.terminate()
        screen.wait()
        os.environ.pop("DISPLAY", None)


class Thunderbird:
    """One running Thunderbird and its profile."""

    def __init__(self, url: str, user: str, password: str, *, email: str | None = None, loglevel: str = "Warn") -> None:
        self.url, self.user, self.password, self.email = url, user, password, email
        self.events = self.tasks = self.calendar_url = ""
        self._port = _free_port()
        self._profile = Path(tempfile.mkdtemp(prefix=f"tb-{user}-"))
        self._write_preferences({**PREFERENCES, "marionette.port": self._port, "calendar.loglevel": loglevel})
        self._output = (self._profile / "output.log").open("wb")
        self._process = subprocess.Popen(
            ["thunderbird", "--marionette", "--remote-allow-system-access", "--no-remote", "--profile", self._profile],
            stdout=self._output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"MOZ_DISABLE_CONTENT_SANDBOX": "1", "GDK_BACKEND": "x11"},
            start_new_session=True,
        )
        self._await_port()
        self._marionette = Marionette("127.0.0.1", port=self._port)
        self._marionette.start_session({"timeouts": {"script": SCRIPT * 1000}})
        self._marionette.set_context("chrome")
        self._marionette.timeout.script = SCRIPT

    def call(self, body: str, *given: object) -> Any:
        """Run JavaScript inside; *body* returns what JSON can carry."""
        answer = self._marionette.execute_async_script(
            "const cb = arguments[arguments.length-1]; const args = arguments;"
            "(async () => {" + PRELUDE + body + "})().then(r => cb({ok: r === undefined ? null : r}),"
            " e => cb({err: String(e) + ' ' + ((e && e.stack) || '')}));",
            script_args=list(given),
            sandbox="system",
            new_sandbox=False,
        )
        if "err" in answer:
            raise RuntimeError(answer["err"])
        return answer["ok"]

    def save_login(self) -> None:
        """Store the password, as a person does who ticks the box."""
        parts = urlsplit(self.url)
        self.call(
            """
            const L = Cc["@mozilla.org/login-manager/loginInfo;1"].createInstance(Ci.nsILoginInfo);
            L.init(args[0], null, args[1], args[2], args[3], "", "");
            await Services.logins.addLoginAsync(L);""",
            f"{parts.scheme}://{parts.netloc}",
            _realm(self.url) or "x",
            self.user,
            self.password,
        )

    def add_identity(self) -> None:
        """Add a mail account with the person's address; no server is asked for it."""
        self.call(
            """
            const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
            const id = MailServices.accounts.createIdentity(); id.email = args[0]; id.fullName = args[1];
            const srv = MailServices.accounts.createIncomingServer(args[1], "mail.invalid", "pop3");
            const a = MailServices.accounts.createAccount(); a.incomingServer = srv; a.addIdentity(id);
            MailServices.accounts.defaultAccount = a;""",
            self.email,
            self.user,
        )

    def detect(self) -> list[list[Any]]:
        """Let the calendar wizard look; kind, name, URL and read-only of each calendar that it finds."""
        found: list[list[Any]] = self.call(
            """
            const r = await cal.provider.detection.detect(args[0], args[1], args[2], true, [], {});
            const out = [];
            for (const [p, cals] of r) for (const c of cals) out.push([p.type, c.name, c.uri.spec, c.readOnly]);
            return out;""",
            self.user,
            self.password,
            self.url,
        )
        return found

    def add_calendar(self, url: str, name: str) -> None:
        """Subscribe to a calendar."""
        self.call(
            """
            const c = cal.manager.createCalendar("caldav", Services.io.newURI(args[0]));
            c.name = args[1]; c.setProperty("username", args[2]); c.setProperty("cache.enabled", true);
            if (args[3]) {
              const { MailServices } = ChromeUtils.importESModule("resource:///modules/MailServices.sys.mjs");
              const id = MailServices.accounts.allIdentities.find(i => i.email == args[3]);
              if (id) c.setProperty("imip.identity.key", id.key);
            }
            cal.manager.registerCalendar(c);""",
            url,
            name,
            self.user,
            self.email or "",
        )
        time.sleep(3)

    def info(self, name: str) -> dict[str, Any]:
        """Tell what it knows of a calendar and its server."""
        known: dict[str, Any] = self.call(
            """
            const c = byName(args[0]), r = raw(c);
            return {auto: r.mHasAutoScheduling, sched: r.mHaveScheduling, cua: r.mCalendarUserAddresses,
                    inbox: r.mInboxUrl && r.mInboxUrl.spec, outbox: r.mOutboxUrl && r.mOutboxUrl.spec,
                    websync: r.mHasWebdavSyncSupport, poll: r.mShouldPollInbox, types: r.mSupportedItemTypes,
                    organizerId: c.getProperty("organizerId"), transport: String(c.getProperty("itip.transport")),
                    status: c.getProperty("currentStatus"), disabled: c.getProperty("disabled"), ro: c.readOnly,
                    principal: r.mPrincipalUrl, checked: r.mCheckedServerInfo,
                    caps: {tasks: c.getProperty("capabilities.tasks.supported"),
                           auto: c.getProperty("capabilities.autoschedule.supported")}};""",
            name,
        )
        return known

    def refresh(self, name: str, wait: float = 1.5) -> None:
        """Sync a calendar."""
        self.call("for (const c of cal.manager.getCalendars()) if (c.name == args[0]) c.refresh();", name)
        time.sleep(wait)

    def items(self, name: str) -> list[dict[str, Any]]:
        """Give all that a calendar shows."""
        shown: list[dict[str, Any]] = self.call(
            """
            const all = Ci.calICalendar.ITEM_FILTER_ALL_ITEMS;
            const items = await byName(args[0]).getItemsAsArray(all, 0, null, null);
            return items.map(item2js);""",
            name,
        )
        return shown

    def add(self, name: str, text: str) -> None:
        """Do what the dialog does on Save: addItem, then cal.itip.checkAndSend."""
        self.call(
            """
            const p = Cc["@mozilla.org/calendar/ics-parser;1"].createInstance(Ci.calIIcsParser);
            p.parseString(args[1]);
            const c = byName(args[0]); const it = p.getItems()[0]; it.calendar = c;
            const added = await c.addItem(it);
            const auto = {responseMode: Ci.calIItipItem.AUTO};
            cal.itip.checkAndSend(Ci.calIOperationListener.ADD, added, null, auto);""",
            name,
            text,
        )

    def modify(self, name: str, uid: str, change: str) -> None:
        """Change an item as the dialog does; *change* is JavaScript that edits `n`, its clone."""
        self.call(
            """
            const c = byName(args[0]); const old = await c.getItem(args[1]);
            if (!old) throw new Error("no item " + args[1]);
            let n = old.clone(); const me = cal.itip.getInvitedAttendee(n);
            """
            + change
            + """
            n = cal.itip.prepareSequence(n, old);
            const done = await c.modifyItem(n, old);
            const auto = {responseMode: Ci.calIItipItem.AUTO};
            cal.itip.checkAndSend(Ci.calIOperationListener.MODIFY, done, old, auto);""",
            name,
            uid,
        )

    def respond(self, name: str, uid: str, partstat: str) -> None:
        """Answer as the invitations dialog and the reminder bar do."""
        self.modify(
            name,
            uid,
            f"""
            if (!me) throw new Error("not an invited attendee of this item");
            const a = me.clone(); n.removeAttendee(me); a.participationStatus = {json.dumps(partstat)};
            n.addAttendee(a);""",
        )

    def respond_to_day(self, name: str, uid: str, number: int, partstat: str) -> None:
        """Answer one occurrence of a series (0 is the first) as «this occurrence only» does."""
        self.modify(
            name,
            uid,
            f"""
            const end = n.startDate.clone(); end.day += 60;
            const day = n.recurrenceInfo.getOccurrences(n.startDate, end, {number + 1})[{number}].clone();
            const mine = cal.itip.getInvitedAttendee(day);
            if (!mine) throw new Error("not an invited attendee of this day");
            const a = mine.clone(); day.removeAttendee(mine); a.participationStatus = {json.dumps(partstat)};
            day.addAttendee(a); n.recurrenceInfo.modifyException(day, true);""",
        )

    def day(self, name: str, uid: str, number: int) -> dict[str, Any] | None:
        """Sync, and give what is shown of one occurrence of a series (0 is the first); None where there is none."""
        self.refresh(name)
        shown: dict[str, Any] | None = self.call(
            """
            const item = await byName(args[0]).getItem(args[1]);
            const end = item.startDate.clone(); end.day += 60;
            const days = item.recurrenceInfo?.getOccurrences(item.startDate, end, args[2] + 1) ?? [];
            return days.length > args[2] ? item2js(days[args[2]]) : null;""",
            name,
            uid,
            number,
        )
        return shown

    def show(self, name: str, uid: str) -> None:
        """Open the window in which an item is read, and give it time to appear."""
        self.call(
            """
            const item = await byName(args[0]).getItem(args[1]);
            Services.wm.getMostRecentWindow("mail:3pane").openEventDialogForViewing(item);
            await new Promise(r => Services.wm.getMostRecentWindow("mail:3pane").setTimeout(r, 2500));""",
            name,
            uid,
        )

    def delete(self, name: str, uid: str) -> None:
        """Delete an item as the views do."""
        self.call(
            """
            const c = byName(args[0]); const old = await c.getItem(args[1]);
            await c.deleteItem(old);
            const auto = {responseMode: Ci.calIItipItem.AUTO};
            cal.itip.checkAndSend(Ci.calIOperationListener.DELETE, old, null, auto);""",
            name,
            uid,
        )

    def invitations(self) -> dict[str, Any]:
        """Give the list behind the panel «Invitations: N» in the status bar."""
        listed: dict[str, Any] = self.call(
            """
            const w = cal.window.getCalendarWindow();
            const im = w.getInvitationsManager ? w.getInvitationsManager() : w.InvitationsManager;
            const list = await cal.iterate.streamToArray(im.getInvitations());
            im.toggleInvitationsPanel(list);
            const box = w.document.getElementById("calendar-invitations-panel");
            return {items: list.map(item2js), panel: box ? !box.hidden : null,
                    label: w.document.getElementById("calendar-invitations-label")?.value};"""
        )
        return listed

    def console(self) -> list[str]:
        """Give what it has said of calendars."""
        said: list[str] = self.call(
            "return Services.console.getMessageArray().map(m => String(m.message))"
            ".filter(m => /calendar|caldav|itip/i.test(m)).slice(-60);"
        )
        return said

    def close(self) -> None:
        """End it, and remove its profile."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
            try:
                self._process.wait(END)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        self._output.close()
        shutil.rmtree(self._profile, ignore_errors=True)

    def _write_preferences(self, preferences: dict[str, object]) -> None:
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in preferences.items()]
        (self._profile / "user.js").write_text("".join(lines), encoding="utf-8")

    def _await_port(self) -> None:
        end = time.monotonic() + START
        while True:
            try:
                socket.create_connection(("127.0.0.1", self._port), 1).close()
            except OSError:
                if time.monotonic() > end or self._process.poll() is not None:
                    raise RuntimeError(f"Thunderbird did not open its port; see {self._output.name}") from None
                time.sleep(0.5)
            else:
                return


def photograph(path: Path) -> None:
    """Keep a picture of the whole screen."""
    subprocess.run(["import", "-window", "root", path], check=False)


def _realm(url: str) -> str:
    asked = urllib.request.Request(url, method="PROPFIND", headers={"Depth": "0"})  # noqa: S310 - the driver's own URL
    try:
        urllib.request.urlopen(asked, timeout=20).close()  # noqa: S310 - the same
    except urllib.error.HTTPError as error:
        with error:
            _, found, rest = error.headers.get("WWW-Authenticate", "").partition('realm="')
            return rest.partition('"')[0] if found else ""
    return ""


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port

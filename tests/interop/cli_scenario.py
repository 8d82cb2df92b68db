#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""vdirsyncer, khal and todoman for two: plain files synced both ways, answers typed by hand, as these know none."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import caldav
import texts
from checks import Checks, arguments

TOOLS = Path(sys.executable).parent
NO_CALENDARS = {"inbox", "outbox", "attachments"}

VDIRSYNCER = """[general]
status_path = "{home}/status/"
[pair p]
a = "remote"
b = "local"
collections = ["from a"]
conflict_resolution = "a wins"
metadata = ["displayname", "color"]
[storage remote]
type = "caldav"
url = "{url}"
username = "{user}"
password = "{password}"
[storage local]
type = "filesystem"
path = "{folder}"
fileext = ".ics"
"""
TODOMAN = 'path = "{folder}/*"\ndate_format = "%Y-%m-%d"\ntime_format = "%H:%M"\n'
KHAL = """[calendars]
[[main]]
path = {folder}
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[default]
default_calendar = main
"""


class Tools:
    """The three programs in a home of their own."""

    def __init__(self, url: str, user: str, password: str) -> None:
        self.url, self.user, self.password = url, user, password
        self.home = Path(tempfile.mkdtemp(prefix=f"vdir-{user}-"))
        self.files = self.home / "calendars"
        self.files.mkdir()
        self._environment = os.environ | {
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": f"{self.home}/config",
            "XDG_DATA_HOME": f"{self.home}/data",
            "XDG_CACHE_HOME": f"{self.home}/cache",
            "LC_ALL": "C.UTF-8",
            "TZ": "UTC",
            "PATH": f"{TOOLS}:{os.environ['PATH']}",
        }
        remote = {"url": url, "user": user, "password": password}
        self._configure("vdirsyncer/config", VDIRSYNCER.format(home=self.home, folder=self.files, **remote))
        self._configure("todoman/config.py", TODOMAN.format(folder=self.files))

    def run(self, *command: str) -> tuple[int, str]:
        """Run one, with yes to whatever it asks; its code, and all that it says."""
        done = subprocess.run(
            command, input="y\n" * 4, env=self._environment, text=True, capture_output=True, timeout=120, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def sync(self) -> tuple[int, str]:
        """Sync both ways."""
        return self.run("vdirsyncer", "sync")

    def show_in_khal(self) -> None:
        """Let khal look at the folder of appointments."""
        self._configure("khal/config", KHAL.format(folder=self.folder("VEVENT")))

    def folder(self, component: str) -> Path:
        """Give the synced folder of a remote list that takes this component."""
        have = {path.name: path for path in sorted(self.files.iterdir()) if path.name.lower() not in NO_CALENDARS}
        client = caldav.DAVClient(url=self.url, username=self.user, password=self.password)
        for calendar in client.principal().get_calendars():
            name = str(calendar.url).rstrip("/").rpartition("/")[2]
            if name in have and component in [kind.upper() for kind in calendar.get_supported_components()]:
                return have[name]
        return next(iter(have.values()))

    def add(self, component: str, uid: str, text: str) -> tuple[int, str]:
        """Put a file where it belongs, and sync."""
        _write(self.folder(component) / f"{uid}.ics", text)
        return self.sync()

    def find(self, uid: str) -> tuple[Path | None, str | None]:
        """Sync, and look for the file that has this UID."""
        self.sync()
        for path in self.files.glob("*/*.ics"):
            text = path.read_bytes().decode()
            if uid in text and path.parent.name.lower() not in {"inbox", "outbox"}:
                return path, text
        return None, None

    def edit(self, uid: str, change: Callable[[str], str]) -> None:
        """Change the file as an editor does, and sync."""
        path, text = self.find(uid)
        if path is None or text is None:
            raise RuntimeError("not there")
        new = path.with_name(path.name + ".tmp")
        _write(new, change(texts.unfolded(text)))
        new.replace(path)
        code, said = self.sync()
        if code:
            raise RuntimeError(said[-200:])

    def _configure(self, name: str, text: str) -> None:
        path = self.home / "config" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def answering(address: str, partstat: str) -> Callable[[str], str]:
    """Give an edit that changes how *address* stands."""

    def answered(line: str) -> str:
        if not (line.upper().startswith("ATTENDEE") and address in line.lower()):
            return line
        line = re.sub(r";PARTSTAT=[A-Z-]+", "", line, flags=re.IGNORECASE)
        head, _, tail = line.partition(":mailto:") if ":mailto:" in line else line.partition(":MAILTO:")
        return f"{head};PARTSTAT={partstat}:mailto:{tail}"

    return lambda text: texts.joined(answered(line) for line in text.splitlines())


def forty_percent(text: str) -> str:
    """Set 40 %, begun."""
    rest = texts.without(text, "PERCENT-COMPLETE", "STATUS")
    return rest.replace("END:VTODO", "PERCENT-COMPLETE:40\r\nSTATUS:IN-PROCESS\r\nEND:VTODO")


def set_up(ok: Checks, tools: Tools) -> Tools:
    """Discover the calendars, and fetch them."""
    code, said = tools.run("vdirsyncer", "discover")
    ok(f"{tools.user}: vdirsyncer discover", code == 0, said[-300:])
    code, said = tools.sync()
    ok(f"{tools.user}: vdirsyncer sync", code == 0, said[-300:])
    tools.run("vdirsyncer", "metasync")
    tools.show_in_khal()
    return tools


def appointment(ok: Checks, alice: Tools, bob: Tools, given: Any) -> None:
    """Upload a file, see it, accept by editing it."""
    uid, text = texts.event(given.email, given.email2, start=texts.tomorrow(15))
    code, said = alice.add("VEVENT", uid, text)
    ok("event: alice's file uploads", code == 0, said[-200:])
    ok.until("event: bob's folder has it", lambda: (bob.find(uid)[0], None), given.wait, 2)
    _, said = bob.run("khal", "list", "now", "3d")
    ok("event: bob's khal lists it", "Planning" in said, said)
    ok.attempt("event: bob accepts (file edit)", lambda: bob.edit(uid, answering(given.email2, "ACCEPTED")))
    ok.until("event: alice sees ACCEPTED", lambda: stands(alice, uid, given.email2, "ACCEPTED"), given.wait, 2)


def assignment(ok: Checks, alice: Tools, bob: Tools, given: Any) -> None:
    """Upload a task, see it, accept it, set 40 %, and be done with it."""
    summary = f"Write the report {uuid.uuid4()}"
    uid, text = texts.task(given.email, given.email2, summary=summary)
    code, said = alice.add("VTODO", uid, text)
    ok("task: alice's file uploads", code == 0, said[-200:])
    ok.until("task: bob's folder has it", lambda: (bob.find(uid)[0], None), given.wait, 2)
    _, listed = bob.run("todo", "--porcelain", "list", "--status", "ANY")
    ok("task: bob's todoman lists it", summary in listed, listed)
    ok.attempt("task: bob accepts (file edit)", lambda: bob.edit(uid, answering(given.email2, "ACCEPTED")))
    ok.until(
        "task: alice sees ACCEPTED",
        lambda: stands(alice, uid, given.email2, "ACCEPTED", "IN-PROCESS"),
        given.wait,
        2,
    )
    ok.attempt("task: bob sets 40 % (file edit)", lambda: bob.edit(uid, forty_percent))
    ok.until("task: alice sees 40 %", lambda: says(alice, uid, "PERCENT-COMPLETE", "40"), given.wait, 2)
    # todoman numbers a file anew when it has changed.
    _, listed = bob.run("todo", "--porcelain", "list", "--status", "ANY")
    number = number_of(listed, summary)
    if number is None:
        ok("task: bob's todoman marks it done and syncs", holds=False, detail="no task")
        return
    code, said = bob.run("todo", "done", str(number))
    synced, said_then = bob.sync()
    ok("task: bob's todoman marks it done and syncs", code == 0 and synced == 0, said + said_then)
    ok.until("task: alice sees COMPLETED", lambda: says(alice, uid, "STATUS", "COMPLETED"), given.wait, 2)


def stands(tools: Tools, uid: str, address: str, *wanted: str) -> tuple[object, object]:
    """Tell whether the file has one of these answers of *address*, and what it says."""
    _, text = tools.find(uid)
    return text and texts.partstat(text, address) in wanted, text


def says(tools: Tools, uid: str, name: str, wanted: str) -> tuple[object, object]:
    """Tell whether the file has this value, and what it says."""
    _, text = tools.find(uid)
    return text and texts.value(text, name) == wanted, text


def number_of(listed: str, summary: str) -> int | None:
    """Give the number by which todoman knows a task; other drivers have left tasks here too."""
    found: Any = (task["id"] for task in json.loads(listed) if task["summary"] == summary)
    return next(found, None)


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())


def main() -> None:
    """Play both scenarios."""
    given, ok, homes = arguments(__doc__), Checks(), []
    try:
        people = [(given.user, given.password), (given.user2, given.password2)]
        for user, password in people:
            homes.append(Tools(given.url.replace("{user}", user), user, password))
            set_up(ok, homes[-1])
        if given.only != "task":
            appointment(ok, *homes, given)
        if given.only != "event":
            assignment(ok, *homes, given)
    except Exception as error:  # noqa: BLE001 - the reason is printed
        ok("run to the end", holds=False, detail=f"{type(error).__name__}: {error}")
    finally:
        for tools in homes:
            shutil.rmtree(tools.home, ignore_errors=True)
    ok.close()


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task, four programs: given from Thunderbird, done in Thunderbird, todoman and Outlook, seen in each of them."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cli_scenario
import texts
from checks import Checks, arguments
from persona import Item, Persona
from tbclient import Thunderbird, display, photograph
from thunderbird_scenario import Story, task, tells

PASSWORD = "demo"
OLA, PER, NINA = (f"{who}@byggbo.example" for who in ("ola", "per", "nina"))
SHARES = {OLA: "40", PER: "100", NINA: "20"}
WHOLE = str(sum(map(int, SHARES.values())) // len(SHARES))
LINES = ("• Ola Berg: 40 %", "• Per Dahl: ferdig", "• Nina Lund: 20 %")


class Job:
    """A task that Kari has given to three."""

    def __init__(self, given: Any, ok: Checks, uid: str) -> None:
        self.given, self.ok, self.uid = given, ok, uid

    def until(self, what: str, look: Callable[[], tuple[object, object]]) -> None:
        """Look until it holds."""
        self.ok.until(what, look, self.given.wait, 2)

    def do_in_thunderbird(self, ola: Thunderbird) -> None:
        """Accept it, and set 40 %."""
        self.until("ola's Thunderbird shows it", lambda: ((item := task(ola, self.uid)), item))
        self.ok.attempt("ola accepts in Thunderbird", lambda: ola.respond(ola.tasks, self.uid, "ACCEPTED"))
        forty = "n.percentComplete = 40; n.status = 'IN-PROCESS';"
        self.ok.attempt("ola sets 40 % in Thunderbird", lambda: ola.modify(ola.tasks, self.uid, forty))

    def do_in_todoman(self, per: cli_scenario.Tools, summary: str) -> None:
        """Mark it done, without having answered before."""
        self.until("per's folder has it", lambda: (per.find(self.uid)[0], None))
        _, listed = per.run("todo", "--porcelain", "list", "--status", "ANY")
        number = cli_scenario.number_of(listed, summary)
        code, said = per.run("todo", "done", str(number))
        synced, said_then = per.sync()
        self.ok("per's todoman marks it done and syncs", code == 0 and synced == 0, said + said_then)

    def do_in_outlook(self, nina: Persona) -> None:
        """Set 20 %, which builds the task anew without people."""
        self.until("nina's Outlook finds it", lambda: ((item := nina.find("VTODO", self.uid)), item))
        self.ok.attempt("nina's Outlook sets 20 %, and loses the people", lambda: nina.progress(self.uid, 20))

    def is_seen_by_kari(self, name: str, read: Callable[[], str]) -> None:
        """See the whole, each share, and the lines in the description."""

        def whole() -> tuple[object, object]:
            text = texts.unfolded(read())
            stands = {box: texts.partstat(text, box) for box in SHARES}
            done = {OLA: "IN-PROCESS", PER: "COMPLETED", NINA: "IN-PROCESS"}
            return texts.value(text, "PERCENT-COMPLETE") == WHOLE and stands == done, text

        def description() -> tuple[object, object]:
            said = texts.value(texts.unfolded(read()), "DESCRIPTION") or ""
            return all(line in said for line in LINES), said

        self.until(f"kari sees the whole and each answer in {name}", whole)
        self.until(f"kari reads who has done what in {name}", description)

    def is_not_told_of_others(self, name: str, read: Callable[[], str]) -> None:
        """An assignee reads the own share only."""
        text = texts.unfolded(read())
        self.ok(f"{name} tells nothing of the others' shares", "• " not in text and "X-DISTRIB" not in text, text)


def play(given: Any, ok: Checks, homes: list[cli_scenario.Tools], story: Story) -> None:
    """Give it out, do it, and look at it."""
    kari = story.sign_in("kari", PASSWORD, given.email)
    ola = story.sign_in("ola", PASSWORD, OLA)
    url = given.url.replace("{user}", "per")
    homes.append(cli_scenario.set_up(ok, cli_scenario.Tools(url, "per", PASSWORD)))
    nina = persona(given, ok, "nina", NINA)
    summary = "Legge gipsplate i tre etasjer"
    uid, text = texts.task(given.email, *SHARES, summary=summary)
    kari.add(kari.tasks, text)
    job = Job(given, ok, uid)
    job.do_in_thunderbird(ola)
    job.do_in_todoman(homes[0], summary)
    job.do_in_outlook(nina)
    job.is_seen_by_kari("Thunderbird", lambda: (task(kari, uid) or {}).get("ics", ""))
    ok("kari's Thunderbird shows it as a description", *tells(task(kari, uid), LINES[0]))
    if given.screenshots:
        kari.show(kari.tasks, uid)
        photograph(Path(given.screenshots) / "thunderbird-task.png")
    homes.append(cli_scenario.set_up(ok, cli_scenario.Tools(given.url.replace("{user}", "kari"), "kari", PASSWORD)))
    job.is_seen_by_kari("todoman", lambda: homes[1].find(uid)[1] or "")
    outlook = persona(given, ok, "kari", given.email)
    job.is_seen_by_kari("Outlook", lambda: shown(outlook.find("VTODO", uid)))
    job.is_not_told_of_others("ola's Thunderbird", lambda: (task(ola, uid) or {}).get("ics", ""))
    job.is_not_told_of_others("per's todoman", lambda: homes[0].find(uid)[1] or "")
    job.is_not_told_of_others("nina's Outlook", lambda: shown(nina.find("VTODO", uid)))


def persona(given: Any, ok: Checks, user: str, email: str) -> Persona:
    """Give somebody in Outlook."""
    found = Persona("outlook", given.url.replace("{user}", user), (user, PASSWORD), email, ok)
    found.discover()
    return found


def shown(item: Item | None) -> str:
    """Give the text of what was found."""
    return item.text if item is not None else ""


def main() -> None:
    """Play it."""
    given = arguments(__doc__, lambda parser: parser.add_argument("--screenshots", help="a folder for pictures"))
    given.identity, given.loglevel = False, "Warn"
    ok = Checks()
    homes: list[cli_scenario.Tools] = []
    if given.only == "event":
        ok("nothing to do without tasks", holds=True)
        ok.close()
    with display():
        story = Story(given, ok)
        try:
            play(given, ok, homes, story)
        except Exception as error:  # noqa: BLE001 - the reason is printed
            ok("run to the end", holds=False, detail=f"{type(error).__name__}: {error}")
        finally:
            story.close()
            for tools in homes:
                shutil.rmtree(tools.home, ignore_errors=True)
    ok.close()


if __name__ == "__main__":
    main()

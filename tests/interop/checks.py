# SPDX-License-Identifier: GPL-3.0-or-later
"""What every driver shares: its command line, and lines that say what was checked and how it went."""

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import Any, NoReturn

DETAIL = 300
"""Characters of what was seen instead; INTEROP_DETAIL in the environment asks for more."""


def arguments(subject: str | None, more: Callable[[argparse.ArgumentParser], object] | None = None) -> Any:
    """Read the command line: where the server is, and the two people who meet on it."""
    parser = argparse.ArgumentParser(description=subject)
    parser.add_argument("--url", required=True, help="what a person would type into the client; {user} is replaced")
    for number, who in (("", "kari"), ("2", "ola")):
        parser.add_argument("--user" + number, default=who)
        parser.add_argument("--password" + number, default="demo")
        parser.add_argument("--email" + number, default=f"{who}@byggbo.example")
    parser.add_argument("--wait", type=float, default=15, help="seconds allowed for a change to arrive")
    parser.add_argument("--only", choices=["event", "task"], help="play one of the two scenarios")
    if more:
        more(parser)
    return parser.parse_args()


class Checks:
    """Counts what holds, and prints a line for each thing."""

    def __init__(self) -> None:
        self.good = self.bad = 0
        self._detail = int(os.environ.get("INTEROP_DETAIL", DETAIL))

    def __call__(self, what: str, holds: object, detail: object = "") -> bool:
        """Say whether *what* holds, and if not, what was seen instead."""
        if holds:
            self.good += 1
            say(f"ok   {what}")
        else:
            self.bad += 1
            say(f"FAIL {what}  [{str(detail)[: self._detail]!r}]")
        return bool(holds)

    def until(self, what: str, look: Callable[[], tuple[object, object]], seconds: float, pause: float = 1.0) -> bool:
        """Look until it holds or the time is over; *look* gives whether, and what it saw."""
        end = time.monotonic() + seconds
        while True:
            try:
                holds, detail = look()
            except Exception as error:  # noqa: BLE001 - the reason is printed
                holds, detail = False, f"{type(error).__name__}: {error}"
            if holds or time.monotonic() > end:
                return self(what, holds, detail)
            time.sleep(pause)

    def attempt(self, what: str, act: Callable[[], object]) -> bool:
        """Do it; what raises, or gives False, does not hold."""
        try:
            seen = act()
        except Exception as error:  # noqa: BLE001 - the reason is printed
            return self(what, holds=False, detail=f"{type(error).__name__}: {error}")
        return self(what, seen is not False, seen)

    def close(self) -> NoReturn:
        """Print the sums, and end: well if there was something and all of it held."""
        say(f"{self.good} passed, {self.bad} failed")
        sys.exit(1 if self.bad or not self.good else 0)


def say(line: str) -> None:
    """Print a line at once: somebody may be waiting for it."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()

# SPDX-License-Identifier: GPL-3.0-or-later
"""What requests cost: the gateway as a process, one connection, CPU of the server and time on the clock per request.

`make bench` or `python -m tests.bench [EVENTS] [REPEATS]`.
"""

import argparse
import base64
import itertools
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import psutil

from tests.gateway.process import run, started
from tests.gateway.running import free_port

HEADERS = {"Authorization": "Basic " + base64.b64encode(b"kari:demo").decode(), "Content-Type": "text/calendar"}
HOME = "/dav/kari/calendar/"
ETAGS = b'<propfind xmlns="DAV:"><prop><getetag/></prop></propfind>'
POLL = (
    b'<propfind xmlns="DAV:" xmlns:c="http://calendarserver.org/ns/"><prop><c:getctag/><sync-token/></prop></propfind>'
)
MONTH = (
    b'<c:calendar-query xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns="DAV:"><prop><getetag/><c:calendar-data/></prop>'
    b'<c:filter><c:comp-filter name="VCALENDAR"><c:comp-filter name="VEVENT">'
    b'<c:time-range start="20270101T000000Z" end="20270201T000000Z"/>'
    b"</c:comp-filter></c:comp-filter></c:filter></c:calendar-query>"
)


@dataclass(frozen=True, slots=True)
class Client:
    """One connection that stays open."""

    connection: HTTPConnection

    def ask(self, method: str, path: str, body: bytes | None = None, depth: str = "0") -> bytes:
        """The answer's body; it must be a good one."""
        self.connection.request(method, path, body, {**HEADERS, "Depth": depth})
        response = self.connection.getresponse()
        answer = response.read()
        assert response.status < 300, (method, path, response.status, answer)
        return answer


def event(number: int) -> bytes:
    """An appointment somewhere in five years, every tenth weekly for ten weeks."""
    day = f"{2025 + number % 5}{1 + number // 5 % 12:02}{1 + number // 60 % 28:02}"
    rule = "RRULE:FREQ=WEEKLY;COUNT=10\r\n" if number % 10 == 0 else ""
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//bench//EN\r\nBEGIN:VEVENT\r\n"
        f"UID:bench-{number}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{day}T100000Z\r\nDTEND:{day}T110000Z\r\n"
        f"{rule}SUMMARY:Appointment {number}\r\nDESCRIPTION:{'text ' * 80}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    ).encode()


def multiget(numbers: range) -> bytes:
    """Ask for fifty objects by name."""
    hrefs = "".join(f"<href>{HOME}bench-{number}.ics</href>" for number in numbers)
    return (
        '<c:calendar-multiget xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns="DAV:">'
        f"<prop><getetag/><c:calendar-data/></prop>{hrefs}</c:calendar-multiget>"
    ).encode()


def workloads(client: Client, events: int) -> Iterator[tuple[str, Callable[[], object]]]:
    """What is measured, each by a name and one request."""
    fresh = itertools.count(events)

    def put() -> object:
        number = next(fresh)
        return client.ask("PUT", f"{HOME}bench-{number}.ics", event(number))

    yield "PUT a new event", put
    yield "GET one", lambda: client.ask("GET", f"{HOME}bench-1.ics")
    yield "PROPFIND all etags", lambda: client.ask("PROPFIND", HOME, ETAGS, "1")
    yield "multiget 50", lambda: client.ask("REPORT", HOME, multiget(range(min(50, events))))
    yield "query one month", lambda: client.ask("REPORT", HOME, MONTH, "1")
    yield "poll ctag and token", lambda: client.ask("PROPFIND", HOME, POLL)


def measure(server: psutil.Process, request: Callable[[], object], repeats: int) -> tuple[float, float]:
    """Milliseconds of CPU that the server used per request, and the median on the clock."""
    request()
    clock: list[float] = []
    before = server.cpu_times()
    for _ in range(repeats):
        begun = time.perf_counter()
        request()
        clock.append(time.perf_counter() - begun)
    after = server.cpu_times()
    used = after.user + after.system - before.user - before.system
    return used / repeats * 1000, statistics.median(clock) * 1000


def main() -> None:
    """Fill a calendar, measure, and print a table."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("events", type=int, nargs="?", default=1000)
    parser.add_argument("repeats", type=int, nargs="?", default=100)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        run(folder, "user", "add", "kari", "--email", "k@byggbo.example", "--name", "Kari", "--password", "demo")
        with started(folder, port, "serve", "--port", str(port), settings={"DISTRIB_WORKER": "off"}) as gateway:
            client = Client(HTTPConnection("127.0.0.1", port))
            for number in range(chosen.events):
                client.ask("PUT", f"{HOME}bench-{number}.ics", event(number))
            server = psutil.Process(gateway.process.pid)
            print(f"{chosen.events} events, {chosen.repeats} requests each\n{'':24}{'CPU ms':>9}{'clock ms':>10}")  # noqa: T201
            for what, request in workloads(client, chosen.events):
                cpu, clock = measure(server, request, chosen.repeats)
                print(f"{what:24}{cpu:9.2f}{clock:10.2f}")  # noqa: T201


if __name__ == "__main__":
    main()

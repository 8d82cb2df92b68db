# SPDX-License-Identifier: GPL-3.0-or-later
"""The company, ready to be measured: the workloads h and i by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from tests.bench.company import ASKED, Company
from tests.bench.freebusy import ask_when_free
from tests.bench.meter import Meter
from tests.bench.rounds import Point
from tests.bench.scheduling import answer, answer_by_mail, answer_day, change, change_series, invite, publish
from tests.bench.servers import Server


@dataclass(frozen=True, slots=True)
class Conversation:
    """A workload among people, and with how many of them it is measured."""

    title: str
    run: Callable[[Company, Meter, int, int], None]
    people: tuple[int, ...]
    most: int = 20
    """Requests in a round."""


CONVERSATIONS: Mapping[str, Conversation] = MappingProxyType(
    {
        "h-invite": Conversation("PUT that invites colleagues", invite, (1, 10, 50)),
        "h-answer": Conversation("attendee's PUT", answer, (1, 10, 50, 100, 1000)),
        "h-change": Conversation("organizer's PUT of another place", change, (1, 10, 100, 1000)),
        "h-series": Conversation("the same, of 50 moved days", change_series, (10,)),
        "h-day": Conversation("answer to one of 50 moved days", answer_day, (10,)),
        "h-mail": Conversation("answer by mail (LMTP)", answer_by_mail, (1, 10, 100, 1000)),
        "h-publish": Conversation("answers shown to all, in a batch", publish, (1000,), 3),
        "i": Conversation("free-busy POST", ask_when_free, (ASKED,), 100),
    }
)


@dataclass(frozen=True, slots=True)
class CompanyBench:
    """The gateway of a company; the points say how many people."""

    company: Company

    @property
    def server(self) -> Server:
        """The gateway."""
        return self.company.server

    def meter(self) -> Meter:
        """One that has counted nothing yet."""
        return Meter(self.company.clock)

    def run(self, point: Point, meter: Meter, repeats: int) -> None:
        """Send *repeats* requests, and count them."""
        CONVERSATIONS[point.workload].run(self.company, meter, point.number, repeats)

    def most(self, point: Point) -> int:
        """How many requests are enough in a round."""
        return CONVERSATIONS[point.workload].most

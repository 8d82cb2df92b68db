# SPDX-License-Identifier: GPL-3.0-or-later
"""What is counted, for Prometheus: few numbers, each of which somebody can act on.

The counts are those of this process. What all processes share, such as the mails that wait, is asked of the database
when the numbers are fetched.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# When a counter began is of no use to anybody.
disable_created_metrics()  # type: ignore[no-untyped-call]
registry = CollectorRegistry()

requests = Counter("distrib_requests", "HTTP requests answered", ("door", "method", "status"), registry=registry)
"""`door` is `dav` or `web`; `status` is the code."""
request_seconds = Histogram(
    "distrib_request_seconds",
    "From the request's first byte to the answer's last",
    ("door",),
    buckets=(0.005, 0.02, 0.1, 0.5, 2, 10),
    registry=registry,
)
mails = Counter("distrib_mails", "Attempts to send a mail", ("result",), registry=registry)
"""`result` is `sent`, `deferred` or `refused`."""
answers = Counter("distrib_answers", "Answers of people outside the company", ("door",), registry=registry)
"""`door` is `mail` or `link`. A colleague's answer is a PUT among others, and counted as a request."""


def answered(door: str, method: str, status: int, seconds: float) -> None:
    """Count an answered request; *status* is 0 where nobody waited for the answer. *method* is one of a few."""
    _answered(door, method, status)()
    _took(door)(seconds)


@cache
def _answered(door: str, method: str, status: int) -> Callable[[], None]:
    # The library looks each label up under a lock; this is asked for on each request.
    return requests.labels(door, method, str(status or "none")).inc


@cache
def _took(door: str) -> Callable[[float], None]:
    return request_seconds.labels(door).observe


class Waiting(Collector):
    """The mails of the outbox by state, counted when asked."""

    def __init__(self, counts: Callable[[], Mapping[str, int]]) -> None:
        self._counts = counts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The one gauge."""
        family = GaugeMetricFamily("distrib_outbox", "Mails in the outbox", labels=("state",))
        for state, count in self._counts().items():
            family.add_metric((state,), count)
        yield family


def exposition(waiting: Collector) -> bytes:
    """Everything that is counted, and what *waiting* says, as text for Prometheus."""
    asked = CollectorRegistry(auto_describe=False)
    asked.register(waiting)
    return generate_latest(registry) + generate_latest(asked)

# SPDX-License-Identifier: GPL-3.0-or-later
"""What is another than a visitor knew it, in their language and zone."""

from collections.abc import Iterable, Sequence

from gateway.services.scene import zone_of
from gateway.web.desk.door import Visit
from ical.news import News
from mail import changes
from mail.translations import translator


def told(news: Sequence[News], visit: Visit) -> tuple[str, ...]:
    """Give a line for each thing that is another, at most so many."""
    return changes.told(news, zone_of(visit.person), visit.language, translator(visit.language))


def named(news: Iterable[News], visit: Visit) -> str:
    """Name what is another, each once: «nytt tidspunkt, nytt sted»."""
    return changes.named(news, zone_of(visit.person), visit.language, translator(visit.language))

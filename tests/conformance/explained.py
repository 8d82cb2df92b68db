# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not as a suite wants it, on purpose: each with the decision that says why."""

from collections.abc import Mapping
from dataclasses import dataclass

_OWN_ANSWER = "0011-an-own-answer-moves-the-schedule-tag.md"
_BEYOND = "0012-what-testers-ask-beyond-the-standards.md"
_JOURNALS = "0013-journals-are-private.md"


@dataclass(frozen=True, slots=True)
class Explanations:
    """Features that are not `full`, and tests that fail, each with its page in docs/decisions."""

    features: Mapping[str, str]
    tests: Mapping[str, str]


OURS = Explanations(
    features={
        "create-calendar.auto": _BEYOND,
        "save-load.journal.mixed-calendar": _JOURNALS,
        "scheduling.schedule-tag.stable-partstat": _OWN_ANSWER,
        "search.text.comp-type-optional": _BEYOND,
        "url.encode-at.identity": _BEYOND,
    },
    tests={
        "TestSchedulingForServerdistrib::testScheduleTagStableOnPartstateUpdate": _OWN_ANSWER,
        "TestAsyncSchedulingFordistrib::test_schedule_tag_stable_on_partstate_update": _OWN_ANSWER,
    },
)
NONE = Explanations({}, {})

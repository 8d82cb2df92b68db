# SPDX-License-Identifier: GPL-3.0-or-later
"""What is not as a suite wants it, on purpose: each with the decision that says why."""

from collections.abc import Mapping

_OWN_ANSWER = "0011-an-own-answer-moves-the-schedule-tag.md"
_BEYOND = "0012-what-testers-ask-beyond-the-standards.md"

FEATURES: Mapping[str, str] = {
    "create-calendar.auto": _BEYOND,
    "scheduling.schedule-tag.stable-partstat": _OWN_ANSWER,
    "search.text.comp-type-optional": _BEYOND,
    "url.encode-at.identity": _BEYOND,
}
"""Features that are not `full`, and the page in docs/decisions."""

TESTS: Mapping[str, str] = {
    "TestSchedulingForServerdistrib::testScheduleTagStableOnPartstateUpdate": _OWN_ANSWER,
    "TestAsyncSchedulingFordistrib::test_schedule_tag_stable_on_partstate_update": _OWN_ANSWER,
}
"""Functional tests that fail, and the page in docs/decisions."""

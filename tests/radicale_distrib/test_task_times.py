# SPDX-License-Identifier: GPL-3.0-or-later
"""Which tasks lie in a window of time: the table of RFC 4791 9.9, and its edges."""

import pytest

from tests.radicale_distrib.client import Client
from tests.radicale_distrib.test_query import found, query
from tests.radicale_distrib.texts import task

START, END = "20261201T000000Z", "20261202T000000Z"
BEFORE, NOON, AFTER = "20261130T120000Z", "20261201T120000Z", "20261203T120000Z"


def started(at: str, *more: str) -> tuple[str, ...]:
    return (f"DTSTART:{at}", *more)


LIES_IN = {
    "lasts into the window": (*started(BEFORE), "DURATION:PT13H"),
    "lasts beyond it": (*started(BEFORE), "DURATION:P4D"),
    "lasts no time, at its start": (*started(START), "DURATION:PT0S"),
    "from before, due in it": (*started(BEFORE), f"DUE:{NOON}"),
    "from before, due behind": (*started(BEFORE), f"DUE:{AFTER}"),
    "in it, due at its end": (*started(NOON), f"DUE:{END}"),
    "starts at its start": started(START),
    "starts in it": started(NOON),
    "due in it": (f"DUE:{NOON}",),
    "due at its end": (f"DUE:{END}",),
    "due on a day": ("DUE;VALUE=DATE:20261202",),
    "created before, done behind": (f"CREATED:{BEFORE}", f"COMPLETED:{AFTER}"),
    "created at its end, done behind": (f"CREATED:{END}", f"COMPLETED:{AFTER}"),
    "done at its start": (f"COMPLETED:{START}",),
    "done at its end": (f"COMPLETED:{END}",),
    "created before": (f"CREATED:{BEFORE}",),
    "without a time": (),
}
LIES_OUTSIDE = {
    "lasts until before": (*started(BEFORE), "DURATION:PT11H"),
    "lasts from its end": (*started(END), "DURATION:PT1H"),
    "from before, due at its start": (*started(BEFORE), f"DUE:{START}"),
    "from its end, due behind": (*started(END), f"DUE:{AFTER}"),
    "starts before": started(BEFORE),
    "starts at its end": started(END),
    "due at its start": (f"DUE:{START}",),
    "due behind": (f"DUE:{AFTER}",),
    "due on the day before": ("DUE;VALUE=DATE:20261130",),
    "created behind, done behind": (f"CREATED:{AFTER}", f"COMPLETED:{AFTER}"),
    "done before": (f"COMPLETED:{BEFORE}",),
    "created at its end": (f"CREATED:{END}",),
}


@pytest.mark.parametrize("more", ["", "<C:prop-filter name='UID'/>"], ids=["by time alone", "and by a property"])
def test_tasks_are_found_by_the_table(kari: Client, more: str) -> None:
    for name, lines in {**LIES_IN, **LIES_OUTSIDE}.items():
        assert kari.put(f"/kari/tasks/{name}.ics", task(name, *lines)).status == 201

    window = f"<C:comp-filter name='VTODO'><C:time-range start='{START}' end='{END}'/>{more}</C:comp-filter>"

    assert found(query(kari, window, path="/kari/tasks/")) == set(LIES_IN)

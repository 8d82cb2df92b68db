# SPDX-License-Identifier: GPL-3.0-or-later
"""A person's own lines survive being stored."""

import json

from hypothesis import given
from hypothesis import strategies as st

from gateway.store import reading_changes
from gateway.store.overlays import pack, unpack
from gateway.store.unit import Database
from ical.instances import SERIES, InstanceId
from ical.private import Chunk, Overlay
from tests.gateway.store.company import hired, met, readings_of

chunks = st.builds(
    Chunk,
    st.dictionaries(st.text("ABCX-", min_size=1), st.lists(st.binary()).map(tuple)),
    st.lists(st.binary()).map(tuple),
)


@given(st.dictionaries(st.text("0123456789TZ").map(InstanceId), chunks))
def test_any_bytes_come_back(overlay: Overlay) -> None:
    assert unpack(json.loads(json.dumps(pack(overlay)))) == overlay


def test_a_line_folded_inside_a_character_comes_back(database: Database) -> None:
    folded = "X-NOTE:blåbær".encode().replace("å".encode(), b"\xc3\r\n \xa5") + b"\r\n"
    overlay: Overlay = {
        SERIES: Chunk({"X-NOTE": (folded,), "CATEGORIES": ()}, (b"BEGIN:VALARM\r\nEND:VALARM\r\n",)),
        InstanceId("20261008T080000Z"): Chunk({"X-NUL": (b"\0",), "X-B": (b"base64:AAAA",)}),
    }
    with database.write() as uow:
        kari, ola = hired(uow, "kari"), hired(uow, "ola")
        entry_id = met(uow, kari, [ola])
        reading_changes.set_overlay(uow, readings_of(uow, entry_id)[ola.id].id, overlay)

    with database.read() as uow:
        found = readings_of(uow, entry_id)
    assert found[ola.id].overlay == overlay
    assert found[kari.id].overlay == {}

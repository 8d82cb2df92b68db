# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole calendar is uploaded over what is in it, object by object; nobody is told of it (model, row 47)."""

import hashlib
from collections.abc import Iterable, Iterator

from radicale.item import Item
from radicale.pathutils import is_safe_path_component

from radicale_distrib.collections import Collection

_LONGEST = 200
"""Characters of a UID that becomes a name as it is."""


def replace(collection: Collection, items: Iterable[Item]) -> tuple[dict[str, Item], list[str]]:
    """Leave *items* in *collection* and nothing else; give what was replaced by name, and the names of what is new.

    Raises ValueError where one of them is refused; then nothing is changed.
    """
    there, quiet = collection.hrefs_by_uid(), collection.quietly()
    taken = set(there.values())
    replaced: dict[str, Item] = {}
    new: list[str] = []
    wanted = {item.uid: item for item in items}
    for uid in there.keys() - wanted.keys():
        quiet.delete(there[uid])
    for uid, item in wanted.items():
        href = there.get(uid) or next(name for name in _names(uid) if name not in taken)
        taken.add(href)
        _, before = quiet.upload(href, item)
        if before is None:
            new.append(href)
        else:
            replaced[href] = before
    collection.look_again()
    return replaced, new


def _names(uid: str) -> Iterator[str]:
    """Give names for an object with *uid*, the best one first."""
    plain = uid if uid.lower().endswith(".ics") else f"{uid}.ics"
    if is_safe_path_component(plain) and uid.isprintable() and len(uid) <= _LONGEST:
        yield plain
    digest = hashlib.sha256(uid.encode(errors="replace")).hexdigest()
    yield f"{digest}.ics"
    yield from (f"{digest}-{number}.ics" for number in range(2, 1000))

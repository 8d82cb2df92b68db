# SPDX-License-Identifier: GPL-3.0-or-later
"""Who else is asked, in words for somebody who is: contacts with the company that they come from."""

from collections.abc import Sequence

from gateway.model import Fellow
from gateway.store import contacts
from gateway.store.unit import UnitOfWork


def named(uow: UnitOfWork, fellows: Sequence[Fellow]) -> list[str]:
    """Give their names, in one statement at most."""
    known = contacts.by_addresses(uow, {one.address for one in fellows})
    firms = {address: one.company for address, one in known.items() if one.company}
    return [f"{one.name} ({firms[one.address]})" if one.address in firms else one.name for one in fellows]

# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets that let an outside contact answer."""

from datetime import timedelta
from itertools import count

from gateway.store import tokens
from gateway.store.tokens import Link
from gateway.store.unit import Database
from ical.address import Address
from tests.conftest import Statements
from tests.gateway.store.company import NOW, hired, met

BERIT, JON = Address("mailto:berit@kunde.example"), Address("mailto:jon@kunde.example")


def test_an_address_keeps_its_reply_mailbox_in_an_entry(database: Database) -> None:
    numbers = count()

    def new_token() -> str:
        return f"token-{next(numbers)}"

    with database.write() as uow:
        kari = hired(uow, "kari")
        first, second = met(uow, kari, [], "a"), met(uow, kari, [], "b")
        before = tokens.reply_tokens(uow, [(first, BERIT)], new_token)
        after = tokens.reply_tokens(uow, [(first, BERIT), (first, JON), (second, BERIT)], new_token)
        assert tokens.reply_tokens(uow, [], new_token) == {}

        assert before == {(first, BERIT): "token-0"}
        assert after == {(first, BERIT): "token-0", (first, JON): "token-2", (second, BERIT): "token-3"}
        assert tokens.by_reply_token(uow, "token-2") == (first, JON)
        assert tokens.by_reply_token(uow, "token-3") == (second, BERIT)
        assert tokens.by_reply_token(uow, "token-1") is None


def test_a_hundred_reply_mailboxes_are_one_statement_new_or_not(database: Database, statements: Statements) -> None:
    numbers = count()
    people = [Address(f"mailto:{n}@kunde.example") for n in range(100)]
    with database.write() as uow:
        entry_id = met(uow, hired(uow, "kari"), [])
        for _ in range(2):
            statements.clear()
            asked = {(entry_id, address) for address in people}
            found = tokens.reply_tokens(uow, asked, lambda: str(next(numbers)))
            assert (len(statements), set(found)) == (1, asked)


def test_a_link_is_found_by_the_digest_of_its_token(database: Database, statements: Statements) -> None:
    with database.write() as uow:
        entry_id = met(uow, hired(uow, "kari"), [])
        links = [Link("d1", entry_id, BERIT, NOW, NOW + timedelta(days=7)), Link("d2", entry_id, JON, NOW)]
        statements.clear()
        tokens.add_links(uow, links)
        tokens.add_links(uow, [])
        assert len(statements) == 1

        assert [tokens.by_link(uow, digest) for digest in ("d1", "d2", "d3")] == [*links, None]

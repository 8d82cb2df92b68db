# SPDX-License-Identifier: GPL-3.0-or-later
"""`acquire_lock`: who reads sees one state, who writes is alone, and what fails leaves nothing behind."""

import threading
from collections.abc import Callable

import pytest
from radicale.storage import BaseStorage

from tests.radicale_distrib.contract.objects import hrefs, item_of, reading, upload, writing
from tests.radicale_distrib.texts import event

PATIENCE = 30


def in_threads(*acts: Callable[[], None]) -> None:
    """Do *acts* at the same time, and hold that none of them fails or waits for ever."""
    failures: list[BaseException] = []

    def run(act: Callable[[], None]) -> None:
        try:
            act()
        except BaseException as error:  # noqa: BLE001 - it is told below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(act,), daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    assert failures == []


@pytest.mark.parametrize("mode", ["r", "w"])
def test_a_lock_may_be_taken_with_all_that_radicale_says_about_it(storage: BaseStorage, mode: str) -> None:
    with storage.acquire_lock(mode, "kari", path="/kari/x", request="PUT", to_path="/kari/y", actor="kari"):
        pass
    with storage.acquire_lock(mode):
        pass


def test_one_lock_follows_another(storage: BaseStorage) -> None:
    for _ in range(3):
        with reading(storage) as calendar:
            list(calendar.get_all())
        with writing(storage) as calendar:
            list(calendar.get_all())


def test_readers_do_not_wait_for_each_other(storage: BaseStorage) -> None:
    together = threading.Barrier(2)

    def read() -> None:
        with reading(storage) as calendar:
            list(calendar.get_all())
            together.wait(PATIENCE)

    in_threads(read, read)


def test_who_looks_first_and_writes_then_is_not_overtaken(storage: BaseStorage) -> None:
    stored: list[str] = []

    def write(href: str) -> None:
        with writing(storage) as calendar:
            if not calendar.has_uid("one"):
                calendar.upload(href, item_of(event("one")))
                stored.append(href)

    in_threads(*(lambda href=f"{n}.ics": write(href) for n in range(4)))

    assert len(stored) == 1
    with reading(storage) as calendar:
        assert hrefs(calendar) == set(stored)


def test_a_reader_sees_what_a_writer_has_finished(storage: BaseStorage) -> None:
    upload(storage, "one.ics", event())

    with reading(storage) as calendar:
        assert hrefs(calendar) == {"one.ics"}


def test_after_a_failure_the_next_lock_is_free(storage: BaseStorage) -> None:
    with pytest.raises(ZeroDivisionError), writing(storage):
        raise ZeroDivisionError

    upload(storage, "one.ics", event())

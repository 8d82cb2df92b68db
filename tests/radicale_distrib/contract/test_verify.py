# SPDX-License-Identifier: GPL-3.0-or-later
"""`verify`: whether all that is stored can be read."""

from radicale.storage import BaseStorage

from tests.radicale_distrib.contract.objects import upload
from tests.radicale_distrib.texts import event, task


def test_a_sound_storage_is_found_sound(storage: BaseStorage) -> None:
    with storage.acquire_lock("r"):
        assert storage.verify()
    upload(storage, "one.ics", event())
    upload(storage, "t.ics", task(), "/kari/tasks/")
    with storage.acquire_lock("r"):
        assert storage.verify()

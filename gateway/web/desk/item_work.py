# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody works on in the form of an appointment or a task, from one page of it to the next."""

import uuid
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from gateway.errors import NotFound
from gateway.model import Person, ReadingId
from gateway.services import editing
from gateway.services.editing import Opened
from gateway.services.saving import Choices, Filled, Reach
from gateway.services.scene import Scene, zone_of
from gateway.store.unit import UnitOfWork
from gateway.web.desk.door import Visit
from gateway.web.desk.item_form import Errors, fields_of, kept, packed, particulars_of, read_day, unpacked
from gateway.web.forms import Fields, FormRefused
from ical.editing import Particulars
from ical.instances import SERIES, InstanceId
from ical.kinds import Kind

ROOMS = {Kind.VEVENT: "avtale", Kind.VTODO: "oppgave"}
KINDS = {room: kind for kind, room in ROOMS.items()}
HOUR = timedelta(hours=1)
REACHES = {"": Reach.THIS, "fremtidige": Reach.FUTURE, "alle": Reach.ALL}
LONGEST_INSTANCE = 32


@dataclass(frozen=True, slots=True)
class Work:
    """An entry that is filled in: what the form says now, what it said at first, and what that was made of."""

    kind: Kind
    form: Fields
    base: Fields
    uid: str
    """Of what is new, or becomes a series of its own."""
    version: str = ""
    instance: InstanceId = SERIES
    entry: Opened | None = None

    @property
    def reading_id(self) -> ReadingId | None:
        """Give where it lies; None: it is new."""
        return self.entry.reading.id if self.entry is not None else None

    @property
    def path(self) -> str:
        """Give where its page is."""
        return f"/{ROOMS[self.kind]}/{self.reading_id or 'ny'}"

    @property
    def query(self) -> dict[str, str]:
        """Give what its address says beside that."""
        return {"dag": self.instance} if self.instance != SERIES else {}

    def carried(self) -> list[tuple[str, str]]:
        """Give what another page carries along, so that nothing is lost."""
        own = [("uid", self.uid), ("versjon", self.version), ("grunnlag", packed(self.base)), ("dag", self.instance)]
        return [*kept(self.form), *own]

    def told(self, person: Person) -> tuple[Particulars, Errors]:
        """Give what is filled in, and what of it cannot be read."""
        return particulars_of(self.form, self.kind, zone_of(person))

    def filled(self, person: Person) -> Filled:
        """Give what is filled in, against what was there."""
        now, _ = self.told(person)
        base, _ = particulars_of(self.base, self.kind, zone_of(person))
        if self.entry is None:
            return Filled(self.kind, Particulars(), now, uid=self.uid)
        was = self.entry.told
        base = replace(base, attends=was.attends, absent=was.absent)
        now = replace(now, attends=was.attends, absent=was.absent)
        return Filled(self.kind, base, now, self.reading_id, self.uid, self.instance, self.version)


def path_of(kind: Kind, reading_id: ReadingId | None, instance: InstanceId) -> str:
    """Give where an entry, or a day of it, has its page; '' where it lies nowhere."""
    if reading_id is None:
        return ""
    query = f"?{urlencode({'dag': instance})}" if instance != SERIES else ""
    return f"/{ROOMS[kind]}/{reading_id}{query}"


def started(visit: Visit, kind: Kind) -> Work:
    """Give the form of something new: at the hour that was asked for, or the next one."""
    zone = zone_of(visit.person)
    start = _asked_start(visit, zone)
    told = Particulars()
    if kind is Kind.VEVENT:
        end = start + HOUR if isinstance(start, datetime) else start + timedelta(days=1)
        told = Particulars(start=start, end=end, reminder=15 if isinstance(start, datetime) else None)
    elif visit.request.query_params.get("start"):
        told = Particulars(end=start)
    form = fields_of(told, kind)
    return Work(kind, form, form, str(uuid.uuid4()))


def begun(uow: UnitOfWork, visit: Visit, kind: Kind, scene: Scene) -> Work:
    """Give the form of what is there; raises NotFound."""
    entry = _opened(uow, visit, kind, scene, visit.request.query_params.get("dag", ""))
    form = fields_of(entry.told, kind)
    return Work(kind, form, form, str(uuid.uuid4()), entry.version, entry.instance, entry)


def sent(uow: UnitOfWork, visit: Visit, kind: Kind, scene: Scene) -> Work:
    """Give the form as it was sent; raises NotFound, and FormRefused where it is none of ours."""
    form = visit.form
    uid = form.get("uid", "")
    try:
        uuid.UUID(uid)
    except ValueError as error:
        raise FormRefused("the form has no name") from error
    here = Fields(tuple(kept(form)))
    if "reading" not in visit.request.path_params:
        return Work(kind, here, unpacked(form.get("grunnlag", "")), uid)
    entry = _opened(uow, visit, kind, scene, form.get("dag", ""))
    base, version = unpacked(form.get("grunnlag", "")), form.get("versjon", "")[:64]
    return Work(kind, here, base, uid, version, entry.instance, entry)


def choices_of(form: Fields) -> Choices:
    """Give what was chosen at saving."""
    reach = REACHES.get(form.get("omfang", "alle"), Reach.ALL)
    return Choices(
        mail=form.get("send_innkallelse", "") == "1",
        invite=form.get("send_invitasjoner", "") == "1",
        absent=form.get("ikke_meg", "") == "1",
        reach=reach if form.get("oppdater_alle", "") == "1" else Reach.THIS,
    )


def _opened(uow: UnitOfWork, visit: Visit, kind: Kind, scene: Scene, instance: str) -> Opened:
    number = ReadingId(visit.request.path_params["reading"])
    entry = editing.opened(uow, visit.person, number, scene, InstanceId(instance[:LONGEST_INSTANCE]))
    if entry.reading.kind is not kind:
        raise NotFound("it is of another kind")
    return entry


def _asked_start(visit: Visit, zone: ZoneInfo) -> datetime | date:
    text = visit.request.query_params.get("start", "")[:32]
    day = read_day(text.partition("T")[0])
    try:
        if day is not None and "T" in text:
            at = datetime.fromisoformat(text)
            return at.replace(tzinfo=zone) if at.tzinfo is None else at.astimezone(zone)
    except ValueError:
        day = None
    return day or visit.now.astimezone(zone).replace(minute=0, second=0, microsecond=0) + HOUR

# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo company Bygg & Bo AS: its people, and what lies in their calendars around today. Nothing in it mails."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Component, Event, Timezone, Todo, vCalAddress, vRecur

from gateway.auth.passwords import hashed
from gateway.config import Settings
from gateway.errors import ConfigError
from gateway.model import EVENTS, TASKS, Condition, Contact, Person
from gateway.model import Calendar as Collection
from gateway.services import deputies, entries, views
from gateway.services.people import add_person
from gateway.services.scene import Scene
from gateway.store import calendars, contacts, facts, people
from gateway.store.unit import Database, UnitOfWork

COMPANY = "Bygg & Bo AS"
DOMAIN = "byggbo.example"
PASSWORD = "demo"  # noqa: S105 - the contract of the demo: everybody knows it, and it listens on loopback only
EMPLOYEES = {"kari": "Kari Nordmann", "ola": "Ola Berg", "per": "Per Dahl", "nina": "Nina Lund"}
CONTACTS = (
    Contact("Berit Kunde", email="berit@kunde.example", company="Kunde AS", language="nb"),
    Contact("Jon Uten", company="Uten AS", language="nb"),
    Contact("Siri Mobil", mobile="+47 999 99 999", company="Mobil AS", language="nb"),
)
FACT = "demo"
"""The fact that marks a database as the demo's own."""
ZONE = ZoneInfo("Europe/Oslo")
OSLO = """BEGIN:VTIMEZONE
TZID:Europe/Oslo
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
_FULL = 100


@dataclass(frozen=True, slots=True)
class Said:
    """A colleague's answer."""

    partstat: str
    percent: int | None = None
    """How much of a task is done."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One entry of the demo: whose it is, who else is in it, and when, from the Monday of this week."""

    slug: str
    owner: str
    summary: str
    day: int
    others: tuple[str, ...] = ()
    at: time | None = None
    minutes: int = 60
    place: str = ""
    text: str = ""
    weeks: int = 1
    """How many times an appointment is repeated weekly: never without end."""
    task: bool = False
    answers: Mapping[str, Said] = field(default_factory=dict)
    """What colleagues have answered already."""


PLANS = (
    Plan("ukemote", "kari", "Ukemøte", -7, ("ola", "per", "nina"), time(8, 30), 30, "Kantina", weeks=4),
    Plan(
        "befaring",
        "kari",
        "Befaring Solbakken 14",
        -4,
        ("ola",),
        time(10),
        90,
        "Solbakken 14, Bodø",
        answers={"ola": Said("ACCEPTED")},
    ),
    Plan(
        "prosjektmote",
        "kari",
        "Prosjektmøte: Hus 14",
        8,
        ("ola", "nina"),
        time(9),
        90,
        "Møterom 2",
        "Fremdrift, endringer fra kunden og bestillinger.",
        answers={"ola": Said("ACCEPTED")},
    ),
    Plan("kundemote", "kari", "Kundemøte med Berit Kunde", 3, (), time(13), 60, "Kunde AS, Storgata 1"),
    Plan("budsjett", "nina", "Budsjettmøte", 16, ("kari",), time(13), 60, "Møterom 1"),
    Plan("kjokken", "per", "Levering av kjøkken", 10, ("ola",), time(7, 30), 120, "Hus 14"),
    Plan("tannlege", "ola", "Tannlege", 9, (), time(14, 15), 45),
    Plan("hms", "kari", "HMS-dag", 25, ("ola", "per", "nina"), place="Brakka"),
    Plan(
        "rive-vegg",
        "kari",
        "Rive vegg",
        4,
        ("ola",),
        task=True,
        text="Veggen mellom stue og kjøkken.",
        answers={"ola": Said("IN-PROCESS", 60)},
    ),
    Plan(
        "legge-gipsplate",
        "kari",
        "Legge gipsplate",
        11,
        ("ola", "per"),
        task=True,
        place="Hus 14, andre etasje",
        text="Begge soverommene. Platene står i garasjen.",
    ),
    Plan("male-tak", "kari", "Male tak", 18, ("per", "nina"), task=True, text="Stue og gang, to strøk."),
    Plan("lister", "kari", "Bestille lister", 7, task=True),
)


def load(database: Database, settings: Settings, now: datetime) -> None:
    """Put the demo company into an empty database; one that has it already is left as it is.

    Raises ConfigError where the database holds something else.
    """
    with database.write() as uow:
        if facts.get(uow, FACT) is not None:
            return
        if people.everybody(uow) or contacts.everybody(uow):
            raise ConfigError(
                "the database is not empty and not a demo: start without --demo, or with another DISTRIB_DATA_DIR"
            )
        password = hashed(PASSWORD)
        staff = {
            login: add_person(uow, login=login, name=name, emails=[f"{login}@{DOMAIN}"], password_hash=password)
            for login, name in EMPLOYEES.items()
        }
        for contact in CONTACTS:
            contacts.add(uow, contact)
        deputies.appoint(uow, "kari", "nina", sees_private=False)
        scene = Scene(settings, now)
        for plan in PLANS:
            _enter(uow, staff, plan, scene)
        facts.put(uow, FACT, COMPANY)


def _enter(uow: UnitOfWork, staff: Mapping[str, Person], plan: Plan, scene: Scene) -> None:
    component = _task(plan, scene.now) if plan.task else _appointment(plan, scene.now)
    _invite(component, plan)
    _put(uow, staff[plan.owner], f"{plan.slug}.ics", component, scene)
    for login, said in plan.answers.items():
        _answer(uow, staff[login], str(component["UID"]), said, scene)


def _appointment(plan: Plan, now: datetime) -> Event:
    event = Event()
    _describe(event, plan, now)
    day = _monday(now) + timedelta(days=plan.day)
    if plan.at is None:
        event.add("DTSTART", day)
        event.add("DTEND", day + timedelta(days=1))
        event.add("TRANSP", "TRANSPARENT")
        return event
    start = datetime.combine(day, plan.at, ZONE)
    event.add("DTSTART", start)
    event.add("DTEND", start + timedelta(minutes=plan.minutes))
    if plan.weeks > 1:
        event.add("RRULE", vRecur(FREQ="WEEKLY", COUNT=plan.weeks))
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", plan.summary)
    alarm.add("TRIGGER", timedelta(minutes=-15))
    event.add_component(alarm)
    return event


def _task(plan: Plan, now: datetime) -> Todo:
    task = Todo()
    _describe(task, plan, now)
    task.add("DUE", _monday(now) + timedelta(days=plan.day))
    task.add("STATUS", "NEEDS-ACTION")
    return task


def _describe(component: Component, plan: Plan, now: datetime) -> None:
    component.add("UID", f"demo-{plan.slug}@{DOMAIN}")
    component.add("DTSTAMP", now.astimezone(UTC))
    component.add("SUMMARY", plan.summary)
    component.add("SEQUENCE", 0)
    for name, value in (("LOCATION", plan.place), ("DESCRIPTION", plan.text)):
        if value:
            component.add(name, value)


def _invite(component: Component, plan: Plan) -> None:
    if not plan.others:
        return
    component.add("ORGANIZER", _line(plan.owner))
    if not plan.task:
        component.add("ATTENDEE", _line(plan.owner, PARTSTAT="ACCEPTED"))
    for login in plan.others:
        component.add("ATTENDEE", _line(login, PARTSTAT="NEEDS-ACTION", RSVP="TRUE", ROLE="REQ-PARTICIPANT"))


def _line(login: str, **parameters: str) -> vCalAddress:
    line = vCalAddress(f"mailto:{login}@{DOMAIN}")
    line.params.update({"CN": EMPLOYEES[login], **parameters})
    return line


def _answer(uow: UnitOfWork, person: Person, uid: str, said: Said, scene: Scene) -> None:
    """Answer as a client does: take the object, change what is one's own, and put it back."""
    for slug in (EVENTS, TASKS):
        for found in views.read_many(uow, person, _place(uow, person, slug)):
            if found.uid == uid:
                entry = _own(found.text)
                _say(entry, person, said)
                _put(uow, person, found.href, entry, scene)


def _own(text: bytes) -> Component:
    calendar = Calendar.from_ical(text)
    return next(part for part in calendar.subcomponents if part.name in {"VEVENT", "VTODO"})


def _say(entry: Component, person: Person, said: Said) -> None:
    lines = entry["ATTENDEE"]
    for line in lines if isinstance(lines, list) else [lines]:
        if str(line).lower() in person.addresses:
            line.params["PARTSTAT"] = said.partstat
    if said.percent is None:
        return
    for name in ("PERCENT-COMPLETE", "STATUS"):
        entry.pop(name, None)
    entry.add("PERCENT-COMPLETE", said.percent)
    entry.add("STATUS", "COMPLETED" if said.percent == _FULL else "IN-PROCESS")


def _put(uow: UnitOfWork, person: Person, href: str, component: Component, scene: Scene) -> None:
    calendar = Calendar()
    calendar.add("PRODID", "-//Distrib//Demo//NB")
    calendar.add("VERSION", "2.0")
    if b";TZID=" in component.to_ical():
        calendar.add_component(Timezone.from_ical(OSLO))
    calendar.add_component(component)
    place = _place(uow, person, TASKS if component.name == "VTODO" else EVENTS)
    entries.put(uow, person, place, href, calendar.to_ical(), condition=Condition(), scene=scene)


def _place(uow: UnitOfWork, person: Person, slug: str) -> Collection:
    """Give one of the calendars that everybody has."""
    found = calendars.at(uow, person.id, slug)
    if found is None:
        raise LookupError(f"{person.login} has no calendar {slug}")
    return found


def _monday(now: datetime) -> date:
    today = now.astimezone(ZONE).date()
    return today - timedelta(days=today.weekday())

# SPDX-License-Identifier: GPL-3.0-or-later
"""A company filled for being looked at: a Thursday in November 2026, at which the clock stands still."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser

from gateway.model import EVENTS, TASKS, Condition, Contact, ReadingId
from gateway.services import deciding, drafts, entries, groups, invitations, proposals, replies
from gateway.services.scene import Scene
from gateway.store import calendars, contacts, outbox, readings
from gateway.store.unit import UnitOfWork
from ical.address import of_mailbox
from ical.answers import ACCEPTED, COMPLETED, DECLINED, IN_PROCESS
from tests.desk.house import BERIT, JON, SIRI, STAFF, House, opened

MONDAY = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
NOW = datetime(2026, 11, 26, 9, 20, tzinfo=UTC)
PUBLIC_URL = "http://localhost:5232"
FIRST = ("Anders", "Bente", "Carl", "Dina", "Egil", "Frida", "Geir", "Hilde")
LAST = ("Aas", "Bakke", "Grønn", "Prestegård", "Ytrehus")
FITTERS = tuple(f"{first} {last}" for first in FIRST for last in LAST)
MARIT = "Maximiliane-Alexandra Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh"
NAMES: Mapping[str, str] = {
    **STAFF,
    "tom": "Tom Ness",
    "hanne": "Hanne Vik",
    "siv": "Siv Moe",
    "dag": "Dag Holm",
    "tove": "Tove Strand",
    "marit": MARIT,
    **{f"montor-{number:02}": name for number, name in enumerate(FITTERS, 1)},
}
"""Tom has nothing, Hanne is invited to 200 things, Marit has long names; for Ola, Siv and Dag something comes up."""
ENDLESS = "Sammenstillingskontrollprosedyregjennomgangsdokumentasjonsoppfølgingsmøteinnkallelsesbekreftelse"
LONG_WORDS = "https://byggbo.example/" + "prosjekt-solbakken-14-" * 6
CREW = ("Tømrerne", "tomrerne@byggbo.example")
GUEST = Contact(f"{MARIT} Kunde", email=f"{'lang' * 12}@{'kunde' * 8}.example", company=ENDLESS, language="nb")


@cache
def at(day: int, hour: int = 8, minute: int = 0) -> datetime:
    """Give a time (UTC) on a day counted from the Monday of that week."""
    return datetime(2026, 11, 23, hour, minute, tzinfo=UTC) + timedelta(days=day)


@dataclass
class Filled:
    """The company, what is in it, and what people wrote in it."""

    house: House
    written: set[str] = field(default_factory=lambda: {*NAMES.values(), CREW[0]})
    links: dict[str, str] = field(default_factory=dict)
    """The secrets with which Berit answers, by UID."""

    def scene(self, moment: datetime = NOW) -> Scene:
        """Give under what somebody acts at *moment*."""
        return Scene(self.house.service.settings, moment)

    def reading(self, login: str, uid: str) -> ReadingId:
        """Give where an entry lies with somebody."""
        with self.house.database.read() as uow:
            return self.within(uow, login, uid)

    def within(self, uow: UnitOfWork, login: str, uid: str) -> ReadingId:
        """Give the same, among other work."""
        return readings.of_uid(uow, self.house.staff[login].id, uid)[0].reading.id

    def put(self, uow: UnitOfWork, login: str, text: str, moment: datetime = MONDAY) -> None:
        """Let somebody write an entry."""
        person, lines = self.house.staff[login], text.splitlines()
        self.written |= {_plain(line) for line in lines if line.startswith(("SUMMARY", "LOCATION", "DESCRIPTION"))}
        uid = next(line for line in lines if line.startswith("UID:")).removeprefix("UID:")
        calendar = calendars.at(uow, person.id, TASKS if "BEGIN:VTODO" in lines else EVENTS)
        assert calendar is not None
        scene = self.scene(moment)
        entries.put(uow, person, calendar, f"{uid}.ics", text.encode(), condition=Condition(), scene=scene)

    def say(  # who says what to which entry, and when
        self,
        uow: UnitOfWork,
        login: str,
        uid: str,
        partstat: str,
        percent: int | None = None,
        comment: str | None = None,
        moment: datetime = MONDAY + timedelta(hours=2, minutes=14),
    ) -> None:
        """Let somebody answer."""
        person, number = self.house.staff[login], self.within(uow, login, uid)
        self.written |= {comment or ""}
        scene = self.scene(moment)
        deciding.answer(uow, person, number, partstat, percent=percent, comment=comment, scene=scene)

    def note_links(self, uow: UnitOfWork) -> None:
        """Note where Berit answers to what Tove asks her: when a mail is sent, nobody here knows it any more."""
        for mail in outbox.recent(uow, 100):
            held = readings.of_person(uow, mail.entry_id, self.house.staff["tove"].id)
            if held is not None and mail.facts.get("link"):
                self.links[held.reading.uid] = str(mail.facts["link"])


def entry(uid: str, organizer: str, others: Iterable[str], *lines: str, kind: str = "VEVENT", sequence: int = 0) -> str:
    """Give an entry that *organizer* asks *others* to: logins, or whole ATTENDEE lines."""
    asked = [
        one if ":" in one else f"ATTENDEE;CN={NAMES[one]};PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:{one}@byggbo.example"
        for one in others
    ]
    head = [f"ORGANIZER;CN={NAMES[organizer]}:mailto:{organizer}@byggbo.example"] if asked else []
    return "\r\n".join(
        [
            *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", f"BEGIN:{kind}", f"UID:{uid}"),
            *("DTSTAMP:20261123T070000Z", f"SEQUENCE:{sequence}", *lines, *head, *asked),
            *(f"END:{kind}", "END:VCALENDAR", ""),
        ]
    )


def hours(start: datetime, minutes: int = 60) -> tuple[str, str]:
    """Give the lines that say when an appointment is."""
    return f"DTSTART:{start:%Y%m%dT%H%M%SZ}", f"DTEND:{start + timedelta(minutes=minutes):%Y%m%dT%H%M%SZ}"


def contact(who: Contact, agent: str = "") -> str:
    """Give the ATTENDEE line of a contact; with *agent* CLIENT, whoever invites sends the mail."""
    how = f";SCHEDULE-AGENT={agent}" if agent else ""
    return f"ATTENDEE;CN={who.name};PARTSTAT=NEEDS-ACTION;RSVP=TRUE{how}:mailto:{who.email}"


@contextmanager
def company(url: str, folder: Path, browser: Browser) -> Iterator[Filled]:
    """Give the company on the database at *url*, its gateway running as a demo."""
    more = {"names": NAMES, "clock": lambda: NOW, "public_url": PUBLIC_URL, "demo": True}
    with opened(url, folder, browser, **more) as house:  # type: ignore[arg-type]
        filled = Filled(house)
        filled.written |= {one for who in (BERIT, JON, SIRI, GUEST) for one in (who.name, who.company or "")}
        with house.database.write() as uow:
            contacts.add(uow, GUEST)
            groups.add(uow, *CREW, ["ola", "per", "nina", BERIT.email or ""])
            for part in (_week, _tasks, _asked, _crowds, _outside, _long):
                part(filled, uow)
            filled.note_links(uow)
        _afterwards(filled)
        yield filled


def _week(filled: Filled, uow: UnitOfWork) -> None:
    """Fill Kari's week, and the next."""
    weekly = ("SUMMARY:Ukemøte", "LOCATION:Kantina", "RRULE:FREQ=DAILY;COUNT=5", *hours(at(0, 7, 30), 30))
    solbakken = ("SUMMARY:Befaring Solbakken 14", "LOCATION:Solbakken 14", *hours(at(1, 9)))
    house_14 = ("SUMMARY:Prosjektmøte: Hus 14", "LOCATION:Møterom 2", *hours(at(8, 8), 90))
    agenda = "DESCRIPTION:Fremdrift\\, endringer fra kunden og bestillinger."
    filled.put(uow, "kari", entry("ukemote", "kari", ("ola", "per", "nina"), *weekly))
    filled.put(uow, "kari", entry("befaring", "kari", ("ola", "per"), *solbakken))
    filled.put(uow, "kari", entry("hus14", "kari", ("ola", "per", "nina", contact(BERIT)), *house_14, agenda))
    filled.put(
        uow, "kari", entry("tannlege", "kari", (), "SUMMARY:Tannlege", "CLASS:PRIVATE", *hours(at(4, 12, 15), 45))
    )
    filled.put(uow, "kari", entry("tegninger", "kari", (), "SUMMARY:Gå gjennom tegninger", *hours(at(3, 12), 120)))
    days = ("DTSTART;VALUE=DATE:20261126", "DTEND;VALUE=DATE:20261128", "TRANSP:TRANSPARENT")
    filled.put(uow, "kari", entry("messe", "kari", (), "SUMMARY:Byggmesse i Lillestrøm", *days))
    filled.put(uow, "nina", entry("budsjett", "nina", ("kari",), "SUMMARY:Budsjett", *hours(at(3, 11))))
    filled.put(uow, "per", entry("kjokken", "per", ("kari",), "SUMMARY:Levering av kjøkken", *hours(at(2, 8), 120)))
    filled.say(uow, "kari", "kjokken", ACCEPTED)
    for login in ("ola", "per", "nina"):
        filled.say(uow, login, "ukemote", ACCEPTED)
    filled.say(uow, "ola", "befaring", ACCEPTED)
    filled.say(uow, "per", "befaring", DECLINED, comment="Jeg er på kurs i Trondheim den dagen.")
    filled.say(uow, "per", "hus14", ACCEPTED)
    invitations.defer(uow, filled.house.staff["kari"], filled.within(uow, "kari", "budsjett"), NOW)
    per, why = filled.house.staff["per"], "Da rekker jeg kjøkkenet først."
    proposals.propose(uow, per, "hus14", start=at(8, 11), comment=why, scene=filled.scene())
    filled.written.add(why)


def _tasks(filled: Filled, uow: UnitOfWork) -> None:
    """Let Kari hand out tasks, some done, some late."""
    for uid, name, others, due in (
        ("rive", "Rive vegg", ("ola", "per"), "20261126"),
        ("gips", "Legge gipsplate", ("ola", "per", "nina", contact(BERIT)), "20261127"),
        ("tak", "Male tak", ("per", "nina"), "20261204"),
        ("rydde", "Rydde tomta", ("ola",), "20261120"),
    ):
        where = ("LOCATION:Hus 14\\, andre etasje", "DESCRIPTION:Begge soverommene. Platene står i garasjen.")
        filled.put(uow, "kari", _todo(uid, "kari", others, f"SUMMARY:{name}", *where, f"DUE;VALUE=DATE:{due}"))
    filled.put(uow, "kari", _todo("lister", "kari", (), "SUMMARY:Bestille lister", "DUE;VALUE=DATE:20261125"))
    filled.put(uow, "kari", _todo("hms", "kari", (), "SUMMARY:HMS-runde", "PERCENT-COMPLETE:40"))
    filled.put(
        uow, "nina", _todo("tilbud", "nina", ("kari",), "SUMMARY:Sjekke tilbud på vinduer", "DUE;VALUE=DATE:20261127")
    )
    filled.say(uow, "kari", "tilbud", IN_PROCESS, 20)
    filled.say(uow, "ola", "rive", COMPLETED, 100)
    filled.say(uow, "per", "rive", IN_PROCESS, 40)
    filled.say(uow, "ola", "gips", IN_PROCESS, 70)
    filled.say(uow, "per", "gips", DECLINED, comment="Jeg har ikke plass til platene i bilen.")
    filled.say(uow, "per", "tak", ACCEPTED)
    filled.say(uow, "ola", "rydde", COMPLETED, 100)
    nina = filled.house.staff["nina"]
    invitations.display(uow, nina, filled.within(uow, "nina", "gips"), NOW)
    for uid in ("tak", "hus14"):
        invitations.defer(uow, nina, filled.within(uow, "nina", uid), at(0, 9))


def _asked(filled: Filled, uow: UnitOfWork) -> None:
    """Let something come up for Ola, Siv and Dag, and Per come to what he is not asked to."""
    filled.put(uow, "ola", entry("legetime", "ola", (), "SUMMARY:Legetime", *hours(at(8, 8, 30), 30)))
    goods = ("SUMMARY:Varemottak", *hours(at(9, 7)))
    filled.put(uow, "kari", entry("varer", "kari", ("ola",), *goods))
    coming = f"ATTENDEE;CN={NAMES['per']};PARTSTAT=ACCEPTED:mailto:per@byggbo.example"
    filled.put(uow, "per", entry("varer", "kari", (coming,), *goods))
    steel = ("SUMMARY:Hente stål hos leverandøren", "LOCATION:Nordre kai 3", "DUE;VALUE=DATE:20261202")
    filled.put(
        uow, "kari", _todo("stal", "kari", ("siv",), *steel, "DESCRIPTION:Ta hengeren. Vektseddelen skal til Nina.")
    )
    for sequence, hour in enumerate((8, 12)):
        safety = ("SUMMARY:Vernerunde", "LOCATION:Brakka", *hours(at(10, hour)))
        moment = MONDAY + timedelta(hours=4 * sequence)
        filled.put(uow, "kari", entry("vern", "kari", ("dag",), *safety, sequence=sequence), moment)
        if not sequence:
            filled.say(uow, "dag", "vern", ACCEPTED)


def _crowds(filled: Filled, uow: UnitOfWork) -> None:
    """Let Tove invite Hanne to 200 things, and hand a task out to 40 fitters."""
    for number in range(200):
        start = at(14 + number // 5, 7 + 2 * (number % 5))
        weekly = ("RRULE:FREQ=WEEKLY;COUNT=4",) if number % 25 == 0 else ()
        what = f"SUMMARY:Samtale {number + 1} med leietaker"
        filled.put(uow, "tove", entry(f"s-{number}", "tove", ("hanne",), what, *hours(start, 30), *weekly))
    fitters = [f"montor-{number:02}" for number in range(1, 41)]
    filled.put(
        uow, "tove", _todo("nokler", "tove", fitters, "SUMMARY:Levere inn nøkkelkort", "DUE;VALUE=DATE:20261130")
    )
    for place, login in enumerate(fitters):
        if place % 4 == 1:
            filled.say(uow, login, "nokler", IN_PROCESS, place * 2)
        elif place % 4 == 2:
            filled.say(uow, login, "nokler", DECLINED if place % 3 else COMPLETED)


def _outside(filled: Filled, uow: UnitOfWork) -> None:
    """Let Berit get mails, and let Per have one that is not sent."""
    site = ("LOCATION:Storgata 1", "DESCRIPTION:Ta med målene.\\nVi blir ferdige i tide.")
    for uid, name in (
        ("kunde", "Kundemøte"),
        ("flyttet", "Overtakelse"),
        ("avlyst", "Sluttbefaring"),
        ("takk", "Overlevering"),
    ):
        filled.put(uow, "tove", entry(uid, "tove", (contact(BERIT),), f"SUMMARY:{name}", *site, *hours(at(7, 8), 90)))
    filled.put(
        uow, "tove", _todo("maling", "tove", (contact(BERIT),), "SUMMARY:Velge farger", "DUE;VALUE=DATE:20261204")
    )
    filled.put(uow, "tove", entry("fest", "tove", ("nina",), "SUMMARY:Julebord", *hours(at(18, 17), 240)))
    mailed = ("SUMMARY:Kaffe med kunden", "LOCATION:Storgata 1", *hours(at(11, 12)))
    filled.put(uow, "per", entry("kaffe", "per", (contact(BERIT, "CLIENT"),), *mailed))
    per, to = filled.house.staff["per"], [of_mailbox(BERIT.email or "")]
    drafts.begin(uow, per, filled.within(uow, "per", "kaffe"), to, filled.scene())


def _long(filled: Filled, uow: UnitOfWork) -> None:
    """Let Marit have names and words that are hard to break."""
    more = (f"LOCATION:{LONG_WORDS}", f"DESCRIPTION:{LONG_WORDS}\\n{ENDLESS}")
    guests = ("tove", contact(GUEST))
    filled.put(uow, "marit", entry("lang", "marit", guests, f"SUMMARY:{ENDLESS}", *more, *hours(at(4, 7), 30)))
    filled.put(uow, "marit", entry("lang-2", "marit", (), f"SUMMARY:{ENDLESS}", *more, *hours(at(4, 7, 15), 90)))
    filled.put(uow, "marit", _todo("lang-o", "marit", guests, f"SUMMARY:{ENDLESS}", *more, "DUE;VALUE=DATE:20261126"))
    invitations.defer(uow, filled.house.staff["tove"], filled.within(uow, "tove", "lang"), at(0))
    filled.say(uow, "tove", "lang-o", IN_PROCESS, 20)


def _afterwards(filled: Filled) -> None:
    """Let Berit answer to what she got, and Tove change her mind."""
    while any(_unsent(filled)):
        time.sleep(0.05)
    site = ("LOCATION:Storgata 1", *hours(at(7, 12), 90))
    settings = filled.house.service.settings
    with filled.house.database.write() as uow:
        replies.answer_by_link(uow, filled.links["flyttet"], ACCEPTED, None, None, settings=settings, now=at(0, 7))
        for uid, *lines in (
            ("flyttet", "SUMMARY:Overtakelse"),
            ("avlyst", "SUMMARY:Sluttbefaring", "STATUS:CANCELLED"),
        ):
            filled.put(uow, "tove", entry(uid, "tove", (contact(BERIT),), *lines, *site, sequence=1), at(0, 8))
        lines = ["SUMMARY:Julebord", "STATUS:CANCELLED", *hours(at(18, 17), 240)]
        filled.put(uow, "tove", entry("fest", "tove", ("nina",), *lines, sequence=1), at(0, 8))


def _unsent(filled: Filled) -> tuple[int, int]:
    with filled.house.database.read() as uow:
        counts = outbox.counts(uow)
    return counts[outbox.PENDING], counts[outbox.CLAIMED]


def _todo(uid: str, organizer: str, others: Sequence[str], *lines: str) -> str:
    return entry(uid, organizer, others, *lines, kind="VTODO")


def _plain(line: str) -> str:
    return line.partition(":")[2].replace("\\,", ",").replace("\\n", " ").strip()

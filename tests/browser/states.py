# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page in every state that it can be met in: the list that is checked, and that pictures are taken of."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from playwright.sync_api import Page, expect

from tests.browser.filled import ENDLESS, Filled, entry, hours
from tests.browser.filled import at as moment
from tests.browser.trouble import ask_too_often, lose_a_table, sign_in_too_often

PATIENCE = 15_000
Step: TypeAlias = Callable[[Page, Filled], None]


@dataclass(frozen=True, slots=True)
class State:
    """A page as somebody sees it: its picture's name, where it is, who looks, and what they do first.

    In the path `{uid}` stands for where they have that entry, `{link-uid}` for Berit's page of what Tove has.
    """

    name: str
    path: str
    who: str | None = "kari"
    steps: tuple[Step, ...] = ()
    is_drawn: bool = True
    """A picture is kept of it: it looks like no other."""


def press(selector: str, text: str = "") -> Step:
    """Click."""

    def step(page: Page, _: Filled) -> None:
        (page.locator(selector, has_text=text) if text else page.locator(selector)).first.click()

    return step


def write(selector: str, text: str) -> Step:
    """Fill a field in."""
    return lambda page, _: page.locator(selector).first.fill(text)


def see(selector: str, text: str = "") -> Step:
    """Wait until it is there."""

    def step(page: Page, _: Filled) -> None:
        found = page.locator(selector, has_text=text) if text else page.locator(selector)
        expect(found.first).to_be_visible(timeout=PATIENCE)

    return step


def run(script: str) -> Step:
    """Change the page as no visitor would."""
    return lambda page, _: page.evaluate(script)


def key(name: str) -> Step:
    """Press a key."""
    return lambda page, _: page.keyboard.press(name)


def find(field: str, text: str, name: str) -> tuple[Step, ...]:
    """Add somebody who is found while one types."""
    return write(field, text), press(f"{field}-liste li", name), see(".chip", name)


def _sign_out(page: Page, _: Filled) -> None:
    page.context.clear_cookies()


def _change_meanwhile(page: Page, filled: Filled) -> None:
    """Let an appointment be changed while its page is open."""
    lines = ("DESCRIPTION:Ta med hjelm.", *hours(moment(9, 9)))
    for title, place in (("Taklag", "Hus 14"), ("Taklag Hus 14", "Hus 14\\, baksiden")):
        with filled.house.database.write() as uow:
            filled.put(uow, "kari", entry("taklag", "kari", (), f"SUMMARY:{title}", f"LOCATION:{place}", *lines))
        if title == "Taklag":
            page.goto(f"{filled.house.url}/avtale/{filled.reading('kari', 'taklag')}")
            page.locator("#tittel").fill("Taklag med pølser")
    filled.written.add("Taklag med pølser")


def _decline_what_is_over(page: Page, filled: Filled) -> None:
    """Send the answer to something else, which is over."""
    over = f"/avtale/{filled.reading('per', 'befaring')}"
    page.evaluate("over => { document.querySelector('[name=spurt]').form.action = over; }", over)
    page.locator("[value=underkjenn]").click()


PEOPLE = (press("#tab-deltakere"), *find("#sok", "ola", "Ola Berg"), *find("#sok", "per", "Per Dahl"))
OUTSIDE = (*find("#sok_kontakt", "beri", "Berit Kunde"), *find("#sok_kontakt", "jon", "Jon Uten"))
SAVE = (press(".actions button[value=lagre]"),)
TO_STEP = (*SAVE, see(".five"))
AWAKE = see("dialog#popup[open]:not([data-fresh])")
OPEN_PANEL = (press("[data-piece], [data-open] button"), see(".asked"))

OUTER = (
    State("start", "/?vis=programmer", None),
    State("sign-in", "/logg-inn", None),
    State(
        "sign-in-wrong",
        "/logg-inn",
        None,
        (write("#login", "kari"), write("#password", "feil"), press("main button"), see(".bad")),
    ),
    State(
        "sign-in-again",
        "/invitasjoner",
        "nina",
        (_sign_out, press("[value=underkjenn]"), see("#password")),
    ),
    State("sign-in-limit", "/logg-inn", None, (sign_in_too_often,)),
    State("answer", "/svar/{link-kunde}", None),
    State("answer-chosen", "/svar/{link-kunde}?a=accept", None, is_drawn=False),
    State("answer-task", "/svar/{link-maling}", None),
    State("answer-changed", "/svar/{link-flyttet}", None),
    State("answer-cancelled", "/svar/{link-avlyst}", None),
    State(
        "answer-without-choice",
        "/svar/{link-kunde}",
        None,
        (run("document.querySelector('form').noValidate = true"), press("main form button"), see("#error")),
    ),
    State(
        "thanks",
        "/svar/{link-takk}",
        None,
        (
            press("[value=accept]"),
            write("#melding", "Jeg kommer ti minutter for sent."),
            press("main form button"),
            see(".good"),
        ),
    ),
    State("answer-limit", "/svar/{link-kunde}", None, (ask_too_often,)),
    State("link-unknown", "/svar/finnesikke00000000000", None),
    State(
        "form-refused",
        "/logg-inn",
        None,
        (
            write("#login", "kari"),
            write("#password", "feil"),
            run("document.querySelector('[name=til]').value = 'x'.repeat(300000)"),
            press("main button"),
            see(".card.plain"),
        ),
    ),
    State("demo-mailbox", "/demo/mail", None),
    State("demo-mail", "/demo/mail", None, (press(".mails a", "Kundemøte"), see("iframe"))),
    State(
        "demo-mail-changed", "/demo/mail", None, (press(".mails a", "Oppdatert invitasjon: Overtakelse"), see("iframe"))
    ),
    State("demo-mail-unknown", "/demo/mail/20261126T092000000000-0000000000000000", None, is_drawn=False),
)

CALENDAR = (
    State("calendar-week", "/kalender"),
    State("calendar-week-empty", "/kalender", "tom"),
    State("calendar-week-long", "/kalender", "marit"),
    State("calendar-day", "/kalender?v=dag"),
    State("calendar-day-empty", "/kalender?v=dag", "tom", is_drawn=False),
    State("calendar-day-long", "/kalender?v=dag&d=2026-11-27", "marit"),
    State("calendar-month", "/kalender?v=mnd"),
    State("calendar-month-empty", "/kalender?v=mnd", "tom", is_drawn=False),
    State("calendar-month-crowded", "/kalender?v=mnd&d=2026-12-14", "tove"),
    State("calendar-list", "/kalender?v=liste"),
    State("calendar-list-empty", "/kalender?v=liste", "tom"),
    State("calendar-group", "/kalender?v=gruppe&med=ola&med=per&med=nina"),
    State("calendar-group-empty", "/kalender?v=gruppe", "tom", is_drawn=False),
    State("calendar-group-unknown", "/kalender?v=gruppe&navn=Ingen+Slik"),
    State("tasks", "/oppgaver?vis=alle"),
    State("tasks-empty", "/oppgaver", "tom"),
    State("tasks-long", "/oppgaver", "tove"),
)

INVITED = (
    State("invitations-none", "/invitasjoner", "tom"),
    State("invitations-one", "/invitasjoner", "siv"),
    State("invitations-many", "/invitasjoner", "hanne"),
    State("invitations-to-decide", "/invitasjoner", steps=(see(".uninvited"),)),
    State("invitations-withdrawn", "/invitasjoner", "nina", (see(".gone"),)),
    State("invitations-declined", "/invitasjoner?vis=avslatte", "per"),
    State("invitations-declined-none", "/invitasjoner?vis=avslatte", "tom", is_drawn=False),
    State("invitations-recurring", "/invitasjoner?vis=repetisjoner", "hanne"),
    State("popup-appointment", "/kalender?d=2026-12-01", "ola", (AWAKE, see("#popup .conflict"))),
    State("popup-task", "/kalender", "siv", (AWAKE,)),
    State("popup-changed", "/oppgaver", "dag", (AWAKE, see("#popup .changed"))),
    State("popup-waiting", "/avtale/ny", "siv", (see("#toasts [data-invitation]"),)),
    State("invited-appointment", "/avtale/{hus14}", "per"),
    State("invited-task", "/oppgave/{rive}", "per"),
    State("invited-declined", "/oppgave/{gips}", "per", is_drawn=False),
    State("invited-late", "/avtale/{hus14}", "per", (_decline_what_is_over, see(".bad"))),
    State("invited-over", "/avtale/{kjokken}", "kari", is_drawn=False),
    State("invited-long", "/avtale/{lang}", "tove"),
    State("invited-delete", "/avtale/{hus14}/slett", "per", is_drawn=False),
)

ITEMS = (
    State("appointment-new", "/avtale/ny?start=2026-12-01T09:00"),
    State("task-new", "/oppgave/ny"),
    State(
        "appointment-errors",
        "/avtale/ny?start=2026-12-01T09:00",
        steps=(write("[name=slutt_dato]", "2020-01-01"), *SAVE, see(".wrong")),
    ),
    State("appointment-general", "/avtale/{hus14}"),
    State(
        "appointment-participants",
        "/avtale/{hus14}#deltakere",
        steps=(see("[data-free]"), press("[data-free]"), see(".state.yes, .state.maybe")),
    ),
    State(
        "appointment-group",
        "/avtale/ny?start=2026-12-01T09:00",
        steps=(
            press("#tab-deltakere"),
            *find("#sok", "tømr", "Tømrerne"),
            press(".crowd summary"),
            see(".crowd[open] p"),
        ),
    ),
    State(
        "appointment-searching",
        "/avtale/ny?start=2026-12-01T09:00",
        steps=(press("#tab-deltakere"), write("#sok", "an"), see("#sok-liste li")),
    ),
    State(
        "contact-new",
        "/avtale/ny?start=2026-12-01T09:00",
        steps=(press("#tab-deltakere"), press("summary"), press("[value=ny_kontakt]"), see(".wrong")),
    ),
    State("appointment-recurrence", "/avtale/{ukemote}#gjentakelse"),
    State("appointment-invitations", "/avtale/{hus14}#invitasjoner"),
    State("appointment-invitations-shown", "/avtale/{befaring}#invitasjoner", steps=OPEN_PANEL),
    State("appointment-uninvited", "/avtale/{varer}#invitasjoner", steps=OPEN_PANEL),
    State("appointment-day", "/kalender?v=dag&d=2026-11-27", steps=(press(".thing", "Ukemøte"), see("#item"))),
    State("appointment-over", "/avtale/{befaring}", is_drawn=False),
    State("appointment-long", "/avtale/{lang}", "marit"),
    State("appointment-long-participants", "/avtale/{lang}#deltakere", "marit"),
    State("task-general", "/oppgave/{gips}"),
    State("task-own", "/oppgave/{hms}"),
    State("task-distribution", "/oppgave/{gips}#distribusjon"),
    State("task-distribution-shown", "/oppgave/{gips}#distribusjon", steps=OPEN_PANEL),
    State("task-many", "/oppgave/{nokler}#deltakere", "tove"),
    State("delete-series", "/avtale/{ukemote}/slett"),
    State("conflict", "/kalender", steps=(_change_meanwhile, *SAVE, see(".conflict"))),
)

SAVING = (
    State(
        "save-appointment",
        "/avtale/ny?start=2026-12-03T09:00",
        steps=(write("#tittel", "Byggemøte"), *PEOPLE, *OUTSIDE, *TO_STEP),
    ),
    State("save-task", "/oppgave/ny", steps=(write("#tittel", "Bære plater"), *PEOPLE, *TO_STEP)),
    State(
        "save-changed",
        "/avtale/{hus14}",
        steps=(write("[name=start_tid]", "10:00"), write("[name=slutt_tid]", "11:30"), *TO_STEP),
    ),
    State(
        "save-day",
        "/kalender?v=dag&d=2026-11-27",
        steps=(press(".thing", "Ukemøte"), see("#item"), write("#sted", "Brakka"), *TO_STEP),
    ),
    State(
        "save-long",
        "/avtale/{lang}",
        "marit",
        (write("#tittel", ENDLESS.lower()), *TO_STEP),
    ),
    State("drafts-none", "/utkast", "tom"),
    State("drafts-one", "/utkast", "per"),
    State("draft", "/utkast", "per", (press(".mails a"), see("#emne"))),
    State(
        "draft-copy-wrong",
        "/utkast",
        "per",
        (press(".mails a"), write("#kopi", "olanordmann, per@byggbo"), press("button[value=send]"), see(".bad")),
    ),
    State("draft-sent", "/utkast?gjort=send", "tom"),
    State("draft-discarded", "/utkast?gjort=forkast", "tom", is_drawn=False),
)

DISTRIBUTED = (
    State("distributed", "/distribuert"),
    State("distributed-none", "/distribuert", "tom"),
    State("distributed-completed", "/distribuert?vis_bare=fullforte", is_drawn=False),
    State("distributed-general", "/distribuert/{gips}"),
    State("distributed-participants", "/distribuert/{gips}?fane=deltakere", is_drawn=False),
    State("distributed-closed", "/distribuert/{gips}?fane=distribusjoner", is_drawn=False),
    State("distributed-shown", "/distribuert/{gips}?fane=distribusjoner", steps=OPEN_PANEL),
    State(
        "distributed-follow-up",
        "/distribuert/{tak}?fane=distribusjoner&vis=1",
        steps=(run("for (const one of document.querySelectorAll('.recipients details')) one.open = true"),),
    ),
    State("distributed-reminded", "/distribuert/{gips}?fane=distribusjoner&vis=1&gjort=purr&antall=2", is_drawn=False),
    State("distributed-many", "/distribuert/{nokler}?fane=distribusjoner&vis=1", "tove"),
    State("distributed-long", "/distribuert/{lang-o}?fane=distribusjoner&vis=1", "marit"),
    State("recipients", "/avtale/{hus14}/invitasjoner?vis=1"),
)

AROUND = (
    State("settings", "/innstillinger"),
    State(
        "settings-kept", "/innstillinger", steps=(press("main .settings .actions button"), see(".good")), is_drawn=False
    ),
    State("keys", "/kalender", "tom", (key("?"), see("#keys[open]"))),
    State("sorry-missing", "/avtale/999999"),
    State("sorry-database", "/oppgaver", "tom", (lose_a_table,)),
    State(
        "sorry-form",
        "/avtale/{hus14}",
        "per",
        (run("document.querySelector('[value=underkjenn]').value = 'x'"), press("[value=x]"), see(".card.plain")),
    ),
    State(
        "sorry-refused",
        "/innstillinger",
        steps=(
            run("document.querySelector('footer [name=sprak]').value = 'xx'"),
            press("[value=xx]"),
            see(".card.plain"),
        ),
    ),
    State(
        "resume",
        "/invitasjoner",
        "nina",
        (
            run("for (const one of document.getElementsByName('merke')) one.value = 'x'"),
            press("[value=underkjenn]"),
            see("main form button[autofocus]"),
        ),
    ),
)

GROUPS = {
    "outer": OUTER,
    "calendar": CALENDAR,
    "invited": INVITED,
    "items": ITEMS,
    "saving": SAVING,
    "distributed": DISTRIBUTED,
    "around": AROUND,
}
STATES = tuple(state for group in GROUPS.values() for state in group)

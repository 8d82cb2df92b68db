# SPDX-License-Identifier: GPL-3.0-or-later
"""Every page of the desk: where it is, of what, and in which states it is looked at."""

import re
from dataclasses import dataclass

from tests.desk.busy import Busy


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its route, of what it is, what is asked of it, and how many rows tell that there are many."""

    route: str
    of: str = ""
    """Which of the things that `Busy` names."""
    asked: str = ""
    row: str = ""
    """What it says as often as there are rows, as far as it shows them all."""

    def path(self, busy: Busy) -> str:
        """Give its address."""
        return re.sub(r"\{\w+:int\}", lambda _: str(getattr(busy, self.of)), self.route) + self.asked


WEEK = "&d=2026-11-23"
PAGES = (
    Page("/logg-inn"),
    Page("/kalender", asked=f"?v=dag{WEEK}"),
    Page("/kalender", asked=f"?v=uke{WEEK}", row='class="thing '),
    Page("/kalender", asked=f"?v=mnd{WEEK}"),
    Page("/kalender", asked=f"?v=liste{WEEK}", row='class="thing '),
    Page("/kalender", asked=f"?v=gruppe{WEEK}&med=ola0&navn=ola"),
    Page("/oppgaver", asked="?vis=alle", row='scope="row"'),
    Page("/invitasjoner", row='class="card invitation"'),
    Page("/invitasjoner", asked="?vis=avslatte", row='class="card invitation"'),
    Page("/invitasjoner", asked="?vis=repetisjoner"),
    Page("/invitasjoner/neste"),
    Page("/distribuert", row='class="sums"'),
    Page("/distribuert/{reading:int}", "task", row='class="sums"'),
    Page("/distribuert/{reading:int}", "task", "?fane=deltakere", row="<li>ola"),
    Page("/distribuert/{reading:int}", "task", "?fane=distribusjoner&vis=1", row="data-who"),
    Page("/distribuert/{reading:int}", "task", "?fane=distribusjoner&vis=1&del=1", row="data-who"),
    Page("/avtale/ny"),
    Page("/avtale/{reading:int}", "event", row='class="chip"'),
    Page("/avtale/{reading:int}", "series", row='class="chip"'),
    Page("/avtale/{reading:int}", "series", "?dag=20261125T060000Z", row='class="chip"'),
    Page("/avtale/{reading:int}", "invited"),
    Page("/avtale/{reading:int}/invitasjoner", "event", "?vis=1", row="data-who"),
    Page("/avtale/{reading:int}/invitasjoner", "series", "?vis=1&del=1", row="data-who"),
    Page("/avtale/ny/lagre"),
    Page("/avtale/{reading:int}/lagre", "event"),
    Page("/avtale/{reading:int}/slett", "event"),
    Page("/oppgave/ny"),
    Page("/oppgave/{reading:int}", "task", row='class="chip"'),
    Page("/oppgave/{reading:int}/distribusjon", "task", "?vis=1", row="data-who"),
    Page("/oppgave/ny/lagre"),
    Page("/oppgave/{reading:int}/lagre", "task"),
    Page("/oppgave/{reading:int}/slett", "task"),
    Page("/deltakere", asked="?sok=ola&hvem=ansatte"),
    Page("/deltakere", asked="?sok=kunde&hvem=kontakter"),
    Page("/utkast", row='class="line"'),
    Page("/utkast/{draft:int}", "draft"),
    Page("/innstillinger"),
)

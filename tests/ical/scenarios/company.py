# SPDX-License-Identifier: GPL-3.0-or-later
"""Four colleagues at their programs, and two people with a mailbox, before the real gateway."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import radicale_distrib
from gateway.config import Settings
from gateway.errors import NotFound, NotYours, Refused
from gateway.model import CrasherId, Person, PersonId, ProposalId
from gateway.services import crashers, deliveries, deputies, groups, proposals, publish, received, replies
from gateway.services.letters import reply_mailbox
from gateway.services.scene import Scene
from gateway.store import calendars, decisions, index, outbox, people
from gateway.store.crashers import of_entry as heard_in
from gateway.store.outbox import FORWARD, Mail
from gateway.store.proposals import of_entry as proposed_for
from gateway.store.unit import Database, UnitOfWork
from gateway.worker.letters import envelope_of
from ical.address import mailbox, of_mailbox
from ical.instances import SERIES, InstanceId
from ical.times import moment_of
from mail.addresses import Mailboxes
from mail.compose import House
from tests.ical.scenarios.document import Component, in_utc, parts, read, value_of
from tests.ical.scenarios.grammar import BOXES, STAFF, name_of
from tests.radicale_distrib.client import Answer, Client

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ADDRESSES = {login: (BOXES[login], *((BOXES["dahl"],) if login == "per" else ())) for login in STAFF}
MAIL_FROM = "kalender@byggbo.example"
WORKER = "the runner"


class Company:
    """The gateway on a database of its own; each act goes on a minute."""

    def __init__(
        self,
        database: Database,
        settings: Mapping[str, object],
        zones: Mapping[str, str],
        teams: Mapping[str, str],
        acting: Mapping[str, str],
    ) -> None:
        self.database, self.now = database, NOW
        self._logins: dict[PersonId, str] = {}
        defaults = {
            "smtp_url": "smtp://127.0.0.1:25",
            "mail_from": MAIL_FROM,
            "public_url": "http://localhost:5232",
            "hold_back": "0",
        }
        said = {name: value or None for name, value in settings.items()}
        unknown = settings.keys() - Settings.model_fields.keys()
        assert not unknown, f"there is no setting {unknown}"
        self.settings = Settings(data_dir=Path("/nonexistent"), **{**defaults, **said})  # type: ignore[arg-type]
        with database.write() as uow:
            for login, boxes in ADDRESSES.items():
                addresses = [of_mailbox(box) for box in boxes]
                zone = zones.get(login, "Europe/Oslo")
                person = people.add(uow, login, login.title(), addresses, None, "nb", zone)
                self._logins[person.id] = login
            for team, members in teams.items():
                groups.add(uow, team.title(), BOXES[team], [BOXES[one] for one in members.split(",")])
            for login, hands in acting.items():
                for deputy in hands.split(","):
                    deputies.appoint(uow, login, deputy, sees_private=False)
        application = radicale_distrib.build(
            database=database, settings=self.settings, verify=self._verify, clock=lambda: self.now
        )
        self.clients = {login: Client(application, login) for login in STAFF}
        self._letters: dict[int, Letter] = {}
        self._house = House(Mailboxes(self.settings.mail_from), self.settings.public_url)

    def request(self, login: str, method: str, path: str, text: bytes = b"", **headers: str) -> Answer:
        """Send one request of somebody's program."""
        return self.clients[login](method, path, text, **headers)

    def later(self, by: timedelta = timedelta(minutes=1)) -> None:
        """Let time go by."""
        self.now += by

    def arrive(self, raw: bytes, recipient: str, sender: str) -> str:
        """Let a mail come in as LMTP does; give what it came to."""
        with self.database.write() as uow:
            taken = received.receive(uow, raw, recipient, return_path=sender, settings=self.settings, now=self.now)
            return taken.what.value

    def answer_by_link(self, link: str, partstat: str, comment: str | None) -> str:
        """Answer on the page that a link leads to; give `answer`, or `refused`."""
        try:
            with self.database.write() as uow:
                replies.answer_by_link(uow, link, partstat, comment, None, settings=self.settings, now=self.now)
        except (Refused, NotFound):
            return "refused"
        return "answer"

    def propose(
        self, login: str, uid: str, instance: str, times: list[str], place: str | None, comment: str | None
    ) -> str:
        """Propose another time or place; times are in Oslo, or in UTC. Give `2xx`, or `refused`."""
        named = InstanceId(in_utc(instance)) if instance else SERIES
        start, end = (moment_of(InstanceId(in_utc(at))) for at in [*times, "", ""][:2])

        def proposed(uow: UnitOfWork, person: Person, scene: Scene) -> None:
            proposals.propose(uow, person, uid, named, start, end, location=place, comment=comment, scene=scene)

        return self._serve(login, proposed)

    def settle(self, login: str, number: ProposalId, verb: str, comment: str | None) -> str:
        """Accept or decline a proposal; give `2xx`, or `refused`."""

        def settled(uow: UnitOfWork, person: Person, scene: Scene) -> None:
            if verb == "accept":
                proposals.accept(uow, person, number, scene=scene)
            else:
                proposals.decline(uow, person, number, comment=comment, scene=scene)

        return self._serve(login, settled)

    def proposal(self, uid: str, box: str, instance: str) -> ProposalId:
        """Give the last thing that somebody proposed for an occurrence of an entry."""
        named = in_utc(instance) if instance else SERIES
        with self.database.read() as uow:
            known = [one for entry in index.of_uid(uow, uid) for one in proposed_for(uow, entry.entry_id)]
        found = [k.id for k in known if (k.proposal.address, k.proposal.instance) == (of_mailbox(box), named)]
        assert found, f"{box} has proposed nothing for {uid}"
        return max(found)

    def crasher(self, uid: str, box: str, instance: str) -> CrasherId:
        """Give somebody who waits to be taken in."""
        named = in_utc(instance) if instance else SERIES
        with self.database.read() as uow:
            known = [one for entry in index.of_uid(uow, uid) for one in heard_in(uow, entry.entry_id)]
        found = [k.id for k in known if (k.crasher.address, k.crasher.instance) == (of_mailbox(box), named)]
        assert found, f"{box} waits for nobody to be taken into {uid}"
        return found[0]

    def decide(self, login: str, number: CrasherId, verb: str) -> str:
        """Take somebody in who is not asked, or turn them away; give `2xx`, or `refused`."""

        def decided(uow: UnitOfWork, person: Person, scene: Scene) -> None:
            act = crashers.take_in if verb == "admit" else crashers.turn_away
            act(uow, person, number, scene=scene)

        return self._serve(login, decided)

    def _serve(self, login: str, act: Callable[[UnitOfWork, Person, Scene], None]) -> str:
        try:
            with self.database.write() as uow:
                person = people.by_login(uow, login)
                assert person is not None
                act(uow, person, Scene(self.settings, self.now))
        except (Refused, NotFound, NotYours):
            return "refused"
        return "2xx"

    def post(self) -> None:
        """Send what is due, as the worker does, to a mail server that takes everything."""
        while claimed := self._claimed():
            for mail in claimed:
                envelope_of(mail, self._house)
                with self.database.write() as uow:
                    deliveries.sent(uow, mail, worker=WORKER, response="250 2.0.0 taken", now=self.now)

    def publish(self) -> None:
        """Show the answers that wait for the worker."""
        with self.database.write() as uow:
            for entry_id in publish.waiting(uow, 100):
                publish.publish(uow, entry_id)

    def mails(self) -> list["Letter"]:
        """Give all mail that is due, as it goes out, oldest first."""
        with self.database.read() as uow:
            rows = list(reversed(outbox.recent(uow, 1000)))
        due = [row for row in rows if row.due_at <= self.now or row.state == outbox.SENT]
        self._letters |= {row.id: Letter(row, self._house) for row in due if row.id not in self._letters}
        return [self._letters[row.id] for row in due]

    def revisions(self) -> dict[str, dict[str, int]]:
        """Give how often each collection has changed, by its owner's login and its name."""
        with self.database.read() as uow:
            found = calendars.of_people(uow, self._logins.keys())
        told: dict[str, dict[str, int]] = {login: {} for login in self._logins.values()}
        for calendar in found:
            told[self._logins[calendar.person_id]][calendar.slug] = calendar.revision
        return told

    def reasons(self, uid: str) -> list[str]:
        """Give what the decision log says of an entry."""
        with self.database.read() as uow:
            return [decision.why for decision in decisions.of_uid(uow, uid)]

    def mailbox_for(self, letter: "Letter", *, bounce: bool = False) -> str:
        """Give the secret mailbox that a mail is answered to, or that bounces come to."""
        token = str(letter.row.facts["reply_token"])
        return reply_mailbox(self.settings.mail_from, f"b-{token}" if bounce else token)

    def _verify(self, login: str, password: str, _remote: str) -> Person | None:
        with self.database.read() as uow:
            return people.by_login(uow, login) if login == password else None

    def _claimed(self) -> tuple[Mail, ...]:
        with self.database.write() as uow:
            return deliveries.claim(uow, worker=WORKER, now=self.now, limit=100)


class Letter:
    """A mail as its recipient gets it."""

    def __init__(self, row: Mail, house: House) -> None:
        self.row, self.id = row, row.id
        self.to = name_of(mailbox(row.address) or row.address)
        self.message: EmailMessage = message_from_bytes(envelope_of(row, house).data, policy=policy.default)

    @property
    def calendar(self) -> Component:
        """Its calendar part."""
        found = next(part for part in self.message.walk() if part.get_content_type() == "text/calendar")
        content = found.get_payload(decode=True)
        assert isinstance(content, bytes)
        return read(content)

    @property
    def uid(self) -> str:
        """Which entry it is about."""
        return "" if self.row.method == FORWARD else value_of(parts(self.calendar)[0].named("UID")[0])

    @property
    def is_first(self) -> bool:
        """It is written as an invitation, and not as an update of one."""
        return bool(self.row.facts.get("first"))

    @property
    def sequence(self) -> str:
        """The SEQUENCE that its calendar part says."""
        return value_of(next(iter(parts(self.calendar)[0].named("SEQUENCE")), "SEQUENCE:0"))

# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody says to an invitation, whichever door it came through, and what that changes."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ical import view
from ical.address import Address
from ical.answers import ASSIGNED, ATTENDED, DELEGATED, NEEDS_ACTION, Answer, Standing
from ical.instances import SERIES, InstanceId
from ical.itip.calling import cancels, requests
from ical.itip.delegating import Handed, Lines, declined_for, delegate_of, handed_on
from ical.itip.handing import handovers_of
from ical.itip.outcome import Entry, Message, Method, Outcome
from ical.kinds import Kind
from ical.lines import Line
from ical.snapshot import Part, Snapshot, read_object
from ical.tasks import Share, progress_of

PUBLISHED_AT_ONCE = 50
"""Up to so many people the others see a new answer in the same save, beyond it the worker publishes (model, row 4)."""
REPLIED = "2.0"
"""SCHEDULE-STATUS of somebody who has answered (RFC 6638 3.2.9)."""
ONE_ALONE = "An answer that says it is for all later occurrences too was taken for that one alone."


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as it came in."""

    share: Share
    sequence: int
    """SEQUENCE that it speaks of."""
    stamp: datetime | None
    """DTSTAMP of the message (UTC); None where the door has no messages."""
    channel: str
    comment: str | None = None
    written: str = ""
    """PARTSTAT in the person's own text, where the progress says more than it."""
    claim: str = ""
    """What the text said that it was read from, hashed (`claim_of`); '' where there is none."""
    hidden: bool = False
    """The person took the occurrence out of their own copy."""
    delivery: str = REPLIED
    """SCHEDULE-STATUS of whoever said it."""
    delegate: Line | None = None
    """The ATTENDEE line of whoever it is delegated to, as it came in."""
    sent_by: Address | None = None
    """Who says it in their name; None: they do it themselves."""

    @property
    def digest(self) -> str:
        """What was said, hashed: a repeat has the same."""
        if self.claim:
            return self.claim
        share = self.share
        said = (share.partstat, share.percent, share.completed_at, share.delegated_to)
        facts = (*said, self.comment, self.sequence, self.stamp)
        return hashlib.sha256(repr(facts).encode()).hexdigest()


def record(
    entry: Entry, answers: Iterable[tuple[Answer, Said]], *, actor: frozenset[Address], zone: ZoneInfo, now: datetime
) -> Outcome:
    """Give what it comes to that one person said this, for each of the rows of theirs.

    A row may be one that an occurrence is to have (`apart`). The organizer is told where an answer itself is another
    one; nobody else is sent anything, whose readings show it. *actor* are the addresses of the person whose own reading
    this is, empty for somebody outside; floating times are in *zone*.
    """
    publish, answers = entry.size <= PUBLISHED_AT_ONCE, list(answers)
    pairs = list(_changed(entry, answers, now, publish=publish))
    told = [after for before, after in pairs if _says(before) != _says(after)]
    written = [after for before, after in pairs if _says(before) != _says(after) or before.hidden != after.hidden]
    news = {after[:2] for after in written}
    again = tuple(_repeated(entry, (after for _, after in pairs if after[:2] not in news)))
    if not written:
        return Outcome(state=entry.state, closed=entry.closed, answers=again)
    organizer = frozenset({entry.organizer}) if told and entry.organizer else frozenset[Address]()
    seen = {after.instance: after.address for before, after in pairs if before.shown != after.shown}
    outcome = Outcome(
        answers=(*written, *again),
        messages=tuple(_replies(entry, told, organizer)),
        touched=_readers(entry, seen, zone) | organizer | actor,
        firm=actor,
        state=entry.state,
        closed=entry.closed,
        why=tuple(dict.fromkeys(_sentence(after) for after in told)),
    )
    lines = {said.share.delegated_to: said.delegate for _, said in answers if said.delegate is not None}
    if entry.outside:
        # Their organizer asks nobody whom they hand it to: they do (RFC 5546 3.2.2.3).
        handovers = tuple(handovers_of(entry, pairs, lines, zone, now))
        why = (f"{_name(one.by)} sends a {one.method} to {_name(one.to)}." for one in handovers)
        return replace(outcome, handovers=handovers, why=(*outcome.why, *why))
    return _handed_on(outcome, entry, pairs, lines, zone, now)


def _handed_on(
    outcome: Outcome,
    entry: Entry,
    pairs: Sequence[tuple[Answer, Answer]],
    lines: Lines,
    zone: ZoneInfo,
    now: datetime,
) -> Outcome:
    """Give *outcome* with what comes of it that somebody handed their place on, took it back, or refused it."""
    handed = handed_on(entry, pairs, lines, zone, now)
    refused = _by_instance(declined_for(pairs, entry.answers))
    shared, delegates = handed.shared or entry.shared, frozenset(a.address for a in handed.asked)
    asked, gone = _by_instance(a[:2] for a in handed.asked), _by_instance(handed.gone)
    staying = {a.address for a in entry.answers if a[:2] not in handed.gone} | delegates
    dropped = tuple(sorted({address for address, _ in handed.gone} - staying))
    everybody = {p.address for part in read_object(shared, zone).parts for p in part.asked} if handed.shared else set()
    return replace(
        outcome,
        shared=handed.shared,
        answers=(*outcome.answers, *handed.asked),
        dropped=dropped,
        ended=handed.gone,
        frozen=view.kept(entry, dropped, zone),
        messages=(
            *outcome.messages,
            *cancels(entry.shared, gone, entry.sequence, zone, called_off=False),
            *requests(shared, refused, entry.sequence, zone),
            *requests(shared, asked, entry.sequence, zone, first=True),
        ),
        touched=outcome.touched | everybody | frozenset(dropped),
        firm=outcome.firm | delegates | frozenset(dropped),
        reset=delegates,
        why=(*outcome.why, *_about_delegates(handed)),
    )


def _by_instance(keys: Iterable[tuple[Address, InstanceId]]) -> dict[InstanceId, list[Address]]:
    found: dict[InstanceId, list[Address]] = {}
    for address, instance in keys:
        found.setdefault(instance, []).append(address)
    return found


def _about_delegates(handed: Handed) -> Iterator[str]:
    for row in handed.asked:
        yield f"{_name(row.delegated_from)} handed it on to {_name(row.address)}, who is asked."
    for address, _ in sorted(handed.gone):
        yield f"The place was taken back, so {_name(address)} is not in it any more."


def _name(address: Address | None) -> str:
    return str(address).removeprefix("mailto:")


def again(outcome: Outcome, entry: Entry, me: frozenset[Address], ordered: frozenset[InstanceId]) -> Outcome:
    """Give *outcome* with a REPLY for each answer that *me* (one person) gave before, beside those that it tells of.

    *ordered* are the occurrences for which it is wanted; for the series it is for all of them.
    """
    told = {message.instance for message in outcome.messages}
    mine = (a for a in entry.answers if a.address in me and a.answered_at is not None)
    rows = [a for a in mine if a.instance not in told and not ordered.isdisjoint({SERIES, a.instance})]
    organizer = frozenset({entry.organizer}) if entry.organizer else frozenset[Address]()
    why = (*outcome.why, "Their program orders a REPLY, whatever changed.")
    return replace(outcome, messages=(*outcome.messages, *_replies(entry, rows, organizer)), why=why)


def apart(series: Answer, instance: InstanceId) -> Answer:
    """Give the row that one occurrence is to have of somebody who is asked to the whole series."""
    return Answer(
        series.address,
        instance,
        shown=series.shown,
        sequence=series.reset_sequence,
        reset_sequence=series.reset_sequence,
        agent=series.agent,
        asked_at=series.asked_at,
        organizer=series.organizer,
    )


def allowed(partstat: str, kind: Kind) -> str | None:
    """Give *partstat* where it is an answer that an entry of *kind* may have, or None; NEEDS-ACTION is no answer."""
    domain = ASSIGNED if kind is Kind.VTODO else ATTENDED
    return partstat if partstat in domain and partstat != NEEDS_ACTION else None


def claim_of(sent: Snapshot, part: Part, me: frozenset[Address]) -> str:
    """Give all that *part* of an uploaded text says about the answer of *me*, hashed.

    Its PARTSTAT, STATUS and PERCENT-COMPLETE may contradict each other: which of them was meant is told by what was
    changed, and only once.
    """
    lines = sorted((p.address, p.partstat, delegate_of(p.line) or "") for p in part.people if p.address in me)
    said = (part.instance, lines, progress_of(sent, part) if sent.kind is Kind.VTODO else None)
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _changed(
    entry: Entry, answers: Iterable[tuple[Answer, Said]], now: datetime, *, publish: bool
) -> Iterator[tuple[Answer, Answer]]:
    """Give what stood for each row, and stands now.

    For an occurrence stood what is said of the series along with it.
    """
    pairs = [(row, answered(row, said, now, publish=publish)) for row, said in answers]
    stood = Standing(entry.answers)
    standing = Standing((*entry.answers, *(after for _, after in pairs if after.instance == SERIES)))
    for row, after in pairs:
        before = (stood if row.instance == SERIES else standing).for_line(row)
        yield before, after if _says(before) != _says(after) else _out_of_sight(before, after)


def _out_of_sight(before: Answer, after: Answer) -> Answer:
    """Give the row of which nothing was said: when it was answered stays what the organizer reads."""
    return after._replace(answered_at=before.answered_at, delivery=before.delivery)


def answered(row: Answer, said: Said, now: datetime, *, publish: bool) -> Answer:
    """Give *row* as it is once that is *said* for it; *publish*: the others see it at once."""
    return row._replace(
        partstat=said.share.partstat,
        delegated_to=said.share.delegated_to if said.share.partstat == DELEGATED else None,
        shown=said.share.partstat if publish else row.shown,
        percent=said.share.percent,
        completed_at=said.share.completed_at,
        written=said.written,
        comment=said.comment if said.comment is not None else row.comment,
        sequence=said.sequence,
        stamp=said.stamp,
        digest=said.digest,
        channel=said.channel,
        answered_at=now,
        answered_before=None,
        delivery=said.delivery,
        hidden=said.hidden,
        sent_by=said.sent_by,
    )


def _repeated(entry: Entry, after: Iterable[Answer]) -> Iterator[Answer]:
    """Give rows that know of a newer message which said the same, so that an older one is known when it comes late.

    Nothing that anybody reads is another (law 11: replies come to the same in every order).
    """
    standing = {a[:2]: a for a in entry.answers}
    for row in after:
        if row.stamp is not None:
            known = standing.get(row[:2], row)
            yield known._replace(sequence=row.sequence, stamp=row.stamp, digest=row.digest, channel=row.channel)


def _says(answer: Answer) -> tuple[object, ...]:
    return answer.partstat, answer.percent, answer.completed_at, answer.comment, answer.delegated_to


def _replies(entry: Entry, told: Iterable[Answer], organizer: frozenset[Address]) -> Iterator[Message]:
    """Give a REPLY for each occurrence that was answered, whichever of their addresses it was under."""
    first = {after.instance: after for after in reversed(list(told))}
    for instance, after in sorted(first.items()):
        yield Message(
            Method.REPLY, tuple(organizer), entry.shared, after.sequence, about=after.address, instance=instance
        )


def _readers(entry: Entry, seen: Mapping[InstanceId, Address], zone: ZoneInfo) -> frozenset[Address]:
    """Give who reads a line that shows something else now: *seen*, by the occurrence that it is about."""
    if not seen:
        return frozenset()
    if all(a.instance == SERIES for a in entry.answers) and seen.keys() == {SERIES}:
        return frozenset(a.address for a in entry.answers)
    parts = read_object(entry.shared, zone).parts
    together: set[Address] = set()
    for part in parts:
        named = {p.address for p in part.asked}
        if seen.get(part.instance) in named or seen.get(SERIES) in named:
            together |= named
    return frozenset(together)


def _sentence(after: Answer) -> str:
    who, on = after.address.removeprefix("mailto:"), f" for {after.instance}" if after.instance != SERIES else ""
    percent = "" if after.percent is None else f" ({after.percent} %)"
    by = f", by the hand of {_name(after.sent_by)}" if after.sent_by is not None else ""
    return f"{who} answered {after.partstat}{percent}{on} by {after.channel}{by}."

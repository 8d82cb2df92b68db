# SPDX-License-Identifier: GPL-3.0-or-later
"""What people do: each verb of the scenarios, and the same once more."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage

from tests.ical.scenarios.company import Company, Letter
from tests.ical.scenarios.document import read, written
from tests.ical.scenarios.editing import bare, edit, reply_to
from tests.ical.scenarios.grammar import STAFF, Said, Step, box_of
from tests.ical.scenarios.seeing import Seen, View
from tests.mail.letters import sample
from tests.radicale_distrib.client import Answer

FOLDERS = {"VEVENT": "calendar", "VTODO": "tasks"}
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_ARRIVED = frozenset({"answer", "ignored", "invitation", "proposal", "uninvited"})
"""What a mail came to that may come once more under another Message-ID, and then says nothing new."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came back to whoever acted."""

    said: str = "2xx"
    """The status and rule, or what a mail came to; `2xx` where a request simply was taken."""
    etag: bool = False
    """An answer to a PUT carried an ETag."""
    broken: tuple[str, ...] = ()
    """What may never be in an answer, and was."""
    again: tuple[Callable[[], "Result"], ...] = ()
    """The same act once more, in each form in which it may come."""


@dataclass(slots=True)
class Stage:
    """The company, what everybody saw last, and what was seen earlier by a name."""

    company: Company
    now: View
    earlier: dict[str, Seen] = field(default_factory=dict)

    def act(self, step: Step) -> Result:
        """Do what *step* says."""
        if step.verb != "wait":
            self.company.later(timedelta(seconds=1) if step.option("at once") is not None else timedelta(minutes=1))
        return _VERBS[step.verb](self, step)


def _sent(stage: Stage, login: str, method: str, path: str, text: bytes, headers: dict[str, str]) -> Result:
    """Send a request of *login*'s program, and give what its answer may not say."""
    answer = stage.company.request(login, method, path, text, **headers)
    broken = tuple(_broken(stage, login, answer, path, text)) if method == "PUT" and answer.status < 300 else ()
    said = "2xx" if answer.status < 300 else f"{answer.status} {answer.rule or ''}".strip()

    def repeated() -> Result:
        return _sent(stage, login, method, path, text, headers)

    def unconditional() -> Result:
        return _sent(stage, login, method, path, text, {})

    again = (repeated, unconditional) if method == "PUT" and said == "2xx" else (repeated,)
    return Result(said, method == "PUT" and "ETag" in answer.headers, broken, again)


def _broken(stage: Stage, login: str, answer: Answer, path: str, text: bytes) -> list[str]:
    """RFC 4791 5.3.4: an ETag in the answer says that a GET gives the same bytes; RFC 6638 8.2: Schedule-Tag as GET."""
    there = stage.company.request(
        login, "GET", answer.headers.get("Content-Location", f"/dav{path}").split("/dav", 1)[1]
    )
    found = []
    if ("ETag" in answer.headers) != (there.body == text):
        found.append("the PUT's answer has an ETag if and only if a GET gives what was sent")
    if answer.headers.get("Schedule-Tag") != there.headers.get("Schedule-Tag"):
        found.append("the PUT's answer has the Schedule-Tag that GET gives")
    if "ETag" in answer.headers and answer.headers["ETag"] != there.headers["ETag"]:
        found.append("the PUT's answer has the ETag that GET gives")
    return found


def _put(stage: Stage, step: Step) -> Result:
    login, uid = _who(step), step.words[1]
    kind = "VTODO" if step.option("task") is not None else "VEVENT"
    root = bare(kind, uid)
    edit(root, step.body, login)
    known = stage.now.objects.get((login, uid))
    path = _path(step, login) or (known.path if known else f"/{login}/{FOLDERS[kind]}/{uid}.ics")
    return _sent(stage, _hand(step), "PUT", path, written(root), _demands(step, known, ""))


def _edit(stage: Stage, step: Step) -> Result:
    login, base = _who(step), _base(stage, step)
    root = read(base.text)
    edit(root, step.body, login)
    path = _path(step, login) or base.path
    return _sent(stage, _hand(step), "PUT", path, written(root), _demands(step, base, "etag"))


def _delete(stage: Stage, step: Step) -> Result:
    base = _base(stage, step)
    return _sent(stage, _hand(step), "DELETE", base.path, b"", _demands(step, base, ""))


def _transfer(stage: Stage, step: Step) -> Result:
    login, base = _who(step), _base(stage, step)
    if len(step.words) != 4 or step.words[2] != "to":
        raise step.said.wrong(f"it must be: {step.verb} WHO ENTRY to PATH")
    headers = {"Destination": f"http://localhost:5232/dav/{login}/{step.words[3]}", **step.headers}
    return _sent(stage, _hand(step), step.verb.upper(), base.path, b"", headers)


def _make(stage: Stage, step: Step) -> Result:
    return _sent(stage, _who(step), "MKCALENDAR", f"/{_who(step)}/{step.words[1]}/", b"", {})


def _remove(stage: Stage, step: Step) -> Result:
    return _sent(stage, _hand(step), "DELETE", f"/{_who(step)}/{step.words[1]}/", b"", step.headers)


def _send(stage: Stage, step: Step) -> Result:
    """Answer by mail, as a mail program does that knows nothing but the invitation."""
    asked, me = _letter(stage, step), box_of(step.said, step.words[0])
    stamp = step.option("stamp") or f"{stage.company.now:%Y%m%dT%H%M%SZ}"
    partstat = step.words[2] if len(step.words) > 2 else None
    root = reply_to(asked.calendar, step.body, partstat, me, stamp)
    method = step.option("method") or "REPLY"
    root.set(f"METHOD:{method}")
    sender = step.option("from")
    sender = box_of(step.said, sender) if sender else me
    recipient = step.option("to") or stage.company.mailbox_for(asked)
    return _mailed(stage, written(root), method, sender, recipient, name="1")


def _invite(stage: Stage, step: Step) -> Result:
    """Mail an employee what somebody outside organizes, as their calendar program does."""
    if len(step.words) < len(("who", "entry", "method")):
        raise step.said.wrong("it must be said who mails, about what, and the method")
    (who, uid, method), to = step.words[:3], step.option("to")
    root = bare("VTODO" if step.option("task") is not None else "VEVENT", uid)
    me = box_of(step.said, who)
    edit(root, [Said(step.said.place, f"DTSTAMP:{stage.company.now:%Y%m%dT%H%M%SZ}"), *step.body], me)
    root.set(f"METHOD:{method}")
    sender = step.option("from")
    sender = box_of(step.said, sender) if sender else me
    return _mailed(stage, written(root), method, sender, box_of(step.said, to or ""), name="1")


def _mailed(stage: Stage, text: bytes, method: str, sender: str, recipient: str, *, name: str) -> Result:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, "Re: Befaring"
    mail["Message-ID"] = f"<{stage.company.now:%Y%m%dT%H%M%S}-{name}@kunde.example>"
    mail.set_content("Svar")
    mail.add_alternative(text, maintype="text", subtype="calendar", params={"method": method, "charset": "utf-8"})
    return _arrived(stage, mail, sender, recipient, lambda: _mailed(stage, text, method, sender, recipient, name="2"))


def _arrived(
    stage: Stage, mail: EmailMessage, sender: str, recipient: str, renamed: Callable[[], Result] | None
) -> Result:
    raw = mail.as_bytes()
    said = stage.company.arrive(raw, recipient, sender)

    def repeated() -> Result:
        return _arrived(stage, mail, sender, recipient, None)

    again = (repeated, renamed) if renamed is not None and said in _ARRIVED else (repeated,)
    return Result(said, again=again)


def _bounce(stage: Stage, step: Step) -> Result:
    asked, recipient = _letter(stage, step), box_of(step.said, step.words[0])
    raw = sample("bounce").replace(b"berit@kunde.example", recipient.encode())
    box = stage.company.mailbox_for(asked, bounce=True)
    return Result(stage.company.arrive(raw, box, ""), again=(lambda: Result(stage.company.arrive(raw, box, "")),))


def _answer(stage: Stage, step: Step) -> Result:
    """Answer on the page that the link of a mail leads to."""
    link = str(_letter(stage, step).row.facts["link"])

    def answered() -> Result:
        return Result(stage.company.answer_by_link(link, step.words[2], step.option("comment")))

    return replace(answered(), again=(answered,))


def _propose(stage: Stage, step: Step) -> Result:
    """Propose another time by a service call, as the pages do."""
    at = [word for word in step.words[2:] if word.startswith("@")]
    instance, times = at[0][1:] if at else "", [word for word in step.words[2:] if word not in at]
    place, comment = step.option("place"), step.option("comment")

    def proposed() -> Result:
        return Result(stage.company.propose(_who(step), step.words[1], instance, times, place, comment))

    return replace(proposed(), again=(proposed,))


def _settle(stage: Stage, step: Step) -> Result:
    """Accept or decline what somebody proposes; whoever cannot settle it names the last one."""
    who, uid, of = _who(step), step.words[1], box_of(step.said, step.words[2])
    instance = step.words[3][1:] if len(step.words) > 3 else ""
    number = stage.company.proposal(uid, of, instance)

    def settled() -> Result:
        return Result(stage.company.settle(who, number, step.verb, step.option("comment")))

    return replace(settled(), again=(settled,))


def _decide(stage: Stage, step: Step) -> Result:
    """Take somebody in who answered without being asked, or turn them away."""
    if len(step.words) < len(("who", "entry", "whom")):
        raise step.said.wrong(f"it must be: {step.verb} WHO ENTRY WHOM")
    who, uid, whom = _who(step), step.words[1], box_of(step.said, step.words[2])
    instance = step.words[3][1:] if len(step.words) > 3 else ""
    number = stage.company.crasher(uid, whom, instance)

    def decided() -> Result:
        return Result(stage.company.decide(who, number, step.verb))

    return replace(decided(), again=(decided,))


def _post(stage: Stage, _step: Step) -> Result:
    stage.company.post()
    return Result(again=(lambda: _post(stage, _step),))


def _publish(stage: Stage, _step: Step) -> Result:
    stage.company.publish()
    return Result(again=(lambda: _publish(stage, _step),))


def _get(stage: Stage, step: Step) -> Result:
    if len(step.words) != 4 or step.words[2] != "as":
        raise step.said.wrong("it must be: get WHO ENTRY as NAME")
    stage.earlier[step.words[3]] = _base(stage, step)
    return Result()


def _wait(stage: Stage, step: Step) -> Result:
    match = re.fullmatch(r"(\d+) (second|minute|hour|day)s?", " ".join(step.words))
    if match is None:
        raise step.said.wrong("it must be: wait NUMBER days (or hours, minutes, seconds)")
    stage.company.later(timedelta(seconds=int(match.group(1)) * UNITS[match.group(2)]))
    return Result()


_VERBS: dict[str, Callable[[Stage, Step], Result]] = {
    "accept": _settle,
    "admit": _decide,
    "answer": _answer,
    "bounce": _bounce,
    "copy": _transfer,
    "decline": _settle,
    "delete": _delete,
    "edit": _edit,
    "get": _get,
    "invite": _invite,
    "make": _make,
    "move": _transfer,
    "post": _post,
    "propose": _propose,
    "publish": _publish,
    "put": _put,
    "remove": _remove,
    "repel": _decide,
    "send": _send,
    "wait": _wait,
}


def _who(step: Step) -> str:
    if len(step.words) < 2 or step.words[0] not in STAFF:
        raise step.said.wrong("it must be said who of the colleagues does it, and to what")
    return step.words[0]


def _hand(step: Step) -> str:
    """Give who does it, in the home of the one who is named: a deputy, or the owner."""
    by = step.option("as")
    if by is not None and by not in STAFF:
        raise step.said.wrong("it must be said who of the colleagues acts for them")
    return by or _who(step)


def _base(stage: Stage, step: Step) -> Seen:
    """Give what somebody's program works on: what it reads now, or what it read before."""
    login, uid = _who(step), step.words[1]
    if name := step.option("on"):
        if name not in stage.earlier:
            raise step.said.wrong(f"nothing was read as {name}")
        return stage.earlier[name]
    seen = stage.now.objects.get((login, uid))
    assert seen is not None, f"{step.said.place}: {login} has no {uid}"
    return seen


def _path(step: Step, login: str) -> str | None:
    at = step.option("at") if step.option("at once") is None else None
    return f"/{login}/{at}" if at else None


def _demands(step: Step, base: Seen | None, usual: str) -> dict[str, str]:
    """Give the conditions of a request: by default an edit is by ETag, and whatever else without."""
    by = "" if step.option("unconditional") is not None else step.option("by") or usual
    headers = step.headers
    if step.option("if new") is not None:
        headers["If_None_Match"] = "*"
    if by == "etag" and base is not None:
        headers["If_Match"] = base.etag
    elif by == "tag" and base is not None:
        headers["If_Schedule_Tag_Match"] = base.tag or ""
    return headers


def _letter(stage: Stage, step: Step) -> Letter:
    """Give the invitation that is answered: the last one, or the one of the SEQUENCE that is answered."""
    if len(step.words) < 2:
        raise step.said.wrong("it must be said who answers, and what")
    who, uid = step.words[:2]
    sequence = step.option("answering")
    whose = step.option("through") or who
    for letter in sorted(stage.now.letters.values(), key=lambda one: -one.id):
        if (letter.to, letter.uid, letter.row.method) == (whose, uid, "REQUEST") and sequence in {
            None,
            letter.sequence,
        }:
            return letter
    raise AssertionError(f"{step.said.place}: {whose} has no such invitation to {uid}")

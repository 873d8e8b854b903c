"""Who opened what: the audit trail, searchable by case, person and kind; and whether it is whole."""

import datetime as dt
import json
import re
from typing import Any, Final

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from .. import audit, trail
from ..accounts import StaffMember
from ..audit import AuditEvent, Event
from ..casework.searching import read_reference
from ..db import transaction
from ..locales import N_
from ..trail import Wanted
from ..web import db, gettext, long_date
from . import access, present, traildetails
from .context import member, now, staff_door, today
from .trailnames import EVENTS, GROUPS

bp = Blueprint("trail", __name__, url_prefix="/trail")

# Who acts without being a person.
ACTORS: Final = {"desk": N_("The desk"), "cli": N_("A command on the server"), "public": N_("The public side")}
_NUMBER = re.compile(r"\d{1,12}")


@bp.get("")
@access.permit("audit:read")
def index() -> ResponseReturnValue:
    """The newest events that fit the filters. That somebody looked is an event itself."""
    args = request.args
    typed = {name: args.get(name, "").strip()[:80] for name in ("group", "person", "case", "since", "until")}
    wanted, problems = _wanted(typed)
    before = int(args["before"]) if _NUMBER.fullmatch(args.get("before", "")) else None
    _trace([name for name, value in typed.items() if value])
    found = trail.find(db(), wanted, before)
    names = _names()
    rows = [_row(one, names) for one in found.events]
    page = render_template(
        "staff/trail/index.html",
        rows=rows,
        more={**{name: value for name, value in typed.items() if value}, "before": found.next} if found.next else None,
        typed=typed,
        problems=problems,
        groups=[(code, gettext(name)) for code, name in GROUPS.items()],
        people=[(str(number), name) for number, name in names.items()] + [(k, gettext(n)) for k, n in ACTORS.items()],
        standing=_standing(),
    )
    return page, 422 if problems else 200


@bp.get("/check")
@access.permit("audit:read")
def check() -> ResponseReturnValue:
    """Whether the trail is whole, the anchor of now to keep elsewhere, and a box for an older one."""
    return _check()


@bp.post("/check")
@access.permit("audit:read")
def compare() -> ResponseReturnValue:
    """Does an anchor that was kept elsewhere still fit?"""
    typed = re.sub(r"\s+", "", request.form.get("anchor", ""))[:90]
    known = audit.read_anchor(typed)
    if known is None:
        said = gettext(N_("An anchor is a number, a colon and 64 letters and digits."))
        return _check(typed=typed, problem=said), 422
    fits = known[0] < 2**31 and audit.anchor_fits(db(), known)
    return _check(typed=typed, fits=fits)


def _trace(fields: list[str]) -> None:
    """That somebody looked, and by which filters, not at whom. What a GET reads with cannot write."""
    door, person = staff_door(), member()
    with transaction(door.engine) as own:
        told: dict[str, audit.Detail] = {"fields": fields}
        audit.append(own, actor=person.label, event=Event.AUDIT_READ, subject="trail", details=told, now=now())


def _check(*, typed: str = "", problem: str = "", fits: bool | None = None) -> str:
    number, digest = audit.anchor(db())
    return render_template(
        "staff/trail/check.html",
        standing=_standing(),
        anchor=f"{number}:{digest}",
        day=long_date(today()),
        typed=typed,
        problem=problem,
        fits=fits,
    )


def _wanted(typed: dict[str, str]) -> tuple[Wanted, dict[str, str]]:
    problems: dict[str, str] = {}
    subject = ""
    if typed["case"]:
        subject = read_reference(typed["case"])
        if not subject:
            problems["case"] = gettext(N_("A reference looks like ABCDE-12345."))
    days: dict[str, dt.date | None] = {}
    for name in ("since", "until"):
        try:
            days[name] = dt.date.fromisoformat(typed[name]) if typed[name] else None
        except ValueError:
            days[name], problems[name] = None, gettext(N_("Choose a day."))
    person = typed["person"]
    actor = person if person in ACTORS else f"staff:{person}" if _NUMBER.fullmatch(person) else ""
    until = days["until"]
    return (
        Wanted(
            group=typed["group"],
            actor=actor,
            subject=subject,
            since=_midnight(days["since"]),
            until=_midnight(until + dt.timedelta(days=1) if until and until < dt.date.max else until),
        ),
        problems,
    )


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time(), staff_door().settings.timezone) if day else None


def _names() -> dict[int, str]:
    everyone = select(StaffMember.id, StaffMember.name).order_by(StaffMember.name)
    return {row.id: row.name for row in db().execute(everyone)}


def _row(one: AuditEvent, names: dict[int, str]) -> dict[str, Any]:
    kind = one.subject.partition(":")[0]
    is_case = ":" not in one.subject
    said: dict[str, Any] = json.loads(one.details)
    return {
        "seq": one.seq,
        "at": present.moment(one.at, staff_door().settings.timezone),
        "who": _who(one.actor, names),
        "what": gettext(EVENTS[Event(one.event)]) if one.event in set(Event) else one.event,
        "case": one.subject if is_case and one.subject.count("-") == 1 else "",
        "about": _who(one.subject, names) if kind == "staff" else one.subject,
        "said": traildetails.shown(said, names),
    }


def _who(label: str, names: dict[int, str]) -> str:
    kind, _colon, number = label.partition(":")
    if kind == "staff" and number.isdecimal():
        return names.get(int(number), label)
    return gettext(ACTORS[label]) if label in ACTORS else label


def _standing() -> dict[str, Any]:
    """What the checks of the desk have found, in words for the page."""
    row, zone = trail.state(db()), staff_door().settings.timezone
    if row is None:
        return {"state": "never", "at": "", "count": 0, "sentence": ""}
    if row.bad_seq is not None and row.bad_at is not None:
        return {"state": "bad", "at": present.moment(row.bad_at, zone), "count": row.bad_seq, "sentence": row.sentence}
    if row.whole_at is None:
        return {"state": "never", "at": "", "count": 0, "sentence": ""}
    late = now() - row.whole_at > trail.CHECK_WITHIN
    at = present.moment(row.whole_at, zone)
    return {"state": "late" if late else "whole", "at": at, "count": row.whole_count or 0, "sentence": ""}

"""Requests that may be of one person: the list, both side by side, and the decision."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import accounts, questionnaire
from ..casework import case as casework
from ..casework import opening, pairs
from ..casework.checks import LINKED, OPEN, CasePair
from ..casework.linked import linked_to
from ..casework.models import Case
from ..casework.statuses import BadMove
from ..locales import N_
from ..refusals import refuse
from ..sealing import CannotOpen
from ..web import db, gettext
from . import access, labels, present, sentforms
from .context import member, now, staff_door, today

bp = Blueprint("pairs", __name__, url_prefix="/pairs")


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One question with both answers in words; `differs` where two people would answer so."""

    label: str
    a: tuple[str, ...]
    b: tuple[str, ...]
    differs: bool


@bp.errorhandler(casework.NotFound)
def not_found(_error: casework.NotFound) -> ResponseReturnValue:
    """No such pair, or not for this person: the same page."""
    return refuse(404)


@bp.errorhandler(casework.NotAllowed)
def not_allowed(_error: casework.NotAllowed) -> ResponseReturnValue:
    """The role may read, but not do this."""
    return refuse(403)


@bp.get("")
@access.permit("case:read")
def index() -> ResponseReturnValue:
    """Every pair that waits for a decision, the oldest first. Nothing is opened."""
    rows = [_listed(row) for row in pairs.waiting(db(), member())]
    return render_template("staff/pairs.html", rows=rows, most=pairs.SHOWN)


@bp.get("/<uuid:a_id>/<uuid:b_id>")
@access.permit("case:read")
def show(a_id: uuid.UUID, b_id: uuid.UUID) -> ResponseReturnValue:
    """Both requests side by side. Opening leaves a trace on each case before anything is opened."""
    pair, a, b = pairs.get(db(), member(), a_id, b_id)
    return _page(pair, a, b)


@bp.post("/<uuid:a_id>/<uuid:b_id>/link")
@access.permit("case:change")
def link(a_id: uuid.UUID, b_id: uuid.UUID) -> ResponseReturnValue:
    """The same person: work goes on in one case, and the other is closed as its duplicate."""
    pair, a, b = pairs.get(db(), member(), a_id, b_id)
    kept = {"a": a, "b": b}.get(request.form.get("keep", ""))
    if kept is None:
        return _again(pair, a, b, "keep", gettext(N_("Choose the case in which the work goes on.")), 422)
    try:
        seen = {a.id: sentforms.version_sent("version_a"), b.id: sentforms.version_sent("version_b")}
        pairs.link(db(), pair, kept, seen, member(), now())
    except BadMove as wrong:
        return _again(pair, a, b, "keep", gettext(str(wrong)), 422)
    except (pairs.Decided, casework.Stale):
        return _changed(pair, a, b)
    flash(gettext(N_("The two requests are linked. The earlier deadline counts.")))
    return redirect(url_for("case.show", case_id=kept.id), 303)


@bp.post("/<uuid:a_id>/<uuid:b_id>/dismiss")
@access.permit("case:change")
def dismiss(a_id: uuid.UUID, b_id: uuid.UUID) -> ResponseReturnValue:
    """Two different people: the reason is sealed."""
    pair, a, b = pairs.get(db(), member(), a_id, b_id)
    try:
        pairs.dismiss(db(), pair, member(), request.form.get("why", ""), staff_door().recipients(), now())
    except pairs.BadReason as wrong:
        return _again(pair, a, b, "why", gettext(str(wrong)), 422)
    except pairs.Decided:
        return _changed(pair, a, b)
    flash(gettext(N_("The pair is dismissed. It does not come back for the same reason.")))
    return redirect(url_for("pairs.index"), 303)


def of_case(case: Case) -> Mapping[str, Any]:
    """What a case page says of pairs: the open ones, the requests linked to it, and where a linked one went."""
    kept = db().get(Case, case.duplicate_of) if case.duplicate_of is not None else None
    return {
        "open": [
            {"a": row.a_id, "b": row.b_id, "reference": row.reference, "why": _why(row.why)}
            for row in (pairs.of_case(db(), case.id) if case.pairs else ())
        ],
        "linked": [
            {
                "id": one.id,
                "reference": one.reference,
                "level": gettext(labels.LEVELS[one.level][0]),
                "due": present.day(one.due_on) if one.due_on else "",
                "left": present.days_left(one.due_on, today()),
                "why": present.word(labels.DUE, one.due_code),
            }
            for one in linked_to(db(), case.id)
        ],
        "kept": {"id": kept.id, "reference": kept.reference} if kept is not None else None,
    }


def _page(
    pair: CasePair, a: Case, b: Case, *, field: str = "", problem: str = "", theirs: bool = False, opens: bool = True
) -> str:
    """The pair's page; without `opens` only what needs no key, so that a mistake in a form opens nothing again."""
    sides = [_opened(one) if opens and one.erased_at is None else (None, "") for one in (a, b)]
    both = [answers for answers, _ in sides if answers is not None]
    return render_template(
        "staff/pair.html",
        pair=pair,
        why=_why(pair.why),
        waits=pair.state == OPEN,
        linked=pair.state == LINKED,
        decided=present.moment(pair.decided_at, staff_door().settings.timezone) if pair.decided_at else "",
        decided_by=accounts.name_of(db(), pair.decided_by),
        reason=pairs.reason_of(staff_door().keyring, pair) if opens else None,
        cases=[(letter, one, _short(one), said) for (letter, one, (_, said)) in zip("ab", (a, b), sides, strict=True)],
        rows=_rows(*both) if len(both) == 2 else [],
        opens=opens,
        field=field,
        problem=problem,
        theirs=theirs,
        typed={"keep": request.form.get("keep", ""), "why": request.form.get("why", "").replace("\0", "")},
        keeps=[("a", a.reference), ("b", b.reference)],
    )


def _again(pair: CasePair, a: Case, b: Case, field: str, problem: str, status: int) -> ResponseReturnValue:
    return _page(pair, a, b, field=field, problem=problem, opens=False), status


def _changed(pair: CasePair, a: Case, b: Case) -> ResponseReturnValue:
    """Somebody else was faster: what they decided, or how the cases stand now."""
    for row in (pair, a, b):
        db().refresh(row)
    return _page(pair, a, b, theirs=True, opens=False), 409


def _opened(case: Case) -> tuple[Mapping[str, tuple[str, tuple[str, ...]]] | None, str]:
    """The answers of one case by question, or None and why they stay closed."""
    door = staff_door()
    try:
        opened = opening.open_answers(door.engine, door.keyring, member(), case.id, now())
    except casework.Held:
        return None, gettext(N_("The answers stay closed until the conflict check is done."))
    except (CannotOpen, casework.Erased):
        return None, gettext(N_("These answers cannot be opened here."))
    form = questionnaire.get(case.form_version)
    shown = present.screens(form, opened.answers, opened.typed)
    return {line.key: (line.label, line.texts) for screen in shown for line in screen.lines}, ""


def _rows(a: Mapping[str, tuple[str, tuple[str, ...]]], b: Mapping[str, tuple[str, tuple[str, ...]]]) -> Sequence[Row]:
    nothing: tuple[str, tuple[str, ...]] = ("", ())
    rows = []
    for key in [*a, *(key for key in b if key not in a)]:
        (label, mine), (other_label, theirs) = a.get(key, nothing), b.get(key, nothing)
        rows.append(Row(label or other_label, mine, theirs, differs=mine != theirs))
    return rows


def _short(case: Case) -> Mapping[str, str]:
    name, shape = labels.LEVELS[case.level]
    zone = staff_door().settings.timezone
    return {
        "level": gettext(name),
        "shape": shape,
        "due": present.day(case.due_on) if case.due_on else "",
        "left": present.days_left(case.due_on, today()),
        "status": present.status(case.status),
        "owner": accounts.name_of(db(), case.owner_id),
        "received": present.moment(case.received_at, zone),
    }


def _listed(row: Any) -> Mapping[str, Any]:
    zone = staff_door().settings.timezone
    sides = (
        (row.reference, row.level, row.due_on, row.status),
        (row.b_reference, row.b_level, row.b_due_on, row.b_status),
    )
    return {
        "a": row.a_id,
        "b": row.b_id,
        "why": _why(row.why),
        "found": present.moment(row.found_at, zone),
        "sides": [
            {
                "reference": reference,
                "level": gettext(labels.LEVELS[level][0]),
                "left": present.days_left(due, today()),
                "status": present.status(status),
            }
            for reference, level, due, status in sides
        ],
    }


def _why(codes: Sequence[str]) -> list[str]:
    return [present.word(pairs.WHY, code) for code in codes]

"""One case: what the person said, why it ranks as it does, what was done, and what to do next."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import accounts, area, locales, questionnaire
from ..assessment import most_urgent
from ..casework import case as casework
from ..casework import legalholds, moving, notes, opening
from ..casework.judging import Judged, judge
from ..casework.models import Case
from ..casework.statuses import REASONS, BadMove
from ..locales import N_
from ..sealing import CannotOpen
from ..web import db, gettext
from . import access, changes, contact, labels, lending, moves, pairs, partnering, present, records, rows, sentforms
from .context import member, now, staff_door, today

bp = Blueprint("case", __name__, url_prefix="/cases")
sentforms.install(bp)

NOTHING_OPENED: Mapping[str, Any] = {
    "screens": [],
    "safe": None,
    "voicemail": "",
    "judged": None,
    "why": None,
    "told": None,
}


@bp.get("/<uuid:case_id>")
@access.permit("case:read")
def show(case_id: uuid.UUID) -> ResponseReturnValue:
    """The whole case. Opening the answers leaves its trace first; without a trace nothing is opened."""
    return _whole(case_id, "staff/case.html")


@bp.get("/<uuid:case_id>/print")
@access.permit("case:read")
def show_on_paper(case_id: uuid.UUID) -> ResponseReturnValue:
    """The whole case without anything to press, for paper; it is an opening like any other."""
    return _whole(case_id, "staff/case_print.html")


def _whole(case_id: uuid.UUID, template: str) -> ResponseReturnValue:
    door, person = staff_door(), member()
    case = casework.load(db(), person, case_id)
    if case.erased_at is not None:
        erased = present.moment(case.erased_at, door.settings.timezone)
        lines = _timeline(case, {})
        by_us = any(line["event"] == "case:removed" for line in lines)
        return render_template("staff/case_erased.html", case=case, erased=erased, by_us=by_us, timeline=lines)
    try:
        opened = opening.open_answers(door.engine, door.keyring, person, case_id, now())
    except (CannotOpen, casework.Held):
        opened = None
    parts = _parts(case, opened) if opened else NOTHING_OPENED
    texts = opened.notes if opened else {}
    return render_template(
        template,
        case=case,
        head=_head(case),
        opened=opened is not None,
        held=casework.closed_to(case, person),
        pairs=pairs.of_case(case),
        timeline=_timeline(case, texts),
        contacts=records.of_contact(case),
        papers=records.of_papers(case),
        relatives=records.of_family(case),
        partners=partnering.of(db(), person, case, opened),
        lending=lending.of(db(), person, case),
        follow_up=rows.follow_up_of(case),
        hold=_hold(case),
        **moves.form_of(db(), person, case),
        **parts,
    )


@bp.post("/<uuid:case_id>/claim")
@access.permit("case:claim")
def claim(case_id: uuid.UUID) -> ResponseReturnValue:
    """Make the case mine, unless somebody changed it since I saw it."""
    case = casework.load(db(), member(), case_id)
    try:
        casework.claim(db(), case, member(), sentforms.version_sent(), now())
    except casework.Stale as changed:
        return stale(changed, "claim", {})
    flash(gettext(N_("The case is yours now.")))
    return redirect(url_for("case.show", case_id=case_id), 303)


@bp.post("/<uuid:case_id>/status")
@access.permit("case:change")
def change_status(case_id: uuid.UUID) -> ResponseReturnValue:
    """Move the case on, unless somebody changed it since I saw it."""
    case = casework.load(db(), member(), case_id)
    typed = {name: request.form.get(name, "") for name in ("status", "reason", "closing_code")}
    status, reason, code = typed.values()
    try:
        moving.change_status(
            db(), case, member(), sentforms.version_sent(), status, reason or None, now(), closing_code=code or None
        )
    except casework.Stale as changed:
        return stale(changed, "status", typed)
    except BadMove as wrong:
        return again(case, "status", typed, gettext(str(wrong)), 422, field=wrong.field)
    flash(gettext(N_("The status is changed.")))
    return redirect(url_for("case.show", case_id=case_id), 303)


@bp.post("/<uuid:case_id>/notes")
@access.permit("note:add")
def add_note(case_id: uuid.UUID) -> ResponseReturnValue:
    """Seal a note and put it on the timeline."""
    case = casework.load(db(), member(), case_id)
    text = request.form.get("text", "").replace("\0", "")
    try:
        notes.add(db(), case, member(), text, staff_door().recipients(), now())
    except notes.BadNote as wrong:
        return again(case, "note", {"text": text}, gettext(str(wrong)), 422)
    flash(gettext(N_("The note is saved and sealed.")))
    return redirect(url_for("case.show", case_id=case_id), 303)


def stale(found: casework.Stale, action: str, typed: Mapping[str, str]) -> ResponseReturnValue:
    """Somebody was faster: say who did what, and keep what was typed so that it can be sent again."""
    if found.case.erased_at is not None:
        return redirect(url_for("case.show", case_id=found.case.id), 303)
    last = found.event
    said = _event(last, {}) if last is not None else None
    problem = gettext(N_("Somebody else changed this case while you had it open. Nothing of yours was saved."))
    return again(found.case, action, typed, problem, 409, last=said)


def again(
    case: Case,
    action: str,
    typed: Mapping[str, str],
    problem: str,
    status: int,
    last: Mapping[str, Any] | None = None,
    *,
    field: str = "",
) -> ResponseReturnValue:
    """The page on which what could not be done is sent again, with what was typed."""
    page = render_template(
        "staff/case_again.html",
        case=case,
        head=_head(case),
        action=action,
        typed=typed,
        problem=problem,
        last=last,
        problems={field: problem} if field else {},
        hold=_hold(case),
        **moves.form_of(db(), member(), case),
    )
    return page, status


def _head(case: Case) -> Mapping[str, Any]:
    """The facts at the top of a case, which need no key."""
    zone = staff_door().settings.timezone
    name, shape = labels.LEVELS[case.level]
    return {
        "level": gettext(name),
        "shape": shape,
        "due": present.day(case.due_on) if case.due_on else "",
        "left": present.days_left(case.due_on, today()),
        "why": present.word(labels.DUE, case.due_code),
        "status": present.status(case.status),
        "reason": present.word(REASONS, case.reason),
        "closing": case.closing_code or "",
        "owner": accounts.name_of(db(), case.owner_id),
        "language": present.language(case.language),
        "read_in": present.language(case.locale) if case.locale else "",
        # What a person understood of the questions depends on how good their translation is.
        "unreviewed": bool(case.locale) and not locales.review(case.locale).done,
        "place": present.place(case.place_kind, case.state),
        "claims": [present.word(labels.CLAIMS, one) for one in case.claims],
        "outcome": present.word(labels.OUTCOMES, case.outcome),
        "received": present.moment(case.received_at, zone),
        "unanswered": present.moment(case.unanswered_since, zone) if case.unanswered_since else "",
        "marks": [(gettext(name), gettext(text) if text else "") for name, text in _marks(case)],
        "taken": [gettext(labels.TAKEN[mark][1]) for mark in case.marks if mark in labels.TAKEN],
    }


def _hold(case: Case) -> dict[str, Any]:
    """Why the case is kept although its time is over, and what can be chosen."""
    return {
        "why": present.word(legalholds.REASONS, case.legal_hold),
        "chosen": case.legal_hold or "",
        "reasons": [(code, gettext(name)) for code, name in legalholds.REASONS.items()],
        "can_end": member().may("retention:dispose"),
    }


def _marks(case: Case) -> list[tuple[str, str]]:
    return [labels.MARKS.get(mark, (mark, "")) for mark in case.marks if mark not in labels.TAKEN]


def _parts(case: Case, opened: opening.Opened) -> dict[str, Any]:
    """What the sealed answers say: screens, safe contact, and every rule that fires today."""
    form = questionnaire.get(case.form_version)
    live = questionnaire.live(form, opened.answers)
    settings = staff_door().settings
    judged: Judged = judge(
        opened.answers,
        form_version=case.form_version,
        rules_version=case.rules_version,
        today=today(),
        policy=area.policy(db(), settings),
    )
    # What makes it urgent comes first, what only passes comes last.
    reasons = sorted(judged.result.reasons, key=most_urgent)
    leading = next((one for one in reasons if one.code == judged.result.due_code), reasons[0] if reasons else None)
    return {
        "screens": present.screens(form, opened.answers, opened.typed),
        "safe": contact.safe_contact(live, now()),
        "voicemail": contact.voicemail(live, settings.organisation),
        "judged": [present.reason(one, form) for one in reasons],
        "why": present.reason(leading, form) if leading else None,
        "told": changes.told(db(), form, opened.whole, settings.timezone),
    }


def _timeline(case: Case, texts: Mapping[uuid.UUID, str | None]) -> list[Mapping[str, Any]]:
    wordings = notes.wordings(db(), case)
    return [_event(row, texts, wordings.get(row.note_id, ())) for row in casework.timeline(db(), case)]


def _event(
    row: Any, texts: Mapping[uuid.UUID, str | None], wordings: Sequence[notes.Wording] = ()
) -> Mapping[str, Any]:
    zone = staff_door().settings.timezone
    latest = wordings[-1] if wordings else None
    return {
        "template": row.event.replace(":", "-"),
        "event": row.event,
        "at": present.moment(row.at, zone),
        "stamp": row.at.isoformat(timespec="seconds"),
        "who": row.actor_name or gettext(N_("The desk")),
        "says": present.event_details(row.details),
        "to": accounts.name_of(db(), row.details.get("owner") or row.details.get("lent_to")),
        "partner": partnering.name_of(db(), row.details.get("partner")),
        "answer": present.word(partnering.OUTCOMES, row.details.get("state")),
        "note": texts.get(latest.id) if latest else None,
        "earlier": [(present.moment(one.written_at, zone), texts.get(one.id)) for one in wordings[:-1]],
        "editable": row.note_id if latest and row.actor_id == member().id else None,
        "hold": present.word(legalholds.REASONS, row.details.get("reason")),
        "came_in": present.word(labels.CAME_IN, row.details.get("kind")),
        "method": row.details.get("method", ""),
    }

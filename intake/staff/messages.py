"""The conversation with an applicant: what they wrote, what staff answered, and the next answer."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..casework import case as casework
from ..casework import messages
from ..casework.models import Case
from ..locales import N_
from ..refusals import refuse
from ..sealing import CannotOpen
from ..splice import showable
from ..web import db, gettext
from . import access, present
from .context import member, now, staff_door

bp = Blueprint("messages", __name__, url_prefix="/cases/<uuid:case_id>/messages")


@bp.errorhandler(casework.NotFound)
def not_found(_error: casework.NotFound) -> ResponseReturnValue:
    """No such case, or not for this person: the same page."""
    return refuse(404)


@bp.errorhandler(casework.Erased)
def erased(_error: casework.Erased) -> ResponseReturnValue:
    """There is nothing to read or to answer: the case page says so."""
    return redirect(url_for("case.show", **(request.view_args or {})), 303)


@bp.get("")
@access.permit("case:read")
def show(case_id: uuid.UUID) -> ResponseReturnValue:
    """All messages, oldest first. Opening them leaves its trace first, and counts as an opening of the case."""
    door, person = staff_door(), member()
    try:
        opened = casework.open_answers(door.engine, door.keyring, person, case_id, now())
    except CannotOpen:
        opened = None
    case = casework.load(db(), person, case_id)
    turns = messages.conversation(opened, casework.timeline(db(), case)) if opened else []
    return _page(case, opened="yes" if opened else "no", turns=_shown(turns))


@bp.post("")
@access.permit("letter:write")
def send(case_id: uuid.UUID) -> ResponseReturnValue:
    """Seal an answer to the applicant, who finds it behind the return code."""
    case = casework.load(db(), member(), case_id)
    text = showable(request.form.get("text", ""))
    try:
        messages.send(db(), case, member(), text, staff_door().recipients(), now(), once=_once())
    except messages.BadMessage as wrong:
        # What was typed, without opening the messages once more: that would count.
        return _page(case, opened="not now", text=text, problem=gettext(str(wrong))), 422
    flash(gettext(N_("The letter is sealed. The person can read it with the return code.")))
    return redirect(url_for("messages.show", case_id=case_id), 303)


def _once() -> uuid.UUID | None:
    try:
        return uuid.UUID(hex=request.form.get("once", ""))
    except ValueError:
        return None


def _shown(turns: Sequence[messages.Turn]) -> list[Mapping[str, Any]]:
    zone = staff_door().settings.timezone
    return [
        {
            "at": present.moment(one.at, zone),
            "stamp": one.at.isoformat(timespec="seconds"),
            "who": one.who,
            "by_applicant": one.by_applicant,
            "text": showable(one.text) if one.text is not None else None,
            "locale": present.language(one.locale) if one.locale else "",
        }
        for one in turns
    ]


def _page(
    case: Case, *, opened: str, turns: Sequence[Mapping[str, Any]] = (), text: str = "", problem: str = ""
) -> str:
    """The page; `opened` is "yes", "no" (no key here opens them) or "not now"."""
    since = case.unanswered_since
    return render_template(
        "staff/messages.html",
        case=case,
        turns=turns,
        opened=opened,
        once=uuid.uuid4().hex,
        text=text,
        problem=problem,
        unanswered=present.moment(since, staff_door().settings.timezone) if since else "",
        most=messages.MESSAGE_CHARACTERS,
        person_language=present.language(case.language),
    )

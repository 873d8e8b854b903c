"""One action for the ticked cases of the queue: what is asked for, a preview, and the result of each case."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import accounts
from ..casework import bulk
from ..casework.bulk import Action, Assign, Change, Judged, Outcome, Seen, Write
from ..casework.messages import MESSAGE_CHARACTERS
from ..locales import N_
from ..splice import showable
from ..web import db, gettext
from . import access, moves, present
from .context import member, now, staff_door

bp = Blueprint("bulk", __name__, url_prefix="/bulk")

HEADINGS: Final[Mapping[str, str]] = {
    Assign.name: N_("Give cases to a person"),
    Change.name: N_("Change the status of cases"),
    Write.name: N_("Write to several people"),
}
REFUSED: Final[Mapping[Outcome, str]] = {
    Outcome.NOT_ALLOWED: N_("Refused: your role does not have this permission."),
    Outcome.GONE: N_("Refused: there is no such case."),
    Outcome.ERASED: N_("Refused: the applicant erased it."),
    Outcome.CHANGED: N_("Refused: somebody changed it since you saw it."),
    Outcome.UNREAD: N_("Refused: nobody has opened it yet. Read it first."),
    Outcome.HELD: N_("Refused: it is on hold."),
    Outcome.WITHDRAWN: N_("Refused: the person withdrew."),
    Outcome.SAME: N_("Refused: it is so already."),
    Outcome.BAD_MOVE: N_("Refused: this status cannot follow the present one."),
    Outcome.NO_REASON: N_("Refused: the reason is missing or does not fit."),
    Outcome.NO_CODE: N_("Refused: the closing code is missing or is not in the list."),
    Outcome.CANNOT_SEAL: N_("Refused: the letter cannot be sealed for this person."),
}
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    Assign.name: ("owner",),
    Change.name: ("status", "reason", "closing_code"),
    Write.name: ("text",),
}


@bp.post("")
@access.permit("case:bulk")
def preview() -> ResponseReturnValue:
    """First ask what is to be done, then show what would happen to each case. Nothing is changed."""
    seen, action = _seen(), _action()
    try:
        if request.form.get("ready") == "1":
            bulk.check(db(), action, seen)
        elif not seen or len(seen) > bulk.MOST:
            bulk.check(db(), Write("-"), seen)
    except bulk.BadBulk as wrong:
        return _page(seen, action, problem=gettext(str(wrong)), field=wrong.field), 422
    judged = bulk.preview(db(), member(), action, seen)
    return _page(seen, action, judged=judged if request.form.get("ready") == "1" else None)


@bp.post("/now")
@access.permit("case:bulk")
def carry_out() -> ResponseReturnValue:
    """Do what the preview showed; what changed meanwhile is refused, case by case."""
    seen, action, door = _seen(), _action(), staff_door()
    try:
        bulk.check(db(), action, seen)
    except bulk.BadBulk as wrong:
        return _page(seen, action, problem=gettext(str(wrong)), field=wrong.field), 422
    run = bulk.carry_out(db(), member(), action, seen, door.recipients(), now(), run_id=_once())
    return redirect(url_for("bulk.show", run_id=run.id), 303)


@bp.get("/<uuid:run_id>")
@access.permit("case:bulk")
def show(run_id: uuid.UUID) -> ResponseReturnValue:
    """What happened to each case, for the person who did it."""
    run, judged = bulk.result(db(), member(), run_id) or abort(404)
    done = sum(one.outcome is Outcome.DONE for one in judged)
    return render_template(
        "staff/bulk/result.html",
        heading=gettext(HEADINGS[run.action]),
        at=present.moment(run.at, staff_door().settings.timezone),
        rows=[_row(one, 0, gettext(N_("Done."))) for one in judged],
        count=done,
        refused=len(judged) - done,
    )


def _seen() -> list[Seen]:
    """The ticked cases, each once, as `id.version`; what makes no sense is left out."""
    found: dict[uuid.UUID, int] = {}
    for text in request.form.getlist("case"):
        case_id, _, version = text.partition(".")
        if version.isascii() and version.isdigit() and len(version) < 10:
            try:
                found.setdefault(uuid.UUID(case_id), int(version))
            except ValueError:
                continue
    return list(found.items())


def _action() -> Action:
    kind = request.form.get("action", "")
    if kind == Assign.name:
        owner = request.form.get("owner", "")
        return Assign(int(owner) if owner.isascii() and owner.isdigit() and len(owner) < 10 else 0)
    if kind == Change.name:
        status, reason, code = (request.form.get(name, "") for name in _FIELDS[kind])
        return Change(status, reason or None, code or None)
    if kind != Write.name:
        abort(400)
    return Write("\n".join(showable(request.form.get("text", "")).splitlines()).strip())


def _once() -> uuid.UUID:
    try:
        # Nobody else's run: the same page in another person's hands is another run.
        return uuid.uuid5(uuid.UUID(hex=request.form.get("once", "")), member().label)
    except ValueError:
        abort(400)


def _page(
    seen: Sequence[Seen],
    action: Action,
    *,
    judged: Sequence[Judged] | None = None,
    problem: str = "",
    field: str = "",
) -> str:
    """The page that asks what is to be done, or with `judged` the preview."""
    versions = dict(seen[: bulk.MOST])
    listed = judged if judged is not None else bulk.preview(db(), member(), action, seen[: bulk.MOST])
    done = sum(one.outcome is Outcome.DONE for one in judged or ())
    asks_status = judged is None and isinstance(action, Change)
    cases = [one.case for one in listed if one.case is not None] if asks_status else []
    happens = _happens(action) if judged is not None else ""
    return render_template(
        "staff/bulk/page.html",
        heading=gettext(HEADINGS[action.name]),
        action=action.name,
        rows=[_row(one, versions[one.case_id], happens) for one in listed],
        judged=judged is not None,
        count=done,
        refused=len(judged or ()) - done,
        typed={name: request.form.get(name, "") for name in _FIELDS[action.name]},
        problem=problem,
        field=field,
        once=uuid.uuid4().hex,
        owners=[(str(one.id), one.name) for one in accounts.holding(db(), "case:claim")],
        most=MESSAGE_CHARACTERS,
        **moves.form_of(db(), member(), *cases),
    )


def _happens(action: Action) -> str:
    """What happens to a case that is not refused."""
    if isinstance(action, Assign):
        return gettext(N_("New owner: %(name)s")) % {"name": accounts.name_of(db(), action.owner_id)}
    if isinstance(action, Change):
        return gettext(N_("New status: %(status)s")) % {"status": present.status(action.status)}
    return gettext(N_("The person gets the message."))


def _row(one: Judged, version: int, happens: str) -> Mapping[str, Any]:
    """One case in words; `happens` is said where it is not refused, and nothing at all where it is empty."""
    refused = REFUSED.get(one.outcome)
    return {
        "id": one.case_id,
        "version": version,
        "reference": one.case.reference if one.case else "",
        "status": present.status(one.case.status) if one.case else "",
        "owner": accounts.name_of(db(), one.case.owner_id) if one.case else "",
        "done": refused is None,
        "said": (gettext(refused) if refused else happens) if happens else "",
    }

"""How long what ended is kept: the policy, what is past its time, and removing it with a second admin."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import approvals
from ..accounts import name_of
from ..casework import legalholds
from ..locales import N_
from ..retention import carrying, disposing, due, policy
from ..retention.disposing import Disposal
from ..retention.stages import DRAFT_DAYS, METHODS, STAGES
from ..web import db, gettext, ngettext
from . import access, present
from .context import member, now, staff_door
from .fresh import is_fresh

bp = Blueprint("retention", __name__, url_prefix="/retention")

HELD_SHOWN: Final = 50
YEAR: Final = 365
STANDING: Final = {
    "waiting": N_("Waits for a second admin"),
    "granted": N_("Allowed, not begun"),
    "refused": N_("Refused"),
    "expired": N_("Time is over"),
    "used": N_("Being removed"),
    disposing.RUNNING: N_("Being removed"),
    disposing.DONE: N_("Done"),
    disposing.CANCELLED: N_("Stopped"),
}


@bp.get("")
@access.permit("retention:dispose")
def index() -> ResponseReturnValue:
    """The policy with what is due beside it, holds, and the lists of the past."""
    rules = policy.current(db())
    return _page(rules, _values(rules))


@bp.post("")
@access.permit("retention:dispose")
def change() -> ResponseReturnValue:
    """Save a new version of the policy, unless somebody else saved one meanwhile."""
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("retention.index")), 303)
    before = policy.current(db())
    fields = [f"{kind}_{code}" for code in STAGES for kind in ("days", "method")]
    typed = {name: request.form.get(name, "")[:20] for name in fields}
    seen = request.form.get("version", "")
    try:
        rules = policy.read(typed)
        if seen != str(before.version):
            raise policy.Conflict
        policy.save(db(), rules, after=before.version, actor=member().label, now=now())
    except policy.Invalid as wrong:
        return _page(before, typed, problems=wrong.problems), 422
    except policy.Conflict:
        return _page(policy.current(db()), typed, theirs=True), 409
    flash(gettext(N_("Saved. Nothing is removed by it alone.")))
    return redirect(url_for("retention.index"), 303)


@bp.get("/due/<stage>")
@access.permit("retention:dispose")
def show_due(stage: str) -> ResponseReturnValue:
    """What is past its time in one stage, the longest due first."""
    if stage not in STAGES:
        abort(404)
    found = due.page(db(), stage, policy.current(db()), now(), _after(request.args.get("after", "")))
    zone = staff_door().settings.timezone
    return render_template(
        "staff/retention/due.html",
        stage=stage,
        name=gettext(STAGES[stage].label),
        cases=[(one.id, one.reference, present.moment(one.since, zone)) for one in found.cases],
        more=f"{found.next[0].isoformat()}~{found.next[1]}" if found.next else None,
    )


@bp.post("/removals")
@access.permit("retention:dispose")
def ask() -> ResponseReturnValue:
    """Make a list of what is due and ask a second admin."""
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("retention.index")), 303)
    reason = request.form.get("reason", "").replace("\0", "")
    rules = policy.current(db())
    try:
        made = disposing.ask(db(), rules, member(), reason, now())
    except ValueError:
        said = gettext(N_("Write why, in 1 to 500 characters."))
        return _page(rules, _values(rules), reason=reason, reason_problem=said), 422
    except (disposing.Busy, disposing.NothingDue) as wrong:
        busy = isinstance(wrong, disposing.Busy)
        flash(gettext(N_("There is a list already.") if busy else N_("Nothing is past its time.")))
        return redirect(url_for("retention.index"), 303)
    flash(gettext(N_("The list is made. A second admin has to allow it.")))
    return redirect(url_for("retention.show", number=made.id), 303)


@bp.get("/removals/<int:number>")
@access.permit("retention:dispose")
def show(number: int) -> ResponseReturnValue:
    """One list: where it stands, what was removed, which cases are still on it."""
    found = _list(number)
    rows = disposing.cases(db(), found.id)
    return render_template(
        "staff/retention/removal.html",
        one=_shown(found),
        cases=[(case, reference, gettext(STAGES[stage].label)) for case, reference, stage in rows],
        deciders=len(approvals.deciders(db(), disposing.KIND, found.asked_by)),
    )


@bp.post("/removals/<int:number>/start")
@access.permit("retention:dispose")
def start(number: int) -> ResponseReturnValue:
    """Let the desk remove what was allowed."""
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("retention.show", number=number)), 303)
    try:
        disposing.start(db(), _list(number), member(), now())
    except approvals.NotApproved:
        flash(gettext(N_("This list is not allowed, or its time is over. Nothing was removed.")))
    else:
        flash(gettext(N_("The desk removes them now.")))
    return redirect(url_for("retention.show", number=number), 303)


@bp.post("/removals/<int:number>/stop")
@access.permit("retention:dispose")
def stop(number: int) -> ResponseReturnValue:
    """Drop a list, or stop it in the middle."""
    stopped = disposing.cancel(db(), _list(number), member(), now())
    flash(gettext(N_("Stopped. What is removed stays removed.") if stopped else N_("It had ended already.")))
    return redirect(url_for("retention.show", number=number), 303)


def _list(number: int) -> Disposal:
    found = db().get(Disposal, number)
    if found is None:
        abort(404)
    return found


def _after(text: str) -> tuple[dt.datetime, uuid.UUID] | None:
    moment, _tilde, case_id = text.partition("~")
    try:
        at = dt.datetime.fromisoformat(moment)
        return (at.astimezone(dt.UTC), uuid.UUID(case_id))
    except (ValueError, OverflowError):
        return None


def _values(rules: policy.Policy) -> dict[str, str]:
    days = {f"days_{code}": "" if one.days is None else str(one.days) for code, one in rules.rules.items()}
    return days | {f"method_{code}": one.method.value for code, one in rules.rules.items()}


def _shown(found: Disposal) -> dict[str, Any]:
    zone, state = staff_door().settings.timezone, disposing.standing(db(), found, now())
    asked = approvals.latest(db(), disposing.KIND, found.label)
    done = [
        (gettext(STAGES[stage].label), gettext(METHODS[method]), number)
        for stage, by in found.tally.items()
        for method, number in by.items()
    ]
    return {
        "id": found.id,
        "by": name_of(db(), found.asked_by),
        "at": present.moment(found.asked_at, zone),
        "total": found.total,
        "skipped": found.skipped,
        "removed": sum(number for _stage, _method, number in done),
        "done": done,
        "state": state,
        "said": gettext(STANDING[state]),
        "reason": asked.reason if asked else "",
        "decided_by": name_of(db(), asked.decided_by) if asked else "",
        "mine": found.asked_by == member().id,
        "open": found.state in (disposing.WAITING, disposing.RUNNING),
    }


def _page(
    rules: policy.Policy,
    values: Mapping[str, str],
    *,
    problems: Mapping[str, str] | None = None,
    theirs: bool = False,
    reason: str = "",
    reason_problem: str = "",
) -> str:
    counted = due.count(db(), rules, now())
    stages = [
        {
            "code": code,
            "name": gettext(one.label),
            "kept": _span(rules.rules[code].days),
            "due": counted[code],
            "many": counted[code] > due.COUNTED_TO,
        }
        for code, one in STAGES.items()
    ]
    return render_template(
        "staff/retention/index.html",
        version=rules.version,
        stages=stages,
        newest=_values(rules),
        values=values,
        problems={field: gettext(sentence) for field, sentence in (problems or {}).items()},
        theirs=theirs,
        methods=[(code, gettext(name)) for code, name in METHODS.items()],
        any_due=any(counted.values()),
        counted_to=due.COUNTED_TO,
        most=disposing.MOST,
        open=disposing.open_one(db()),
        lists=[_shown(one) for one in disposing.lately(db())],
        held=[(one.id, one.reference, present.word(legalholds.REASONS, one.legal_hold)) for one in _held()],
        held_number=due.held(db()),
        draft_kept=_span(DRAFT_DAYS),
        backup_days=staff_door().settings.backup_days,
        removed=carrying.removed(db()),
        reason=reason,
        reason_problem=reason_problem,
    )


def _span(days: int | None) -> str:
    """Whole years where they are; empty for never."""
    if days is None:
        return ""
    years, rest = divmod(days, YEAR)
    if years and not rest:
        return ngettext("%(num)s year", "%(num)s years", years) % {"num": years}
    return ngettext("%(num)s day", "%(num)s days", days) % {"num": days}


def _held() -> list[Any]:
    return legalholds.held(db(), HELD_SHOWN)

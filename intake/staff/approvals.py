"""What waits for a second person, and the decision: both factors fresh, never on one's own request."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import approvals
from ..accounts import name_of
from ..approvals import KINDS, Approval
from ..exports import jobs
from ..locales import N_
from ..retention import disposing
from ..web import db, gettext
from . import access, present
from .context import member, now, staff_door
from .exportjobs import in_short
from .fresh import is_fresh
from .queue import options

bp = Blueprint("approvals", __name__, url_prefix="/approvals")

STATES = {
    "waiting": N_("Waits"),
    "granted": N_("Allowed, not used yet"),
    "used": N_("Allowed and done"),
    "refused": N_("Refused"),
    "expired": N_("Time is over"),
}


@bp.get("")
@access.permit("approval:decide")
def index() -> ResponseReturnValue:
    """What waits for me, and what was decided lately."""
    listed = approvals.listed(db(), member(), now())
    files = _files([one.subject for one in listed if one.kind == jobs.KIND])
    found = [_shown(one, files) for one in listed]
    waits = [one for one in found if one["state"] == "waiting"]
    return render_template("staff/approvals.html", waiting=waits, past=[one for one in found if one not in waits])


@bp.post("/<int:approval_id>")
@access.permit("approval:decide")
def decide(approval_id: int) -> ResponseReturnValue:
    """Allow or refuse."""
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("approvals.index")), 303)
    grant = request.form.get("decision") == "grant"
    try:
        approvals.decide(db(), approval_id, member(), grant=grant, now=now())
    except approvals.CannotDecide as wrong:
        flash(gettext(wrong.why))
    else:
        flash(gettext(N_("You allowed it.")) if grant else gettext(N_("You refused it.")))
    return redirect(url_for("approvals.index"), 303)


def _files(subjects: Sequence[str]) -> Mapping[str, str]:
    """What each export would hold, in words: nobody can allow what they cannot read."""
    if not subjects:
        return {}
    choices = options()
    found = jobs.of_subjects(db(), subjects)
    return {subject: in_short(found[subject], choices) if subject in found else "" for subject in subjects}


def _shown(one: Approval, files: Mapping[str, str]) -> dict[str, Any]:
    zone, person = staff_door().settings.timezone, member()
    state = one.state(now())
    return {
        "id": one.id,
        "kind": gettext(KINDS[one.kind].name),
        "address": _address(one.subject),
        "about": files.get(one.subject) or _about(one.subject),
        "count": one.count,
        "reason": one.reason,
        "by": name_of(db(), one.asked_by),
        "at": present.moment(one.asked_at, zone),
        "until": present.moment(one.expires_at, zone),
        "state": state,
        "said": gettext(STATES[state]),
        "decided_by": name_of(db(), one.decided_by),
        "mine": person.id == one.asked_by or person.label == one.subject,
    }


def _address(subject: str) -> str:
    """Where the second person can see what it is about, if there is such a page for them."""
    kind, _colon, number = subject.partition(":")
    if kind == disposing.KIND and member().may("retention:dispose"):
        return url_for("retention.show", number=int(number))
    return ""


def _about(subject: str) -> str:
    """A person by name, anything else by its label."""
    kind, _colon, number = subject.partition(":")
    return name_of(db(), int(number)) if kind == "staff" and number.isdecimal() else subject

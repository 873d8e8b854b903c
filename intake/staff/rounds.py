"""The round of checks: places that nobody looked at for 90 days, one by one, the oldest first."""

from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import office
from ..locales import N_
from ..referrals import ReferralRow
from ..verifying import Found
from ..web import db, gettext
from . import access, referrals, sentforms
from .context import member, now, today

bp = Blueprint("rounds", __name__, url_prefix="/referrals/round")

SAID: Final = {
    Found.RIGHT: N_("Thank you. The check is written down."),
    Found.GONE: N_("Applicants do not see the place any more."),
}


@bp.get("")
@access.permit("referral:change")
def show() -> ResponseReturnValue:
    """The next place that needs a check; with `after`, the one that follows the place of this key."""
    return _page(request.args.get("after", ""))


@bp.post("/<key>")
@access.permit("referral:change")
def answer(key: str) -> ResponseReturnValue:
    """What somebody found: all is right, or the place is not there any more. Then the next one."""
    row, found = office.find(db(), key) or abort(404), request.form.get("found", "")
    if found not in {one.value for one in SAID}:
        abort(400)
    after = request.form.get("after", "")
    try:
        office.check_place(
            db(), row, Found(found), sentforms.version_sent(), actor=member().label, now=now(), today=today()
        )
    except office.Stale:
        return _page(after, theirs=row), 409
    flash(gettext(SAID[Found(found)]))
    return redirect(url_for("rounds.show", after=after or None), 303)


def _page(after: str, theirs: ReferralRow | None = None) -> str:
    """One place with its three answers; `theirs` is a place that somebody else changed meanwhile: it is shown again."""
    waiting = office.overdue(db(), today())
    keys = [row.key for row in waiting]
    start = keys.index(after) + 1 if after in keys else 0
    row = theirs or (waiting[start] if start < len(waiting) else None)
    said: dict[str, Any] = {
        "old": sum(row.last_verified is not None for row in waiting),
        "never": sum(row.last_verified is None for row in waiting),
        "place": referrals.shown(row) if row is not None else None,
        "checks": referrals.checks_of(row) if row is not None else [],
    }
    return render_template("staff/referral_round.html", **said, after=after, theirs=theirs is not None)

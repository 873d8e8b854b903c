"""Places to send people: every entry with the day of its last check; add, change, check, take off the pages."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import office, verifying
from ..locales import N_
from ..questionnaire.choices import LANGUAGES, STATES
from ..referrals import CLAIMS, ReferralRow, reading
from ..web import db, gettext
from . import access, labels, present, sentforms
from .context import member, now, staff_door, today

bp = Blueprint("referrals", __name__, url_prefix="/referrals")

KINDS: Final[Mapping[str, str]] = {
    "hotline": N_("Hotline"),
    "legal": N_("Legal help"),
    "low_cost": N_("Low-cost help and lists"),
    "paid": N_("Lawyers whom people pay"),
    "government": N_("Run by the government"),
    "fraud": N_("Against fraud"),
    "abroad": N_("Outside the US"),
}
AUDIENCES: Final[Mapping[str, str]] = {
    "children": N_("Children"),
    "detained": N_("People who are held"),
    "lgbtq": N_("LGBTQ people"),
    "unsafe": N_("People in danger"),
    "paying": N_("People who can pay or have a lawyer"),
    "defrauded": N_("People who paid a notario"),
    "in_court": N_("People with a court case"),
    "abroad": N_("People outside the US"),
}
SHOWING: Final[Mapping[str, str]] = {
    "shown": N_("Shown to applicants"),
    "hidden": N_("Not shown to applicants"),
    "overdue": N_("Not checked for 90 days"),
}
_LISTS = ("states", "codes", "languages", "audience")
_TEXTS = ("kind", "name", "about", "url", "phone", "rank")
_NEW: Final[Mapping[str, Any]] = {**dict.fromkeys(_TEXTS, ""), **dict.fromkeys(_LISTS, ())}


@bp.get("")
@access.permit("referral:read")
def index() -> ResponseReturnValue:
    """Every place, filtered by what the address asks for, with how many need a check."""
    wanted = {name: request.args.get(name, "") for name in ("kind", "state", "language", "showing")}
    day, rows = today(), office.places(db())
    return render_template(
        "staff/referrals.html",
        rows=[shown(row) for row in rows if _is_wanted(row, wanted)],
        overdue=sum(row.active and office.is_overdue(row, day) for row in rows),
        wanted=wanted,
        kinds=_named(KINDS),
        states=[(code, gettext(name)) for code, name in STATES],
        languages=LANGUAGES,
        showing=_named(SHOWING),
    )


@bp.get("/new")
@access.permit("referral:change")
def new() -> ResponseReturnValue:
    """The empty form."""
    return _form(None, _NEW)


@bp.post("")
@access.permit("referral:change")
def add() -> ResponseReturnValue:
    """Add a place. Applicants see it once somebody has checked it."""
    try:
        columns = reading.read(request.form, _chosen())
    except reading.Invalid as wrong:
        return _form(None, _typed(), problems=wrong.problems), 422
    checked_on = today() if request.form.get("checked") == "1" else None
    row = office.add_place(db(), columns, checked_on=checked_on, actor=member().label, now=now())
    return _back(row, gettext(N_("The place is saved.")))


@bp.get("/<key>")
@access.permit("referral:change")
def show(key: str) -> ResponseReturnValue:
    """One place in a form."""
    row = _found(key)
    return _form(row, _values(row))


@bp.post("/<key>")
@access.permit("referral:change")
def change(key: str) -> ResponseReturnValue:
    """Save what was typed, unless somebody else changed the place meanwhile."""
    row = _found(key)
    try:
        columns = reading.read(request.form, _chosen())
        if request.form.get("checked") == "1":
            columns["last_verified"] = today()
        office.change_place(db(), row, columns, sentforms.version_sent(), actor=member().label, now=now())
    except reading.Invalid as wrong:
        return _form(row, _typed(), problems=wrong.problems, version=sentforms.version_sent()), 422
    except office.Stale:
        return _form(row, _typed(), theirs=True), 409
    if request.form.get("round"):
        flash(gettext(N_("The place is saved.")))
        return redirect(url_for("rounds.show"), 303)
    return _back(row, gettext(N_("The place is saved.")))


@bp.post("/<key>/checked")
@access.permit("referral:change")
def checked(key: str) -> ResponseReturnValue:
    """I checked this today: name, address and phone are right."""
    return _set(key, gettext(N_("Thank you. The check is written down.")), last_verified=today())


@bp.post("/<key>/active")
@access.permit("referral:change")
def activate(key: str) -> ResponseReturnValue:
    """Take it off the public pages, or put it back."""
    wanted = request.form.get("active") == "1"
    on, off = (
        gettext(N_("Applicants can see the place again.")),
        gettext(N_("Applicants do not see the place any more.")),
    )
    return _set(key, on if wanted else off, active=wanted)


def _set(key: str, said: str, **values: Any) -> ResponseReturnValue:
    row = _found(key)
    try:
        office.change_place(db(), row, values, sentforms.version_sent(), actor=member().label, now=now())
    except office.Stale:
        return _form(row, _values(row), theirs=True), 409
    return _back(row, said)


def _found(key: str) -> ReferralRow:
    return office.find(db(), key) or abort(404)


def _back(row: ReferralRow, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("referrals.show", key=row.key), 303)


def _chosen() -> dict[str, list[str]]:
    return {name: request.form.getlist(name) for name in _LISTS}


def _typed() -> dict[str, Any]:
    return {name: request.form.get(name, "") for name in _TEXTS} | _chosen()


def _values(row: ReferralRow) -> dict[str, Any]:
    return {name: getattr(row, name) or "" for name in _TEXTS} | {name: getattr(row, name) for name in _LISTS}


def _form(
    row: ReferralRow | None,
    values: Mapping[str, Any],
    *,
    problems: Mapping[str, str] | None = None,
    version: int | None = None,
    theirs: bool = False,
) -> str:
    """The form. With `theirs`, it says that somebody else was faster, and what the place is now."""
    return render_template(
        "staff/referral.html",
        row=row,
        shown=shown(row) if row is not None else None,
        checks=checks_of(row) if row is not None else [],
        round=request.values.get("round", "") == "1",
        values=values,
        problems={key: gettext(sentence) for key, sentence in (problems or {}).items()},
        version=row.version if row is not None and version is None else version,
        theirs=theirs,
        kinds=_named(KINDS),
        groups=_groups(),
        longest=reading.LONGEST,
    )


def _groups() -> list[tuple[str, str, list[tuple[str, str]]]]:
    claims = [(code, gettext(name)) for code, name in labels.CLAIMS.items() if code in CLAIMS]
    return [
        ("codes", gettext(N_("For people with one of these claims")), claims),
        ("audience", gettext(N_("For these people")), _named(AUDIENCES)),
        ("languages", gettext(N_("Languages spoken there")), list(LANGUAGES)),
        ("states", gettext(N_("Only in these states")), [(code, gettext(name)) for code, name in STATES]),
    ]


def checks_of(row: ReferralRow) -> list[tuple[str, str, str, str]]:
    """The last checks of a place in words: day, what was found, what was said, who looked."""
    zone = staff_door().settings.timezone
    rows = verifying.history(db(), verifying.label(verifying.PLACE, row.key))
    return [
        (present.day(one.at.astimezone(zone).date()), present.word(labels.FOUND, one.found), one.said, one.name or "")
        for one in rows
    ]


def shown(row: ReferralRow) -> dict[str, Any]:
    """One place in words for staff."""
    claims = [present.word(labels.CLAIMS, one) for one in row.codes]
    return {
        "key": row.key,
        "name": row.name,
        "about": gettext(row.about),
        "kind": present.word(KINDS, row.kind),
        "url": row.url or "",
        "phone": row.phone or "",
        "states": ", ".join(row.states),
        "languages": ", ".join(present.language(code) for code in row.languages),
        "who": ", ".join([*claims, *(present.word(AUDIENCES, one) for one in row.audience)]),
        "checked": present.day(row.last_verified) if row.last_verified else "",
        "overdue": office.is_overdue(row, today()),
        "active": row.active,
        "version": row.version,
    }


def _is_wanted(row: ReferralRow, wanted: Mapping[str, str]) -> bool:
    is_shown = row.active and row.last_verified is not None
    tests: Sequence[bool] = (
        wanted["kind"] in ("", row.kind),
        not wanted["state"] or not row.states or wanted["state"] in row.states,
        not wanted["language"] or wanted["language"] in row.languages,
        wanted["showing"] != "shown" or is_shown,
        wanted["showing"] != "hidden" or not is_shown,
        wanted["showing"] != "overdue" or (row.active and office.is_overdue(row, today())),
    )
    return all(tests)


def _named(words: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(code, gettext(name)) for code, name in words.items()]

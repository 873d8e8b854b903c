"""Who works here: the list, one person, roles; each change by an administrator, never to the own account."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from .. import accounts, approvals, passkeys, sessions, staffing
from ..accounts import PERMISSIONS, ROLE_NAMES, StaffMember
from ..casework.models import Case
from ..locales import N_
from ..splice import showable
from ..staffing import Refused
from ..typed import Mistyped, parse_email
from ..web import db, gettext, long_date
from . import access, alerts, present
from .context import member, now, staff_door, today
from .fresh import is_fresh

bp = Blueprint("people", __name__, url_prefix="/people")

# What each permission allows, in the order of the table of roles.
PERMISSION_NAMES: Final = {
    "case:read": N_("See cases and open answers, with a trace"),
    "case:claim": N_("Take cases"),
    "case:change": N_("Change cases: status, dates, family"),
    "case:decide": N_("Accept, decline and close"),
    "case:assign": N_("Give cases to others"),
    "case:bulk": N_("Change several cases at once"),
    "case:lend": N_("Lend a part of a case for some hours"),
    "lent:read": N_("See what is lent to them, for some hours"),
    "note:add": N_("Write notes and tries to call"),
    "letter:write": N_("Write to applicants"),
    "intake:take": N_("Fill in the form for a caller"),
    "referral:read": N_("See places to send people"),
    "partner:refer": N_("Refer to partners"),
    "conflict:check": N_("Look at names for a conflict of interest"),
    "conflict:change": N_("Keep the list of names for that"),
    "deadline:oversee": N_("See deadlines of everybody"),
    "template:change": N_("Change letter templates"),
    "release:publish": N_("Publish press releases"),
    "referral:change": N_("Change places to send people"),
    "partner:change": N_("Change partners"),
    "organisation:change": N_("Change what the organisation says"),
    "outbox:read": N_("See mail that waits"),
    "outbox:change": N_("Decide on mail that failed"),
    "numbers:read": N_("See numbers and reports"),
    "export:deidentified": N_("Export without identities"),
    "export:identified": N_("Export with identities"),
    "audit:read": N_("Read who opened what"),
    "staff:invite": N_("Invite people"),
    "staff:manage": N_("Change accounts of others"),
    "approval:decide": N_("Allow what takes two people"),
    "keys:manage": N_("See the keys, say who holds the passphrase"),
    "retention:dispose": N_("Remove cases whose time is over"),
}
_NEW: Final = {"email": "", "name": "", "role": "", "until": ""}


@bp.get("")
@access.permit("staff:manage")
def index() -> ResponseReturnValue:
    """Everybody, the links that wait, and a form for one more."""
    return _list(_NEW)


@bp.post("")
@access.permit("staff:manage")
def invite() -> ResponseReturnValue:
    """Make a link for a new person; it is shown once, on the page that answers."""
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("people.index")), 303)
    typed = {name: showable(request.form.get(name, ""))[:300] for name in _NEW}
    try:
        email, until = _email(typed["email"]), _day(typed["until"])
        secret = staffing.invite(
            db(), member(), email=email, name=typed["name"], role=typed["role"], until=until, today=today(), now=now()
        )
    except Refused as wrong:
        return _list(typed, {wrong.field: gettext(wrong.problem)}), 422
    link = alerts.address_of("invitations.show", link=secret)
    return _list(_NEW, link=link, invited=typed["name"])


@bp.post("/invitations/<int:invitation_id>")
@access.permit("staff:manage")
def take_back(invitation_id: int) -> ResponseReturnValue:
    """The link stops working."""
    staffing.take_back(db(), member(), invitation_id, now())
    flash(gettext(N_("The link does not work any more.")))
    return redirect(url_for("people.index"), 303)


@bp.get("/roles")
@access.permit("staff:manage")
def roles() -> ResponseReturnValue:
    """What each role may do."""
    rows = [
        (gettext(name), [permission in held for held in PERMISSIONS.values()])
        for permission, name in PERMISSION_NAMES.items()
    ]
    return render_template(
        "staff/people/roles.html", roles=[gettext(ROLE_NAMES[one]) for one in PERMISSIONS], rows=rows
    )


@bp.get("/<int:person_id>")
@access.permit("staff:manage")
def show(person_id: int) -> ResponseReturnValue:
    """One person: how they sign in, what they may do, and what can be changed."""
    return _person(_found(person_id))


@bp.post("/<int:person_id>")
@access.permit("staff:manage")
def change(person_id: int) -> ResponseReturnValue:
    """One change, named by the button that was pressed."""
    person = _found(person_id)
    if not is_fresh():
        return redirect(url_for("security.verify", next=url_for("people.show", person_id=person_id)), 303)
    verb = _VERBS.get(request.form.get("do", ""))
    if verb is None:
        abort(400)
    try:
        with db().begin_nested():
            said = verb(person)
    except Refused as wrong:
        return _person(person, gettext(wrong.problem), wrong.field), 422
    flash(gettext(said))
    return redirect(url_for("people.show", person_id=person_id), 303)


def _role(person: StaffMember) -> str:
    staffing.change_role(db(), member(), person, request.form.get("role", ""), now())
    return N_("The role is changed. The person has to sign in again.")


def _suspend(person: StaffMember) -> str:
    staffing.suspend(db(), member(), person, now())
    return N_("The account is suspended. Nobody can sign in to it.")


def _restore(person: StaffMember) -> str:
    staffing.restore(db(), member(), person, now())
    return N_("The person can sign in again.")


def _until(person: StaffMember) -> str:
    staffing.limit_access(db(), member(), person, _day(request.form.get("until", "")), today(), now())
    return N_("The day on which access ends is saved.")


def _sign_out(person: StaffMember) -> str:
    staffing.end_sessions(db(), member(), person, now())
    return N_("The person is signed out everywhere.")


def _ask(person: StaffMember) -> str:
    reason = showable(request.form.get("reason", ""))
    try:
        staffing.ask_for_second_factor(db(), member(), person, reason, now())
    except ValueError as wrong:
        if isinstance(wrong, Refused):
            raise
        raise Refused(N_("Say why, in 1 to 500 characters."), "reason") from None
    return N_("Another administrator has to allow it now, under Approvals.")


def _reset(person: StaffMember) -> str:
    staffing.reset_second_factor(db(), member(), person, now())
    return N_("The second factor is gone. The person sets up a new one at the next sign-in.")


_VERBS: Final[dict[str, Callable[[StaffMember], str]]] = {
    "role": _role,
    "suspend": _suspend,
    "restore": _restore,
    "until": _until,
    "sign-out": _sign_out,
    "ask": _ask,
    "reset": _reset,
}


def _found(person_id: int) -> StaffMember:
    person = db().get(StaffMember, person_id) if person_id < 2**31 else None
    if person is None:
        abort(404)
    return person


def _list(typed: dict[str, str], problems: dict[str, str] | None = None, *, link: str = "", invited: str = "") -> str:
    people = db().scalars(select(StaffMember).order_by(StaffMember.active.desc(), StaffMember.name)).all()
    return render_template(
        "staff/people/index.html",
        people=[_row(one) for one in people],
        invitations=[_waiting(one) for one in staffing.invitations(db(), now())],
        roles=[(code, gettext(ROLE_NAMES[code])) for code in PERMISSIONS],
        typed=typed,
        problems=problems or {},
        link=link,
        invited=invited,
        stale_days=staffing.STALE_AFTER.days,
        disabled_days=staffing.DISABLED_AFTER.days,
        link_hours=int(staffing.LINK_LASTS / dt.timedelta(hours=1)),
    )


def _row(person: StaffMember) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "email": person.email,
        "role": gettext(ROLE_NAMES[person.role]),
        "active": person.active,
        "locked": person.locked_by_owner_at is not None,
        "stale": staffing.is_stale(person, now()),
        "enrolled": person.enrolled,
        "until": long_date(person.access_until) if person.access_until else "",
        "signed_in": present.moment(person.signed_in_at, staff_door().settings.timezone) if person.signed_in_at else "",
    }


def _waiting(one: staffing.Invitation) -> dict[str, Any]:
    zone = staff_door().settings.timezone
    return {
        "id": one.id,
        "name": one.name,
        "email": one.email,
        "role": gettext(ROLE_NAMES[one.role]),
        "until": present.moment(one.expires_at, zone),
    }


def _person(person: StaffMember, problem: str = "", field: str = "") -> str:
    asked = approvals.latest(db(), staffing.SECOND_FACTOR, person.label)
    own = asked is not None and asked.asked_by == member().id
    cases = select(func.count()).select_from(Case).where(Case.owner_id == person.id, Case.is_open)
    return render_template(
        "staff/people/person.html",
        person=_row(person),
        own=person.id == member().id,
        role=person.role,
        roles=[(code, gettext(ROLE_NAMES[code])) for code in PERMISSIONS],
        until=person.access_until.isoformat() if person.access_until else "",
        sessions=len(sessions.living(db(), person, now())),
        passkeys=len(passkeys.of(db(), person)),
        cases=db().scalar(cases),
        also=[gettext(PERMISSION_NAMES[one]) for one in person.may_also or ()],
        asked=asked.state(now()) if asked else "",
        asked_by=accounts.name_of(db(), asked.asked_by) if asked else "",
        own_request=own,
        problem=problem,
        field=field,
        typed_reason=showable(request.form.get("reason", "")) if problem else "",
    )


def _email(typed: str) -> str:
    try:
        return parse_email(typed)
    except Mistyped:
        raise Refused(N_("This is not an e-mail address. It looks like name@example.org."), "email") from None


def _day(typed: str) -> dt.date | None:
    if not typed.strip():
        return None
    try:
        return dt.date.fromisoformat(typed.strip())
    except ValueError:
        raise Refused(staffing.BAD_UNTIL, "until") from None

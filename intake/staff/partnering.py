"""Referring a person to a partner from the case page, with the consent that allows it, and what came of it."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from .. import accounts, questionnaire
from ..accounts import StaffMember
from ..casework import case as casework
from ..casework import opening, partners
from ..casework.models import Case
from ..locales import N_
from ..refusals import refuse
from ..splice import showable
from ..web import db, gettext
from . import access, present, sentforms
from .context import member, now, staff_door, today

bp = Blueprint("partnering", __name__, url_prefix="/cases/<uuid:case_id>/partners")
sentforms.install(bp)

CONSENTS: Final[Mapping[str, str]] = {
    partners.FORM: N_("In the form"),
    partners.PHONE: N_("Later, by phone or in person"),
}
OUTCOMES: Final[Mapping[str, str]] = {
    partners.TAKEN: N_("The partner takes it"),
    partners.DECLINED: N_("The partner declines"),
    partners.NO_ANSWER: N_("No answer yet"),
}
_TEXTS = ("partner", "consent", "heard_by", "heard_on", "partner_follow_up", "partner_note")


@bp.errorhandler(partners.NoReferral)
def not_found(_error: Exception) -> ResponseReturnValue:
    """No such case or referral, or not for this person: the same page."""
    return refuse(404)


@bp.post("")
@access.permit("partner:refer")
def refer(case_id: uuid.UUID) -> ResponseReturnValue:
    """Refer the person to a partner; without consent nothing is written."""
    case, door = casework.load(db(), member(), case_id), staff_door()
    typed = {name: showable(request.form.get(name, "")) for name in _TEXTS}
    try:
        partners.refer(db(), door.keyring, case, member(), _wanted(typed), door.recipients(), now(), today())
    except partners.BadPartner as wrong:
        return _again(case, typed, wrong.problems), 422
    flash(gettext(N_("The referral is written down. Now pass on what the partner needs.")))
    return redirect(url_for("case.show", case_id=case_id), 303)


@bp.post("/<uuid:referral_id>")
@access.permit("partner:refer")
def answer(case_id: uuid.UUID, referral_id: uuid.UUID) -> ResponseReturnValue:
    """Write down what the partner said."""
    case = casework.load(db(), member(), case_id)
    outcome, again = request.form.get("outcome", ""), _day(request.form.get("ask_again", ""))
    try:
        partners.answer(db(), case, member(), referral_id, outcome, again, now())
    except partners.BadPartner as wrong:
        return _again(case, dict.fromkeys(_TEXTS, ""), wrong.problems), 422
    flash(gettext(N_("The answer of the partner is saved.")))
    return redirect(url_for("case.show", case_id=case_id), 303)


def of(session: Session, person: StaffMember, case: Case, opened: opening.Opened | None) -> Mapping[str, Any] | None:
    """What the case page shows of partners; None for a person who may not refer.

    `agreed` says whether the person agreed in the form, None while that is not opened.
    """
    if not person.may("partner:refer"):
        return None
    agreed = None
    if opened is not None:
        live = questionnaire.live(questionnaire.get(case.form_version), opened.answers)
        agreed = partners.is_agreed(live)
    active = [one for one in partners.everyone(session) if one.active]
    return {
        "referrals": [_shown(row, opened is not None) for row in partners.of_case(session, case.id)],
        "partners": [(str(one.id), one.name) for one in active],
        "takes": [(one.name, one.takes, one.contact) for one in active if one.takes or one.contact],
        "agreed": agreed,
        "named": staff_door().settings.partners,
        "consents": [(code, gettext(name)) for code, name in CONSENTS.items() if agreed is not False or code != "form"],
        "people": [(str(one.id), one.name) for one in accounts.holding(session, "case:read")],
        "outcomes": [(code, gettext(name)) for code, name in OUTCOMES.items()],
        "today": today().isoformat(),
    }


def name_of(session: Session, partner_id: int | None) -> str:
    """The name of a partner; empty for none."""
    row = session.get(partners.Partner, partner_id) if partner_id is not None else None
    return row.name if row else ""


def _wanted(typed: Mapping[str, str]) -> partners.Wanted:
    return partners.Wanted(
        partner_id=_number(typed["partner"]),
        consent=typed["consent"],
        heard_by=_number(typed["heard_by"]),
        heard_on=_day(typed["heard_on"]),
        follow_up_on=_day(typed["partner_follow_up"]),
        note=typed["partner_note"],
        named=staff_door().settings.partners,
    )


def _shown(row: Any, opens: bool) -> Mapping[str, Any]:
    """One referral in words. Its note is opened only with the case, whose trace covers it."""
    referral: partners.PartnerReferral = row.PartnerReferral
    again = referral.follow_up_on
    return {
        "id": referral.id,
        "name": row.name,
        "on": present.moment(referral.at, staff_door().settings.timezone),
        "consent": present.word(CONSENTS, referral.consent),
        "consent_on": present.day(referral.consent_on),
        "heard_by": row.heard_by or "",
        "outcome": present.word(OUTCOMES, referral.outcome),
        "ends": referral.outcome in (partners.TAKEN, partners.DECLINED),
        "again": present.day(again) if again else "",
        "due": again is not None and again <= today(),
        "note": partners.open_note(staff_door().keyring, referral) if opens else "",
    }


def _again(case: Case, typed: Mapping[str, str], problems: Mapping[str, str]) -> str:
    return render_template(
        "staff/partner_again.html",
        case=case,
        partners=of(db(), member(), case, None),
        typed=typed,
        problems={field: gettext(sentence) for field, sentence in problems.items()},
    )


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if len(text) == len("2026-01-01") else None
    except ValueError:
        return None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

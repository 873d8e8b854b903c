"""What belongs to one person: save and finish later, the receipt, coming back by code, leaving."""

import datetime as dt
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import drafts, letters, questionnaire, referrals, web
from ..locales import N_
from ..questionnaire import missing
from ..questionnaire.model import Kind, Questionnaire
from ..returncode import BadCode, derive, parse_code, show_code
from ..typed import clean_text, is_partial_date
from . import limits, visit
from .wording import spoken_date

bp = Blueprint("mine", __name__)

MISTYPED = {
    "length": N_("A return code has 16 digits. Please check it and type it again."),
    "characters": N_("A return code has digits only. Please check it and type it again."),
    "unknown": N_("We cannot find anything under this code. Please check each digit and type it again."),
}


@bp.get("/later")
def later() -> ResponseReturnValue:
    """Save and finish later: the code, twice and large, and how long the answers wait."""
    held = visit.draft()
    if held is None:
        return redirect(url_for("apply.step", key="who"), 303)
    q = questionnaire.get(held.form_version)
    return render_template(
        "public/later.html",
        code=show_code(held.code),
        expires_on=held.expires_at.date(),
        resume=_resume_at(q, held.answers),
    )


@bp.get("/receipt")
def receipt() -> ResponseReturnValue:
    """What the person keeps: outcome, reference, code, dates and places; only their own key opens it."""
    held = visit.keys()
    sent = letters.receipt(web.db(), held) if held else None
    if sent is None:
        return redirect(url_for("apply.step", key="who"), 303)
    answers = sent["answers"]
    serves = {*sent["codes"], *answers.get("claims", [])}
    return render_template(
        "public/receipt.html",
        reference=sent["reference"],
        code=show_code(sent["code"]),
        outcome=sent["outcome"],
        codes=sent["codes"],
        received_on=dt.datetime.fromisoformat(sent["received_at"]).date(),
        dates=_known_dates(questionnaire.get(sent["form_version"]), answers),
        self_contact="self" in answers.get("contact_ways", []),
        places=referrals.choose(referrals.listed(web.db()), serves, answers.get("state")),
    )


@bp.get("/return")
def come_back() -> ResponseReturnValue:
    """Ask for the return code."""
    return render_template("public/return.html", error=None, typed="")


@bp.post("/return")
@limits.limiter.limit(limits.LOOK_UP)
@limits.limiter.limit(limits.LOOK_UP_OVERALL, key_func=lambda: "everyone")
def look_up() -> ResponseReturnValue:
    """Find what is kept under a code: the draft to go on with, or the receipt of what was sent."""
    typed = request.form.get("code", "")[:200]
    try:
        root = visit.root_for(parse_code(typed))
    except BadCode as bad:
        return _mistyped(bad.reason, typed)
    held = derive(root)
    draft = drafts.load(web.db(), held, visit.now())
    if draft is None and letters.receipt(web.db(), held) is None:
        return _mistyped("unknown", typed)
    visit.remember(root)
    if draft is None:
        return redirect(url_for("mine.receipt"), 303)
    q = questionnaire.get(draft.form_version)
    return redirect(url_for("apply.step", key=_resume_at(q, draft.answers)), 303)


@bp.post("/leave")
def leave() -> ResponseReturnValue:
    """End the visit on this device: this browser forgets the code and the pages."""
    visit.forget()
    response = redirect(url_for("pages.left"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _mistyped(reason: str, typed: str) -> Response:
    page = render_template("public/return.html", error=web.gettext(MISTYPED[reason]), typed=clean_text(typed))
    return Response(page, status=422)


def _resume_at(q: Questionnaire, answers: dict[str, Any]) -> str:
    todo = missing(q, answers)
    return todo[0][0] if todo else q.steps[-1].key


def _known_dates(q: Questionnaire, answers: dict[str, Any]) -> list[tuple[str, str]]:
    """The dates the person gave that still matter to them: (question, date in words)."""
    known = []
    for question in q.step("dates").questions:
        value = answers.get(question.key)
        if question.kind is Kind.DATE and isinstance(value, str) and is_partial_date(value):
            known.append((web.gettext(question.label), spoken_date(question, value, web.language())))
    return known

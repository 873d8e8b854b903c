"""What belongs to one person: save and finish later, the receipt, coming back by code, leaving."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import drafts, letters, questionnaire, web
from ..form.wording import spoken_date
from ..locales import N_
from ..returncode import BadCode, derive, parse_code, show_code
from ..typed import clean_text
from . import kept, limits, visit, waitwords
from .back import resume_at

bp = Blueprint("mine", __name__)

MISTYPED = {
    "length": N_("A return code has 16 digits. Please check it and type it again."),
    "characters": N_("A return code has digits only. Please check it and type it again."),
    "unknown": N_("We cannot find anything under this code. Please check each digit and type it again."),
}
FAMILY = "family.start"


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
        resume=resume_at(held, q),
    )


@bp.get("/receipt")
def receipt() -> ResponseReturnValue:
    """What the person keeps: outcome, reference, code, dates and places; only their own key opens it."""
    held = visit.keys()
    one = kept.load(web.db(), held) if held else None
    if one is None:
        return redirect(url_for("apply.step", key="who"), 303)
    if one.erasing:
        return redirect(url_for("back.home"), 303)
    sent, answers = one.receipt, one.answers
    dates = kept.known_dates(one.form, answers)
    return render_template(
        "public/receipt.html",
        reference=sent["reference"],
        code=show_code(sent["code"]),
        outcome=sent["outcome"],
        codes=sent["codes"],
        received_on=dt.datetime.fromisoformat(sent["received_at"])
        .astimezone(web.settings_of(current_app).timezone)
        .date(),
        dates=[(question.label, spoken_date(question, value, web.language())) for question, value in dates],
        self_contact="self" in answers.get("contact_ways", []),
        places=kept.places(web.db(), one),
        waiting=waitwords.now_known(),
        return_at=f"{request.host}{url_for('mine.come_back')}",
        own_device=visit.device() == visit.DEVICES["mine"],
        family=url_for(FAMILY) if FAMILY in current_app.view_functions else None,
    )


@bp.get("/return")
def come_back() -> ResponseReturnValue:
    """Ask for the return code."""
    return render_template("public/return.html", error=None, typed="")


@bp.post("/return")
@limits.asking(limits.LOOK_UP)
def look_up() -> ResponseReturnValue:
    """Find what is kept under a code: the draft to go on with, or what became of the form that was sent.

    A code that never was, one whose answers have expired and one whose record is erased cost the same work, and
    get the same answer.
    """
    typed = request.form.get("code", "")[:200]
    try:
        code = parse_code(typed)
    except BadCode as bad:
        return _mistyped(bad.reason, typed)
    who = limits.counted_as()
    if limits.guessing().must_wait(who):
        abort(429)
    root = visit.root_for(code)
    held = derive(root)
    draft, sent = drafts.load(web.db(), held, visit.now()), letters.receipt(web.db(), held)
    if draft is None and sent is None:
        limits.guessing().failed(who)
        return _mistyped("unknown", typed)
    visit.remember(root)
    _be_as_careful(draft.answers if draft else sent["answers"] if sent else {})
    if draft is None:
        return redirect(url_for("back.home"), 303)
    q = questionnaire.get(draft.form_version)
    return redirect(url_for("apply.step", key=resume_at(draft, q)), 303)


@bp.post("/leave")
def leave() -> ResponseReturnValue:
    """End the visit on this device: this browser forgets the code and the pages."""
    visit.forget()
    response = redirect(url_for("pages.left"), 303)
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


def _be_as_careful(answers: Mapping[str, Any]) -> None:
    """Nobody has said yet whose device this is: be careful if the person had to be before."""
    if visit.device() == visit.UNKNOWN and answers.get("device") in visit.CAREFUL:
        visit.uses("unsure")


def _mistyped(reason: str, typed: str) -> Response:
    page = render_template("public/return.html", error=web.gettext(MISTYPED[reason]), typed=clean_text(typed))
    return Response(page, status=422)

"""The ways of people whose path is not the usual one: helpers, people who are held, children.

Each page says what the person can do now, with or without the form. None of them asks anything.
"""

from typing import Any

from flask import Blueprint, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import drafts, letters, locales, questionnaire, referrals, web
from ..form.wording import said_in, whole_numbers
from ..locales import Language
from ..questionnaire import Questionnaire, missing
from . import visit

bp = Blueprint("paths", __name__)

# The government's search for people in immigration detention.
LOCATOR = "locator.ice.gov"
CHILDREN = "children"


@bp.get("/helping")
def helping() -> ResponseReturnValue:
    """For a person who fills in the form for somebody else: whose answers, whose decision, whose code."""
    return render_template("public/helping.html")


@bp.get("/detained")
def detained() -> ResponseReturnValue:
    """What a person in detention, or their helper outside, can do now; how to find a person who is held."""
    return render_template("public/detained.html", locator=LOCATOR)


@bp.get("/children")
def children() -> ResponseReturnValue:
    """Words for a child who is alone, and places that help children."""
    serves, tongue = referrals.AUDIENCES[CHILDREN], web.language().code
    places = referrals.choose(referrals.listed(web.db()), serves, None, language=tongue)
    return render_template("public/children.html", places=[one for one in places if CHILDREN in one.audience])


@bp.get("/go-on")
def go_on() -> ResponseReturnValue:
    """Back to the questions: the first open one, the receipt of what was sent, or the start."""
    held = visit.draft()
    if held is not None:
        q = questionnaire.get(held.form_version)
        todo = missing(q, held.answers)
        return redirect(url_for("apply.step", key=todo[0][0] if todo else q.steps[-1].key), 303)
    keys = visit.keys()
    if keys is not None and letters.receipt(web.db(), keys) is not None:
        return redirect(url_for("mine.receipt"), 303)
    return redirect(url_for("apply.start"), 303)


@bp.post("/apply/side")
def choose_side() -> ResponseReturnValue:
    """Show the questions in a second language as well, or no longer; then the same step again."""
    held = visit.draft(lock=True)
    if held is None:
        return redirect(url_for("paths.go_on"), 303)
    held.extra.pop("side", None)
    wanted = by_code(request.form.get("side", ""))
    if wanted is not None and wanted != web.language():
        held.extra["side"] = wanted.code
    drafts.save(web.db(), held, visit.now())
    back = "check" if request.args.get("back") == "check" else None
    return redirect(
        url_for("apply.step", key=_step_in(questionnaire.get(held.form_version), request.form), back=back), 303
    )


def by_code(code: object) -> Language | None:
    """The offered language with this code, or None: a draft may name one that is no longer offered."""
    pseudo = web.settings_of(current_app).pseudo_locale
    return locales.by_code(code, pseudo=pseudo) if isinstance(code, str) else None


bp.add_app_template_filter(said_in, "said_in")
bp.add_app_template_filter(whole_numbers, "whole_numbers")


def _step_in(q: Questionnaire, sent: Any) -> str:
    """The step whose page sent this; the last one, which leads to the first open one, for anything else."""
    key = sent.get("step", "")
    return key if key in {one.key for one in q.steps} else q.steps[-1].key

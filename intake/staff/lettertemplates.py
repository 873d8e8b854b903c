"""Templates of letters: listed by purpose and language, changed with fields checked, shown as a person sees them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import assessment, locales, organisation, referrals
from ..assessment import Policy
from ..casework import lettertemplates
from ..casework.lettertemplates import FIELDS, PURPOSES, BadTemplate, Conflict, Template
from ..daywords import day_in_words
from ..locales import ENGLISH, N_, OFFERED, Language
from ..splice import showable
from ..web import db, gettext
from . import access, composing, present, sentforms
from .context import member, now, staff_door, today
from .messages import LETTERS

bp = Blueprint("letter_templates", __name__, url_prefix="/letter-templates")

# For a preview: a reference that nobody has, and a person with a hearing.
_EXAMPLE = "ABCDE-12345"
_HEARING_IN = dt.timedelta(days=30)


@bp.get("")
@access.permit("template:change")
def index() -> ResponseReturnValue:
    """Every purpose in one language: whose text counts, and since when."""
    language = composing.tongue(request.args.get("language", ENGLISH.code))
    changed, bundled = lettertemplates.changed(db(), language.code), lettertemplates.bundled(language.code)
    zone = staff_door().settings.timezone
    rows = [
        {
            "purpose": key,
            "label": gettext(one.label),
            "status": present.status(one.status) if one.status else "",
            "version": changed[key][0] if key in changed else 0,
            "at": present.moment(changed[key][1], zone) if key in changed else "",
            "there": key in changed or key in bundled,
        }
        for key, one in PURPOSES.items()
    ]
    return render_template("staff/letter_templates.html", rows=rows, tongue=language, tongues=_tongues())


@bp.get("/<purpose>/<language>")
@access.permit("template:change")
def show(purpose: str, language: str) -> ResponseReturnValue:
    """One template in a form."""
    found = _found(purpose, language)
    return _form(found, found.text)


@bp.post("/<purpose>/<language>")
@access.permit("template:change")
def change(purpose: str, language: str) -> ResponseReturnValue:
    """Keep what was typed as a new version, unless somebody else saved one meanwhile."""
    found, typed = _found(purpose, language), _typed()
    try:
        lettertemplates.save(db(), member(), purpose, language, typed, sentforms.version_sent(otherwise=-1), now())
    except BadTemplate as wrong:
        return _form(found, typed, problems=_said(wrong), version=sentforms.version_sent(otherwise=-1)), 422
    except Conflict:
        return _form(_found(purpose, language), typed, theirs=True), 409
    flash(gettext(N_("The template is saved. Letters begin with it from now on.")))
    return redirect(url_for("letter_templates.show", purpose=purpose, language=language), 303)


@bp.post("/<purpose>/<language>/preview")
@access.permit("template:change")
def preview(purpose: str, language: str) -> ResponseReturnValue:
    """What was typed as a person reads it, filled in for nobody: a made-up reference, a hearing in thirty days."""
    found, typed = _found(purpose, language), _typed()
    if request.form.get("go") == "edit":
        return _form(found, typed, version=sentforms.version_sent(otherwise=-1))
    try:
        words = lettertemplates.check(purpose, typed)
    except BadTemplate as wrong:
        return _form(found, typed, problems=_said(wrong), version=sentforms.version_sent(otherwise=-1)), 422
    reader = composing.tongue(language)
    return render_template(
        "staff/letter_preview.html",
        title=gettext(N_("Preview of the template")),
        reader=reader,
        heading=locales.translations(reader.code).gettext(LETTERS),
        day=day_in_words(today(), reader),
        words=lettertemplates.fill(words, _example(reader)),
        blanks=[],
        put_back=False,
        case=None,
        template=found,
        typed=typed,
        version=sentforms.version_sent(otherwise=-1),
    )


def _found(purpose: str, language: str) -> Template:
    if purpose not in PURPOSES or language not in {one.code for one in OFFERED}:
        abort(404)
    return lettertemplates.newest(db(), purpose, language) or Template(purpose, language, "")


def _typed() -> str:
    return showable(request.form.get("text", ""))


def _said(wrong: BadTemplate) -> list[str]:
    return [gettext(sentence) % words for sentence, words in wrong.problems]


def _tongues() -> list[tuple[str, str]]:
    return [(one.code, one.own_name) for one in OFFERED]


def _form(
    found: Template, text: str, *, problems: list[str] | None = None, version: int | None = None, theirs: bool = False
) -> str:
    """The form; with `theirs`, it shows the newest version beside what was typed."""
    reader = composing.tongue(found.language)
    english = lettertemplates.best(db(), found.purpose, ENGLISH.code).text
    return render_template(
        "staff/letter_template.html",
        template=found,
        label=gettext(PURPOSES[found.purpose].label),
        needs=PURPOSES[found.purpose].needs,
        reader=reader,
        text=text,
        english=english if reader != ENGLISH else "",
        problems=problems or [],
        version=found.version if version is None else version,
        theirs=theirs,
        fields=[(name, gettext(about)) for name, about in FIELDS.items()],
        most=lettertemplates.LONGEST,
    )


def _example(reader: Language) -> Mapping[str, str]:
    settings, day = staff_door().settings, today()
    rules = assessment.current()
    facts = assessment.facts({"stage": ["court"], "next_date": (day + _HEARING_IN).isoformat(), "place_kind": "us"})
    judged: Any = assessment.assess(rules, facts, day, Policy())
    return lettertemplates.values(
        reference=_EXAMPLE,
        organisation=organisation.current(db(), settings),
        reasons=judged.reasons,
        figures=rules.figures,
        referrals=referrals.choose(referrals.listed(db()), judged.codes, None),
        today=day,
        language=reader,
    )

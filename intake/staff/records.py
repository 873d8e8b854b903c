"""What staff write down about a case: tries to reach the person, papers, family, later wordings of a note."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from ..casework import case as casework
from ..casework import contacting, documents, family, notes
from ..casework.models import Case
from ..locales import N_
from ..splice import showable
from ..web import db, gettext, ngettext
from . import access, present, sentforms
from .context import member, now, staff_door

bp = Blueprint("records", __name__, url_prefix="/cases/<uuid:case_id>")
sentforms.install(bp)

SAVED: Final = N_("Saved.")


@bp.post("/attempts")
@access.permit("note:add")
def add_attempt(case_id: uuid.UUID) -> ResponseReturnValue:
    """Write down a try to reach the person."""
    case = casework.load(db(), member(), case_id)
    typed = {name: _text(name) for name in ("way", "result", "about")}
    try:
        contacting.add(
            db(),
            case,
            member(),
            typed["way"],
            typed["result"],
            typed["about"],
            staff_door().recipients(),
            now(),
        )
    except contacting.BadAttempt as wrong:
        return sentforms.refused(case, "attempt_form", gettext(str(wrong)), typed=typed, contacts=of_contact(case))
    return _saved(case_id, "contacts")


@bp.post("/notes/<uuid:note_id>")
@access.permit("note:add")
def edit_note(case_id: uuid.UUID, note_id: uuid.UUID) -> ResponseReturnValue:
    """Write a note of mine anew; the earlier wording is kept."""
    case = casework.load(db(), member(), case_id)
    text = _text("text")
    try:
        notes.edit(db(), case, member(), note_id, text, staff_door().recipients(), now())
    except notes.BadNote as wrong:
        return sentforms.refused(case, "note_again", gettext(str(wrong)), note_id=note_id, text=text)
    return _saved(case_id, "timeline")


@bp.post("/documents")
@access.permit("note:add")
def note_document(case_id: uuid.UUID) -> ResponseReturnValue:
    """Write down which papers the person says they hold."""
    case = casework.load(db(), member(), case_id)
    typed = {"kind": _text("kind"), "state": _text("state")}
    try:
        documents.note_down(db(), case, member(), typed["kind"], typed["state"], now())
    except documents.BadDocument as wrong:
        return sentforms.refused(case, "document_form", gettext(str(wrong)), typed=typed, papers=of_papers(case))
    return _saved(case_id, "papers")


@bp.post("/family")
@access.permit("case:change")
def link_family(case_id: uuid.UUID) -> ResponseReturnValue:
    """Link the case of a relative."""
    case = casework.load(db(), member(), case_id)
    reference = _text("reference")
    try:
        family.link(db(), case, member(), reference, now())
    except family.BadRelative as wrong:
        return sentforms.refused(case, "family_form", gettext(str(wrong)), reference=reference)
    return _saved(case_id, "family")


@bp.post("/family/<uuid:relative_id>/part")
@access.permit("case:change")
def part_family(case_id: uuid.UUID, relative_id: uuid.UUID) -> ResponseReturnValue:
    """Part two cases that are no family."""
    case = casework.load(db(), member(), case_id)
    family.unlink(db(), case, member(), relative_id, now())
    return _saved(case_id, "family")


def of_contact(case: Case) -> Mapping[str, Any]:
    """The tries so far in words, what is still to try, and the ways that may be used."""
    zone = staff_door().settings.timezone
    rows = contacting.of_case(db(), case)
    found = contacting.tries(rows, zone)
    return {
        "rows": [
            {
                "at": present.moment(row.at, zone),
                "way": present.word(contacting.WAYS, row.way),
                "result": present.word(contacting.RESULTS, row.result),
                "who": row.name,
            }
            for row in rows
        ],
        "count": found.count,
        "said": ngettext(
            "%(count)s try without an answer so far.", "%(count)s tries without an answer so far.", found.count
        )
        % {"count": found.count},
        "enough": found.enough,
        "untried": [gettext(contacting.PARTS[part]) for part in found.untried],
        "ways": [(way.value, present.word(contacting.WAYS, way)) for way in contacting.safe_ways(case)],
        "results": [(code, gettext(text)) for code, text in contacting.RESULTS.items()],
    }


def of_papers(case: Case) -> Mapping[str, Any]:
    """The papers that the person says they hold, and what may be chosen."""
    zone = staff_door().settings.timezone
    return {
        "rows": [
            {
                "kind": present.word(documents.KINDS, row.kind),
                "state": present.word(documents.STATES, row.state),
                "at": present.moment(row.at, zone),
                "who": row.name,
            }
            for row in documents.of_case(db(), case)
        ],
        "kinds": [(code, gettext(text)) for code, text in documents.KINDS.items()],
        "states": [(code, gettext(text)) for code, text in documents.STATES.items()],
    }


def of_family(case: Case) -> list[Mapping[str, Any]]:
    """The cases of the same family, each with its next deadline."""
    return [
        {
            "id": row.id,
            "reference": row.reference,
            "status": present.status(row.status),
            "level": row.level,
            "due": present.day(row.due_on) if row.due_on else "",
            "by_staff": row.by_staff is not None,
        }
        for row in family.of_case(db(), case)
    ]


def _text(name: str) -> str:
    return showable(request.form.get(name, ""))


def _saved(case_id: uuid.UUID, part: str) -> ResponseReturnValue:
    flash(gettext(SAVED))
    return redirect(url_for("case.show", case_id=case_id, _anchor=part), 303)

"""The conversation with an applicant: what they wrote, what staff answered, and the next answer."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import locales, organisation
from ..casework import case as casework
from ..casework import lettertemplates, messages, notifying, opening
from ..casework.lettertemplates import PURPOSES
from ..casework.models import Case
from ..daywords import day_in_words
from ..locales import N_
from ..sealing import CannotOpen
from ..splice import showable
from ..web import db, gettext
from . import access, composing, present, sentforms
from .composing import Begun
from .context import member, now, staff_door, today

bp = Blueprint("messages", __name__, url_prefix="/cases/<uuid:case_id>/messages")
sentforms.install(bp)

# As on the return page of the applicant.
LETTERS = N_("Letters from us")
_NO_PARTS = N_(
    "This letter must tell the known dates and other places, and they did not come with it. "
    "Choose the template once more."
)


@bp.get("")
@access.permit("case:read")
def show(case_id: uuid.UUID) -> ResponseReturnValue:
    """All messages, oldest first, and a box for the next, empty or with the template that was chosen.

    Opening them leaves its trace first, and counts as an opening of the case; choosing a template does not count again.
    """
    door, person = staff_door(), member()
    try:
        # Choosing a template goes on with the visit: the applicant reads how often somebody came.
        again = "template" in request.args
        opened = opening.open_answers(door.engine, door.keyring, person, case_id, now(), goes_on=again)
    except CannotOpen:
        opened = None
    case = casework.load(db(), person, case_id)
    turns = messages.conversation(opened, casework.timeline(db(), case)) if opened else []
    begun = composing.begin(case, opened) if opened else Begun()
    notice = composing.notice(case, opened)
    return _page(case, opened="yes" if opened else "no", turns=_shown(turns), begun=begun, notice=notice)


@bp.post("/preview")
@access.permit("letter:write")
def preview(case_id: uuid.UUID) -> ResponseReturnValue:
    """The letter as the person will see it, before it is sealed; or back to the box to change it."""
    case = casework.load(db(), member(), case_id)
    if case.erased_at is not None:
        raise casework.Erased
    begun = _typed()
    if request.form.get("go") == "edit":
        return _page(case, opened="not now", begun=begun)
    try:
        words = messages.check(_whole(case, begun))
    except messages.BadMessage as wrong:
        return _page(case, opened="not now", begun=begun, problem=gettext(str(wrong))), 422
    return _preview(case, begun, words)


@bp.post("")
@access.permit("letter:write")
def send(case_id: uuid.UUID) -> ResponseReturnValue:
    """Seal an answer to the applicant, who finds it behind the return code; a notice goes out if one was chosen."""
    case, begun = casework.load(db(), member(), case_id), _typed()
    try:
        # One step: a letter whose notice cannot go out the chosen way is not sent at all.
        with db().begin_nested():
            made = messages.send(
                db(), case, member(), _whole(case, begun), staff_door().recipients(), now(), once=_once()
            )
            noticed = made is not None and _notice(case, made)
    except (messages.BadMessage, notifying.UnsafeWay) as wrong:
        # What was typed, without opening the messages once more: that would count.
        return _page(case, opened="not now", begun=begun, problem=gettext(str(wrong))), 422
    flash(gettext(N_("The letter is sealed. The person can read it with the return code.")))
    if noticed:
        flash(gettext(N_("A notice that there is news goes out now.")))
    return redirect(url_for("messages.show", case_id=case_id), 303)


def _notice(case: Case, made: uuid.UUID) -> bool:
    way, door = _way(), staff_door()
    if not way:
        return False
    notifying.queue(
        db(),
        door.keyring,
        case,
        member(),
        way,
        mail=door.settings.mail,
        our_name=organisation.current(db(), door.settings).name,
        once=f"notice:{made}",
        recipients=door.recipients(),
        now=now(),
    )
    return True


def _typed() -> Begun:
    template = request.form.get("template", "")
    text, fixed = showable(request.form.get("text", "")), request.form.get("fixed", "")
    return Begun(text, template if template in PURPOSES else "", fixed=fixed)


def _whole(case: Case, begun: Begun) -> str:
    """What was typed, with each part that the letter must hold put back at the end where it was taken out or changed.

    Raises BadMessage: the letter turns somebody away, and what it must hold did not come with it.
    """
    parts = composing.fixed_parts(case, begun.fixed)
    if parts is None:
        if begun.template and PURPOSES[begun.template].needs:
            raise messages.BadMessage(_NO_PARTS)
        parts = ()
    return lettertemplates.with_parts(begun.text, parts)


def _way() -> str:
    way = request.form.get("notice", "")
    return way if way in notifying.WAYS else ""


def _once() -> uuid.UUID | None:
    try:
        return uuid.UUID(hex=request.form.get("once", ""))
    except ValueError:
        return None


def _shown(turns: Sequence[messages.Turn]) -> list[Mapping[str, Any]]:
    zone = staff_door().settings.timezone
    return [
        {
            "at": present.moment(one.at, zone),
            "stamp": one.at.isoformat(timespec="seconds"),
            "who": one.who,
            "by_applicant": one.by_applicant,
            "text": showable(one.text) if one.text is not None else None,
            "locale": present.language(one.locale) if one.locale else "",
        }
        for one in turns
    ]


def _page(
    case: Case,
    *,
    opened: str,
    turns: Sequence[Mapping[str, Any]] = (),
    begun: Begun = Begun(),  # noqa: B008 -- frozen
    notice: Mapping[str, Any] | None = None,
    problem: str = "",
) -> str:
    """The page; `opened` is "yes", "no" (no key here opens them) or "not now"."""
    since = case.unanswered_since
    return render_template(
        "staff/messages.html",
        case=case,
        turns=turns,
        opened=opened,
        once=(_once() or uuid.uuid4()).hex,
        begun=begun,
        problem=problem,
        unanswered=present.moment(since, staff_door().settings.timezone) if since else "",
        most=messages.MESSAGE_CHARACTERS,
        person_language=present.language(case.language),
        notice=notice or composing.notice(case, None, _way()),
        offered=composing.choices(case),
    )


def _preview(case: Case, begun: Begun, words: str) -> str:
    person = composing.reads(case)
    return render_template(
        "staff/letter_preview.html",
        title=gettext(N_("Preview of the letter")),
        reader=person,
        heading=locales.translations(person.code).gettext(LETTERS),
        day=day_in_words(today(), person),
        words=words,
        blanks=lettertemplates.blanks(words),
        put_back=words != "\n".join(begun.text.splitlines()).strip(),
        case=case,
        begun=begun,
        once=request.form.get("once", "")[:40],
        way=_way(),
        notice=composing.notice(case, None, _way()),
    )

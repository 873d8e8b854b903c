"""Filling in the form for somebody: on the phone, from paper, side by side, in two languages at once."""

import uuid
from collections.abc import Mapping
from typing import Any, Final, cast

from flask import Blueprint, Flask, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import area, assessment, drafts, locales, questionnaire
from ..casework import taking
from ..casework.case import NotFound
from ..casework.taking import Held, Way
from ..drafts import Draft
from ..form import keeping, wording
from ..locales import ENGLISH, N_, OFFERED, Language
from ..questionnaire import Questionnaire, walk
from ..questionnaire.choices import OTHER_LANGUAGE
from ..refusals import refuse
from ..returncode import BadCode, show_code
from ..splice import showable
from ..web import db, gettext
from ..web import language as page_language
from . import access, labels, present, takingpages
from .callers import limiter_of
from .context import member, now, staff_door, today
from .takingpages import PAGES, Page

bp = Blueprint("taking", __name__, url_prefix="/intake")
bp.add_app_template_filter(wording.said_in, "said_in")
bp.add_app_template_filter(wording.whole_numbers, "whole_numbers")

BEGINNINGS: Final = "30 per minute"
# The browser of a caseworker must not offer what the last caller told.
LOOK: Final = {"autocomplete_off": True}
# Texts of the public pages, which are there in each language that a person may speak.
READ_OUT: Final = (
    N_("After you sent the form, the code shows what happened so far."),
    N_(
        "Only this code opens your answers for you. We cannot find it for you if it is lost. "
        "Do not show it to anyone you do not trust."
    ),
    N_("A person reads each form. We read the ones with the nearest dates first."),
    N_("We are not your lawyers yet. Until we tell you in writing that we take your case, nobody here works on it."),
    N_("Go to every court date, interview and check-in."),
)
ON_CARD: Final = (
    N_("Open this address and type the number."),
    N_("Keep this card safe. Show it to nobody."),
)
MISTYPED: Final[Mapping[str, str]] = {
    "length": N_("A return code has 16 digits. Please check it and type it again."),
    "characters": N_("A return code has digits only. Please check it and type it again."),
}


def install(app: Flask) -> None:
    """Add the routes, with a limit on how many forms one caller may begin: each code costs a tenth of a second."""
    app.register_blueprint(bp)
    limiter = limiter_of(app)
    app.view_functions["taking.begin"] = cast(Any, limiter.limit(BEGINNINGS)(app.view_functions["taking.begin"]))


@bp.errorhandler(NotFound)
def not_found(_error: NotFound) -> ResponseReturnValue:
    """No such form, not this person's, or too old: the same page."""
    return refuse(404)


@bp.errorhandler(keeping.TooMuch)
def too_much(_error: keeping.TooMuch) -> ResponseReturnValue:
    """More was typed than a draft keeps."""
    return refuse(413)


@bp.get("/new")
@access.permit(taking.PERMISSION)
def new() -> ResponseReturnValue:
    """How the answers come and in which language; the forms that I began and did not send."""
    return _start({})


@bp.post("/new")
@access.permit(taking.PERMISSION)
def begin() -> ResponseReturnValue:
    """A new form under a fresh return code, or one that was begun before, by its code."""
    typed = {name: showable(request.form.get(name, ""))[:200] for name in ("way", "language", "code")}
    problems = _problems(typed)
    if problems:
        return _start(typed, problems), 422
    door, way = staff_door(), Way(typed["way"])
    language = typed["language"] if typed["language"] != OTHER_LANGUAGE else ""
    given: dict[str, Any] = {"recipients": door.recipients(), "now": now()}
    try:
        given["pepper"] = taking.pepper(door.settings.secrets / "pepper.key")
        if typed["code"].strip():
            made = taking.take_up(db(), member(), typed["code"], way, language, **given)
        else:
            version = questionnaire.current().version
            made = taking.begin(db(), member(), way, language, form_version=version, **given)
    except BadCode as bad:
        return _start(typed, {"code": gettext(MISTYPED[bad.reason])}), 422
    except (taking.UnknownCode, taking.NoPepper) as wrong:
        return _start(typed, {"code": gettext(str(wrong))}), 422
    return redirect(url_for("taking.show", draft_id=made, key=PAGES[0].key), 303)


@bp.get("/<uuid:draft_id>/<key>")
@access.permit(taking.PERMISSION)
def show(draft_id: uuid.UUID, key: str) -> ResponseReturnValue:
    """One page of the form, with what is there already."""
    held, page = _held(draft_id), _page(key)
    if held.draft is None:
        return _over(held)
    q = questionnaire.get(held.draft.form_version)
    return _form(q, page, held, held.draft, complete=bool(request.args.get("todo")))


@bp.post("/<uuid:draft_id>/<key>")
@access.permit(taking.PERMISSION)
def answer(draft_id: uuid.UUID, key: str) -> ResponseReturnValue:
    """Keep a page and go on; with an error, the page as it was typed. Saving, or another page, keeps it in any case."""
    held, page, go = _held(draft_id, lock=True), _page(key), request.form.get("go", "")
    draft = held.draft
    if draft is None:
        return _over(held)
    q = questionnaire.get(draft.form_version)
    readings = takingpages.read_page(q, page, request.form, draft)
    onward = page if go == "save" else takingpages.page_with(go)
    if takingpages.errors_in(readings) and (onward is None or takingpages.too_long(readings)):
        return Response(_form(q, page, held, draft, readings=readings), status=422)
    takingpages.keep(q, draft, readings)
    if go == "send":
        return _send(q, held, draft)
    drafts.save(db(), draft, now())
    if go == "save":
        flash(gettext(N_("Saved.")))
    onward = onward or takingpages.after(page)
    return redirect(url_for("taking.show", draft_id=draft_id, key=onward.key), 303)


@bp.get("/<uuid:draft_id>/receipt")
@access.permit(taking.PERMISSION)
def receipt(draft_id: uuid.UUID) -> ResponseReturnValue:
    """What to read out to the person: reference and return code, and a card to print."""
    held = _held(draft_id)
    sent = taking.receipt(db(), held)
    if sent is None:
        return redirect(url_for("taking.show", draft_id=draft_id, key=PAGES[0].key), 303)
    return render_template(
        "staff/taking/receipt.html",
        draft_id=draft_id,
        reference=sent["reference"],
        code=show_code(sent["code"]),
        outcome=present.word(labels.OUTCOMES, sent["outcome"]),
        said=_language(held.row.language) or ENGLISH,
        sentences=READ_OUT,
        card=ON_CARD,
        return_at=_return_address(held.row.language),
    )


@bp.post("/<uuid:draft_id>/done")
@access.permit(taking.PERMISSION)
def let_go(draft_id: uuid.UUID) -> ResponseReturnValue:
    """The person has the code: it is not shown here any more."""
    held = _held(draft_id)
    if held.row.sent_at is None:
        return redirect(url_for("taking.show", draft_id=draft_id, key=PAGES[0].key), 303)
    taking.let_go(db(), held)
    flash(gettext(N_("The return code is not shown here any more.")))
    return redirect(url_for("taking.new"), 303)


@bp.post("/<uuid:draft_id>/discard")
@access.permit(taking.PERMISSION)
def discard(draft_id: uuid.UUID) -> ResponseReturnValue:
    """The person does not want to go on: everything is removed."""
    held = _held(draft_id, lock=True)
    if held.row.sent_at is not None:
        return _over(held)
    taking.discard(db(), held)
    flash(gettext(N_("The form is removed. Nothing of it is kept.")))
    return redirect(url_for("taking.new"), 303)


def _send(q: Questionnaire, held: Held, draft: Draft) -> ResponseReturnValue:
    """One transaction, committed before the receipt is shown; what is still wrong is shown first."""
    wrong = takingpages.still_wrong(q, draft)
    if wrong:
        drafts.save(db(), draft, now())
        page = takingpages.page_of(q, next(iter(wrong)))
        return redirect(url_for("taking.show", draft_id=draft.id, key=page.key, todo="1"), 303)
    door, walked = staff_door(), walk(q, draft.answers)
    draft.typed = keeping.typed_where_asked(walked, draft.typed)
    policy = area.policy(db(), door.settings)
    judged = assessment.assess(assessment.current(), assessment.facts(walked.live), today(), policy)
    taking.send(
        db(),
        member(),
        held,
        draft,
        judged,
        answers=walked.live,
        locale=held.row.language or page_language().code,
        recipients=door.recipients(),
        now=now(),
    )
    return redirect(url_for("taking.receipt", draft_id=draft.id), 303)


def _held(draft_id: uuid.UUID, *, lock: bool = False) -> Held:
    return taking.load(db(), staff_door().keyring, member(), draft_id, now(), lock=lock)


def _page(key: str) -> Page:
    page = takingpages.page_with(key)
    if page is None:
        raise NotFound("There is no such page.")
    return page


def _over(held: Held) -> ResponseReturnValue:
    """No draft any more: what was sent shows its receipt; a draft that expired or was removed is not there."""
    if held.row.sent_at is None:
        return refuse(404)
    return redirect(url_for("taking.receipt", draft_id=held.row.draft_id), 303)


def _form(q: Questionnaire, page: Page, held: Held, draft: Draft, **how: Any) -> str:
    spoken = _language(held.row.language)
    side = spoken if spoken != page_language() else None
    return render_template(
        "staff/taking/page.html",
        page=page,
        pages=PAGES,
        last=page is PAGES[-1],
        draft_id=draft.id,
        code=show_code(draft.code),
        way=present.word({code: text for code, (text, _) in labels.TAKEN.items()}, held.row.way),
        spoken=spoken,
        side=side,
        look=LOOK,
        months="",
        **takingpages.shown(q, page, draft, side, **how),
    )


def _start(typed: Mapping[str, str], problems: Mapping[str, str] | None = None) -> str:
    zone = staff_door().settings.timezone
    ways = {code: text for code, (text, _) in labels.TAKEN.items()}
    return render_template(
        "staff/taking/new.html",
        typed={"way": "", "language": "", "code": ""} | dict(typed),
        problems=problems or {},
        ways=[(way.value, present.word(ways, way)) for way in Way],
        languages=[
            *((one.code, one.own_name) for one in OFFERED),
            (OTHER_LANGUAGE, gettext(N_("A different language, with an interpreter"))),
        ],
        first=PAGES[0].key,
        unfinished=[
            {
                "id": row.draft_id,
                "at": present.moment(row.started_at, zone),
                "way": present.word(ways, row.way),
                "language": present.language(row.language) if row.language else "",
            }
            for row in taking.unfinished(db(), member(), now())
        ],
    )


def _problems(typed: Mapping[str, str]) -> dict[str, str]:
    found = {}
    if typed["way"] not in set(Way):
        found["way"] = gettext(N_("Choose how the answers come to you."))
    if typed["language"] != OTHER_LANGUAGE and _language(typed["language"]) is None:
        found["language"] = gettext(N_("Choose a language from the list."))
    return found


def _language(code: str) -> Language | None:
    return locales.by_code(code, pseudo=staff_door().settings.pseudo_locale)


def _return_address(code: str) -> str:
    """Where the person types the return code, as short as it can be written on a card."""
    settings = staff_door().settings
    port = "" if settings.https else f":{settings.public_port}"
    return f"{settings.public_hosts[0]}{port}/{code or ENGLISH.code}/return"

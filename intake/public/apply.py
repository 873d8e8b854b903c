"""The form: one view and one template for all steps, the first result, and the send."""

from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from .. import area, assessment, drafts, letters, questionnaire, referrals, submissions, visits, web
from ..assessment.model import Assessment
from ..drafts import Draft
from ..form import keeping
from ..questionnaire import Questionnaire, Step, Walk, live, missing, next_step, walk
from ..questionnaire.forms import read
from ..returncode import derive, new_code, show_code
from . import counting, drafting, limits, stepping, visit

bp = Blueprint("apply", __name__)

FIRST = "start"
# What keeps the page as it is, read or not: finish later, or only more time.
SWITCH = "language"
PAUSES = frozenset({"later", "more", SWITCH})


@bp.get("/apply/")
def start() -> ResponseReturnValue:
    """Before you start: no draft yet, nothing asked yet."""
    visit.came_from(request.args.get("from"))
    counting.saw(visits.FORM, request.args.get("from"))
    q = questionnaire.current()
    return stepping.blank(walk(q, {}), q.step(FIRST))


@bp.post("/apply/")
@limits.asking(limits.START)
def begin() -> ResponseReturnValue:
    """The first answer makes the draft, encrypted under a return code that exists from now on."""
    q = questionnaire.current()
    step = q.step(FIRST)
    reading = read(step, request.form, {}, today=visit.today())
    if request.form.get("go") == SWITCH:
        # The button sends the page to its own address in the other language: the same page, as typed.
        visit.speaks(web.language())
        return stepping.again(q, step, {}, replace(reading, errors={}), status=200)
    if not reading.ok:
        return stepping.again(q, step, {}, reading)
    held = visit.draft(lock=True) if visit.keys() else None
    if held is None:
        code = new_code()
        root = visit.root_for(code)
        visit.remember(root)
        held = drafts.start(
            web.db(), code, derive(root), form_version=q.version, now=visit.now(), source=visit.source()
        )
    visit.uses(reading.answers.get("device"))
    counting.finished(held, step)
    drafting.keep(held, step, reading)
    return redirect(_after(q, held, step), 303)


@bp.get("/apply/<key>")
def step(key: str) -> ResponseReturnValue:
    """One screen, with the answers given so far."""
    held = visit.draft()
    if held is None:
        return _gone()
    q = questionnaire.get(held.form_version)
    walked = walk(q, held.answers)
    found = _step_on_path(walked, key)
    if isinstance(found, str):
        return redirect(found, 303)
    if found is q.steps[-1]:
        return stepping.check(walked, found, held)
    return stepping.filled(walked, found, held)


def _is_send() -> bool:
    return (request.view_args or {}).get("key") == questionnaire.current().steps[-1].key


@bp.post("/apply/<key>")
@partial(limits.sending, only=_is_send)
def answer(key: str) -> ResponseReturnValue:
    """Keep what was answered, and go on; with an error, show the page as it was typed."""
    idle = visit.is_idle()
    held = visit.idle_draft(lock=True) if idle else visit.draft(lock=True)
    if held is None:
        return _gone()
    q = questionnaire.get(held.form_version)
    found = _step_on_path(walk(q, held.answers), key)
    if isinstance(found, str):
        return _gone() if idle else redirect(found, 303)
    reading = read(found, request.form, held.answers, today=visit.today())
    go = request.form.get("go")
    if not reading.ok and (go not in PAUSES or keeping.is_overlong(reading)) and not idle:
        return stepping.again(q, found, held.answers, reading, held=held)
    device = reading.answers.get("device")
    # A closed visit never gets a longer window by this: that would open it again without the code.
    if found is q.steps[0] and (not idle or device in visit.CAREFUL):
        visit.uses(device)
    if go == "later" or _is_past_the_code(q, found):
        held.extra["code_shown"] = True
    if found is q.steps[-1] and go not in PAUSES and not idle:
        drafting.take(held, found, reading)
        return _send(q, held)
    count = counting.paused if idle or go in PAUSES else counting.finished
    count(held, found)
    drafting.keep(held, found, reading)
    return _expired(held, typed=True) if idle else _go_on(q, held, found, go)


def _go_on(q: Questionnaire, held: Draft, step: Step, go: str | None) -> ResponseReturnValue:
    """To the page that follows an answered `step`, by the button that was pressed."""
    is_checking = request.args.get("back") == "check"
    if go == "later":
        return redirect(url_for("mine.later"), 303)
    if go == SWITCH:
        visit.speaks(web.language())
        return redirect(url_for("apply.step", key=step.key, back="check" if is_checking else None), 303)
    if go == "more":
        visit.take_more_time()
        return redirect(url_for("apply.step", key=step.key, back="check" if is_checking else None), 303)
    last = q.steps[-1].key
    if is_checking and all(key == last for key, _ in missing(q, held.answers)):
        return redirect(url_for("apply.step", key=last), 303)
    return redirect(_after(q, held, step), 303)


@bp.get("/apply/first-result")
def first_result() -> ResponseReturnValue:
    """An honest first answer after the screening questions, before any personal data."""
    held = visit.draft()
    if held is None:
        return _gone()
    q = questionnaire.get(held.form_version)
    screening = q.steps[: q.steps.index(q.step(q.first_result_after)) + 1]
    todo = [step for step, _ in missing(q, held.answers) if step in {one.key for one in screening}]
    if todo:
        return redirect(url_for("apply.step", key=todo[0]), 303)
    result = _assess(live(q, held.answers))
    following = next_step(q, held.answers, q.first_result_after)
    return render_template(
        "public/first_result.html",
        outcome=result.outcome.value,
        codes=result.codes,
        places=referrals.choose(
            referrals.listed(web.db()),
            referrals.serves(result.codes, held.answers),
            None,
            language=web.language().code,
        ),
        following=following.key if following else q.steps[-1].key,
        back=q.first_result_after,
        code=show_code(held.code),
        answers=held.answers,
    )


@bp.post("/still-here")
def still_here() -> ResponseReturnValue:
    """Go on, once, with a visit that was closed before its return code was shown: the page that follows shows it.

    Only screening answers lie in such a draft, and on a device that others use not even those: there the code
    comes right after the first page.
    """
    held = visit.idle_draft(lock=True)
    if held is None or held.extra.get("code_shown"):
        return _gone()
    visit.go_on()
    held.extra["code_shown"] = True
    drafts.save(web.db(), held, visit.now())
    return redirect(url_for("mine.later"), 303)


@bp.post("/apply/stop")
def stop() -> ResponseReturnValue:
    """Stop here: the draft is removed and this browser forgets it."""
    held = visit.draft(lock=True)
    if held is not None:
        drafts.discard(web.db(), held.id)
    visit.forget()
    return redirect(url_for("pages.stopped"), 303)


def _send(q: Questionnaire, held: Draft) -> ResponseReturnValue:
    """One durable transaction; the commit comes before the redirect that says it is done.

    A draft that becomes a submission is not stored again before; one that lacks an answer is.
    """
    walked = walk(q, held.answers)
    todo = walked.missing()
    if todo:
        drafts.save(web.connection(), held, visit.now())
        return redirect(url_for("apply.step", key=todo[0][0], back="check"), 303)
    held.typed = keeping.typed_where_asked(walked, held.typed)
    drafting.notice(walked, held)
    submissions.submit(
        web.connection(),
        held,
        _assess(walked.live),
        answers=walked.live,
        locale=web.language().code,
        recipients=visit.recipients(),
        now=visit.now(),
    )
    counting.sent(walked.steps[-1])
    return redirect(url_for("mine.receipt"), 303)


def _assess(answers: dict[str, str | list[str] | int]) -> Assessment:
    policy = area.policy(web.connection(), web.settings_of(current_app))
    return assessment.assess(assessment.current(), assessment.facts(answers), visit.today(), policy)


def _step_on_path(walked: Walk, key: str) -> Step | str:
    """The step to show, or the address of the one that must come first. NotFound for a step that is not."""
    try:
        wanted = walked.q.step(key)
    except KeyError:
        raise NotFound from None
    if wanted not in walked.steps:
        following = walked.after(wanted)
        return url_for("apply.step", key=following.key if following else walked.steps[-1].key)
    todo = {step for step, _ in walked.missing()}
    for earlier in walked.steps[: walked.steps.index(wanted)]:
        if earlier.key in todo:
            return url_for("apply.step", key=earlier.key)
    return wanted


def _after(q: Questionnaire, held: Draft, step: Step) -> str:
    if step.key == FIRST and visit.is_careful():
        return url_for("leaving.device")
    if step.key == q.first_result_after:
        return url_for("apply.first_result")
    following = next_step(q, held.answers, step.key)
    return url_for("apply.step", key=following.key if following else q.steps[-1].key)


def _gone() -> ResponseReturnValue:
    """No draft here: what was sent shows its receipt; anything else is said plainly, with a way on."""
    idle = visit.idle_draft()
    if idle is not None:
        return _expired(idle, typed=False)
    held = visit.keys()
    if held is not None and letters.receipt(web.db(), held) is not None:
        return redirect(url_for("mine.receipt"), 303)
    return Response(render_template("public/gone.html", look=visit.HIDDEN), status=410)


def _expired(held: Draft, *, typed: bool) -> ResponseReturnValue:
    """The visit was idle for too long. Who has seen the code types it; who never saw it may go on."""
    shown = bool(held.extra.get("code_shown"))
    page = render_template("public/expired.html", code_shown=shown, typed=typed, look=visit.HIDDEN)
    # A success, because what was typed is saved; a page that was only asked for is gone.
    return Response(page, status=200 if typed else 410)


def _is_past_the_code(q: Questionnaire, step: Step) -> bool:
    """Whether the way to `step` leads past a page that shows the return code."""
    after = FIRST if visit.is_careful() else q.first_result_after
    return q.steps.index(step) > q.steps.index(q.step(after))

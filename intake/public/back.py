"""Coming back by code: where the request stands, letters, messages, new dates, another safe contact, the answers."""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import assessment, drafts, questionnaire, timewords, web
from ..assessment import Policy
from ..form.wording import spoken, spoken_date
from ..letters import Opened
from ..locales import N_
from ..questionnaire import answered, live, missing
from ..questionnaire.forms import read
from ..splice import showable
from ..typed import clean_text
from . import asking, kept, limits, sending, statuswords, visit
from .kept import Kept

bp = Blueprint("back", __name__)

P = ParamSpec("P")

DONE = {
    "message": N_("We have your message. A person will read it."),
    "changed": N_("We have your change. Thank you for telling us."),
    "same": N_("Nothing was changed."),
}
# What only adds to what lies there: it is not lost when a visit was quiet for too long.
SENDS = frozenset({"back.write", "back.keep_change"})
NO_MESSAGE = N_("Write your message.")
LONG_MESSAGE = N_("This is too long. Use 2,000 letters or fewer.")


def of_one_person(
    view: Callable[Concatenate[Kept, P], ResponseReturnValue],
) -> Callable[P, ResponseReturnValue]:
    """Give a view what lies under the code that this browser holds; without one, the page that says so.

    What was typed on a page that stayed open too long is still sent, and no page shows more than was sent.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        held = visit.idle_keys() if request.method == "POST" and request.endpoint in SENDS else visit.keys()
        found = kept.load(web.db(), held) if held else None
        if found is None:
            return _gone()
        if found.erasing and request.endpoint != "back.home":
            return redirect(url_for("back.home"), 303)
        return view(found, *args, **kwargs)

    return guarded


@bp.get("/mine")
@of_one_person
def home(one: Kept) -> ResponseReturnValue:
    """What happened so far, letters, dates that matter, and what can be done from here."""
    if one.erasing:
        return render_template("public/back_erasing.html")
    status = one.status
    without_us = status["status"] in statuswords.WITHOUT_US
    return render_template(
        "public/back.html",
        standing=statuswords.standing(status["status"]),
        done=_done(),
        reference=one.receipt["reference"],
        withdrawing=one.withdrawing,
        withdrawn=one.withdrawn,
        events=[
            (_day(event.get("at") or event["on"]), statuswords.EVENTS[event["what"]])
            for event in _told(status["events"])
        ],
        opened=_opened(status),
        messages=[_letter(letter, "written_at") for letter in one.messages],
        own=[_letter(letter, "sent_at") for letter in one.own],
        dates=_dates(one),
        limits=_limits(one),
        steps=[step for step, _kind in asking.changeable(one.form, one.answers).values()],
        places=kept.places(web.db(), one) if without_us else None,
    )


@bp.get("/mine/message")
@of_one_person
def message(_one: Kept) -> ResponseReturnValue:
    """Write to staff."""
    return render_template("public/back_message.html", error=None, text="", once=_fresh())


@bp.post("/mine/message")
@limits.sending
@of_one_person
def write(one: Kept) -> ResponseReturnValue:
    """Send a message; it also stays readable for the person."""
    text = clean_text(request.form.get("text", ""), multiline=True)
    error = NO_MESSAGE if not text else LONG_MESSAGE if len(text) > sending.MESSAGE_CHARACTERS else None
    if error:
        page = render_template("public/back_message.html", error=web.gettext(error), text=text, once=_once())
        return Response(page, status=422)
    sending.message(
        web.db(),
        one,
        text,
        locale=web.language().code,
        once=_once(),
        recipients=visit.recipients(),
        now=visit.now(),
    )
    return redirect(url_for("back.home", done="message"), 303)


@bp.get("/mine/change/<key>")
@of_one_person
def change(one: Kept, key: str) -> ResponseReturnValue:
    """One step of the form again, with the answers of now."""
    step, _kind = asking.changeable(one.form, one.answers).get(key) or abort(404)
    asked = asking.context(one.form, step, one.answers)
    return render_template("public/back_change.html", once=_fresh(), done=_done(), **asked)


@bp.post("/mine/change/<key>")
@limits.sending
@of_one_person
def keep_change(one: Kept, key: str) -> ResponseReturnValue:
    """Send what is new; a change of what happened leads on to the dates that it may bring."""
    step, kind = asking.changeable(one.form, one.answers).get(key) or abort(404)
    reading = read(step, request.form, one.answers, today=visit.today())
    if not reading.ok:
        asked = asking.context(one.form, step, one.answers, reading)
        return Response(render_template("public/back_change.html", once=_once(), done=None, **asked), status=422)
    new = sending.change(
        web.db(), one, kind, step, reading, once=_once(), recipients=visit.recipients(), now=visit.now()
    )
    if new and key == "stage":
        return redirect(url_for("back.change", key="dates", done="changed"), 303)
    return redirect(url_for("back.home", done="changed" if new else "same"), 303)


@bp.get("/mine/answers")
@of_one_person
def answers(one: Kept) -> ResponseReturnValue:
    """All answers as they now count; on a device that others use, a warning comes first."""
    if not visit.device().keeping and request.args.get("look") != "yes":
        return render_template("public/back_warning.html")
    return render_template(
        "public/back_answers.html",
        reference=one.receipt["reference"],
        sections=_sections(one),
        keeping=visit.device().keeping,
    )


@bp.get("/mine/answers.txt")
@of_one_person
def download(one: Kept) -> ResponseReturnValue:
    """The answers as a plain text file, which any phone and any computer opens without a network."""
    lines = [web.gettext("Your answers"), f"{web.gettext('Reference')}: {one.receipt['reference']}"]
    for title, pairs in _sections(one):
        lines += ["", "", web.gettext(title), "-" * 20]
        for label, said in pairs:
            lines += ["", web.gettext(label), *(f"  {line}" for line in said)]
    # The mark at the start tells old programs that this is UTF-8.
    response = Response("\ufeff" + "\r\n".join(lines) + "\r\n", mimetype="text/plain")
    response.headers["Content-Disposition"] = 'attachment; filename="answers.txt"'
    return response


def _gone() -> ResponseReturnValue:
    """Nothing that was sent is here: a draft goes on where it stopped, anything else is said plainly."""
    held = visit.draft()
    if held is None:
        # What was typed on a page that stayed open too long was sent, and that is said. Who left, and whoever presses
        # Back after that, is told nothing.
        done = _done() if visit.is_idle() else None
        return Response(render_template("public/back_gone.html", done=done, look=visit.HIDDEN), status=410)
    q = questionnaire.get(held.form_version)
    return redirect(url_for("apply.step", key=resume_at(held, q)), 303)


def resume_at(held: drafts.Draft, q: questionnaire.Questionnaire) -> str:
    """The key of the step at which a draft goes on."""
    todo = missing(q, held.answers)
    return todo[0][0] if todo else q.steps[-1].key


def _fresh() -> str:
    return uuid.uuid4().hex


def _once() -> str:
    return request.form.get("once", "")[:40] or _fresh()


def _done() -> str | None:
    said = DONE.get(request.args.get("done", ""))
    return web.gettext(said) if said else None


def _told(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in reversed(events) if event["what"] in statuswords.EVENTS]


def _day(text: str) -> str:
    """A day, or the day of a moment where the organisation works, in the words of the page's language."""
    if len(text) > len("2026-11-02"):
        zone = web.settings_of(current_app).timezone
        day = dt.datetime.fromisoformat(text).astimezone(zone).date()
    else:
        day = dt.date.fromisoformat(text)
    return web.long_date(day)


def _opened(status: Any) -> list[str]:
    """How often staff opened the answers and when last, in sentences."""
    times = int(status["opened"])
    if not times:
        return [web.gettext("Our staff has not opened your answers yet.")]
    often = web.ngettext(
        "Our staff opened your answers %(count)s time.", "Our staff opened your answers %(count)s times.", times
    )
    said = [often % {"count": web.digits(times)}]
    if status["last_opened_on"]:
        said.append(web.gettext("The last time was on %(day)s.") % {"day": _day(status["last_opened_on"])})
    return said


def _letter(letter: Opened, when: str) -> tuple[str, str]:
    moment = letter.content.get(when) or letter.written_at.isoformat()
    return _day(moment), showable(str(letter.content["text"]))


def _dates(one: Kept) -> list[tuple[str, str]]:
    known = kept.known_dates(one.form, one.answers)
    return [(question.label, spoken_date(question, value, web.language())) for question, value in known]


def _limits(one: Kept) -> list[str]:
    """General sentences about the time limits that may count; judged anew today, and said without any date."""
    rules = assessment.current()
    counted = assessment.facts(live(one.form, one.answers))
    codes = assessment.assess(rules, counted, visit.today(), Policy()).codes
    return [
        web.gettext(text) % {"number": web.digits(number)} if number is not None else web.gettext(text)
        for text, number in timewords.said(codes, rules.figures)
    ]


def _sections(one: Kept) -> list[tuple[str, list[tuple[str, list[str]]]]]:
    """(step title, [(question, lines)]) of every answer that counts."""
    language = web.language()
    return [
        (step.title, [(question.label, spoken(question, value, language)) for question, value in pairs])
        for step, pairs in answered(one.form, one.answers)
    ]

"""Keeping an answered screen in the draft of this visit, and noting what is unusual about it."""

from flask import abort, current_app, request

from .. import drafts, web
from ..drafts import Draft
from ..form import keeping
from ..questionnaire import Step, Walk
from ..questionnaire.forms import Reading
from ..questionnaire.model import Sensitivity
from . import limits, noticing, visit


def keep(held: Draft, step: Step, reading: Reading) -> None:
    """Take one answered screen and store the draft. Aborts with 413 as `take` does."""
    take(held, step, reading)
    drafts.save(web.connection(), held, visit.now())


def take(held: Draft, step: Step, reading: Reading) -> None:
    """Put one answered screen into the draft; see `keeping.take`.

    Aborts with 413, whose page says it in words, when all that was typed is too much.
    """
    try:
        keeping.take(held, step, reading)
    except keeping.TooMuch:
        abort(413)
    age = noticing.age_of(request.form.get("csrf_token", ""), visit.now())
    noticing.screen(held.extra, request.form, age)


def notice(walked: Walk, held: Draft) -> None:
    """Put the labels of this sending into the draft, for staff. It is sent whatever they say."""
    counted: noticing.Noticing = current_app.extensions[noticing.NAME]
    q, answers = walked.q, walked.live
    who = {Sensitivity.IDENTITY, Sensitivity.CONTACT}
    content = {one.key: answers.get(one.key) for step in q.steps for one in step.questions if one.sensitivity in who}
    screens, quick = held.extra.get("pace", (0, 0))
    held.extra["marks"] = noticing.marks(
        noticing.Sending(
            seconds=(visit.now() - held.started_at).total_seconds(),
            screens=screens,
            quick=quick,
            trapped=bool(held.extra.get("trapped")),
            same=counted.same(held.id, content | {"claims": answers.get("claims")}, visit.today()),
            crowded=counted.crowded(limits.counted_as(), visit.now()),
        )
    )

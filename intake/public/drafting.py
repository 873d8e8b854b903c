"""Keeping what was typed on a screen in the draft, within limits, and noting what is unusual about it."""

from typing import Any

from flask import abort, current_app, request

from .. import drafts, web
from ..drafts import Draft
from ..questionnaire import Step, Walk
from ..questionnaire.forms import Reading
from ..questionnaire.model import Sensitivity
from ..questionnaire.reading import field_names
from ..sealing import packed
from ..typed import clean_text
from . import limits, noticing, visit

FIELD_CHARACTERS = 4_000
DRAFT_BYTES = 60 * 1024


def keep(held: Draft, step: Step, reading: Reading) -> None:
    """Take one answered screen and store the draft. Aborts with 413 as `take` does."""
    take(held, step, reading)
    drafts.save(web.connection(), held, visit.now())


def take(held: Draft, step: Step, reading: Reading) -> None:
    """Put one answered screen into the draft. What was typed where nothing is asked is cut to 4,000 characters.

    Aborts with 413, whose page says it in words, when all that was typed is more than 60 KiB.
    """
    held.answers = reading.merged(step, held.answers)
    held.typed[step.key] = {name: _clean(value) for name, value in reading.typed.items()}
    if len(packed(held.typed)) > DRAFT_BYTES:
        abort(413)
    age = noticing.age_of(request.form.get("csrf_token", ""), visit.now())
    noticing.screen(held.extra, request.form, age)


def is_overlong(reading: Reading) -> bool:
    """Whether more was typed in one field than a draft keeps: then the page says so before anything is cut."""
    return not reading.ok and any(len(text) > FIELD_CHARACTERS for text in _texts(reading.typed))


def typed_where_asked(walked: Walk, typed: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """What was typed, without the questions that a change of mind removed: those were never sent."""
    kept = {}
    for step, questions in zip(walked.steps, walked.questions, strict=True):
        names = {name for question in questions for name in field_names(question)}
        kept[step.key] = {name: value for name, value in typed.get(step.key, {}).items() if name in names}
    return kept


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


def _texts(typed: dict[str, str | list[str]]) -> list[str]:
    return [text for value in typed.values() for text in (value if isinstance(value, list) else [value])]


def _clean(value: str | list[str]) -> str | list[str]:
    texts = [
        clean_text(one[:FIELD_CHARACTERS], multiline=True) for one in (value if isinstance(value, list) else [value])
    ]
    return texts if isinstance(value, list) else texts[0]

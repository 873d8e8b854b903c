"""Reading a submitted step. WTForms validates here and renders nothing; pages are made from the
questionnaire.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

from flask_wtf import FlaskForm
from wtforms import Field, ValidationError

from intake.questionnaire.conditions import holds
from intake.questionnaire.model import Kind, Question, Step, Value, is_required
from intake.questionnaire.reading import Refused, Typed, canonical, field_names, needed, unkept_names


class FormData(Protocol):
    """The part of a Werkzeug MultiDict that a form reads."""

    def getlist(self, key: str) -> list[str]:
        """All values sent for `key`, in order; empty if none."""


@dataclass(frozen=True, repr=False)
class Reading:
    """One submitted step, read: canonical answers, all fields as typed, and one sentence for each refused
    answer.

    `answers` holds only questions of this step that are asked and were answered; `typed` holds every field
    of the step, so that the page can be shown again as it was; `errors` goes by question key, in order of
    the page.
    """

    answers: dict[str, Value]
    typed: Typed
    errors: dict[str, str]

    @property
    def ok(self) -> bool:
        """Whether nothing was refused."""
        return not self.errors

    def merged(self, step: Step, answers: Mapping[str, Value]) -> dict[str, Value]:
        """`answers` with those of `step` replaced by what was read: an answer taken back is gone."""
        return _without(step, answers) | self.answers


class AnswerField(Field):  # type: ignore[misc]  # WTForms has no types
    """All the fields of one question. Its data is the canonical value, or None."""

    def __init__(self, question: Question, **options: Any) -> None:
        super().__init__(label="", **options)
        self.question = question
        self.typed: Typed = {}
        self.unkept: dict[str, str] = {}

    def process(self, formdata: FormData | None, data: object = None, extra_filters: object = None) -> None:
        """Keep what was typed; `pre_validate` reads it, when the answers before it are known."""
        self.process_errors: list[str] = []
        self.data: Value | None = None
        self.typed = _typed(self.question, formdata)
        self.unkept = _texts(unkept_names(self.question), formdata)

    def pre_validate(self, form: "StepForm") -> None:
        """Read the answer if it is asked; raises ValidationError with the sentence to show."""
        question = self.question
        if not holds(question.when, form.known):
            return
        try:
            self.data = canonical(question, self.typed | self.unkept, form.before.get(question.key), form.today)
        except Refused as refused:
            raise ValidationError(refused.sentence) from None
        if self.data is not None:
            form.known[question.key] = self.data
        elif is_required(question, form.known):
            raise ValidationError(needed(question))


class StepForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF has no types
    """The form of one step. `known` grows with each answer read: conditions within a step see only those."""

    class Meta:
        """CSRF is checked for the whole application; every sentence is our own, so WTForms translates
        nothing.
        """

        csrf = False

        def get_translations(self, form: object) -> None:
            """No translations: the catalogue of the application has all sentences."""

    def __init__(
        self,
        formdata: FormData | None,
        known: Mapping[str, object],
        before: Mapping[str, object],
        today: date | None,
    ) -> None:
        self.known = dict(known)
        self.before = before
        self.today = today
        super().__init__(formdata)


@lru_cache(maxsize=64)
def form_for(step: Step) -> type[StepForm]:
    """The form class of a step, with one field for each of its questions, named by the question's key."""
    questions = {question.key: AnswerField(question) for question in step.questions}
    return type(f"{step.key.title()}Form", (StepForm,), questions)


def read(step: Step, formdata: FormData, answers: Mapping[str, object], *, today: date | None = None) -> Reading:
    """Read and check a submitted step. `answers` are the canonical answers so far, of all steps.

    Required and conditional questions of this step are judged by what was just sent. What was typed for a
    question that is not asked has no effect, but stays in `typed`. With `today`, past dates may not lie
    ahead.
    """
    form = form_for(step)(formdata, _without(step, answers), answers, today)
    form.validate()
    fields = [form[question.key] for question in step.questions]
    typed: Typed = {}
    for one in fields:
        typed.update(one.typed)
    return Reading(
        answers={one.question.key: one.data for one in fields if one.data is not None and not one.errors},
        typed=typed,
        errors={one.question.key: one.errors[0] for one in fields if one.errors},
    )


def _without(step: Step, answers: Mapping[str, Any]) -> dict[str, Any]:
    keys = {question.key for question in step.questions}
    return {key: value for key, value in answers.items() if key not in keys}


def _typed(question: Question, formdata: FormData | None) -> Typed:
    names = field_names(question)
    if question.kind is Kind.CHOICES:
        enough = 2 * len(question.choices)
        sent = formdata.getlist(names[0]) if formdata is not None else []
        return {names[0]: [_showable(text) for text in sent[:enough]]}
    return {**_texts(names, formdata)}


def _texts(names: Iterable[str], formdata: FormData | None) -> dict[str, str]:
    """The first text that was sent under each of `names`."""
    sent = {name: formdata.getlist(name) if formdata is not None else [] for name in names}
    return {name: _showable(texts[0]) if texts else "" for name, texts in sent.items()}


def _showable(text: str) -> str:
    """`text` as typed, without what no page can hold: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()

"""What a questionnaire is, and which of its steps and questions are asked, given the answers so far.

One source for the form, the check page, the case page and the export. The functions are pure; `answers` maps
question keys to canonical values. A value that does not fit its question counts as not given, so no content
of `answers` can raise.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from enum import Enum

from intake.questionnaire.conditions import AllOf, AnyOf, Condition, Has, Not, may_hold
from intake.questionnaire.question import (
    Choice,
    Kind,
    Question,
    Sensitivity,
    Value,
    fits,
    is_required,
)

__all__ = [
    "Choice",
    "Kind",
    "Question",
    "Questionnaire",
    "Sensitivity",
    "Step",
    "Value",
    "Walk",
    "answered",
    "asked",
    "digest",
    "fits",
    "is_required",
    "live",
    "missing",
    "next_step",
    "path",
    "previous_step",
    "shown",
    "walk",
]


@dataclass(frozen=True, eq=False, slots=True)
class Step:
    """One screen. `title` is its heading; `lead` and `help` are paragraphs; `why` says why we ask."""

    key: str
    title: str
    why: str
    questions: tuple[Question, ...]
    lead: tuple[str, ...] = ()
    help: tuple[str, ...] = ()
    when: Condition | None = None


@dataclass(frozen=True, eq=False)
class Questionnaire:
    """A released version of all screens. `first_result_after` is the step after which the first result is
    shown.

    Raises ValueError where a key appears twice or a condition looks at a question that comes later.
    """

    version: int
    steps: tuple[Step, ...]
    first_result_after: str
    _steps: dict[str, Step] = field(init=False, repr=False, metadata={"derived": True})
    _questions: dict[str, Question] = field(init=False, repr=False, metadata={"derived": True})

    def __post_init__(self) -> None:
        steps: dict[str, Step] = {}
        questions: dict[str, Question] = {}
        for step in self.steps:
            if step.key in steps:
                raise ValueError(f"step {step.key} appears twice")
            steps[step.key] = step
            _check_condition(step.when, questions, step.key)
            for question in step.questions:
                if question.key in questions:
                    raise ValueError(f"question {question.key} appears twice")
                _check_condition(question.when, questions, question.key)
                if not isinstance(question.required, bool):
                    _check_condition(question.required, questions, question.key)
                questions[question.key] = question
        if self.first_result_after not in steps:
            raise ValueError(f"there is no step {self.first_result_after}")
        object.__setattr__(self, "_steps", steps)
        object.__setattr__(self, "_questions", questions)

    def step(self, key: str) -> Step:
        """The step with this key; KeyError if there is none."""
        return self._steps[key]

    def question(self, key: str) -> Question:
        """The question with this key; KeyError if there is none."""
        return self._questions[key]


@dataclass(frozen=True, slots=True, repr=False)
class Walk:
    """One walk along a questionnaire: each asked step with its asked questions, and the answers that count.

    A page that needs several of the things below takes them from one walk.
    """

    q: Questionnaire
    steps: tuple[Step, ...]
    questions: tuple[tuple[Question, ...], ...]
    live: dict[str, Value]

    def missing(self) -> tuple[tuple[str, str], ...]:
        """See `missing`."""
        return tuple(
            (step.key, question.key)
            for step, questions in zip(self.steps, self.questions, strict=True)
            for question in questions
            if question.required and question.key not in self.live and is_required(question, self.live)
        )

    def shown(self, step: Step) -> tuple[Question, ...]:
        """See `shown`."""
        here = frozenset(question.key for question in step.questions)
        return tuple(question for question in step.questions if may_hold(question.when, self.live, here))

    def after(self, step: Step) -> Step | None:
        """The next step on the path after `step`, which need not be on it; None after the last."""
        later = self.q.steps[self.q.steps.index(step) + 1 :]
        return next((one for one in later if one in self.steps), None)

    def before(self, step: Step) -> Step | None:
        """The step on the path before `step`, which need not be on it; None before the first."""
        earlier = self.q.steps[: self.q.steps.index(step)]
        return next((one for one in reversed(earlier) if one in self.steps), None)


def walk(q: Questionnaire, answers: Mapping[str, object]) -> Walk:
    """Walk along `q` with `answers`, once.

    A condition sees only answers to questions that are themselves asked, so what was typed before a change of
    mind has no effect.
    """
    kept: dict[str, Value] = {}
    steps: list[Step] = []
    asked_in: list[tuple[Question, ...]] = []
    for step in q.steps:
        if step.when is not None and not step.when.holds(kept):
            continue
        questions = []
        for question in step.questions:
            if question.when is not None and not question.when.holds(kept):
                continue
            questions.append(question)
            value = answers.get(question.key)
            if isinstance(value, (str, list, int)) and fits(question, value):
                kept[question.key] = value
        steps.append(step)
        asked_in.append(tuple(questions))
    return Walk(q, tuple(steps), tuple(asked_in), kept)


def path(q: Questionnaire, answers: Mapping[str, object]) -> tuple[Step, ...]:
    """The steps that are asked, given `answers`, in order."""
    return walk(q, answers).steps


def asked(q: Questionnaire, step: Step, answers: Mapping[str, object]) -> tuple[Question, ...]:
    """The questions of `step` that are asked, given `answers`; none if the step itself is not asked."""
    walked = walk(q, answers)
    return next(
        (questions for found, questions in zip(walked.steps, walked.questions, strict=True) if found is step), ()
    )


def shown(q: Questionnaire, step: Step, answers: Mapping[str, object]) -> tuple[Question, ...]:
    """The questions on the page of `step`: those asked, and those that an answer on that page may call for.

    A page without script cannot bring up a question, so it carries these with their `only_if` sentence.
    """
    return walk(q, answers).shown(step)


def live(q: Questionnaire, answers: Mapping[str, object]) -> dict[str, Value]:
    """Only the answers that count: asked on the path, and fitting their question."""
    return walk(q, answers).live


def missing(q: Questionnaire, answers: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
    """(step key, question key) of each question that must be answered and is not, in order."""
    return walk(q, answers).missing()


def answered(
    q: Questionnaire, answers: Mapping[str, object]
) -> tuple[tuple[Step, tuple[tuple[Question, Value], ...]], ...]:
    """Each step on the path that has answers, with its (question, value) pairs, in defined order."""
    walked = walk(q, answers)
    given = (
        (step, tuple((question, walked.live[question.key]) for question in questions if question.key in walked.live))
        for step, questions in zip(walked.steps, walked.questions, strict=True)
    )
    return tuple((step, pairs) for step, pairs in given if pairs)


def next_step(q: Questionnaire, answers: Mapping[str, object], step_key: str) -> Step | None:
    """The next step on the path after `step_key`, or None after the last. KeyError for an unknown step."""
    return walk(q, answers).after(q.step(step_key))


def previous_step(q: Questionnaire, answers: Mapping[str, object], step_key: str) -> Step | None:
    """The step on the path before `step_key`, or None before the first. KeyError for an unknown step."""
    return walk(q, answers).before(q.step(step_key))


def digest(q: Questionnaire) -> str:
    """SHA-256, in hex, of the structure and all words of a questionnaire.

    Fields that hold their default are left out, so a field added to the model later changes no released
    digest.
    """
    canonical = json.dumps(_plain(q), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _check_condition(condition: Condition | None, earlier: Mapping[str, Question], owner: str) -> None:
    match condition:
        case None:
            return
        case Has(key, codes):
            if key not in earlier or not set(codes) <= earlier[key].codes:
                raise ValueError(f"the condition of {owner} looks at an unknown question or code of {key}")
        case AnyOf(conditions) | AllOf(conditions):
            for one in conditions:
                _check_condition(one, earlier, owner)
        case Not(inner):
            _check_condition(inner, earlier, owner)


def _plain(part: object) -> object:
    if isinstance(part, Enum):
        return part.value
    if isinstance(part, tuple):
        return [_plain(one) for one in part]
    if is_dataclass(part) and not isinstance(part, type):
        held: dict[str, object] = {"is": type(part).__name__}
        for one in fields(part):
            value = getattr(part, one.name)
            if "derived" not in one.metadata and (one.default is MISSING or value != one.default):
                held[one.name] = _plain(value)
        return held
    return part

"""The form on few long pages, as staff fill it in: which steps stand on a page, what was typed, what is wrong."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..drafts import Draft
from ..form import fielding, keeping, reveals
from ..form.keeping import is_overlong, take
from ..locales import N_, Language
from ..questionnaire import Question, Questionnaire, Step, is_required, walk
from ..questionnaire.forms import FormData, Reading, read
from ..questionnaire.reading import field_names, needed
from ..web import gettext
from .context import today


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its key in the address, its title, and the step that it begins with."""

    key: str
    title: str
    first: str


# Cut where later questions depend on earlier ones, so that a page never asks what an answer on it makes needless.
PAGES: Final = (
    Page("reason", N_("Reason, place and case"), "start"),
    Page("dates", N_("Dates and person"), "dates"),
    Page("contact", N_("Safe contact and consent"), "contact"),
)
_UNREAD: Final = "unread"


def page_with(key: str) -> Page | None:
    """The page with this key, or None."""
    return next((one for one in PAGES if one.key == key), None)


def after(page: Page) -> Page:
    """The page after this one; the last one is its own."""
    return PAGES[min(PAGES.index(page) + 1, len(PAGES) - 1)]


def page_of(q: Questionnaire, step_key: str) -> Page:
    """The page on which a step stands."""
    return next(page for page in PAGES if step_key in {step.key for step in steps_on(q, page)})


def steps_on(q: Questionnaire, page: Page) -> tuple[Step, ...]:
    """All steps of a page, in order, asked or not."""
    starts = [*(q.steps.index(q.step(one.first)) for one in PAGES), len(q.steps)]
    number = PAGES.index(page)
    return q.steps[starts[number] : starts[number + 1]]


def read_page(q: Questionnaire, page: Page, formdata: FormData, draft: Draft) -> dict[str, Reading]:
    """What was sent for each asked step of a page; each step is read by the answers of those before it."""
    answers, found = dict(draft.answers), {}
    for step in steps_on(q, page):
        if step in walk(q, answers).steps:
            found[step.key] = read(step, formdata, answers, today=today())
            answers = found[step.key].merged(step, answers)
    return found


def errors_in(readings: Mapping[str, Reading]) -> dict[str, str]:
    """The sentence for each answer that was refused, by question, not translated yet."""
    return {key: sentence for reading in readings.values() for key, sentence in reading.errors.items()}


def too_long(readings: Mapping[str, Reading]) -> bool:
    """Whether keeping what was typed would cut it."""
    return any(is_overlong(reading) for reading in readings.values())


def keep(q: Questionnaire, draft: Draft, readings: Mapping[str, Reading]) -> None:
    """Put a page into the draft, with what is still wrong on it. Raises keeping.TooMuch."""
    unread = dict(draft.extra.get(_UNREAD, {}))
    for key, reading in readings.items():
        take(draft, q.step(key), reading)
        # An answer that is not there yet is no mistake: that is said when the form is to be sent.
        asked = {one.key: one for one in q.step(key).questions}
        unread[key] = {name: said for name, said in reading.errors.items() if _is_typed(asked[name], reading)}
    draft.extra[_UNREAD] = {key: errors for key, errors in unread.items() if errors}


def still_wrong(q: Questionnaire, draft: Draft) -> dict[str, dict[str, str]]:
    """By step on the path: the sentence for each answer that was kept unread or is not there."""
    walked = walk(q, draft.answers)
    unread: Mapping[str, dict[str, str]] = draft.extra.get(_UNREAD, {})
    found = {step.key: dict(unread.get(step.key, {})) for step in walked.steps}
    for step_key, question_key in walked.missing():
        found[step_key].setdefault(question_key, needed(q.question(question_key)))
    return {key: errors for key, errors in found.items() if errors}


def shown(
    q: Questionnaire,
    page: Page,
    draft: Draft,
    side: Language | None,
    *,
    readings: Mapping[str, Reading] | None = None,
    complete: bool = False,
) -> dict[str, Any]:
    """What the template needs: with `readings` exactly as typed, else as the draft has it.

    What was kept unread is said again; with `complete`, what is missing as well.
    """
    answers = dict(draft.answers)
    for key, sent in (readings or {}).items():
        answers = sent.merged(q.step(key), answers)
    walked = walk(q, answers)
    kept: Mapping[str, Mapping[str, str]] = still_wrong(q, draft) if complete else draft.extra.get(_UNREAD, {})
    sections, errors, questions = [], {}, []
    for step in (one for one in steps_on(q, page) if one in walked.steps):
        reading = (readings or {}).get(step.key)
        said = {key: gettext(text) for key, text in (reading.errors if reading else kept.get(step.key, {})).items()}
        values = reading.typed if reading else keeping.values_of(step, draft)
        asked = fielding.on_page(walked, step)
        groups = fielding.groups(asked, step, values, said, walked.live, side)
        sections.append({"step": step, "groups": groups})
        errors.update(said)
        questions += asked
    return {
        "sections": sections,
        "errors": errors,
        "questions": questions,
        "reveals": list(_sheets(q, page)),
        "needed": sum(is_required(one, walked.live) for one in questions),
    }


def _is_typed(question: Question, reading: Reading) -> bool:
    return any(text.strip() for name in field_names(question) for text in reading.typed.get(name, ""))


def _sheets(q: Questionnaire, page: Page) -> Iterator[str]:
    names = {reveals.name_for(q, step) for step in steps_on(q, page)}
    yield from sorted(name for name in names if name)

"""The form on paper: made from the newest questions, the same for everyone, four printed pages at most."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue

from .. import organisation, questionnaire, web
from ..form.fielding import SHARING
from ..locales import N_
from ..questionnaire import AllOf, Condition, Has, Kind, Not, Question, Questionnaire, Step
from ..questionnaire.conditions import AnyOf

bp = Blueprint("paper", __name__)

# Paper is no device, and there is no return code for it.
NOT_ON_PAPER = frozenset({"device", "code_goes_to"})
# Nothing is checked or sent from a paper.
LAST = N_("Last questions")
_NOT_SURE = "unsure"
_WIDE = frozenset({Kind.TEXT, Kind.EMAIL, Kind.COUNTRIES})


@dataclass(frozen=True)
class Item:
    """One question as the paper prints it, in the language of the page.

    `shape` is `ticks`, `date`, `brief`, `line` or `lines`; `options` are (words, hint) to tick.
    """

    number: int
    shape: str
    label: str
    hint: str
    starred: bool
    one_only: bool
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Part:
    """One screen as the paper prints it; each group of items has one sentence that says who answers it."""

    title: str
    words: tuple[str, ...]
    only_if: str
    groups: tuple[tuple[str, tuple[Item, ...]], ...]


@bp.get("/paper")
def blank() -> ResponseReturnValue:
    """A blank form to print: nothing on it differs from person to person."""
    said = organisation.current(web.db(), web.settings_of(current_app))
    parts = list(parts_of(questionnaire.current(), partners=bool(said.partners)))
    return web.cacheable(web.page("public/paper.html", parts=parts, said=said))


def parts_of(q: Questionnaire, *, partners: bool) -> Iterator[Part]:
    """Every step of `q` in the language of the page, questions numbered from 1; no sharing without partners."""
    number = 0
    for step in q.steps:
        items: list[tuple[str, Item]] = []
        for question in step.questions:
            if question.key in NOT_ON_PAPER or (question.key == SHARING and not partners):
                continue
            number += 1
            said = web.gettext(question.only_if) if question.only_if else only_if(q, question.when)
            items.append((said, _item(question, number, step)))
        groups = groupby(items, key=lambda pair: pair[0])
        yield Part(
            title=web.gettext(step.title if step is not q.steps[-1] else LAST),
            # The paper has its own words for the first screen, which speaks of phones and of coming back.
            words=() if step is q.steps[0] else tuple(web.gettext(text) for text in (*step.lead, *step.help)),
            only_if=only_if(q, step.when),
            groups=tuple((said, tuple(item for _, item in pairs)) for said, pairs in groups),
        )


def only_if(q: Questionnaire, condition: Condition | None) -> str:
    """A condition as a sentence that names the answers it looks at; "" where everybody answers."""
    match condition:
        case Has(key, codes):
            return web.gettext("Only if you ticked: %(answers)s") % {"answers": _labels(q.question(key), codes)}
        case Not(Has(key, codes)):
            return web.gettext("Not if you ticked: %(answers)s") % {"answers": _labels(q.question(key), codes)}
        case AnyOf(conditions):
            found = [one for one in conditions if isinstance(one, Has)]
            labels = "; ".join(_labels(q.question(one.key), one.codes) for one in found)
            # A part that cannot be put into words would make the sentence wrong: then everybody is asked.
            whole = len(found) == len(conditions)
            return web.gettext("Only if you ticked: %(answers)s") % {"answers": labels} if whole else ""
        case AllOf(conditions):
            return ". ".join(filter(None, (only_if(q, one) for one in conditions)))
        case _:
            return ""


def _labels(question: Question, codes: tuple[str, ...]) -> str:
    offered = (*question.choices, *question.alternatives)
    return "; ".join(f"“{web.gettext(one.label)}”" for one in offered if one.code in codes)


def _item(question: Question, number: int, step: Step) -> Item:
    offered = question.alternatives if question.kind is Kind.DATE else question.choices
    options = tuple((web.gettext(one.label), web.gettext(one.hint) if one.hint else "") for one in offered)
    if question.kind is Kind.DATE and _NOT_SURE not in question.codes:
        options = (*options, (web.gettext("I do not know"), ""))
    if question.kind is Kind.CONSENT:
        options = ((web.gettext("Yes"), ""),)
    alone = len(step.questions) == 1 and question.label == step.title
    return Item(
        number=number,
        shape=_shape(question),
        label="" if alone else web.gettext(question.label),
        hint=web.gettext(question.hint) if question.hint else "",
        starred=bool(question.required),
        one_only=question.kind is Kind.CHOICE and len(options) > 2,
        options=options,
    )


def _shape(question: Question) -> str:
    """How an answer is written; long lists of states, countries and languages become a line to write on."""
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES | Kind.CONSENT:
            return "ticks"
        case Kind.DATE:
            return "date"
        case Kind.TEXT if question.multiline:
            return "lines"
        case kind if kind in _WIDE:
            return "line"
        case _:
            return "brief"

"""What the page needs to show one question: its words, its fields as typed, what may be chosen."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app

from .. import calendarnames, web
from ..calendars import Calendar
from ..locales import Language, translations
from ..questionnaire import Walk, choices, dating, naming
from ..questionnaire.model import Choice, Kind, Question, Step, is_required
from ..questionnaire.reading import Typed, field_names
from ..splice import showable
from . import offering, reveals
from .wording import in_us_calendar, spoken_written

SHARING = "consent_share"

Option = tuple[str, str, str, str]
Field = dict[str, Any]


def on_page(walked: Walk, step: Step) -> list[Question]:
    """What the page shows; nobody is asked to share with partners where there are none."""
    partners = web.settings_of(current_app).partners
    return [one for one in walked.shown(step) if one.key != SHARING or partners]


def groups(
    questions: Sequence[Question],
    step: Step,
    values: Typed,
    errors: Mapping[str, str],
    answers: Mapping[str, object],
    side: Language | None = None,
) -> list[tuple[str, list[Field]]]:
    """The fields of `questions` in order, those with the same "only if" sentence together, so that it is said
    once. `side` is a second language in which to say everything again.
    """
    here = {one.key for one in step.questions}
    found: list[tuple[str, list[Field]]] = []
    for question in questions:
        field = _field(question, here, values, errors.get(question.key), answers, side)
        field["titled"] = question.label == step.title
        if found and found[-1][0] == question.only_if:
            found[-1][1].append(field)
        else:
            found.append((question.only_if, [field]))
    return found


def _field(
    question: Question,
    here: set[str],
    values: Typed,
    error: str | None,
    answers: Mapping[str, object],
    side: Language | None,
) -> Field:
    names = field_names(question)
    settings = web.settings_of(current_app)
    return {
        "key": question.key,
        "kind": question.kind.value,
        "names": names,
        "label": question.label,
        "hint": question.hint,
        "why": question.why,
        "only_if": question.only_if,
        "reveal": reveals.rule_for(question, here) is not None,
        "required": is_required(question, answers) or (bool(question.required) and bool(question.only_if)),
        "options": _options(question, web.language(), side, clearable=bool(values.get(question.key))),
        "values": [_showable(values.get(name, "")) for name in names],
        "error": error,
        "asides": (),
        "typed_list": question.typed_list,
        "names_listed": settings.partners if question.key == SHARING else (),
        "multiline": question.multiline,
        "max_length": question.max_length,
        "autocomplete": question.autocomplete,
        "also": _also(question.label, side),
        "also_hint": _also(question.hint, side),
        "also_lang": side.tag if side else "",
        "also_dir": side.direction if side else "",
        **_more(question, values, error),
    }


def _more(question: Question, values: Typed, error: str | None) -> Field:
    if question.kind is Kind.DATE:
        return _date(question, values)
    return _list(question, values, error) if question.typed_list else {}


def _date(question: Question, values: Typed) -> Field:
    """The months to choose from; a date of another calendar is said again in the calendar of the US."""
    language = web.language()
    chosen = _text(values, f"{question.key}.month")
    more: Field = {
        "about": f"{question.key}.about" if question.about else None,
        "months": offering.months(language, chosen, others=question.calendars),
        "shown_name": dating.shown_name(question) if question.calendars else None,
        "shown": "",
    }
    found = dating.in_other_calendar(question, values)
    if found is not None:
        more["shown"] = found.mark
        more["asides"] = (
            web.gettext("You wrote %(date)s.") % {"date": spoken_written(found, language)},
            web.gettext("In the calendar of the US this is %(date)s.") % {"date": in_us_calendar(found, language)},
        )
    elif question.calendars and Calendar.ETHIOPIAN in calendarnames.own_of(language.code):
        more["shown"] = Calendar.ETHIOPIAN.value
    return more


def _list(question: Question, values: Typed, error: str | None) -> Field:
    """The names to pick from, the written ones in words, and after an error what else could be meant."""
    language = web.language()
    names = dict(offering.named(question.kind, language))
    written, picked = field_names(question)[:-1], _text(values, field_names(question)[-1])
    texts = [_text(values, name) for name in written]
    like = naming.languages_like if question.kind is Kind.LANGUAGE else naming.countries_like
    known = naming.languages_named if question.kind is Kind.LANGUAGE else naming.countries_named
    meant: list[str] = []
    if error:
        meant = [code for text in texts if text.strip() and len(known(text.strip())) != 1 for code in like(text)]
    said = "، " if language.direction == "rtl" else ", "
    return {
        "values": [*(_showable(names.get(text, text)) for text in texts), picked],
        "listed": offering.listed(question.kind, language),
        "plain": bool(error) or picked == choices.OTHER_LANGUAGE,
        "asides": (web.gettext("Did you mean: %(names)s?") % {"names": said.join(names[code] for code in meant)},)
        if meant
        else (),
    }


def _options(question: Question, language: Language, side: Language | None, *, clearable: bool) -> Sequence[Option]:
    match question.kind:
        case Kind.CHOICE if clearable and question.required is False:
            # Without script a chosen radio button cannot be let go: this one takes the answer back.
            return (*_said(question.choices, side), ("", web.gettext("No answer"), "", ""))
        case Kind.CHOICE | Kind.CHOICES:
            return _said(question.choices, side)
        case Kind.DATE:
            return _said(question.alternatives, side)
        case Kind.STATE:
            return tuple((code, web.gettext(name), "", "") for code, name in choices.STATES)
        case Kind.COUNTRY | Kind.COUNTRIES:
            return tuple((code, name, "", "") for code, name in offering.named(question.kind, language))
        case Kind.LANGUAGE:
            listed = tuple((code, name, "", "") for code, name in offering.named(question.kind, language))
            if not question.typed_list:
                return listed
            return (*listed, (choices.OTHER_LANGUAGE, web.gettext("A different language"), "", ""))
        case _:
            return ()


def _said(offered: tuple[Choice, ...], side: Language | None) -> tuple[Option, ...]:
    # gettext answers an empty text with the catalogue's header.
    return tuple(
        (one.code, web.gettext(one.label), web.gettext(one.hint) if one.hint else "", _also(one.label, side))
        for one in offered
    )


def _also(text: str, side: Language | None) -> str:
    """`text` in the second language, if there is one."""
    return translations(side.code).gettext(text) if side and text else ""


def _text(values: Typed, name: str) -> str:
    value = values.get(name, "")
    return value if isinstance(value, str) else ""


def _showable(value: str | list[str]) -> str | list[str]:
    return [showable(one) for one in value] if isinstance(value, list) else showable(value)

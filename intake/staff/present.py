"""Cases and answers as staff read them: words for codes, days left, what was typed beside what it means."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from .. import calendarnames
from ..assessment import Reason
from ..assessment.days import Phrase
from ..calendars import Calendar
from ..casework.statuses import REASONS, STATUSES
from ..daywords import day_in_words
from ..locales import N_, country_names, language_names, month_names
from ..questionnaire import Kind, Question, Questionnaire, Value, answered
from ..questionnaire.choices import LANGUAGES, OTHER_LANGUAGE, OTHER_PREFIX, STATELESS, STATES
from ..questionnaire.dating import in_other_calendar
from ..questionnaire.reading import field_names, retype
from ..typed import mask_a_number, show_a_number
from ..typeddates import WrittenDate, partial_days
from ..web import gettext, long_date, ngettext
from ..web import language as page_language
from . import labels

_OWN_NAMES = dict(LANGUAGES)
_STATE_NAMES = dict(STATES)


@dataclass(frozen=True, slots=True, repr=False)
class Line:
    """One answer as the case page shows it. `masked` is set for numbers that are not shown at once."""

    key: str
    label: str
    kind: str
    texts: tuple[str, ...]
    original: str = ""
    masked: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Screen:
    """The answers of one screen of the form."""

    title: str
    lines: tuple[Line, ...]


def days_left(due: dt.date | None, today: dt.date) -> str:
    """How far away `due` is, in words."""
    if due is None:
        return gettext(N_("no date"))
    days = (due - today).days
    if days in (0, 1):
        return gettext(N_("today")) if days == 0 else gettext(N_("tomorrow"))
    if days > 0:
        return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}
    return ngettext("%(days)s day ago", "%(days)s days ago", -days) % {"days": -days}


day = long_date


def moment(time: dt.datetime, zone: dt.tzinfo) -> str:
    """A time of the organisation's clock: 4 March 2026, 14:05."""
    local = time.astimezone(zone)
    return f"{day(local.date())}, {local:%H:%M}"


def language(code: str) -> str:
    """The name of a language in that of the page; its own name where that has none."""
    if code.startswith(OTHER_PREFIX):
        return code.removeprefix(OTHER_PREFIX)
    if code in labels.SPECIAL_LANGUAGES:
        return gettext(labels.SPECIAL_LANGUAGES[code])
    return language_names(page_language().cldr).get(code) or _OWN_NAMES.get(code, code)


def word(words: Mapping[str, str], code: str | None) -> str:
    """The text for a code; the code itself where nobody has a word for it."""
    return gettext(words[code]) if code is not None and code in words else code or ""


def status(code: str) -> str:
    """The name of a status."""
    return gettext(STATUSES[code].label) if code in STATUSES else code


def place(kind: str, state: str | None) -> str:
    """Where the person is: `Held, Texas`."""
    where = word(labels.PLACES, kind)
    return f"{where}, {gettext(_STATE_NAMES[state])}" if state in _STATE_NAMES else where


def queue_rows(rows: Sequence[Row[Any]], today: dt.date, zone: dt.tzinfo) -> list[dict[str, Any]]:
    """The rows of the queue in words, each a plain mapping, so that the template does nothing but print."""
    return [_queue_row(row, today, zone) for row in rows]


def _queue_row(row: Row[Any], today: dt.date, zone: dt.tzinfo) -> dict[str, Any]:
    name, shape = labels.LEVELS.get(row.level, ("", ""))
    waiting = max(0, (today - row.received_at.astimezone(zone).date()).days)
    return {
        "id": row.id,
        "reference": row.reference,
        "level": row.level,
        "level_name": gettext(name),
        "shape": shape,
        "due": day(row.due_on) if row.due_on else "",
        "left": days_left(row.due_on, today),
        "why": word(labels.DUE, row.due_code),
        "language": language(row.language),
        "interpreter": bool(row.interpreter),
        "place": place(row.place_kind, row.state),
        "held": row.place_kind == "held",
        "minor": row.age_band == "0-17",
        "claims": ", ".join(word(labels.CLAIMS, claim) for claim in row.claims),
        "status": status(row.status),
        "owner": row.owner_name or "",
        "reply": row.unanswered_since is not None,
        "pairs": bool(row.pairs),
        "conflict": row.conflict == "possible",
        "waiting": ngettext("%(days)s day", "%(days)s days", waiting) % {"days": waiting},
    }


def screens(form: Questionnaire, answers: Mapping[str, object], typed: Mapping[str, Mapping[str, Any]]) -> list[Screen]:
    """Every answer as it was asked, screen by screen; `typed` is by step and field name."""
    return [
        Screen(
            gettext(step.title),
            tuple(line(question, value, typed.get(step.key, {})) for question, value in pairs),
        )
        for step, pairs in answered(form, answers)
    ]


def line(question: Question, value: Value, typed: Mapping[str, Any]) -> Line:
    """One answer in words, with what was typed where that differs."""
    return Line(
        key=question.key,
        label=gettext(question.label),
        kind=question.kind.value,
        texts=_texts(question, value),
        original=_original(question, value, typed),
        masked=mask_a_number(str(value)) if question.kind is Kind.A_NUMBER else "",
    )


def _texts(question: Question, value: Value) -> tuple[str, ...]:
    given = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    match question.kind:
        case Kind.CHOICE | Kind.CHOICES:
            words = {choice.code: choice.label for choice in question.choices}
            return tuple(word(words, code) for code in given)
        case Kind.COUNTRY | Kind.COUNTRIES:
            names = country_names(page_language().cldr)
            return tuple(
                gettext(N_("No country (stateless)")) if code == STATELESS else names.get(code, code) for code in given
            )
        case Kind.DATE:
            words = {choice.code: choice.label for choice in question.alternatives}
            return (word(words, given[0]) if given[0] in words else partial_day(given[0]),)
        case Kind.LANGUAGE:
            return (language(given[0]),)
        case Kind.STATE:
            return (word(_STATE_NAMES, given[0]),)
        case Kind.A_NUMBER:
            return (show_a_number(given[0]),)
        case Kind.CONSENT:
            return (gettext(N_("Yes")),)
        case _:
            return tuple(given)


def partial_day(text: str) -> str:
    """A partial date with the month as a word: `4 March 2026`, `March 2026`, `2026`, `about March 2026`, and
    `between 21 March 2026 and 20 April 2026` for a month of another calendar.
    """
    between = partial_days(text)
    if between is None:
        return text
    plain = text.removesuffix("~")
    if "/" in plain:
        days = {"first": day(between[0]), "last": day(between[1])}
        said = gettext(N_("between %(first)s and %(last)s")) % days
    else:
        said = day_in_words(between[0], page_language(), len(plain))
    return gettext(N_("about %(date)s")) % {"date": said} if text.endswith("~") else said


def _original(question: Question, value: Value, typed: Mapping[str, Any]) -> str:
    if question.kind in {Kind.CHOICE, Kind.CHOICES, Kind.CONSENT, Kind.STATE}:
        return ""
    if question.kind in {Kind.COUNTRY, Kind.COUNTRIES, Kind.LANGUAGE}:
        return _original_name(question, value, typed) if question.typed_list else ""
    usual = retype(question, value)
    sent = {name: str(typed.get(name, "")).strip() for name in field_names(question)}
    written = in_other_calendar(question, sent)
    if written is not None and written.calendar is not None:
        return _written(written, written.calendar)
    if sent == usual or not any(sent.values()):
        return ""
    parts = [text for name, text in sent.items() if text and not name.endswith((".other", ".about"))]
    original = " ".join(parts)
    shown = " ".join(_texts(question, value))
    return "" if original in (shown, str(value)) or "•" in original else original


def _original_name(question: Question, value: Value, typed: Mapping[str, Any]) -> str:
    """What was written for a country or a language, unless it is a name that staff see anyway."""
    written = [str(typed.get(name, "")).strip() for name in field_names(question)]
    texts = [text for text in written if text and text != OTHER_LANGUAGE]
    given = [str(one) for one in value] if isinstance(value, list) else [str(value)]
    usual = {*given, *_texts(question, value), *(_OWN_NAMES.get(code, "") for code in given)}
    return ", ".join(texts) if not set(texts) <= usual else ""


def _written(written: WrittenDate, calendar: Calendar) -> str:
    """A date of another calendar as it was written: `2 Farvardin · Hamal 1405 (Solar Hijri)`."""
    month = calendarnames.months(calendar, page_language().code)[written.month - 1] if written.month else ""
    said = " ".join(str(one) for one in (written.day, month, written.year) if one)
    return f"{said} ({gettext(calendarnames.NAMES[calendar])})"


def reason(found: Reason) -> dict[str, str]:
    """One rule that fired, in words."""
    level = gettext(labels.LEVELS[int(found.level)][0]) if found.level is not None else ""
    return {
        "code": found.code,
        "effect": level or word(labels.EFFECTS, found.effect),
        "text": _sentence(found),
        "due": day(found.due_on) if found.due_on else "",
        "target": day(found.target_on) if found.target_on else "",
        "cite": "; ".join(gettext(cite) for cite in found.cites),
        "source": gettext(found.source),
        "verified": day(found.verified_on) if found.verified_on else "",
    }


def _sentence(found: Reason) -> str:
    words = {name: _phrase(said) if isinstance(said, Phrase) else said for name, said in found.words}
    return gettext(found.template).format_map(words)


def _phrase(said: Phrase) -> str:
    first, last = said.span.first, said.span.last
    month = month_names(page_language().cldr)[first.month - 1]
    return gettext(said.pattern).format(first=day(first), last=day(last), month=month, year=first.year)


def event_details(details: Mapping[str, Any]) -> dict[str, str]:
    """The codes of a timeline event in words; what an event does not say is empty."""
    said = {key: str(details[key]) for key in ("from_status", "status", "reason", "due_code") if details.get(key)}
    words = {
        "from_status": status(said.get("from_status", "")),
        "status": status(said.get("status", "")),
        "reason": word(REASONS, said.get("reason")),
        "due_code": word(labels.DUE, said.get("due_code")),
    }
    for key in ("from_level", "level"):
        known = details.get(key) in labels.LEVELS
        words[key] = gettext(labels.LEVELS[details[key]][0]) if known else ""
    return words

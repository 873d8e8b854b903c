"""Posted forms and the rules: whatever is sent is read or refused, whatever is known is judged."""

import datetime as dt
from typing import Any

from werkzeug.datastructures import MultiDict

from intake import assessment, questionnaire
from intake.assessment import Outcome
from intake.questionnaire import Kind, fits
from intake.questionnaire.forms import read
from intake.questionnaire.model import Question
from intake.questionnaire.reading import field_names, retype, unkept_names
from tests.fuzz.taking import Taking

TODAY = dt.date(2026, 11, 23)
RULES = assessment.current()
FORMS = list(questionnaire.released.values())
# What only comes nearer, and must then not be less urgent.
AHEAD = ("next_date", "letter_due", "permission_ends")
BEHIND = ("decision_date", "fear_date", "missed_on")


def forms(data: bytes) -> None:
    """What is read of a posted step fits its question, and shown again and sent again it is the same."""
    taking = Taking(data)
    step = taking.one_of([step for form in FORMS for step in form.steps])
    names = [name for one in step.questions for name in (*field_names(one), *unkept_names(one))] or ["x"]
    codes = sorted({code for one in step.questions for code in one.codes}) or ["yes"]
    fields: MultiDict[str, str] = MultiDict()
    for _ in range(taking.number(12)):
        fields.add(taking.one_of(names), taking.one_of(codes) if taking.number(1) else taking.text())
    reading = read(step, fields, {}, today=TODAY)
    questions = {one.key: one for one in step.questions}
    for key, value in reading.answers.items():
        assert fits(questions[key], value) and key not in reading.errors
    for texts in reading.typed.values():
        "".join(texts).encode()
    assert all(sentence.endswith(".") for sentence in reading.errors.values())
    shown: MultiDict[str, str] = MultiDict()
    for key, value in reading.answers.items():
        for name, again in _shown(questions[key], value, fields).items():
            for one in again if isinstance(again, list) else [again]:
                shown.add(name, one)
    assert read(step, shown, reading.answers, today=TODAY).answers == reading.answers


def _shown(question: Question, value: object, fields: MultiDict[str, str]) -> dict[str, Any]:
    """The fields of the page that shows an answer, with the hidden ones that it sends back."""
    shown: dict[str, Any] = dict(retype(question, value))
    if question.kind is Kind.DATE:
        shown |= {name: fields[name] for name in unkept_names(question) if name in fields}
    return shown


def rules(data: bytes) -> None:
    """Any answers are judged, always alike; what is nearer or more dangerous never makes a case less urgent."""
    taking = Taking(data)
    form = taking.one_of(FORMS)
    today = dt.date(2024, 1, 1) + dt.timedelta(days=taking.number(1800))
    answers: dict[str, Any] = {}
    for _ in range(taking.number(24)):
        question = taking.one_of([one for step in form.steps for one in step.questions])
        answers[question.key] = _answer(question, taking, today)
    found = assessment.facts(answers)
    result = assessment.assess(RULES, found, today)
    assert result.reasons and isinstance(result.outcome, Outcome)
    assert result == assessment.assess(RULES, assessment.facts(dict(reversed(answers.items()))), today)
    assert all(reason.text.endswith(".") and "{" not in reason.text for reason in result.reasons)
    assert result.level == min(one.level for one in result.reasons if one.level is not None)
    change = assessment.next_change(RULES, found, today)
    assert change is None or change > today
    near, far = sorted((taking.number(400), taking.number(400)))
    for key in AHEAD:
        assert _level(answers, today, key, near) <= _level(answers, today, key, far), key
    for key in BEHIND:
        assert _level(answers, today, key, -near) <= _level(answers, today, key, -far), key
    claims = answers.get("claims")
    known = [one for one in claims if isinstance(one, str)] if isinstance(claims, list) else []
    for worse in ({"claims": [*known, "trafficking"]}, {"danger_now": "yes"}, {"place_kind": "held"}):
        assert assessment.assess(RULES, assessment.facts(answers | worse), today).level <= result.level, list(worse)


def _level(answers: dict[str, Any], today: dt.date, key: str, days: int) -> int:
    moved = answers | {key: (today + dt.timedelta(days=days)).isoformat()}
    return assessment.assess(RULES, assessment.facts(moved), today).level


def _answer(question: Question, taking: Taking, today: dt.date) -> Any:
    """An answer of the right kind most often, else anything that JSON can hold."""
    what = taking.number(9)
    if what == 0:
        return taking.one_of([None, True, -1, 10**30, float("nan"), [], {}, [[]], [None], {"a": 1}, "", "0000-00"])
    if what == 1:
        return taking.text(20)
    if question.kind is Kind.DATE:
        day = today + dt.timedelta(days=taking.number(2000) - 1000)
        return taking.one_of([day.isoformat(), day.isoformat()[:7], day.isoformat()[:4], f"{day.isoformat()[:7]}~"])
    if question.kind is Kind.CHOICES:
        return taking.some_of(sorted(question.codes), 5)
    return taking.one_of(sorted(question.codes)) if question.codes else taking.number(60)

"""Each hostile string through every field of every step: read, or refused in words on a page fit for a person."""

import html
import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from intake import questionnaire
from intake.questionnaire import AllOf, AnyOf, Condition, Has, Kind, Question, Step, fits
from intake.questionnaire.forms import read
from intake.questionnaire.reading import field_names
from intake.splice import showable
from intake.typed import clean_text
from tests.hostile.looking import everywhere, look, nothing_of, send
from tests.hostile.strings import ALL, GROUPS, SURROGATES
from tests.people import TODAY
from tests.public.walking import ROSA, fields, token, walk

Q = questionnaire.current()
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# What PostgreSQL refuses and SQLite does not: NUL, halves of pairs, and quotes that end a statement.
FOR_POSTGRES = ("control characters", "no characters", "invisible", "databases")


class Sent(dict[str, list[str]]):
    """Fields as a form reads them."""

    def getlist(self, key: str) -> list[str]:
        return self.get(key, [])


@pytest.fixture
def quick(public_app) -> FlaskClient:
    """A client that judges nothing by itself: thousands of pages are looked at in a faster way."""
    public_app.test_client_class = FlaskClient
    return public_app.test_client()


def test_clean_text_is_clean_and_stays_as_it_is():
    for name, text in (ALL | SURROGATES).items():
        for multiline in (False, True):
            clean = clean_text(text, multiline=multiline)
            assert clean == clean_text(clean, multiline=multiline) == showable(clean), name
            assert clean.encode().decode() == clean and (multiline or "\n" not in clean), name


def test_the_list_is_long_and_no_string_stands_in_it_twice():
    assert len(ALL) >= 300 and len(set(ALL.values())) == len(ALL)
    assert all(len(named) >= 9 for named in GROUPS.values())


@pytest.mark.parametrize("step_key", [step.key for step in Q.steps])
@ONE_DATABASE
def test_a_string_in_all_fields_of_a_step_never_breaks_its_page(quick, caplog, step_key):
    step, address = Q.step(step_key), f"/en/apply/{step_key}"
    walk(quick, ROSA, until="who" if step_key == "start" else step_key)
    mark = token(quick.get(address))
    caplog.set_level("DEBUG")
    # Every third string, the others on the next steps: each question alone meets all of them below.
    for name in list(ALL)[[one.key for one in Q.steps].index(step_key) % 3 :: 3]:
        text = ALL[name]
        answer = send(quick, address, {"csrf_token": mark, "go": "on"} | everywhere(step, text))
        assert re.fullmatch(r"(/en/(apply/[a-z-]+|receipt))?", answer.headers.get("Location", "")), name
        if answer.status_code == 303:
            look(quick.get(address).text)
    nothing_of(ALL.values(), caplog.text)


@pytest.mark.parametrize("group", FOR_POSTGRES)
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_the_same_on_the_other_database_where_it_matters(quick, group):
    walk(quick, ROSA, until="check")
    mark = {"csrf_token": token(quick.get("/en/apply/check")), "go": "later"}
    for text in GROUPS[group].values():
        for step in (Q.step("about"), Q.step("contact")):
            saved = quick.post(f"/en/apply/{step.key}", data=everywhere(step, text) | mark)
            assert saved.status_code == 303
            look(quick.get(f"/en/apply/{step.key}", follow_redirects=True).text)


def questions() -> Iterator[tuple[Step, Question]]:
    for step in Q.steps:
        yield from ((step, question) for question in step.questions)


def calling_for(condition: Condition | None) -> dict[str, str]:
    """Answers for which a condition holds."""
    match condition:
        case Has(key, codes):
            return calling_for(Q.question(key).when) | {key: codes[0]}
        case AnyOf((first, *_)):
            return calling_for(first)
        case AllOf(conditions):
            return {key: code for one in conditions for key, code in calling_for(one).items()}
        case _:
            return {}


def test_each_question_alone_reads_each_string_or_says_what_to_do():
    for step, question in questions():
        for name, text in (ALL | SURROGATES).items():
            for field in field_names(question):
                reading = read(step, Sent({field: [text, text]}), {}, today=TODAY)
                value = reading.answers.get(question.key)
                assert value is None or fits(question, value), (question.key, name)
                nothing_of([text], " ".join(reading.errors.values()))
                assert all(sentence.endswith(".") for sentence in reading.errors.values())


def test_a_text_field_keeps_the_clean_text_or_refuses_it_whole():
    for step, question in questions():
        if question.kind is not Kind.TEXT:
            continue
        called = calling_for(question.when)
        for name, text in ALL.items():
            sent = Sent({key: [code] for key, code in called.items()} | {question.key: [text]})
            reading = read(step, sent, called, today=TODAY)
            clean = clean_text(text, multiline=question.multiline)
            if len(clean) <= question.max_length:
                assert reading.answers.get(question.key, "") == clean, (question.key, name)
            else:
                assert question.key in reading.errors and question.key not in reading.answers


@ONE_DATABASE
def test_what_was_written_is_shown_exactly_or_refused(quick):
    walk(quick, ROSA, until="check")
    mark = {"csrf_token": token(quick.get("/en/apply/check")), "go": "on"}
    shown = 0
    for name, text in ALL.items():
        typed = fields("about", ROSA) | {"call_name": text, "other_names": text}
        answer = send(quick, "/en/apply/about", typed | mark)
        clean = clean_text(text)
        assert (answer.status_code == 303) == (0 < len(clean) <= 200), name
        if answer.status_code == 303:
            page = quick.get("/en/apply/check").text
            look(page)
            said = re.findall(r"<dd><bdi>([^<]*)</bdi></dd>", page)
            assert [html.unescape(one) for one in said].count(clean) == 2, name
            shown += 1
    assert shown > 300

"""The form on paper asks what the form asks, of everyone alike, and says who need not answer."""

import dataclasses
import datetime as dt
import html
import re

import pytest

from intake import organisation, questionnaire
from intake.db import transaction
from intake.organisation import Organisation, Phone
from intake.public.app import create_app
from intake.public.paper import NOT_ON_PAPER, only_if, parts_of
from intake.questionnaire import AllOf, AnyOf, Has, Kind, Not
from tests.judge import JudgedClient

Q = questionnaire.current()


@pytest.fixture
def database_url(tmp_path) -> str:
    """A blank paper holds nothing of the database but the organisation's own words."""
    return f"sqlite:///{tmp_path / 'intake.db'}"


@pytest.fixture
def english(public_app):
    """The domain's words are made into sentences in the language of a request: here English."""
    with public_app.test_request_context("/en/paper"):
        yield


def words(page: str) -> str:
    """The text of a page as a person reads it."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_every_question_and_every_answer_of_the_form_is_on_the_paper(public_client):
    paper = words(public_client.get("/en/paper").text)
    asked = [one for step in Q.steps for one in step.questions if one.key not in {*NOT_ON_PAPER, "consent_share"}]
    for question in asked:
        assert question.label in paper, question.key
        assert question.only_if in paper, question.key
        for choice in (*question.choices, *question.alternatives):
            assert choice.label in paper, (question.key, choice.code)
    assert re.findall(r"<b>(\d+)</b>", public_client.get("/en/paper").text) == [
        str(number) for number in range(1, len(asked) + 1)
    ]


def test_long_lists_become_lines_to_write_on(public_client):
    paper = words(public_client.get("/en/paper").text)
    assert "Wyoming" not in paper and "Zambia" not in paper and "Shqip" not in paper


def test_a_question_that_hangs_on_an_earlier_screen_says_so(english):
    parts = {part.title: part for part in parts_of(Q, partners=False)}
    sentences = {item.label: said for part in parts.values() for said, items in part.groups for item in items}
    fear = sentences["When did you hear that you did not pass the fear interview?"]
    assert fear == "Only if you ticked: “I did not pass a fear interview”"
    assert parts["When did you come to the US?"].only_if == "Not if you ticked: “Outside the US”"
    for step in Q.steps:
        for question in step.questions:
            if question.when is not None:
                assert question.only_if or only_if(Q, question.when), question.key


def test_conditions_are_put_into_words_or_everybody_is_asked(english):
    held, abroad = Has("place_kind", "held"), Has("place_kind", "abroad")
    both = only_if(Q, AnyOf((held, abroad)))
    assert both == "Only if you ticked: “In immigration detention or in jail”; “Outside the US”"
    assert only_if(Q, AllOf((held, Not(abroad)))).count("if you ticked") == 2
    assert only_if(Q, AnyOf((held, Not(abroad)))) == ""
    assert only_if(Q, None) == ""


def test_each_date_can_be_left_open(english):
    for part in parts_of(Q, partners=False):
        for _said, items in part.groups:
            for item in items:
                assert item.shape != "date" or len(item.options) > 0, item.label
    dates = [one for step in Q.steps for one in step.questions if one.kind is Kind.DATE]
    items = [one for part in parts_of(Q, partners=False) for _said, group in part.groups for one in group]
    assert len(dates) == len([one for one in items if one.shape == "date"])


def test_the_paper_is_the_same_for_everyone_and_sets_no_cookie(public_client, public_app):
    first = public_client.get("/en/paper")
    again = public_app.test_client().get("/en/paper?from=release&name=Rosa")
    assert first.data == again.data and "Set-Cookie" not in again.headers
    assert first.headers["Cache-Control"] == "public, max-age=300"
    assert "<input" not in first.text and "Harbour Rights" in first.text


def test_the_paper_warns_and_says_where_it_goes(public_client):
    paper = words(public_client.get("/en/paper").text)
    for said in (
        "It is not an application for asylum.",
        "a notario is not a lawyer",
        "A paper has no return code.",
        "we use only the ways to reach you that you tick here",
        "Return this paper to Harbour Rights",
        "Sign your name, or make a mark",
        "Our staff writes here",
    ):
        assert said in paper


def test_the_paper_says_how_to_reach_the_organisation_once_it_has_said_so(settings, engine, public_client):
    assert '<p class="sign">Phone</p>' in public_client.get("/en/paper").text
    said = Organisation(name="Harbour Rights", phones=(Phone("Office", "+12025550112"),), email="help@example.org")
    with transaction(engine) as session:
        organisation.save(session, said, "a test", dt.datetime.now(dt.UTC), 0)
    paper = public_client.get("/en/paper").text
    assert "Return this paper to Harbour Rights" in words(paper) and "+1 202-555-0112" in paper
    assert '<bdi dir="ltr">help@example.org</bdi>' in paper and '<p class="sign">Phone</p>' not in paper


def test_sharing_is_asked_only_where_there_are_partners(settings, engine, public_client):
    asked = "share my answers with partner groups"
    assert asked not in public_client.get("/en/paper").text
    app = create_app(dataclasses.replace(settings, partners=("Lighthouse Legal",)), engine)
    app.test_client_class = JudgedClient
    paper = app.test_client().get("/en/paper").text
    assert asked in paper and "<bdi>Lighthouse Legal</bdi>" in paper


def test_the_paper_turns_round_in_a_language_that_runs_from_right_to_left(public_client):
    page = public_client.get("/ar_XB/paper").text
    assert 'dir="rtl"' in page and page.count('class="ask"') == public_client.get("/en/paper").text.count('class="ask"')

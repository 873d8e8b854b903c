"""What people ask before they trust us is answered from what the organisation says, and how long it takes is true."""

import dataclasses
import datetime as dt

import pytest

from intake import drafts, organisation
from intake.db import transaction
from intake.organisation import HALF, LONGER, MOST, Waiting, read
from intake.public.app import create_app
from intake.public.waitwords import sentence
from tests.judge import JudgedClient
from tests.organisation.test_saying import TYPED
from tests.public.plainly import grade_of
from tests.public.walking import ROSA, walk

UNKNOWN = "We do not know yet how long it takes."


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def say(engine, languages=("es", "ar"), states=(), **typed: str) -> None:
    with transaction(engine) as session:
        organisation.save(session, read(TYPED | typed, languages, states=states), "staff:1", now(), 0)


def measure(engine, **figures: int | None) -> None:
    keys = {"half": HALF, "most": MOST, "longer": LONGER}
    with transaction(engine) as session:
        organisation.keep_measured(session, {keys[name]: value for name, value in figures.items()}, now())


@pytest.fixture
def of_settings(settings, engine):
    """A browser at a public door with some settings changed."""

    def made(**changed):
        app = create_app(dataclasses.replace(settings, **changed), engine)
        app.test_client_class = JudgedClient
        return app.test_client()

    return made


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Waiting(half=3, most=8, promise=5), "eight hear from us within 8 working days."),
        (Waiting(half=0, most=0), "eight hear from us within 1 working day."),
        (Waiting(half=3, promise=2), "Half of the people hear from us within 3 working days. Others wait longer."),
        (Waiting(longer=30, promise=2), "Many people wait for more than 30 working days now."),
        (Waiting(promise=5), f"{UNKNOWN} We try to reach each person within 5 working days."),
        (Waiting(), UNKNOWN),
    ],
)
def test_what_was_measured_counts_more_than_a_promise_and_a_promise_more_than_nothing(public_app, found, words):
    with public_app.test_request_context("/en/questions"):
        assert sentence(found).endswith(words)


@pytest.mark.parametrize("page", ["receipt", "questions"])
def test_the_wait_is_told_as_it_is_measured(public_client, engine, page):
    def told() -> str:
        return public_client.get(f"/en/{page}").text

    walk(public_client, ROSA)
    assert UNKNOWN in told() and "ten working days" not in told()
    say(engine, promise_days="7")
    assert f"{UNKNOWN} We try to reach each person within 7 working days." in told()
    measure(engine, half=4, most=12)
    assert "eight hear from us within 12 working days." in told() and "7 working days" not in told()


def test_the_questions_are_answered_from_what_the_organisation_says(engine, of_settings):
    say(engine, states=["TX"])
    page = of_settings(service_area=frozenset({"NY"}), partners=("Harbour Law",)).get("/en/questions")
    for words in (
        "<bdi>Harbour Rights</bdi>",
        "For free.",
        "<bdi>Office</bdi>",
        'href="tel:+12025550123"',
        "+1 202-555-0123",
        'href="mailto:Help@example.org"',
        "<bdi>Monday</bdi> (Central time)",
        '<bdi dir="ltr">Español</bdi>, <bdi dir="ltr">العربية (Arabic)</bdi>',
        "We work in: Texas.",
        "Partner groups see them only if you say yes.",
    ):
        assert words in page.text, words
    for title in ("hurt my case", "Is it free", "How long", "Who are you", "Who will see it", "Do I need papers"):
        assert title in page.text


def test_without_anything_said_the_questions_are_still_answered_and_nothing_is_made_up(public_client):
    page = public_client.get("/en/questions")
    assert "<bdi>Harbour Rights</bdi>" in page.text and "We read forms from every state of the US." in page.text
    for absent in ("How to reach us", "When we are there", "We speak:", "tel:", "mailto:", "Partner groups"):
        assert absent not in page.text
    assert "max-age=300" in page.headers["Cache-Control"] and "Set-Cookie" not in page.headers


def test_what_staff_typed_is_text_and_never_code(public_client, engine):
    say(engine, about="<script>alert(1)</script>", hours='"><img src=x>')
    page = public_client.get("/en/questions").text
    assert "<script" not in page and "<img" not in page and "&lt;script&gt;" in page


@pytest.mark.parametrize("name", ["questions", "privacy"])
def test_the_page_reads_plainly_and_decides_about_nobody(public_client, name):
    page = public_client.get(f"/en/{name}")
    assert grade_of(page) <= 6.5
    for word in ("qualif", "eligib", "n't", "n’t"):
        assert word not in page.text.lower()


def test_the_page_on_privacy_says_what_this_product_does(of_settings):
    page = of_settings(partners=("Harbour Law",)).get("/en/privacy").text
    assert f"after {drafts.LIFETIME.days} days" in page and "<bdi>Harbour Law</bdi>" in page
    assert "never share your answers with other groups" not in page
    alone = of_settings(partners=()).get("/en/privacy").text
    assert "never share your answers with other groups" in alone and "only if you say yes" not in alone
    for title in ("What we do", "What we never do", "What nobody can promise"):
        assert f"<h2>{title}</h2>" in alone


def test_every_page_leads_to_the_questions_and_every_step_to_the_page_on_privacy(public_client):
    for address in ("/en/", "/en/apply/", "/en/fraud", "/en/return"):
        assert 'href="/en/questions"' in public_client.get(address).text
    for step in ("who", "claims", "contact"):
        page = walk(public_client, ROSA, until=step).text
        assert '<p class="privacy"><a class="more" href="/en/privacy">' in page

"""Which language a person reads, and that changing it loses neither the place nor a word that was typed."""

import re

import pytest

from intake import questionnaire
from intake.locales import NO_TRADITIONAL, OFFERED, negotiate, wants_traditional
from tests.public.walking import ROSA, fields, token, walk

CODES = [one.code for one in OFFERED]


@pytest.fixture
def database_url(tmp_path) -> str:
    """Languages are the same on every database."""
    return f"sqlite:///{tmp_path / 'intake.db'}"


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (["es-MX", "en"], "es"),
        (["xx", "ht-HT"], "ht"),
        (["zh-CN"], "zh_Hans"),
        (["zh-Hant-TW", "en"], "zh_Hans"),
        (["zh-HK"], "zh_Hans"),
        (["ar-EG"], "ar"),
        (["fa-IR"], "fa"),
        (["pa-Arab-PK", "en"], "en"),
        (["xx", "yy"], "en"),
        ([], "en"),
    ],
)
def test_the_browsers_language_or_the_nearest(asked, given):
    assert negotiate(asked, pseudo=False).code == given


@pytest.mark.parametrize(("asked", "given"), [("prs", "fa_AF"), ("pt-PT", "pt_BR"), ("kmr-Latn", "ku")])
def test_other_names_of_a_language_lead_to_it(asked, given):
    assert negotiate([asked], pseudo=False).code == (given if given in CODES else "en")


def test_readers_of_traditional_characters_are_told_in_their_own_writing(public_client):
    assert wants_traditional(["zh-TW"]) and wants_traditional(["en", "zh_Hant"]) and not wants_traditional(["zh-CN"])
    moved = public_client.get("/", headers={"Accept-Language": "zh-TW,zh;q=0.8"})
    assert moved.headers["Location"] == "/zh_Hans/?asked=zh-Hant"
    assert {"accept-language", "cookie"} <= {one.strip().lower() for one in moved.headers["Vary"].split(",")}
    page = public_client.get("/zh_Hans/?asked=zh-Hant").text
    assert f'<p class="note" lang="zh-Hant" dir="ltr">{NO_TRADITIONAL}</p>' in page
    assert NO_TRADITIONAL not in public_client.get("/zh_Hans/").text


def test_a_language_that_was_chosen_counts_more_than_the_browsers(public_client):
    switch(public_client, "/en/apply/", "ar", {})
    moved = public_client.get("/", headers={"Accept-Language": "es"})
    assert moved.headers["Location"] == "/ar/"


def switch(client, address: str, to: str, typed: dict):
    """Press the button of the language `to` on the page at `address`, with this typed into it."""
    page = client.get(address)
    button = re.search(rf'<button[^>]*form="step" formaction="(/{to}/[^"]*)" name="go" value="language"', page.text)
    assert button, address
    return client.post(button[1].replace("&amp;", "&"), data={"csrf_token": token(page), "go": "language", **typed})


def test_the_first_page_keeps_what_is_ticked(public_client):
    there = switch(public_client, "/en/apply/", "es", {"consent_start": "yes", "device": "shared"})
    assert there.status_code == 200 and '<html lang="es"' in there.text
    for field, value in (("consent_start", "yes"), ("device", "shared")):
        assert re.search(rf'name="{field}" value="{value}"[^>]* checked', there.text), field


@pytest.mark.parametrize("key", [step.key for step in questionnaire.current().steps[1:]])
def test_on_every_step_what_is_typed_by_half_is_kept_in_the_next_language(public_client, key):
    walk(public_client, ROSA, until=key)
    half = {"about": {"call_name": "Ros"}, "contact": {"phone": "20255"}, "dates": {"next_date.day": "1"}}
    typed = half.get(key) or dict(list(fields(key, ROSA).items())[:1])
    moved = switch(public_client, f"/en/apply/{key}", "ar", typed)
    assert moved.status_code == 303 and moved.headers["Location"] == f"/ar/apply/{key}"
    page = public_client.get(moved.headers["Location"])
    assert '<html lang="ar" dir="rtl">' in page.text
    for name, value in typed.items():
        for one in value if isinstance(value, list) else [value]:
            field = rf'name="{re.escape(name)}"[^>]*value="{re.escape(str(one))}"'
            assert re.search(field, page.text) or str(one) in page.text, name


def test_a_page_that_was_refused_can_be_read_in_another_language(public_client):
    page = walk(public_client, ROSA, until="money")
    refused = public_client.post("/en/apply/money", data={"csrf_token": token(page), "go": "on"})
    assert refused.status_code == 422 and 'formaction="/es/apply/money"' in refused.text


def test_changing_an_answer_from_the_last_page_goes_back_there_in_the_new_language(public_client):
    walk(public_client, ROSA, until="check")
    moved = switch(public_client, "/en/apply/money?back=check", "es", fields("money", ROSA))
    assert moved.headers["Location"] == "/es/apply/money?back=check"


def test_machines_find_the_same_page_in_every_language(public_client):
    page = public_client.get("/en/privacy").text
    for one in OFFERED:
        assert f'<link rel="alternate" hreflang="{one.tag}" href="/{one.code}/privacy">' in page


def test_a_translation_that_nobody_checked_says_so_and_english_does_not(public_client):
    assert "No qualified person" not in public_client.get("/en/apply/").text
    assert "Ninguna persona calificada" in public_client.get("/es/apply/").text

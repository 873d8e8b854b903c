"""Countries and languages are written in any way that names them, or picked; what is unclear is asked."""

import html
import re

import pytest
from werkzeug.datastructures import MultiDict

from intake import questionnaire
from intake.form import offering
from intake.locales import ENGLISH, country_names
from intake.questionnaire import Kind, choices, naming
from intake.questionnaire.forms import Reading, read
from intake.questionnaire.reading import field_names, retype
from intake.questionnaire.sentences import (
    CHECK_LANGUAGE,
    COUNTRY_TWICE,
    LANGUAGE_NAME,
    LANGUAGE_TWICE,
    NO_COUNTRY,
    TWO_COUNTRIES,
    UNCLEAR_COUNTRY,
)
from intake.staff import present
from tests.judge import text_of
from tests.public.walking import ROSA, fields, press, walk

FORM = questionnaire.current()
REST = {"call_name": "Amina", "birth.other": "age_21_39"}


def about(**nationality: str) -> Reading:
    named = {
        f"nationality{'.' + name.removeprefix('n') if name != 'n' else ''}": text for name, text in nationality.items()
    }
    return read(FORM.step("about"), MultiDict(REST | named), {})


def language(written: str, picked: str = "") -> Reading:
    sent = MultiDict({"language": written, "language.pick": picked, "contact_ways": "self"})
    return read(FORM.step("contact"), sent, {})


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Syria", "SY"),
        ("syria ", "SY"),
        ("SY", "SY"),
        ("سوريا", "SY"),
        ("USA", "US"),
        ("DRC", "CD"),
        ("Congo-Kinshasa", "CD"),
        ("Ivory Coast", "CI"),
        ("cote d’ivoire", "CI"),
        ("Burma", "MM"),
        ("MEXICO", "MX"),
        ("méxico", "MX"),
        ("Haiti", "HT"),
        ("The Gambia", "GM"),
        ("Bosnia and Herzegovina", "BA"),
        ("ኤርትራ", "ER"),
        ("افغانستان", "AF"),
        ("中国", "CN"),
        ("Україна", "UA"),
        ("stateless", "stateless"),
        ("Stateless", "stateless"),
        ("Niger", "NE"),
        ("Sudan", "SD"),
    ],
)
def test_a_country_may_be_written_in_many_ways(written, code):
    assert about(n=written).answers["nationality"] == [code]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"n": "Atlantis"}, NO_COUNTRY),
        ({"n": "Sirya"}, NO_COUNTRY),
        ({"n": "Nigera"}, NO_COUNTRY),
        ({"n": "Congo"}, UNCLEAR_COUNTRY),
        ({"n": "Korea"}, UNCLEAR_COUNTRY),
        ({"n": "Peru", "n2": "Chile", "npick": "Bolivia"}, TWO_COUNTRIES),
        ({"n": "Atlantis", "n2": "Sirya", "npick": "Syria"}, NO_COUNTRY),
        ({"npick": "XX"}, NO_COUNTRY),
        ({"n": "x" * 9000}, NO_COUNTRY),
    ],
)
def test_an_unknown_or_unclear_country_is_asked_and_never_guessed(sent, sentence):
    reading = about(**sent)
    assert reading.errors == {"nationality": sentence}
    assert "nationality" not in reading.answers


def test_what_is_picked_stands_in_for_a_name_that_is_not_known_and_is_added_to_one_that_is():
    assert about(n="Sirya", npick="Syria").answers["nationality"] == ["SY"]
    assert about(npick="SY").answers["nationality"] == ["SY"]
    assert about(n="Iraq", npick="Syria").answers["nationality"] == ["IQ", "SY"]
    assert about(n="Iraq", n2="Iraq").answers["nationality"] == ["IQ"]


def test_one_country_that_is_written_and_another_that_is_picked_are_one_too_many():
    place = {"place_kind": "held", "birth_country": "Peru", "birth_country.pick": "Chile"}
    reading = read(FORM.step("place"), MultiDict(place), {})
    assert reading.errors["birth_country"] == COUNTRY_TWICE


@pytest.mark.parametrize(
    ("written", "picked", "value"),
    [
        ("Spanish", "", "es"),
        ("español", "", "es"),
        ("دری", "", "fa_AF"),
        ("دری (Dari)", "", "fa_AF"),
        ("Kanjobal", "", "kjb"),
        ("K'iche'", "", "quc"),
        ("k’iche’", "", "quc"),
        ("Akateko", "", "knj"),
        ("Zaghawa", "", "other:Zaghawa"),
        ("Creole of Guinea-Bissau", "", "other:Creole of Guinea-Bissau"),
        ("", "Soomaali", "so"),
        ("", "so", "so"),
        ("Pashtu", "ps", "ps"),
        ("Mame", "other", "other:Mame"),
    ],
)
def test_a_language_may_be_written_or_picked_or_be_one_that_is_not_listed(written, picked, value):
    assert language(written, picked).answers["language"] == value


@pytest.mark.parametrize(
    ("written", "picked", "sentence"),
    [
        ("Pashtu", "", CHECK_LANGUAGE),
        ("Kurdish", "", CHECK_LANGUAGE),
        ("Mam", "es", LANGUAGE_TWICE),
        ("", "other", LANGUAGE_NAME),
        ("", "xx", CHECK_LANGUAGE),
        ("x" * 101, "", "This is too long. Use 100 letters or fewer."),
    ],
)
def test_a_language_that_looks_like_a_listed_one_is_asked(written, picked, sentence):
    assert language(written, picked).errors == {"language": sentence}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("nationality", ["AF"]),
        ("nationality", ["AF", "stateless"]),
        ("birth_country", "PS"),
        ("language", "mam"),
        ("language", "other:Mam Todos Santos"),
        ("helper_language", "other:Mame"),
    ],
)
def test_an_answer_shown_again_and_sent_unchanged_stays_the_same(key, value):
    question = FORM.question(key)
    step = next(step for step in FORM.steps if question in step.questions)
    sent = retype(question, value)
    assert tuple(sent) == field_names(question)
    before = {"place_kind": "held"} if step.key == "place" else {"for_whom": "someone_else"}
    assert read(step, MultiDict(sent | before), {}).answers[key] == value


def test_every_name_that_the_list_shows_names_its_own_country_or_language():
    for code, name in offering._countries(ENGLISH.cldr, choices.STATELESS_NAME):
        assert naming.countries_named(name) == {code}, name
    for code, name in offering._languages("en"):
        assert naming.languages_named(name) == {code}, name
    # Names in other languages must not lead to another country either.
    for locale in (
        "es",
        "fr",
        "pt",
        "ht",
        "ru",
        "ar",
        "fa",
        "ps",
        "uk",
        "tr",
        "so",
        "am",
        "sw",
        "ur",
        "bn",
        "vi",
        "zh",
    ):
        for code, name in country_names(locale).items():
            if code in choices.COUNTRY_CODES:
                found = naming.countries_named(name)
                assert not found or code in found, (locale, name)


def test_the_language_of_the_page_stands_first_then_the_most_used_ones():
    assert [code for code, _ in offering._languages("pt_BR")][:3] == ["pt", "en", "es"]
    assert [code for code, _ in offering._languages("so")][:2] == ["so", "en"]
    assert next(code for code, _ in offering._languages("ku")) == "kmr"


def test_the_list_can_be_picked_from_on_a_phone_that_does_not_know_such_lists(public_client):
    page = text_of(walk(public_client, ROSA, until="about"))
    assert '<datalist id="l-nationality"><select name="nationality.pick"' in page
    assert re.search(r'<input type="text" name="nationality" [^>]*list="l-nationality"', page)
    sent = fields("about", ROSA | {"nationality": []}) | {"nationality.pick": "Honduras"}
    assert press(public_client, "/en/apply/about", sent).status_code == 303
    again = text_of(public_client.get("/en/apply/about"))
    assert 'name="nationality" id="f-nationality" value="' in again


def test_after_a_slip_the_page_suggests_and_shows_a_plain_list(public_client):
    walk(public_client, ROSA, until="about")
    page = press(public_client, "/en/apply/about", fields("about", ROSA) | {"nationality": "Hondurs"})
    assert page.status_code == 422
    text = html.unescape(text_of(page))
    assert "Did you mean: Honduras?" in text
    assert 'value="Hondurs"' in text
    assert re.search(r'<select name="nationality.pick" id="f-nationality-pick"', text)
    fixed = fields("about", ROSA) | {"nationality": "Hondurs", "nationality.pick": "HN"}
    assert press(public_client, "/en/apply/about", fixed).status_code == 303


def test_a_code_comes_back_as_a_name(public_client):
    walk(public_client, ROSA, until="contact")
    assert 'name="nationality" id="f-nationality" value="Honduras"' in text_of(public_client.get("/en/apply/about"))


@pytest.mark.parametrize("key", ["about", "contact", "dates", "who", "place"])
def test_a_page_with_long_lists_fits_the_first_round_trip(public_client, key):
    walk(public_client, ROSA, until=key)
    page = public_client.get(f"/en/apply/{key}", headers={"Accept-Encoding": "gzip"})
    sheets = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text_of(page))
    loaded = [public_client.get(one, headers={"Accept-Encoding": "gzip"}) for one in sheets]
    total = sum(len(one.data) + len(str(one.headers)) for one in (page, *loaded))
    assert total < 14_600, total


def test_staff_see_what_was_written_where_it_is_not_a_name_of_the_country(staff_app):
    nationality, spoken = FORM.question("nationality"), FORM.question("language")
    with staff_app.test_request_context("/"):
        line = present.line(nationality, ["MM"], {"nationality": "Burma", "nationality.2": "", "nationality.pick": ""})
        assert (line.texts, line.original) == (("Myanmar (Burma)",), "Burma")
        assert present.line(nationality, ["SY"], {"nationality": "Syria"}).original == ""
        assert present.line(spoken, "kjb", {"language": "Kanjobal", "language.pick": ""}).original == "Kanjobal"
        assert present.line(spoken, "other:Mame", {"language": "Mame", "language.pick": "other"}).original == ""


def test_the_kinds_of_the_written_lists_are_these():
    written = {question.key: question.kind for step in FORM.steps for question in step.questions if question.typed_list}
    assert written == {
        "helper_language": Kind.LANGUAGE,
        "birth_country": Kind.COUNTRY,
        "nationality": Kind.COUNTRIES,
        "language": Kind.LANGUAGE,
    }

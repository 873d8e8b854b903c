"""A language is offered only when every public text is there, whole, in its own words and its own script."""

import re
import subprocess
import sys
import tomllib

import pytest

from intake import calendarnames, catalogues, locales, translating
from intake.calendars import Calendar
from intake.locales import CATALOGUES, OFFERED, PLANNED, country_names, month_names
from intake.questionnaire import choices

OTHERS = [one for one in OFFERED if one.code != "en"]
ALL = pytest.mark.parametrize("language", OTHERS, ids=lambda one: one.code)
SOURCE = catalogues.extract()
TERMS = (
    "asylum",
    "lawyer",
    "accredited representative",
    "hearing",
    "immigration court",
    "notario fraud",
    "deadline",
    "return code",
)
# Scripts of their own: a Latin letter in a name of these languages is a name that CLDR borrowed.
OWN_SCRIPT = {"zh_Hans", "ru", "ar", "fa", "fa_AF", "ps", "pa", "uk", "ti", "am"}


def texts_of(language) -> list[tuple[str, str]]:
    """(English, translation) of every text that has one form."""
    return [(one.id, one.string) for one in translating.read(language) if one.id and isinstance(one.id, str)]


def about(language) -> dict:
    return tomllib.loads((CATALOGUES / language.code / "about.toml").read_text("utf-8"))


@ALL
def test_every_text_is_translated_and_none_is_a_guess(language):
    catalog = translating.read(language)
    assert translating.missing(translating.current(language, SOURCE)) == [], "run `python -m intake texts`, translate"
    assert not [one.id for one in catalog if one.fuzzy and one.id]
    assert catalogues.faults(catalog) == []


@ALL
def test_the_catalogue_is_the_one_that_the_texts_of_today_give(language):
    assert catalogues.po_text(translating.current(language, SOURCE)) == translating.path_of(language).read_text("utf-8")


@ALL
def test_counted_texts_have_every_form_of_the_language(language):
    catalog = translating.read(language)
    for one in catalog:
        if one.id and not isinstance(one.id, str):
            assert len(one.string) == catalog.num_plurals and all(one.string), one.id[0]


@ALL
def test_what_reads_as_in_english_is_known_to_be_right(language):
    same = {english for english, said in texts_of(language) if said == english and re.search("[A-Za-z]{3}", english)}
    assert same - set(about(language)["same_as_english"]) == set()


@ALL
def test_texts_stay_short_enough_for_a_small_phone(language):
    # Buttons and choices are the shortest texts; long ones wrap. A word longer than this leaves a 320 px screen.
    for english, said in texts_of(language):
        assert len(said) <= 3 * len(english) + 40, (english, said)
        longest = max(re.split(r"[\s\u200b/·-]", said), key=len, default="")
        assert language.code == "zh_Hans" or len(longest) <= 40 or "." in longest or ":" in longest, longest


@ALL
def test_the_words_of_the_law_are_chosen_with_a_reason(language):
    glossary = tomllib.loads((CATALOGUES / language.code / "glossary.toml").read_text("utf-8"))
    for term in TERMS:
        chosen = [one for name, one in glossary["terms"].items() if name.startswith(term)]
        assert chosen and all(one["word"] and one["why"] for one in chosen), term
    assert glossary["address"]
    for doubt in glossary.get("doubtful", []):
        assert doubt["text"] and doubt["why"]


@ALL
def test_a_translation_says_who_checked_it_and_when_or_that_nobody_did(language):
    review = locales.review(language.code)
    assert bool(review.reviewed_by) == bool(review.reviewed_on)
    assert not review.reviewed_on or re.fullmatch(r"20\d\d-\d\d-\d\d", review.reviewed_on)


@ALL
def test_months_and_countries_have_names_of_the_language(language):
    names = country_names(language.cldr)
    listed = [names[code] for code in choices.COUNTRIES]
    months = month_names(language.cldr)
    assert len(set(months)) == 12
    if language.code in OWN_SCRIPT:
        aside = re.compile(r" SAR | \([A-Z][a-z]+\)$")
        assert [name for name in (*months, *listed) if re.search("[A-Za-z]", aside.sub("", name))] == []
    if language.code == "ht":
        french = country_names("fr")
        assert months[0] == "janvye" and months != month_names("fr")
        assert sum(names[code] == french[code] for code in choices.COUNTRIES) < len(choices.COUNTRIES) / 2


def test_the_months_of_a_language_do_not_depend_on_which_was_read_first():
    ask = (
        "from intake.locales import PLANNED, month_names; import sys; order = PLANNED if sys.argv[1] == '1' else "
        "PLANNED[::-1]; print(sorted((one.code, month_names(one.cldr)) for one in order))"
    )
    said = [
        subprocess.run([sys.executable, "-c", ask, way], capture_output=True, text=True, check=True).stdout
        for way in "12"
    ]
    assert said[0] == said[1] and said[0].count("'一月'") == 1


def test_no_month_of_the_us_calendar_can_be_taken_for_one_of_another_calendar():
    for code in ("ti", "am"):
        if any(one.code == code for one in OFFERED):
            ethiopian = set(calendarnames.months(Calendar.ETHIOPIAN, code))
            assert ethiopian & set(month_names(code)) == set(), code


def test_languages_stand_in_their_order_and_each_is_named_in_its_own_words():
    assert [one.code for one in OFFERED] == [one.code for one in PLANNED if one in OFFERED]
    assert len({one.own_name for one in PLANNED}) == len(PLANNED)
    assert {one.code for one in PLANNED if one.direction == "rtl"} == {"ar", "fa", "fa_AF", "ps"}
    assert [one.code for one in OFFERED][:2] == ["en", "es"]

"""Templates: bundled texts hold what they must, fields are checked, dates and places come in the letter's language."""

import datetime as dt

import pytest
from sqlalchemy import select

from intake import assessment, organisation, referrals
from intake.assessment import Policy
from intake.audit import AuditEvent
from intake.casework import case as casework
from intake.casework import lettertemplates
from intake.casework.lettertemplates import FIELDS, PURPOSES, BadTemplate, Conflict, LetterTemplate, filling
from intake.casework.statuses import STATUSES
from intake.locales import OFFERED, PLANNED, by_code
from intake.organisation import Organisation, Phone
from tests import people
from tests.questionnaire.test_words import grade

TODAY = people.TODAY
ENGLISH, SPANISH, ARABIC = (by_code(code, pseudo=False) for code in ("en", "es", "ar"))


@pytest.fixture(scope="module")
def rules():
    return assessment.current()


def judged(rules, **answers):
    facts = assessment.facts({"place_kind": "us", **answers})
    return assessment.assess(rules, facts, TODAY, Policy())


def dates(rules, language, **answers) -> str:
    return filling.deadlines(judged(rules, **answers).reasons, rules.figures, TODAY, language)


@pytest.mark.parametrize("code", ["en", "es"])
def test_every_purpose_has_a_bundled_text_that_passes_its_own_check(code):
    texts = lettertemplates.bundled(code)
    assert list(texts) != [] and set(texts) == set(PURPOSES)
    for purpose, text in texts.items():
        assert lettertemplates.check(purpose, text) == text


def test_bundled_letters_are_plain_and_promise_nothing():
    for purpose, text in lettertemplates.bundled("en").items():
        words = lettertemplates.fill(text, dict.fromkeys(FIELDS, ""))
        assert grade([line for line in words.splitlines() if len(line) > 20]) <= 7, purpose
        assert not [word for word in ("qualif", "eligib", "guarantee", "'") if word in words.lower()], purpose
    assert not [text for text in lettertemplates.bundled("es").values() if "califica" in text.lower()]


def test_each_status_that_applicants_are_told_of_has_its_letter():
    assert lettertemplates.for_status("declined") == "declined"
    assert lettertemplates.for_status("unable_to_reach") == "no_answer"
    assert {lettertemplates.for_status(status) for status in STATUSES} <= set(PURPOSES)
    assert lettertemplates.for_status("new") == "general_reply"


@pytest.mark.parametrize(
    ("purpose", "text", "field"),
    [
        ("general_reply", "Hello {name}", "name"),
        ("general_reply", "Hello {Reference}", "Reference"),
        ("general_reply", "Hello {}", ""),
        ("general_reply", "{0.__class__}", "0.__class__"),
        ("declined", "No. {referrals}", "deadlines"),
        ("declined", "No. {deadlines}", "referrals"),
        ("referred", "Go there: {referrals}", "deadlines"),
    ],
)
def test_an_unknown_or_a_missing_field_is_refused_by_name(purpose, text, field):
    with pytest.raises(BadTemplate) as wrong:
        lettertemplates.check(purpose, text)
    assert wrong.value.problems and all(words == {"field": field} for _, words in wrong.value.problems)


@pytest.mark.parametrize("text", ["", " \n\t ", "x" * 3_001, "A { brace", "Two }} braces", "{{reference}}", "{a{b}"])
def test_what_no_template_can_be_is_refused_with_a_sentence(text):
    with pytest.raises(BadTemplate) as wrong:
        lettertemplates.check("general_reply", text)
    assert all(sentence for sentence, _ in wrong.value.problems)


def test_what_a_field_holds_is_never_read_as_a_field():
    values = dict.fromkeys(FIELDS, "{today} %(x)s {0}") | {"today": "now"}
    assert lettertemplates.fill("{phones} {today}", values) == "{today} %(x)s {0} now"


def test_blanks_for_staff_are_found_each_once():
    assert lettertemplates.blanks("On [day] or [day] at [place], a[\n]") == ["[day]", "[place]"]


def test_every_known_date_is_told_soonest_first_with_what_it_is(rules):
    said = dates(rules, ENGLISH, stage=["court"], next_date="2026-12-11", arrival="2026-01-20")
    hearing, one_year = said.index("11 December 2026"), said.index("20 January 2027")
    assert hearing < one_year and "Go to every court date" in said[hearing:one_year]
    assert "ask for asylum" in said[one_year:] and said.endswith("1-800-898-7180")
    assert "Your case can be different" in said


def test_a_month_is_told_as_the_time_that_it_may_mean(rules):
    assert "between 1 December 2026 and 31 December 2026" in dates(rules, ENGLISH, stage=["court"], next_date="2026-12")


def test_a_date_that_is_over_is_not_told_as_one_that_comes(rules):
    said = dates(rules, ENGLISH, stage=["court"], next_date="2026-10-01", arrival="over_2_years")
    assert "October" not in said and "We do not know of a coming date" in said


@pytest.mark.parametrize("language", PLANNED, ids=lambda one: one.code)
def test_without_a_date_it_says_so_and_how_to_check(rules, language):
    said = dates(rules, language, stage=["none"], arrival="over_2_years", claims=["afraid"])
    assert len(said.splitlines()) == 3 and said.endswith("\n1-800-898-7180")


def test_dates_are_told_in_the_language_of_the_letter(rules):
    assert "11 de diciembre de 2026" in dates(rules, SPANISH, stage=["court"], next_date="2026-12-11")
    arabic = dates(rules, ARABIC, stage=["court"], next_date="2026-12-11")
    assert "ديسمبر" in arabic and "court" not in arabic


def test_places_come_with_what_they_do_and_how_to_reach_them_on_lines_of_their_own():
    found = referrals.choose(referrals.BUNDLED, frozenset({"SAFETY"}), "NY")
    said = filling.places(found, SPANISH)
    assert said and len(said.split("\n\n")) == len(found)
    for place in found:
        assert place.name in said and (place.phone or "") in [*said.splitlines(), ""]


def test_what_the_organisation_says_of_itself_fills_the_phones_and_a_blank_is_left_where_it_says_nothing():
    known = Organisation(name="Harbour Rights", phones=(Phone("Office", "+12025550123"),), email="help@example.org")
    assert filling.about_us(known) == f"Office: {known.phones[0].shown}\nhelp@example.org"
    assert lettertemplates.blanks(filling.about_us(Organisation(name="x"))) == ["[phone]"]


def test_a_change_is_a_new_version_and_the_newest_counts(engine, session, settings):
    staff = people.hire(engine)
    before = lettertemplates.newest(session, "declined", "es")
    assert before.version == 0 and before.text == lettertemplates.bundled("es")["declined"]
    for number, text in enumerate(("Uno {deadlines} {referrals}", "Dos\r\n{referrals}{deadlines}  ")):
        made = lettertemplates.save(session, staff.admin, "declined", "es", text, number, people.NOW)
        assert made.version == number + 1
    session.commit()
    assert lettertemplates.newest(session, "declined", "es").text == "Dos\n{referrals}{deadlines}"
    kept = session.scalars(select(LetterTemplate.text).order_by(LetterTemplate.version)).all()
    assert kept[0] == "Uno {deadlines} {referrals}" and len(kept) == 2
    assert lettertemplates.changed(session, "es")["declined"] == (2, people.NOW)
    event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(1)).one()
    assert (event.event, event.subject, "Dos" in event.details) == ("template:changed", "template:declined", False)
    assert organisation.current(session, settings).version == 0


def test_two_changes_of_one_version_keep_the_first(engine, session):
    staff = people.hire(engine)
    lettertemplates.save(session, staff.admin, "closed", "en", "One", 0, people.NOW)
    with pytest.raises(Conflict):
        lettertemplates.save(session, staff.admin, "closed", "en", "Two", 0, people.NOW)
    assert lettertemplates.newest(session, "closed", "en").text == "One"


def test_a_caseworker_changes_no_template(engine, session):
    staff = people.hire(engine)
    with pytest.raises(casework.NotAllowed):
        lettertemplates.save(session, staff.owner, "closed", "en", "One", 0, people.NOW)


def test_a_language_without_a_template_gets_the_english_one(engine, session):
    people.hire(engine)
    for language in OFFERED:
        found = lettertemplates.best(session, "declined", language.code)
        assert found.language == (language.code if language.code in ("en", "es") else "en") and found.text
    assert lettertemplates.newest(session, "declined", "../en") is None


def test_dates_never_lie_before_the_day_of_the_letter(rules):
    for days in (0, 1, 400):
        day = TODAY + dt.timedelta(days=days)
        said = dates(rules, ENGLISH, stage=["court"], next_date=day.isoformat())
        assert f"{day.day} {day:%B %Y}" in said

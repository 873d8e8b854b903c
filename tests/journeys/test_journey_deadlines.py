"""Two people for whom time runs: a hearing in ten days, and a brother in detention for whom his sister asks."""

import datetime as dt
import re

import pytest
from sqlalchemy import select

from intake.db import transaction
from intake.letters import Letter
from intake.locales import translations
from tests.journeys.office import day_in_words
from tests.journeys.telling import MADE_IN
from tests.people import BASE

pytestmark = pytest.mark.browser

LATER = BASE | {"arrival": "over_2_years", "call_name": "Somebody Else"}
LETTER = "Please call us before your hearing.\nWe have time on Thursday."
BROTHER = {
    "consent_start": "yes",
    "device": "mine",
    "for_whom": "someone_else",
    "helper_name": "Huda Fictional",
    "helper_contact": "huda@example.org",
    "helper_relation": "family",
    "helper_language": "en",
    "person_knows": "cannot_ask",
    "code_goes_to": "helper",
    "representation": "no",
    "affordability": "no",
    "claims": ["afraid"],
    "place_kind": "held",
    "state": "AZ",
    "facility": "Example Detention Center",
    "documents_name": "FICTIONAL KARIM",
    "birth_country": "SY",
    "a_number": "A012345678",
    "stage": ["unsure"],
    "arrival": "over_2_years",
    "call_name": "Karim",
    "birth": "1994-08",
    "nationality": ["SY"],
    "language": "ar",
    "interpreter": "yes",
    "contact_ways": ["someone"],
    "contact_person": "His sister Huda, huda@example.org",
    "held_contact": ["legal_call", "legal_visit"],
    "consent_conflict": "yes",
}


def months_before(day: dt.date, count: int) -> str:
    """The month `count` months before the month of `day`, as a partial date."""
    year, month = divmod(day.year * 12 + day.month - 1 - count, 12)
    return f"{year}-{month + 1:02}"


def test_a_hearing_in_ten_days_comes_first_and_the_letter_is_read_by_code(phone, office):
    hearing = office.today + dt.timedelta(days=10)
    maryam = BASE | {
        "device": "mine",
        "call_name": "مريم الخيالية",
        "stage": ["court"],
        "next_date": hearing.isoformat(),
        "missed_hearing": "no",
        "prior_removal": "no",
        "arrival": months_before(office.today, 4),
        "language": "ar",
        "interpreter": "yes",
        "contact_ways": ["phone"],
        "phone": "+12025550123",
        "whose_phone": "shared",
        "voicemail": "no",
    }
    other = office.sent_by_others(LATER)
    with phone() as own:
        own.open("/en/apply/")
        own.tell(maryam, until="first-result", wrong_at=MADE_IN["court"])
        assert "We may be able to help you." in own.text and "did not ask for your name" in own.text
        own.tell(maryam, wrong_at=MADE_IN["court"])
        kept = own.kept()
        assert "We may be able to help you." in kept.text and day_in_words(hearing) in kept.text
        assert own.mistakes == list(MADE_IN["court"])
        own.never_read()
        own.addresses_tell_nothing(kept, "مريم", "2025550123", hearing.isoformat())

    case = office.case(kept.reference)
    assert (case.outcome, case.level, case.due_on, case.due_code) == ("likely", 1, hearing, "U02")
    assert (case.language, case.interpreter, case.place_kind) == ("ar", True, "us")
    queue = office.queue()
    assert queue[0] == kept.reference and other in queue
    row = office.page.locator("main tbody tr").first.inner_text()
    assert "Critical" in row and "in 10 days" in row and "hearing, interview or check-in" in row
    opened = office.open(kept.reference)
    assert f"The next hearing, interview or check-in is on {day_in_words(hearing)}." in opened
    assert "مريم الخيالية" in opened and "The phone is shared." in opened and "Do not leave a message." in opened
    office.write_letter(LETTER)

    with transaction(office.engine) as session:
        letters = session.scalars(select(Letter.envelope).where(Letter.kind == "message")).all()
    assert letters and not [one for one in letters if b"Thursday" in one]
    with phone() as borrowed:
        borrowed.come_back(kept.code)
        assert borrowed.page.url.endswith("/en/mine")
        letter = borrowed.page.locator("article.letter [dir=auto]").inner_text()
        assert letter.split() == LETTER.split()
        assert "A person is reading your form." in borrowed.text and "Our staff opened your answers" in borrowed.text
        borrowed.eye.look(borrowed.page)
        borrowed.addresses_tell_nothing(kept)
    office.log_tells_nothing("مريم", "2025550123", kept.reference, kept.code)


def test_a_sister_asks_for_her_detained_brother_in_two_languages_and_he_comes_before_those_who_are_free(phone, office):
    other = office.sent_by_others(LATER | {"call_name": "Another One"})
    title = "Do you have a lawyer for your immigration case now?"
    in_second = translations("ar_XB").gettext(title)
    with phone() as own:
        own.open("/en/apply/")
        own.tell(BROTHER, until="lawyer", wrong_at=MADE_IN["brother"])
        assert "Who will keep the return code?" in "".join(own.read)
        assert "Whoever has it can read all the answers and change them." in "".join(own.read)
        own.page.select_option("[name=side]", "ar_XB")
        own.press("Show")
        beside = own.page.locator("h1 .also")
        assert beside.inner_text() == in_second and beside.get_attribute("dir") == "rtl"
        assert title in own.text and own.page.locator("html").get_attribute("lang") == "en"
        assert own.page.locator(".pick .also").count() == 5, "each answer is said twice"
        own.eye.look(own.page)
        own.tell(BROTHER, until="first-result", wrong_at=MADE_IN["brother"])
        assert "we speak with you first" in own.text
        own.press("In detention or in jail")
        assert "We cannot let a person out." in own.text
        own.press("Go to the questions")
        assert own.page.url.endswith("/apply/place")
        own.tell(BROTHER, until="check", wrong_at=MADE_IN["brother"])
        assert "“You” on these pages means that person." in own.text
        assert "A•••-•••-678" in own.text and own.page.locator("h1 .also").count() == 1
        own.tell(BROTHER)
        kept = own.kept()
        assert "A person will look at this." in kept.text
        assert own.mistakes == list(MADE_IN["brother"])
        own.never_read("012-345-678", "012345678")
        own.addresses_tell_nothing(kept, "Karim", "Huda", "012345678", "Detention Center")

    case = office.case(kept.reference)
    assert (case.outcome, case.level, case.place_kind, case.state) == ("review", 1, "held", "AZ")
    assert "DETAINED" in case.codes and "U01" in case.codes and case.due_on is None
    queue = office.queue()
    assert queue.index(kept.reference) < queue.index(other)
    opened = office.open(kept.reference)
    for said in (
        "The applicant is held now.",
        "The person could not be asked about this request.",
        "The helper keeps the return code and can read every letter.",
        "Example Detention Center",
        "FICTIONAL KARIM",
        "Huda Fictional, family, huda@example.org, English",
        "Legal call to the place of detention",
    ):
        assert said in opened, said
    assert re.search(r"Language:\s+Arabic", opened)
    office.log_tells_nothing("Karim", "Huda", "012345678", kept.reference)

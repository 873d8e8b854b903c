"""Four people who need to be safe first: a survivor on a shared phone, one who knows only years, two who change
their mind."""

import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from intake import questionnaire
from intake.db import transaction
from intake.incoming import Incoming
from intake.letters import Letter
from intake.submissions import Submission, SubmissionBody
from tests.journeys.browsing import fill, go_on, put
from tests.journeys.telling import MADE_IN, MISTAKES
from tests.people import BASE

pytestmark = pytest.mark.browser

HOTLINE = "National Human Trafficking Hotline"
SAFE = BASE | {"arrival": "over_2_years", "missed_hearing": "no", "prior_removal": "no"}
LUCIA = SAFE | {
    "device": "shared",
    "claims": ["afraid", "trafficking"],
    "danger_now": "unsure",
    "call_name": "Lucía",
    "language": "es",
    "contact_ways": ["phone"],
    "phone": "+12025550177",
    "whose_phone": "shared",
    "phone_owner_safe": "no",
    "voicemail": "no",
    "say_name": "no",
    "say_instead": "Say that you are from the library.",
    "not_contact": "My boss Viktor",
}
PIECE = 48


def test_every_step_is_answered_wrongly_in_some_journey():
    made = [step for steps in MADE_IN.values() for step in steps]
    assert sorted(made) == sorted(MISTAKES) == sorted(step.key for step in questionnaire.current().steps)


def leave(phone, *secret: str) -> None:
    """Leave in one tap; the page that follows and those that Back brings up hold nothing of the visit."""
    phone.press("Leave now")
    assert phone.page.title() == "Kitchen measures" and phone.page.url.endswith("/en/measures")
    phone.eye.look(phone.page)
    seen = []
    for _ in range(4):
        is_ours = phone.back()
        seen.append(phone.page.content())
        assert not [word for word in (*secret, "Harbour Rights", "Viktor") if word in seen[-1]], phone.page.url
        assert phone.page.locator("main input:checked").count() == 0
        if not is_ours:
            # The browser asks before it sends a form again; who says yes reads nothing of it either.
            phone.page.reload()
            answer = phone.page.content()
            assert not [word for word in (*secret, "Harbour Rights", MISTAKES["contact"]["email"]) if word in answer]
    assert sum("This page has expired" in page for page in seen) >= 3


def test_a_survivor_on_a_shared_phone_leaves_twice_and_goes_on_elsewhere_with_the_code(phone, office):
    other = office.sent_by_others(SAFE)
    with phone() as shared:
        shared.open("/en/apply/")
        shared.tell(LUCIA, until="device")
        code = shared.code()
        assert "Do not take a picture of it with this device." in shared.text
        shared.eye.look(shared.page)
        shared.tell(LUCIA, until="first-result")
        assert shared.page.locator("ul.places strong").first.inner_text() == HOTLINE
        assert "call 911" in shared.text and "A person will look at this." in shared.text
        assert set(shared.titles[1:]) == {"Notes"}, "the tab never says whose pages these are"
        assert "Harbour Rights" not in shared.page.inner_text("body")
        leave(shared, code, HOTLINE)
        shared.addresses_tell_nothing(code, "trafficking", "Viktor")

    with phone() as library:
        library.open("/en/look")
        library.press("Hide the name")
        library.come_back(code)
        assert library.page.url.endswith("/apply/place"), "at the first question that is open"
        library.tell(LUCIA, until="check", wrong_at=MADE_IN["survivor"])
        assert library.mistakes == list(MADE_IN["survivor"]) and "Lucía" in library.text
        assert set(library.titles[1:]) == {"Notes"}
        leave(library, code, "Lucía", "2025550177")
        library.addresses_tell_nothing(code, "Lucía", "Viktor", "2025550177")

    with phone() as borrowed:
        borrowed.come_back(code)
        assert borrowed.page.url.endswith("/apply/check") and "Lucía" in borrowed.text
        borrowed.tell(LUCIA)
        kept = borrowed.kept()
        assert kept.code == code and borrowed.page.locator("ul.places strong").first.inner_text() == HOTLINE
        borrowed.never_read()
        borrowed.press("Close this visit")
        borrowed.page.go_back()
        assert kept.reference not in borrowed.page.content() and code not in borrowed.page.content()
        borrowed.addresses_tell_nothing(kept, "Lucía", "Viktor")

    case = office.case(kept.reference)
    assert (case.outcome, case.level, case.due_on) == ("review", 2, None)
    assert {"SAFETY", "U17"} <= set(case.codes) and "trafficking" in case.claims
    queue = office.queue()
    assert queue.index(kept.reference) < queue.index(other)
    opened = office.open(kept.reference)
    for said in (
        "Do not speak to: My boss Viktor",
        "The device that was used is shared.",
        "The others on this phone know nothing of this request. Do not say why you call.",
        "Do not leave a message.",
        "You may say: Say that you are from the library.",
        "Hotlines come first.",
    ):
        assert said in opened, said
    office.log_tells_nothing("Lucía", "Viktor", "2025550177", kept.reference, code)


def test_who_knows_only_years_is_asked_nothing_more_and_ranks_as_if_the_day_were_near(phone, office):
    """The birth is a year of another calendar, the hearing is not known, and of the arrival only a year, roughly."""
    hearing = SAFE | {"stage": ["court"], "next_date": (office.today + dt.timedelta(days=20)).isoformat()}
    other = office.sent_by_others(hearing)
    last_year = str(office.today.year - 1)
    farid = SAFE | {
        "device": "mine",
        "call_name": "Farid",
        "stage": ["court"],
        "next_date": "unsure",
        "missed_hearing": "unsure",
        "arrival": f"{last_year}~",
        "birth": "1991-03-21/1992-03-20",  # 1370 of the Solar Hijri calendar
        "nationality": ["AF"],
        "language": "fa_AF",
    }
    with phone() as own:
        own.open("/en/apply/")
        own.tell(farid, until="about", wrong_at=MADE_IN["years"])
        fill(own.page, farid)
        put(own.page, "nationality", "Afghanistan")
        assert own.page.input_value('[name="birth.year"]') == "1370"
        go_on(own.page)
        assert "In the calendar of the US this is between 21 March 1991 and 20 March 1992." in own.text
        own.eye.look(own.page)
        go_on(own.page)
        own.tell(farid, until="check")
        assert "between 21 March 1991 and 20 March 1992" in own.text and f"about {last_year}" in own.text
        assert own.text.count("I am not sure") >= 2
        own.tell(farid)
        kept = own.kept()
        assert own.mistakes == list(MADE_IN["years"])
        own.never_read()
        own.addresses_tell_nothing(kept, "Farid", "1370", "1991")

    case = office.case(kept.reference)
    # The one-year date may be any day of this year: it counts as today, before a hearing in twenty days.
    assert (case.level, case.due_on, case.due_code, case.age_band) == (1, office.today, "U08", "21-39")
    assert {"U07", "U08", "U20"} <= set(case.codes)
    queue = office.queue()
    assert queue.index(kept.reference) < queue.index(other)
    opened = office.open(kept.reference)
    assert f"about {last_year}" in opened and "between 21 March 1991 and 20 March 1992" in opened
    assert "1370 (Solar Hijri (Iran, Afghanistan))" in opened


def test_who_takes_the_form_back_is_left_in_peace_and_can_still_read_it(phone, office):
    with phone() as own:
        own.open("/en/apply/")
        own.tell(SAFE | {"call_name": "Ines"}, wrong_at=MADE_IN["ending"])
        kept = own.kept()
        assert own.mistakes == list(MADE_IN["ending"])
        assert office.case(kept.reference).is_open and kept.reference in office.queue()
        own.press("See what happens with your form")
        own.press("Take your form back")
        assert "We still keep your answers for a time, sealed." in own.text
        own.press("Take my form back")
        assert "We are closing it now." in own.text or "You took your form back." in own.text
        office.until(lambda: office.case(kept.reference).status == "withdrawn" or None, "nobody closed the case")
        own.open("/en/mine")
        assert "You took your form back. We do not work on it any more." in own.text
        own.addresses_tell_nothing(kept, "Ines")

    case = office.case(kept.reference)
    assert (case.is_open, case.reason) == (False, "withdrew") and kept.reference not in office.queue()
    opened = office.open(kept.reference)
    assert "Withdrawn (The person withdrew)" in opened
    with phone() as later:
        later.come_back(kept.code)
        later.press("See, print or keep your answers")
        assert "Ines" in later.text


def test_who_erases_everything_leaves_nothing_behind_that_a_code_or_a_key_could_open(phone, office):
    with phone() as own:
        own.open("/en/apply/")
        own.tell(SAFE | {"call_name": "Yonas", "anything_else": "The dog of my neighbor is called Abebe."})
        kept = own.kept()
        case = office.case(kept.reference)
        assert "Yonas" in office.open(kept.reference)
        find_id = find_id_of(office, case.id)
        sealed = envelopes_of(office, case.id, find_id)
        assert len(sealed) >= 2 and all(share_in_files(office, one) > 0.8 for one in sealed)
        own.press("See what happens with your form")
        own.press("Erase everything")
        assert "What stays" in own.text and "cannot be undone" in own.text
        own.page.click('main a[href$="/mine/erase/now"]')
        own.press("Erase everything")
        assert "Tick the box" in own.text
        own.eye.look(own.page)
        own.page.check("[name=understood]")
        own.press("Erase everything")
        assert own.page.url.endswith("/mine/done") and "This browser holds nothing of it any more." in own.text
        office.until(lambda: office.case(kept.reference).erased_at, "nobody erased the case")
        own.come_back(kept.code)
        assert "We cannot find anything under this code." in own.text
        own.eye.look(own.page)
        own.addresses_tell_nothing(kept, "Yonas", "Abebe")

    assert envelopes_of(office, case.id, find_id) == []
    office.until(lambda: not any(share_in_files(office, one) for one in sealed) or None, "the files still hold it")
    with transaction(office.engine) as session:
        left = session.scalars(select(Submission).where(Submission.id == case.id)).one()
        assert (left.find_id, left.applicant_key, left.codes, left.outcome) == (b"", b"", [], "erased")
        assert session.scalar(select(func.count()).where(Incoming.submission_id == case.id)) == 0
    opened = office.open(kept.reference)
    assert "Withdrawn by the applicant." in opened and "Do not contact this person." in opened
    assert "Yonas" not in opened and "Syria" not in opened
    office.log_tells_nothing("Yonas", "Abebe", kept.reference, kept.code)


def find_id_of(office, case_id) -> bytes:
    """Under what the letters of one person lie."""
    with transaction(office.engine.execution_options(reads=True)) as session:
        return session.scalars(select(Submission.find_id).where(Submission.id == case_id)).one()


def envelopes_of(office, case_id, find_id: bytes) -> list[bytes]:
    """The sealed answers and letters of one person, as they lie in the database."""
    with transaction(office.engine.execution_options(reads=True)) as session:
        body = select(SubmissionBody.envelope).where(SubmissionBody.submission_id == case_id)
        letters = select(Letter.envelope).where(Letter.find_id == find_id)
        return [*session.scalars(body), *session.scalars(letters)]


def share_in_files(office, envelope: bytes) -> float:
    """How much of a sealed record can be found in the database file or in its log, in pieces of 48 bytes."""
    path = Path(make_url(office.system.settings.database_url).database or "")
    held = b"".join(one.read_bytes() for one in (path, path.with_name(f"{path.name}-wal")) if one.exists())
    pieces = [envelope[at : at + PIECE] for at in range(0, len(envelope) - PIECE, PIECE)]
    return sum(piece in held for piece in pieces) / len(pieces)

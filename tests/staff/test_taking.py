"""Filling in the form for somebody: by phone, from paper, side by side, in two languages."""

import json
import re

import pytest
from sqlalchemy import func, select

from intake import letters, questionnaire
from intake.audit import AuditEvent
from intake.casework.contents import open_whole
from intake.casework.models import Case
from intake.db import transaction
from intake.drafts import DraftRow
from intake.returncode import derive, parse_code, root_of
from intake.staff import taking as view
from intake.staff import takingpages
from intake.staff.takingpages import PAGES
from intake.submissions import Submission, SubmissionBody
from tests import people
from tests.public.walking import ROSA
from tests.staff.calling import begin, code_on, fill, id_of, press, typed
from tests.staff.conftest import send, token

pytestmark = pytest.mark.usefixtures("pepper")


def test_a_caseworker_fills_in_the_form_for_a_caller_and_it_becomes_a_case_marked_by_phone(
    signed_in, caseworker, engine, keys, staff_app
):
    client = signed_in(caseworker)
    form = begin(client, language="es")
    receipt = fill(client, form, ROSA)
    with transaction(engine) as session:
        sent = session.get(Submission, id_of(form))
        assert sent.marks == ["phone"] and sent.locale == "es" and sent.reference in receipt.text
    people.admit_all(engine, keys)
    case = client.get(f"/cases/{id_of(form)}")
    assert "A colleague filled in the form during a call." in case.text
    assert "This is no reason to refuse." not in case.text and "Rosa Marín" in case.text
    assert "By phone" in client.get("/queue").text


def test_the_answers_are_sealed_and_judged_as_if_the_person_had_sent_them(signed_in, caseworker, engine, keys):
    form = begin(client := signed_in(caseworker))
    fill(client, form, ROSA)
    with transaction(engine) as session:
        body = session.get(SubmissionBody, id_of(form))
        assert b"Rosa" not in body.envelope
        whole = open_whole(session, keys.keyring, id_of(form), 2, body.envelope)
        live = questionnaire.live(questionnaire.current(), ROSA)
        assert whole.answers == live
        people.submitted(session, keys, ROSA)
        both = session.execute(select(Submission.outcome, Submission.level, Submission.codes)).all()
    assert both[0] == both[1]


def test_the_code_on_the_receipt_opens_the_receipt_of_the_person(signed_in, caseworker, engine, pepper):
    form = begin(client := signed_in(caseworker))
    page = fill(client, form, ROSA)
    assert code_on(page) == code_on(client.get(f"{form}/receipt"))
    own = derive(root_of(parse_code(code_on(page)), pepper))
    with transaction(engine) as session:
        assert letters.receipt(session, own)["answers"]["call_name"] == "Rosa Marín"


def test_the_receipt_says_what_to_read_out_in_the_language_of_the_person(signed_in, caseworker):
    form = begin(client := signed_in(caseworker), language="fr")
    page = fill(client, form, ROSA)
    assert '<span class="also" lang="fr" dir="ltr">' in page.text
    assert "localhost:8000/fr/return" in page.text


def test_each_question_stands_in_both_languages(signed_in, caseworker):
    form = begin(client := signed_in(caseworker), language="ar")
    for page in PAGES:
        text = client.get(f"{form}/{page.key}").text
        assert 'class="also" lang="ar" dir="rtl">' in text


def test_a_language_that_is_not_offered_leaves_the_questions_in_one(signed_in, caseworker, engine):
    form = begin(client := signed_in(caseworker), language="other")
    assert 'class="also"' not in client.get(f"{form}/reason").text
    fill(client, form, ROSA)
    with transaction(engine) as session:
        assert session.get(Submission, id_of(form)).locale == "en"


def test_every_way_is_a_mark_and_the_trail_says_no_more_than_the_way(signed_in, caseworker, engine):
    client = signed_in(caseworker)
    forms = {way: begin(client, way=way) for way in ("phone", "paper", "in_person")}
    for form in forms.values():
        fill(client, form, ROSA)
    with transaction(engine) as session:
        for way, form in forms.items():
            assert session.get(Submission, id_of(form)).marks == [way]
        rows = session.scalars(select(AuditEvent).where(AuditEvent.event == "intake:taken")).all()
        assert [json.loads(row.details) for row in rows] == [{"way": way} for way in forms]
        assert {row.actor for row in rows} == {f"staff:{caseworker.id}"}


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"way": "", "language": "es"}, "Choose how the answers come to you."),
        ({"way": "letter", "language": "es"}, "Choose how the answers come to you."),
        ({"way": "phone", "language": ""}, "Choose a language from the list."),
        ({"way": "phone", "language": "tlh\u202e"}, "Choose a language from the list."),
        ({"way": "phone", "language": "es", "code": "12"}, "A return code has 16 digits."),
        ({"way": "phone", "language": "es", "code": "hello\0"}, "A return code has digits only."),
        ({"way": "phone", "language": "es", "code": "1" * 16}, "Nothing to fill in lies under this code."),
    ],
)
def test_a_start_that_cannot_be_says_why_and_makes_nothing(fields, sentence, signed_in, caseworker, engine):
    answer = send(signed_in(caseworker), "/intake/new", **fields)
    assert answer.status_code == 422 and sentence in answer.text
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(DraftRow)) == 0


def test_without_the_secret_of_the_public_side_no_code_is_made_that_would_open_nothing(
    signed_in, caseworker, settings, engine
):
    (settings.secrets / "pepper.key").unlink()
    answer = send(signed_in(caseworker), "/intake/new", way="phone", language="es")
    assert answer.status_code == 422 and "pepper.key" in answer.text
    assert not (settings.secrets / "pepper.key").exists()


def test_an_error_keeps_everything_that_was_typed_on_the_page(signed_in, caseworker):
    form = begin(client := signed_in(caseworker))
    press(client, f"{form}/reason", "on", typed("reason", ROSA))
    sent = typed("dates", ROSA) | {"next_date.day": "45", "call_name": "Zainab <b>", "other_names": "Zaynab"}
    answer = press(client, f"{form}/dates", "on", sent)
    assert answer.status_code == 422 and "Check the day." in answer.text
    for kept in ('value="45"', "Zainab &lt;b&gt;", 'value="Zaynab"'):
        assert kept in answer.text
    assert 'href="#f-next_date"' in answer.text


def test_saving_keeps_a_page_with_its_errors_and_says_them_again(signed_in, caseworker):
    form = begin(client := signed_in(caseworker))
    press(client, f"{form}/reason", "on", typed("reason", ROSA))
    saved = press(client, f"{form}/dates", "save", {"next_date.day": "45", "other_names": "Zaynab"})
    assert saved.status_code == 303 and saved.location == f"{form}/dates"
    page = client.get(saved.location)
    assert "Enter the year as well." in page.text and 'value="45"' in page.text and 'value="Zaynab"' in page.text
    assert 'href="#f-call_name"' not in page.text, "what is not there yet is no mistake while the call goes on"


def test_another_page_can_be_opened_in_between_and_nothing_is_lost(signed_in, caseworker):
    form = begin(client := signed_in(caseworker))
    half = {"for_whom": "me", "household_size": "many", "claims": ["afraid"]}
    assert press(client, f"{form}/reason", "contact", half).location == f"{form}/contact"
    back = press(client, f"{form}/contact", "reason", {"phone": "12"})
    page = client.get(back.location)
    assert 'value="many"' in page.text and 'href="#f-household_size"' in page.text
    assert 'value="afraid" id="f-claims" checked' in page.text
    assert 'value="12"' in client.get(f"{form}/contact").text


def test_forms_are_not_begun_without_end(signed_in, caseworker, staff_app):
    client = signed_in(caseworker)
    sent = {"csrf_token": token(client.get("/intake/new")), "way": "", "language": "es"}
    most = int(view.BEGINNINGS.split()[0])
    answers = [client.post("/intake/new", data=sent).status_code for _ in range(most + 1)]
    assert answers == [422] * most + [429]


def test_what_is_missing_or_unread_on_another_page_is_shown_before_anything_is_sent(signed_in, caseworker, engine):
    form = begin(client := signed_in(caseworker))
    press(client, f"{form}/reason", "on", typed("reason", ROSA))
    press(client, f"{form}/dates", "save", typed("dates", ROSA) | {"missed_hearing": "nonsense", "call_name": ""})
    answer = press(client, f"{form}/contact", "send", typed("contact", ROSA))
    assert answer.status_code == 303 and answer.location == f"{form}/dates?todo=1"
    page = client.get(answer.location)
    assert 'href="#f-missed_hearing"' in page.text and 'href="#f-call_name"' in page.text
    with transaction(engine) as session:
        assert session.get(Submission, id_of(form)) is None
    press(client, f"{form}/dates", "on", typed("dates", ROSA))
    assert press(client, f"{form}/contact", "send", {}).status_code == 422
    assert press(client, f"{form}/contact", "send", typed("contact", ROSA)).location == f"{form}/receipt"


def test_consent_is_asked_for_and_nothing_is_sent_without_it(signed_in, caseworker, engine):
    form = begin(client := signed_in(caseworker))
    assert "Tick a box of consent only when the person said yes" in client.get(f"{form}/reason").text
    answer = press(client, f"{form}/reason", "on", typed("reason", {**ROSA, "consent_start": ""}))
    assert answer.status_code == 422 and 'href="#f-consent_start"' in answer.text
    press(client, f"{form}/reason", "on", typed("reason", ROSA))
    press(client, f"{form}/dates", "on", typed("dates", ROSA))
    refused = press(client, f"{form}/contact", "send", typed("contact", {**ROSA, "consent_conflict": ""}))
    assert refused.status_code == 422 and 'href="#f-consent_conflict"' in refused.text


def test_a_step_that_is_not_asked_is_not_on_the_page_and_not_required(signed_in, caseworker):
    form = begin(client := signed_in(caseworker))
    abroad = {key: value for key, value in ROSA.items() if key not in {"arrival", "prior_removal", "state"}}
    abroad |= {"place_kind": "abroad", "claims": ["family_join"]}
    press(client, f"{form}/reason", "on", typed("reason", abroad))
    assert 'id="f-arrival"' not in client.get(f"{form}/dates").text
    assert "We have" not in fill(client, form, abroad).text


def test_no_question_depends_on_another_step_of_its_own_page():
    for q in questionnaire.released.values():
        stepped = [step.key for page in PAGES for step in takingpages.steps_on(q, page)]
        assert stepped == [step.key for step in q.steps]
        for page in PAGES:
            steps = takingpages.steps_on(q, page)
            for step in steps:
                others = {one.key for other in steps if other is not step for one in other.questions}
                asked = [condition for one in step.questions for condition in (one.when, one.required)]
                conditions = [step.when, *asked]
                named = {key for one in conditions for key in re.findall(r"key='(\w+)'", repr(one))}
                assert not named & others, (page.key, step.key)


def test_every_case_that_staff_took_is_counted_by_the_desk_as_any_other(signed_in, caseworker, engine, keys):
    form = begin(client := signed_in(caseworker))
    fill(client, form, ROSA)
    assert people.admit_all(engine, keys) == 1
    with transaction(engine) as session:
        case = session.get(Case, id_of(form))
        assert case.status == "new" and case.marks == ["phone"]

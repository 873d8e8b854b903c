"""A form begun before the questions changed is finished as it was begun, and stays readable as it was asked."""

import datetime as dt

from sqlalchemy import select

from intake import drafts, questionnaire
from intake.db import transaction
from intake.returncode import derive, new_code, root_of
from intake.settings import secret
from intake.submissions import Submission
from tests import people
from tests.public.test_branches import opened
from tests.public.walking import ROSA, press, walk

V1 = questionnaire.get(1)
HELPED = ROSA | {"for_whom": "someone_else", "helper_contact": "tomas@example.org", "person_knows": "yes"}


def test_a_form_begun_on_version_1_is_finished_on_version_1(public_client, engine, settings, session, keys):
    public_client.get("/en/apply/")
    code = new_code()
    root = root_of(code, bytes.fromhex(secret(settings.secrets / "pepper.key")))
    now = dt.datetime.now(dt.UTC)
    with transaction(engine) as writing:
        drafts.start(writing, code, derive(root), form_version=1, now=now, source=None)
    assert press(public_client, "/en/return", {"code": code}).headers["Location"] == "/en/apply/start"
    contact = walk(public_client, HELPED, form=V1, start="start", until="contact")
    assert "time_zone" not in contact.text and "code_goes_to" not in public_client.get("/en/apply/who").text
    assert walk(public_client, HELPED, form=V1, start="contact").status_code == 200
    row, contents = opened(session, keys)
    assert row.form_version == 1
    assert contents["answers"]["person_knows"] == "yes" and "code_goes_to" not in contents["answers"]


def test_a_submission_of_version_1_is_admitted_and_opened_beside_one_of_version_2(engine, keys, session):
    with transaction(engine) as writing:
        people.submitted(writing, keys, people.MARYAM, form=V1)
        people.submitted(writing, keys, people.JOAO)
    assert people.admit_all(engine, keys) == 2
    assert sorted(session.scalars(select(Submission.form_version))) == [1, 2]

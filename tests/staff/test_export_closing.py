"""A file leaves closed to a person's key or to a passphrase; what was typed wrong is said, a passphrase never kept."""

import dataclasses
import subprocess

import pytest
from sqlalchemy import select

from intake.audit import AuditEvent
from intake.db import transaction
from intake.exports.jobs import ExportJob
from tests.exports.test_age import NEEDS_AGE
from tests.staff.conftest import send
from tests.staff.test_export_files import PAGE, WHY, cases, desk  # noqa: F401

WORDS = "seven green lamps by the harbour"
NO_KEY = "age1 is how I begin"


@pytest.fixture
def settings(settings):
    return dataclasses.replace(settings, export_alone=2)


@pytest.fixture
def key(tmp_path):
    made = tmp_path / "identity.txt"
    subprocess.run(["age-keygen", "-o", str(made)], check=True, capture_output=True)
    return made, next(line for line in made.read_text().split() if line.startswith("age1"))


def opened(key, closed: bytes) -> str:
    done = subprocess.run(["age", "-d", "-i", str(key[0])], input=closed, capture_output=True, check=True)
    return done.stdout.decode("utf-8-sig")


@NEEDS_AGE
def test_a_file_is_closed_while_it_leaves(signed_in, admin, cases, engine, key):  # noqa: F811
    made = send(signed_in(admin), "/exports", purpose=WHY, recipient=key[1])
    assert made.status_code == 200 and made.headers["Content-Disposition"].endswith('.csv.age"')
    assert made.data.startswith(b"age-encryption.org/v1") and b"reference" not in made.data
    assert len(opened(key, made.data).splitlines()) == 4
    with transaction(engine) as session:
        said = session.scalars(select(AuditEvent.details).where(AuditEvent.event == "export:started")).one()
    assert '"encrypted":true' in said


@NEEDS_AGE
def test_a_prepared_file_is_closed_when_it_is_fetched(signed_in, admin, colleague, cases, engine, key, desk):  # noqa: F811
    client = signed_in(admin)
    asked = send(client, "/exports", purpose=WHY, way="prepare", passphrase=WORDS, again=WORDS)
    assert asked.status_code == 303 and "You close a prepared file when you download it" in client.get(PAGE).text
    with transaction(engine) as session:
        here = f"{PAGE}/{session.scalars(select(ExportJob.id)).one()}/close"
    assert client.get(here).status_code == 404
    desk()
    assert here in client.get(PAGE).text and client.get(here).status_code == 200
    for wrong, said in (
        ({}, "Type a key or a passphrase."),
        ({"recipient": NO_KEY}, "This is no age key"),
        ({"passphrase": "short", "again": "short"}, "at least 12 characters"),
        ({"passphrase": WORDS, "again": WORDS + "s"}, "The two passphrases are not the same."),
        ({"recipient": key[1], "passphrase": WORDS, "again": WORDS}, "Choose one"),
    ):
        page = send(client, here, **wrong)
        assert page.status_code == 422 and said in page.text and WORDS not in page.text
        assert (wrong.get("recipient") or "age1") in page.text
    made = send(client, here, recipient=key[1])
    assert made.headers["Content-Disposition"].endswith('.csv.age"')
    assert len(opened(key, made.data).splitlines()) == 4
    with transaction(engine) as session:
        found = session.scalars(select(AuditEvent.event).where(AuditEvent.event == "export:downloaded")).all()
    assert len(found) == 1


def test_what_was_typed_wrong_keeps_the_rest_but_no_passphrase(signed_in, admin, cases):  # noqa: F811
    page = send(signed_in(admin), "/exports", purpose=WHY, state="NY", passphrase=WORDS, again="other words here")
    assert page.status_code == 422 and "The two passphrases are not the same." in page.text
    assert WHY in page.text and WORDS not in page.text and "<details open>" in page.text


def test_a_passphrase_closes_it_as_well(signed_in, admin, cases):  # noqa: F811
    made = send(signed_in(admin), "/exports", purpose=WHY, passphrase=WORDS, again=WORDS)
    assert made.status_code == 200 and made.data.startswith(b"age-encryption.org/v1\n-> scrypt ")

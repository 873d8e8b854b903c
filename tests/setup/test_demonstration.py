"""The demonstration: fictional people of every kind, kept between starts, never on top of anything real."""

import datetime as dt
import re
import stat
from collections import Counter

import pytest
from sqlalchemy import func, select

from intake import assessment, audit, demo, questionnaire, settings
from intake.casework.lent import Lent
from intake.casework.models import Case, Note
from intake.casework.partners import Partner
from intake.db import make_engine, transaction
from intake.demo.people import people
from intake.staff.members import current_code

NOW = dt.datetime(2026, 5, 6, 15, 30, tzinfo=dt.UTC)
DAYS = [NOW, dt.datetime(2028, 2, 29, 3, tzinfo=dt.UTC), dt.datetime(2026, 12, 31, 23, tzinfo=dt.UTC)]


def settings_in(folder, **more):
    return settings.load(
        {
            name: value
            for name, value in demo.environment({"INTAKE_DATA": str(folder), **more}).items()
            if name.startswith("INTAKE_")
        }
    )


def count(engine, what):
    with transaction(engine) as session:
        return session.scalar(select(func.count()).select_from(what))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A demonstration on SQLite, made once for this module."""
    placed = settings_in(tmp_path_factory.mktemp("world") / "demo")
    return placed, demo.prepare(placed)


@pytest.mark.parametrize("now", DAYS)
def test_every_fictional_person_answered_all_that_is_required_on_any_day(now):
    q = questionnaire.current()
    everyone = list(people(now))
    assert len(everyone) == 60 and len({person.situation for person in everyone}) == 30
    for person in everyone:
        answers = questionnaire.live(q, person.answers)
        assert questionnaire.missing(q, answers) == (), person.situation
        assert person.received_at < now
        for step in q.steps:
            for question in questionnaire.asked(q, step, answers):
                if question.key in answers:
                    assert questionnaire.fits(question, answers[question.key]), (person.situation, question.key)


def test_the_same_day_gives_the_same_people():
    assert [person.answers for person in people(NOW)] == [person.answers for person in people(NOW)]


def test_the_queue_of_the_demonstration_shows_every_level_claim_and_many_statuses(made):
    placed, _ = made
    engine = make_engine(placed.database_url)
    with transaction(engine) as session:
        cases = session.scalars(select(Case)).all()
        notes = session.scalar(select(func.count()).select_from(Note))
        partners, lent = (session.scalar(select(func.count()).select_from(one)) for one in (Partner, Lent))
        verdict = audit.verify(session)
    engine.dispose()
    assert len(cases) == 60 and verdict.ok and partners == 2 and lent == 1
    assert set(Counter(case.level for case in cases)) == {1, 2, 3}
    assert {"REFER", "REVIEW", "LIKELY"} == {case.outcome.upper() for case in cases}
    assert len({case.status for case in cases}) >= 8 and len({case.language for case in cases}) >= 8
    assert any(not case.is_open for case in cases) and any(case.owner_id is None for case in cases)
    claims = {claim for case in cases for claim in case.claims}
    assert claims >= {"afraid", "crime_victim", "trafficking", "family_violence", "child_alone", "unsure", "other"}
    assert notes >= 10 and assessment.released


def test_a_second_start_keeps_everything(made):
    placed, built = made
    engine = make_engine(placed.database_url)
    before = count(engine, Case)
    again = demo.prepare(placed)
    assert again == built
    assert count(engine, Case) == before == 60
    engine.dispose()


def test_the_paper_says_how_to_sign_in_and_only_its_owner_may_read_it(made, capsys):
    placed, built = made
    demo._say(placed, built)
    paper = placed.data / demo.PAPER
    assert stat.S_IMODE(paper.stat().st_mode) == 0o600
    text = paper.read_text("utf-8")
    assert text == capsys.readouterr().out
    for account in built.accounts:
        assert {account.email, account.password, account.totp_secret} <= set(text.split())
    assert len(re.findall(r"code now: \d{6}", text)) == len(built.accounts) == 6
    assert "localhost:8000" in text and "localhost:8001" in text


def test_a_fresh_code_comes_by_sign_in_name_or_its_first_part(made):
    placed, built = made
    environ = {"INTAKE_DATA": str(placed.data)}
    amina = built.accounts[0]
    before = current_code(amina.totp_secret, dt.datetime.now(dt.UTC))
    given = {demo.code(environ, "amina"), demo.code(environ, amina.email)}
    after = current_code(amina.totp_secret, dt.datetime.now(dt.UTC))
    assert given <= {before, after}
    with pytest.raises(demo.DemoError, match="Nobody"):
        demo.code(environ, "somebody")


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path):
    (tmp_path / "intake.db").write_text("the only copy of something real")
    with pytest.raises(demo.DemoError, match="something else"):
        demo.prepare(settings_in(tmp_path), fresh=True)
    assert (tmp_path / "intake.db").read_text() == "the only copy of something real"


def test_a_database_with_tables_is_left_alone_and_beginning_again_needs_the_same_database(
    tmp_path, engine, database_url
):
    if engine.dialect.name == "sqlite":
        placed = settings_in(tmp_path / "one")
        placed.data.mkdir()
        demo._write(placed.data, {"database": "another", "complete": True})
        with pytest.raises(demo.DemoError, match="another database"):
            demo.prepare(placed, fresh=True)
        return
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        connection.exec_driver_sql("INSERT INTO alembic_version VALUES ('0001')")
    with pytest.raises(demo.DemoError, match="empty one"):
        demo.prepare(settings_in(tmp_path / "two", INTAKE_DATABASE_URL=database_url))
    assert count(engine, Case) == 0


def test_a_demonstration_that_was_cut_off_begins_again_and_fresh_begins_again(tmp_path):
    placed = settings_in(tmp_path / "demo")
    placed.data.mkdir()
    demo._write(placed.data, {"database": demo._digest(placed), "complete": False})
    (placed.data / "intake.db").write_text("half made")
    first = demo.prepare(placed)
    assert demo.prepare(placed, fresh=True).accounts[0].password != first.accounts[0].password
    engine = make_engine(placed.database_url)
    assert count(engine, Case) == 60
    engine.dispose()

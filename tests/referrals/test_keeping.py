"""The table of places: a new version of the product brings new ones and leaves alone what staff changed."""

import datetime as dt
import os

import pytest
from sqlalchemy import create_engine, inspect, select, text

from intake import cli, migrating, referrals
from intake.db import make_engine, transaction
from intake.referrals import BUNDLED, ReferralRow

NOW = dt.datetime(2026, 11, 2, 15, tzinfo=dt.UTC)


def change(session, key: str, **values) -> None:
    row = session.get(ReferralRow, key)
    for name, value in values.items():
        setattr(row, name, value)
    session.flush()


def test_loading_twice_is_loading_once(session):
    assert referrals.load_bundled(session) == referrals.load_bundled(session) == len(BUNDLED)
    assert len(session.scalars(select(ReferralRow)).all()) == len(BUNDLED)


def test_what_staff_changed_stays_and_everything_else_is_renewed(session):
    referrals.load_bundled(session)
    change(session, "raices", name="RAICES of Texas", active=False, edited_at=NOW, edited_by="staff:1")
    change(session, "hias", name="An older name")
    session.delete(session.get(ReferralRow, "kind"))
    session.flush()
    referrals.load_bundled(session)
    session.expire_all()
    kept = session.get(ReferralRow, "raices")
    assert (kept.name, kept.active, kept.edited_by) == ("RAICES of Texas", False, "staff:1")
    assert session.get(ReferralRow, "hias").name == "HIAS"
    assert session.get(ReferralRow, "kind").audience == ["children"]


def test_only_what_is_active_and_verified_is_listed(session):
    referrals.load_bundled(session)
    change(session, "immi", active=False)
    change(session, "hias", last_verified=None)
    listed = {one.key for one in referrals.listed(session)}
    assert not listed & {"immi", "hias", "aila", "domestic-violence-hotline"} and "kind" in listed


def test_an_empty_table_still_gives_places_for_everyone(session):
    assert {one.key for one in referrals.listed(session)} == {"eoir-pro-bono", "immi"}


def test_what_staff_took_off_the_pages_does_not_come_back_when_nothing_else_is_there(session):
    referrals.load_bundled(session)
    for row in session.scalars(select(ReferralRow)):
        row.active = False
    session.flush()
    assert referrals.listed(session) == []


@pytest.fixture
def before(database_url):
    """A database as the version before this one left it, with one place in it."""
    migrating.upgrade(database_url, "0002")
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO referral (key, kind, name, about, states, codes, rank, active)"
                " VALUES ('hias', 'legal', 'Old', 'Old.', '[]', '[]', 5, true)"
            )
        )
    yield engine
    engine.dispose()


def test_the_upgrade_goes_up_and_down_with_the_places(before, database_url):
    migrating.upgrade(database_url, "0003")
    with before.connect() as connection:
        row = connection.execute(text("SELECT version, edited_at, edited_by, name FROM referral")).one()
        assert tuple(row) == (1, None, None, "Old")
    with transaction(before) as session:
        referrals.load_bundled(session)
        assert session.get(ReferralRow, "hias").name == "HIAS"
    migrating.downgrade(database_url, "0002")
    assert "edited_at" not in {column["name"] for column in inspect(before).get_columns("referral")}
    with before.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM referral")).scalar() == len(BUNDLED)


@pytest.mark.parametrize("words", [("init",), ("db", "upgrade")])
def test_setting_up_and_upgrading_bring_in_the_places(words, tmp_path, monkeypatch, capsys):
    for name in [name for name in os.environ if name.startswith("INTAKE_")]:
        monkeypatch.delenv(name)
    url = f"sqlite:///{tmp_path / 'data' / 'intake.db'}"
    assert cli.main([*words, "--data", str(tmp_path / "data")]) == 0
    engine = make_engine(url)
    with transaction(engine) as session:
        change(session, "raices", name="Ours", edited_at=NOW, edited_by="staff:1")
        session.delete(session.get(ReferralRow, "kind"))
    assert cli.main([*words, "--data", str(tmp_path / "data")]) == 0
    with transaction(engine) as session:
        assert session.get(ReferralRow, "raices").name == "Ours"
        assert session.get(ReferralRow, "kind").last_verified is not None
    engine.dispose()
    assert capsys.readouterr().err == ""


def test_an_older_revision_has_no_columns_for_the_places_and_is_left_alone(before, database_url, tmp_path, monkeypatch):
    monkeypatch.setenv("INTAKE_DATABASE_URL", database_url)
    assert cli.main(["db", "upgrade", "0002", "--data", str(tmp_path / "data")]) == 0
    with before.connect() as connection:
        assert connection.execute(text("SELECT name FROM referral")).scalars().all() == ["Old"]

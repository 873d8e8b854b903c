"""The staff side is not there at all: who asks for help is heard, and the desk admits each form once when it starts."""

import datetime as dt
import os
import subprocess
import sys
import time

import pytest
from sqlalchemy import func, select

from intake import grants, migrating, serving, supervisor
from intake import settings as settings_module
from intake.casework.models import Case
from intake.db import make_engine, transaction
from intake.submissions import Submission
from intake.unsealing import make_keys
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import CHEAP, PASSPHRASE, ROOT, database, free_port
from tests.public.walking import ROSA, walk

FORMS = 2


@pytest.fixture
def parts():
    """Processes that end with the test."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for one in started:
        one.terminate()
        one.wait(20)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_forms_come_to_their_receipt_without_a_staff_side_and_are_admitted_once_when_it_starts(kind, tmp_path, parts):
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    with database(kind, data) as (owner, staff, public):
        make_keys(data / "keys", PASSPHRASE, today=dt.date(2026, 1, 1), argon=CHEAP)
        migrating.upgrade(owner)
        if kind == "postgres":
            engine = make_engine(owner)
            grants.apply(engine, "intake_public", "intake_staff")
            engine.dispose()
        (tmp_path / "passphrase").write_text(PASSPHRASE)
        environ = {"PATH": os.environ["PATH"]} | {
            "INTAKE_DATA": str(data),
            "INTAKE_DATABASE_URL": staff,
            "INTAKE_PUBLIC_DATABASE_URL": public,
            "INTAKE_PASSPHRASE_FILE": str(tmp_path / "passphrase"),
            "INTAKE_PUBLIC_PORT": str(free_port()),
        }
        settings = settings_module.load(environ)

        def start(part):
            command = [sys.executable, "-m", "intake", "serve", "--only", part, "--parent", str(os.getpid())]
            env = supervisor.environment(part, settings, environ)
            with (tmp_path / part).open("wb") as log:
                parts.append(subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log))

        def until(done, seconds=40):
            deadline = time.monotonic() + seconds
            while not done():
                assert time.monotonic() < deadline and all(one.poll() is None for one in parts)
                time.sleep(0.05)

        start("public")
        until(lambda: serving.listens("127.0.0.1", settings.public_port))
        for _ in range(FORMS):
            receipt = walk(PlainBrowser(f"http://localhost:{settings.public_port}"), ROSA)
            assert receipt.status_code == 200 and 'class="code"' in receipt.text
        engine = make_engine(staff)

        def count(of):
            with transaction(engine) as session:
                return session.scalar(select(func.count(func.distinct(of)))), session.scalar(select(func.count(of)))

        assert count(Submission.id) == (FORMS, FORMS) and count(Case.id) == (0, 0)
        start("worker")
        until(lambda: count(Case.id)[0] >= FORMS)
        assert count(Case.id) == (FORMS, FORMS)
        engine.dispose()

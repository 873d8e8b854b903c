"""Limits that doors share on a real server, and a server that dies, hangs, fills up or talks nonsense meanwhile."""

import contextlib
import dataclasses
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from limits import parse

from intake import migrating, supervisor, tallies
from intake.cli import main
from intake.doctor import examine
from intake.public import limits
from intake.public.app import create_app
from intake.settings import secret
from intake.submissions import Submission
from tests.countingserver import NEEDS_SERVER, CountingServer
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import ROOT, free_port
from tests.public.walking import ROSA, token, walk

pytestmark = [NEEDS_SERVER, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
HERE = {"REMOTE_ADDR": "203.0.113.9"}


@pytest.fixture
def server():
    folder = Path(tempfile.mkdtemp(prefix="count-"))
    server = CountingServer(folder).start()
    yield server
    server.kill()
    shutil.rmtree(folder)


@pytest.fixture
def doors(settings, engine, server, monkeypatch):
    """Two public doors of one house, each with a memory of its own."""
    monkeypatch.setattr(tallies, "AGAIN_SECONDS", 0.05)
    made = [create_app(dataclasses.replace(settings, limits_url=server.address), engine) for _ in range(2)]
    for one in made:
        one.testing = True
    return made


def storage(door) -> tallies.Shared:
    return door.extensions["intake.limits"].storage


def knock(door, times: int) -> list[int]:
    """Answers to so many forms begun without an answer, from one address."""
    client = door.test_client()
    begun = {"csrf_token": token(client.get("/en/apply/")), "go": "on"}
    return [client.post("/en/apply/", data=begun, environ_base=HERE).status_code for _ in range(times)]


def wait_until_shared(door) -> None:
    deadline = time.monotonic() + 20
    while storage(door).trouble:
        assert time.monotonic() < deadline, storage(door).trouble
        # Anybody else who comes: who has to wait by this door's own count is not asked about.
        storage(door).get_moving_window("somebody else", 1, 1)
        time.sleep(0.02)


def sent(engine) -> int:
    with engine.connect() as connection:
        return len(connection.execute(Submission.__table__.select()).all())


def test_what_is_used_up_at_one_door_is_used_up_at_the_other(doors):
    first, second = doors
    assert set(knock(first, 40)) == {422}
    answers = knock(second, 25)
    assert answers == [422] * 20 + [429] * 5
    assert knock(first, 1) == [429]
    other = second.test_client()
    walk(other, ROSA)


def test_guesses_at_all_doors_are_counted_together(doors):
    one, other = (door.extensions["intake.limits"].counts for door in doors)
    for _ in range(100):
        limits.Guessing(one).failed("somebody")
    assert limits.Guessing(other).must_wait("somebody") and not limits.Guessing(other).must_wait("somebody else")


def test_staff_doors_count_together_and_apart_from_the_public_ones(settings, server, doors):
    shared = dataclasses.replace(settings, limits_url=server.address)
    public, one, other = tallies.Tallies(shared, "public"), *(tallies.Tallies(shared, "staff") for _ in range(2))
    item = parse("1 per minute")
    assert one.counts.hit(item, "x") and not other.counts.hit(item, "x") and public.counts.hit(item, "x")
    options = one.of_flask_limiter()
    assert tallies.Given(options["storage_uri"], **options["storage_options"]) is one.storage


def test_a_dump_of_the_server_tells_nothing_of_anybody(doors, server, settings):
    walk(doors[0].test_client(), ROSA)
    knock(doors[0], 3)
    with doors[0].test_request_context(environ_base=HERE):
        who = limits.counted_as()
        limits.guessing().failed(who)
    keys, seen = server.dump()
    # The moments of starting, sending and failing, each under a key of its own, and of the trials at the start.
    assert len(keys) >= 8 and all(re.fullmatch(r"limits:[0-9a-f]{32}", key) for key in keys)
    words = ("127.0.0.1", "203.0.113", "Rosa", "Mar", "2025550123", "start", "send", "LIMITER", "everywhere", who)
    assert not [word for word in words if word.encode() in seen]
    # Nor do all addresses, tried one by one, without the secret of the doors.
    assert tallies.Salt().key("203.0.113.9", limits.dt.date.today()) not in seen.decode()
    assert secret(settings.secrets / "public.key") not in seen.decode()
    # And it is gone with its window.
    assert all(0 < int(server.ask("TTL", key).split(b"\r\n")[0][1:]) <= 3600 for key in keys)


def test_it_is_killed_in_the_middle_of_sends_and_every_form_goes_through(doors, server, engine, caplog):
    first, second = doors
    client = first.test_client()
    assert set(knock(first, 40)) == {422}
    walk(client, ROSA, until="contact")
    server.kill()
    walk(client, ROSA, start="contact")
    for _ in range(2):
        walk(second.test_client(), ROSA)
    assert sent(engine) == 3
    # Its own memory went on, with what it counted before; the other door knows of its own alone.
    assert knock(first, 30).count(422) == 20
    assert set(knock(second, 40)) == {422}
    said = [one.getMessage() for one in caplog.records if one.name == "intake.tallies"]
    assert len(said) == 2 and all("cannot be reached" in one for one in said), "once for each door"
    server.start()
    wait_until_shared(second)
    assert 429 in knock(second, 60)
    wait_until_shared(first)
    assert storage(first).trouble == "" and knock(first, 1) == [429]


def test_one_that_hangs_is_asked_once_and_then_left_alone(doors, server, engine, monkeypatch):
    door = doors[0]
    monkeypatch.setattr(tallies, "AGAIN_SECONDS", 600.0)
    asked = []
    ask = type(storage(door)._server).acquire_entry
    monkeypatch.setattr(
        type(storage(door)._server), "acquire_entry", lambda *given: asked.append(1) or ask(*given), raising=True
    )
    window = type(storage(door)._server).get_moving_window
    monkeypatch.setattr(
        type(storage(door)._server), "get_moving_window", lambda *given: asked.append(1) or window(*given)
    )
    server.hang()
    try:
        walk(door.test_client(), ROSA)
        assert knock(door, 70).count(429) == 10
    finally:
        server.go_on()
    assert sent(engine) == 1 and len(asked) == 1 and storage(door).trouble == "does not answer in time"


def test_a_full_one_and_one_that_is_a_copy_refuse_nobody(doors, server, engine):
    for options, said in ((["--maxmemory", "100kb", "--maxmemory-policy", "noeviction"], "is full"),
                          (["--replicaof", "127.0.0.1", "1"], "takes no writes")):  # fmt: skip
        server.kill()
        server.start(*options)
        walk(doors[0].test_client(), ROSA)
        assert said in tallies.trouble_at(server.address) and storage(doors[0]).trouble
    assert sent(engine) == 2


def test_a_wrong_password_is_said_by_the_check_and_the_doors_work(
    settings, engine, server, monkeypatch, capsys, caplog
):
    server.kill()
    server.start("--requirepass", "right")
    wrong = server.address.replace("//", "//:wr0ng@")
    monkeypatch.setenv("INTAKE_DATA", str(settings.data))
    monkeypatch.setenv("INTAKE_LIMITS_URL", wrong)
    main(["check"])
    said = capsys.readouterr()
    assert "INTAKE_LIMITS_URL refuses the name or the password" in said.out
    door = create_app(dataclasses.replace(settings, limits_url=wrong), engine)
    door.testing = True
    walk(door.test_client(), ROSA)
    assert sent(engine) == 1
    [figure] = door.extensions["intake.limits"].families()
    assert (figure.name, figure.samples[0].value) == ("intake_limits_shared", 0.0)
    assert "wr0ng" not in said.out + said.err + caplog.text + repr(dataclasses.replace(settings, limits_url=wrong))
    assert tallies.trouble_at(wrong.replace("wr0ng", "right")) == ""
    now = limits.dt.datetime.now(limits.dt.UTC)
    offline = examine(dataclasses.replace(settings, limits_url=wrong), now, offline=True)
    assert next(one.sentence for one in offline if one.area == "limits").endswith("It was not tried.")


def test_two_doors_as_processes_share_one_limit(settings, server, tmp_path):
    migrating.upgrade(settings.database_url)
    loaded = dataclasses.replace(settings, limits_url=server.address)
    given = {"INTAKE_LIMITS_URL": server.address, "INTAKE_DATABASE_URL": settings.database_url}
    environ = supervisor.environment("public", loaded, given)
    assert "INTAKE_LIMITS_URL" in environ
    assert "INTAKE_LIMITS_URL" in supervisor.environment("staff", loaded, given)
    assert "INTAKE_LIMITS_URL" not in supervisor.environment("worker", loaded, given)
    ports, command = (free_port(), free_port()), [sys.executable, "-m", "intake", "serve", "--only", "public"]
    with (tmp_path / "log").open("wb") as log, contextlib.ExitStack() as ending:
        for port in ports:
            own = environ | {"INTAKE_PUBLIC_PORT": str(port)}
            process = subprocess.Popen(command, cwd=ROOT, env=own, stdout=log, stderr=log)
            ending.callback(process.wait, 20)
            ending.callback(process.terminate)
        answers = [answer for port in ports for answer in knock_at(port, 35)]
    assert answers == [422] * 60 + [429] * 10
    assert "redis" not in (tmp_path / "log").read_text()


def knock_at(port: int, times: int) -> list[int]:
    deadline = time.monotonic() + 40
    browser = PlainBrowser(f"http://localhost:{port}")
    while True:
        with contextlib.suppress(OSError):
            page = browser.get("/en/apply/")
            break
        assert time.monotonic() < deadline, "the door does not open"
        time.sleep(0.1)
    begun = {"csrf_token": token(page), "go": "on"}
    return [browser.post("/en/apply/", data=begun).status_code for _ in range(times)]

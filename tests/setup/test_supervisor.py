"""Three processes under one supervisor: each knows only what it needs, and none is left behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from intake import settings as settings_module
from intake import supervisor
from intake.cli import founding
from intake.settings import secret
from tests.conftest import PASSPHRASE

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 40.0


def until(true, what):
    """Wait for `true()` to hold, and fail with `what` when it takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def free_ports(count):
    taken = [socket.socket() for _ in range(count)]
    for one in taken:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in taken]
    for one in taken:
        one.close()
    return ports


def is_alive(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def children_of(pid):
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.fixture
def running(tmp_path, keys):
    """A supervisor with its three parts, on free ports, in a data folder of its own."""
    data = tmp_path / "data"
    passphrase = tmp_path / "passphrase"
    passphrase.write_text(PASSPHRASE)
    public_port, staff_port = free_ports(2)
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "INTAKE_DATA": str(data),
        "INTAKE_PASSPHRASE_FILE": str(passphrase),
        "INTAKE_PUBLIC_PORT": str(public_port),
        "INTAKE_STAFF_PORT": str(staff_port),
    }
    command = [sys.executable, "-m", "intake"]
    subprocess.run([*command, "init"], cwd=ROOT, env=environ, check=True, capture_output=True)
    (data / "keys").symlink_to(keys.folder)
    process = subprocess.Popen(
        [*command, "serve"], cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    said = process.stdout.readline() + process.stdout.readline()
    assert str(public_port) in said and str(staff_port) in said
    yield process
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_ends_every_part_promptly(running, number):
    parts = children_of(running.pid)
    assert len(parts) == 3
    running.send_signal(number)
    assert running.wait(15) == 0
    assert [pid for pid in parts if is_alive(pid)] == []


def test_parts_end_by_themselves_when_the_supervisor_is_killed(running):
    parts = children_of(running.pid)
    running.kill()
    running.wait(5)
    until(lambda: not any(is_alive(pid) for pid in parts), "a part outlived its supervisor")


def test_a_part_that_dies_is_started_again(running):
    before = children_of(running.pid)
    os.kill(before[0], signal.SIGKILL)

    def three_with_a_new_one():
        now = children_of(running.pid)
        return len([pid for pid in now if is_alive(pid)]) == 3 and set(now) != set(before)

    until(three_with_a_new_one, "the part did not come back")


def test_the_public_door_gets_no_passphrase_and_no_address_of_the_staff_side(tmp_path):
    given = {
        "PATH": "/usr/bin",
        "AWS_SECRET": "not for us",
        "INTAKE_DATA": str(tmp_path),
        "INTAKE_DATABASE_URL": "postgresql://staff:hush@db/intake",
        "INTAKE_PUBLIC_DATABASE_URL": "postgresql://public@db/intake",
        "INTAKE_PASSPHRASE_FILE": str(tmp_path / "passphrase"),
        "INTAKE_SMTP": "mail.example.org:587",
        "INTAKE_SMTP_SECURITY": "tls",
        "INTAKE_SMTP_USER": "desk",
        "INTAKE_SMTP_PASSWORD_FILE": str(tmp_path / "password"),
        "INTAKE_MAIL_FROM": "office@example.org",
        "INTAKE_SMS_ADDRESS": "{number}@sms.example.org",
    }
    settings = settings_module.load({name: value for name, value in given.items() if name.startswith("INTAKE_")})
    public = supervisor.environment("public", settings, given)
    assert set(public) == {"PATH", "INTAKE_DATA", "INTAKE_PUBLIC_DATABASE_URL"}
    assert "hush" not in str(public)
    for part in ("staff", "worker"):
        own = supervisor.environment(part, settings, given)
        assert {"INTAKE_DATABASE_URL", "INTAKE_PASSPHRASE_FILE"} <= set(own)
        assert "AWS_SECRET" not in own and "INTAKE_PUBLIC_DATABASE_URL" not in own


def test_init_makes_every_secret_that_the_doors_use(tmp_path):
    for name in founding.SECRETS:
        path = tmp_path / "secrets" / name
        secret(path)
        assert path.stat().st_mode & 0o777 == 0o600

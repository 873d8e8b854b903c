"""An installed product with one envelope of every kind, and its commands as processes."""

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from intake.audit import AuditEvent
from intake.db import transaction
from intake.publickeys import read_public_keys

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """An installed database with one envelope of every kind, and the commands on it."""

    def __init__(self, url, own, passphrase) -> None:
        self.own, self.url = own, url
        self.environ = {
            "PATH": os.environ["PATH"],
            "HOME": os.environ.get("HOME", "/"),
            "INTAKE_DATA": str(own.folder.parent),
            "INTAKE_DATABASE_URL": url,
            "INTAKE_PASSPHRASE_FILE": str(passphrase),
        }

    def start(self, *words: str, **more) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "intake", "keys", *words],
            cwd=ROOT,
            env=self.environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **more,
        )

    def run(self, *words: str, typed: str = "") -> tuple[int, str]:
        running = self.start(*words)
        out, err = running.communicate(typed, timeout=120)
        assert "Traceback" not in err, err
        return running.returncode, out + err

    @property
    def public(self):
        return read_public_keys(self.own.folder / "public.json")


def events(engine):
    with transaction(engine) as session:
        return list(session.scalars(select(AuditEvent.event).where(AuditEvent.subject == "keys")))

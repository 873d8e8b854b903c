"""The life of the keys by command: rotate, rewrap, retire, destroy, recover, and the drill with the paper."""

import argparse
import dataclasses
import datetime as dt
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from .. import audit, migrating
from ..audit import Event
from ..backups import folder
from ..db import make_engine, transaction
from ..keyring import changing, counting, drilling, holders, rewrapping
from ..publickeys import PublicKey, Purpose, read_public_keys
from ..settings import Settings
from ..unsealing import Keyring, load_keyring
from . import keypapers
from .refusals import Refusal

T = TypeVar("T")

_AGAIN_AFTER_SECONDS = 1.0


def counted(settings: Settings, of: Callable[[Engine, dt.datetime], T]) -> T:
    """What `of` finds in the database of these settings now."""
    with _engine(settings) as engine:
        return of(engine, dt.datetime.now(dt.UTC))


def rotate(options: argparse.Namespace, settings: Settings) -> int:
    """New keys, used from now on by every process that runs."""
    purposes = frozenset({Purpose(options.only)}) if options.only else changing.BOTH
    with _engine(settings) as engine, changing.alone(settings.keys):
        new = changing.prepare(settings.keys, keypapers.passphrase(settings), purposes=purposes)
        if new.paper:
            keypapers.show_paper(new.paper)
            keypapers.wait_until_written()
        with transaction(engine) as session:
            for key in new.public:
                _trace(session, Event.KEYS_ROTATED, key)
            changing.publish(settings.keys, new, _today(settings))
    for key in new.public:
        sys.stdout.write(f"The {key.purpose.value} key {key.kid} receives from now on. No process needs a restart.\n")
    if new.paper:
        sys.stdout.write("Keep the older paper too, until everything is sealed anew and older backups are gone.\n")
    sys.stdout.write("Next: python -m intake keys rewrap\n")
    return 0


def rewrap(options: argparse.Namespace, settings: Settings) -> int:
    """Close everything to the present keys, with progress; a run that broke off goes on."""
    if not 1 <= options.at_a_time <= 1000:
        raise Refusal("--at-a-time takes a number from 1 to 1000.")
    if options.paper or options.paper_file:
        paper = keypapers.paper(options)
        changing.require_paper(read_public_keys(settings.keys / changing.PUBLIC), paper)
        ring = Keyring([paper])
    else:
        ring = changing.every_key(settings.keys, keypapers.passphrase(settings))
    with _engine(settings) as engine:
        return _rewrap(engine, settings, ring, options.at_a_time)


def retire(options: argparse.Namespace, settings: Settings) -> int:
    """Take an older key out of use."""
    with _engine(settings) as engine, changing.alone(settings.keys):
        found = counting.count(engine, dt.datetime.now(dt.UTC))
        with transaction(engine) as session:
            entry = changing.retire(settings.keys, options.kid, found, _today(settings))
            _trace(session, Event.KEYS_RETIRED, entry.key)
    sys.stdout.write(
        f"The {entry.key.purpose.value} key {entry.key.kid} is retired. Older backups may still need it: it can be "
        f"destroyed {settings.backup_days + 1} days from now.\n"
    )
    return 0


def destroy(options: argparse.Namespace, settings: Settings) -> int:
    """Remove a retired key for good."""
    last = folder.last(settings.data)
    with _engine(settings) as engine, changing.alone(settings.keys):
        keypapers.confirmed(options.confirm, changing.find(settings.keys, options.kid).key.kid)
        found = counting.count(engine, dt.datetime.now(dt.UTC))
        oldest = folder.oldest_day(last)
        with transaction(engine) as session:
            entry = changing.destroy(
                settings.keys, options.kid, found, today=_today(settings), days=settings.backup_days, oldest=oldest
            )
            _trace(session, Event.KEYS_DESTROYED, entry.key)
    paper = entry.key.purpose is Purpose.RECOVERY
    told = "Burn its paper now." if paper else "Copies of it may be in older backups with secrets: remove those too."
    sys.stdout.write(f"The {entry.key.purpose.value} key {entry.key.kid} is destroyed. {told}\n")
    return 0


def recover(options: argparse.Namespace, settings: Settings) -> int:
    """A new passphrase by way of the paper, then everything sealed anew with it."""
    with _engine(settings) as engine:
        paper = keypapers.paper(options)
        changing.require_paper(read_public_keys(settings.keys / changing.PUBLIC), paper)
        # The file of the settings holds the passphrase of before: only one that is named now is the new one.
        here = settings if options.passphrase_file else dataclasses.replace(settings, passphrase_file=None)
        new = keypapers.new_passphrase(here)
        with changing.alone(settings.keys), transaction(engine) as session:
            holders.forget_all(session)
            key = changing.recover(settings.keys, paper, new, today=_today(settings))
            _trace(session, Event.KEYS_RECOVERED, key)
        sys.stdout.write(
            f"The new desk key {key.kid} is locked by the new passphrase. Put it into the file of "
            "INTAKE_PASSPHRASE_FILE: open processes look there.\n"
            "If what follows breaks off, go on with: python -m intake keys rewrap --paper\n"
        )
        return _rewrap(engine, settings, Keyring([paper, *load_keyring(settings.keys, new).held()]), rewrapping.BATCH)


def drill(options: argparse.Namespace, settings: Settings) -> int:
    """Try the paper; only the day is kept."""
    with _engine(settings) as engine:
        typed = keypapers.typed_paper(options)
        key = drilling.drill(read_public_keys(settings.keys / changing.PUBLIC), typed)
        with transaction(engine) as session:
            _trace(session, Event.KEYS_DRILLED, key)
    sys.stdout.write("The paper opens what is sealed today. The day is in the audit trail; nothing else was kept.\n")
    return 0


def _rewrap(engine: Engine, settings: Settings, ring: Keyring, at_a_time: int) -> int:
    def recipients() -> tuple[PublicKey, ...]:
        return read_public_keys(settings.keys / changing.PUBLIC).recipients()

    progress, said_at = rewrapping.Progress(0, 0), 0.0
    for progress in rewrapping.run(engine, ring, recipients, lambda: dt.datetime.now(dt.UTC), batch=at_a_time):
        if time.monotonic() - said_at >= _AGAIN_AFTER_SECONDS and not progress.finished:
            said_at = time.monotonic()
            sys.stdout.write(f"rewrap: {progress.done:,} of {progress.total:,}\n")
            sys.stdout.flush()
    if progress.left_over:
        sys.stdout.write(
            f"{progress.left_over:,} envelopes stay as they are: no key here opens them, or another process held "
            "them. Run it once more; with --paper it opens with the recovery key.\n"
        )
        return 1
    if progress.done:
        sys.stdout.write(f"rewrap: {progress.done:,} of {progress.total:,}\n")
    sys.stdout.write("Everything is closed to the present keys.\n")
    return 0


@contextmanager
def _engine(settings: Settings) -> Iterator[Engine]:
    """The database of the staff side. Raises Refusal unless it has the tables of this version."""
    if not migrating.is_current(settings.database_url):
        raise Refusal("The database is not up to date: run `python -m intake db upgrade` first.")
    engine = make_engine(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def _trace(session: Session, event: Event, key: PublicKey) -> None:
    said: dict[str, audit.Detail] = {"kid": key.kid, "scope": key.purpose.value}
    audit.append(session, actor="cli", event=event, subject="keys", details=said, now=dt.datetime.now(dt.UTC))


def _today(settings: Settings) -> dt.date:
    return dt.datetime.now(settings.timezone).date()

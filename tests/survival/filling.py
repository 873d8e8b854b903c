"""Disks that are full under PostgreSQL: its tables, its log, both, and apart from it the files of the product."""

import contextlib
import datetime as dt
import uuid
from typing import Final

from sqlalchemy.exc import DBAPIError

from intake import accounts, exports
from intake.casework.filters import Filters
from intake.db import transaction
from intake.exports import Choice, Format, asking
from intake.exports.asking import Order
from intake.publickeys import read_public_keys
from tests.survival import breaking, disks
from tests.survival.house import House

# What is full, in turns.
TURNS: Final = (("log",), ("tables",), ("files",), ("tables", "log"))
SECONDS: Final = 6.0
# What is written beside the people, so that the log needs room that is not there; bytes.
WRITTEN: Final = 400_000


def fill_up(house: House, turn: int) -> None:
    """Fill the disks of this turn for some seconds, then free them, and wait for the database alone.

    PostgreSQL ends when its log finds no room, and may end again while it starts: it is started anew each time, as an
    init system does. Files are asked for before and after, for a desk that has no room for them.
    """
    (node,) = house.nodes
    if node.log is None:
        raise RuntimeError("this node lies on no small disk")
    places = {"tables": node.data.parent, "log": node.log.parent, "files": house.data.parent}
    full = TURNS[turn % len(TURNS)]
    fillers = [breaking.beside(lambda place=places[name]: disks.fill(place, SECONDS)) for name in full]
    if "files" in full:
        ask_for_a_file(house)
    while any(one.is_alive() for one in fillers):
        if "log" in full:
            with contextlib.suppress(DBAPIError):
                node.say(f"SELECT pg_logical_emit_message(true, 'full', repeat('x', {WRITTEN}))")
        node.revive()
        fillers[0].join(0.2)
    node.recover()
    if "files" in full:
        ask_for_a_file(house)


def ask_for_a_file(house: House) -> None:
    """An admin asks for all cases in a file, which the desk prepares."""
    now, recipients = dt.datetime.now(dt.UTC), list(read_public_keys(house.settings.keys / "public.json").recipients())
    with transaction(house.engine) as session:
        by = accounts.create(
            session,
            email=f"{uuid.uuid4().hex}@example.org",
            name="Ada Admin",
            role="admin",
            password_hash="none",
            now=now,
        )
        session.flush()
        choice = Choice.of(exports.named("queue"))
        wanted = exports.Wanted(Filters(), by.id, now.date())
        total = exports.count(session, choice, wanted)
        job = asking.ask(session, by, Order(choice, Format.CSV, wanted, "A full disk", total), second=False, now=now)
        asking.queue(session, job, by, recipients, alone=50, zone=house.settings.timezone, now=now)
    house.ledger.write("asked", job=job.id.hex)

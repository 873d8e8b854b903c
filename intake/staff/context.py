"""What every view of the staff door works with: the keys, the clock, and who is signed in."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, g
from flask_security import current_user
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from ..accounts import StaffMember
from ..db import session_factory
from ..publickeys import PublicKey, read_public_keys
from ..settings import Settings
from ..standby import Standby
from ..unsealing import Keyring
from ..web import db

_NAME = "intake.staff"


@dataclass(frozen=True, slots=True)
class StaffDoor:
    """The parts this door was built from. `clock` gives the time, aware, so that tests can set it."""

    settings: Settings
    engine: Engine
    keyring: Keyring
    clock: Callable[[], dt.datetime]
    standby: Standby

    def recipients(self) -> list[PublicKey]:
        """The keys to which a note is sealed, read each time: keys may be rotated while the door is open."""
        return list(read_public_keys(self.settings.keys / "public.json").recipients())


def place(app: Flask, door: StaffDoor) -> None:
    """Keep `door` with its app."""
    app.extensions[_NAME] = door
    app.teardown_appcontext(_close)


def staff_door() -> StaffDoor:
    """The parts of the app that answers this request."""
    return cast(StaffDoor, current_app.extensions[_NAME])


def counting() -> Session:
    """A session for numbers, which only reads: on the standby if there is one, else the request's own."""
    if "counting" not in g:
        door = staff_door()
        source = door.standby.engine()
        g.counting = db() if source is door.engine else session_factory(source.execution_options(reads=True))()
    return cast(Session, g.counting)


def _close(_error: BaseException | None) -> None:
    # The request's own session is closed by the door; to close it twice does no harm.
    session: Session | None = g.pop("counting", None)
    if session is not None:
        session.close()


def now() -> dt.datetime:
    """The time, aware, in UTC."""
    return staff_door().clock()


def today() -> dt.date:
    """The day in the organisation's time zone: legal days are counted there."""
    door = staff_door()
    return door.clock().astimezone(door.settings.timezone).date()


def member() -> StaffMember:
    """The staff member who is signed in; the guard has made sure that there is one."""
    return cast(StaffMember, current_user._get_current_object())

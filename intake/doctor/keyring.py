"""The keys over the years: who can unlock them, whether all is closed to the present ones, and the paper."""

import datetime as dt
from collections.abc import Iterator

from ..keyring import holders, standing
from ..keyring.standing import Standing, Trouble
from ..publickeys import KeyFileError, KeyState, PublicKeys, read_public_keys
from ..settings import Settings
from .findings import Finding, hint, ok, reading, soon, wrong

_AGAIN = "run `python -m intake keys rewrap`"


def look(settings: Settings, now: dt.datetime) -> Iterator[Finding]:
    """What admins wrote down about the passphrase and the paper, and what older keys still close."""
    try:
        public = read_public_keys(settings.keys / "public.json")
    except KeyFileError:
        return  # Said already, among the files.
    with reading(settings) as session:
        found = standing.look(session, public, now)
    yield from _passphrase(found)
    yield from _sealed(found, public)
    yield from _paper(found)


def _passphrase(found: Standing) -> Iterator[Finding]:
    number = len(found.holders)
    if Trouble.FEW_HOLDERS in found.troubles:
        yield soon(
            "keys",
            f"{number} of the active administrators say that they hold the passphrase; {holders.ENOUGH} should. "
            "Each says so under Keys.",
        )
    else:
        yield ok("keys", f"{number} administrators hold the passphrase.")


def _sealed(found: Standing, public: PublicKeys) -> Iterator[Finding]:
    run = found.run
    if Trouble.RETIRED_CLOSES in found.troubles:
        number = found.closes(public, KeyState.RETIRED)
        yield wrong("keys", f"{number:,} envelopes are closed to a key that is retired: {_AGAIN}.")
    if run is not None and Trouble.STOPPED in found.troubles:
        yield wrong("keys", f"Sealing anew stopped at {run.done:,} of {run.total:,}: {_AGAIN}, it goes on there.")
    if Trouble.OLDER_CLOSES in found.troubles:
        yield soon("keys", f"Older keys still close {found.closes(public, KeyState.OLDER):,} envelopes: {_AGAIN}.")
    if run is not None and Trouble.LEFT_OVER in found.troubles:
        yield soon("keys", f"{run.left_over:,} envelopes could not be sealed anew: {_AGAIN} once more.")


def _paper(found: Standing) -> Iterator[Finding]:
    at, how = found.drilled_at, "`python -m intake keys drill`"
    if at is None:
        yield hint("keys", f"Nobody tried the recovery key on paper: {how}, once a year.")
    elif Trouble.DRILL_OLD in found.troubles:
        yield soon("keys", f"The last drill with the recovery key was on {at.date()}: do it again, {how}.")
    else:
        yield ok("keys", f"The recovery key on paper was tried on {at.date()}.")

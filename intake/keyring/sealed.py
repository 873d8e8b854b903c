"""Every column that holds an envelope for the organisation: the one list by which keys are counted and changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, LargeBinary, Row, Table, and_, func, literal, not_

from .. import incoming, kepttext, outbox, submissions
from ..casework import checks, models, partners
from ..exports import jobs
from ..publickeys import KID_BYTES, PublicKey
from ..sealing import WRAPPED_BYTES

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

COLUMN: Final = "envelope"
# Closed to the person who sent the form, under their return code: no key of the organisation opens these.
OF_APPLICANTS: Final = frozenset({"letter"})
_FIRST_KID: Final = 3
_EACH: Final = KID_BYTES + WRAPPED_BYTES


@dataclass(frozen=True, slots=True)
class Place:
    """One table of envelopes. `bound`: the name that is sealed in with each; `keys`: the columns that name a row.

    `record_id` gives the bytes that are sealed in from the values of `keys`, in their order.
    """

    table: Table
    bound: str
    keys: tuple[str, ...]
    record_id: Callable[[AnyRow], bytes]

    @property
    def envelope(self) -> ColumnElement[bytes]:
        """The column."""
        return self.table.c[COLUMN]

    @property
    def order(self) -> tuple[ColumnElement[Any], ...]:
        """The columns that name a row, by which rows are gone through."""
        return tuple(self.table.c[key] for key in self.keys)


def _by_id(row: AnyRow) -> bytes:
    return bytes(row[0].bytes)


def _by_both(row: AnyRow) -> bytes:
    return bytes(row[0].bytes + row[1].bytes)


def _place(model: Any, *keys: str, bound: str = "", record_id: Callable[[AnyRow], bytes] = _by_id) -> Place:
    return Place(model.__table__, bound or model.__tablename__, keys or ("id",), record_id)


# In the order in which they are sealed anew: what people wrote comes first.
PLACES: Final[Sequence[Place]] = (
    _place(submissions.SubmissionBody, "submission_id", bound="submission"),
    _place(incoming.Incoming),
    _place(models.Note),
    _place(models.Correction),
    _place(models.TakenIntake, "draft_id"),
    _place(checks.CasePair, "a_id", "b_id", record_id=_by_both),
    _place(checks.ConflictName),
    _place(checks.ConflictCheck),
    _place(partners.PartnerReferral),
    _place(outbox.Outbox),
    _place(kepttext.KeptText),
    _place(jobs.ExportJob),
)


def count_of(place: Place) -> ColumnElement[bytes]:
    """One byte: for how many keys the envelope of a row is closed."""
    return func.substr(place.envelope, 2, 1, type_=LargeBinary)


def kid_of(place: Place, number: int) -> ColumnElement[bytes]:
    """The key id of the recipient `number`, from 0, as it stands in the envelope; beyond the list it is other bytes."""
    return func.substr(place.envelope, _FIRST_KID + _EACH * number, KID_BYTES, type_=LargeBinary)


def is_closed_to(place: Place, recipients: Sequence[PublicKey]) -> ColumnElement[bool]:
    """Whether the envelope of a row is closed to exactly these keys, in this order."""
    same = [count_of(place) == literal(bytes((len(recipients),)), LargeBinary)]
    same += [kid_of(place, n) == literal(bytes.fromhex(key.kid), LargeBinary) for n, key in enumerate(recipients)]
    return and_(*same)


def is_due(place: Place, recipients: Sequence[PublicKey]) -> ColumnElement[bool]:
    """Whether a row holds an envelope that is closed to other keys than these."""
    return and_(place.envelope.is_not(None), not_(is_closed_to(place, recipients)))

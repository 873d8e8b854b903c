"""Answers on their way: a draft is encrypted under the applicant's return code and expires by itself."""

import base64
import datetime as dt
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, LargeBinary, Uuid, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from .db import Base, UTCDateTime, connection_of
from .prepared import Prepared
from .returncode import CodeKeys
from .sealing import open_symmetric, packed, seal_symmetric

LIFETIME = dt.timedelta(days=7)


class DraftRow(Base):
    """What the server keeps of a draft: no code, no key, no readable answer."""

    __tablename__ = "draft"

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True)
    find_id: Mapped[bytes] = mapped_column(LargeBinary(16), unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, index=True)


@dataclass(slots=True, repr=False)
class Draft:
    """An opened draft, in memory for one request only.

    `answers` are canonical values by question key; `typed` keeps what was typed, by step and field name, so
    that a page can be shown again exactly; `source` is the slug of the release the person came from. `extra`
    holds what is no answer: "side" (a second page language), "family" (the reference of a relative), "marks",
    "code_shown", "paused" (steps kept before they were finished). `applicant_key` is the public half of the
    applicant's key pair, raw.
    """

    id: uuid.UUID
    keys: CodeKeys
    code: str
    form_version: int
    started_at: dt.datetime
    expires_at: dt.datetime
    answers: dict[str, Any] = field(default_factory=dict)
    typed: dict[str, dict[str, Any]] = field(default_factory=dict)
    source: str | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    applicant_key: bytes = b""


def start(
    session: Session, code: str, keys: CodeKeys, *, form_version: int, now: dt.datetime, source: str | None
) -> Draft:
    """A new, empty draft under `code`, added to the session."""
    draft = Draft(
        id=uuid.uuid4(),
        keys=keys,
        code=code,
        form_version=form_version,
        started_at=now,
        expires_at=now + LIFETIME,
        source=source,
        applicant_key=keys.applicant.public.raw,
    )
    session.add(
        DraftRow(
            id=draft.id,
            find_id=keys.find_id,
            body=_seal(draft),
            created_at=now,
            expires_at=draft.expires_at,
        )
    )
    return draft


# Built once: building a statement costs more than running it.
_table = DraftRow.__table__
_row = select(_table.c.id, _table.c.body, _table.c.expires_at).where(_table.c.find_id == bindparam("find_id"))
_find = Prepared(_row)
_find_locked = Prepared(_row.with_for_update())
_this = _table.c.id == bindparam("this")
_save = Prepared(update(_table).where(_this), ("body", "expires_at"))  # type: ignore[arg-type]
_close = Prepared(update(_table).where(_this), ("expires_at",))  # type: ignore[arg-type]
_discard = Prepared(delete(_table).where(_this))  # type: ignore[arg-type]


def load(session: Session | Connection, keys: CodeKeys, now: dt.datetime, *, lock: bool = False) -> Draft | None:
    """The draft that `keys` opens, or None when there is none or it has expired.

    With `lock`, other transactions that want the same draft wait until this one ends.
    """
    find = _find_locked if lock else _find
    return _opened(find.one(connection_of(session), {"find_id": keys.find_id}), keys, now)


def look(engine: Engine, keys: CodeKeys, now: dt.datetime) -> Draft | None:
    """As `load`, for a request that only shows the draft and asks the database for nothing else."""
    return _opened(_find.look(engine, {"find_id": keys.find_id}), keys, now)


def _opened(row: Sequence[Any] | None, keys: CodeKeys, now: dt.datetime) -> Draft | None:
    if row is None:
        return None
    draft_id, body, expires_at = row
    if expires_at <= now:
        return None
    held = json.loads(open_symmetric(keys.draft_key, body, table="draft", record_id=draft_id.bytes))
    return Draft(
        id=draft_id,
        keys=keys,
        code=held["code"],
        form_version=held["form_version"],
        started_at=dt.datetime.fromisoformat(held["started_at"]),
        expires_at=expires_at,
        answers=held["answers"],
        typed=held["typed"],
        source=held["source"],
        extra=held.get("extra", {}),
        applicant_key=_key_in(held) or keys.applicant.public.raw,
    )


def _key_in(held: dict[str, Any]) -> bytes:
    return base64.b64decode(held.get("applicant_key", ""))


def save(session: Session | Connection, draft: Draft, now: dt.datetime) -> None:
    """Store the draft as it now is, and let it live seven days from `now`."""
    draft.expires_at = now + LIFETIME
    _save.run(connection_of(session), {"this": draft.id, "body": _seal(draft), "expires_at": draft.expires_at})


def close(session: Session | Connection, draft: Draft, now: dt.datetime) -> None:
    """The draft was sent: nobody opens it any more. The desk removes it, so that no person waits for that."""
    _close.run(connection_of(session), {"this": draft.id, "expires_at": now})


def discard(session: Session | Connection, draft_id: uuid.UUID) -> None:
    """Remove the draft with this id for good, if there is one."""
    _discard.run(connection_of(session), {"this": draft_id})


def purge_expired(session: Session, now: dt.datetime) -> int:
    """Remove drafts whose time is over; returns how many."""
    return len(session.execute(delete(DraftRow).where(DraftRow.expires_at <= now).returning(DraftRow.id)).all())


def _seal(draft: Draft) -> bytes:
    held = {
        "code": draft.code,
        "form_version": draft.form_version,
        "started_at": draft.started_at.isoformat(),
        "answers": draft.answers,
        "typed": draft.typed,
        "source": draft.source,
        "extra": draft.extra,
        # Made from the code once: making it again at the send would cost more than a seal.
        "applicant_key": base64.b64encode(draft.applicant_key).decode("ascii"),
    }
    return seal_symmetric(draft.keys.draft_key, packed(held), table="draft", record_id=draft.id.bytes)

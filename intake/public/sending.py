"""What a person sends after the form: sealed to the organisation, with a copy for the person. Once is once."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from .. import incoming, letters
from ..incoming import Kind
from ..publickeys import PublicKey
from ..questionnaire import Value, live
from ..questionnaire.forms import Reading
from ..questionnaire.model import Step
from ..questionnaire.reading import field_names
from .kept import ASKED, Kept

MESSAGE_CHARACTERS = 2_000
_LONGEST_ONCE = 40


def message(
    session: Session,
    kept: Kept,
    text: str,
    *,
    locale: str,
    once: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> None:
    """Send `text` to staff. `once` is the one-time mark of the form: the same mark again changes nothing."""
    own = {"text": text, "sent_at": now.isoformat()}
    content = {"text": text, "locale": locale}
    _add(session, kept, Kind.MESSAGE, content, "sent", own, once=once, recipients=recipients, now=now)


def change(
    session: Session,
    kept: Kept,
    kind: Kind,
    step: Step,
    reading: Reading,
    *,
    once: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> bool:
    """Send what is new in the answers of `step`, and keep a copy of all answers; False when nothing is new.

    An answer that is no longer asked after the change is removed, also on other steps.
    """
    before, after = live(kept.form, kept.answers), live(kept.form, reading.merged(step, kept.answers))
    new = {key: value for key, value in after.items() if before.get(key) != value}
    removed = [key for key in before if key not in after]
    if not new and not removed:
        return False
    content = {"answers": new, "removed": removed, "typed": _typed(step, reading, new)}
    own = {"answers": after, "changed_at": now.isoformat()}
    _add(session, kept, kind, content, "copy", own, once=once, recipients=recipients, now=now)
    return True


def ask(
    session: Session, kept: Kept, kind: Kind, *, once: str, recipients: Sequence[PublicKey], now: dt.datetime
) -> None:
    """Ask the desk to withdraw or erase; the person's page says so until it is done."""
    own = {"what": kind.value, "asked_at": now.isoformat()}
    _add(session, kept, kind, {}, ASKED, own, once=once, recipients=recipients, now=now)


def _add(
    session: Session,
    kept: Kept,
    kind: Kind,
    content: Mapping[str, Any],
    letter_kind: str,
    own: Mapping[str, Any],
    *,
    once: str,
    recipients: Sequence[PublicKey],
    now: dt.datetime,
) -> None:
    # The mark comes from a page, so it is only part of the name: it can never point at a record of someone else.
    made = uuid.uuid5(kept.id, f"{kind.value}:{once[:_LONGEST_ONCE]}")
    try:
        with session.begin_nested():
            incoming.send(
                session,
                submission_id=kept.id,
                kind=kind,
                content=content,
                recipients=recipients,
                now=now,
                incoming_id=made,
            )
            letters.write(
                session,
                letter_id=made,
                find_id=kept.keys.find_id,
                to=kept.keys,
                kind=letter_kind,
                content=own,
                now=now,
            )
    except IntegrityError:
        return  # a second tap: the first one has sent it


def _typed(step: Step, reading: Reading, new: Mapping[str, Value]) -> dict[str, str | list[str]]:
    names = [name for question in step.questions if question.key in new for name in field_names(question)]
    return {name: reading.typed[name] for name in names if name in reading.typed}

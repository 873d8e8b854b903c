"""What the applicant changed after sending, and whose relative they are, in words for the case page."""

import datetime as dt
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from .. import accounts
from ..casework import case as casework
from ..casework.contents import Whole
from ..questionnaire import Questionnaire
from ..web import gettext
from . import labels, present

_REFERENCE = re.compile(r"[0-9A-Z]{5}-[0-9A-Z]{5}")


@dataclass(frozen=True, slots=True, repr=False)
class Changed:
    """One answer that was changed: when, the question, both answers in words; who and why where it was staff."""

    key: str
    at: str
    label: str
    old: str
    new: str
    who: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """What came after the form. `family` is a reference; `family_id` its case, when there is one."""

    changes: Sequence[Changed]
    by_key: Mapping[str, Changed]
    unread: Sequence[tuple[str, str]]
    family: str
    family_id: uuid.UUID | None


def told(session: Session, form: Questionnaire, whole: Whole, zone: dt.tzinfo) -> Told:
    """The later words of the applicant; `by_key` has the last change of each answer."""
    changed = [
        Changed(
            key=key,
            at=present.moment(change.received_at, zone),
            label=gettext(form.question(key).label),
            old=_words(form, key, old),
            new=_words(form, key, new),
            who=accounts.name_of(session, change.staff_id),
            reason=change.reason,
        )
        for change in whole.changes
        for key, (old, new) in change.values.items()
    ]
    family = whole.family if whole.family and _REFERENCE.fullmatch(whole.family) else ""
    return Told(
        changes=changed,
        by_key={one.key: one for one in changed},
        unread=[(present.moment(at, zone), present.word(labels.CAME_IN, kind)) for at, kind in whole.unread],
        family=family,
        family_id=casework.id_of(session, family) if family else None,
    )


def _words(form: Questionnaire, key: str, value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(present.line(form.question(key), value, {}).texts)

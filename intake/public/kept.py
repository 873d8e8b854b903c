"""What lies under one return code once the form was sent: the letters, put together for the person's own pages."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from .. import letters, questionnaire, referrals
from ..incoming import Kind
from ..letters import Opened
from ..questionnaire.model import Kind as Asked
from ..questionnaire.model import Question, Questionnaire
from ..referrals import Referral
from ..returncode import CodeKeys
from ..typeddates import is_partial_date

# A letter of the person to themself: this was asked for, and the desk has not done it yet.
ASKED = "asked"
RECEIVED, WITHDRAWN = "received", "withdrawn"
# The doors and the desk may run on machines whose clocks differ a little.
_CLOCKS = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True, repr=False)
class Kept:
    """Everything a person may see again, opened for one request.

    `id` is the submission's. `answers` are canonical and amended. `status` has the keys of a status letter.
    `messages` are letters from staff and `own` the person's messages, both newest first. `asked` says when the
    person last asked to "withdraw" and to "erase".
    """

    id: uuid.UUID
    keys: CodeKeys = field(repr=False)
    receipt: Mapping[str, Any]
    answers: dict[str, Any]
    status: Mapping[str, Any]
    messages: tuple[Opened, ...]
    own: tuple[Opened, ...]
    asked: Mapping[str, dt.datetime]

    @property
    def form(self) -> Questionnaire:
        """The version of the form that was asked."""
        return questionnaire.get(self.receipt["form_version"])

    @property
    def erasing(self) -> bool:
        """Whether the person asked to erase everything."""
        return Kind.ERASE in self.asked

    @property
    def withdrawing(self) -> bool:
        """Whether the person took the form back and the desk has not said yet that it is done."""
        asked = self.asked.get(Kind.WITHDRAW)
        return asked is not None and not any(moment + _CLOCKS >= asked for moment in self._withdrawn())

    @property
    def withdrawn(self) -> bool:
        """Whether the case is closed because the form was taken back."""
        return bool(self.status["status"] == WITHDRAWN)

    def _withdrawn(self) -> list[dt.datetime]:
        events = [one for one in self.status["events"] if one["what"] == WITHDRAWN]
        return [dt.datetime.fromisoformat(one.get("at") or f"{one['on']}T23:59:59+00:00") for one in events]


def load(session: Session, keys: CodeKeys) -> Kept | None:
    """What lies under these keys, or None when nothing was sent or all of it is erased."""
    return put_together(letters.opened(session, keys), keys)


def put_together(opened: Sequence[Opened], keys: CodeKeys) -> Kept | None:
    """The letters, oldest first, as one whole; None without a receipt."""
    receipt = next((one for one in opened if one.kind == "receipt"), None)
    if receipt is None:
        return None
    by_kind = {kind: [one for one in opened if one.kind == kind] for kind in ("copy", "status", "message", "sent")}
    newest_copy = by_kind["copy"][-1:]
    answers = newest_copy[0].content["answers"] if newest_copy else receipt.content["answers"]
    return Kept(
        id=receipt.id,
        keys=keys,
        receipt=receipt.content,
        answers=dict(answers),
        status=by_kind["status"][-1].content if by_kind["status"] else _not_admitted_yet(receipt.content),
        messages=tuple(reversed(by_kind["message"])),
        own=tuple(reversed(by_kind["sent"])),
        asked={str(one.content.get("what")): one.written_at for one in opened if one.kind == ASKED},
    )


def known_dates(q: Questionnaire, answers: Mapping[str, Any]) -> list[tuple[Question, str]]:
    """The dates the person gave that still matter to them: (question, whole or partial date)."""
    found = []
    for question in q.step("dates").questions:
        value = answers.get(question.key)
        if question.kind is Asked.DATE and isinstance(value, str) and is_partial_date(value):
            found.append((question, value))
    return found


def places(session: Session, one: Kept) -> list[Referral]:
    """The places that fit this person best, those first where their language is spoken."""
    told = one.answers
    serves = referrals.serves(one.receipt["codes"], told)
    language = str(told.get("language") or "")
    return referrals.choose(referrals.listed(session), serves, told.get("state"), language=language)


def _not_admitted_yet(receipt: Mapping[str, Any]) -> dict[str, Any]:
    moment = receipt["received_at"]
    day = dt.datetime.fromisoformat(moment).date().isoformat()
    return {
        "status": RECEIVED,
        "at": moment,
        "opened": 0,
        "last_opened_on": None,
        "events": [{"on": day, "what": RECEIVED, "at": moment}],
    }

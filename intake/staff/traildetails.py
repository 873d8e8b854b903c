"""What an event of the audit trail says beyond who, what and about what, in words."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from ..casework import legalholds
from ..casework.statuses import REASONS
from ..locales import N_
from ..questionnaire.choices import STATES
from ..web import gettext
from . import labels, present

KEYS: Final[Mapping[str, str]] = {
    "changed": N_("changed"),
    "claim": N_("claim"),
    "closed": N_("closed ones too"),
    "closing_code": N_("closing code"),
    "columns": N_("columns"),
    "consent": N_("consent"),
    "count": N_("number"),
    "document": N_("paper"),
    "due": N_("deadline"),
    "due_code": N_("kind of deadline"),
    "due_on": N_("on"),
    "encrypted": N_("encrypted"),
    "fields": N_("parts"),
    "follow_up": N_("follow-up"),
    "format": N_("format"),
    "from_level": N_("level before"),
    "from_owner": N_("owner before"),
    "from_status": N_("before"),
    "identified": N_("with identities"),
    "interpreter": N_("interpreter"),
    "kid": N_("key"),
    "language": N_("language"),
    "lent_to": N_("lent to"),
    "level": N_("level"),
    "method": N_("way"),
    "outcome": N_("result"),
    "owner": N_("owner"),
    "partner": N_("partner"),
    "place": N_("place"),
    "profile": N_("columns of"),
    "purpose": N_("reason"),
    "reason": N_("reason"),
    "reply": N_("needs a reply"),
    "result": N_("what came of it"),
    "role": N_("role"),
    "rules_version": N_("rules"),
    "scope": N_("part"),
    "since": N_("from"),
    "state": N_("state"),
    "status": N_("status"),
    "way": N_("way"),
    "until": N_("until"),
}
_STATES: Final = dict(STATES)


def shown(said: Mapping[str, Any], people: Mapping[int, str]) -> list[tuple[str, str]]:
    """(name, value) of each detail, for people; `people` are names by staff id. What says nothing is left out."""
    return [
        (gettext(KEYS.get(key, key)), _value(key, value, people))
        for key, value in said.items()
        if value not in ("", None, []) and key != "rules_version"
    ]


def _value(key: str, value: Any, people: Mapping[int, str]) -> str:
    if isinstance(value, bool):
        return gettext(N_("yes")) if value else gettext(N_("no"))
    if isinstance(value, list):
        return ", ".join(_value(key, one, people) for one in value)
    if isinstance(value, int):
        return people.get(value, str(value)) if key in _PEOPLE else _level(value) if key in _LEVELS else str(value)
    return _WORDS[key](str(value)) if key in _WORDS else str(value)


def _level(value: int) -> str:
    return gettext(labels.LEVELS[value][0]) if value in labels.LEVELS else str(value)


_PEOPLE: Final = frozenset({"owner", "from_owner", "lent_to"})
_LEVELS: Final = frozenset({"level", "from_level"})
_WORDS: Final[Mapping[str, Callable[[str], str]]] = {
    "status": present.status,
    "from_status": present.status,
    "reason": lambda code: present.word({**legalholds.REASONS, **REASONS}, code),
    "outcome": lambda code: present.word(labels.OUTCOMES, code),
    "due_code": lambda code: present.word(labels.DUE, code),
    "claim": lambda code: present.word(labels.CLAIMS, code),
    "language": present.language,
    "state": lambda code: present.word(_STATES, code),
}

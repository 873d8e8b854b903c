"""Finding cases by what staff type: a reference, a number, an address or a name in any spelling. Nothing is opened.

What was typed becomes tokens (`tokens`, under the staff side's key); the cases that share them are weighed. The
cost is bounded: of one token at most `PER_TOKEN` cases are looked at (`PER_SLIP` for a slip of the finger), whatever
the number of cases. A token that more cases share tells little by itself, and counts for the cases that something
rarer has found: two common names meet in a token of the pair.
"""

import re
import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, TypeAlias

from sqlalchemy import (
    Row,
    Select,
    bindparam,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from .. import names
from ..accounts import StaffMember
from ..submissions import ALPHABET
from ..typed import trimmed
from . import tokens
from .models import Case, SearchToken
from .queue import COLUMNS
from .tokenlookup import Lookup, in_chunks

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

PER_TOKEN: Final = 150
PER_SLIP: Final = 40
LIMIT: Final = 20
LONGEST: Final = 200
_MOST_WEIGHED: Final = 200
_FAR_LESS: Final = 4
# However many words of a name fit: a number that is the same comes first.
_EXACT: Final = 100
_CASES_AT_ONCE: Final = 200
_REFERENCE: Final = re.compile(rf"([{ALPHABET}]{{5}})-?([{ALPHABET}]{{5}})")
# Letters that the alphabet of references leaves out because they are read as its digits.
_READ_AS: Final = str.maketrans("OILU", "011V")


class Match(StrEnum):
    """How a case fits, the best first."""

    REFERENCE = "reference"
    A_NUMBER = "a_number"
    PHONE = "phone"
    EMAIL = "email"
    PHONE_END = "phone_end"
    SAME = "same"
    ALIKE = "alike"
    PART = "part"


_RANK: Final = {match: place for place, match in enumerate(Match)}


# The plain table, and the case's id as the driver gives it: for thousands of rows, making entities and ids of them
# costs more than the statement.
_TOKEN: Final = SearchToken.__table__.c
_ROW: Final = (_TOKEN.token, type_coerce(_TOKEN.case_id, NullType()), _TOKEN.weight)
_LOOKUP: Final = Lookup(_ROW, _TOKEN.token)
Raw: TypeAlias = uuid.UUID | str


@dataclass(frozen=True, slots=True)
class Found:
    """One case that fits. `row` has the columns of `queue.COLUMNS`.

    `beside` is True when it fits not the applicant but a person beside them: a helper, a trusted person.
    """

    row: AnyRow
    match: Match
    beside: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """The cases that fit, the best first. With `more`, others fit too: a further word would tell them apart."""

    found: Sequence[Found]
    more: bool


@dataclass(slots=True)
class _Weighed:
    """What speaks for one case: by word of the name and kind of form the weight; the exact things by kind."""

    words: dict[tuple[int, str], int] = field(default_factory=dict)
    exact: dict[str, int] = field(default_factory=dict)

    def score(self) -> tuple[int, int]:
        """By the best form of each word, so that all words count before one exact one; then by how many forms fit."""
        best: dict[int, int] = {}
        for (word, _), weight in self.words.items():
            best[word] = max(best.get(word, 0), weight)
        return sum(best.values()) + _EXACT * sum(self.exact.values()), len(self.words)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What one token of the query stands for: words by (place, kind), or an exact kind."""

    words: frozenset[tuple[int, str]]
    exact: str = ""


def find(session: Session, key: bytes, query: str, limit: int = LIMIT) -> Findings:
    """The cases that fit `query`, at most `limit`; none for a query without letters and digits.

    Of the query at most the first 200 characters are read.
    """
    query = query[:LONGEST]
    wanted, heavy = _wanted(key, query)
    weighed = _weigh(session, wanted) if wanted else {}
    by_reference = _by_reference(session, query)
    best = _best(session, weighed, limit + 1)
    others = [case_id for case_id in best if case_id not in by_reference]
    rows = _rows(session, [*by_reference, *others])
    found = [Found(rows[case_id], Match.REFERENCE, False) for case_id in by_reference]
    found += [Found(rows[case_id], *_match(best[case_id], heavy)) for case_id in others]
    return Findings(found[:limit], any(one.match is not Match.PART for one in found[limit:]))


def _best(session: Session, weighed: Mapping[Raw, _Weighed], limit: int) -> dict[uuid.UUID, _Weighed]:
    """The cases for which most speaks, in order, at most `limit`; what fits equally well comes as in the queue.

    An exact number or address goes first, by its own weight. What fits far less than the best is left out.
    """
    if not weighed:
        return {}
    scores = {raw: one.score() for raw, one in weighed.items()}
    ranked = sorted(scores, key=lambda raw: scores[raw], reverse=True)
    least = max(scores[ranked[min(limit, len(ranked)) - 1]], (scores[ranked[0]][0] // _FAR_LESS, 0))
    tied = {_id(raw): raw for raw in [raw for raw in ranked if scores[raw] >= least][:_MOST_WEIGHED]}
    turns = _turns(session, list(tied))
    order = sorted(turns, key=lambda one: (tuple(-part for part in scores[tied[one]]), turns[one]))
    return {case_id: weighed[tied[case_id]] for case_id in order[:limit]}


def _id(raw: Raw) -> uuid.UUID:
    return raw if isinstance(raw, uuid.UUID) else uuid.UUID(hex=raw)


def read_reference(typed: str) -> str:
    """A reference as it is stored, from one as people type it; empty when it is none."""
    found = _REFERENCE.fullmatch(re.sub(r"\s", "", trimmed(typed)).upper().translate(_READ_AS))
    return f"{found[1]}-{found[2]}" if found else ""


def _by_reference(session: Session, query: str) -> list[uuid.UUID]:
    reference = read_reference(query)
    return list(session.scalars(select(Case.id).where(Case.reference == reference))) if reference else []


def _wanted(key: bytes, query: str) -> tuple[dict[bytes, _Wanted], frozenset[int]]:
    """The query's tokens with what they stand for, and the places of the words that have to fit."""
    held = tokens.held_in(query)
    wanted = {tokens.token(key, kind, text): _Wanted(frozenset(), kind) for kind, text in held.exact}
    forms: dict[str, set[tuple[int, str]]] = defaultdict(set)
    heavy: set[int] = set()
    for part in names.parts(held.words):
        if not part.light:
            heavy.update(part.words)
        for kind, text in part.forms:
            forms[f"{kind}:{text}"].update((word, "light" if part.light else kind) for word in part.words)
    for form, words in forms.items():
        wanted[tokens.name_token(key, form)] = _Wanted(frozenset(words))
    return wanted, frozenset(heavy)


def _weigh(session: Session, wanted: Mapping[bytes, _Wanted]) -> dict[Raw, _Weighed]:
    """Weigh the cases that share tokens with the query.

    First a bounded look at each token; then the best so far are weighed by the tokens that hit the bound.
    """
    weighed: dict[Raw, _Weighed] = defaultdict(_Weighed)
    common: list[bytes] = []
    slips = {one for one, means in wanted.items() if {kind for _, kind in means.words} == {"slip"}}
    for some, bound in ((wanted.keys() - slips, PER_TOKEN), (slips, PER_SLIP)):
        seen: dict[bytes, int] = defaultdict(int)
        for token, case_id, weight in _LOOKUP.first_of_each(session, some, bound):
            seen[token] += 1
            _add(weighed[case_id], wanted[token], weight)
        common += [one for one, count in seen.items() if count >= bound]
    if common:
        best = sorted(weighed, key=lambda case_id: weighed[case_id].score(), reverse=True)[:_MOST_WEIGHED]
        asked = {"tokens": sorted(common), "cases": sorted(map(_id, best))}
        for token, case_id, weight in session.execute(_of_cases(), asked):
            _add(weighed[case_id], wanted[token], weight)
    return weighed


def _add(weighed: _Weighed, wanted: _Wanted, weight: int) -> None:
    if wanted.exact:
        weighed.exact[wanted.exact] = max(weighed.exact.get(wanted.exact, 0), weight)
    for word in wanted.words:
        weighed.words[word] = max(weighed.words.get(word, 0), weight)


def _match(weighed: _Weighed, heavy: frozenset[int]) -> tuple[Match, bool]:
    """How a case fits, and whether what fits belongs to a person beside the applicant."""
    if weighed.exact:
        kind = min(weighed.exact, key=lambda one: _RANK[Match(one)])
        return Match(kind), weighed.exact[kind] < tokens.EXACT_WEIGHTS[kind] * tokens.OWN
    fits = {word for word, kind in weighed.words if kind != "light"}
    exactly = {word for word, kind in weighed.words if kind == "word"}
    own = any(weight >= names.WEIGHTS[kind] * tokens.OWN for (_, kind), weight in weighed.words.items())
    if not heavy or not heavy <= fits:
        return Match.PART if heavy else Match.ALIKE, not own
    return Match.SAME if heavy <= exactly else Match.ALIKE, not own


def _turns(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[Any, ...]]:
    """What the queue orders each case by."""
    return {
        row.id: (row.prio, row.received_at, row.id)
        for chunk in in_chunks(sorted(ids), _CASES_AT_ONCE)
        for row in session.execute(_prios(), {"cases": chunk})
    }


def _rows(session: Session, ids: Sequence[uuid.UUID]) -> dict[uuid.UUID, AnyRow]:
    return {row.id: row for row in session.execute(_cases(), {"cases": ids})} if ids else {}


@lru_cache(maxsize=1)
def _of_cases() -> Select[*tuple[Any, ...]]:
    return select(*_ROW).where(
        _TOKEN.token.in_(bindparam("tokens", expanding=True)),
        _TOKEN.case_id.in_(bindparam("cases", expanding=True)),
    )


@lru_cache(maxsize=1)
def _prios() -> Select[*tuple[Any, ...]]:
    return select(Case.id, Case.prio, Case.received_at).where(Case.id.in_(bindparam("cases", expanding=True)))


@lru_cache(maxsize=1)
def _cases() -> Select[*tuple[Any, ...]]:
    return (
        select(*COLUMNS)
        .outerjoin(StaffMember, StaffMember.id == Case.owner_id)
        .where(Case.id.in_(bindparam("cases", expanding=True)))
    )

"""Profiles with identities: what another case system takes over, and everything there is."""

from ...locales import N_
from ...questionnaire import Kind, Question, released
from ...questionnaire.question import Sensitivity
from .model import ANSWER, MADE, RECORD, TYPED, Column, Profile

CASE_1 = (
    Column("person", "person:id", identifies=True),
    Column("reference", "case:reference", identifies=True),
    Column("received_at", "case:received_at", identifies=True),
    Column("status", "case:status"),
    Column("reason", "case:reason"),
    Column("closing_code", "case:closing_code"),
    Column("owner", "case:owner", identifies=True),
    Column("level", "case:level", number=True),
    Column("due_on", "case:due_on", identifies=True),
    Column("due_code", "case:due_code"),
    Column("outcome", "case:outcome"),
    Column("codes", "case:codes", many=True),
    Column("tags", "case:tags", many=True),
    Column("contacted_at", "case:contacted_at", identifies=True),
    Column("age_band", "case:age_band"),
    Column("case_language", "case:language"),
    Column("page_language", "case:page_language"),
    Column("form_version", "case:form_version", number=True),
    Column("rules_version", "case:rules_version", number=True),
    Column("conflict", "case:conflict"),
    Column(RECORD, f"{MADE}:{RECORD}"),
)

# The canonical value of a choice is what was chosen; of these it is not what was typed.
_WRITTEN = frozenset(
    {
        *(Kind.DATE, Kind.PHONE, Kind.EMAIL, Kind.A_NUMBER, Kind.NUMBER, Kind.TEXT),
        *(Kind.COUNTRY, Kind.COUNTRIES, Kind.LANGUAGE),
    }
)
_SEVERAL = frozenset({Kind.CHOICES, Kind.COUNTRIES})


def _questions(*versions: int) -> dict[str, Question]:
    """Every question of these forms, in their order; the same key is the same column."""
    steps = (step for version in versions for step in released[version].steps)
    return {question.key: question for step in steps for question in step.questions}


def _answers(*versions: int) -> tuple[Column, ...]:
    """Each answer, and beside it what was typed. All of them identify: together, coarse answers are one person."""
    found: list[Column] = []
    for key, question in _questions(*versions).items():
        number, many = question.kind is Kind.NUMBER, question.kind in _SEVERAL
        # A column of the case may have the name already.
        name = f"answer_{key}" if key in {column.key for column in CASE_1} else key
        found.append(Column(name, f"{ANSWER}:{key}", identifies=True, number=number, many=many))
        if question.kind in _WRITTEN:
            found.append(Column(f"{key}_typed", f"{TYPED}:{key}", identifies=True))
    return tuple(found)


FULL_1 = Profile(
    "full",
    1,
    N_("Everything, with identities"),
    N_("Every answer as it counts and, beside it, as the person typed it, with the facts of the case. Ask for less."),
    (*CASE_1, *_answers(1, 2)),
    by_urgency=True,
)

# Questions that stay here: who helped with the form, what was agreed to here, the device.
_STAYS = frozenset(
    {
        *("consent_start", "consent_conflict", "device", "for_whom", "person_knows", "code_goes_to"),
        *("helper_name", "helper_contact", "helper_relation", "helper_language"),
    }
)

HAND_OVER_1 = Profile(
    "hand_over",
    1,
    N_("Hand-over to a case system"),
    N_("Names, contacts, numbers, dates and the other answers that the next office needs, without what was typed."),
    (
        *CASE_1,
        *(
            column
            for column in _answers(1, 2)
            if column.source.startswith(f"{ANSWER}:")
            and column.name not in _STAYS
            and _questions(1, 2)[column.name].sensitivity is not Sensitivity.OPEN
        ),
        Column("dialect", "answer:dialect", identifies=True),
    ),
    by_urgency=True,
)

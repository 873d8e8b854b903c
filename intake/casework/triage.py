"""What the queue may know of a person in the clear: coarse facts, taken from the answers. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from ..assessment.days import partial, years_after

UNKNOWN_LANGUAGE = "und"  # ISO 639-2: undetermined
OTHER_LANGUAGE = "other"
UNKNOWN_PLACE = "unknown"

# The answer code of an age band, and the coarse band that contains its youngest age.
_BAND_OF_CODE = {
    "age_0_13": "0-17",
    "age_14_17": "0-17",
    "age_18_20": "18-20",
    "age_21_39": "21-39",
    "age_40_64": "40-64",
    "age_65": "65+",
}
_BANDS = ((65, "65+"), (40, "40-64"), (21, "21-39"), (18, "18-20"))
YOUNGEST_BAND = "0-17"
# Which bit of `Case.claim_bits` stands for which claim. A number once given is never changed or given again.
CLAIM_BITS = {
    code: 1 << number
    for number, code in enumerate(
        (
            *("afraid", "crime_victim", "trafficking", "family_violence", "child_alone", "temporary_ending"),
            *("family_join", "unsure", "other"),
        )
    )
}


@dataclass(frozen=True, slots=True, repr=False)
class Triage:
    """The coarse facts of one case, named like the columns of `Case`. No free text."""

    language: str
    interpreter: bool | None
    place_kind: str
    state: str | None
    claims: list[str]
    stages: list[str]
    age_band: str | None
    income_band: str | None
    safe_contact: list[str]


def triage(answers: Mapping[str, object], today: date) -> Triage:
    """The triage facts of live answers (see `questionnaire.live`) as they stand on `today`."""
    return Triage(
        language=_language(_word(answers, "language")),
        interpreter={"yes": True, "no": False}.get(_word(answers, "interpreter") or ""),
        place_kind=_word(answers, "place_kind") or UNKNOWN_PLACE,
        state=_word(answers, "state"),
        claims=_words(answers, "claims"),
        stages=_words(answers, "stage"),
        age_band=age_band(_word(answers, "birth"), today),
        income_band=_word(answers, "income_band"),
        safe_contact=_words(answers, "contact_ways"),
    )


def bits_of(claims: Iterable[str]) -> int:
    """The claims as one number, with which a list is filtered; a claim without a bit counts for nothing."""
    return sum({CLAIM_BITS.get(claim, 0) for claim in claims})


def age_band(birth: str | None, today: date) -> str | None:
    """The coarse age on `today` from a partial date of birth or the code of an age band; None when unknown.

    A birth known only to the month or year gives the youngest age it allows: that reading protects a child.
    """
    if birth is None:
        return None
    span = partial(birth)
    if span is None:
        return _BAND_OF_CODE.get(birth)
    for years, band in _BANDS:
        if years_after(span.last, years, late=True) <= today:
            return band
    return YOUNGEST_BAND


def _language(answer: str | None) -> str:
    if answer is None:
        return UNKNOWN_LANGUAGE
    # A language in the person's own words stays sealed.
    return OTHER_LANGUAGE if ":" in answer else answer


def _word(answers: Mapping[str, object], key: str) -> str | None:
    value = answers.get(key)
    return value if isinstance(value, str) else None


def _words(answers: Mapping[str, object], key: str) -> list[str]:
    value = answers.get(key)
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []

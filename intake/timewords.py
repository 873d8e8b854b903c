"""Time limits in general and careful words, by the code of the rule that fires: never a day counted for one person.

The numbers come from `assessment/figures.toml`, with their sources; a number that nobody has checked is not said.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .assessment.figures import Figures
from .locales import N_


@dataclass(frozen=True, slots=True)
class TimeWord:
    """One general sentence. `figure` names the number that stands in it as %(number)s; "" where there is none.

    `without` is what is said while nobody has checked that number.
    """

    text: str
    figure: str = ""
    without: str = ""


_COURT = TimeWord(
    N_("Go to every court date, interview and check-in. If you miss one, a judge can order you to leave the US.")
)
_ONE_YEAR = TimeWord(
    N_(
        "Most people have %(number)s year after they come to the US to ask for asylum. "
        "Some people may ask later. Ask about this soon."
    ),
    "one_year_years",
    N_("There is a time limit to ask for asylum after you come to the US. Ask about this soon."),
)
_LETTER = TimeWord(
    N_("Read each letter to the end. The day on the letter counts. If you do not answer by then, you may lose rights.")
)
_PERMISSION = TimeWord(
    N_("When a permission to stay ends, other time limits may begin. Ask about this before it ends.")
)
_FAMILY = TimeWord(
    N_("After a person gets asylum, the time to ask for a spouse or children is often %(number)s years."),
    "family_join_years",
    N_("After a person gets asylum, the time to ask for a spouse or children is limited."),
)
_CHILD = TimeWord(
    N_("Some kinds of help for young people end on a birthday. For many, that is the day they turn %(number)s."),
    "child_limit_years",
    N_("Some kinds of help for young people end on a birthday."),
)
_REOPEN = TimeWord(
    N_("After an order to leave, the time to ask the court to look again is often %(number)s days."),
    "reopen_days",
    N_("After an order to leave, the time to ask the court to look again is limited."),
)

# For a letter about a case of which no date is known.
NO_DATE = N_("We do not know of a coming date in your case.")

WORDS: Mapping[str, TimeWord] = {
    "U02": _COURT,
    "HEARING_AHEAD": _COURT,
    "U03": TimeWord(
        N_(
            "After a fear interview, a judge may look at the answer within about %(number)s days. Ask for help at once."
        ),
        "fear_review_days",
        N_("After a fear interview, things can go very fast. Ask for help at once."),
    ),
    "U04": TimeWord(
        N_(
            "After a judge says no, the time to appeal is often %(number)s days. "
            "The appeal must be there by then. It is not enough to send it by then."
        ),
        "board_appeal_days",
        N_("After a judge says no, the time to appeal is short."),
    ),
    "U05": TimeWord(
        N_("After a last order, the time to ask a higher court is often %(number)s days."),
        "court_review_days",
        N_("After a last order, the time to ask a higher court is short."),
    ),
    "U06": _REOPEN,
    "REOPEN_PASSED": _REOPEN,
    "U07": TimeWord(
        N_(
            "After a missed court date, the time to ask the court to take back its order is often %(number)s days. "
            "If you were never told of the date, other rules may count."
        ),
        "rescind_days",
        N_("After a missed court date, act soon. If you were never told of the date, other rules may count."),
    ),
    "U08": _ONE_YEAR,
    "ONE_YEAR_AHEAD": _ONE_YEAR,
    "U09": _LETTER,
    "LETTER_PASSED": _LETTER,
    "U10": TimeWord(
        N_("When the government asks the judge for something, the time to answer is often only %(number)s days."),
        "motion_response_days",
        N_("When the government asks the judge for something, the time to answer is short."),
    ),
    "U11": _CHILD,
    "CHILD_LIMIT_PASSED": _CHILD,
    "U13": TimeWord(
        N_(
            "Some people who came less than %(number)s years ago can be sent back without a judge. "
            "Papers that show how long you are here can help."
        ),
        "expedited_years",
        N_("Some people who came not long ago can be sent back without a judge."),
    ),
    "U14": TimeWord(N_("If the US sent you out before, other rules may count. Tell each lawyer about it.")),
    "U15": _PERMISSION,
    "PERMISSION_DATE": _PERMISSION,
    "U16": _FAMILY,
    "FAMILY_JOIN_DATE": _FAMILY,
    "U18": TimeWord(
        N_("People who wait for asylum for %(number)s days may often ask for a work permit."),
        "work_permit_days",
        N_("People who wait for asylum for a long time may often ask for a work permit."),
    ),
    "U20": TimeWord(N_("Find out your next court date. It can change, and the paper may go to an old address.")),
}


def said(codes: Iterable[str], figures: Figures) -> list[tuple[str, int | None]]:
    """(marked sentence, its number or None) for each rule that fires, each sentence once, in the order of `codes`."""
    found: dict[str, int | None] = {}
    for code in codes:
        word = WORDS.get(code)
        if word is None:
            continue
        figure = figures.entries.get(word.figure)
        if figure is None:
            found.setdefault(word.text, None)
        elif figure.verified_on is None:
            found.setdefault(word.without, None)
        else:
            found.setdefault(word.text, figure.value)
    return list(found.items())

"""Eligibility rows, version 1: every row is evaluated and every code kept.

REFER shows a person other places as well; OVERRIDE keeps the request in the queue all the same. Two rows,
CONFLICT and DUPLICATE, are set by staff only (`StaffCode`). Texts are read by staff, in English.
"""

from intake.assessment.facts import PROTECTION_CLAIMS, UNSURE
from intake.assessment.model import ELIGIBILITY, Effect, Finds, Rule
from intake.assessment.v1_screening import (
    answer_is,
    appeal_window,
    cannot_pay,
    fear_negative,
    final_order,
    in_absentia,
    inconsistent,
    late,
    minor_alone,
    no_protection_but,
    notario,
    out_of_area,
    safety,
    under_adult_age,
    when,
)

REP_ACTIVE_LIFTED_BY = ("MINOR_ALONE", "SAFETY")


def _row(code: str, effect: Effect, finds: Finds, cites: str, inputs: str, text: str, **texts: str) -> Rule:
    wordings = {"": text, **texts}
    lifted_by = REP_ACTIVE_LIFTED_BY if code == "REP_ACTIVE" else ()
    keys, names = tuple(cites.split()), tuple(inputs.split())
    return Rule(code, ELIGIBILITY, effect, keys, names, wordings, finds, lifted_by)


ELIGIBILITY_RULES: tuple[Rule, ...] = (
    _row(
        "REP_NONE",
        Effect.PASS,
        answer_is("representation", "no", "past"),
        "offer",
        "representation",
        "No lawyer is helping with the immigration case now.",
    ),
    _row(
        "REP_NOTARIO",
        Effect.REVIEW,
        notario,
        "notario",
        "representation",
        "The applicant paid a notario or consultant. Ask what was filed and whether it was honest.",
    ),
    _row(
        "REP_UNSURE",
        Effect.REVIEW,
        answer_is("representation", UNSURE),
        "offer",
        "representation",
        "The applicant is not sure whether a lawyer is helping. Ask.",
    ),
    _row(
        "REP_ACTIVE",
        Effect.REFER,
        answer_is("representation", "active"),
        "own_lawyer offer",
        "representation",
        "A lawyer is helping now. Point to that lawyer, and show how to find another.",
    ),
    _row(
        "AFF_NO",
        Effect.PASS,
        cannot_pay,
        "offer poverty_under_percent",
        "affordability income_band household_size state",
        "The applicant cannot pay for a lawyer.",
        low="The income is at or under {percent} percent of the poverty guideline.",
        says_no_low="The applicant cannot pay for a lawyer. The income is at or under {percent} percent of the"
        " poverty guideline.",
    ),
    _row(
        "AFF_PARTIAL",
        Effect.REVIEW,
        answer_is("affordability", "little"),
        "offer",
        "affordability income_band household_size",
        "The applicant can maybe pay a little. The low-cost list is shown too.",
    ),
    _row(
        "AFF_UNSURE",
        Effect.REVIEW,
        answer_is("affordability", UNSURE),
        "offer",
        "affordability income_band household_size",
        "The applicant does not know whether they can pay. The low-cost list is shown too.",
    ),
    _row(
        "AFF_INCONSISTENT",
        Effect.REVIEW,
        inconsistent,
        "poverty_over_percent",
        "affordability income_band household_size state",
        "The applicant cannot pay, but the income is over {percent} percent of the poverty guideline. Ask. This is"
        " never a refusal.",
    ),
    _row(
        "AFF_YES",
        Effect.REFER,
        answer_is("affordability", "yes"),
        "offer",
        "affordability",
        "The applicant can pay for a lawyer. Paid and low-cost lawyers are shown.",
    ),
    _row(
        "CLM_PROTECTION",
        Effect.PASS,
        when(lambda c: bool(c.facts.claims & PROTECTION_CLAIMS)),
        "afraid trafficking crime violence child",
        "claims",
        "The applicant asks for a kind of protection.",
    ),
    _row(
        "CLM_UNSURE",
        Effect.REVIEW,
        when(no_protection_but(UNSURE)),
        "offer",
        "claims",
        "The applicant is not sure what help they need. Ask.",
    ),
    _row(
        "CLM_OTHER_ONLY",
        Effect.REFER,
        when(lambda c: c.facts.claims == {"other"}),
        "offer",
        "claims",
        "The applicant asks only for something else than protection.",
    ),
    _row(
        "CLM_I730_ONLY",
        Effect.REVIEW,
        when(no_protection_but("family_join")),
        "family_join",
        "claims",
        "The applicant wants a spouse or children to come, and names no protection claim.",
    ),
    _row(
        "CLM_TEMPORARY_ONLY",
        Effect.REVIEW,
        when(no_protection_but("temporary_ending")),
        "temporary",
        "claims",
        "A temporary permission ended or will end, and the applicant names no protection claim.",
    ),
    _row(
        "LOC_ABROAD",
        Effect.REFER,
        when(lambda c: c.facts.place_kind == "abroad" and "family_join" not in c.facts.claims),
        "presence",
        "place_kind claims",
        "The applicant is outside the US. Asylum in the US needs presence there. UNHCR is shown.",
    ),
    _row(
        "LOC_BORDER",
        Effect.REVIEW,
        answer_is("place_kind", "border"),
        "presence",
        "place_kind",
        "The applicant is at a border or a port.",
    ),
    _row(
        "LOC_OUT_OF_AREA",
        Effect.REVIEW,
        out_of_area,
        "service_area",
        "state",
        "{state} is outside the service area.",
    ),
    _row(
        "DETAINED",
        Effect.OVERRIDE,
        answer_is("place_kind", "held"),
        "custody",
        "place_kind",
        "The applicant is held by immigration or in jail.",
    ),
    _row(
        "MINOR",
        Effect.OVERRIDE,
        when(under_adult_age),
        "adult_years",
        "birth",
        "The applicant is, or may be, under 18.",
    ),
    _row(
        "MINOR_ALONE",
        Effect.OVERRIDE,
        when(minor_alone),
        "adult_years",
        "birth trusted_adult",
        "The applicant is, or may be, under 18, and no trusted adult is with them for sure.",
    ),
    _row(
        "OYFD_LATE",
        Effect.REVIEW,
        late,
        "one_year_years",
        "arrival stage",
        "The last arrival was {arrived}. The one-year date was {due} and has passed. No asylum application was"
        " reported. Late is not ineligible: there are exceptions, and withholding and CAT have no such date.",
        may_have_passed="The last arrival was {arrived}. The one-year date may have passed: it falls {due}. No asylum"
        " application was reported.",
        over_2_years="The last arrival was more than two years ago, and no asylum application was reported. Late is"
        " not ineligible: there are exceptions, and withholding and CAT have no such date.",
        unknown="The day of the last arrival is not known. The one-year date may have passed. No asylum application"
        " was reported.",
    ),
    _row(
        "PRIOR_REMOVAL",
        Effect.REVIEW,
        answer_is("prior_removal", "yes", UNSURE),
        "prior_removal",
        "prior_removal",
        "The applicant was sent back before, or is not sure.",
    ),
    _row(
        "FINAL_ORDER",
        Effect.OVERRIDE,
        final_order,
        "reopen_days",
        "stage order_by decision_date",
        "The applicant was told to leave (order). The decision came {decided}. Read the order.",
        unknown="The applicant was told to leave (order). The day is not known. Read the order.",
        denied="A judge said no {decided}. No appeal was reported, and the days to appeal are over.",
    ),
    _row(
        "APPEAL_WINDOW",
        Effect.OVERRIDE,
        appeal_window,
        "board_appeal_days court_review_days",
        "stage order_by decision_date",
        "A decision came {decided}. The days to appeal are running.",
        maybe="A decision came {decided}. The days to appeal may be running.",
        unknown="There was a decision, and its day is not known. The days to appeal may be running.",
    ),
    _row(
        "IN_ABSENTIA",
        Effect.OVERRIDE,
        in_absentia,
        "rescind_days",
        "missed_hearing missed_on",
        "The applicant missed a court hearing. The judge may have made an order without them.",
        unsure="The applicant is not sure whether they missed a court hearing. Check the case line.",
    ),
    _row(
        "FEAR_NEGATIVE",
        Effect.OVERRIDE,
        fear_negative,
        "fear_review_days",
        "stage fear_date",
        "The applicant failed a fear interview {failed}.",
        unknown="The applicant failed a fear interview. The day is not known.",
    ),
    _row(
        "SAFETY",
        Effect.OVERRIDE,
        safety,
        "trafficking violence",
        "claims danger_now",
        "Trafficking, violence at home, or danger now. Hotlines come first.",
        unsure="The applicant is not sure whether they are in danger now. Hotlines come first.",
    ),
)

"""Urgency rows, version 1: U01 to U20 and the notes.

Order matters twice: U12 looks at the dates that the rows before it found, and U19 fires when nothing
else ranks.
"""

from intake.assessment import v1_clocks as clocks
from intake.assessment import v1_notes as notes
from intake.assessment.model import URGENCY, Finds, Rule


def _row(code: str, finds: Finds, cites: str, inputs: str, text: str, **texts: str) -> Rule:
    wordings = {"": text, **texts}
    return Rule(code, URGENCY, None, tuple(cites.split()), tuple(inputs.split()), wordings, finds)


URGENCY_RULES: tuple[Rule, ...] = (
    _row("U01", clocks.u01, "custody", "place_kind", "The applicant is held now."),
    _row(
        "U02",
        clocks.u02,
        "hearing_critical_days hearing_high_days",
        "next_date",
        "The next hearing, interview or check-in is {next}.",
    ),
    _row(
        "HEARING_AHEAD",
        notes.hearing_ahead,
        "hearing_high_days",
        "next_date",
        "The next hearing, interview or check-in is {next}.",
    ),
    _row(
        "U03",
        clocks.u03,
        "fear_review_days fear_recent_days",
        "stage fear_date",
        "The applicant failed a fear interview {failed}. A judge can review it {due}.",
        waiting="The applicant is waiting for a fear interview.",
        unknown="The applicant failed a fear interview. The day is not known. A judge reviews within days. Ask at"
        " once.",
    ),
    _row(
        "U04",
        clocks.u04,
        "board_appeal_days board_appeal_target_days",
        "stage order_by decision_date",
        "A judge said no or ordered removal {decided}. An appeal must be received {due}.",
        unknown="A judge said no or ordered removal. The day is not known. The days to appeal may be running. Check"
        " the case line.",
    ),
    _row(
        "U05",
        clocks.u05,
        "court_review_days",
        "stage order_by decision_date",
        "The Board or DHS made a final order {decided}. A petition for review must be filed {due}.",
        unknown="The Board or DHS made a final order. The day is not known. The days for a petition for review may be"
        " running.",
    ),
    _row(
        "U06",
        clocks.u06,
        "reopen_days board_appeal_days court_review_days",
        "stage order_by decision_date",
        "The decision came {decided}. The days to appeal ended {over}. A motion to reopen must be filed {due}.",
        maybe="The decision came {decided}. The days to appeal end, or ended, {over}. If they are over, a motion to"
        " reopen must be filed {due}.",
    ),
    _row(
        "REOPEN_PASSED",
        notes.reopen_passed,
        "reopen_days",
        "stage order_by decision_date",
        "The decision came {decided}. The last day for a motion to reopen was {due} and has passed.",
    ),
    _row(
        "U07",
        clocks.u07,
        "rescind_days",
        "missed_hearing missed_on",
        "A court hearing was missed {missed}. A motion to rescind must be filed {due}.",
        passed="A court hearing was missed {missed}. The day for a motion to rescind was {due} and has passed. A lack"
        " of notice has no such day.",
        unknown="A court hearing was missed. The day is not known. Check the case line.",
        unsure="The applicant is not sure whether a court hearing was missed. Check the case line.",
    ),
    _row(
        "U08",
        clocks.u08,
        "one_year_years one_year_critical_days one_year_high_days one_year_passed_days",
        "arrival stage",
        "The one-year date is {due}. No asylum application was reported.",
        passed="The one-year date was {due} and has passed. No asylum application was reported. An exception needs a"
        " filing soon after.",
        unknown="The day of the last arrival is not known. The one-year date may be near. No asylum application was"
        " reported.",
    ),
    _row(
        "ONE_YEAR_AHEAD",
        notes.one_year_ahead,
        "one_year_years",
        "arrival stage",
        "The one-year date is {due}. No asylum application was reported.",
    ),
    _row(
        "U09",
        clocks.u09,
        "letter_critical_days annual_fee_days intent_to_deny_days",
        "letter_due",
        "A letter asks for an answer or a fee. Its last day is {due}.",
        passed="A letter asked for an answer or a fee. Its last day was {due} and has passed. Ask whether it was"
        " answered.",
        unknown="A letter may ask for an answer or a fee. Its last day is not known. Ask for the letter.",
    ),
    _row(
        "LETTER_PASSED",
        notes.letter_passed,
        "letter_passed_days",
        "letter_due",
        "A letter asked for an answer or a fee. Its last day was {due}. Ask whether it was answered.",
    ),
    _row(
        "U10",
        clocks.u10,
        "motion_response_days",
        "stage motion_date",
        "The government sent a motion {sent} to end the case or to send the applicant to another country. An answer"
        " is due {due}.",
        passed="The government sent a motion {sent}. The day to answer was {due} and has passed. Ask whether it was"
        " answered.",
        unknown="The government sent a motion. The day is not known. Few days are given to answer. Ask at once.",
    ),
    _row(
        "U11",
        clocks.u11,
        "child_limit_years child_limit_critical_days child_limit_high_days adult_years adult_high_days",
        "birth claims",
        "The applicant turns {age} {birthday}. A petition must be filed before that day: {due}.",
        adult="The applicant turns {age} {birthday}. A state court may lose its power then. It must act before: {due}.",
        unknown="The applicant names an age near 18 or 21, and the birthday is not known. A child's claim may end"
        " soon.",
    ),
    _row(
        "CHILD_LIMIT_PASSED",
        notes.child_limit_passed,
        "child_limit_years",
        "birth claims",
        "The applicant turned {age} {birthday}. A child's claim had to be filed before that day.",
    ),
    _row(
        "U13",
        clocks.u13,
        "expedited_years",
        "arrival stage place_kind",
        "The last arrival was {arrived}, less than two years ago. There is no court case and no application."
        " Expedited removal is possible.",
        unknown="The day of the last arrival is not known. Less than two years in the US cannot be ruled out. There"
        " is no court case and no application.",
    ),
    _row("U14", clocks.u14, "prior_removal", "prior_removal", "The applicant was sent back before."),
    _row(
        "U15",
        clocks.u15,
        "permission_ending_days permission_ended_days temporary",
        "permission_ends claims stage",
        "The temporary permission ends {ends}. No asylum application was reported.",
        passed="The temporary permission ended {ends}. No asylum application was reported.",
        unknown="A temporary permission ended or will end. The day is not known. No asylum application was reported.",
    ),
    _row(
        "PERMISSION_DATE",
        notes.permission_date,
        "permission_ending_days permission_ended_days temporary",
        "permission_ends claims stage",
        "The temporary permission ends {ends}.",
        passed="The temporary permission ended {ends}. No asylum application was reported.",
    ),
    _row(
        "U16",
        clocks.u16,
        "family_join_years family_join_high_days",
        "grant_date claims",
        "Status was granted {granted}. A petition for spouse or children must be filed {due}.",
        unknown="The day of the grant is not known. The two years to ask for spouse or children may end soon.",
    ),
    _row(
        "FAMILY_JOIN_DATE",
        notes.family_join_note,
        "family_join_years",
        "grant_date claims",
        "Status was granted {granted}. The two years to ask for spouse or children end {due}.",
        passed="Status was granted {granted}. The two years to ask for spouse or children ended {due}. The time can"
        " be made longer for humanitarian reasons.",
    ),
    _row(
        "U17",
        clocks.u17,
        "trafficking violence",
        "claims danger_now",
        "Danger now, trafficking, or abuse at home. Hotlines come first. Staff may raise the level.",
        unsure="The applicant is not sure whether they are in danger now. Hotlines come first.",
    ),
    _row(
        "U18",
        clocks.u18,
        "work_permit_days",
        "applied_on work_permit",
        "The asylum application was sent {applied}, and there is no work permit. It may be possible to ask for one.",
    ),
    _row(
        "U20",
        clocks.u20,
        "unknown court_line",
        "stage next_date",
        "There is a court case, and the next date is not known. Check the case line.",
        passed="A hearing, interview or check-in was {next}. That day has passed. Ask what happened and what comes"
        " next.",
        unsure="The applicant is not sure about a court date, interview or check-in. Check the case line.",
    ),
    _row(
        "U12",
        clocks.u12,
        "adult_years minor_date_days",
        "birth trusted_adult",
        "The applicant is, or may be, under 18, and no trusted adult is with them for sure.",
        date="The applicant is, or may be, under 18, no trusted adult is with them for sure, and a date is near,"
        " {due}.",
    ),
    _row("U19", clocks.u19, "no_clock", "", "No other rule sets a level."),
)

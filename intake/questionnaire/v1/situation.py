"""Version 1, the screens about place, case and dates: from these the legal clocks are computed."""

from intake.locales import N_
from intake.questionnaire.conditions import AnyOf, Has, Not
from intake.questionnaire.model import Choice, Kind, Question, Sensitivity, Step

UNSURE = Choice("unsure", N_("I am not sure"))

_IN_US = Has("place_kind", "us")
_HELD = Has("place_kind", "held")
_ABROAD = Has("place_kind", "abroad")
_IF_HELD = N_("Only if you are in detention or in jail")
_DECIDED = Has("stage", "order", "denied", "appeal")

PLACE = Step(
    key="place",
    title=N_("Where are you now?"),
    why=N_("The rules and the people who can help are not the same in each place."),
    lead=(N_("We do not ask for your home address."),),
    questions=(
        Question(
            key="place_kind",
            kind=Kind.CHOICE,
            label=N_("Where are you?"),
            sensitivity=Sensitivity.TRIAGE,
            required=True,
            needed=N_("Choose where you are now."),
            choices=(
                Choice("us", N_("In the US")),
                Choice("held", N_("In immigration detention or in jail")),
                Choice("border", N_("At the US border")),
                Choice("abroad", N_("Outside the US")),
            ),
        ),
        Question(
            key="state",
            kind=Kind.STATE,
            label=N_("Which state is that?"),
            sensitivity=Sensitivity.TRIAGE,
            only_if=N_("If you are in the US, in detention or in jail"),
            when=AnyOf((_IN_US, _HELD)),
            required=_IN_US,
            needed=N_("Choose the state where you are."),
            autocomplete="address-level1",
        ),
        Question(
            key="city",
            kind=Kind.TEXT,
            label=N_("City or town"),
            sensitivity=Sensitivity.IDENTITY,
            only_if=N_("Only if you are in the US and not in detention"),
            when=_IN_US,
            autocomplete="address-level2",
        ),
        Question(
            key="facility",
            kind=Kind.TEXT,
            label=N_("Name of the jail or detention center"),
            sensitivity=Sensitivity.IDENTITY,
            only_if=_IF_HELD,
            when=_HELD,
        ),
        Question(
            key="documents_name",
            kind=Kind.TEXT,
            label=N_("Name on the papers from the jail or center"),
            hint=N_("Write it the same way as on the papers."),
            why=N_("The center uses this name to find a person."),
            sensitivity=Sensitivity.IDENTITY,
            only_if=_IF_HELD,
            when=_HELD,
        ),
        Question(
            key="birth_country",
            kind=Kind.COUNTRY,
            label=N_("Country of birth"),
            why=N_("With the name and this country we can look for a person who is held."),
            sensitivity=Sensitivity.TRIAGE,
            only_if=_IF_HELD,
            when=_HELD,
        ),
        Question(
            key="a_number",
            kind=Kind.A_NUMBER,
            label=N_("A-number"),
            hint=N_("It is on papers from immigration: the letter A and 7 to 9 digits. You can leave this empty."),
            why=N_("With this number we can find the right person and the right case."),
            sensitivity=Sensitivity.IDENTITY,
            only_if=_IF_HELD,
            when=_HELD,
        ),
    ),
)

STAGE = Step(
    key="stage",
    title=N_("What has happened in your case?"),
    why=N_("We ask so that we can see which time limits count for you."),
    questions=(
        Question(
            key="stage",
            kind=Kind.CHOICES,
            label=N_("What has happened in your immigration case?"),
            hint=N_("Choose all that fit. It is fine if you are not sure."),
            sensitivity=Sensitivity.TRIAGE,
            required=True,
            needed=N_("Choose at least one answer. You can choose “I am not sure”."),
            exclusive=("none",),
            exclusive_error=N_("Choose “Nothing has happened” alone, or choose other answers."),
            choices=(
                Choice("none", N_("Nothing has happened"), N_("I never had contact with immigration.")),
                Choice("applied", N_("I sent in an application for asylum")),
                Choice("court", N_("I have a case in immigration court")),
                Choice("order", N_("I was ordered to leave the US")),
                Choice("denied", N_("A judge said no to my case")),
                Choice("appeal", N_("I am waiting for the answer to an appeal")),
                Choice("fear_waiting", N_("I am waiting for a fear interview")),
                Choice("fear_failed", N_("I did not pass a fear interview")),
                Choice(
                    "gov_motion",
                    N_("The government wants to end my case or send me to a different country"),
                    N_("You got a paper that says this."),
                ),
                UNSURE,
            ),
        ),
        Question(
            key="applied_on",
            kind=Kind.DATE,
            label=N_("When did you send in the application?"),
            hint=N_("The month and the year are enough."),
            sensitivity=Sensitivity.TRIAGE,
            only_if=N_("Only if you sent in an application for asylum"),
            when=Has("stage", "applied"),
            alternatives=(UNSURE,),
            past=True,
        ),
        Question(
            key="work_permit",
            kind=Kind.CHOICE,
            label=N_("Do you have a work permit?"),
            sensitivity=Sensitivity.TRIAGE,
            only_if=N_("Only if you sent in an application for asylum"),
            when=Has("stage", "applied"),
            choices=(Choice("yes", N_("Yes")), Choice("no", N_("No")), UNSURE),
        ),
        Question(
            key="order_by",
            kind=Kind.CHOICE,
            label=N_("Who said no, or ordered you to leave?"),
            sensitivity=Sensitivity.TRIAGE,
            only_if=N_("Only if there was an order, a no, or an appeal"),
            when=_DECIDED,
            choices=(
                Choice("judge", N_("An immigration judge")),
                Choice("board", N_("The Board of Immigration Appeals")),
                Choice("dhs", N_("An immigration officer")),
                UNSURE,
            ),
        ),
    ),
)

DATES = Step(
    key="dates",
    title=N_("Important dates"),
    why=N_("Some time limits are short. With these dates we can see who needs help first."),
    lead=(
        N_("Look at your papers if you have them. Tell us what you know."),
        N_("You can leave a date empty. If you know only the month, that helps too."),
    ),
    help=(
        N_("You can check your court date by phone: 1-800-898-7180. You need your A-number for this."),
        N_("This phone line is run by the government."),
    ),
    questions=(
        Question(
            key="next_date",
            kind=Kind.DATE,
            label=N_("When is your next court date, interview or check-in?"),
            sensitivity=Sensitivity.TRIAGE,
            alternatives=(UNSURE,),
        ),
        Question(
            key="decision_date",
            kind=Kind.DATE,
            label=N_("When did they say no, or order you to leave?"),
            hint=N_("The date is on the paper with the decision."),
            sensitivity=Sensitivity.TRIAGE,
            when=_DECIDED,
            alternatives=(UNSURE,),
            past=True,
        ),
        Question(
            key="fear_date",
            kind=Kind.DATE,
            label=N_("When did you hear that you did not pass the fear interview?"),
            sensitivity=Sensitivity.TRIAGE,
            when=Has("stage", "fear_failed"),
            alternatives=(UNSURE,),
            past=True,
        ),
        Question(
            key="motion_date",
            kind=Kind.DATE,
            label=N_("When did the government send its paper?"),
            hint=N_("The paper says on which day it was sent."),
            sensitivity=Sensitivity.TRIAGE,
            when=Has("stage", "gov_motion"),
            alternatives=(UNSURE,),
            past=True,
        ),
        Question(
            key="letter_due",
            kind=Kind.DATE,
            label=N_("Does a letter ask you for an answer or a fee? By which day?"),
            sensitivity=Sensitivity.TRIAGE,
            alternatives=(UNSURE,),
        ),
        Question(
            key="missed_hearing",
            kind=Kind.CHOICE,
            label=N_("Did you ever miss a court date?"),
            sensitivity=Sensitivity.TRIAGE,
            choices=(Choice("no", N_("No")), Choice("yes", N_("Yes")), UNSURE),
        ),
        Question(
            key="missed_on",
            kind=Kind.DATE,
            label=N_("Which court date did you miss?"),
            sensitivity=Sensitivity.TRIAGE,
            only_if=N_("Only if you missed a court date"),
            when=Has("missed_hearing", "yes"),
            alternatives=(UNSURE,),
            past=True,
        ),
        Question(
            key="permission_ends",
            kind=Kind.DATE,
            label=N_("When does your permission to stay end, or when did it end?"),
            sensitivity=Sensitivity.TRIAGE,
            when=Has("claims", "temporary_ending"),
            alternatives=(UNSURE,),
        ),
        Question(
            key="grant_date",
            kind=Kind.DATE,
            label=N_("When did you get asylum or refugee status?"),
            sensitivity=Sensitivity.TRIAGE,
            when=Has("claims", "family_join"),
            alternatives=(UNSURE,),
            past=True,
        ),
    ),
)

ARRIVAL = Step(
    key="arrival",
    title=N_("When did you come to the US?"),
    why=N_("Some rules count the time from this day. If it was long ago, we may still be able to help."),
    when=Not(_ABROAD),
    questions=(
        Question(
            key="arrival",
            kind=Kind.DATE,
            label=N_("When did you last come to the US?"),
            hint=N_("The month and the year are enough. Add the day if you know it."),
            sensitivity=Sensitivity.TRIAGE,
            required=True,
            needed=N_("Enter the month and the year. If you do not know them, choose another answer."),
            alternatives=(Choice("over_2_years", N_("More than 2 years ago")), UNSURE),
            past=True,
        ),
        Question(
            key="prior_removal",
            kind=Kind.CHOICE,
            label=N_("Has the US ever sent you out of the country?"),
            sensitivity=Sensitivity.TRIAGE,
            choices=(Choice("no", N_("No")), Choice("yes", N_("Yes")), UNSURE),
        ),
    ),
)

STEPS = (PLACE, STAGE, DATES, ARRIVAL)

"""Version 1, the screens before the first result; they ask for no name of the person in need."""

from intake.locales import N_
from intake.questionnaire.conditions import Has
from intake.questionnaire.model import Choice, Kind, Question, Sensitivity, Step

_HELPING = Has("for_whom", "someone_else")
_IF_HELPING = N_("Only if you are helping someone else")

START = Step(
    key="start",
    title=N_("Before you start"),
    why=N_("We ask about your phone or computer so that we can tell you how to stay safe."),
    lead=(
        N_("We help people who need asylum or other protection in the US."),
        N_("We ask some short questions. It takes about 10 minutes. You can stop and come back later."),
        N_("It is free. You can skip each question that is marked optional."),
        N_("Your answers are private. We lock them. Only our staff can open them."),
        N_("This form does not go to the government. It is not an application for asylum."),
        N_("We are not your lawyers yet. This form is not legal advice."),
        N_("Keep going to every court date, interview and check-in while you wait for us."),
    ),
    help=(
        N_("In the US, a notario is not a lawyer. Do not sign an empty paper. Keep your own papers safe."),
        N_("If a person may watch this phone or computer, use a different one if you can."),
        N_("If you are in danger right now, call 911."),
    ),
    questions=(
        Question(
            key="consent_start",
            kind=Kind.CONSENT,
            label=N_("I have read this, and I want to start."),
            sensitivity=Sensitivity.TRIAGE,
            required=True,
            needed=N_("Tick the box if you want to start."),
        ),
        Question(
            key="device",
            kind=Kind.CHOICE,
            label=N_("Is this phone or computer safe for you?"),
            sensitivity=Sensitivity.TRIAGE,
            choices=(
                Choice("mine", N_("It is mine, and only I use it")),
                Choice("shared", N_("I share it with other people")),
                Choice("watched", N_("Someone may watch what I do on it")),
                Choice("unsure", N_("I am not sure")),
            ),
        ),
    ),
)

WHO = Step(
    key="who",
    title=N_("Who needs help?"),
    why=N_("We ask so that we know who needs help and who fills in this form."),
    lead=(
        N_("Are you helping someone else with this form? Then “you” on the next pages means that person."),
        N_("Answer each question for the person who needs help."),
    ),
    questions=(
        Question(
            key="for_whom",
            kind=Kind.CHOICE,
            label=N_("Who is this form for?"),
            sensitivity=Sensitivity.TRIAGE,
            required=True,
            needed=N_("Choose who this form is for."),
            choices=(
                Choice("me", N_("For me")),
                Choice("someone_else", N_("For someone else")),
            ),
        ),
        Question(
            key="helper_name",
            kind=Kind.TEXT,
            label=N_("Name of the helper"),
            sensitivity=Sensitivity.IDENTITY,
            only_if=_IF_HELPING,
            when=_HELPING,
        ),
        Question(
            key="helper_contact",
            kind=Kind.TEXT,
            label=N_("Phone or email of the helper"),
            sensitivity=Sensitivity.CONTACT,
            why=N_("We use it if we cannot reach the person who needs help."),
            only_if=_IF_HELPING,
            when=_HELPING,
            required=_HELPING,
            needed=N_("Write a phone number or an email address of the helper."),
        ),
        Question(
            key="person_knows",
            kind=Kind.CHOICE,
            label=N_("Does the person know about this form?"),
            sensitivity=Sensitivity.TRIAGE,
            only_if=_IF_HELPING,
            when=_HELPING,
            required=_HELPING,
            needed=N_("Choose if the person knows about this form."),
            choices=(
                Choice("yes", N_("Yes, the person knows and agrees")),
                Choice("no", N_("No")),
                Choice("cannot_ask", N_("I cannot ask the person now")),
            ),
        ),
    ),
)

LAWYER = Step(
    key="lawyer",
    title=N_("Do you have a lawyer for your immigration case now?"),
    why=N_("We ask because our help is for people who do not have a lawyer."),
    questions=(
        Question(
            key="representation",
            kind=Kind.CHOICE,
            label=N_("Do you have a lawyer for your immigration case now?"),
            sensitivity=Sensitivity.TRIAGE,
            required=True,
            needed=N_("Choose if you have a lawyer now."),
            choices=(
                Choice("no", N_("No")),
                Choice("active", N_("Yes, a lawyer is helping me now")),
                Choice("past", N_("I had a lawyer before, but not now")),
                Choice(
                    "notario",
                    N_("I paid a notario or a consultant"),
                    N_("In the US, a notario is not a lawyer."),
                ),
                Choice("unsure", N_("I am not sure")),
            ),
        ),
    ),
)

MONEY = Step(
    key="money",
    title=N_("Can you pay for a lawyer?"),
    why=N_("Our help is free. We ask because it is for people who cannot pay a lawyer."),
    questions=(
        Question(
            key="affordability",
            kind=Kind.CHOICE,
            label=N_("Can you pay for a lawyer right now?"),
            sensitivity=Sensitivity.TRIAGE,
            required=True,
            needed=N_("Choose if you can pay for a lawyer."),
            choices=(
                Choice("no", N_("No")),
                Choice("little", N_("Maybe a little")),
                Choice("yes", N_("Yes")),
                Choice("unsure", N_("I do not know")),
            ),
        ),
        Question(
            key="household_size",
            kind=Kind.NUMBER,
            label=N_("How many people in your home share money with you?"),
            hint=N_("Count yourself and your children. Do not count a person who hurts you."),
            sensitivity=Sensitivity.TRIAGE,
            bounds=(1, 30),
            unreadable=N_("Enter a number from 1 to 30, such as 4."),
        ),
        Question(
            key="income_band",
            kind=Kind.CHOICE,
            label=N_("How much money comes in each month?"),
            hint=N_(
                "Add the money of all these people, in US dollars. Your best guess is fine. "
                "Do not count the money of a person who hurts you."
            ),
            sensitivity=Sensitivity.TRIAGE,
            choices=(
                Choice("none", N_("No money comes in")),
                Choice("to_1000", N_("Up to $1,000")),
                Choice("to_2000", N_("$1,001 to $2,000")),
                Choice("to_3000", N_("$2,001 to $3,000")),
                Choice("to_4500", N_("$3,001 to $4,500")),
                Choice("to_6500", N_("$4,501 to $6,500")),
                Choice("over_6500", N_("More than $6,500")),
                Choice("rather_not", N_("I do not want to say")),
            ),
        ),
    ),
)

CLAIMS = Step(
    key="claims",
    title=N_("What do you need help with?"),
    why=N_("We ask so that we can see if this is the kind of help we give."),
    lead=(N_("You do not have to tell us your story here."),),
    help=(N_("If you are in danger right now, call 911."),),
    questions=(
        Question(
            key="claims",
            kind=Kind.CHOICES,
            label=N_("What is true for you?"),
            hint=N_("Choose all that fit."),
            sensitivity=Sensitivity.TRIAGE,
            required=True,
            needed=N_("Choose at least one answer. You can choose “I am not sure”."),
            choices=(
                Choice("afraid", N_("I am afraid to go back to my country")),
                Choice("crime_victim", N_("I was hurt by a serious crime in the US")),
                Choice(
                    "trafficking",
                    N_("Someone forced, tricked or pressured me to work or to have sex"),
                ),
                Choice(
                    "family_violence",
                    N_("A close family member hurts me"),
                    N_(
                        "This is a husband, wife, parent or grown child. It can be a former husband or wife. "
                        "This person is a US citizen or has a green card."
                    ),
                ),
                Choice(
                    "child_alone",
                    N_("I am under 21, and a parent hurt me, left me or did not take care of me"),
                ),
                Choice(
                    "temporary_ending",
                    N_("My permission to stay in the US has ended or will end soon"),
                    N_("This permission is only for some time. For example TPS or parole."),
                ),
                Choice(
                    "family_join",
                    N_("I have asylum or refugee status, and I want my husband, wife or children to come"),
                ),
                Choice("unsure", N_("I am not sure")),
                Choice(
                    "other",
                    N_("Something else"),
                    N_("For example work, travel, a family visa or a criminal case."),
                ),
            ),
        ),
        Question(
            key="danger_now",
            kind=Kind.CHOICE,
            label=N_("Are you in danger now?"),
            sensitivity=Sensitivity.TRIAGE,
            choices=(
                Choice("yes", N_("Yes")),
                Choice("no", N_("No")),
                Choice("unsure", N_("I am not sure")),
            ),
        ),
        Question(
            key="why_hurt",
            kind=Kind.CHOICES,
            label=N_("Why would someone hurt you?"),
            hint=N_("Choose all that fit. You do not need to be sure."),
            sensitivity=Sensitivity.TRIAGE,
            only_if=N_("Only if you are afraid to go back"),
            when=Has("claims", "afraid"),
            exclusive=("not_say",),
            exclusive_error=N_("Choose “I do not want to say” alone, or choose other answers."),
            choices=(
                Choice("race", N_("My race or my people")),
                Choice("religion", N_("My religion, or because I have no religion")),
                Choice("nationality", N_("My nationality or my language")),
                Choice("politics", N_("What I think about politics")),
                Choice("group", N_("A group that I belong to")),
                Choice("family", N_("My family")),
                Choice("gender", N_("My gender")),
                Choice("who_i_love", N_("Who I love")),
                Choice("gangs", N_("Gangs or criminals want to hurt me")),
                Choice("government", N_("The government or the police want to hurt me")),
                Choice("not_say", N_("I do not want to say")),
            ),
        ),
    ),
)

STEPS = (START, WHO, LAWYER, MONEY, CLAIMS)

"""What a person is told when an answer cannot be taken. A sentence says what to do and holds nothing of the answer."""

from intake.locales import N_
from intake.questionnaire.question import Kind

ONE_OF_THESE = N_("Choose one of the answers.")
FROM_COUNTRIES = N_("Choose a country from the list.")
NO_COUNTRY = N_("We do not know this country. Check how you wrote it, or choose it from the list.")
UNCLEAR_COUNTRY = N_("More than one country has this name. Choose yours from the list.")
TWO_COUNTRIES = N_("Give two countries or fewer.")
COUNTRY_TWICE = N_("You wrote one country and chose another. Keep only one of them.")
CHECK_LANGUAGE = N_(
    "Check how you wrote the language, or choose it from the list. If it is not there, choose “A different language”."
)
FROM_LANGUAGES = N_("Choose a language from the list, or write its name.")
LANGUAGE_TWICE = N_("Choose a language from the list or write its name. Do only one of these.")
LANGUAGE_NAME = N_("Write the name of your language.")
DATE_TWICE = N_("Enter a date or choose another answer. Do only one of these.")
DATE_AHEAD = N_("This day has not come yet. Check the year, the month and the day.")
DATE_SHOWN = N_("Look at this date in the calendar of the US. If it is right, continue.")
WHICH_CALENDAR = N_("Which calendar is this year from? Choose “Only the year” there, in the list of months.")
TICK = N_("Tick the box, or leave it empty.")
TOO_LONG = N_("This is too long. Please make it shorter.")
TOO_LONG_BY_LIMIT = {
    100: N_("This is too long. Use 100 letters or fewer."),
    200: N_("This is too long. Use 200 letters or fewer."),
    500: N_("This is too long. Use 500 letters or fewer."),
}
NEEDED = {
    Kind.CHOICE: N_("Choose one answer."),
    Kind.CHOICES: N_("Choose at least one answer."),
    Kind.TEXT: N_("Write an answer."),
    Kind.NUMBER: N_("Enter a number."),
    Kind.DATE: N_("Enter a date, or choose another answer."),
    Kind.PHONE: N_("Write a phone number."),
    Kind.EMAIL: N_("Write an email address."),
    Kind.A_NUMBER: N_("Write the A-number."),
    Kind.COUNTRY: N_("Choose a country."),
    Kind.COUNTRIES: N_("Choose at least one country."),
    Kind.LANGUAGE: FROM_LANGUAGES,
    Kind.STATE: N_("Choose a state."),
    Kind.CONSENT: N_("Tick the box to go on."),
}
BY_REASON = {
    "number": N_("Enter a number in digits, such as 4."),
    "range": N_("Check this number. It is too small or too big."),
    "a_number": N_("Check the A-number. It has 7 to 9 digits, such as A012-345-678."),
    "phone": N_(
        "Check the phone number. A US number has 10 digits. "
        "A number from another country starts with + and the country code."
    ),
    "extension": N_("Write only the phone number, without an extension at the end."),
    "email": N_("Check the email address. It should look like name@example.org."),
    "year_missing": N_("Enter the year as well."),
    "year": N_("Enter a year with four digits, such as 2025."),
    "calendar": N_("Enter the year as people in the US count it, such as 2025."),
    "calendar_offered": N_(
        "This looks like a year of another calendar. In the list of months, choose the month there, or “Only the year”."
    ),
    "calendar_year": N_("The year does not fit the calendar of this month. Check the month and the year."),
    "order": N_("We cannot tell the day from the month. Write the day, choose the month, and write the year."),
    "month_missing": N_("Choose the month as well, or leave the day empty."),
    "month": N_("Choose a month from the list."),
    "day": N_("Check the day. That month does not have this day."),
}


class Refused(ValueError):
    """The answer cannot be taken. `sentence` says what to do; nothing of the answer is part of it."""

    def __init__(self, sentence: str) -> None:
        super().__init__("an answer was refused")
        self.sentence = sentence


def limited(text: str, limit: int) -> str:
    """`text`, if it has at most `limit` characters; else raises Refused."""
    if len(text) > limit:
        raise Refused(TOO_LONG_BY_LIMIT.get(limit, TOO_LONG))
    return text

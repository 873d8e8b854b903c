"""Short words of the staff pages for the codes in the database. Data only; every text is marked."""

from collections.abc import Mapping
from typing import Final

from ..locales import N_

# Level -> word and shape: the shape says it again for people who do not see the colour.
LEVELS: Final[Mapping[int, tuple[str, str]]] = {
    1: (N_("Critical"), "◆"),
    2: (N_("High"), "▲"),
    3: (N_("Normal"), "○"),
}

# What somebody found who looked at the source of a place or of a figure.
FOUND: Final[Mapping[str, str]] = {
    "right": N_("still right"),
    "changed": N_("changed"),
    "gone": N_("no longer there"),
}

# Why a case has its next deadline, for the narrow column of the queue; the case page has the whole sentence.
DUE: Final[Mapping[str, str]] = {
    "U01": N_("held now"),
    "U02": N_("hearing, interview or check-in"),
    "HEARING_AHEAD": N_("hearing, interview or check-in"),
    "U03": N_("review of a failed fear interview"),
    "U04": N_("appeal must be received"),
    "U05": N_("petition for review"),
    "U06": N_("motion to reopen"),
    "U07": N_("motion to rescind after a missed hearing"),
    "U08": N_("one-year date for asylum"),
    "ONE_YEAR_AHEAD": N_("one-year date for asylum"),
    "U09": N_("answer or fee that a letter asks for"),
    "U10": N_("answer to a government motion"),
    "U11": N_("birthday that ends a child's claim"),
    "U12": N_("a date of a child without a trusted adult"),
    "U15": N_("temporary permission ends"),
    "PERMISSION_AHEAD": N_("temporary permission ends"),
    "U16": N_("family-join window ends"),
    "FAMILY_JOIN_DATE": N_("family-join window ends"),
    "U18": N_("work permit can be asked for"),
    "U20": N_("court date not known"),
}

# What a calendar outside says of a deadline: less than the queue does, because other programs read it as well.
DUE_OUTSIDE: Final[Mapping[str, str]] = {
    "U02": N_("court date or check-in"),
    "HEARING_AHEAD": N_("court date or check-in"),
    "U03": N_("filing deadline"),
    "U04": N_("filing deadline"),
    "U05": N_("filing deadline"),
    "U06": N_("filing deadline"),
    "U07": N_("filing deadline"),
    "U08": N_("filing deadline"),
    "ONE_YEAR_AHEAD": N_("filing deadline"),
    "U09": N_("answer to a letter"),
    "U10": N_("filing deadline"),
    "U16": N_("filing deadline"),
    "FAMILY_JOIN_DATE": N_("filing deadline"),
    "FOLLOW_UP": N_("follow-up"),
}
DUE_OUTSIDE_OTHER: Final = N_("deadline")

CALENDARS: Final[Mapping[str, str]] = {
    "mine": N_("My cases"),
    "all": N_("All open cases"),
}

# The filter by deadline, and the orders of the queue.
DUE_WITHIN: Final[Mapping[str, str]] = {
    "7": N_("Within 7 days"),
    "14": N_("Within 14 days"),
    "30": N_("Within 30 days"),
    "late": N_("The date is over"),
}
ORDERS: Final[Mapping[str, str]] = {
    "deadline": N_("Level, then deadline"),
    "age": N_("Oldest request first"),
    "level": N_("Level, then age"),
    "incoming": N_("Last message first"),
}

FILTERS: Final[Mapping[str, str]] = {
    "status": N_("Status"),
    "level": N_("Level"),
    "owner": N_("Owner"),
    "language": N_("Language"),
    "claim": N_("Claim"),
    "state": N_("State"),
    "closed": N_("Closed cases instead of open ones"),
    "place": N_("Place"),
    "outcome": N_("First result"),
    "due": N_("Next deadline"),
    "since": N_("Came in since"),
    "until": N_("Came in until"),
    "interpreter": N_("Needs an interpreter"),
    "reply": N_("Needs a reply"),
    "follow_up": N_("My follow-ups that are due"),
    "sort": N_("Order"),
}

# Browsers and systems of a session, coarsely.
BROWSERS: Final[Mapping[str, str]] = {
    "edge": N_("Edge"),
    "opera": N_("Opera"),
    "samsung": N_("Samsung Internet"),
    "firefox": N_("Firefox"),
    "chrome": N_("Chrome"),
    "safari": N_("Safari"),
    "other": N_("another browser"),
}
SYSTEMS: Final[Mapping[str, str]] = {
    "ios": N_("iPhone or iPad"),
    "android": N_("Android"),
    "chromeos": N_("ChromeOS"),
    "windows": N_("Windows"),
    "mac": N_("macOS"),
    "linux": N_("Linux"),
    "other": N_("another system"),
}

CLAIMS: Final[Mapping[str, str]] = {
    "afraid": N_("Fear of return"),
    "crime_victim": N_("Crime (U)"),
    "trafficking": N_("Trafficking (T)"),
    "family_violence": N_("Violence at home (VAWA)"),
    "child_alone": N_("Child without care (SIJS)"),
    "temporary_ending": N_("Permission ends"),
    "family_join": N_("Family join (I-730)"),
    "unsure": N_("Not sure"),
    "other": N_("Something else"),
}

PLACES: Final[Mapping[str, str]] = {
    "us": N_("In the US"),
    "held": N_("Held"),
    "border": N_("At a border"),
    "abroad": N_("Outside the US"),
    "unknown": N_("Not known"),
}

OUTCOMES: Final[Mapping[str, str]] = {
    "likely": N_("We may be able to help"),
    "review": N_("A person must look"),
    "refer": N_("Other places may fit better"),
}

# The same in one or two words, for the narrow columns of the queue.
OUTCOMES_SHORT: Final[Mapping[str, str]] = {
    "likely": N_("may fit"),
    "review": N_("look at it"),
    "refer": N_("elsewhere"),
    "erased": N_("erased"),
}

STAGES: Final[Mapping[str, str]] = {
    "none": N_("no case yet"),
    "applied": N_("applied for asylum"),
    "court": N_("in court"),
    "order": N_("ordered to leave"),
    "denied": N_("judge said no"),
    "appeal": N_("on appeal"),
    "fear_waiting": N_("fear interview ahead"),
    "fear_failed": N_("fear interview failed"),
    "gov_motion": N_("government motion"),
    "unsure": N_("not sure"),
}

EFFECTS: Final[Mapping[str, str]] = {
    "pass": N_("pass"),
    "review": N_("review"),
    "refer": N_("refer"),
    "override": N_("keep in the queue"),
    "": N_("clock"),
}

SPECIAL_LANGUAGES: Final[Mapping[str, str]] = {
    "und": N_("Not known"),
    "other": N_("Another language"),
}

# What a banner on the case page says, from the answers about safe contact: (question, code) -> sentence.
CONTACT_WARNINGS: Final[Mapping[tuple[str, str], str]] = {
    ("whose_phone", "shared"): N_("The phone is shared. Make sure who answers before you say anything."),
    ("whose_phone", "other"): N_("The phone belongs to somebody else. Make sure who answers."),
    ("voicemail", "no"): N_("Do not leave a message."),
    ("say_name", "no"): N_("Do not say the name of the organisation."),
    ("person_knows", "no"): N_("The person does not know about this request yet."),
    ("person_knows", "cannot_ask"): N_("The person could not be asked about this request."),
    ("device", "watched"): N_("Somebody may watch the device that was used."),
    ("device", "shared"): N_("The device that was used is shared."),
}

WAYS: Final[dict[str, str]] = {
    "phone": N_("Phone call"),
    "whatsapp": N_("WhatsApp"),
    "signal": N_("Signal"),
    "email": N_("E-mail"),
    "someone": N_("Through another person"),
    "self": N_("The person will contact us"),
}

WAYS_SHORT: Final[Mapping[str, str]] = WAYS | {
    "phone": N_("Phone"),
    "someone": N_("Another person"),
    "self": N_("Only they contact us"),
}

TIMES: Final[Mapping[str, str]] = {
    "morning": N_("in the morning"),
    "afternoon": N_("in the afternoon"),
    "evening": N_("in the evening"),
    "weekend": N_("at the weekend"),
}

# How the answers came when a colleague filled in the form: a mark as well, and nothing unusual.
TAKEN: Final[Mapping[str, tuple[str, str]]] = {
    "phone": (N_("By phone"), N_("A colleague filled in the form during a call.")),
    "paper": (N_("From paper"), N_("A colleague copied the form from paper.")),
    "in_person": (N_("In person"), N_("A colleague filled in the form beside the person.")),
}

# What the public door noticed about the sending: mark -> (label, what it may mean).
MARKS: Final[Mapping[str, tuple[str, str]]] = {
    **TAKEN,
    "fast": (N_("Sent very fast"), N_("The form took only seconds. A helper may have pasted prepared answers.")),
    "honeypot": (N_("A hidden field was filled in"), N_("A program may have done this, or a screen reader.")),
    "repeat": (N_("Sent more than once"), N_("The same answers came several times today.")),
    "flood": (N_("Many requests from one place"), N_("A shelter or a library can look like this.")),
}

# What came in and could not be opened or carried out, in words.
CAME_IN: Final[Mapping[str, str]] = {
    "message": N_("a message"),
    "dates": N_("a change of dates"),
    "contact": N_("a change of contact"),
    "withdraw": N_("a wish to withdraw"),
    "erase": N_("a wish to erase everything"),
}

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

WAYS: Final[Mapping[str, str]] = {
    "phone": N_("Phone call"),
    "whatsapp": N_("WhatsApp"),
    "signal": N_("Signal"),
    "email": N_("E-mail"),
    "someone": N_("Through another person"),
    "self": N_("The person will contact us"),
}

TIMES: Final[Mapping[str, str]] = {
    "morning": N_("in the morning"),
    "afternoon": N_("in the afternoon"),
    "evening": N_("in the evening"),
    "weekend": N_("at the weekend"),
}

# What the public door noticed about the sending: mark -> (label, what it may mean).
MARKS: Final[Mapping[str, tuple[str, str]]] = {
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

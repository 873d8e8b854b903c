"""Safe contact: the ways that the person marked as safe, and what must not happen."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from ..locales import N_
from ..web import gettext
from . import labels, present


@dataclass(frozen=True, slots=True, repr=False)
class SafeContact:
    """What the banner of a case says. `ways` are (name, address), only those marked safe.

    `avoid` is the person's own words about whom not to speak to; `say` what may be said instead of the name of
    the organisation. `clock` is the person's time zone with the time there now; `facts` are further (name, own
    words): where the person is held, the adult of a child, the helper.
    """

    ways: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    times: tuple[str, ...]
    avoid: str
    language: str
    dialect: str
    interpreter: str
    say: str
    clock: str
    facts: tuple[tuple[str, str], ...]


_ADDRESS_OF = {
    "phone": "phone",
    "whatsapp": "phone",
    "signal": "phone",
    "email": "email",
    "someone": "contact_person",
}

# From the questions that version 2 of the form added: (question, code) -> sentence.
WARNINGS: Final[Mapping[tuple[str, str], str]] = {
    ("phone_owner_safe", "no"): N_("The others on this phone know nothing of this request. Do not say why you call."),
    ("phone_owner_safe", "unsure"): N_("The others on this phone may know nothing of this request."),
    ("code_goes_to", "helper"): N_("The helper keeps the return code and can read every letter."),
    ("code_goes_to", "both"): N_("The helper has the return code as well and can read every letter."),
}

HELD_WAYS: Final[Mapping[str, str]] = {
    "legal_call": N_("Legal call to the place of detention"),
    "legal_visit": N_("Legal visit in detention"),
    "letter": N_("Letter to the place of detention"),
    "family": N_("Through family or a friend outside"),
}

ZONES: Final[Mapping[str, tuple[str, str]]] = {
    "eastern": (N_("Eastern time"), "America/New_York"),
    "central": (N_("Central time"), "America/Chicago"),
    "mountain": (N_("Mountain time"), "America/Denver"),
    "arizona": (N_("Arizona time"), "America/Phoenix"),
    "pacific": (N_("Pacific time"), "America/Los_Angeles"),
    "alaska": (N_("Alaska time"), "America/Anchorage"),
    "hawaii": (N_("Hawaii time"), "Pacific/Honolulu"),
    "atlantic": (N_("Atlantic time"), "America/Puerto_Rico"),
}

_RELATIONS: Final[Mapping[str, str]] = {
    "family": N_("family"),
    "friend": N_("friend or neighbor"),
    "shelter": N_("shelter, school or church"),
    "lawyer_office": N_("law office"),
}


def safe_contact(answers: Mapping[str, object], now: dt.datetime) -> SafeContact:
    """The banner for live answers (see `questionnaire.live`) at `now`, aware: an unsafe way is not in it at all."""
    ways = [(present.word(labels.WAYS, way), _text(answers, _ADDRESS_OF.get(way, ""))) for way in _codes(answers)]
    held = [(present.word(HELD_WAYS, way), "") for way in _codes(answers, "held_contact")]
    sentences = {**labels.CONTACT_WARNINGS, **WARNINGS}
    return SafeContact(
        ways=tuple(ways + held),
        warnings=tuple(gettext(said) for (key, code), said in sentences.items() if answers.get(key) == code),
        times=tuple(present.word(labels.TIMES, time) for time in _codes(answers, "good_times")),
        avoid=_text(answers, "not_contact"),
        language=present.language(_text(answers, "language") or "und"),
        dialect=_text(answers, "dialect"),
        interpreter=_text(answers, "interpreter"),
        say=_text(answers, "say_instead"),
        clock=_clock(_text(answers, "time_zone"), now),
        facts=tuple((gettext(name), said) for name, said in _facts(answers) if said),
    )


def voicemail(answers: Mapping[str, object], organisation: str) -> str:
    """What staff may do when nobody answers the phone, by what the person allowed; empty without a phone."""
    if "phone" not in _codes(answers):
        return ""
    if answers.get("voicemail") != "yes":
        return gettext(N_("Leave no message. Hang up and try at another time."))
    if answers.get("say_name") == "yes":
        said = gettext(N_("You may leave a message with the name: %(organisation)s. Say nothing about the case."))
        return said % {"organisation": organisation}
    instead = _text(answers, "say_instead")
    if instead:
        return gettext(N_("You may leave a message. Say only: %(words)s")) % {"words": instead}
    return gettext(
        N_("You may leave a message with your first name and a number to call. Do not say the organisation or why.")
    )


def _facts(answers: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    yield N_("Held at:"), _text(answers, "facility")
    yield N_("Name on the papers there:"), _text(answers, "documents_name")
    yield N_("Adult of the child:"), _text(answers, "young_contact")
    relation = answers.get("helper_relation")
    language = _text(answers, "helper_language")
    helper = (
        _text(answers, "helper_name"),
        present.word(_RELATIONS, str(relation)) if relation in _RELATIONS else "",
        _text(answers, "helper_contact"),
        present.language(language) if language else "",
    )
    yield N_("Helper:"), ", ".join(part for part in helper if part)


def _clock(code: str, now: dt.datetime) -> str:
    if code not in ZONES:
        return ""
    name, zone = ZONES[code]
    return f"{gettext(name)} ({now.astimezone(ZoneInfo(zone)):%H:%M})"


def _codes(answers: Mapping[str, object], key: str = "contact_ways") -> list[str]:
    chosen = answers.get(key)
    return [str(one) for one in chosen] if isinstance(chosen, list) else []


def _text(answers: Mapping[str, object], key: str) -> str:
    return str(answers.get(key, ""))

"""Safe contact: the ways that the person marked as safe, and what must not happen."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..web import gettext
from . import labels, present


@dataclass(frozen=True, slots=True, repr=False)
class SafeContact:
    """What the banner of a case says. `ways` are (name, address), only those marked safe.

    `avoid` is the person's own words about whom not to speak to.
    """

    ways: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    times: tuple[str, ...]
    avoid: str
    language: str
    dialect: str
    interpreter: str


_ADDRESS_OF = {
    "phone": "phone",
    "whatsapp": "phone",
    "signal": "phone",
    "email": "email",
    "someone": "contact_person",
}


def safe_contact(answers: Mapping[str, object]) -> SafeContact:
    """The banner for live answers (see `questionnaire.live`): an unsafe way is not in it at all."""
    chosen = answers.get("contact_ways")
    ways = [str(way) for way in chosen] if isinstance(chosen, list) else []
    warnings = [
        gettext(sentence) for (key, code), sentence in labels.CONTACT_WARNINGS.items() if answers.get(key) == code
    ]
    times = answers.get("good_times")
    return SafeContact(
        ways=tuple((present.word(labels.WAYS, way), str(answers.get(_ADDRESS_OF.get(way, ""), ""))) for way in ways),
        warnings=tuple(warnings),
        times=tuple(present.word(labels.TIMES, str(time)) for time in times) if isinstance(times, list) else (),
        avoid=str(answers.get("not_contact", "")),
        language=present.language(str(answers.get("language", "und"))),
        dialect=str(answers.get("dialect", "")),
        interpreter=str(answers.get("interpreter", "")),
    )

"""What the fields of a letter hold for one case: its dates, places that fit, who we are. In the letter's language."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ...assessment import Reason
from ...assessment.days import Phrase, Span
from ...assessment.figures import Figures
from ...daywords import day_in_words
from ...locales import N_, Language, in_digits_of, translations
from ...organisation import Organisation
from ...referrals import Referral
from ...timewords import NO_DATE, said

# These stand on public pages as well and are translated with them.
GENERAL = N_("From what you told us, these general rules may matter. Your case can be different. Ask a lawyer.")
CHECK = N_("Check your papers, or call this number. The government runs this line. You need your A-number.")
BETWEEN = N_("between %(first)s and %(last)s")
# The line of the immigration courts (EOIR), as on the public pages.
COURT_LINE = "1-800-898-7180"
NO_PHONE = "[phone]"


def deadlines(reasons: Iterable[Reason], figures: Figures, today: dt.date, language: Language) -> str:
    """The dates ahead, soonest first, each with what it is; then how to check. Without any, it says that."""
    text = translations(language.code)
    lines = []
    for day, code in sorted(_ahead(reasons, today), key=lambda one: (one[0].first, one[1])):
        for sentence, number in said([code], figures):
            what = text.gettext(sentence)
            if number is not None:
                what %= {"number": in_digits_of(language.code, number)}
            lines.append(f"- {_when(day, language)}: {what}")
    told = [text.gettext(GENERAL), *dict.fromkeys(lines)] if lines else [text.gettext(NO_DATE)]
    return "\n".join([*told, text.gettext(CHECK), COURT_LINE])


def places(found: Sequence[Referral], language: Language) -> str:
    """Each place with what it does and how to reach it. Phones and addresses have lines of their own, so that they
    read rightly among words that run from right to left.
    """
    text = translations(language.code)
    blocks = []
    for place in found:
        lines = (place.name, text.gettext(place.about), place.phone or "", (place.url or "").rstrip("/"))
        blocks.append("\n".join(line for line in lines if line))
    return "\n\n".join(blocks)


def about_us(organisation: Organisation) -> str:
    """Phones, hours and e-mail address, one on each line; a blank for staff where nothing is written down."""
    lines = [f"{phone.label}: {phone.shown}" if phone.label else phone.shown for phone in organisation.phones]
    lines += [line for line in (organisation.email, organisation.hours) if line]
    return "\n".join(lines) or NO_PHONE


def values(
    *,
    reference: str,
    organisation: Organisation,
    reasons: Iterable[Reason],
    figures: Figures,
    referrals: Sequence[Referral],
    today: dt.date,
    language: Language,
) -> Mapping[str, str]:
    """Every field with what it holds."""
    return {
        "reference": reference,
        "organisation": organisation.name,
        "phones": about_us(organisation),
        "deadlines": deadlines(reasons, figures, today, language),
        "referrals": places(referrals, language),
        "today": day_in_words(today, language),
    }


def _ahead(reasons: Iterable[Reason], today: dt.date) -> Iterator[tuple[Span, str]]:
    for reason in reasons:
        if reason.due_on is None or reason.due_on < today:
            continue
        spans = (word.span for _name, word in reversed(reason.words) if isinstance(word, Phrase))
        # A date known only to the month is said as the time that it may mean. The deadline stands last among the words.
        whole = next((span for span in spans if span.first <= reason.due_on <= span.last), None)
        yield whole or Span(reason.due_on, reason.due_on), reason.code


def _when(day: Span, language: Language) -> str:
    first, last = day_in_words(day.first, language), day_in_words(day.last, language)
    if first == last:
        return first
    return translations(language.code).gettext(BETWEEN) % {"first": first, "last": last}

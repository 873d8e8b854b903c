"""Closing an exported file on its way out: to an age recipient, or to a passphrase that is never kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..exports.age import LEAST_PASSPHRASE, BadRecipient, Passphrase, Recipient, recipient_of
from ..locales import N_
from ..web import gettext

FIELDS = ("recipient", "passphrase", "again")


@dataclass(frozen=True, slots=True)
class Lock:
    """What was asked for: to whom the file is closed, None for nobody. `problems` has a sentence by field.

    `typed` is the age recipient as it was typed: a public key. A passphrase has to be typed anew.
    """

    recipient: Recipient | None = None
    typed: str = ""
    problems: Mapping[str, str] = field(default_factory=dict)


def read(form: Mapping[str, str]) -> Lock:
    """The lock that a form asks for with `FIELDS`."""
    typed, words, again = (form.get(name, "").replace("\0", "") for name in FIELDS)
    typed = typed.strip()[:200]
    if typed and (words or again):
        said = N_("Choose one: a key of the person who gets the file, or a passphrase.")
        return Lock(typed=typed, problems={"recipient": gettext(said)})
    if words != again:
        said = N_("The two passphrases are not the same.")
        return Lock(problems={"again": gettext(said)})
    try:
        if typed:
            return Lock(recipient_of(typed), typed)
        return Lock(Passphrase(words)) if words else Lock()
    except BadRecipient:
        if typed:
            said = gettext(N_("This is no age key: it begins with age1 and has 62 characters."))
            return Lock(typed=typed, problems={"recipient": said})
        said = gettext(N_("A passphrase for a file needs at least %(count)s characters."))
        return Lock(problems={"passphrase": said % {"count": LEAST_PASSPHRASE}})

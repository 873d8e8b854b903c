"""The notice that there is news: a few words that tell nobody else who writes, to whom, or about what."""

from typing import Final

from .locales import N_, translations

SUBJECT: Final = N_("News for you")
NEWS: Final = N_("There is news for you. Use your code to read it.")
FROM_US: Final = N_("This message is from %(name)s.")


def news(language: str, name: str = "") -> tuple[str, str]:
    """Subject and text in the language with this code. `name` is said only where the person allowed it; else empty."""
    said = translations(language)
    lines = [said.gettext(NEWS)]
    if name:
        lines.append(said.gettext(FROM_US) % {"name": name})
    return said.gettext(SUBJECT), "\n".join(lines)

"""Reads RSS and Atom: each entry becomes a text that can only be read, or a sentence that says why not."""

import datetime as dt
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import feedparser

from . import safehtml
from .questionnaire.choices import LANGUAGE_CODES
from .releaseparser import LONGEST_SUMMARY, LONGEST_TITLE, as_language, slug_for, without_call

LARGEST_FEED = 2 * 1024 * 1024
MOST_ENTRIES = 100
# Part of the digest: when it changes, the next import renders every entry again.
RENDERING = 1
_EARLIEST = dt.date(1900, 1, 1)


class NotAFeed(ValueError):
    """The text is no RSS or Atom feed; the message is one clear sentence."""


class _Unusable(ValueError):
    """An entry cannot become a release; the message is the reason."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as read. `guid` is the SHA-256 of its identifier and `digest` of its text, both in hex."""

    guid: str
    title: str
    published_on: dt.date
    language: str
    body_html: str
    summary: str
    slug: str
    digest: str


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed holds: usable entries, (title, reason) of the others, and how many pictures were dropped.

    `more` counts entries beyond the first `MOST_ENTRIES`, which are not read.
    """

    entries: tuple[Entry, ...]
    skipped: tuple[tuple[str, str], ...]
    pictures: int
    more: int


def read(data: bytes, *, timezone: ZoneInfo, today: dt.date) -> Feed:
    """Read the bytes of a feed; nothing is fetched. Days are those of `timezone`; an entry without one gets `today`.

    Raises:
        NotAFeed: it is too large, broken, or something else.
    """
    if len(data) > LARGEST_FEED:
        raise NotAFeed(f"The feed is larger than {LARGEST_FEED // 1024} KiB.")
    # A stream, never the bytes themselves: the library would open what looks like an address or a path.
    try:
        told = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=True)
    except Exception:
        # The library has no error of its own: an encoding with a NUL in its name, for one, ends in a ValueError.
        raise NotAFeed("The feed is broken. It cannot be read.") from None
    fault = told.get("bozo_exception") if told.bozo else None
    if fault is not None and not isinstance(fault, feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType):
        line = getattr(fault, "getLineNumber", lambda: None)()
        raise NotAFeed(f"The feed is broken{f' in line {line}' if line else ''}. It cannot be read.")
    if not told.get("version"):
        raise NotAFeed("This is not an RSS or Atom feed.")
    entries: dict[str, Entry] = {}
    skipped: list[tuple[str, str]] = []
    pictures = 0
    for one in told.entries[:MOST_ENTRIES]:
        try:
            entry, dropped = _entry(one, told.feed, timezone, today)
        except _Unusable as error:
            skipped.append((_title(one)[:LONGEST_TITLE], str(error)))
            continue
        if entry.guid in entries:
            skipped.append((entry.title, "The feed holds another entry with the same identifier."))
            continue
        entries[entry.guid] = entry
        pictures += dropped
    return Feed(tuple(entries.values()), tuple(skipped), pictures, max(0, len(told.entries) - MOST_ENTRIES))


def _entry(one: Mapping[str, Any], feed: Mapping[str, Any], timezone: ZoneInfo, today: dt.date) -> tuple[Entry, int]:
    title = _title(one)
    if not title:
        raise _Unusable("It has no title.")
    if len(title) > LONGEST_TITLE:
        raise _Unusable(f"Its title has {len(title)} characters. At most {LONGEST_TITLE} fit.")
    name = str(one.get("id") or one.get("link") or "")
    if not name:
        raise _Unusable("It has neither an identifier nor a link, so a second import could not know it again.")
    published_on = _day(one, timezone) or today
    if not _EARLIEST <= published_on <= today:
        raise _Unusable("Its date is in the future. Import it on its day.")
    text, told_language = _text(one)
    try:
        found = safehtml.from_html(text)
    except safehtml.TooTangled:
        raise _Unusable("Its text is too long or nested too deeply.") from None
    body = without_call(found.html)
    if not safehtml.as_text(body):
        raise _Unusable("It has no text.")
    languages: Iterable[Any] = (told_language, one.get("language"), feed.get("language"))
    language = _known(next(filter(None, (as_language(str(code)) for code in languages if code)), "en"))
    guid = hashlib.sha256(name.encode()).hexdigest()
    source = f"{RENDERING} feed\n{title}\n{published_on.isoformat()}\n{language}\n{body}"
    entry = Entry(
        guid=guid,
        title=title,
        published_on=published_on,
        language=language,
        body_html=body,
        summary=safehtml.summary(body, LONGEST_SUMMARY),
        slug=slug_for(title, published_on),
        digest=hashlib.sha256(source.encode()).hexdigest(),
    )
    return entry, found.dropped


def _known(code: str) -> str:
    """`en` for `en_US`: a region is kept only where the product tells it apart, as Dari from Farsi."""
    base = code.partition("_")[0]
    return base if base in LANGUAGE_CODES and code not in LANGUAGE_CODES else code


def _title(one: Mapping[str, Any]) -> str:
    # A title may hold tags, written out or as entities: only its words are kept.
    return safehtml.visible(safehtml.as_text(str(one.get("title") or ""))).strip()


def _text(one: Mapping[str, Any]) -> tuple[str, str | None]:
    """The longest text of an entry as HTML, and the language it says it has."""
    contents = [*one.get("content", ()), *filter(None, [one.get("summary_detail")])]
    best = max(contents, key=lambda content: len(content.get("value") or ""), default=None)
    if best is None:
        return "", None
    value = str(best.get("value") or "")
    if best.get("type") == "text/plain":
        return safehtml.from_paragraphs(value), best.get("language")
    return value, best.get("language")


def _day(one: Mapping[str, Any], timezone: ZoneInfo) -> dt.date | None:
    parsed = one.get("published_parsed") or one.get("updated_parsed")
    if not parsed:
        return None
    try:
        year, month, day, hour, minute = parsed[:5]
        return dt.datetime(year, month, day, hour, minute, tzinfo=dt.UTC).astimezone(timezone).date()
    except (ValueError, OverflowError):
        raise _Unusable("Its date cannot be read.") from None

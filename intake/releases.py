"""Press releases and news: the table, the importer, and the two ways to read them."""

import datetime as dt
import logging
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from babel import Locale, UnknownLocaleError
from sqlalchemy import ColumnElement, Date, Index, String, Text, Uuid, and_, case, exists, or_, select, text, tuple_
from sqlalchemy.orm import Mapped, Session, aliased, defer, mapped_column

from .db import Base, UTCDateTime
from .questionnaire.choices import LANGUAGES
from .releaseparser import (
    LONGEST_SLUG,
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    Malformed,
    ParsedRelease,
    is_slug,
    parse,
)

SAMPLES = Path(__file__).parent / "samples"
MARKDOWN_ENDINGS = frozenset({".md", ".markdown"})

# "فارسی (Farsi)" as the form offers it, without the English in brackets: the reader knows the language.
OWN_NAMES = {code: name.partition(" (")[0] for code, name in LANGUAGES}

logger = logging.getLogger(__name__)

Outcome = Literal["added", "unchanged", "updated"]

DRAFT = "draft"
PUBLISHED = "published"
WITHDRAWN = "withdrawn"
# The new text of a release that a feed has changed: a row of its own until staff take it or leave it.
CHANGE = "change"


class Release(Base):
    """One press release, rendered when it was imported. `slug` is its address for good.

    `state` is draft, published, withdrawn, or change: a new text that waits for staff, never shown to the public.
    `story` is the slug that its translations share. `guid` is a hash of the entry's own identifier, for a release
    that came from a feed.
    """

    __tablename__ = "release"
    __table_args__ = (Index(None, "published_on", "slug"),)

    id: Mapped[uuid.UUID] = mapped_column(Uuid, primary_key=True, default=uuid.uuid4)
    slug: Mapped[str] = mapped_column(String(LONGEST_SLUG), unique=True)
    title: Mapped[str] = mapped_column(String(LONGEST_TITLE))
    published_on: Mapped[dt.date] = mapped_column(Date)
    summary: Mapped[str] = mapped_column(String(LONGEST_SUMMARY))
    body_html: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(String(20), default="en")
    source_digest: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(12), default="published", server_default="published")
    story: Mapped[str | None] = mapped_column(String(LONGEST_SLUG), index=True)
    guid: Mapped[str | None] = mapped_column(String(64), unique=True)

    @property
    def tag(self) -> str:
        """The BCP 47 tag of the language it is written in."""
        return self.language.replace("_", "-")

    @property
    def own_name(self) -> str:
        """The name of its language in that language, or its code when nobody wrote one down."""
        return OWN_NAMES.get(self.language) or OWN_NAMES.get(self.language.partition("_")[0]) or self.tag

    @property
    def direction(self) -> str:
        """`ltr`, `rtl`, or `auto` for a language that CLDR does not know."""
        try:
            return Locale.parse(self.language).text_direction
        except (UnknownLocaleError, ValueError):
            return "auto"


class Imported(NamedTuple):
    """What became of one file."""

    path: Path
    outcome: Outcome
    slug: str
    state: str


class Refused(ValueError):
    """A file cannot be imported: `path: line N: reason`, or `path: reason` when nothing could be read."""


def samples() -> list[Path]:
    """The releases that come with the product, oldest name first."""
    return sorted(path for path in SAMPLES.iterdir() if path.suffix in {".txt", *MARKDOWN_ENDINGS})


def import_files(
    session: Session, paths: Sequence[Path], now: dt.datetime, *, state: str = PUBLISHED
) -> list[Imported]:
    """Store the releases in `paths`, all or none; a second import of the same text changes nothing.

    New ones get `state`. A release with a known slug and another text is updated under its address and keeps its
    state: what was withdrawn stays withdrawn. A file whose call to action has
    other words than ours is taken, with a warning in the log; ours is what people see.

    Raises:
        Refused: a file cannot be read, is malformed, is dated after today, or contradicts another one given.
    """
    read = [(path, _read(path, now)) for path in paths]
    texts: dict[str, tuple[Path, str]] = {}
    for path, parsed in read:
        first, digest = texts.setdefault(parsed.slug, (path, parsed.digest))
        if digest != parsed.digest:
            raise Refused(f"{path}: line 1: This is the same release as {first.name}, with another text.")
    alone(session)
    done = []
    for path, parsed in read:
        outcome, release = _store(session, parsed, now, state)
        done.append(Imported(path, outcome, release.slug, release.state))
    return done


def alone(session: Session) -> None:
    """Let one transaction at a time add or change releases; readers do not wait."""
    if session.get_bind().dialect.name == "postgresql":
        # Two imports at once would both add the same slug. SQLite has one writer anyway.
        session.execute(text("LOCK TABLE release IN SHARE ROW EXCLUSIVE MODE"))


def by_slug(session: Session, slug: str) -> Release | None:
    """The release with this address part, or None."""
    # PostgreSQL answers a zero byte with an error of its own, so only what can be an address is looked for.
    return session.scalar(select(Release).where(Release.slug == slug)) if is_slug(slug) else None


def page(
    session: Session, before: str | None, size: int, *, language: str | None = None
) -> tuple[list[Release], str | None]:
    """Up to `size` published releases without their bodies, newest first, older than the one with the slug `before`.

    With `language`, each story is there once: in that language when it was translated, else as it was first written.
    The second value is the `before` of the next page, or None on the last one.

    Raises:
        LookupError: there is no release with the slug `before`.
    """
    place = tuple_(Release.published_on, Release.slug)
    query = select(Release).options(defer(Release.body_html, raiseload=True)).where(Release.state == PUBLISHED)
    if language is not None:
        query = query.where(_first_of_story(language))
    if before is not None:
        last = by_slug(session, before)
        if last is None or last.state not in {PUBLISHED, WITHDRAWN}:
            raise LookupError("no such release")
        query = query.where(place < (last.published_on, last.slug))
    query = query.order_by(Release.published_on.desc(), Release.slug.desc()).limit(size + 1)
    rows = list(session.scalars(query))
    return rows[:size], rows[size - 1].slug if len(rows) > size else None


def translations(session: Session, release: Release) -> list[Release]:
    """The other published releases of the same story, by language, without their bodies."""
    if release.story is None:
        return []
    query = select(Release).options(defer(Release.body_html, raiseload=True))
    query = query.where(Release.story == release.story, Release.state == PUBLISHED, Release.id != release.id)
    return list(session.scalars(query.order_by(Release.language, Release.slug)))


def _first_of_story(language: str) -> ColumnElement[bool]:
    """Whether no other published release of the story comes before this one for readers of `language`."""
    other = aliased(Release)
    base = language.partition("_")[0]

    def rank(one: type[Release]) -> ColumnElement[int]:
        read = or_(one.language == base, one.language.startswith(f"{base}_", autoescape=True))
        return case((one.language == language, 0), (read, 1), (one.slug == one.story, 2), else_=3)

    before = or_(rank(other) < rank(Release), and_(rank(other) == rank(Release), other.slug < Release.slug))
    return ~exists().where(other.story == Release.story, other.state == PUBLISHED, other.id != Release.id, before)


def _read(path: Path, now: dt.datetime) -> ParsedRelease:
    try:
        parsed = parse(path.read_bytes(), markdown=path.suffix.lower() in MARKDOWN_ENDINGS)
        # One day of grace: the organisation may be a day ahead of UTC.
        if parsed.published_on > now.date() + dt.timedelta(days=1):
            raise Malformed(parsed.date_line, "The date is in the future. Import the release on its day.")
    except OSError as error:
        raise Refused(f"{path}: The file cannot be read: {error.strerror}.") from None
    except Malformed as error:
        raise Refused(f"{path}: {error}") from None
    if parsed.call_differs:
        logger.warning("%s: its call to action differs from ours; ours is shown.", path)
    return parsed


def _store(session: Session, parsed: ParsedRelease, now: dt.datetime, state: str) -> tuple[Outcome, Release]:
    release = by_slug(session, parsed.slug)
    if release is not None and release.source_digest == parsed.digest:
        return "unchanged", release
    outcome: Outcome = "updated"
    if release is None:
        outcome = "added"
        release = Release(slug=parsed.slug, state=state)
        session.add(release)
    release.title = parsed.title
    release.published_on = parsed.published_on
    release.summary = parsed.summary
    release.body_html = parsed.body_html
    release.language = parsed.language
    release.source_digest = parsed.digest
    release.imported_at = now
    session.flush()
    return outcome, release

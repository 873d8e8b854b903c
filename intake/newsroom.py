"""What staff do with releases: take in a feed, publish, withdraw, tie translations together. Each leaves a trace."""

import datetime as dt
import hashlib
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, defer

from . import audit, releases
from .audit import Event
from .feeds import Entry, Feed
from .releaseparser import as_language
from .releases import CHANGE, DRAFT, PUBLISHED, WITHDRAWN, Release

Taken = Literal["added", "updated", "differs", "unchanged"]


class NotDone(ValueError):
    """A release cannot be changed so; the message is one clear sentence."""


class Result(NamedTuple):
    """What became of one entry of a feed: `differs` means that a new text waits beside a published one."""

    outcome: Taken
    slug: str


def take_feed(session: Session, feed: Feed, *, actor: str, now: dt.datetime) -> list[Result]:
    """Store the entries of a feed as drafts; twice is once. A published text is never changed by this.

    An entry that changed updates its draft; for a release that was public, the new text waits for `take_change`.
    """
    releases.alone(session)
    done = [_take(session, entry, now) for entry in feed.entries]
    for one in done:
        if one.outcome != "unchanged":
            _trace(session, Event.RELEASE_IMPORTED, one.slug, actor, now)
    return done


def counted(results: Sequence[Result]) -> dict[Taken, int]:
    """How many entries had each outcome, all four always there."""
    found = Counter(one.outcome for one in results)
    return {name: found[name] for name in ("added", "updated", "differs", "unchanged")}


def listed(session: Session, before: uuid.UUID | None, size: int) -> tuple[list[Release], uuid.UUID | None]:
    """Up to `size` releases of every state without their bodies, newest first; then the `before` of the next page.

    An unknown `before` begins at the newest.
    """
    query = select(Release).options(defer(Release.body_html, raiseload=True)).where(Release.state != CHANGE)
    last = session.get(Release, before) if before is not None else None
    if last is not None:
        query = query.where(tuple_(Release.published_on, Release.slug) < (last.published_on, last.slug))
    rows = list(session.scalars(query.order_by(Release.published_on.desc(), Release.slug.desc()).limit(size + 1)))
    return rows[:size], rows[size - 1].id if len(rows) > size else None


def find(session: Session, release_id: uuid.UUID) -> Release | None:
    """The release with this id, or None; a waiting change is found through its release only."""
    release = session.get(Release, release_id)
    return release if release is not None and release.state != CHANGE else None


def change_of(session: Session, release: Release) -> Release | None:
    """The new text that a feed brought for `release`, or None."""
    if release.guid is None:
        return None
    return session.scalar(select(Release).where(Release.guid == _waiting(release.guid)))


def waiting(session: Session, rows: Sequence[Release]) -> set[uuid.UUID]:
    """Which of `rows` have a new text that waits."""
    by_guid = {_waiting(row.guid): row.id for row in rows if row.guid is not None}
    found = session.scalars(select(Release.guid).where(Release.guid.in_(by_guid))) if by_guid else ()
    return {by_guid[guid] for guid in found if guid is not None}


def publish(session: Session, release: Release, *, actor: str, now: dt.datetime) -> None:
    """Show a draft or a withdrawn release to everyone, under the address that it keeps for good."""
    if release.state != PUBLISHED:
        release.state = PUBLISHED
        session.flush()
        _trace(session, Event.RELEASE_PUBLISHED, release.slug, actor, now)


def withdraw(session: Session, release: Release, *, actor: str, now: dt.datetime) -> None:
    """Take a published release off the public pages. Its address says so, and is never given to another text.

    Raises:
        NotDone: it is not published.
    """
    if release.state != PUBLISHED:
        raise NotDone("This release is not published.")
    release.state = WITHDRAWN
    session.flush()
    _trace(session, Event.RELEASE_UNPUBLISHED, release.slug, actor, now)


def take_change(session: Session, release: Release, *, actor: str, now: dt.datetime) -> None:
    """Give `release` the new text that the feed brought; state, address and language links stay.

    Raises:
        NotDone: no new text waits.
    """
    change = change_of(session, release)
    if change is None:
        raise NotDone("There is no new text for this release.")
    release.title, release.summary, release.body_html = change.title, change.summary, change.body_html
    release.published_on, release.source_digest = change.published_on, change.source_digest
    release.imported_at = now
    session.delete(change)
    session.flush()
    event = Event.RELEASE_PUBLISHED if release.state == PUBLISHED else Event.RELEASE_IMPORTED
    _trace(session, event, release.slug, actor, now)


def describe(
    session: Session, release: Release, *, language: str, same_story_as: str, actor: str, now: dt.datetime
) -> None:
    """Say in which language a release is written, and of which other release it is a translation ("" for none).

    Raises:
        NotDone: no such language or release, or the story has that language already. Nothing is changed then.
    """
    code = as_language(language)
    if code is None:
        raise NotDone("The language has to be a code, such as en, es or pt-BR.")
    wanted = same_story_as.strip().rstrip("/").rpartition("/")[2]
    releases.alone(session)
    story = _story(session, release, wanted, code) if wanted else None
    if story is not None:
        twin = select(Release.id).where(Release.story == story, Release.id != release.id, Release.language == code)
        if session.scalar(twin.limit(1)) is not None:
            raise NotDone("That story has a release in this language already.")
    release.language, release.story = code, story
    session.flush()
    _trace(session, Event.RELEASE_IMPORTED, release.slug, actor, now, language=code)


def _story(session: Session, release: Release, wanted: str, code: str) -> str:
    other = releases.by_slug(session, wanted)
    if other is None or other.state == CHANGE or other.id == release.id:
        raise NotDone("There is no other release with this address.")
    if other.story is None:
        if other.language == code:
            raise NotDone("Both releases are in the same language. Set the language of one first.")
        other.story = other.slug
    return other.story


def _take(session: Session, entry: Entry, now: dt.datetime) -> Result:
    release = session.scalar(select(Release).where(Release.guid == entry.guid))
    if release is None:
        taken = releases.by_slug(session, entry.slug) is not None
        slug = f"{entry.slug}-{entry.guid[:8]}" if taken else entry.slug
        _fill(session, Release(slug=slug, guid=entry.guid, state=DRAFT, language=entry.language), entry, now)
        return Result("added", slug)
    change = change_of(session, release)
    if release.source_digest == entry.digest:
        # The feed went back to the text that we have.
        if change is not None:
            session.delete(change)
            session.flush()
        return Result("unchanged", release.slug)
    if release.state == DRAFT:
        _fill(session, release, entry, now)
        return Result("updated", release.slug)
    if change is not None and change.source_digest == entry.digest:
        return Result("unchanged", release.slug)
    if change is None:
        guid = _waiting(entry.guid)
        change = Release(slug=f"change-{guid[:32]}", guid=guid, state=CHANGE, language=release.language)
    _fill(session, change, entry, now)
    return Result("differs", release.slug)


def _fill(session: Session, release: Release, entry: Entry, now: dt.datetime) -> None:
    release.title, release.summary, release.body_html = entry.title, entry.summary, entry.body_html
    release.published_on, release.source_digest, release.imported_at = entry.published_on, entry.digest, now
    session.add(release)
    session.flush()


def _waiting(guid: str) -> str:
    return hashlib.sha256(f"change of {guid}".encode()).hexdigest()


def _trace(
    session: Session, event: Event, slug: str, actor: str, now: dt.datetime, *, language: str | None = None
) -> None:
    details = {} if language is None else {"language": language}
    audit.append(session, actor=actor, event=event, subject=f"release:{slug}"[:80], details=details, now=now)

"""The newsroom's commands: take in files and feeds, publish, withdraw, list."""

import argparse
import datetime as dt
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.orm import Session

from .. import audit, feeds, fetching, newsroom, releases
from ..db import make_engine, transaction
from ..settings import Settings
from .refusals import Refusal, about, in_words, place_options, settings_for


def releases_options(parser: argparse.ArgumentParser) -> None:
    """Options of `releases`."""
    about(
        parser,
        "Press releases. `import` publishes files: a plain-text file has the title in its first line, then "
        'paragraphs, a line "Published on March 4, 2026" and, if you like, a closing "Seeking asylum?" block, '
        "which becomes the call to action; a Markdown file (.md) has front matter with title and date. A "
        "malformed file is refused with line and reason, and then nothing is imported. `import-feed` reads RSS "
        "or Atom from a file or an https address; its entries become drafts. Importing twice is the same as once.",
        "import releases/*.md",
        "import-feed https://example.org/feed.xml",
        "publish court-opens-its-doors-2026-05-04",
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    files = actions.add_parser("import", help="import text or Markdown files")
    files.add_argument("files", nargs="+", type=Path, metavar="FILE", help="a .txt or .md file")
    files.add_argument("--draft", action="store_true", help="new ones become drafts and are not shown yet")
    files.set_defaults(run=import_releases)
    feed = actions.add_parser("import-feed", help="take in an RSS or Atom feed as drafts")
    feed.add_argument("feed", metavar="FILE_OR_ADDRESS", help="a file, or an address that begins with https://")
    feed.set_defaults(run=import_feed)
    every = actions.add_parser("list", help="show state, day and address part of every release")
    every.set_defaults(run=list_releases)
    publish = actions.add_parser("publish", help="show a draft or a withdrawn release to everyone")
    publish.set_defaults(run=publish_release)
    withdraw = actions.add_parser("withdraw", help="take a release off the public pages; its address stays its own")
    withdraw.set_defaults(run=withdraw_release)
    for action in (publish, withdraw):
        action.add_argument("slug", metavar="SLUG", help="the last part of its address")
    for action in (files, feed, every, publish, withdraw):
        place_options(action)


def import_releases(options: argparse.Namespace) -> int:
    """Import press releases from files, all or none."""
    settings = settings_for(options)
    now = dt.datetime.now(dt.UTC)
    state = releases.DRAFT if options.draft else releases.PUBLISHED
    with in_words(releases.Refused), _connected(settings) as session:
        done = releases.import_files(session, options.files, now, state=state)
        for one in done:
            if one.outcome != "unchanged":
                audit.append(
                    session,
                    actor="cli",
                    event=audit.Event.RELEASE_IMPORTED,
                    subject=f"release:{one.slug}"[:80],
                    now=now,
                )
    sys.stdout.writelines(f"{one.path}: {one.outcome} as {one.slug}{_unless_public(one.state)}\n" for one in done)
    return 0


def import_feed(options: argparse.Namespace) -> int:
    """Take in a feed from a file or an address; what was left out is said line by line."""
    settings = settings_for(options)
    now = dt.datetime.now(dt.UTC)
    with in_words(fetching.NotFetched, feeds.NotAFeed):
        feed = feeds.read(
            _bytes(options.feed), timezone=settings.timezone, today=now.astimezone(settings.timezone).date()
        )
    with _connected(settings) as session:
        results = newsroom.take_feed(session, feed, actor="cli", now=now)
    sys.stdout.writelines(f"{one.outcome}: {one.slug}\n" for one in results)
    sys.stdout.writelines(f"left out: {title} ({reason})\n" for title, reason in feed.skipped)
    if feed.pictures:
        sys.stdout.write(f"Pictures, films and frames left out: {feed.pictures}.\n")
    if feed.more:
        sys.stdout.write(f"Entries not read because the feed is long: {feed.more}.\n")
    sys.stdout.write("New entries are drafts: look at them in the newsroom, or use `releases publish SLUG`.\n")
    return 0


def list_releases(options: argparse.Namespace) -> int:
    """Every release, newest first, one line each."""
    with _connected(settings_for(options)) as session:
        before = None
        while True:
            rows, before = newsroom.listed(session, before, 100)
            sys.stdout.writelines(f"{row.state:<10} {row.published_on} {row.language:<6} {row.slug}\n" for row in rows)
            if before is None:
                return 0


def publish_release(options: argparse.Namespace) -> int:
    """Show a release to everyone."""
    return _change(settings_for(options), options.slug, public=True)


def withdraw_release(options: argparse.Namespace) -> int:
    """Take a release off the public pages."""
    return _change(settings_for(options), options.slug, public=False)


def _change(settings: Settings, slug: str, *, public: bool) -> int:
    verb = newsroom.publish if public else newsroom.withdraw
    with in_words(newsroom.NotDone), _connected(settings) as session:
        release = releases.by_slug(session, slug)
        if release is None or release.state == releases.CHANGE:
            raise Refusal("There is no release with this address part. See `releases list`.")
        verb(session, release, actor="cli", now=dt.datetime.now(dt.UTC))
    sys.stdout.write("The release is public now.\n" if public else "The release is not public any more.\n")
    return 0


@contextmanager
def _connected(settings: Settings) -> Iterator[Session]:
    """One transaction on the staff side's database, which is let go at the end."""
    engine = make_engine(settings.database_url)
    try:
        with transaction(engine) as session:
            yield session
    finally:
        engine.dispose()


def _bytes(place: str) -> bytes:
    """The feed at an address or in a file; a file that is too large is not read whole."""
    if "://" in place:
        return fetching.fetch(place).body
    with Path(place).open("rb") as file:
        return file.read(feeds.LARGEST_FEED + 1)


def _unless_public(state: str) -> str:
    return "" if state == releases.PUBLISHED else f" ({state})"


COMMANDS = {"releases": releases_options}

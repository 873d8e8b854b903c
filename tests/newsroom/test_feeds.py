"""A feed becomes drafts: what is kept of an entry, what is left out, and what happens the second time."""

import contextlib
import datetime as dt
import re
import time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from intake import feeds, newsroom, releases
from intake.audit import AuditEvent
from intake.releases import CHANGE, DRAFT, PUBLISHED, WITHDRAWN, Release
from intake.safehtml import TooTangled, from_html
from tests.newsroom.conftest import NEWS

NOW = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
ZONE = ZoneInfo("America/New_York")
COURT = "court-opens-its-our-doors-2026-05-04"


def read(data: bytes = NEWS) -> feeds.Feed:
    return feeds.read(data, timezone=ZONE, today=NOW.date())


def take(session, data: bytes = NEWS) -> dict[str, str]:
    return {one.slug: one.outcome for one in newsroom.take_feed(session, read(data), actor="cli", now=NOW)}


def atom(entry: str, head: str = "") -> bytes:
    top = '<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">'
    return f"{top}<title>T</title><id>f</id>{head}<entry><id>e1</id>{entry}</entry></feed>".encode()


def test_an_entry_keeps_its_words_and_loses_all_that_acts_or_loads():
    court, noticia = read().entries
    assert court.title == "Court opens its & our doors"
    assert court.language == "en" and noticia.body_html == "<p>Texto <em>breve</em>.</p>"
    assert "The court <strong>opened</strong>." in court.body_html
    assert set(re.findall(r"<(\w+)", court.body_html)) == {"h2", "p", "strong", "a"}
    assert re.findall(r'href="([^"]*)"', court.body_html) == ["https://example.org/more"]
    assert not re.search(r"alert|style|onclick|tracker|iframe", court.body_html)
    assert "Seeking asylum" not in court.body_html and "We can help" not in court.body_html
    assert read().pictures == 2


def test_the_day_is_that_of_the_organisation():
    assert read().entries[0].published_on == dt.date(2026, 5, 4)


def test_entries_that_cannot_be_used_are_named_with_their_reason():
    assert [reason for _title, reason in read().skipped] == [
        "It has no title.",
        "Its date is in the future. Import it on its day.",
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not an RSS or Atom feed"),
        (b"plain words", "broken|not an RSS"),
        (b"/etc/passwd", "broken|not an RSS"),
        (b"https://example.org/feed.xml", "broken|not an RSS"),
        (b"<html><body>no</body></html>", "not an RSS or Atom feed"),
        (NEWS[:900], "broken in line"),
        (b"x" * (feeds.LARGEST_FEED + 1), "larger than 2048 KiB"),
        (b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><rss>&b;', "broken"),
    ],
)
def test_what_is_no_feed_is_refused_in_one_sentence(data, words):
    with pytest.raises(feeds.NotAFeed, match=words):
        read(data)


def test_entities_of_the_file_reach_no_file_of_ours():
    hostile = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + atom(
        "<title>One</title><content>&x; text</content>"
    ).removeprefix(b'<?xml version="1.0"?>')
    try:
        found = read(hostile)
    except feeds.NotAFeed:
        return
    assert all("root:" not in one.body_html for one in found.entries)


def test_atom_says_its_language_and_plain_text_stays_text():
    entry = '<title>خبر</title><content type="text" xml:lang="fa-af">متن &lt;b&gt; خبر</content>'
    [one] = read(atom(entry)).entries
    assert one.language == "fa_AF" and one.body_html == "<p>متن &lt;b&gt; خبر</p>"
    assert one.published_on == NOW.date() and re.fullmatch(r"[0-9a-f]{8}-2026-07-01", one.slug)


def test_a_long_feed_is_read_to_a_limit_that_is_said():
    items = "".join(
        f"<item><title>T{n}</title><guid>g{n}</guid><description>x</description></item>" for n in range(130)
    )
    found = read(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())
    assert len(found.entries) == 100 and found.more == 30


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<div>a</div><div>b<br>c</div>", "<p>a</p>\n<p>b<br>c</p>"),
        ("<h1>T</h1><h3>x</h3>", "<h2>T</h2><h4>x</h4>"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "<p>a b</p>\n<p>c</p>"),
        ("<ul><li>one</li></ul>loose", "<ul><li>one</li></ul><p>loose</p>"),
        ("<p><img src=x></p>", ""),
        ("<p>x <em>y<div>z</div></em></p>", "<p>x <em>y</em></p><p><em>z</em></p>"),
        ('<a href="http://x.example">old</a> <a name="n">here</a>', "<p>old here</p>"),
        ("&lt;script&gt;", "<p>&lt;script&gt;</p>"),
        ("</p></div><b>x", "<p><strong>x</strong></p>"),
        ("a<!-- b --><style>p{}</style>c\u202e", "<p>ac</p>"),
    ],
)
def test_blocks_of_other_systems_become_paragraphs(text, kept):
    assert from_html(text).html == kept


@pytest.mark.parametrize(
    "text",
    [
        "<ul><li>" * 20_000,
        "<blockquote>" * 15_000,
        "<em>" * 20_000 + "</b>" * 20_000,
        "<a " * 60_000,
        "<!--" * 45_000,
        "<p>a" + " " * 190_000 + "x</p>",
        "<p>a" + "<br>" * 45_000 + "x</p>",
    ],
    ids=["lists", "quotes", "wrong ends", "half tags", "half comments", "spaces", "line breaks"],
)
def test_no_text_of_another_system_can_hold_up_those_who_import_it(text):
    begun = time.process_time()
    with contextlib.suppress(TooTangled):
        from_html(text)
    assert time.process_time() - begun < 5, "before there were bounds: from ten seconds to an hour"


def test_an_entry_that_is_too_long_or_too_deep_is_named_and_the_others_are_taken():
    for text in ("<div>" * 101, "x" * 200_001):
        harmful = f"<item><guid>h</guid><title>Deep</title><description><![CDATA[{text}]]></description></item>"
        found = read(NEWS.replace(b"<item>", harmful.encode() + b"<item>", 1))
        assert len(found.entries) == 2
        assert ("Deep", "Its text is too long or nested too deeply.") in found.skipped
    assert from_html("<div>" * 100 + "x" + "</div>" * 100).html == "<p>x</p>"
    assert from_html("<p>a<br>b<li>c" * 1_000).html.count("c") == 1_000, "what closes by itself is not deep"


def test_the_same_feed_twice_is_the_same_as_once(session):
    first = take(session)
    assert set(first.values()) == {"added"} and COURT in first
    assert set(take(session).values()) == {"unchanged"}
    rows = session.scalars(select(Release)).all()
    assert len(rows) == 2 and {row.state for row in rows} == {DRAFT}
    said = session.scalars(select(AuditEvent.event)).all()
    assert said == ["release:imported", "release:imported"]


def test_a_changed_entry_updates_its_draft_under_the_same_address(session):
    take(session)
    assert take(session, NEWS.replace(b"opened", b"closed").replace(b"Court opens", b"Court shuts"))[COURT] == "updated"
    draft = releases.by_slug(session, COURT)
    assert "closed" in draft.body_html and draft.title.startswith("Court shuts") and draft.state == DRAFT


@pytest.mark.parametrize("state", [PUBLISHED, WITHDRAWN])
def test_a_text_that_was_public_is_never_changed_by_a_feed(session, state):
    take(session)
    release = releases.by_slug(session, COURT)
    release.state = state
    assert take(session, NEWS.replace(b"opened", b"closed"))[COURT] == "differs"
    assert take(session, NEWS.replace(b"opened", b"closed"))[COURT] == "unchanged"
    assert take(session, NEWS.replace(b"opened", b"moved"))[COURT] == "differs"
    assert "opened" in release.body_html and newsroom.waiting(session, [release]) == {release.id}
    assert len(session.scalars(select(Release).where(Release.state == CHANGE)).all()) == 1
    newsroom.take_change(session, release, actor="staff:1", now=NOW)
    assert "moved" in release.body_html and release.state == state and release.slug == COURT
    assert newsroom.change_of(session, release) is None
    with pytest.raises(newsroom.NotDone):
        newsroom.take_change(session, release, actor="staff:1", now=NOW)


def test_a_feed_that_goes_back_to_the_old_text_takes_the_new_one_away(session):
    take(session)
    release = releases.by_slug(session, COURT)
    newsroom.publish(session, release, actor="staff:1", now=NOW)
    take(session, NEWS.replace(b"opened", b"closed"))
    assert take(session)[COURT] == "unchanged"
    assert newsroom.change_of(session, release) is None


def test_two_entries_with_one_title_get_two_addresses(session):
    take(session)
    again = take(session, NEWS.replace(b"harbour-1", b"harbour-9"))
    [slug] = [slug for slug, outcome in again.items() if outcome == "added"]
    assert re.fullmatch(f"{COURT}-[0-9a-f]{{8}}", slug)


def test_a_waiting_text_is_in_no_list_and_has_no_page(session):
    take(session)
    release = releases.by_slug(session, COURT)
    newsroom.publish(session, release, actor="staff:1", now=NOW)
    take(session, NEWS.replace(b"opened", b"closed"))
    change = newsroom.change_of(session, release)
    assert newsroom.find(session, change.id) is None
    assert change.id not in {row.id for row in newsroom.listed(session, None, 50)[0]}
    assert [row.slug for row in releases.page(session, None, 50)[0]] == [COURT]
    with pytest.raises(LookupError):
        releases.page(session, change.slug, 50)

"""Releases that are drafts, withdrawn, or written in several languages, as readers find them."""

import datetime as dt
import re

import pytest

from intake import newsroom, releases
from intake.db import transaction
from intake.newsroom import NotDone
from intake.public import newsstand
from tests.public.test_releases import NEWS, publish, write

NOW = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
MARKED = "---\ntitle: {title}\ndate: 2026-05-04\nlanguage: {language}\nslug: {slug}\n---\nText of {slug}.\n"


def marked(folder, slug: str, language: str):
    return write(folder, f"{slug}.md", MARKED.format(title=f"Title {slug}", language=language, slug=slug))


def told(engine, slug: str, **about: str) -> None:
    with transaction(engine) as session:
        release = releases.by_slug(session, slug)
        kept = {"language": release.language, "same_story_as": ""} | about
        newsroom.describe(session, release, actor="staff:1", now=NOW, **kept)


def set_state(engine, slug: str, state: str) -> None:
    with transaction(engine) as session:
        releases.by_slug(session, slug).state = state


@pytest.fixture
def story(engine, tmp_path) -> None:
    """One story in English, Spanish and Dari, and another release that stands alone."""
    paths = [marked(tmp_path, slug, code) for slug, code in (("one", "en"), ("uno", "es"), ("yak", "fa_AF"))]
    publish(engine, *paths, marked(tmp_path, "alone", "en"))
    told(engine, "uno", same_story_as="https://example.org/en/releases/one")
    told(engine, "yak", same_story_as="uno")


def slugs(engine, language: str | None) -> list[str]:
    with transaction(engine) as session:
        return [row.slug for row in releases.page(session, None, 10, language=language)[0]]


def test_a_story_stands_in_the_list_once_in_the_readers_language(engine, story):
    assert slugs(engine, "en") == ["one", "alone"]
    assert slugs(engine, "es") == ["uno", "alone"]
    assert slugs(engine, "fa_AF") == ["yak", "alone"]
    assert slugs(engine, "fa") == ["yak", "alone"]
    assert slugs(engine, "ru") == ["one", "alone"]
    assert slugs(engine, None) == ["yak", "uno", "one", "alone"]


def test_a_story_whose_first_text_is_gone_is_still_there(engine, story):
    set_state(engine, "one", "withdrawn")
    assert slugs(engine, "en") == ["uno", "alone"]
    set_state(engine, "uno", "draft")
    assert slugs(engine, "en") == ["yak", "alone"]


def test_the_pages_of_the_list_hold_every_story_once(session, engine, story, tmp_path):
    for number in range(7):
        publish(engine, marked(tmp_path, f"en-{number}", "en"), marked(tmp_path, f"es-{number}", "es"))
        told(engine, f"es-{number}", same_story_as=f"en-{number}")
    seen, before = [], None
    while True:
        rows, before = releases.page(session, before, 2, language="es")
        seen += [row.slug for row in rows]
        if before is None:
            break
    assert sorted(seen) == sorted([*(f"es-{number}" for number in range(7)), "uno", "alone"])


def test_a_release_names_its_other_languages_in_their_own_words(public_client, story):
    page = public_client.get("/en/releases/one").text
    for slug, tag, direction, name in (("uno", "es", "ltr", "Español"), ("yak", "fa-AF", "rtl", "دری")):
        # Its own page speaks its own language.
        address = "/".join(("", tag.replace("-", "_"), "releases", slug))
        assert f'<a href="{address}" hreflang="{tag}" lang="{tag}" dir="{direction}">{name}</a>' in page
        assert f'<link rel="alternate" hreflang="{tag}" href="{address}">' in page
    assert '<link rel="alternate" hreflang="en" href="/en/releases/one">' in page
    assert "Also in:" not in public_client.get("/en/releases/alone").text


def test_a_draft_is_nowhere(engine, public_client, story):
    set_state(engine, "uno", "draft")
    assert public_client.get("/en/releases/uno").status_code == 404
    assert "uno" not in public_client.get("/en/releases/one").text
    assert "Title uno" not in public_client.get("/feed.xml").text + public_client.get("/en/").text
    assert public_client.get("/en/?before=uno").status_code == 404


def test_a_withdrawn_release_says_so_under_its_own_address(engine, public_client, story):
    set_state(engine, "one", "withdrawn")
    page = public_client.get("/en/releases/one")
    assert page.status_code == 410 and "taken down" in page.text and 'class="call"' in page.text
    assert "Text of one" not in page.text and page.headers["Cache-Control"] == newsstand.GONE
    assert "Title one" not in public_client.get("/feed.xml").text
    assert public_client.get("/en/?before=one").status_code == 200
    right_to_left = public_client.get("/ar_XB/releases/one")
    assert right_to_left.status_code == 410


def test_a_withdrawn_release_stays_withdrawn_when_its_file_comes_again(engine, session, tmp_path):
    [slug] = publish(engine, write(tmp_path, "a.txt", NEWS))
    set_state(engine, slug, "withdrawn")
    [again] = releases.import_files(session, [write(tmp_path, "a.txt", NEWS.replace("free", "not free"))], NOW)
    assert again.outcome == "updated" and again.state == "withdrawn"


def test_a_file_may_come_as_a_draft(engine, tmp_path):
    with transaction(engine) as session:
        [one] = releases.import_files(session, [write(tmp_path, "a.txt", NEWS)], NOW, state=releases.DRAFT)
    assert one.state == "draft" and slugs(engine, "en") == []


@pytest.mark.parametrize(
    ("slug", "about", "words"),
    [
        ("alone", {"same_story_as": "uno"}, "has a release in this language"),
        ("alone", {"same_story_as": "nothing"}, "no other release"),
        ("alone", {"same_story_as": "alone"}, "no other release"),
        ("alone", {"same_story_as": "\0"}, "no other release"),
        ("alone", {"language": "not a code"}, "has to be a code"),
        ("uno", {"language": "en", "same_story_as": "one"}, "in this language already"),
    ],
)
def test_a_tie_that_makes_no_sense_is_refused_in_words(engine, story, slug, about, words):
    with pytest.raises(NotDone, match=words):
        told(engine, slug, **about)


def test_two_releases_in_one_language_are_no_translations(engine, tmp_path):
    publish(engine, marked(tmp_path, "one", "en"), marked(tmp_path, "two", "en"))
    with pytest.raises(NotDone, match="same language"):
        told(engine, "two", same_story_as="one")


def test_the_page_of_a_release_with_many_languages_is_still_small(engine, public_client, story, tmp_path):
    for code in ("fr", "ru", "ar", "uk", "tr", "zh", "pt", "ht"):
        publish(engine, marked(tmp_path, f"x-{code}", code))
        told(engine, f"x-{code}", same_story_as="one")
    page = public_client.get("/en/releases/one", headers={"Accept-Encoding": "gzip"})
    sheet = re.search(r'href="(/static/public[^"]+)"', public_client.get("/en/releases/one").text)[1]
    css = public_client.get(sheet, headers={"Accept-Encoding": "gzip"})
    assert len(page.data) + len(css.data) + 2 * 700 <= 14_600
    assert page.headers["Cache-Control"] == newsstand.CACHE

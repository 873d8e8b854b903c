"""The newsroom: what may be imported, what is refused, and what readers find."""

import datetime as dt
import html
import re
import xml.etree.ElementTree as ET  # our own feed is read here, nothing from outside
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from intake import releases
from intake.db import transaction
from intake.public import newsstand
from intake.releaseparser import CALL_TEXT, Malformed, parse, parse_markdown, parse_text
from intake.releases import Refused, import_files

NOW = dt.datetime(2026, 7, 1, 12, tzinfo=dt.UTC)
REAL = Path(__file__).resolve().parents[3] / "shared" / "releases"
SYRIA = [releases.SAMPLES / "apec-meeting-syria.txt", *sorted(REAL.glob("*.txt"))]
NEWS = "Court opens its doors\n\nThe court opened on Monday.\n\nIt is free.\n\nPublished on May 4, 2026\n"
ATOM = "{http://www.w3.org/2005/Atom}"


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def publish(engine, *paths: Path) -> list[str]:
    with transaction(engine) as session:
        return [one.slug for one in import_files(session, paths, NOW)]


def numbered(folder: Path, count: int) -> list[Path]:
    """Releases on two days only, so that many share a day."""
    text = "Number {0:02d}\n\nText of {0}.\n\nPublished on May {1}, 2026\n"
    return [write(folder, f"{n}.txt", text.format(n, 1 + n % 2)) for n in range(count)]


# What a file may look like


@pytest.mark.parametrize("path", SYRIA, ids=lambda path: path.parent.name)
def test_the_syria_release_keeps_its_headline_its_day_and_every_word(path):
    parsed = parse(path.read_bytes(), markdown=False)
    assert parsed.title == "APEC Meeting is Opportunity for Progress on Syria"
    assert parsed.published_on == dt.date(2012, 9, 6)
    assert parsed.call == CALL_TEXT and not parsed.call_differs
    body = path.read_text("utf-8").split("\n", 1)[1].split("Published on")[0]
    assert words(parsed.body_html) == " ".join(body.split())
    assert "Seeking asylum" not in parsed.body_html and "Published on" not in parsed.body_html


def test_the_samples_that_come_along_are_releases_with_our_call_to_action():
    for path in releases.samples():
        parsed = parse(path.read_bytes(), markdown=path.suffix == ".md")
        assert parsed.call == CALL_TEXT, path.name


def test_a_file_from_another_system_reads_the_same():
    windows = "\ufeff" + NEWS.replace("\n", "\r\n")
    assert parse(windows.encode(), markdown=False) == parse(NEWS.encode(), markdown=False)


@pytest.mark.parametrize(
    "written",
    ["May 4, 2026", "may 4 2026", "Monday, May 4, 2026", "4 May 2026", "2026-05-04", "May 4th, 2026."],
)
def test_a_day_with_its_month_in_words_or_in_iso_order_is_understood(written):
    assert parse_text(NEWS.replace("May 4, 2026", written)).published_on == dt.date(2026, 5, 4)


def test_a_sentence_that_begins_like_the_date_line_stays_in_the_text():
    sentence = "Published on the eve of the summit, the report names four prisons."
    assert sentence in parse_text(NEWS.replace("It is free.", sentence)).body_html


def test_a_call_in_one_line_or_in_bold_is_still_the_call():
    assert parse_text(f"{NEWS}\nSeeking asylum? {CALL_TEXT}\n").call == CALL_TEXT
    bold = f"---\ntitle: A\ndate: 2026-05-04\n---\nText.\n\n**Seeking asylum?** {CALL_TEXT}\n"
    assert parse_markdown(bold).call == CALL_TEXT
    assert parse_markdown(bold).body_html == "<p>Text.</p>"


def test_a_question_in_the_middle_of_the_text_does_not_swallow_the_rest():
    text = NEWS.replace("It is free.", "Seeking asylum? Many do.\n\nIt is free.")
    assert words(parse_text(text).body_html).endswith("Seeking asylum? Many do. It is free.")


def test_tags_and_dangerous_links_in_a_release_are_only_text():
    parsed = parse_text(NEWS.replace("It is free.", "<script>alert(1)</script> & more"))
    assert "<script" not in parsed.body_html and "alert(1)" in words(parsed.body_html)
    marked = parse_markdown(
        "---\ntitle: A\ndate: 2026-05-04\n---\n<img src=x onerror=y> [a](javascript:z) [b](https://example.org)\n"
    )
    assert re.findall(r"<(\w+)", marked.body_html) == ["p", "a"]
    assert re.findall(r'href="([^"]*)"', marked.body_html) == ["https://example.org"]


def test_characters_that_turn_the_text_round_are_removed_however_they_are_written():
    front = '---\ntitle: "Safe\\u202Etxt"\ndate: 2026-05-04\n---\n'
    hidden = f"{front}One\u202e two&#x202E; three &#8294;four \x1b[31m\n"
    parsed = parse_markdown(hidden)
    assert parsed.title == "Safetxt"
    assert parsed.body_html == "<p>One two three four [31m</p>"


def test_curly_quotes_and_other_scripts_stay():
    parsed = parse_text(NEWS.replace("It is free.", "“Libre” – свободно, آزاد، 自由"))
    assert "“Libre” – свободно, آزاد، 自由" in parsed.body_html


def test_the_highest_heading_of_a_text_stands_below_the_title():
    front = "---\ntitle: A\ndate: 2026-05-04\n---\n"
    assert re.findall(r"<h\d", parse_markdown(front + "# One\n\n## Two\n\nText").body_html) == ["<h2", "<h3"]
    assert re.findall(r"<h\d", parse_markdown(front + "### One\n\nText").body_html) == ["<h2"]


def test_titles_that_differ_only_in_letters_beyond_a_to_z_get_different_addresses():
    slugs = {parse_text(NEWS.replace("Court opens its doors", title)).slug for title in ("آزاد", "自由", "?!")}
    assert len(slugs) == 3
    assert all(re.fullmatch(r"[a-z0-9-]{1,120}", slug) for slug in slugs)


FRONT = "---\ntitle: A\ndate: 2026-05-04\n---\n"


@pytest.mark.parametrize(
    ("data", "line", "reason"),
    [
        (b"", 1, "empty"),
        (b" \n\n", 1, "empty"),
        (b"Title\n\nfine\n\xff\xfe", 4, "UTF-8"),
        (b"Title\n\0\n", 2, "zero bytes"),
        (b"x" * 1_000_001, 1, "larger"),
        (b"Published on May 4, 2026\n\nText", 1, "no title"),
        (("T" * 201 + "\n\nText\n\nPublished on May 4, 2026").encode(), 1, "201 characters"),
        (b"Title\n\nText", 3, "no date"),
        (b"Title\n\nText\n\nPublished on", 5, "cannot be read"),
        (b"Title\n\nText\n\nPublished on 3/4/2026", 5, "cannot be read"),
        (b"Title\n\nText\n\nPublished on February 30, 2026", 5, "no such day"),
        (b"Title\n\nText\n\nPublished on May 4, 1066", 5, "1900"),
        (b"Title\n\nText\nPublished on May 4, 2026\nPublished on May 4, 2026", 5, "second date"),
        (b"Title\n\nPublished on May 4, 2026\n\nSeeking asylum?\n\nWe can help.", 1, "no text"),
        (
            b"Title\n\nPublished on May 4, 2026\n\nA\n\nSeeking asylum?\n\n" + b"long " * 300,
            7,
            "must come last",
        ),
        (b"---\ntitle: A\n", 1, "does not end"),
        (b"---\ntitle: A: b\ndate: 2026-05-04\n---\nText", 2, "quotes"),
        (b"---\ntitle: A\n---\nText", 1, "no date"),
        (b"---\ndate: 2026-05-04\n---\nText", 1, "no title"),
        (b"---\ntitle: A\ndate: 2026-05-04\ndate: 2026-05-05\n---\nText", 4, "twice"),
        (b"---\n- A\n---\nText", 2, "has to hold lines"),
        (b"---\n\n\ntitle: A\ndate: soon\n---\nText", 5, "cannot be read"),
        (b"---\ntitle: [A]\ndate: 2026-05-04\n---\nText", 2, "one plain value"),
        (b"---\ntitle: A\ndate: 2026-05-04\nslug: No Spaces\n---\nText", 4, "slug"),
        (b"---\ntitle: A\ndate: 2026-05-04\nlanguage: <b>\n---\nText", 4, "code"),
        (b"---\n" + b"[" * 5000 + b"\n---\nText", 1, "cannot be read"),
        ((FRONT + "Text\n\n![a house](https://example.org/a.png)").encode(), 7, "picture"),
        ((FRONT + "\n***\n").encode(), 2, "no text"),
    ],
)
def test_a_malformed_release_is_refused_with_its_line_and_a_reason(data, line, reason):
    with pytest.raises(Malformed, match=reason) as refusal:
        parse(data, markdown=False)
    assert refusal.value.line == line


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode), st.booleans())
def test_any_file_is_read_or_refused_in_words(data, markdown):
    try:
        parsed = parse(data, markdown=markdown)
    except Malformed as refusal:
        assert refusal.line >= 1 and refusal.reason.endswith((".", "?"))
    else:
        assert parsed.title and parsed.body_html


# Importing


def test_importing_twice_is_the_same_as_once(session):
    first = import_files(session, releases.samples(), NOW)
    second = import_files(session, releases.samples(), NOW + dt.timedelta(days=1))
    assert [one.outcome for one in first] == ["added"] * 3
    assert [one.outcome for one in second] == ["unchanged"] * 3
    assert [one.slug for one in first] == [one.slug for one in second]
    assert {row.imported_at for row in releases.page(session, None, 10)[0]} == {NOW}


def test_a_corrected_release_keeps_its_address(session, tmp_path):
    [added] = import_files(session, [write(tmp_path, "a.txt", NEWS)], NOW)
    [updated] = import_files(session, [write(tmp_path, "b.txt", NEWS.replace("free", "open to all"))], NOW)
    assert (updated.outcome, updated.slug) == ("updated", added.slug)
    assert "open to all" in releases.by_slug(session, added.slug).body_html


def test_one_bad_file_keeps_all_the_others_out(session, tmp_path):
    bad = write(tmp_path, "bad.txt", "Title\n\nText\n\nPublished on 3/4/2026")
    with pytest.raises(Refused) as refusal:
        import_files(session, [write(tmp_path, "good.txt", NEWS), bad], NOW)
    assert str(refusal.value).startswith(f"{bad}: line 5: The date cannot be read.")
    assert releases.page(session, None, 10) == ([], None)


def test_a_file_that_is_missing_or_a_folder_is_refused_in_one_sentence(session, tmp_path):
    for path in (tmp_path / "missing.txt", tmp_path):
        with pytest.raises(Refused, match=r"The file cannot be read: .+\.$"):
            import_files(session, [path], NOW)


def test_a_release_of_a_later_day_waits_for_its_day(session, tmp_path):
    path = write(tmp_path, "later.txt", NEWS.replace("May 4, 2026", "August 1, 2026"))
    with pytest.raises(Refused, match=r"line 7: The date is in the future\."):
        import_files(session, [path], NOW)


def test_two_texts_for_one_release_in_one_import_are_refused(session, tmp_path):
    paths = [write(tmp_path, "a.txt", NEWS), write(tmp_path, "b.txt", NEWS.replace("free", "not free"))]
    with pytest.raises(Refused, match=r"same release as a\.txt"):
        import_files(session, paths, NOW)


def test_a_call_in_other_words_is_taken_and_noted(session, tmp_path, caplog):
    [one] = import_files(session, [write(tmp_path, "a.txt", f"{NEWS}\nSeeking asylum?\n\nRing us.\n")], NOW)
    assert one.outcome == "added"
    assert "call to action differs" in caplog.text
    assert "Ring us" not in releases.by_slug(session, one.slug).body_html


def test_the_pages_of_the_list_hold_every_release_once_newest_first(session, tmp_path):
    import_files(session, numbered(tmp_path, 23), NOW)
    seen, before = [], None
    while True:
        rows, before = releases.page(session, before, 5)
        seen += [(row.published_on, row.slug) for row in rows]
        if before is None:
            break
    assert len(seen) == 23
    assert seen == sorted(set(seen), reverse=True)


def test_a_list_below_a_release_that_does_not_exist_is_an_error(session):
    with pytest.raises(LookupError):
        releases.page(session, "nothing", 5)


# Reading


def test_a_reader_finds_the_whole_release_and_the_way_to_the_form_beside_it(engine, public_client):
    for path in SYRIA:
        [slug] = publish(engine, path)
        answer = public_client.get(f"/en/releases/{slug}")
        page = answer.get_data(as_text=True)
        assert answer.status_code == 200
        assert re.search(r"<h1[^>]*>APEC Meeting is Opportunity for Progress on Syria</h1>", page)
        assert '<time itemprop="datePublished" datetime="2012-09-06">6 September 2012</time>' in page
        body = path.read_text("utf-8").split("\n", 1)[1].split("Published on")[0]
        assert " ".join(body.split()) in words(page)
        [call] = re.findall(r'<aside class="call".*?</aside>', page, re.DOTALL)
        assert words(call) == f"Seeking asylum? {CALL_TEXT} See if we can help"
        way = html.unescape(re.search(r'class="button" href="([^"]+)"', call)[1])
        assert way == f"/en/apply/?from={slug}"
        assert page.index("<h1") < page.index('class="call"') < page.index('itemprop="articleBody"')


def test_the_page_of_a_release_may_be_kept_and_sets_no_cookie(engine, public_client):
    [slug] = publish(engine, SYRIA[0])
    for address in ("/en/", f"/en/releases/{slug}", "/feed.xml"):
        answer = public_client.get(address)
        assert answer.headers["Cache-Control"] == newsstand.CACHE
        assert "Set-Cookie" not in answer.headers


def test_machines_find_a_news_article(engine, public_client):
    [slug] = publish(engine, SYRIA[0])
    page = public_client.get(f"/en/releases/{slug}").get_data(as_text=True)
    assert 'itemtype="https://schema.org/NewsArticle"' in page
    assert {"headline", "datePublished", "articleBody", "publisher", "name"} <= set(
        re.findall(r'itemprop="(\w+)"', page)
    )
    assert '<meta property="og:type" content="article">' in page
    assert "<script" not in page


def test_an_unknown_release_or_place_in_the_list_is_not_found(public_client):
    for address in (
        "/en/releases/nothing",
        "/en/releases/%00",
        "/en/?before=nothing",
        "/en/?before=%00",
        "/xx/",
    ):
        assert public_client.get(address).status_code == 404


def test_the_list_is_newest_first_and_leads_to_older_pages(engine, public_client, tmp_path):
    publish(engine, *numbered(tmp_path, 12))
    first = public_client.get("/en/").get_data(as_text=True)
    titles = re.findall(r"<h2><a[^>]*>([^<]+)</a></h2>", first)
    assert titles == [f"Number {n:02d}" for n in (11, 9, 7, 5, 3, 1, 10, 8, 6, 4)]
    older = html.unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])
    second = public_client.get(older).get_data(as_text=True)
    assert re.findall(r"<h2><a[^>]*>([^<]+)</a></h2>", second) == ["Number 02", "Number 00"]
    assert 'rel="next"' not in second


def test_an_empty_newsroom_says_so_and_still_shows_the_way_to_help(public_client):
    page = public_client.get("/en/").get_data(as_text=True)
    assert "There are no releases yet." in page
    assert CALL_TEXT in words(page)


def test_a_release_in_another_language_says_which_and_how_it_runs(engine, public_client, tmp_path):
    text = "---\ntitle: خبر\ndate: 2026-05-04\nlanguage: fa_AF\n---\nمتن خبر\n"
    [slug] = publish(engine, write(tmp_path, "a.md", text))
    page = public_client.get(f"/en/releases/{slug}").get_data(as_text=True)
    assert page.count('lang="fa-AF" dir="rtl"') == 2
    assert page.count('<html lang="en"') == 1


def test_a_page_in_a_right_to_left_language_keeps_the_release_in_its_own(engine, public_client):
    [slug] = publish(engine, SYRIA[0])
    page = public_client.get(f"/ar_XB/releases/{slug}").get_data(as_text=True)
    assert page.count('lang="en" dir="ltr"') == 2
    assert f"/ar_XB/apply/?from={slug}" in page


def test_the_feed_holds_the_newest_twenty_under_names_that_last(engine, public_client, tmp_path):
    paths = numbered(tmp_path, 22)
    publish(engine, *paths)
    feed = ET.fromstring(public_client.get("/feed.xml").data)  # noqa: S314 -- our own feed
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 20
    assert entries[0].findtext(f"{ATOM}title") == "Number 21"
    assert entries[0].findtext(f"{ATOM}updated") == "2026-07-01T12:00:00+00:00"
    with transaction(engine) as session:
        import_files(session, [write(tmp_path, "21.txt", paths[21].read_text().replace("Text", "New text"))], NOW)
    again = ET.fromstring(public_client.get("/feed.xml").data)  # noqa: S314 -- our own feed
    assert again.findtext(f"{ATOM}entry/{ATOM}id") == entries[0].findtext(f"{ATOM}id")
    assert "New text" in again.findtext(f"{ATOM}entry/{ATOM}summary")


def test_a_title_with_marks_of_the_feeds_own_language_does_not_break_it(engine, public_client, tmp_path):
    publish(engine, write(tmp_path, "a.txt", NEWS.replace("Court opens its doors", "Law & <order> ]]>")))
    feed = ET.fromstring(public_client.get("/feed.xml").data)  # noqa: S314 -- our own feed
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "Law & <order> ]]>"


def test_a_burst_of_readers_costs_the_database_nothing_and_what_is_taken_away_is_gone(engine, public_app, monkeypatch):
    [slug] = publish(engine, SYRIA[0])
    client = public_app.test_client()
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *told: statements.append(told[2]))
    monkeypatch.setattr(newsstand, "FRESH_SECONDS", 3600.0)
    address = f"/en/releases/{slug}"
    first = {coding: client.get(address, headers={"Accept-Encoding": coding}) for coding in ("br", "gzip", "")}
    assert len({one.headers["ETag"] for one in first.values()}) == 3 and statements
    statements.clear()
    for coding, was in first.items():
        again = client.get(address, headers={"Accept-Encoding": coding, "Cookie": "intake=somebody"})
        assert (again.data, again.headers["ETag"]) == (was.data, was.headers["ETag"])
        assert again.headers["Vary"] == "Accept-Encoding" and "Set-Cookie" not in again.headers
        same = client.get(address, headers={"Accept-Encoding": coding, "If-None-Match": was.headers["ETag"]})
        assert (same.status_code, same.data) == (304, b"") and same.headers["Cache-Control"] == newsstand.CACHE
    assert statements == []
    assert client.get("/es" + address[3:]).text != first[""].text, "each language has pages of its own"
    # The next look tells, in this process as in every other one.
    monkeypatch.setattr(newsstand, "FRESH_SECONDS", 0.0)
    for change, status in (({"title": "Corrected", "source_digest": "0" * 64}, 200), ({"state": "withdrawn"}, 410)):
        with transaction(engine) as session:
            for name, value in change.items():
                setattr(releases.by_slug(session, slug), name, value)
        after = client.get(address, headers={"If-None-Match": first[""].headers["ETag"]})
        assert after.status_code == status and ("Corrected" in after.text) == (status == 200)
    assert after.headers["Cache-Control"] == newsstand.GONE

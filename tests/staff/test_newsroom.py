"""The newsroom desk: an admin takes in a feed, looks, publishes, withdraws, ties languages together."""

import datetime as dt
import html
import io
import re

import pytest
from sqlalchemy import select

from intake import fetching, releases, visits
from intake.audit import AuditEvent
from intake.db import transaction
from intake.public.app import create_app as create_public_app
from intake.releases import Release
from intake.staff import newsroom as desk
from intake.visits import VisitCount
from tests.judge import JudgedClient
from tests.newsroom.conftest import NEWS, site  # noqa: F401 -- a fixture
from tests.staff.conftest import send, token


@pytest.fixture
def client(signed_in, admin):
    return signed_in(admin)


@pytest.fixture
def reader(settings, engine):
    app = create_public_app(settings, engine)
    app.test_client_class = JudgedClient
    return app.test_client()


def upload(client, data: bytes = NEWS, **fields: str):
    form = {"csrf_token": token(client.get("/newsroom")), "file": (io.BytesIO(data), "feed.xml"), **fields}
    return client.post("/newsroom/import", data=form, content_type="multipart/form-data")


def page_of(engine, title: str) -> str:
    with transaction(engine) as session:
        return f"/newsroom/{session.scalars(select(Release.id).where(Release.title.startswith(title))).one()}"


def events(engine) -> list[str]:
    with transaction(engine) as session:
        found = session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq))
        return [one for one in found if one.startswith("release:")]


def test_an_uploaded_feed_becomes_drafts_and_says_what_was_left_out(client, engine, reader):
    page = upload(client)
    assert page.status_code == 200
    assert "New drafts: 2." in page.text and "Pictures, films and frames left out: 2." in page.text
    assert "It has no title." in page.text and "Its date is in the future." in page.text
    assert page.text.count("Draft</div>") == 2
    assert events(engine) == ["release:imported"] * 2
    assert "There are no releases yet." in reader.get("/en/").text
    assert "As before: 2." in upload(client).text


def test_an_address_is_fetched_and_a_private_one_is_refused(client, engine, site, monkeypatch):  # noqa: F811
    assert desk.policy == fetching.Policy()
    refused = send(client, "/newsroom/import", page="/newsroom", address="https://127.0.0.1/feed.xml")
    assert refused.status_code == 422 and "private or reserved" in refused.text
    assert 'value="https://127.0.0.1/feed.xml"' in refused.text
    site.says("/feed.xml", NEWS)
    monkeypatch.setattr(desk, "policy", site.policy())
    page = send(client, "/newsroom/import", page="/newsroom", address=site.address("/feed.xml"))
    assert page.status_code == 200 and "New drafts: 2." in page.text


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"", 422, "choose a file"),
        (b"<html></html>", 422, "not an RSS or Atom feed"),
        (NEWS[:700], 422, "broken"),
        (b"x" * 150_000, 422, "feed"),
        (b"x" * 300_000, 413, ""),
    ],
)
def test_a_file_that_is_no_feed_is_refused_in_words(client, data, status, words):
    page = upload(client, data)
    assert page.status_code == status and words in page.text


def test_the_preview_is_what_readers_will_see(client, engine, reader):
    upload(client)
    path = page_of(engine, "Court")
    page = client.get(path)
    shown = page.text[page.text.index('itemprop="articleBody"') :]
    assert "/static/public." in page.text and "Preview, as readers see it" in page.text and "Draft" in page.text
    assert send(client, f"{path}/publish", page=path).location == path
    public = reader.get("/en/releases/court-opens-its-our-doors-2026-05-04").text
    body = re.search(r'itemprop="articleBody".*?</div>', public, re.DOTALL)[0]
    assert re.search(r'itemprop="articleBody".*?</div>', shown, re.DOTALL)[0] == body
    assert events(engine)[-1] == "release:published"


def test_publishing_and_withdrawing_change_what_readers_find(client, engine, reader):
    upload(client)
    path, address = page_of(engine, "Court"), "/en/releases/court-opens-its-our-doors-2026-05-04"
    assert reader.get(address).status_code == 404
    send(client, f"{path}/publish", page=path)
    assert reader.get(address).status_code == 200
    assert "The release is public now." in client.get(path).text
    send(client, f"{path}/withdraw", page=path)
    assert reader.get(address).status_code == 410
    again = send(client, f"{path}/withdraw", page=path)
    assert again.status_code == 422 and "not published" in again.text
    send(client, f"{path}/publish", page=path)
    assert reader.get(address).status_code == 200
    assert events(engine)[2:] == ["release:published", "release:unpublished", "release:published"]


def test_a_new_text_of_a_public_release_waits_until_somebody_takes_it(client, engine, reader):
    upload(client)
    path, address = page_of(engine, "Court"), "/en/releases/court-opens-its-our-doors-2026-05-04"
    send(client, f"{path}/publish", page=path)
    assert client.get(f"{path}/change").status_code == 404
    page = upload(client, NEWS.replace(b"opened", b"moved"))
    assert "New texts for public releases: 1." in page.text and "new text waits" in page.text
    assert "opened" in reader.get(address).text
    assert "The feed has another text" in client.get(path).text
    new = client.get(f"{path}/change")
    assert "moved" in new.text and "Take the new text" in new.text
    send(client, f"{path}/change", page=path)
    assert "moved" in reader.get(address).text
    assert send(client, f"{path}/change", page=path).status_code == 422


def test_a_translation_is_tied_to_its_story(client, engine, reader):
    upload(client)
    court, noticia = page_of(engine, "Court"), page_of(engine, "Una")
    for path in (court, noticia):
        send(client, f"{path}/publish", page=path)
    bad = send(client, f"{noticia}/about", page=noticia, language="es", story="nothing")
    assert bad.status_code == 422 and "no other release" in bad.text and 'value="nothing"' in bad.text
    fields = {"language": "es", "story": "court-opens-its-our-doors-2026-05-04"}
    assert send(client, f"{noticia}/about", page=noticia, **fields).status_code == 303
    assert "Español" in reader.get("/en/releases/court-opens-its-our-doors-2026-05-04").text
    assert 'value="court-opens-its-our-doors-2026-05-04"' in client.get(noticia).text


def test_the_list_shows_visits_and_says_what_they_are(client, engine, clock):
    upload(client)
    today = clock().date() - dt.timedelta(days=3)
    slug = "court-opens-its-our-doors-2026-05-04"
    with transaction(engine) as session:
        session.add(VisitCount(day=today, place=slug, source="", count=4711))
        session.add(VisitCount(day=today, place=visits.FORM, source="partner-site", count=815))
        session.add(VisitCount(day=today, place=visits.FORM, source=visits.OTHER, count=12))
    page = client.get("/newsroom").text
    assert page.count(">4711<") == 3 and "partner-site" in page
    assert "All other sources together" in page and visits.OTHER not in page
    assert "Visits are not people" in page and "robots add some" in page


def test_a_long_list_has_pages_and_rubbish_begins_anew(client, engine, clock, tmp_path):
    files = []
    for number in range(30):
        path = tmp_path / f"{number}.txt"
        path.write_text(f"Number {number:02d}\n\nText.\n\nPublished on May {1 + number % 28}, 2026\n")
        files.append(path)
    with transaction(engine) as session:
        releases.import_files(session, files, dt.datetime(2026, 7, 1, tzinfo=dt.UTC))
    first = client.get("/newsroom").text
    onward = html.unescape(re.search(r'rel="next" href="([^"]+)"', first)[1])
    seen = re.findall(r">(Number \d\d)<", first + client.get(onward).text)
    assert len(seen) == len(set(seen)) == 30
    for rubbish in ("x", "00000000-0000-0000-0000-000000000000", "%00"):
        assert client.get(f"/newsroom?before={rubbish}").status_code == 200


def test_the_call_for_other_sites_can_be_copied(client):
    page = client.get("/newsroom/embed?site=https://help.example&language=ar_XB&scheme=dark&source=partner-site")
    block, frame = (html.unescape(one) for one in re.findall(r"<textarea[^>]*>(.*?)</textarea>", page.text, re.DOTALL))
    assert 'href="https://help.example/ar_XB/apply/?from=partner-site"' in block and 'dir="rtl"' in block
    assert not re.search(r"<script|style=|\son\w+=", block + frame)
    assert 'src="https://help.example/ar_XB/embed?scheme=dark&amp;source=partner-site"' in frame
    assert "INTAKE_FRAMED_BY" in page.text
    for query in ("site=javascript:alert(1)", "source=Not a slug", "site=https://x/%22"):
        assert client.get(f"/newsroom/embed?{query}").status_code == 422
    assert client.get("/newsroom/embed?language=xx&scheme=xx").status_code == 200


def test_only_people_who_may_publish_see_the_newsroom(signed_in, caseworker):
    client = signed_in(caseworker)
    for path in ("/newsroom", "/newsroom/embed", "/newsroom/00000000-0000-0000-0000-000000000000"):
        assert client.get(path).status_code == 403


def test_a_release_that_is_not_there_is_not_found(client):
    for path in ("/newsroom/00000000-0000-0000-0000-000000000000", "/newsroom/rubbish"):
        assert client.get(path).status_code == 404

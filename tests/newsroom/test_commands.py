"""The newsroom by command: files, feeds, publishing, withdrawing; and what the public door does not even load."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from intake.cli import main
from intake.db import transaction
from intake.releases import Release

ROOT = Path(__file__).resolve().parents[2]
FEED = Path(__file__).parent / "news.xml"
COURT = "court-opens-its-our-doors-2026-05-04"


@pytest.fixture
def run(engine, database_url, tmp_path, capsys):
    """A command on the test's database: its exit code, and what it said."""

    def command(*words: str) -> tuple[int, str]:
        place = ("--data", str(tmp_path), "--database-url", str(database_url))
        code = main(["releases", *words, *place])
        said = capsys.readouterr()
        return code, said.out + said.err

    return command


def states(engine) -> dict[str, str]:
    with transaction(engine) as session:
        return {row.slug: row.state for row in session.execute(select(Release.slug, Release.state))}


def test_a_feed_comes_in_as_drafts_which_are_published_and_withdrawn(run, engine):
    code, said = run("import-feed", str(FEED))
    assert code == 0 and f"added: {COURT}" in said and "left out: Tomorrow" in said and "left out: 2." in said
    assert set(states(engine).values()) == {"draft"}
    assert run("publish", COURT) == (0, "The release is public now.\n")
    assert states(engine)[COURT] == "published"
    code, said = run("list")
    assert code == 0 and f"published  2026-05-04 en     {COURT}" in said
    assert run("withdraw", COURT)[0] == 0
    assert run("withdraw", COURT) == (2, "This release is not published.\n")
    assert f"unchanged: {COURT}" in run("import-feed", str(FEED))[1]


def test_a_file_is_public_at_once_unless_it_is_to_be_a_draft(run, engine, tmp_path):
    for name, more in (("One", ()), ("Two", ("--draft",))):
        path = tmp_path / f"{name}.txt"
        path.write_text(f"{name}\n\nText.\n\nPublished on May 4, 2026\n")
        code, said = run("import", str(path), *more)
        assert code == 0 and said.endswith("(draft)\n") == bool(more)
    assert states(engine) == {"one-2026-05-04": "published", "two-2026-05-04": "draft"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("import-feed", "https://127.0.0.1/feed.xml"), "private or reserved"),
        (("import-feed", "http://example.org/feed.xml"), "begin with https://"),
        (("import-feed", "nothing.xml"), "No such file"),
        (("import-feed", str(Path(__file__))), "not an RSS or Atom feed|broken"),
        (("publish", "nothing"), "no release with this address part"),
    ],
)
def test_a_mistake_is_one_sentence(run, words, sentence):
    code, said = run(*words)
    assert code == 2 and len(said.splitlines()) == 1 and "Traceback" not in said
    assert any(part in said for part in sentence.split("|"))


def test_the_public_door_loads_nothing_that_reads_feeds_or_fetches():
    said = subprocess.run(
        [sys.executable, "-c", "import sys, json, intake.public.app; print(json.dumps(sorted(sys.modules)))"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = json.loads(said.stdout)
    assert "intake.releases" in loaded
    assert not {"feedparser", "intake.feeds", "intake.fetching", "intake.newsroom"} & set(loaded)

"""Large exports on the page: a second admin allows, the desk prepares, the file is fetched in two goes."""

import dataclasses
import json
import re
from contextlib import contextmanager

import pytest
from sqlalchemy import event, select

from intake.audit import AuditEvent
from intake.db import transaction
from intake.exports.jobs import ExportJob
from intake.exports.preparing import Bench
from tests import people
from tests.casework.many import fill
from tests.staff.conftest import send

PAGE = "/exports/files"
WHY = "Move to the case system"


@pytest.fixture
def settings(settings):
    return dataclasses.replace(settings, export_alone=2)


@pytest.fixture
def second(make_person):
    return make_person("Dana Admin", "admin")


@pytest.fixture
def cases(engine, keys, clock):
    with transaction(engine) as session:
        for answers in (people.MARYAM, people.JOAO, people.XIMENA):
            people.submitted(session, keys, answers, now=clock())
    people.admit_all(engine, keys, now=clock(), today=clock().date())


@pytest.fixture
def desk(engine, keys, settings, clock):
    """The desk does all the files that wait."""

    def work() -> None:
        bench = Bench(engine, keys.keyring, settings, clock)
        while bench.work():
            pass

    return work


def address(client) -> str:
    return re.search(rf'href="({PAGE}/[0-9a-f-]{{36}})"', client.get(PAGE).text).group(1)


def job_of(engine) -> ExportJob:
    with transaction(engine) as session:
        return session.scalars(select(ExportJob)).one()


def events(engine) -> list[str]:
    with transaction(engine) as session:
        return list(session.scalars(select(AuditEvent.event).order_by(AuditEvent.seq)))


def test_identities_of_many_wait_for_a_second_admin_who_reads_what_and_why_and_no_name(
    signed_in, admin, second, cases, engine, desk
):
    client = signed_in(admin)
    asked = send(client, "/exports", purpose=WHY, profile="full", place="us", all="1", since="2026-01-01")
    assert asked.status_code == 303 and asked.location == PAGE
    assert "export:started" not in events(engine)
    other = signed_in(second)
    page = other.get("/approvals").text
    shown = ("full-1, CSV", "Open and closed cases together", "Place: ", "Came in since: 2026-01-01", WHY, admin.name)
    assert not [part for part in shown if part not in page]
    assert "مريم" not in page and "João" not in page
    begin = f"{PAGE}/{job_of(engine).id}/begin"
    assert send(client, begin, page=PAGE).status_code == 303
    assert "Nobody has allowed it" in client.get(PAGE).text
    number = re.search(r'action="(/approvals/\d+)"', page).group(1)
    assert send(other, number, page="/approvals", decision="grant").status_code == 303
    assert send(other, begin, page=PAGE).status_code == 404, "it serves the one who asked"
    assert "Allowed, you can begin" in client.get(PAGE).text
    assert send(client, begin, page=PAGE).status_code == 303
    assert send(client, begin, page=PAGE).status_code == 404, "it serves once"
    desk()
    data = client.get(address(client)).data.decode("utf-8-sig")
    assert "مريم الخيالية" in data
    assert "Download" not in other.get(PAGE).text
    assert other.get(f"{PAGE}/{job_of(engine).id}").status_code == 404
    assert "export:downloaded" in events(engine)


def test_nobody_exports_the_identities_of_many_alone_and_what_was_typed_stays(signed_in, admin, cases, engine):
    page = send(signed_in(admin), "/exports", purpose=WHY, profile="full")
    assert page.status_code == 422 and "there is no other one here" in page.text and WHY in page.text
    few = send(signed_in(admin), "/exports", purpose=WHY, profile="full", language="pt")
    assert few.status_code == 200 and few.mimetype == "text/csv"


def test_many_small_files_are_one_large_one(signed_in, admin, second, cases, engine, clock):
    client = signed_in(admin)
    for language in ("pt", "ar"):
        assert send(client, "/exports", purpose=WHY, profile="full", language=language).mimetype == "text/csv"
    third = send(client, "/exports", purpose=WHY, profile="hand_over", language="other")
    assert third.status_code == 303 and third.location == PAGE
    shown = client.get(PAGE).text
    assert shown.count("Downloaded at once") == 2 and "Waits for another administrator" in shown
    assert send(client, "/exports", purpose=WHY).mimetype == "text/csv", "without identities nobody is asked"
    assert send(signed_in(second), "/exports", purpose=WHY, profile="full", language="pt").mimetype == "text/csv"
    clock.advance(hours=25)
    client = signed_in(admin)
    assert send(client, "/exports", purpose=WHY, profile="full", language="pt").mimetype == "text/csv"


def test_a_download_that_broke_off_goes_on_where_it_stopped(signed_in, admin, engine, desk, clock):
    fill(engine, 15_000)
    client = signed_in(admin)
    assert send(client, "/exports", purpose=WHY, all="1", way="prepare").location == PAGE
    assert "Waits for the desk" in client.get(PAGE).text
    desk()
    path = address(client)
    whole = client.get(path)
    size = len(whole.data)
    assert whole.status_code == 200 and whole.headers["Accept-Ranges"] == "bytes" and size > 1_048_576
    tag = whole.headers["ETag"]
    assert tag.startswith('"') and int(whole.headers["Content-Length"]) == size
    half = size // 2
    rest = client.get(path, headers={"Range": f"bytes={half}-", "If-Range": tag})
    assert rest.status_code == 206 and rest.headers["Content-Range"] == f"bytes {half}-{size - 1}/{size}"
    assert rest.data == whole.data[half:]
    some = client.get(path, headers={"Range": f"bytes={1_048_570}-{1_048_585}"})
    assert some.data == whole.data[1_048_570:1_048_586]
    other = client.get(path, headers={"Range": f"bytes={half}-", "If-Range": '"another"'})
    assert other.status_code == 200 and other.data == whole.data, "another file is sent from its start"
    assert client.get(path, headers={"Range": f"bytes={size}-"}).status_code == 416
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    with transaction(engine) as session:
        told = select(AuditEvent.details).where(AuditEvent.event == "export:downloaded").order_by(AuditEvent.seq)
        ways = [json.loads(details)["way"] for details in session.scalars(told)]
    assert ways == ["whole", "rest", "rest", "whole"], "what was not sent is not in the trail"
    with client.session_transaction() as session:
        session["fs_paa"] -= 16 * 60
        session.pop("fs_gexp", None)
    late = client.get(path, headers={"Range": f"bytes={half}-"})
    assert late.status_code == 302 and late.location.startswith("/account/again")


def test_a_file_is_counted_first_prepared_shown_and_removed(signed_in, admin, second, cases, engine, desk, settings):
    client = signed_in(admin)
    page = send(client, "/exports", way="count", purpose="")
    assert page.status_code == 200 and "The file will hold 3 cases." in page.text and "less than a minute" in page.text
    assert "Another administrator has to allow it first" in send(client, "/exports", way="count", profile="full").text
    assert "export:started" not in events(engine)
    wrong = send(client, "/exports", way="prepare", purpose=" ")
    assert wrong.status_code == 422 and "Say why" in wrong.text
    send(client, "/exports", way="prepare", purpose=WHY, language="ar")
    desk()
    shown = client.get(PAGE).text
    assert "1 of 1 cases" in shown and "Language: Arabic" in shown and WHY in shown
    gone = f"{PAGE}/{job_of(engine).id}"
    assert send(client, f"{gone}/cancel", page=PAGE).status_code == 303
    assert "Cancelled, nothing is kept" in client.get(PAGE).text
    assert client.get(gone).status_code == 404 and not list(settings.prepared.iterdir())
    assert events(engine)[-3:] == ["export:started", "export:finished", "export:cancelled"]


def test_after_a_day_the_page_says_that_the_time_is_over(signed_in, admin, cases, engine, desk, clock):
    send(signed_in(admin), "/exports", way="prepare", purpose=WHY)
    desk()
    clock.advance(hours=25)
    client = signed_in(admin)
    assert "Time is over, nothing is kept" in client.get(PAGE).text
    assert client.get(f"{PAGE}/{job_of(engine).id}").status_code == 404


def test_the_page_costs_the_same_for_one_file_and_for_many(signed_in, admin, cases, engine, statements):
    client = signed_in(admin)
    send(client, "/exports", way="prepare", purpose=WHY)
    with statements() as few:
        client.get(PAGE)
    for _ in range(4):
        send(client, "/exports", way="prepare", purpose=WHY)
    assert "You have five files already" in send(client, "/exports", way="prepare", purpose=WHY).text
    with statements() as many:
        client.get(PAGE)
    assert len(many) == len(few)


@pytest.fixture
def statements(engine):
    """Collects the statements that are sent inside its block."""

    @contextmanager
    def counted():
        seen: list[str] = []
        note = lambda conn, cursor, said, *rest: seen.append(said)  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        yield seen
        event.remove(engine, "before_cursor_execute", note)

    return counted

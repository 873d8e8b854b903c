"""The case page: why it ranks, tries to reach the person, corrections, papers, family, notes that keep their past."""

import datetime as dt
import re

import pytest
from sqlalchemy import func, select

from intake import audit
from intake.casework import contacting, erasing
from intake.casework.models import Case, Correction, FamilyLink, Note
from intake.db import transaction
from tests import people
from tests.staff.conftest import send
from tests.staff.counted import statements


@pytest.fixture
def path(engine, keys, clock) -> str:
    """Maryam's case: a hearing in nine days, reachable by telephone, no message, no name."""
    hearing = (clock().date() + dt.timedelta(days=9)).isoformat()
    with transaction(engine) as session:
        people.submitted(session, keys, people.MARYAM | {"next_date": hearing}, now=clock())
    people.admit_all(engine, keys, now=clock(), today=clock().date())
    with transaction(engine) as session:
        return f"/cases/{session.scalars(select(Case.id)).one()}"


def version_on(page) -> str:
    return re.search(r'name="version" value="(\d+)"', page.text)[1]


def case_of(engine) -> Case:
    with transaction(engine) as session:
        found = session.scalars(select(Case).order_by(Case.received_at)).first()
        session.expunge(found)
        return found


def test_the_top_of_the_page_says_why_with_the_answer_the_source_and_when_it_was_checked(signed_in, caseworker, path):
    page = signed_in(caseworker).get(path).text
    why = page[page.index('class="whyhere"') : page.index("</details>")]
    assert "The next hearing, interview or check-in is on" in why
    assert "When is your next court date" in why or "next" in why
    assert "<code>U02</code>" in why and "verified on" in why


def test_a_try_is_written_down_by_a_safe_way_only(signed_in, caseworker, path, engine, keys):
    client = signed_in(caseworker)
    page = client.get(path)
    assert "Leave no message. Hang up and try at another time." in page.text
    form = page.text[page.text.index('action="' + path + '/attempts"') :]
    assert ">Phone call</option>" in form and "E-mail" not in form[: form.index("</select>")]
    unsafe = send(client, f"{path}/attempts", page=path, way="email", result="sent", about="kept words")
    assert unsafe.status_code == 422 and "did not mark this way as safe" in unsafe.text
    assert "kept words" in unsafe.text
    done = send(client, f"{path}/attempts", page=path, way="phone", result="no_answer", about="Rang ten times.")
    assert done.status_code == 303
    page = client.get(path).text
    assert "1 try without an answer so far." in page and "Rang ten times." in page
    with transaction(engine) as session:
        assert b"Rang ten" not in session.scalars(select(Note.envelope)).one()
        assert session.scalars(select(audit.AuditEvent.event).order_by(audit.AuditEvent.seq.desc())).first() in {
            "contact:tried",
            "case:opened",
        }


def test_three_tries_on_two_days_at_two_times_are_enough(signed_in, caseworker, path, clock):
    client = signed_in(caseworker)
    for hours in (0, 1, 23):
        clock.advance(seconds=hours * 3600)
        client = signed_in(caseworker)
        send(client, f"{path}/attempts", page=path, way="phone", result="no_answer", about="")
    page = client.get(path).text
    assert "3 tries without" in page or "three tries or more" in page
    clock.advance(seconds=8 * 3600)
    client = signed_in(caseworker)
    send(client, f"{path}/attempts", page=path, way="phone", result="reached", about="")
    assert "without an answer so far" not in client.get(path).text


@pytest.mark.parametrize(
    ("hours", "enough"),
    [((9, 10, 11), False), ((9, 14, 33), True), ((9, 33), False), ((9, 9 + 24, 9 + 48), False), ((), False)],
)
def test_what_counts_as_enough_tries(hours, enough):
    start = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
    rows = [Try(start + dt.timedelta(hours=one), "no_answer") for one in sorted(hours, reverse=True)]
    assert contacting.tries(rows, dt.UTC).enough is enough


class Try:
    def __init__(self, at, result):
        self.at, self.result = at, result


def test_a_correction_moves_the_deadline_and_keeps_what_the_person_sent(signed_in, caseworker, path, engine, clock):
    client = signed_in(caseworker)
    page = client.get(f"{path}/dates")
    later = clock().date() + dt.timedelta(days=40)
    fields = {
        "version": version_on(page),
        "next_date.day": str(later.day),
        "next_date.month": str(later.month),
        "next_date.year": str(later.year),
        "stage": "court",
        "arrival.month": "3",
        "arrival.year": "2026",
    }
    refused = send(client, f"{path}/dates", page=f"{path}/dates", **fields, why=" ")
    assert refused.status_code == 422 and "Say why" in refused.text and f'value="{later.year}"' in refused.text
    done = send(client, f"{path}/dates", page=f"{path}/dates", **fields, why="She read the notice to me: العربية")
    assert done.status_code == 303, done.text
    case = case_of(engine)
    assert case.due_on == later and case.version == 2
    page = client.get(path).text
    assert "corrected by staff on" in page and "She read the notice to me: العربية" in page
    assert "Corrected dates." in page
    with transaction(engine) as session:
        assert b"notice" not in session.scalars(select(Correction.envelope)).one()


def test_a_correction_of_a_page_that_is_old_is_refused(signed_in, caseworker, colleague, path, engine):
    client = signed_in(caseworker)
    seen = version_on(client.get(f"{path}/dates"))
    other = signed_in(colleague)
    send(other, f"{path}/claim", page=path, version=version_on(other.get(path)))
    page = send(
        client,
        f"{path}/dates",
        page=f"{path}/dates",
        version=seen,
        why="x",
        **{"next_date.other": "unsure", "stage": "none"},
    )
    assert page.status_code == 409 and "Somebody else changed this case" in page.text
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Correction)) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"next_date.day": "45", "next_date.month": "2", "next_date.year": "2027"},
        {"next_date.day": "\0", "next_date.year": "9" * 8},
        {"stage": "nonsense"},
        {"missed_hearing": "<b>"},
    ],
)
def test_a_correction_that_cannot_be_read_says_so_and_changes_nothing(signed_in, caseworker, path, engine, fields):
    client = signed_in(caseworker)
    before = case_of(engine).due_on
    version = version_on(client.get(f"{path}/dates"))
    page = send(client, f"{path}/dates", page=f"{path}/dates", version=version, why="because", **fields)
    assert page.status_code == 422 and 'role="alert"' in page.text
    assert case_of(engine).due_on == before


def test_a_note_gets_a_new_wording_and_keeps_the_old_one(signed_in, caseworker, colleague, path, engine):
    client = signed_in(caseworker)
    send(client, f"{path}/notes", page=path, text="She calls on Monday.")
    with transaction(engine) as session:
        note = session.scalars(select(Note.id)).one()
    other = signed_in(colleague)
    assert f"/notes/{note}" not in other.get(path).text
    assert send(other, f"{path}/notes/{note}", page=path, text="mine now").status_code == 404
    empty = send(client, f"{path}/notes/{note}", page=path, text=" ")
    assert empty.status_code == 422 and "Write something" in empty.text
    assert send(client, f"{path}/notes/{note}", page=path, text="She calls on Tuesday.").status_code == 303
    page = client.get(path).text
    assert page.index("She calls on Tuesday.") < page.index("Earlier wording of") < page.index("She calls on Monday.")


def test_papers_are_written_down_and_the_newest_word_counts(signed_in, caseworker, path):
    client = signed_in(caseworker)
    for state in ("holds", "copied"):
        assert send(client, f"{path}/documents", page=path, kind="nta", state=state).status_code == 303
    page = client.get(path).text
    papers = page[page.index('id="papers"') : page.index("</section>", page.index('id="papers"'))]
    assert "Notice to appear" in papers and papers.count("We have a copy") == 2  # the row and the choice
    wrong = send(client, f"{path}/documents", page=path, kind="soul", state="holds")
    assert wrong.status_code == 422 and "Choose a paper" in wrong.text


def test_a_relative_is_linked_by_the_form_or_by_staff_and_parted_again(
    signed_in, caseworker, path, engine, keys, clock
):
    with transaction(engine) as session:
        people.submitted(session, keys, people.JOAO, now=clock() + dt.timedelta(minutes=1))
    people.admit_all(engine, keys, now=clock(), today=clock().date())
    with transaction(engine) as session:
        first, second = session.execute(select(Case.id, Case.reference).order_by(Case.received_at)).all()
    client = signed_in(caseworker)
    for wrong in ("ZZZZZ-ZZZZZ", first.reference, "x" * 300):
        page = send(client, f"{path}/family", page=path, reference=wrong)
        assert page.status_code == 422 and "no other case with this reference" in page.text
    assert send(client, f"{path}/family", page=path, reference=f" {second.reference.lower()} ").status_code == 303
    assert second.reference in client.get(path).text
    assert first.reference in client.get(f"/cases/{second.id}").text
    assert send(client, f"{path}/family/{second.id}/part", page=path).status_code == 303
    assert second.reference not in client.get(path).text.split('id="timeline"')[0]


def test_paper_shows_all_and_offers_nothing_to_press(signed_in, caseworker, path, engine):
    client = signed_in(caseworker)
    page = client.get(f"{path}/print").text
    main = page[page.index("<main") : page.index("</main>")]
    assert "مريم الخيالية" in main and "<form" not in main and "<button" not in main
    with transaction(engine) as session:
        opened = select(func.count()).where(audit.AuditEvent.event == "case:opened")
        assert session.scalar(opened) == 1


def test_erasing_leaves_nothing_of_what_staff_wrote_down(signed_in, caseworker, path, engine, clock):
    client = signed_in(caseworker)
    send(client, f"{path}/attempts", page=path, way="phone", result="no_answer", about="words")
    send(client, f"{path}/documents", page=path, kind="nta", state="holds")
    version = version_on(client.get(f"{path}/dates"))
    send(client, f"{path}/dates", page=f"{path}/dates", version=version, why="w", **{"next_date.other": "unsure"})
    with transaction(engine) as session:
        case = session.scalars(select(Case)).one()
        erasing.erase(session, case, clock())
    with transaction(engine) as session:
        for table in (Correction, contacting.ContactAttempt, FamilyLink, Note):
            assert session.scalar(select(func.count()).select_from(table)) == 0, table
    assert "The answers were erased on" in client.get(path).text


@pytest.mark.parametrize(("page", "most"), [("", 24), ("/messages", 13), ("/print", 24)])
def test_a_page_of_a_case_asks_no_more_the_more_there_is(signed_in, caseworker, path, engine, keys, page, most):
    client = signed_in(caseworker)
    client.get(path + page)

    def asked() -> int:
        with statements(engine) as said:
            assert client.get(path + page).status_code == 200
        return len(said)

    before = asked()
    for number in range(6):
        shown = client.get(path)
        sent = [
            send(client, f"{path}/notes", page=path, version=version_on(shown), text=f"Note {number}"),
            send(client, f"{path}/attempts", page=path, way="phone", result="no_answer", about=f"Try {number}"),
            send(client, f"{path}/documents", page=path, kind="passport", state="holds"),
        ]
        assert [one.status_code for one in sent] == [303] * 3
    after = asked()
    assert before <= after <= most

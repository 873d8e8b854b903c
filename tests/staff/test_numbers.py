"""The pages of numbers: what is hidden is hidden in the table, the chart and the CSV, and nothing tells its size."""

import csv
import io
import re
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from intake.casework.models import Case
from intake.db import transaction
from intake.retention.carrying import Removed
from intake.staff.numbers import REPORT, TITLES
from intake.statistics import Quarter
from intake.visits import VisitCount
from tests.casework import many


@pytest.fixture
def quarter(engine) -> str:
    many.fill(engine, 400)
    with transaction(engine) as session:
        few = list(session.scalars(select(Case.id).where(Case.language == "ht").limit(77)))
        session.execute(update(Case).where(Case.id.in_(few)).values(language="es"))
        first = session.scalars(select(Case.received_at).order_by(Case.received_at)).first()
    return str(Quarter.of(first.astimezone(ZoneInfo("America/New_York")).date()))


def part(page: str, key: str) -> str:
    return page[page.index(f'id="t-{key}"') :].partition("</section>")[0]


def test_what_is_hidden_has_no_number_no_bar_and_stands_last(signed_in, admin, quarter):
    client = signed_in(admin)
    language = part(client.get("/numbers", query_string={"quarter": quarter}).text, "language")
    names = re.findall(r'scope="row"><bdi>([^<]+)</bdi>', language)
    assert names[0] == "Spanish" and language.count("hidden</span>") == 2 and "157" in language
    assert len(names) == 5 and "Haitian Creole" in names[3:] and names[3:] == sorted(names[3:])
    assert len(re.findall("<rect", language)) == 3


def test_a_csv_says_the_same_as_the_page(signed_in, admin, quarter):
    client = signed_in(admin)
    answer = client.get("/numbers/language.csv", query_string={"quarter": quarter})
    assert answer.mimetype == "text/csv" and quarter in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["code", "name", "requests"] and rows[1] == ["es", "Spanish", "157"]
    assert [row[2] for row in rows].count("1-9 or hidden with it") == 2
    assert client.get("/numbers/nothing.csv").status_code == 404


def test_the_report_is_one_page_of_tables_and_says_when_it_is_not_finished(signed_in, admin, quarter, clock):
    client = signed_in(admin)
    page = client.get("/numbers/report", query_string={"quarter": quarter}).text
    assert page.count('<table class="numbers">') == len(REPORT) and "400" in page
    running = str(Quarter.of(clock().date()))
    assert "not for publication" in client.get("/numbers/report", query_string={"quarter": running}).text
    everything = client.get("/numbers", query_string={"quarter": "nonsense"})
    assert everything.status_code == 200 and everything.text.count("CSV:") == len(TITLES)


def test_who_carries_how_many_open_cases(signed_in, admin, caseworker, engine):
    many.fill(engine, 40, owners=(caseworker.id,))
    page = signed_in(admin).get("/numbers").text
    load = page[page.index('id="load"') :]
    with transaction(engine) as session:
        open_cases = len(session.scalars(select(Case.id).where(Case.is_open)).all())
    assert caseworker.name in load and f"<td>{open_cases}</td>" in load


def test_due_dates_steps_and_decisions_stand_on_the_page_in_their_order(signed_in, admin, quarter, engine):
    first = Quarter.read(quarter).first
    with transaction(engine) as session:
        session.execute(update(Case).where(Case.status == "accepted").values(decided_at=Case.received_at))
        for key, count in (("start", 80), ("who", 78), ("lawyer", 41)):
            session.add(VisitCount(day=first, place=f".step-{key}", source="", count=count))
    client = signed_in(admin)
    page = client.get("/numbers", query_string={"quarter": quarter}).text
    steps, due = part(page, "step"), part(page, "deadline")
    assert re.findall(r"<td>(?:<span[^>]*>)?([^<]+)", steps)[:4] == ["80", "hidden", "41", "0"]
    assert "less than 10 away" in steps and "Forms" in steps and "tfoot" not in steps
    assert "answered by the due date" in due and "whichever came first" in due
    assert "Days until the decision, median</dt><dd>0.0" in page
    answer = client.get("/numbers/step.csv", query_string={"quarter": quarter})
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["code", "name", "forms"] and rows[1][::2] == ["start", "80"]
    assert client.get("/numbers/deadline.csv", query_string={"quarter": quarter}).status_code == 200


def test_what_is_erased_for_good_is_said_when_it_is_ten_or_more(signed_in, admin, quarter, engine):
    client, said = signed_in(admin), "Erased for good since, not counted here</dt><dd>"
    month = f"{Quarter.read(quarter).first:%Y-%m}"
    with transaction(engine) as session:
        session.add(Removed(month=month, status="referred", number=9))
    assert said not in client.get("/numbers", query_string={"quarter": quarter}).text
    with transaction(engine) as session:
        session.add(Removed(month=month, status="withdrawn", number=5))
        session.add(Removed(month="2001-01", status="withdrawn", number=50))
    assert f"{said}14<" in client.get("/numbers", query_string={"quarter": quarter}).text

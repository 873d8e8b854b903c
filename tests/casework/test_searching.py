"""Finding a case by what staff know of it: reference, number, address, a name in any spelling; and by nothing else."""

import datetime as dt

import pytest
from sqlalchemy import func, select, update

from intake import questionnaire
from intake.casework import indexing, searching, tokens
from intake.casework.models import Case, SearchToken
from intake.casework.searching import Match
from intake.db import transaction
from intake.incoming import Kind
from tests import people
from tests.casework import later
from tests.casework.many import fill

KEY = bytes(range(32))

ROSA = people.BASE | {
    "call_name": "Rosa Quispe",
    "other_names": "Rosita",
    "place_kind": "held",
    "facility": "Example County Jail",
    "documents_name": "Rosalinda Quispe Mamani",
    "a_number": "012345678",
    "for_whom": "someone_else",
    "helper_name": "Braulio Condori",
    "helper_contact": "braulio@example.org or 202-555-0188",
    "person_knows": "yes",
    "code_goes_to": "both",
    "contact_ways": ["phone", "email"],
    "phone": "+12025550143",
    "email": "rosa@example.org",
}
HAMID = people.BASE | {"call_name": "حمید رحیمی", "language": "fa_AF", "nationality": ["AF"]}


def index(engine, keys, key=KEY):
    return indexing.index_due(engine, keys.keyring, key)


def found(engine, query, key=KEY, limit=searching.LIMIT):
    """(reference, match, beside) of what the search finds."""
    with transaction(engine.execution_options(reads=True)) as session:
        return [(one.row.reference, one.match, one.beside) for one in searching.find(session, key, query, limit).found]


@pytest.fixture
def rosa(engine, keys):
    """Rosa's reference; her case is admitted and indexed, and Maryam, João and Hamid are there as well."""
    made = people.send(engine, keys, ROSA, people.MARYAM, people.JOAO, HAMID)
    people.admit_all(engine, keys)
    assert index(engine, keys) == 4
    return later.case_of(engine, later.Applicant(made[0], None)).reference


@pytest.mark.parametrize(
    ("query", "match"),
    [
        ("{reference}", Match.REFERENCE),
        (" {lower} ", Match.REFERENCE),
        ("{bare}", Match.REFERENCE),
        ("A012-345-678", Match.A_NUMBER),
        ("a 012 345 678", Match.A_NUMBER),
        ("۰۱۲۳۴۵۶۷۸", Match.A_NUMBER),
        ("(202) 555-0143", Match.PHONE),
        ("+1 202 555 0143", Match.PHONE),
        ("٢٠٢٥٥٥٠١٤٣", Match.PHONE),
        ("555-0143", Match.PHONE_END),
        ("ROSA@example.org", Match.EMAIL),
        ("call Rosa on 202-555-0143", Match.PHONE),
        ("Rosa Quispe", Match.SAME),
        ("quispe, rosa", Match.SAME),
        ("Roza Kispe", Match.ALIKE),
        ("Rossa Quisbe", Match.ALIKE),
        ("Rosa Quspie", Match.ALIKE),
        ("Mamani", Match.SAME),
        ("Rosa Huanca", Match.PART),
    ],
)
def test_a_case_is_found_by_everything_that_staff_may_know(engine, rosa, query, match):
    typed = query.format(reference=rosa, lower=rosa.lower(), bare=rosa.replace("-", ""))
    assert found(engine, typed)[0] == (rosa, match, False)


@pytest.mark.parametrize("query", ["Braulio Condori", "Condory", "braulio@example.org", "202 555 0188"])
def test_a_person_beside_the_applicant_leads_to_the_case_and_is_said_to_be_one(engine, rosa, query):
    assert [(one[0], one[2]) for one in found(engine, query)] == [(rosa, True)]


@pytest.mark.parametrize("query", ["Hamid Rahimi", "Rahimi Hameed", "حميد رحيمي", "Hamyd Raheemi"])
def test_a_name_is_found_across_scripts(engine, rosa, query):
    with transaction(engine) as session:
        (row,) = session.scalars(select(Case).where(Case.language == "fa_AF"))
    assert found(engine, query)[0][0] == row.reference


@pytest.mark.parametrize(
    "query",
    ["", "   ", "\u202e\u200b", "Zzyzx", "99999", "nobody@example.org", "'; DROP TABLE search_token; --", "%", "\x00"],
)
def test_what_fits_nobody_finds_nobody(engine, rosa, query):
    assert found(engine, query) == []


@pytest.mark.parametrize("query", ["Rosa " * 10_000, "ر" * 5_000, "1" * 5_000, "@" * 5_000, "\ud800 Rosa"])
def test_a_hostile_query_is_bounded_and_raises_nothing(engine, rosa, query):
    assert len(found(engine, query)) <= 20


def test_with_another_key_nothing_is_found_but_a_reference(engine, rosa):
    for query in ("Rosa Quispe", "A012345678", "rosa@example.org"):
        assert found(engine, query, key=bytes(32)) == []
    assert found(engine, rosa, key=bytes(32))[0][1] is Match.REFERENCE


def test_a_case_is_found_right_after_it_is_admitted_and_by_its_new_contact_after_a_change(engine, keys):
    who = later.apply(engine, keys, ROSA)
    assert people.admission.admit_next(engine, people.terms(keys, key=KEY))
    assert index(engine, keys) == 0
    assert found(engine, "202 555 0143")[0][1] is Match.PHONE
    later.write(engine, keys, who, Kind.CONTACT, later.new_dates(phone="+12025550177"))
    later.hear(engine, keys)
    assert index(engine, keys) == 1
    assert found(engine, "202 555 0177")[0][1] is Match.PHONE
    assert found(engine, "202 555 0143") == []


def test_after_erasing_no_token_is_left_and_none_comes_back(engine, keys):
    who = later.admitted(engine, keys, ROSA)
    index(engine, keys)
    later.write(engine, keys, who, Kind.ERASE, {})
    later.hear(engine, keys)
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(SearchToken)) == 0
    assert index(engine, keys) == 0 and later.case_of(engine, who).indexed is None
    assert found(engine, "Rosa Quispe") == []


def test_cases_that_were_indexed_otherwise_are_indexed_anew_by_the_desk(engine, keys, rosa):
    assert index(engine, keys) == 0
    assert index(engine, keys, key=bytes(32)) == 4
    assert found(engine, "Rosa Quispe") == [] and found(engine, "Rosa Quispe", key=bytes(32)) != []


def test_a_case_that_cannot_be_opened_is_left_alone_until_keys_come_back(engine, keys, rosa):
    with transaction(engine) as session:
        session.execute(update(Case).values(indexed=0))
    nobody = type(keys.keyring)([])
    assert indexing.index_due(engine, nobody, KEY) == 4
    assert indexing.index_due(engine, nobody, KEY) == 0 and found(engine, "Rosa") == []
    with transaction(engine) as session:
        indexing.retry(session)
    assert index(engine, keys) == 4 and found(engine, "Rosa") != []


def test_a_name_that_cannot_be_indexed_holds_up_nobody(engine, keys, monkeypatch):
    def broken(key, answers):
        raise RecursionError

    monkeypatch.setattr(tokens, "tokens", broken)
    people.send(engine, keys, ROSA)
    assert people.admission.admit_next(engine, people.terms(keys, key=KEY))
    assert index(engine, keys) == 1
    monkeypatch.undo()
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(Case)) == 1
        indexing.retry(session)
    assert index(engine, keys) == 1 and found(engine, "Rosa Quispe") != []


def test_one_common_name_costs_no_more_than_its_bound_and_a_second_word_tells_people_apart(engine):
    fill(engine, 700)
    with transaction(engine) as session:
        ids = list(session.scalars(select(Case.id).order_by(Case.id)))
        for number, case_id in enumerate(ids[:600]):
            answers = {"call_name": "Mohammed Rahimi" if number == 434 else "Mohammed Ahmed"}
            indexing.write(session, case_id, tokens.tokens(KEY, answers), tokens.stamp(KEY))
        wanted = session.get_one(Case, ids[434]).reference
        common = searching.find(session, KEY, "Muhammad")
        assert len(common.found) == searching.LIMIT and common.more
        assert searching.find(session, KEY, "Rahimi Mohamad").found[0].row.reference == wanted
        both = searching.find(session, KEY, "Mohamed Achmed")
        assert {one.match for one in both.found} == {Match.ALIKE} and both.more


def test_rows_of_equal_worth_come_in_the_order_of_the_queue(engine, keys):
    soon = HAMID | {"stage": ["court"], "next_date": "2026-11-05"}
    people.send(engine, keys, HAMID, soon, HAMID)
    people.admit_all(engine, keys)
    index(engine, keys)
    with transaction(engine) as session:
        rows = [one.row for one in searching.find(session, KEY, "Hamid").found]
    assert rows[0].due_on == dt.date(2026, 11, 5)
    assert [row.prio for row in rows] == sorted(row.prio for row in rows)


def test_every_answer_that_holds_a_name_or_a_way_of_contact_was_thought_of():
    """A new question for a name has to be indexed or to be left out on purpose: see `tokens.tokens`."""
    known = {*tokens.NAME_QUESTIONS, "a_number", "phone", "email"}
    left_out = {"not_contact", "say_instead", "anything_else", "city", "facility", "dialect"}
    text = {questionnaire.Kind.TEXT, questionnaire.Kind.PHONE, questionnaire.Kind.EMAIL, questionnaire.Kind.A_NUMBER}
    asked = {one.key for step in questionnaire.current().steps for one in step.questions if one.kind in text}
    assert asked <= known | left_out

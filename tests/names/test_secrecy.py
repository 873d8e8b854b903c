"""Who holds the database and not the key learns no name from the search: not by reading, not by guessing."""

import hashlib
import hmac
import re

import pytest
from sqlalchemy import create_engine, select, text
from sqlalchemy.exc import ProgrammingError

from intake import grants, migrating, names
from intake.casework import indexing, tokens
from intake.casework.models import Case, SearchToken
from intake.db import transaction
from intake.names.plain import words
from tests import people as cast
from tests.names.fictional import people

KEY = hashlib.sha256(b"the key that the thief does not have").digest()
NAMES = [one.spellings[0] for one in people()[::40]]


@pytest.fixture
def stolen(engine, keys) -> list[tuple[bytes, object]]:
    """Every row of the tokens of fifty cases."""
    cast.send(engine, keys, *(cast.BASE | {"call_name": name, "phone": "+12025550123"} for name in NAMES))
    cast.admit_all(engine, keys)
    indexing.index_due(engine, keys.keyring, KEY)
    with transaction(engine.execution_options(reads=True)) as session:
        return [
            tuple(row) for row in session.execute(select(SearchToken.token, SearchToken.case_id, SearchToken.weight))
        ]


def guesses(name: str) -> set[bytes]:
    """What a thief may hash who knows this program: forms, words and numbers, by every way but the key."""
    forms = names.forms(name)
    texts = {name, *forms, *(form.split(":")[1] for form in forms), *(word.bare for word in words(name))}
    keys = (b"", bytes(32), b"search", b"search.key", b"intake/search/v1", b"0" * 64)
    made = set()
    for one in texts:
        said = one.encode()
        framed = b"intake/search/v1\0name\0" + said
        made |= {hashlib.sha256(plain).digest()[:12] for plain in (said, framed)}
        made |= {hmac.digest(key, plain, "sha256")[:12] for key in keys for plain in (said, framed)}
    return made


def test_a_dictionary_of_every_name_confirms_nothing_without_the_key_and_everything_with_it(stolen):
    held = {row[0] for row in stolen}
    assert len(held) > 500
    dictionary = {spelling for one in people()[::20] for spelling in one.spellings} | {"+12025550123"}
    assert not held & set().union(*map(guesses, dictionary))
    # The dictionary is a good one: with the key it finds them all.
    assert held & {tokens.name_token(KEY, form) for name in NAMES for form in names.forms(name)}


def test_the_table_holds_no_byte_of_a_name_or_number(stolen):
    held = b"\0".join(row[0] for row in stolen)
    for name in NAMES:
        for word in words(name):
            for plain in (word.bare, word.spelled):
                assert len(plain) < 3 or plain.encode() not in held
    assert b"2025550" not in held and {len(row[0]) for row in stolen} == {tokens.TOKEN_BYTES}


def test_two_installations_share_no_token(engine, keys, stolen):
    before = {row[0] for row in stolen}
    indexing.index_due(engine, keys.keyring, bytes(32))
    with transaction(engine.execution_options(reads=True)) as session:
        after = set(session.scalars(select(SearchToken.token)))
        indexed = set(session.scalars(select(Case.indexed)))
    assert after and not before & after and indexed == {tokens.stamp(bytes(32))}


def test_the_role_of_the_public_door_cannot_read_write_or_empty_the_table(postgres):
    name = "tokensofpublic"
    admin = create_engine(postgres, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    owner = re.sub(r"/postgres\?", f"/{name}?", postgres)
    migrating.upgrade(owner)
    engine = create_engine(owner)
    grants.apply(engine, "intake_public", "intake_staff")
    engine.dispose()
    public = create_engine(owner.replace("postgres@", "intake_public@"))
    for attempt in (
        "SELECT * FROM search_token",
        "SELECT count(*) FROM search_token",
        'SELECT indexed FROM "case"',
        "DELETE FROM search_token",
        "TRUNCATE search_token",
        "UPDATE search_token SET weight = 0",
    ):
        with public.connect() as connection, pytest.raises(ProgrammingError, match="permission denied"):
            connection.execute(text(attempt))
    public.dispose()
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()

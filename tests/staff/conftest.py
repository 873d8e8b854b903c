"""The staff door with a clock that tests set, and three people: a caseworker, a colleague, an admin."""

import datetime as dt
import re
from dataclasses import dataclass, field

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from intake.settings import secret
from intake.staff.app import create_app
from intake.staff.members import create_with_secret, current_code, new_secret
from tests.conftest import COMPILED
from tests.judge import JudgedClient


@dataclass
class Clock:
    """The time as the door sees it; it moves only when a test says so."""

    time: dt.datetime = field(default_factory=lambda: dt.datetime.now(dt.UTC))

    def __call__(self) -> dt.datetime:
        return self.time

    def advance(self, **by: float) -> None:
        self.time += dt.timedelta(**by)


@dataclass(frozen=True)
class Person:
    """A staff member as they know themselves."""

    id: int
    name: str
    email: str
    password: str
    secret: str

    def code(self, clock: Clock) -> str:
        return current_code(self.secret, clock())


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def staff_app(settings, engine, keys, clock) -> Flask:
    app = create_app(settings, engine, keys.keyring, clock=clock)
    app.jinja_env.bytecode_cache = COMPILED
    app.test_client_class = JudgedClient
    app.testing = True
    return app


@pytest.fixture
def make_person(settings, engine, clock):
    def make(name: str, role: str) -> Person:
        secret, password = new_secret(), f"a long pass phrase of {name}"
        email = f"{name.split()[0].lower()}@example.org"
        number = create_with_secret(
            settings,
            engine,
            email=email,
            name=name,
            role=role,
            password=password,
            totp_secret=secret,
            now=clock(),
        )
        return Person(number, name, email, password, secret)

    return make


@pytest.fixture
def caseworker(make_person) -> Person:
    return make_person("Amina Caseworker", "caseworker")


@pytest.fixture
def colleague(make_person) -> Person:
    return make_person("Ben Colleague", "caseworker")


@pytest.fixture
def admin(make_person) -> Person:
    return make_person("Chris Admin", "admin")


@pytest.fixture
def pepper(settings) -> bytes:
    """The secret of return codes, as the public door made it on its first start."""
    return bytes.fromhex(secret(settings.secrets / "pepper.key"))


@pytest.fixture
def visitor(staff_app) -> FlaskClient:
    """Somebody who is not signed in."""
    return staff_app.test_client()


@pytest.fixture
def signed_in(staff_app, clock):
    """A browser in which a person has signed in with both factors."""

    def sign_in_as(person: Person) -> FlaskClient:
        client = staff_app.test_client()
        response = sign_in(client, person, clock)
        assert response.status_code == 302 and response.location == "/", response.text
        return client

    return sign_in_as


def sign_in(client: FlaskClient, person: Person, clock: Clock) -> TestResponse:
    """Both steps of signing in; the clock moves on so that the code is a new one."""
    clock.advance(seconds=30)
    response = give_password(client, person.email, person.password)
    assert response.status_code == 302 and "/second-factor" in response.location, response.text
    return give_code(client, person.code(clock))


def give_password(client: FlaskClient, email: str, password: str) -> TestResponse:
    return send(client, "/sign-in", email=email, password=password)


def give_code(client: FlaskClient, code: str) -> TestResponse:
    return send(client, "/second-factor", code=code)


def send(client: FlaskClient, path: str, *, page: str | None = None, **fields: str) -> TestResponse:
    """Post a form to `path` as a browser does, with the token of the page it stands on."""
    return client.post(path, data={"csrf_token": token(client.get(page or path)), **fields})


def token(response: TestResponse) -> str:
    """The anti-forgery token of a page; any token when the page has none."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', response.text)
    return found.group(1) if found else "none"

"""More people than the door can serve: who has begun is served, new visits are asked to come later, and it ends."""

import contextlib
import io
import re
import threading
import urllib.parse
from typing import ClassVar

import pytest
from waitress import wasyncore

from intake import serving, waiting, web
from intake.metrics import exposition
from intake.public import busy
from tests.bench.wire import Line, prepared
from tests.journeys.system import free_port
from tests.public.walking import ROSA, fields, token, walk

VISIT = "intake=x"


class Asked:
    """A request as the parser hands it over."""

    error = None

    def __init__(self, command, path, cookie=""):
        self.command, self.path, self.headers = command, path, {"COOKIE": cookie} if cookie else {}


class Held:
    """A door with one thread that rests until it is told to go on."""

    def __init__(self, app):
        self._app, self._gate, self._busy = app, threading.Event(), threading.Event()
        self.port = free_port()
        self.queue = app.extensions["intake"]["queue"]
        self.server = serving.make_server(self, web.settings_of(app), self.port, self.queue, threads=1)
        self._loop = threading.Thread(target=self.server.run, daemon=True)
        self._loop.start()

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/rest":
            self._busy.set()
            self._gate.wait(20)
        return self._app(environ, start_response)

    def rest(self):
        """Let a request keep the only thread until `go_on`."""
        self._gate.clear(), self._busy.clear()
        Asking(self.port, prepared("GET", "/rest"))
        assert self._busy.wait(10)

    def wait_for(self, count):
        """Wait until so many requests wait in line."""
        while len(self.queue) < count:
            threading.Event().wait(0.005)

    def go_on(self):
        self._gate.set()

    def close(self):
        self._gate.set()
        self.server.trigger.pull_trigger(lambda: wasyncore.close_all(self.server._map))
        self._loop.join(10)
        self.server.task_dispatcher.shutdown()


class Asking(threading.Thread):
    """One request on a line of its own; `status`, `text` once it is answered, `order` in which they were."""

    answered: ClassVar[list["Asking"]] = []

    def __init__(self, port, request, name=""):
        super().__init__(daemon=True)
        self._line, self._request, self.called = Line(port), request, name
        self.start()

    def run(self):
        self.status, self.head, self.body = whole(self._line, self._request)
        self.answered.append(self)
        self._line._line.close()


def _cookie(client):
    return f"intake={client.get_cookie('intake').value}"


def whole(line, request):
    """Status, head and body of the answer."""
    taken = io.BytesIO()
    more = line._more
    line._more = lambda: (piece := more()) and (taken.write(piece), piece)[1]
    status = line.ask(request)
    head, _, body = taken.getvalue().partition(b"\r\n\r\n")
    return status, head.decode(), body.decode(errors="replace")


@pytest.fixture
def held(public_app):
    door = Held(public_app)
    Asking.answered = []
    yield door
    door.close()


def test_each_request_has_its_rank():
    for rank, asked in (
        (busy.SENT, ("POST", "/en/apply/check", VISIT)),
        (busy.SENT, ("POST", "/en/apply/", "a=b; __Host-intake=x")),
        (busy.SENT, ("POST", "/en/leave-now")),
        (busy.ON_THE_WAY, ("GET", "/en/apply/claims", VISIT)),
        (busy.ON_THE_WAY, ("GET", "/static/public.0123456789.css")),
        (busy.ON_THE_WAY, ("GET", "/healthz")),
        (busy.FORM, ("GET", "/en/apply/")),
        (busy.FORM, ("GET", "/en/apply/", VISIT)),
        (busy.FORM, ("GET", "/en/return")),
        (busy.READING, ("GET", "/en/releases/a-release", VISIT)),
        (busy.READING, ("GET", "/")),
        (busy.READING, ("GET", "/en/safety")),
        (busy.READING, ("POST", "/en/nowhere")),
        (busy.READING, ("GET", "")),
    ):
        assert busy.rank_of(Asked(*asked)) == rank, asked


def test_in_a_burst_whoever_has_begun_is_served_first_and_new_visits_come_later(public_app, held, monkeypatch):
    client = public_app.test_client()
    walk(client, ROSA, until="check")
    page = client.get("/en/apply/check")
    body = urllib.parse.urlencode({"csrf_token": token(page), "go": "on", **fields("check", ROSA)}, doseq=True).encode()
    cookie = _cookie(client)
    other = public_app.test_client()
    walk(other, ROSA, until="claims")
    held.rest()
    new = [Asking(held.port, prepared("GET", path)) for path in ("/en/", "/ar/apply/", "/nowhere/else") * 5]
    held.wait_for(len(new))
    step = Asking(held.port, prepared("GET", "/en/apply/claims", cookie=_cookie(other)), "step")
    held.wait_for(len(new) + 1)
    sent = Asking(held.port, prepared("POST", "/en/apply/check", cookie=cookie, body=body), "sent")
    held.wait_for(len(new) + 2)
    # Not a clock but the limit is moved: everybody of a new visit has waited long enough.
    monkeypatch.setattr(held.queue, "_seconds", (60.0, 60.0, 0.0, 0.0))
    held.go_on()
    for one in (*new, step, sent):
        one.join(20)
    assert (sent.status, step.status) == (303, 200)
    assert "/en/receipt" in sent.head or "/en/mine" in sent.head, sent.head
    served = [one.called for one in Asking.answered if one.called or one.status == 200]
    assert sorted(served[:2]) == ["sent", "step"]
    for one in new:
        assert one.status == 503
        [seconds] = re.findall(r"Retry-After: (\d+)", one.head)
        assert busy.AGAIN_SECONDS[0] <= int(seconds) <= busy.AGAIN_SECONDS[1]
        assert f'http-equiv="refresh" content="{seconds}"' in one.body and "<script" not in one.body
        assert (
            "Cache-Control: no-store" in one.head and "Set-Cookie" not in one.head and "Connection: close" in one.head
        )
        assert "Content-Security-Policy: default-src 'none'" in one.head
    # Each in the language of the address, with words that are there in every language.
    assert sum('dir="rtl"' in one.body for one in new) == 5 == sum("wait" not in one.body for one in new)
    figures = exposition(held.queue.families())
    assert 'intake_late_total{rank="reading"} 10' in figures and 'intake_late_total{rank="sent"} 0' in figures
    # And it is over by itself.
    monkeypatch.undo()
    after = Asking(held.port, prepared("GET", "/en/"))
    after.join(20)
    assert after.status == 200


def test_whoever_has_begun_is_refused_last_and_gets_back_what_was_typed(public_app, held, monkeypatch):
    client = public_app.test_client()
    page = client.get("/en/apply/")
    body = urllib.parse.urlencode({"csrf_token": token(page), "go": "on", "consent_start": "yes"}).encode()
    cookie = _cookie(client)
    held.rest()
    sent = Asking(held.port, prepared("POST", "/en/apply/", cookie=cookie, body=body, Accept_Encoding="identity"))
    held.wait_for(1)
    monkeypatch.setattr(held.queue, "_seconds", (0.0, 0.0, 0.0, 0.0))
    held.go_on()
    sent.join(20)
    assert sent.status == 503 and "Retry-After: 5" in sent.head
    assert 'name="consent_start" value="yes"' in sent.body and 'action="/en/apply/"' in sent.body


def test_a_line_of_new_visits_leaves_room_for_those_who_have_begun(monkeypatch):
    monkeypatch.setattr(waiting, "MOST_WAITING", 2)
    queue = waiting.Queue(busy.rank_of, (40.0, 40.0, 3.0, 3.0), busy.NAMES, busy.FORM)

    def coming(*asked):
        channel = type("Channel", (), {})()
        channel.requests = [Asked(*asked)]
        queue.append(channel)
        return channel

    readers = [coming("GET", "/en/") for _ in range(5)]
    [sent] = [coming("POST", "/en/apply/", VISIT)]
    turns = []
    with contextlib.suppress(IndexError):
        while True:
            turns.append(queue.popleft())
    assert sent in turns[:2] and set(turns) == {*readers, sent}
    assert [hasattr(one.requests[0], "is_late") for one in readers] == [True, True, True, False, False]

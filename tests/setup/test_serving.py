"""The server itself: odd shapes are refused, slow people do not stop others, logs hold no values."""

import io
import json
import logging
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from waitress import wasyncore

from intake import serving, settings, strictparser
from intake.logs import AllowList, AllowListJson

ROOT = Path(__file__).resolve().parents[2]
SECRET = "Maryam Haddad 202 555 0123"


@pytest.fixture
def port(tmp_path):
    """A served app that answers with the length of what it was sent."""

    def app(environ, start_response):
        body = environ["wsgi.input"].read()
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(len(body)).encode()]

    loaded = settings.load({"INTAKE_DATA": str(tmp_path)})
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    server = serving.make_server(app, loaded, number)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield number
    # From inside its own loop: the loop ends when nothing is left to watch.
    server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map))
    thread.join(10)
    server.task_dispatcher.shutdown()


def answer(port, request):
    """The first line of the answer to `request`, as bytes on the wire."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(request)
        return wire.makefile("rb").readline().split(b" ")[1]


def test_an_ordinary_request_is_answered(port):
    assert answer(port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") == b"200"
    assert answer(port, b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc") == b"200"


@pytest.mark.parametrize(
    "headers",
    [
        b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        b"Content-Length: 3\r\nContent-Length: 4\r\n",
        b"Host: elsewhere\r\n",
        b"X-Folded: a\r\n b\r\n",
        b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n",
        b"Content-Length: +3\r\n",
    ],
)
def test_shapes_that_smuggle_a_request_are_refused(port, headers):
    assert answer(port, b"POST / HTTP/1.1\r\nHost: localhost\r\n" + headers + b"\r\nabc") == b"400"


def test_a_request_without_a_host_and_one_with_far_too_much_are_refused(port):
    assert answer(port, b"GET / HTTP/1.1\r\n\r\n") == b"400"
    assert answer(port, b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 131072 + b"\r\n\r\n") == b"431"
    big = str(serving.BODY_BYTES + 1).encode()
    assert answer(port, b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + big + b"\r\n\r\n") == b"413"


def test_three_hundred_slow_connections_leave_others_served(port):
    slow = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(300)]
    try:
        for one in slow:
            one.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
        began = time.monotonic()
        assert answer(port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") == b"200"
        assert time.monotonic() - began < 3
    finally:
        for one in slow:
            one.close()


def test_who_sends_a_byte_now_and_then_is_cut_off_when_the_time_for_a_request_is_over(port, monkeypatch):
    monkeypatch.setattr(strictparser, "REQUEST_SECONDS", 0.5)
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
        wire.sendall(b"GET / HTTP/1.1\r\nX: ")
        with pytest.raises(OSError):
            while time.monotonic() - began < 8:
                wire.sendall(b"a")
                time.sleep(0.05)
    assert 0.5 < time.monotonic() - began < 8
    assert answer(port, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") == b"200"


def _logged(name, tell, form=AllowList):
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(form("public"))
    logger = logging.getLogger(name)
    logger.addHandler(handler)
    try:
        tell(logger)
    finally:
        logger.removeHandler(handler)
    return out.getvalue()


@pytest.mark.parametrize("name", ["werkzeug", "waitress", "intake.public", "sqlalchemy.pool"])
def test_an_exception_in_the_log_has_its_kind_and_place_and_none_of_its_words(name):
    def tell(logger):
        try:
            raise ValueError(SECRET)
        except ValueError:
            logger.exception("it failed")

    line = _logged(name, tell)
    assert "ValueError" in line and "test_serving.py:" in line and line.count("\n") == 1
    assert SECRET not in line and "Traceback" not in line


def test_a_library_that_quotes_a_person_is_reduced_to_the_place_in_its_code():
    line = _logged("waitress.queue", lambda logger: logger.error("could not parse %s", SECRET))
    assert "error waitress.queue test_serving.py:" in line and SECRET not in line


def test_our_own_words_stay_on_one_line():
    line = _logged("intake.worker", lambda logger: logger.error("handled %d\n2026 forged", 3))
    assert line.count("\n") == 1 and "handled 3 2026 forged" in line


def test_a_line_in_json_says_the_same_and_no_more():
    def tell(logger):
        try:
            raise ValueError(SECRET)
        except ValueError:
            logger.exception("could not parse %s", SECRET)

    line = json.loads(_logged("waitress.queue", tell, AllowListJson))
    assert set(line) == {"time", "process", "level", "logger", "place", "error"} and SECRET not in str(line)
    assert (line["level"], line["logger"], line["process"]) == ("error", "waitress.queue", "public")
    assert line["place"].startswith("test_serving.py:") and line["error"].startswith("ValueError test_serving.py:")
    forged = _logged("intake.worker", lambda logger: logger.error('handled %d"}\n{"time": "x"\u2028', 3), AllowListJson)
    assert forged.isascii() and forged.count("\n") == 1
    assert json.loads(forged)["event"] == 'handled 3"} {"time": "x"'


@pytest.mark.parametrize("form", ["text", "json"])
def test_what_nobody_caught_and_what_cannot_be_logged_stays_without_words_too(form):
    program = (
        "import logging\n"
        "from intake import logs\n"
        f"log = logs.configure('public', {form!r})\n"
        f"log.info('%d', {SECRET!r})\n"
        f"raise ValueError({SECRET!r})\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 1
    assert SECRET not in ended.stderr + ended.stdout and "Traceback" not in ended.stderr
    assert "stopped by ValueError" in ended.stderr


def test_a_process_leaves_no_core_file_and_is_closed_to_its_own_account():
    program = (
        "import ctypes, resource\n"
        "from intake import memory\n"
        "memory.keep()\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    # 3 asks whether the kernel would dump this process, or let another one of the account look into it.
    assert ended.stdout.split() == ["(0,", "0)", "0" if sys.platform == "linux" else "-1"]

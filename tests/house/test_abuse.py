"""Abuse against the doors as they run: each odd shape gets a 4xx or a closed line, never a 500, and service goes on."""

import re
import socket
import time
from contextlib import ExitStack

import pytest

from tests.house.shapes import BODIES, END, HEADERS, HOSTS, METHODS, PATHS, QUERIES, SMUGGLING, TARGETS, post
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import running

SMUGGLED = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
PER_KIND = 100


@pytest.fixture(scope="module")
def system(tmp_path_factory):
    with running("sqlite", tmp_path_factory.mktemp("abuse"), INTAKE_PROXIES="1") as started:
        yield started
        log = started.log.read_text()
        failed = [line for line in log.splitlines() if re.search(r" 5\d\d \d+\.\d$| error |Error|ended with", line)]
        assert not failed and "Traceback" not in log, failed[:20]


@pytest.fixture(params=["public", "staff"])
def port(request, system):
    """One door's port. It must be the same process that answers before and after, and promptly."""
    number = system.settings.public_port if request.param == "public" else system.settings.staff_port
    before = system.process(request.param)
    yield number
    assert system.process(request.param) == before
    began = time.monotonic()
    assert statuses(exchange(number, request_of("/healthz"))) == [200]
    assert time.monotonic() - began < 3


def request_of(target, *headers, method="GET", host="localhost", body=b""):
    """The bytes of a request that asks to close the line afterwards."""
    text = "\r\n".join([f"{method} {target} HTTP/1.1", f"Host: {host}", "Connection: close", *headers])
    return text.encode("latin-1") + END + body


def exchange(port, sent, seconds=10.0):
    """All that comes back for these bytes until the other side closes; what is cut off counts as closed."""
    back = b""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as wire:
        try:
            wire.sendall(sent)
            while piece := wire.recv(65536):
                back += piece
        except (ConnectionResetError, BrokenPipeError):
            pass
    return back


def statuses(back):
    """The statuses of all answers in these bytes."""
    return [int(one) for one in re.findall(rb"(?:^|\n)HTTP/1\.[01] (\d{3}) ", back)]


def test_what_smuggles_one_request_inside_another_is_refused_and_the_line_closed(port):
    for name, sent in SMUGGLING.items():
        assert statuses(exchange(port, sent + SMUGGLED)) == [400], name


def test_lines_that_end_with_a_bare_line_feed_are_never_a_request(port):
    for sent in (b"GET /healthz HTTP/1.1\nHost: localhost\n\n", b"GET /healthz HTTP/1.1\r\nHost: localhost\n\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=10) as wire:
            wire.sendall(sent)
            wire.shutdown(socket.SHUT_WR)
            assert wire.recv(100) == b""
        assert statuses(exchange(port, sent + SMUGGLED)) == [400]


def test_too_much_is_refused_before_it_is_read(port):
    assert statuses(exchange(port, request_of("/healthz", "X: " + "a" * 128 * 1024))) in ([431], [])
    assert statuses(exchange(port, request_of("/" + "a" * 128 * 1024))) in ([431], [])
    assert statuses(exchange(port, request_of("/healthz", *[f"X-{n}: a" for n in range(9000)]))) in ([431], [])
    assert statuses(exchange(port, post(b"Content-Length: 99999999999"))) == [413]
    chunks = b"".join(b"8000\r\n" + b"a" * 0x8000 + b"\r\n" for _ in range(12))
    assert statuses(exchange(port, post(b"Transfer-Encoding: chunked", body=chunks))) in ([413], [])


def test_odd_addresses_hosts_methods_headers_and_bodies_are_answered_without_a_fault(port):
    for target in TARGETS:
        assert statuses(exchange(port, request_of(target))) == [400], target
    assert statuses(exchange(port, request_of("http://localhost/healthz"))) == [200]
    for host in HOSTS:
        assert statuses(exchange(port, request_of("/healthz", host=host))) == [400], host[:60]
    for path in PATHS:
        [status] = statuses(exchange(port, request_of(path)))
        assert 300 <= status < 500, (path[:60], status)
    for method in METHODS:
        assert statuses(exchange(port, request_of("/healthz", method=method))) == [405], method[:60]
    for method in ("get", "Get", "CONNECT", "G\xe9T", "GET,", "(", ""):
        target = "localhost:443" if method == "CONNECT" else "/healthz"
        assert statuses(exchange(port, request_of(target, method=method))) == [400], method
    for target, header in [(query, "X: y") for query in QUERIES] + [("/", one) for one in HEADERS]:
        [status] = statuses(exchange(port, request_of(target, header)))
        assert status < 500, (target[:60], header[:60], status)
    for kind, body in BODIES:
        sized = (f"Content-Type: {kind}", f"Content-Length: {len(body)}")
        for target in ("/en/apply/", "/en/return", "/sign-in", "/healthz"):
            [status] = statuses(exchange(port, request_of(target, *sized, method="POST", body=body)))
            assert 300 <= status < 500, (target, kind[:60], status)


def test_requests_in_one_go_are_answered_in_turn_and_nothing_trails_a_body(port):
    assert statuses(exchange(port, SMUGGLED * 500 + request_of("/healthz"))) == [200] * 501
    for trailer in (b"X-A: a", b"Host: elsewhere.example\r\nContent-Length: 5", b"Transfer-Encoding: chunked"):
        body = b"5\r\nhello\r\n0\r\n" + trailer + END
        assert statuses(exchange(port, post(b"Transfer-Encoding: chunked", b"Connection: close", body=body))) == [400]
    for old in (b"GET /healthz\r\n\r\n", b"GET /healthz HTTP/1.0\r\n\r\n"):
        assert statuses(exchange(port, old)) == [400]


def test_hundreds_of_slow_people_and_bodies_that_never_come_leave_the_others_served(port, system):
    page = "/en/" if port == system.settings.public_port else "/sign-in"
    starts = (b"", b"GET /healthz HTTP/1.1\r\nHost: local", post(b"Content-Length: 100", body=b"half"))
    with ExitStack() as slow:
        wires = []
        for start in starts * PER_KIND:
            wires.append(slow.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10)))
            wires[-1].sendall(start)
        waits = slow.enter_context(socket.create_connection(("127.0.0.1", port), timeout=10))
        waits.sendall(post(b"Content-Length: 5", b"Expect: 100-continue"))
        assert waits.recv(100).startswith(b"HTTP/1.1 100 ")
        for _ in range(5):
            began = time.monotonic()
            assert PlainBrowser(f"http://localhost:{port}").get(page).status_code == 200
            assert time.monotonic() - began < 3
            for one in wires:
                one.send(b"x")

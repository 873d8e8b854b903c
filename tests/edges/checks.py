"""What each edge must do, with the product behind it and after the product has gone; one function, one promise."""

import http.client
import socket
import ssl
import time
from contextlib import ExitStack

from sqlalchemy import text

from intake.db import make_engine
from tests.edges.asking import EdgeBrowser, anybody, ask, exchange, line, statuses, unchecked
from tests.edges.standing import OFFICE, PUBLIC, STAFF, Edge
from tests.house.shapes import BODIES, HEADERS, HOSTS, METHODS, PATHS, QUERIES, SMUGGLING, TARGETS, post
from tests.journeys.system import System
from tests.public.walking import ROSA, walk

# A word in addresses, headers and bodies that no log may hold.
MARK = "zebrafish"
HIDDEN = f"GET /{MARK}-hidden HTTP/1.1\r\nHost: {PUBLIC}\r\nConnection: close\r\n\r\n".encode()
# What an edge itself refuses as a kind of transfer or a version that it does not speak.
NOT_SPOKEN = {501, 505}
SLOW = 60


def well(edge: Edge, times: int = 1) -> None:
    """The next requests get their own answers: nothing is left over on the lines between edge and door."""
    for _ in range(times):
        back = ask(edge, "/healthz")
        assert statuses(back) == [200] and back.endswith(b"ok\n"), back[:200]


def refused(found: list[int]) -> bool:
    """A 4xx, an edge's own word that it does not speak this, or no answer."""
    return all(400 <= one < 500 or one in NOT_SPOKEN for one in found)


def only_modern_tls_for_names_that_are_ours(edge: Edge, _system: System) -> None:
    """TLS 1.2 and 1.3 with HTTP/2; an older one, another name and none at all get no line."""
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = unchecked("h2", "http/1.1")
        context.minimum_version = context.maximum_version = version
        with line(edge, context=context) as wire:
            assert wire.selected_alpn_protocol() == "h2"
    old = unchecked()
    old.set_ciphers("ALL:@SECLEVEL=0")
    old.minimum_version, old.maximum_version = ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1
    for name, context in ((PUBLIC, old), ("other.example.org", unchecked()), ("127.0.0.1", unchecked())):
        try:
            line(edge, name=name, context=context).close()
        except OSError:
            continue
        raise AssertionError(f"a line for {name}, {context.maximum_version}")


def in_the_clear_there_is_only_the_way_to_tls(edge: Edge, _system: System) -> None:
    """Port 80: our names are led on, any other gets nothing."""
    for host, status in ((PUBLIC, 308), (STAFF, 308), ("other.example.org", None)):
        wire = http.client.HTTPConnection("127.0.0.1", edge.clear, timeout=5)
        wire.request("GET", "/en/", headers={"Host": host})
        try:
            answer = wire.getresponse()
        except OSError:
            assert status is None, host
            continue
        assert (answer.status, answer.headers["Location"]) == (status, f"https://{host}/en/"), answer.status


def the_office_alone_reaches_the_staff_door(edge: Edge, _system: System) -> None:
    """By address, whatever a header says, and never by the other name."""
    browser = EdgeBrowser(edge, STAFF, OFFICE)
    assert browser.get("/sign-in").status_code == 200
    for header in ("X-A: a", f"X-Forwarded-For: {OFFICE}", f"X-Real-IP: {OFFICE}", f"Forwarded: for={OFFICE}"):
        assert statuses(ask(edge, "/sign-in", header, name=STAFF)) in ([403], []), header
    # A line opened with one name, a request for another one.
    for first, second, source in ((PUBLIC, STAFF, anybody()), ("other.example.org", STAFF, OFFICE)):
        try:
            found = statuses(ask(edge, "/sign-in", name=first, host=second, source=source))
        except OSError:
            continue
        assert refused(found), found
    assert statuses(ask(edge, "/sign-in", name=PUBLIC, source=OFFICE)) in ([404], [308], [303])


def a_whole_form_goes_through_and_the_desk_admits_it(edge: Edge, system: System) -> None:
    """From the first page to the receipt, with cookies that only TLS carries."""
    engine = make_engine(system.settings.database_url)
    count = text('SELECT count(*) FROM "case"')
    with engine.connect() as connection:
        before = connection.execute(count).scalar_one()
    browser = EdgeBrowser(edge)
    page = browser.get("/en/")
    assert page.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert walk(browser, ROSA).status_code == 200  # type: ignore[arg-type]
    assert browser.cookies and all(cookie.secure for cookie in browser.cookies)
    deadline = time.monotonic() + 30
    while True:
        with engine.connect() as connection:
            if connection.execute(count).scalar_one() == before + 1:
                break
        assert time.monotonic() < deadline, "the desk did not admit it"
        time.sleep(0.2)
    engine.dispose()


def shapes_are_refused_and_leave_nothing_behind(edge: Edge, _system: System) -> None:
    """What two servers might read differently: never a fault, and the next people get their own answers."""
    for name, shape in SMUGGLING.items():
        found = statuses(exchange(edge, shape.replace(b"localhost", PUBLIC.encode()) + HIDDEN))
        # Caddy reads a body while it passes it on, and answers a broken one as if the door were away.
        broken = {503} if edge.name == "caddy" and "chunk" in name else set()
        assert all(one < 500 or one in NOT_SPOKEN | broken for one in found), (name, found)
        well(edge, 2)


def odd_words_in_every_place_are_answered_without_a_fault(edge: Edge, _system: System) -> None:
    """Hosts, addresses, methods, headers and bodies that no browser sends."""
    for host in HOSTS:
        named = host.replace("localhost", PUBLIC)
        found = statuses(ask(edge, "/healthz", host=named or " "))
        # The edge looks at the name and drops the port, whatever it is; the door hears the name alone.
        assert refused(found) or (found == [200] and named.startswith(f"{PUBLIC}:")), (host[:60], found)
    asked = [("GET", target.replace("localhost", PUBLIC), "X-A: a") for target in (*TARGETS, *PATHS, *QUERIES)]
    asked += [(method, "/healthz", "X-A: a") for method in (*METHODS, "CONNECT", "get", "(")]
    asked += [("GET", f"/healthz?{MARK}", header) for header in HEADERS]
    for method, target, header in asked:
        found = statuses(ask(edge, target, header, method=method))
        assert all(one < 500 or one in NOT_SPOKEN for one in found), (method[:20], target[:60], header[:60], found)
    for kind, body in BODIES:
        sized = (f"Content-Type: {kind}", f"Content-Length: {len(body)}")
        for target in ("/en/apply/", "/en/return", "/healthz"):
            found = statuses(ask(edge, target, *sized, method="POST", body=body))
            assert all(one < 500 for one in found), (target, kind[:60], found)
    well(edge, 5)


def too_much_is_refused(edge: Edge, _system: System) -> None:
    """Headers of 128 KiB, nine thousand headers, and bodies above the bound."""
    for header in ("X-A: " + "a" * 128 * 1024, "\r\n".join(f"X-{n}: a" for n in range(9000))):
        assert refused(statuses(ask(edge, "/healthz", header)))
    for length in (300 * 1024, 99_999_999_999):
        body = b"a" * min(length, 300 * 1024)
        found = statuses(ask(edge, "/en/apply/", f"Content-Length: {length}", method="POST", body=body))
        assert refused(found), (length, found)
    well(edge)


def slow_people_leave_the_others_served(edge: Edge, system: System) -> None:
    """Half a request and half a body wait at the edge: the door does not hear of them."""
    starts = (b"", b"GET /healthz HTTP/1.1\r\nHo", post(b"Content-Length: 99", body=MARK.encode()))
    lines = system.log.read_text().count(" POST ")
    with ExitStack() as slow:
        wires = []
        for number in range(SLOW):
            wires.append(slow.enter_context(line(edge)))
            wires[-1].sendall(starts[number % 3].replace(b"localhost", PUBLIC.encode()))
        for _ in range(5):
            began = time.monotonic()
            well(edge)
            assert time.monotonic() - began < 3
    if edge.name == "nginx":
        assert system.log.read_text().count(" POST ") == lines
        assert not [
            one for one in edge.folder.rglob("*") if one.parent.name in {"client_body", "proxy"} and one.is_file()
        ]


def one_address_that_floods_is_told_to_wait(edge: Edge, _system: System) -> None:
    """nginx counts by address; Caddy counts nothing, as its example says, and the doors do."""
    if edge.name != "nginx":
        return
    many = b"".join([f"GET /healthz HTTP/1.1\r\nHost: {PUBLIC}\r\n\r\n".encode()] * 300)
    found = statuses(exchange(edge, many + HIDDEN, source="127.0.9.9"))
    assert set(found) == {200, 429} and found.count(200) >= 200, (found.count(200), found.count(429))
    well(edge)


def a_door_that_is_away_is_told_in_words(edge: Edge, _system: System) -> None:
    """After the product has stopped: 503, when to come back, and that nothing was sent."""
    back = ask(edge, f"/en/apply/?{MARK}", "Cookie: intake=" + MARK, method="POST")
    assert statuses(back) == [503] and b"Nothing was sent" in back and b"retry-after: 10" in back.lower(), back[:300]


def nothing_of_anybody_is_written_down(edge: Edge, system: System) -> None:
    """No address, no mark, no host and no path in what edge and product wrote."""
    for log in (edge.log, system.log):
        written = log.read_text()
        for word in (MARK, "127.0.7.", "127.0.8.", "127.0.9.", OFFICE, ROSA["call_name"], "/en/", "Cookie"):
            assert word not in written, f"{word} in the log of {'the edge' if log == edge.log else 'the product'}"
    assert socket.gethostname() not in edge.log.read_text()


BEFORE = (
    only_modern_tls_for_names_that_are_ours,
    in_the_clear_there_is_only_the_way_to_tls,
    the_office_alone_reaches_the_staff_door,
    a_whole_form_goes_through_and_the_desk_admits_it,
    shapes_are_refused_and_leave_nothing_behind,
    odd_words_in_every_place_are_answered_without_a_fault,
    too_much_is_refused,
    slow_people_leave_the_others_served,
    one_address_that_floods_is_told_to_wait,
)
AFTER = (a_door_that_is_away_is_told_in_words, nothing_of_anybody_is_written_down)

"""Figures for graphs: in the format of Prometheus, in full tens where people cause them, with no mark of anybody."""

import json
import math
import re
import socket
import time
import urllib.error
import urllib.request

import pytest

from intake import settings as settings_module
from intake.metrics import Family, Sample, exposition, few_hidden, in_tens
from intake.settings import SettingsError
from intake.traffic import BOUNDS, KINDS, OTHERS, Traffic
from tests.journeys.plain import PlainBrowser
from tests.journeys.system import running
from tests.public.walking import ROSA, walk

LINE = re.compile(r'([a-z_]+)(?:\{((?:[a-z]+="[A-Za-z0-9_.+]*",?)+)\})? (NaN|[0-9][0-9.e+-]*)')
FORGED = '2026-01-01T00:00:00Z public {"event": "forged"}'
HOSTILE = ("A123456789", "Rosa", "Marín", "+12025550123", "forged", "<script>", "rosa.marin@example.org")


def parsed(text: str) -> dict[str, dict[str, float]]:
    """Every figure by its name and labels; each line is a figure or a comment of its family, or the test fails."""
    found: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        if not line.startswith(("# HELP intake_", "# TYPE intake_")):
            matched = LINE.fullmatch(line)
            assert matched, line
            assert (matched[2] or "") not in found.setdefault(matched[1], {}), line
            found[matched[1]][matched[2] or ""] = float(matched[3])
    return found


def test_what_people_cause_is_told_in_full_tens_and_our_own_failures_exactly():
    assert [in_tens(count) for count in (0, 9, 10, 29)] == [0, 0, 10, 20]
    assert math.isnan(few_hidden(1)) and math.isnan(few_hidden(9)) and few_hidden(0) == 0 and few_hidden(19) == 10
    traffic = Traffic("public")
    for number in range(25):
        traffic.answered("apply", 303, 0.02 * number, sent=number < 12)
    traffic.answered("releases", 200, 0.001)
    traffic.answered("apply", 503, 0.3)
    found = parsed(exposition(traffic.families()))
    assert found["intake_requests_total"] == {
        'door="public",kind="form",class="3xx"': 20,
        'door="public",kind="form",class="5xx"': 1,
        'door="public",kind="page",class="2xx"': 0,
    }
    assert found["intake_sends_total"] == {"": 10}
    form = [value for labels, value in found["intake_request_seconds_bucket"].items() if 'kind="form"' in labels]
    assert len(form) == len(BOUNDS) + 1 and form == sorted(form) and form[-1] == 20
    assert found["intake_request_seconds_count"]['door="public",kind="form"'] == 20
    assert found["intake_request_seconds_sum"]['door="public",kind="form"'] == pytest.approx(6.3 * 20 / 26)


def test_no_label_can_break_a_line():
    odd = Family("intake_odd", "gauge", "Odd.", (Sample(1, {"name": 'a"b\\c\nd'}),))
    assert exposition([odd]).splitlines()[-1] == 'intake_odd{name="a\\"b\\\\c\\nd"} 1'


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_route_is_of_one_of_a_few_kinds(public_app, staff_app):
    for door, app in (("public", public_app), ("staff", staff_app)):
        traffic = Traffic(door)
        parts = {rule.endpoint.rpartition(".")[0] or rule.endpoint for rule in app.url_map.iter_rules()}
        assert {traffic.kind_of(part) for part in parts} == {*KINDS[door].values(), OTHERS[door]}
        # A part that was renamed must not fall among the others unseen.
        assert set(KINDS[door]) <= parts


def test_the_port_opens_on_private_addresses_alone_unless_it_is_told_otherwise(tmp_path):
    def load(text: str, **more: str) -> tuple[str, int] | None:
        return settings_module.load({"INTAKE_DATA": str(tmp_path), "INTAKE_METRICS": text, **more}).metrics

    assert load("") is None and load("127.0.0.1:9101") == ("127.0.0.1", 9101)
    assert load("[::1]:9101") == ("::1", 9101) and load("10.1.2.3:9101") == ("10.1.2.3", 9101)
    for open_to_all in ("0.0.0.0:9101", "[::]:9101", "8.8.8.8:9101", "[2606:4700::1111]:9101"):
        with pytest.raises(SettingsError, match="INTAKE_METRICS_ANYWHERE"):
            load(open_to_all)
        assert load(open_to_all, INTAKE_METRICS_ANYWHERE="yes")[1] == 9101
    for nonsense in ("9101", "example.org:9101", "127.0.0.1:0", "127.0.0.1:65534", "127.0.0.1:x", ":9101"):
        with pytest.raises(SettingsError, match="numeric address"):
            load(nonsense)


def three_free_ports() -> int:
    """The first of three ports in a row that nobody uses."""
    for first in range(23_100, 30_000, 3):
        probes = [socket.socket() for _ in range(3)]
        try:
            for offset, one in enumerate(probes):
                one.bind(("127.0.0.1", first + offset))
        except OSError:
            continue
        else:
            return first
        finally:
            for one in probes:
                one.close()
    raise AssertionError("no three free ports")


def read(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as got:
        assert got.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
        return got.read().decode()


def test_a_running_product_tells_figures_and_json_lines_without_a_mark_of_anybody(tmp_path):
    first = three_free_ports()
    watched = {"INTAKE_METRICS": f"127.0.0.1:{first}", "INTAKE_LOG": "json"}
    with running("sqlite", tmp_path, **watched) as system:
        person = PlainBrowser(system.public, X_Forged=FORGED)
        receipt = walk(person, ROSA)
        for address in ("%3Cscript%3E-A123456789", "apply/Rosa?name=Rosa+Mar%C3%ADn", "return?a=%0Aforged"):
            person.get(f"/en/{address}")
        office = PlainBrowser(system.staff)
        page = office.get("/sign-in")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
        office.post("/sign-in", {"csrf_token": token, "email": "rosa.marin@example.org", "password": FORGED})
        for door in (system.public, system.staff):
            assert PlainBrowser(door).get("/readyz").text == "ready\n"
        deadline = time.monotonic() + 30
        while (
            "handled 1 new submissions" not in system.log.read_text()
            or "alarm: backup_old" not in system.log.read_text()
        ):
            assert time.monotonic() < deadline, "the desk admits nobody"
            time.sleep(0.1)
        public, staff, desk = (parsed(read(first + offset)) for offset in range(3))
        texts = "".join(read(first + offset) for offset in range(3))
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"http://127.0.0.1:{first}/", timeout=10)
        log = system.log.read_text()
    marks = (*HOSTILE, *private(receipt.text))
    assert len(marks) > len(HOSTILE) and not [mark for mark in marks if mark in texts]
    # The public door knows how it answers and nothing of the office; the office's figures come from both its parts.
    waiting = ("waiting_requests", "late_total", "waiting_limit_seconds")
    assert set(public) == {f"intake_{name}" for name in ("requests_total", "sends_total", *histogram(), *waiting)}
    assert public["intake_sends_total"] == {"": 0}
    forms = public["intake_requests_total"]['door="public",kind="form",class="3xx"']
    assert forms >= 10 and not [one for one in public["intake_requests_total"].values() if one % 10]
    assert set(staff) - set(desk) == {f"intake_{name}" for name in ("requests_total", *histogram())}
    for seen in (staff, desk):
        assert seen["intake_desk_waiting_seconds"] == {"": 0} and seen["intake_desk_beat_seconds"][""] <= 60
        assert seen["intake_alarm"]['name="backup_old"'] == 1 and seen["intake_alarm"]['name="desk_behind"'] == 0
        assert seen["intake_database_up"] == {"": 1} and seen["intake_disk_free_bytes"]['place="data"'] > 0
    lines = [json.loads(one) for one in log.splitlines() if not one.startswith(("Public door: ", "Staff door: "))]
    assert {one["process"] for one in lines} >= {"public", "staff", "worker"}
    for one in lines:
        assert {"time", "process", "level", "logger"} < set(one)
        assert set(one) <= {"time", "process", "level", "logger", "event", "place", "error"}
    assert not [mark for mark in marks if mark in log or json.dumps(mark)[1:-1] in log]


def histogram() -> list[str]:
    return [f"request_seconds_{part}" for part in ("bucket", "sum", "count")]


def private(receipt: str) -> list[str]:
    """The reference and the code of the person, as they stand on the receipt."""
    code = receipt.split('class="code large"><bdi dir="ltr">')[1].split("<")[0]
    reference = re.search(r"\b[0-9A-Z]{5}-[0-9A-Z]{5}\b", receipt)
    return [code, reference[0]] if reference else []

"""The main job, end to end, in a real browser, with every process running, on both databases."""

import csv
import io
import re

import pytest

from tests.journeys.browsing import DESKTOP, PHONE, apply, chromium, sign_in
from tests.journeys.system import running
from tests.public.walking import ROSA

pytestmark = pytest.mark.browser
SOON = 15_000


@pytest.fixture(scope="module", params=["postgres"])
def system(request, tmp_path_factory):
    with running(request.param, tmp_path_factory.mktemp("journey")) as started:
        yield started


@pytest.fixture(scope="module")
def browser():
    with chromium() as opened:
        yield opened


def test_from_a_release_to_a_receipt_a_case_a_note_and_an_export(system, browser):
    # The applicant: a small phone, no script.
    phone = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    outside = []
    phone.on("request", lambda request: None if request.url.startswith((system.public, "data:")) else outside.append(1))
    phone.goto(system.public)
    phone.get_by_role("link", name=re.compile("APEC Meeting")).click()
    button = phone.get_by_role("link", name="See if we can help")
    box = button.bounding_box()
    assert box and box["y"] + box["height"] <= PHONE["height"], "the way to the form is below the fold"
    with phone.expect_navigation():
        button.click()
    apply(phone, ROSA)
    reference = re.search(r"[0-9A-Z]{5}-[0-9A-Z]{5}", phone.inner_text("main"))
    assert reference and not outside
    assert "from=" not in phone.url and "Rosa" not in phone.url

    # The caseworker: finds that very case, opens, claims, moves and notes it.
    desk = browser.new_context(viewport=DESKTOP).new_page()
    sign_in(desk, system.staff, system.caseworker)
    row = desk.get_by_role("link", name=reference[0])
    for _ in range(100):
        if row.count():
            break
        desk.wait_for_timeout(200)
        desk.reload()
    with desk.expect_navigation():
        row.click(timeout=SOON)
    assert "Rosa Marín" in desk.inner_text("main") and "Llámeme" in desk.inner_text("main")
    with desk.expect_navigation():
        desk.get_by_role("button", name="Take this case").click()
    desk.locator('select[name="status"]').select_option("triage")
    with desk.expect_navigation():
        desk.get_by_role("button", name="Change the status").click()
    desk.get_by_role("textbox", name="Note", exact=True).fill("Called at six; no answer. Try again tomorrow.")
    with desk.expect_navigation():
        desk.get_by_role("button", name="Save the note").click()
    seen = desk.inner_text("main")
    assert "Amina Caseworker" in seen and "Triage" in seen and "Called at six" in seen
    desk.goto(f"{system.staff}/exports")
    assert "Rosa" not in desk.inner_text("main") and desk.locator('[name="purpose"]').count() == 0

    # The admin: exports it with identities, with a reason.
    office = browser.new_context(viewport=DESKTOP, accept_downloads=True).new_page()
    sign_in(office, system.staff, system.admin)
    office.goto(f"{system.staff}/exports")
    office.locator('[name="purpose"]').fill("Hand-over to the grant report of the second quarter")
    office.locator('[name="profile"]').select_option("full")
    with office.expect_download() as waiting:
        office.get_by_role("button", name="Make the file").click()
    rows = list(csv.reader(io.StringIO(waiting.value.path().read_text("utf-8-sig"))))
    assert any("Rosa Marín" in cell for cell in rows[1])

    # The trail: whole, and it names who opened the case.
    checked = system.command("audit", "verify")
    assert checked.returncode == 0, checked.stderr
    said = system.log.read_text()
    assert "Rosa" not in said and reference[0] not in said and "Traceback" not in said


def test_saved_answers_are_found_again_with_the_code_on_another_device(system, browser):
    phone = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    phone.goto(f"{system.public}/en/apply/")
    apply(phone, ROSA, until="about")
    with phone.expect_navigation():
        phone.click('button[value="later"]')
    code = phone.inner_text(".code.large")
    phone.context.close()
    other = browser.new_context(viewport=PHONE, java_script_enabled=False).new_page()
    other.goto(f"{system.public}/en/return")
    other.fill("[name=code]", "".join(chr(0x660 + int(one)) if one.isdigit() else one for one in code))
    with other.expect_navigation():
        other.click("main button")
    assert other.url.endswith("/apply/about")

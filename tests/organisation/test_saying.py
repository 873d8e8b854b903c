"""What the organisation says of itself: versions that only grow, checked in one place."""

import dataclasses
import datetime as dt
import threading

import pytest
from sqlalchemy import func, select

from intake import area, organisation, targets
from intake.assessment import Policy
from intake.db import transaction
from intake.organisation import Conflict, Invalid, Measured, OrganisationVersion, Phone, Waiting, read

NOW = dt.datetime(2026, 11, 2, 15, tzinfo=dt.UTC)
TYPED = {
    "name": " Harbour  Rights ",
    "about": "We help.\r\n\r\nFor free.",
    "phones": "Office: 202-555-0123\n\n+44 20 7946 0958",
    "email": "Help@Example.org",
    "hours": "Monday",
    "zone": "America/Chicago",
    "promise_days": "٧",
}


def test_before_anybody_said_anything_the_settings_speak(session, settings):
    changed = dataclasses.replace(settings, service_area=frozenset({"TX", "NY"}), partners=("Harbour Law",))
    said = organisation.current(session, changed)
    assert (said.name, said.version, said.zone) == ("Harbour Rights", 0, "America/New_York")
    assert (said.service_area, said.partners, said.promise_days) == (("NY", "TX"), ("Harbour Law",), None)


def test_what_was_typed_is_kept_as_it_was_meant_and_read_back_whole(session, settings):
    said = read(TYPED, ["ar", "es"])
    saved = organisation.save(session, said, "staff:1", NOW, 0)
    assert saved == organisation.current(session, settings)
    assert saved.name == "Harbour Rights" and saved.about == "We help.\n\nFor free."
    assert saved.phones == (Phone("Office", "+12025550123"), Phone("", "+442079460958"))
    assert saved.phones[0].shown == "+1 202-555-0123"
    assert (saved.email, saved.promise_days, saved.languages) == ("Help@example.org", 7, ("es", "ar"))


def test_every_change_is_a_new_version_and_the_older_ones_stay(session, settings):
    said = read(TYPED, [])
    organisation.save(session, said, "staff:1", NOW, 0)
    organisation.save(session, dataclasses.replace(said, name="Second"), "staff:2", NOW, 1)
    rows = session.scalars(select(OrganisationVersion).order_by(OrganisationVersion.version)).all()
    assert [(row.version, row.actor, row.said["name"]) for row in rows] == [
        (1, "staff:1", "Harbour Rights"),
        (2, "staff:2", "Second"),
    ]
    assert organisation.current(session, settings).name == "Second"


@pytest.mark.parametrize("seen", [0, 2, -1])
def test_who_did_not_see_the_newest_version_changes_nothing(session, settings, seen):
    organisation.save(session, read(TYPED, []), "staff:1", NOW, 0)
    with pytest.raises(Conflict):
        organisation.save(session, read(TYPED | {"name": "Late"}, []), "staff:2", NOW, seen)
    assert organisation.current(session, settings).name == "Harbour Rights"


def test_of_two_who_press_the_button_at_once_one_wins_and_one_is_told(engine):
    said, outcomes, both = read(TYPED, []), [], threading.Barrier(2)

    def press(actor: str) -> None:
        both.wait()
        try:
            with transaction(engine) as session:
                organisation.save(session, said, actor, NOW, 0)
            outcomes.append("saved")
        except Conflict:
            outcomes.append("told")

    threads = [threading.Thread(target=press, args=(f"staff:{number}",)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes) == ["saved", "told"]
    with transaction(engine) as session:
        assert session.scalar(select(func.count()).select_from(OrganisationVersion)) == 1


@pytest.mark.parametrize(
    ("typed", "languages", "field"),
    [
        ({"name": " \u200e "}, [], "name"),
        ({"name": "x" * 121}, [], "name"),
        ({"about": "x" * 601}, [], "about"),
        ({"hours": "x" * 201}, [], "hours"),
        ({"phones": "Office: 12"}, [], "phones"),
        ({"phones": "202-555-0123\n" * 9}, [], "phones"),
        ({"email": "nobody"}, [], "email"),
        ({"zone": "Mars/Base"}, [], "zone"),
        ({"promise_days": "0"}, [], "promise_days"),
        ({"promise_days": "121"}, [], "promise_days"),
        ({"promise_days": "soon"}, [], "promise_days"),
        ({"target_2": "-1"}, [], "target_2"),
        ({"target_3": "61"}, [], "target_3"),
        ({}, ["es", "xx"], "languages"),
    ],
)
def test_what_cannot_be_kept_is_named_by_its_field(typed, languages, field):
    with pytest.raises(Invalid) as wrong:
        read(TYPED | typed, languages)
    assert set(wrong.value.problems) == {field}
    assert wrong.value.problems[field] not in str(wrong.value)


def test_an_unknown_state_is_no_place():
    with pytest.raises(Invalid) as wrong:
        read(TYPED, [], states=["TX", "XX"])
    assert set(wrong.value.problems) == {"states"}


def test_the_area_and_the_targets_are_kept_and_empty_targets_are_those_suggested(session, settings):
    said = read(TYPED | {"target_1": "0", "target_2": "٤", "target_3": " "}, [], states=["TX", "NY"])
    organisation.save(session, said, "staff:1", NOW, 0)
    found = organisation.current(session, dataclasses.replace(settings, service_area=frozenset({"CA"})))
    assert (found.service_area, found.targets) == (("NY", "TX"), (0, 4, 10))


def test_the_rules_take_the_area_of_the_newest_version_else_that_of_the_settings(session, settings):
    ours = dataclasses.replace(settings, service_area=frozenset({"CA"}), out_of_area_refers=True)

    def rules_say() -> Policy:
        return area.policy(session, ours)

    assert rules_say() == Policy(frozenset({"CA"}), True)
    said = read(TYPED, [], states=["TX"])
    organisation.save(session, said, "staff:1", NOW, 0)
    assert rules_say() == Policy(frozenset({"TX"}), True)
    # A version from before the organisation could say so.
    row = session.get_one(OrganisationVersion, 1)
    row.said = {key: value for key, value in row.said.items() if key not in {"service_area", "targets"}}
    session.flush()
    session.expire_all()
    assert rules_say() == Policy(frozenset({"CA"}), True)
    assert organisation.current(session, ours).targets == (0, 3, 10)
    # To serve everywhere is said by naming no state.
    organisation.save(session, read(TYPED, []), "staff:1", NOW, 1)
    assert rules_say() == Policy(frozenset(), True)


@pytest.mark.parametrize(
    ("level", "days", "late"), [(1, 0, 0), (1, 1, 1), (2, 3, 0), (2, 5, 2), (3, 10, 0), (9, 12, 2)]
)
def test_a_wait_is_late_by_what_is_over_the_target_of_its_level(level, days, late):
    assert targets.over((0, 3, 10), level, days) == late


def test_a_name_alone_is_enough():
    assert read({"name": "Harbour"}, []) == organisation.Organisation("Harbour")


def test_a_figure_is_replaced_and_an_old_one_says_nothing(session):
    organisation.keep_measured(session, {organisation.HALF: 3, organisation.MOST: 8}, NOW)
    organisation.keep_measured(session, {organisation.HALF: 4, organisation.MOST: None}, NOW)
    assert session.scalar(select(func.count()).select_from(Measured)) == 2
    assert organisation.waiting(session, 10, NOW + organisation.FRESH) == Waiting(half=4, promise=10)
    late = NOW + organisation.FRESH + dt.timedelta(seconds=1)
    assert organisation.waiting(session, 10, late) == Waiting(promise=10)

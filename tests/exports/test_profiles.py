"""A released profile never changes, and what it lets out is what it says."""

import pytest

from intake import exports, questionnaire
from intake.exports import Choice

DIGESTS = {
    "queue-1": "a59d76c73a41128611c41316177e664cfd7c20c4e8de82bdf177b480674b51aa",
    "grant_report-1": "ec66c0d08542e099aa28ba12309752da4df07bb155becfcaac433c353f49cc0e",
    "hand_over-1": "3bacb9afd4a98f3abacf86259f72f9be41efa5a15bd17d618e3e4afb5f4c3e54",
    "full-1": "274a7e06991e468002453bf4337b67c6fe3c72437bbb37f91ae7a2bcce31f7e7",
    "legalserver-1": "38493ee82327402504c1cece86e2a8b6c18f4f3f5b9bcb24579e319f32e1a6b2",
    "unhcr-1": "39002069d32981b5ff4ce875f4d9e56848022876cf22691353ebf828a857b2ff",
}


@pytest.mark.parametrize("profile", exports.RELEASED, ids=lambda one: one.name)
def test_a_released_profile_never_changes(profile):
    assert exports.digest(profile) == DIGESTS[profile.name], "Write other columns as a new version."


def test_everything_has_a_column_for_each_question_of_each_released_form():
    asked = {one.key for form in questionnaire.released.values() for step in form.steps for one in step.questions}
    assert asked <= {column.name for column in exports.named("full").columns if column.kind == "answer"}


@pytest.mark.parametrize("name", ["queue", "grant_report"])
def test_without_identities_nothing_is_opened_and_nothing_names_a_person(name):
    choice = Choice.of(exports.named(name))
    assert not (choice.identifies or choice.opens or choice.names_persons)
    assert not {column.name for column in choice.columns} & {"reference", "received_at", "due_on", "owner"}


def test_columns_are_picked_out_of_the_list_and_no_others():
    picked = Choice.of(exports.named("full"), ["phone", "reference"])
    assert [column.key for column in picked.columns] == ["reference", "record", "phone"]
    for wrong in (["ssn"], []):
        with pytest.raises(exports.UnknownColumn):
            Choice.of(exports.named("queue"), wrong)
    with pytest.raises(exports.UnknownProfile):
        exports.named("full-9")

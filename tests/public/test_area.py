"""A form is judged by the states that the office set, from the next one on; nobody is refused because of a state."""

import datetime as dt

from sqlalchemy import select

from intake import organisation
from intake.db import transaction
from intake.organisation import Organisation
from intake.submissions import Submission
from tests.public import walking


def test_the_next_form_is_judged_by_the_new_area_and_is_sent_all_the_same(public_app, engine):
    def send() -> None:
        assert walking.walk(public_app.test_client(), walking.ROSA).status_code == 200

    send()
    with transaction(engine) as session:
        said = Organisation("Harbour", service_area=("TX",))
        organisation.save(session, said, "staff:1", dt.datetime.now(dt.UTC), 0)
    send()
    with transaction(engine) as session:
        found = session.execute(select(Submission.codes, Submission.outcome).order_by(Submission.received_at)).all()
    assert ["LOC_OUT_OF_AREA" in row.codes for row in found] == [False, True]
    assert found[1].outcome == "review"

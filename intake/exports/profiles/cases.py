"""Profiles of coarse facts, without anything that names a person: the queue as a file, and the report to a funder."""

from ...locales import N_
from .model import Column, Profile

_MONTH = Column("received_month", "case:received_month")
_HELD = Column("held", "case:held")
_DAYS = Column("days_to_contact", "case:days_to_contact", number=True)

QUEUE_1 = Profile(
    "queue",
    1,
    N_("The queue, without identities"),
    N_("One row for each request, as the queue knows it. No names, contacts, numbers, exact dates or free text."),
    (
        _MONTH,
        Column("state", "case:state"),
        Column("place_kind", "case:place_kind"),
        _HELD,
        Column("age_band", "case:age_band"),
        Column("language", "case:language"),
        Column("interpreter", "case:interpreter"),
        Column("claims", "case:claims", many=True),
        Column("stages", "case:stages", many=True),
        Column("income_band", "case:income_band"),
        Column("outcome", "case:outcome"),
        Column("level", "case:level", number=True),
        Column("status", "case:status"),
        Column("reason", "case:reason"),
        _DAYS,
    ),
)

GRANT_REPORT_1 = Profile(
    "grant_report",
    1,
    N_("Report to a funder"),
    N_(
        "One row for each person, without identities. Rows are still about single people: a table made from them hides "
        "every number under 10, and one more, so that totals do not give it away. Do not hand the rows on."
    ),
    (
        _MONTH,
        Column("state", "case:state"),
        Column("age_band", "case:age_band"),
        Column("language", "case:language"),
        Column("claims", "case:claims", many=True),
        Column("stages", "case:stages", many=True),
        Column("detained", "case:held"),
        Column("income_band", "case:income_band"),
        Column("outcome", "case:outcome"),
        Column("service_level", "case:service_level"),
        _DAYS,
        Column("form_version", "case:form_version", number=True),
        Column("rules_version", "case:rules_version", number=True),
    ),
    once=True,
)

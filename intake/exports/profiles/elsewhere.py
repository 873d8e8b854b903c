"""Two examples shaped like the columns that other systems take in. Each organisation's own site differs: compare first.

LegalServer: names of fields as its maker's own public link to it uses them (github.com/networkninja,
docassemble-LegalServerLink, `LSAPIs.py`) and as its help pages describe the APIs that create matters
(help.legalserver.org, Core APIs). Languages, countries and states are our codes; its look-up lists are each site's own.

UNHCR: what a registration records of a person by its Guidance on Registration and Identity Management
(unhcr.org/registration-guidance, chapter 5), and the groups of its Guidance on the Use of Standardized Specific Needs
Codes (IOM 030-FOM 030-2009): here UC unaccompanied or separated child, LP-DA detained in the country of asylum, LP-RD
at risk of removal. A person's answers only point to a group: a registration officer decides.
"""

from ...locales import N_
from .model import MADE, RECORD, Column, Profile

_RECORD = Column(RECORD, f"{MADE}:{RECORD}", "Record")

LEGALSERVER_1 = Profile(
    "legalserver",
    1,
    N_("Example: shaped for LegalServer"),
    N_(
        "With identities. The whole name stands in “last”: people have names of one or five parts, and nobody here "
        "cuts them. Compare the columns with your own site before you import."
    ),
    (
        Column("external_id", "person:id", identifies=True),
        Column("case_number", "case:reference", identifies=True),
        Column("first", "made:empty"),
        Column("last", "made:name", identifies=True),
        Column("additional_names", "answer:other_names", identifies=True),
        Column("date_of_birth", "made:birth_date", identifies=True),
        Column("approximate_dob", "made:birth_about", identifies=True),
        Column("phone_mobile", "answer:phone", identifies=True),
        Column("email", "answer:email", identifies=True),
        Column("city", "answer:city", identifies=True),
        Column("state", "case:state"),
        Column("language", "case:language"),
        Column("interpreter", "case:interpreter"),
        Column("country_of_birth", "answer:birth_country", identifies=True),
        Column("citizenship", "answer:nationality", identifies=True, many=True),
        Column("government_generated_id", "answer:a_number", identifies=True),
        Column("household_size", "answer:household_size", identifies=True, number=True),
        Column("intake_date", "case:received_on", identifies=True),
        Column("case_disposition", "case:disposition"),
        Column("close_reason", "case:closing_code"),
        Column("legal_problem", "case:claims", many=True),
        Column("safe_ways", "answer:contact_ways", identifies=True, many=True),
        Column("next_deadline", "case:due_on", identifies=True),
        Column("form_version", "case:form_version", number=True),
        _RECORD,
    ),
    once=True,
    by_urgency=True,
)

UNHCR_1 = Profile(
    "unhcr",
    1,
    N_("Example: shaped for UNHCR"),
    N_(
        "With identities. Share it only with the person’s consent, and only where the person wants it. Specific needs "
        "are what the answers point to; a registration officer decides."
    ),
    (
        Column("individual_id", "person:id", "Individual ID", identifies=True),
        Column("case_number", "case:reference", "Case number", identifies=True),
        Column("registration_date", "case:received_on", "Registration date", identifies=True),
        Column("full_name", "made:name", "Full name", identifies=True),
        Column("other_names", "answer:other_names", "Other names", identifies=True),
        Column("date_of_birth", "made:birth_date", "Date of birth", identifies=True),
        Column("birth_estimated", "made:birth_about", "Date of birth estimated", identifies=True),
        Column("age_band", "case:age_band", "Age group"),
        Column("nationality", "answer:nationality", "Nationality", identifies=True, many=True),
        Column("country_of_birth", "answer:birth_country", "Country of birth", identifies=True),
        Column("country_of_asylum", "made:country_of_asylum", "Country of asylum"),
        Column("arrival_date", "answer:arrival", "Arrival date", identifies=True),
        Column("language", "case:language", "Spoken language"),
        Column("interpreter", "case:interpreter", "Interpreter needed"),
        Column("family_size", "answer:household_size", "Family size", identifies=True, number=True),
        Column("phone", "answer:phone", "Phone number", identifies=True),
        Column("email", "answer:email", "E-mail", identifies=True),
        Column("specific_needs", "made:specific_needs", "Specific needs", identifies=True, many=True),
        Column("consent_to_share", "answer:consent_share", "Consent to share", identifies=True),
        Column("form_version", "case:form_version", "Form version", number=True),
        _RECORD,
    ),
    once=True,
    by_urgency=True,
)

"""Beginning a letter: a template filled in for this person, and whether a notice goes out by a safe way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from .. import area, assessment, organisation, questionnaire, referrals
from ..accounts import LONGEST
from ..casework import lettertemplates, notifying, opening
from ..casework.judging import judge
from ..casework.lettertemplates import PURPOSES
from ..casework.models import Case
from ..locales import ENGLISH, N_, OFFERED, Language, by_code
from ..web import db, gettext
from . import present
from .context import staff_door, today


@dataclass(frozen=True, slots=True, repr=False)
class Begun:
    """What stands in the box for a letter when the page opens. `note` is a sentence for staff, or empty.

    `fixed` holds the parts that must stay in the letter, signed; empty for a letter that needs none.
    """

    text: str = ""
    template: str = ""
    note: str = ""
    fixed: str = ""


def begin(case: Case, opened: opening.Opened) -> Begun:
    """The template that the address asks for, filled in; an empty box when it asks for none."""
    purpose, language = request.args.get("template", ""), tongue(request.args.get("language", ""))
    if purpose not in PURPOSES:
        return Begun()
    found = lettertemplates.best(db(), purpose, language.code)
    written_in = tongue(found.language)
    values = _values(case, opened, written_in)
    text = lettertemplates.fill(found.text, values)
    note = ""
    if written_in != language:
        said = gettext(
            N_("There is no template in %(language)s. This is the English one. Translate it before you send it.")
        )
        note = said % {"language": language.own_name}
    needs = PURPOSES[purpose].needs
    fixed = _signer().dumps([str(case.id), *(values[name] for name in needs)]) if needs else ""
    return Begun(text, purpose, note, fixed)


def fixed_parts(case: Case, fixed: str) -> tuple[str, ...] | None:
    """The parts that must stay in the letter, as they were when it was begun for this case within a working day.

    None for what was not signed here, for another case, or earlier. Signed, because opening the answers once more
    while a letter is sent would need a second transaction; the page shows the parts anyway.
    """
    try:
        of, *parts = _signer().loads(fixed, max_age=int(LONGEST.total_seconds()))
    except BadSignature:
        return None
    return tuple(parts) if of == str(case.id) else None


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="what a letter must hold")


def choices(case: Case) -> dict[str, Any]:
    """What the form for choosing a template offers: purposes, languages, and what fits this case best."""
    asked, language = request.args.get("template", ""), request.args.get("language", "")
    return {
        "purposes": [(key, gettext(one.label)) for key, one in PURPOSES.items()],
        "tongues": [(one.code, one.own_name) for one in OFFERED],
        "purpose": asked if asked in PURPOSES else lettertemplates.for_status(case.status),
        "tongue": tongue(language).code if language else reads(case).code,
    }


def reads(case: Case) -> Language:
    """The language in which the person read the form, which is that of their return page."""
    return tongue(case.locale)


def tongue(code: str) -> Language:
    """The language with this code; English for any other."""
    return by_code(code, pseudo=staff_door().settings.pseudo_locale) or ENGLISH


def notice(case: Case, opened: opening.Opened | None, chosen: str | None = None) -> Mapping[str, Any]:
    """The notice as the page shows it: safe ways, the chosen one, and whether it says our name.

    Without `opened`, nothing but what was chosen before is offered again.
    """
    mail = staff_door().settings.mail
    if opened is not None:
        live = questionnaire.live(questionnaire.get(case.form_version), opened.answers)
        found = notifying.reach(live, mail)
        ways, named = list(found.addresses), found.may_name_us
    else:
        ways, named = [way for way in notifying.possible(case, mail) if way == chosen], False
    return {
        "off": mail is None,
        "ways": [(way, gettext(notifying.WAYS[way])) for way in ways],
        "chosen": next(iter(ways), "") if chosen is None else chosen,
        "named": named,
        "unopened": opened is None,
        "language": present.language(case.locale) if case.locale else "",
    }


def _values(case: Case, opened: opening.Opened, language: Language) -> Mapping[str, str]:
    settings, day = staff_door().settings, today()
    rules = assessment.get(case.rules_version)
    judged = judge(
        opened.answers,
        form_version=case.form_version,
        rules_version=case.rules_version,
        today=day,
        policy=area.policy(db(), settings),
    ).result
    live = questionnaire.live(questionnaire.get(case.form_version), opened.answers)
    serves = referrals.serves(judged.codes, live)
    spoken = str(live.get("language") or "")
    return lettertemplates.values(
        reference=case.reference,
        organisation=organisation.current(db(), settings),
        reasons=judged.reasons,
        figures=rules.figures,
        referrals=referrals.choose(referrals.listed(db()), serves, case.state, language=spoken),
        today=day,
        language=language,
    )

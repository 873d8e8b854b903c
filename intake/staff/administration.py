"""The admin's desk: every page of the office in one list, what is wrong first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from .. import approvals, office, trail
from ..accounts import StaffMember
from ..keyring import holders
from ..locales import N_
from ..retention import due as retention_due
from ..watching import alarms, seeing
from ..watching.alarms import Alarm as Watched
from ..web import db, gettext, ngettext
from . import access, figures
from .context import member, now, staff_door, today

bp = Blueprint("administration", __name__, url_prefix="/administration")


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: its endpoint, who may see it, its name, and in one sentence what it is for."""

    endpoint: str
    permission: str
    name: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that an admin has to look at: a finished sentence, and the page where it is put right, if any is."""

    sentence: str
    address: str = ""


# Each gives what is wrong at present; it must be cheap, since the page asks all of them.
AlarmSource = Callable[[StaffMember], list[Alarm]]


def _approvals_wait(person: StaffMember) -> list[Alarm]:
    number = approvals.waiting_for(db(), person, now())
    if not number:
        return []
    said = ngettext(
        "%(number)s request waits for your decision.", "%(number)s requests wait for your decision.", number
    )
    return [Alarm(said % {"number": number}, url_for("approvals.index"))]


def _trail_is_bad(person: StaffMember) -> list[Alarm]:
    row = trail.state(db()) if person.may("audit:read") else None
    if row is None:
        return []
    if row.bad_seq is not None:
        said = gettext(N_("The audit trail is not whole. Somebody changed it, or the disk is damaged."))
    elif now() - (row.whole_at or row.started_at) > trail.CHECK_WITHIN:
        said = gettext(N_("The audit trail was not checked for two days. Does the desk run?"))
    else:
        return []
    return [Alarm(said, url_for("trail.check"))]


def _machinery_stands(person: StaffMember) -> list[Alarm]:
    """Desk, mail, backup and disk. The trail and the figures say above and below what is wrong more exactly."""
    pages = {Watched.OUTBOX: url_for("outbox.index") if person.may("outbox:read") else ""}
    found = alarms.wrong(seeing.see(db(), staff_door().settings, now()))
    return [
        Alarm(gettext(alarms.SENTENCES[one]), pages.get(one, ""))
        for one in found
        if one not in (Watched.TRAIL, Watched.FIGURES)
    ]


def _past_their_time(person: StaffMember) -> list[Alarm]:
    if not person.may("retention:dispose") or not retention_due.any_long(db(), now()):
        return []
    said = gettext(N_("Cases are more than 30 days past the time after which they should be removed."))
    return [Alarm(said, url_for("retention.index"))]


def _few_hold_the_passphrase(person: StaffMember) -> list[Alarm]:
    if not person.may(holders.PERMISSION):
        return []
    number = len(holders.listed(db()))
    if number >= holders.ENOUGH:
        return []
    if number:
        said = gettext(N_("Only one administrator holds the passphrase. If they are away, nobody can open anything."))
    else:
        said = gettext(N_("Nobody has written down that they hold the passphrase. Two administrators should hold it."))
    return [Alarm(said, url_for("keys.index"))]


def _places_wait(person: StaffMember) -> list[Alarm]:
    old, never = office.unchecked(db(), today()) if person.may("referral:change") else (0, 0)
    said = []
    if old:
        said.append(
            ngettext(
                "%(count)s entry was last checked over 90 days ago.",
                "%(count)s entries were last checked over 90 days ago.",
                old,
            )
            % {"count": old}
        )
    if never:
        said.append(
            ngettext("%(count)s entry was never checked.", "%(count)s entries were never checked.", never)
            % {"count": never}
        )
    about = gettext(N_("Places to send people:"))
    return [Alarm(" ".join((about, *said)), url_for("rounds.show"))] if said else []


def _figures_wait(person: StaffMember) -> list[Alarm]:
    found = figures.standings() if person.may("organisation:change") else []
    changed, overdue = sum(bool(one.changed) for one in found), sum(one.is_overdue for one in found)
    address, alarms = url_for("figures.index"), []
    if changed:
        said = ngettext(
            "%(count)s figure of law has changed at its source. The rules still use the old one.",
            "%(count)s figures of law have changed at their source. The rules still use the old ones.",
            changed,
        )
        alarms.append(Alarm(said % {"count": changed}, address))
    if overdue:
        said = ngettext("%(count)s figure of law needs a check.", "%(count)s figures of law need a check.", overdue)
        alarms.append(Alarm(said % {"count": overdue}, address))
    return alarms


GROUPS: Final[Sequence[tuple[str, Sequence[Entry]]]] = (
    (
        N_("Numbers and exports"),
        (
            Entry("numbers.index", "numbers:read", N_("Numbers"), N_("Requests by quarter: charts, tables, CSV.")),
            Entry("exports.index", "export:deidentified", N_("Exports"), N_("Cases as a file, with a reason.")),
        ),
    ),
    (
        N_("People and access"),
        (
            Entry("people.index", "staff:manage", N_("People"), N_("Who works here, and what each may do.")),
            Entry("trail.index", "audit:read", N_("Who opened what"), N_("Every opening, search, export and change.")),
            Entry("approvals.index", "approval:decide", N_("Approvals"), N_("What another admin asks you to allow.")),
            Entry(
                "conflicts.index",
                "conflict:change",
                N_("Conflict list"),
                N_("Names against which new requests are checked."),
            ),
            Entry(
                "retention.index",
                "retention:dispose",
                N_("How long we keep"),
                N_("What is removed when, and what is past its time."),
            ),
        ),
    ),
    (
        N_("The organisation"),
        (
            Entry(
                "organisation.show",
                "organisation:change",
                N_("Organisation"),
                N_("Name, phones, hours, languages, states, working days."),
            ),
            Entry("letter_templates.index", "template:change", N_("Letters"), N_("What letters to applicants say.")),
            Entry("newsroom.index", "release:publish", N_("Newsroom"), N_("Press releases beside the form.")),
            Entry("partners.index", "partner:change", N_("Partners"), N_("Who takes cases that we refer.")),
            Entry("referrals.index", "referral:read", N_("Places"), N_("Places to which we send people.")),
            Entry(
                "figures.index",
                "organisation:change",
                N_("Figures of law"),
                N_("Numbers that the rules use, and when somebody checked them."),
            ),
        ),
    ),
    (
        N_("The machinery"),
        (
            Entry("outbox.index", "outbox:read", N_("Outbox"), N_("Mail that waits or failed.")),
            Entry(
                "keys.index", "keys:manage", N_("Keys to the answers"), N_("Which there are, and who can unlock them.")
            ),
        ),
    ),
)
ALARMS: Final[Sequence[AlarmSource]] = (
    _trail_is_bad,
    _machinery_stands,
    _few_hold_the_passphrase,
    _approvals_wait,
    _past_their_time,
    _figures_wait,
    _places_wait,
)


@bp.get("")
@access.permit("approval:decide")
def index() -> ResponseReturnValue:
    """What is wrong, then every page that this person may open."""
    person = member()
    groups = [
        (gettext(title), [(url_for(one.endpoint), gettext(one.name), gettext(one.purpose)) for one in kept])
        for title, entries in GROUPS
        if (kept := [one for one in entries if person.may(one.permission)])
    ]
    waiting = [alarm for source in ALARMS for alarm in source(person)]
    return render_template("staff/administration.html", groups=groups, alarms=waiting)

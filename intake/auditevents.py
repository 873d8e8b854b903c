"""What leaves a trace in the audit trail, and what an event may say beyond who and about what: two lists."""

from enum import StrEnum


class Event(StrEnum):
    """Everything that leaves a trace."""

    CASE_ADMITTED = "case:admitted"
    CASE_SET_ASIDE = "case:set-aside"
    CASE_REASSESSED = "case:reassessed"
    CASE_OPENED = "case:opened"
    CASE_CLAIMED = "case:claimed"
    CASE_STATUS_CHANGED = "case:status-changed"
    CASE_ASSIGNED = "case:assigned"
    CASE_LENT = "case:lent"
    CASE_LENDING_ENDED = "case:lending-ended"
    CASE_FOLLOW_UP_SET = "case:follow-up-set"
    CASE_HEARD = "case:heard"
    CASE_WITHDRAWN = "case:withdrawn"
    CASE_ERASED = "case:erased"
    CASE_REMOVED = "case:removed"
    CASE_HOLD_SET = "case:hold-set"
    CASE_HOLD_ENDED = "case:hold-ended"
    RETENTION_CHANGED = "retention:changed"
    DISPOSAL_STARTED = "disposal:started"
    DISPOSAL_CANCELLED = "disposal:cancelled"
    DISPOSAL_DONE = "disposal:done"
    PARTNER_REFERRED = "partner:referred"
    PARTNER_ANSWERED = "partner:answered"
    PARTNER_CHANGED = "partner:changed"
    CLOSING_CODE_CHANGED = "closing-code:changed"
    LETTER_WRITTEN = "letter:written"
    NOTICE_QUEUED = "notice:queued"
    TEMPLATE_CHANGED = "template:changed"
    MAIL_RETRIED = "mail:retried"
    MAIL_GIVEN_UP = "mail:given-up"
    NOTE_ADDED = "note:added"
    NOTE_EDITED = "note:edited"
    CONTACT_TRIED = "contact:tried"
    DATES_CORRECTED = "dates:corrected"
    DOCUMENT_NOTED = "document:noted"
    FAMILY_LINKED = "family:linked"
    FAMILY_UNLINKED = "family:unlinked"
    INTAKE_TAKEN = "intake:taken"
    INTAKE_TAKEN_UP = "intake:taken-up"
    CALENDAR_MADE = "calendar:made"
    CALENDAR_REVOKED = "calendar:revoked"
    BACKUP_MADE = "backup:made"
    BACKUP_RESTORED = "backup:restored"
    EXPORT_STARTED = "export:started"
    EXPORT_FINISHED = "export:finished"
    EXPORT_ABORTED = "export:aborted"
    EXPORT_CANCELLED = "export:cancelled"
    EXPORT_DOWNLOADED = "export:downloaded"
    STAFF_INVITED = "staff:invited"
    STAFF_SIGNED_IN = "staff:signed-in"
    STAFF_SIGN_IN_FAILED = "staff:sign-in-failed"
    STAFF_LOCKED = "staff:locked"
    STAFF_SIGNED_OUT = "staff:signed-out"
    STAFF_SESSIONS_ENDED = "staff:sessions-ended"
    STAFF_LOCKED_BY_OWNER = "staff:locked-by-owner"
    STAFF_PASSKEY_ADDED = "staff:passkey-added"
    STAFF_PASSKEY_REMOVED = "staff:passkey-removed"
    STAFF_UNLOCKED = "staff:unlocked"
    STAFF_VERIFIED = "staff:verified"
    STAFF_PASSWORD_CHANGED = "staff:password-changed"  # noqa: S105 -- the name of an event
    STAFF_SECOND_FACTOR_SET = "staff:second-factor-set"
    STAFF_RECOVERY_CODES_MADE = "staff:recovery-codes-made"
    STAFF_RECOVERY_CODE_USED = "staff:recovery-code-used"
    STAFF_ROLE_CHANGED = "staff:role-changed"
    STAFF_RESTORED = "staff:restored"
    STAFF_ACCESS_LIMITED = "staff:access-limited"
    STAFF_SECOND_FACTOR_RESET = "staff:second-factor-reset"
    INVITATION_ACCEPTED = "invitation:accepted"
    INVITATION_TAKEN_BACK = "invitation:taken-back"
    STAFF_DEACTIVATED = "staff:deactivated"
    KEYS_MADE = "keys:made"
    KEYS_ROTATED = "keys:rotated"
    KEYS_REWRAPPED = "keys:rewrapped"
    KEYS_RETIRED = "keys:retired"
    KEYS_DESTROYED = "keys:destroyed"
    KEYS_RECOVERED = "keys:recovered"
    KEYS_DRILLED = "keys:drilled"
    KEYS_HELD = "keys:held"
    KEYS_LET_GO = "keys:let-go"
    RELEASE_IMPORTED = "release:imported"
    RELEASE_PUBLISHED = "release:published"
    RELEASE_UNPUBLISHED = "release:unpublished"
    REFERRAL_CHANGED = "referral:changed"
    ORGANISATION_CHANGED = "organisation:changed"
    FIGURE_CHECKED = "figure:checked"
    SEARCH_MADE = "search:made"
    PAIR_FOUND = "pair:found"
    PAIR_LINKED = "pair:linked"
    PAIR_DISMISSED = "pair:dismissed"
    CONFLICT_POSSIBLE = "conflict:possible"
    CONFLICT_VIEWED = "conflict:viewed"
    CONFLICT_CLEARED = "conflict:cleared"
    CONFLICT_FOUND = "conflict:found"
    CONFLICT_NAMES_READ = "conflict-names:read"
    CONFLICT_NAMES_CHANGED = "conflict-names:changed"
    STAFF_PERMITTED = "staff:permitted"
    APPROVAL_ASKED = "approval:asked"
    APPROVAL_GRANTED = "approval:granted"
    APPROVAL_REFUSED = "approval:refused"
    AUDIT_READ = "audit:read"


# What an event may say beyond actor and subject. All values are codes or numbers; only `purpose` is a
# sentence, written by the admin who asks for an export.
DETAIL_KEYS = frozenset(
    {
        "changed",
        "claim",
        "closed",
        "closing_code",
        "columns",
        "consent",
        "count",
        "document",
        "due",
        "due_code",
        "due_on",
        "encrypted",
        "fields",
        "follow_up",
        "format",
        "from_level",
        "from_owner",
        "from_status",
        "identified",
        "interpreter",
        "kid",
        "language",
        "lent_to",
        "level",
        "method",
        "outcome",
        "owner",
        "partner",
        "place",
        "profile",
        "purpose",
        "reason",
        "reply",
        "result",
        "role",
        "rules_version",
        "scope",
        "since",
        "state",
        "status",
        "way",
        "until",
    }
)
